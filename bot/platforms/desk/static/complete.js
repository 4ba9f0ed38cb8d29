// Completion of the question, after the combobox pattern of the ARIA Authoring Practices.
import { say } from "./say.js";

const PAUSE = 80;

export function startCompletion() {
  const input = document.getElementById("typed");
  if (input) new Completion(input, document.getElementById("offers"));
}

class Completion {
  constructor(input, list) {
    Object.assign(this, { input, list, at: -1, waiting: 0, asked: null });
    input.addEventListener("input", () => {
      this.move(-1);
      this.soon();
    });
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    input.form.addEventListener("submit", () => this.close());
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.take(option);
    });
  }

  get options() {
    return [...this.list.children];
  }

  soon() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.look(), PAUSE);
  }

  async look() {
    this.asked?.abort();
    const asked = new AbortController();
    this.asked = asked;
    const typed = this.input.value;
    if (!typed.startsWith("/")) return this.close();
    const channel = document.getElementById("channel").value;
    try {
      const query = new URLSearchParams({ channel, typed });
      const response = await fetch(`/complete?${query}`, { signal: asked.signal });
      if (response.ok) this.show(await response.json());
    } catch {
      // Given up for a newer one, which must not be closed with it.
      if (!asked.signal.aborted) this.close();
    }
  }

  show(offers) {
    if (!offers.length || document.activeElement !== this.input) return this.close();
    this.list.replaceChildren(...offers.map((offer, at) => option(offer, at)));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.move(-1);
    say(offers.length === 1 ? "1 suggestion" : `${offers.length} suggestions`);
  }

  close() {
    clearTimeout(this.waiting);
    this.asked?.abort();
    this.list.hidden = true;
    this.list.replaceChildren();
    this.input.setAttribute("aria-expanded", "false");
    this.move(-1);
  }

  move(at) {
    this.at = at;
    this.options.forEach((one, index) => one.setAttribute("aria-selected", String(index === at)));
    const active = this.options[at];
    if (!active) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", active.id);
    active.scrollIntoView({ block: "nearest" });
  }

  take(option) {
    const words = option.dataset.value;
    const command = !words.includes(" ");
    this.input.value = command ? `${words} ` : words;
    this.close();
    this.input.focus();
    if (command) this.soon();
  }

  key(event) {
    if (event.isComposing) return;
    const many = this.options.length;
    const chosen = this.options[this.at];
    if (event.key === "ArrowDown" && !many) return this.soon();
    if (!many) return;
    if (event.key === "ArrowDown") this.move((this.at + 1) % many);
    else if (event.key === "ArrowUp") this.move((this.at <= 0 ? many : this.at) - 1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && chosen) this.take(chosen);
    else if (event.key === "Tab" && !event.shiftKey && this.unfinished()) this.take(chosen || this.options[0]);
    else return;
    event.preventDefault();
  }

  // Tab completes what is begun, and else goes on to the next control.
  unfinished() {
    const chosen = this.options[this.at] || this.options[0];
    return !this.input.value.endsWith(" ") && chosen.dataset.value !== this.input.value || this.at >= 0;
  }
}

function option(offer, at) {
  const item = document.createElement("li");
  item.id = `offer-${at}`;
  item.setAttribute("role", "option");
  item.dataset.value = offer.value;
  const value = document.createElement("span");
  value.className = "question";
  value.textContent = offer.value;
  const meaning = document.createElement("span");
  meaning.className = "quiet";
  meaning.dir = "auto";
  meaning.textContent = offer.meaning;
  item.append(value, " ", meaning);
  return item;
}
