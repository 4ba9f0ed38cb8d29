// The editor: judged while it is typed, drawn beside it, saved only over what was opened; and no text is ever lost.
import { clock, Drafts, offer } from "./edit_drafts.js";
import { answer, part } from "./edit_sent.js";
import { Text } from "./edit_text.js";
import { parsed, say } from "./say.js";

const PAUSE = 300;
const KEEP = 500;

export function startEditing() {
  const page = document.getElementById("editing");
  if (page) new Editor(page).start();
}

const by = (id) => document.getElementById(id);

class Editor {
  constructor(page) {
    this.file = page.dataset.file;
    this.largest = Number(page.dataset.largest);
    this.text = new Text(by("text"), by("gutter"));
    this.drafts = new Drafts(this.file);
    this.stamp = by("stamp").value;
    // After a save that was refused, the page brings back a text that does not stand on the disk.
    this.saved = by("trouble").hidden && !by("clash") ? this.text.value : null;
    Object.assign(this, { line: 0, waiting: 0, keeping: 0, checking: false, saving: false, drawn: "current" in by("drawing").dataset });
    this.told = by("trouble").hidden ? "" : "save";
    this.first = Number(page.dataset.line);
  }

  get dirty() {
    return this.text.value !== this.saved;
  }

  start() {
    const form = by("edit");
    this.text.area.addEventListener("input", () => this.typed());
    document.addEventListener("selectionchange", () => {
      if (document.activeElement === this.text.area && this.text.line !== this.line) this.soon();
    });
    form.addEventListener("submit", (event) => this.submit(event));
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key === "s") {
        event.preventDefault();
        form.requestSubmit(by("save"));
      }
    });
    by("wrong").addEventListener("click", (event) => this.follow(event));
    by("go").addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.text.jump(Number(event.target.value) || 1);
    });
    by("differ").addEventListener("click", () => this.differ(by("difference").hidden));
    by("clashes").addEventListener("click", ({ target }) => {
      if (target.id === "look") this.differ(true);
      if (target.id === "take") this.take();
    });
    by("away").addEventListener("click", () => {
      by("mine-before").hidden = true;
      this.text.area.focus();
    });
    document.addEventListener("desk:news", () => this.news());
    window.addEventListener("beforeunload", (event) => {
      if (this.dirty) event.preventDefault();
    });
    window.addEventListener("pagehide", () => this.keep());
    document.addEventListener("visibilitychange", () => this.keep());
    this.offer();
    if (this.first > 1) this.text.jump(this.first);
    this.typed();
  }

  typed() {
    by("state").textContent = this.dirty ? "Not saved yet." : by("state").textContent;
    this.keeping ||= setTimeout(() => this.keep(), KEEP);
    this.soon();
  }

  keep() {
    clearTimeout(this.keeping);
    this.keeping = 0;
    if (!this.dirty) return this.drafts.drop();
    if (!this.drafts.keep(this.text.value, this.stamp)) {
      by("state").textContent = "Not saved yet, and this browser has no room to keep a copy: save soon.";
    }
  }

  offer() {
    const boxes = [];
    for (const draft of this.drafts.found()) {
      if (draft.text === this.saved) {
        this.drafts.drop(draft.key);
        continue;
      }
      const restore = () => {
        this.stamp = draft.stamp;
        this.text.replace(draft.text);
        this.keep();
        this.drafts.drop(draft.key);
      };
      boxes.push(offer(draft, restore, () => this.drafts.drop(draft.key)));
    }
    by("drafts").replaceChildren(...boxes);
    if (boxes.length) say("Unsaved work is kept in this browser.");
  }

  soon() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.check(), PAUSE);
  }

  // One at a time; an answer about a text that is no longer there is dropped.
  async check() {
    if (this.checking) return;
    if (this.tooLarge()) return;
    this.checking = true;
    const { value: text, line } = this.text;
    const found = await answer("/briefings/check", { file: this.file, text, line });
    this.checking = false;
    if (this.text.value !== text || this.text.line !== line) return this.soon();
    this.line = line;
    if (found.errors === undefined) return this.trouble(found.says, "check");
    this.show(found);
  }

  show(found) {
    // What a save came to stays until the next one.
    if (this.told === "check") this.trouble("");
    if (by("counts").textContent !== found.counts) by("counts").textContent = found.counts;
    by("changes").textContent = found.changes;
    put(by("problems"), found.problems);
    put(by("claims"), found.claims);
    this.text.mark(found.marks);
    by("anyway").hidden = !found.errors;
    // The last good drawing stays while there are errors.
    if (found.current || (found.drawing && !this.drawn)) put(by("drawing"), found.drawing);
    this.drawn ||= found.current;
    by("stale").hidden = found.current || (!found.drawing && !this.drawn);
    if (!by("difference").hidden) this.differ(true, false);
    if (found.stamp !== this.stamp) this.news();
  }

  tooLarge() {
    const bytes = this.text.value.length * 3 < this.largest ? 0 : new TextEncoder().encode(this.text.value).length;
    if (bytes <= this.largest) return false;
    const [has, most] = [bytes, this.largest].map((one) => one.toLocaleString("en-GB"));
    this.trouble(`The text has ${has} bytes; a briefing has at most ${most}. It is neither checked nor saved until it is shorter.`, "check");
    return true;
  }

  async submit(event) {
    event.preventDefault();
    const button = event.submitter?.id || "save";
    if (this.saving || this.tooLarge()) return;
    if (button === "undo" && this.dirty) {
      return this.trouble("There is work here that is not saved. Save it, or take it back with Control and Z; then undo the last save.");
    }
    this.saving = true;
    this.keep();
    by("state").textContent = "Saving…";
    const text = this.text.value;
    const fields = { file: this.file, stamp: this.stamp, text };
    if (button === "anyway") fields.errors = "1";
    if (button === "over") fields.over = by("over").value;
    const found = await answer(button === "undo" ? "/briefings/undo" : "/briefings/save", fields);
    this.saving = false;
    // Whoever wants to save over theirs knows of it, also if errors are to be saved knowingly first.
    if (found.state === "faulty" && button === "over") {
      this.stamp = by("stamp").value = fields.over;
      put(by("clashes"), "");
    }
    this.saidOf(found, text, button === "undo");
  }

  saidOf(found, text, undone) {
    by("state").textContent = this.dirty ? "Not saved yet." : "";
    if (found.state === "clash") return this.clash(found);
    if (found.state === "faulty") by("anyway").hidden = false;
    if (found.state !== "saved") return this.trouble(found.says);
    this.stamp = by("stamp").value = found.stamp;
    this.saved = undone ? found.text : text;
    if (undone) this.text.replace(found.text);
    by("undo").hidden = !found.undo;
    put(by("clashes"), "");
    this.trouble("");
    this.keep();
    const said = undone ? found.says : `Saved at ${clock()}.`;
    by("state").textContent = said + (this.dirty ? " You typed on: that is not saved yet." : "");
    say(said);
    this.soon();
  }

  // The file as it stands, asked for whenever something changed anywhere.
  async news() {
    if (this.saving) return;
    const found = await part(`/briefings/text?${new URLSearchParams({ file: this.file, since: this.stamp })}`);
    if (!found || this.saving) return;
    this.soon();
    if (found.stamp === this.stamp) return this.agreed();
    if (found.there && found.text === this.text.value) {
      this.stamp = by("stamp").value = found.stamp;
      this.saved = found.text;
      by("undo").hidden = !found.undo;
      return this.agreed();
    }
    this.clash(found);
  }

  // The disk holds again what was opened, or what stands in the editor.
  agreed() {
    if (by("clash")) by("state").textContent = this.dirty ? "Not saved yet." : "";
    put(by("clashes"), "");
  }

  clash(found) {
    const known = by("over")?.value === found.stamp;
    put(by("clashes"), found.clash);
    by("state").textContent = "This file changed on the disk: see above the text.";
    if (found.state) by("clash").focus();
    if (!known) say(`This file changed on the disk. ${by("clash-says").textContent}`);
  }

  take() {
    by("mine").value = this.text.value;
    by("mine-before").hidden = false;
    this.keep();
    this.drafts.renew();
    this.stamp = by("stamp").value = by("over").value;
    this.saved = by("theirs").value;
    this.text.replace(this.saved);
    put(by("clashes"), "");
    by("undo").hidden = true;
    by("state").textContent = "Theirs is in the editor, as it stands on the disk.";
    say("The text on the disk is in the editor. Yours stands above it, to copy from.");
    this.news();
  }

  async differ(open, asked = true) {
    by("difference").hidden = !open;
    by("differ").setAttribute("aria-expanded", String(open));
    if (!open) return;
    const text = this.text.value;
    const html = await part("/briefings/difference", { file: this.file, text });
    if (html === null || this.text.value !== text) return;
    put(by("differences"), html);
    if (asked) by("difference-title").focus();
  }

  follow(event) {
    const { line, column, width } = event.target.closest("a[data-line]")?.dataset || {};
    if (!line) return;
    event.preventDefault();
    this.text.jump(Number(line), Number(column), Number(width));
  }

  trouble(words, told = "save") {
    const place = by("trouble");
    if (told === "check" && this.told === "save" && words) return;
    this.told = words && told;
    if (place.textContent !== words) place.textContent = words;
    place.hidden = !words;
    if (words && told === "save") place.scrollIntoView({ block: "nearest" });
  }
}

const shown = new WeakMap();

function put(place, html) {
  if (shown.get(place) === html) return;
  shown.set(place, html);
  place.replaceChildren(...parsed(html).body.childNodes);
}
