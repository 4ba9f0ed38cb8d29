// The text itself: line numbers with their marks, keys that know YAML's indents, and a browser's own undo that stays whole.

// Above this the browser's own way of inserting takes seconds; what stood there cannot be had back with Control and Z then.
const LONG = 200_000;
const STEP = "  ";
// Lines whose rows are remembered.
const MANY = 50_000;

export class Text {
  constructor(area, gutter) {
    Object.assign(this, { area, gutter, marks: [], shown: "", leaving: false, rows: new Rows(area) });
    new ResizeObserver(() => this.number()).observe(area);
    area.addEventListener("scroll", () => this.level());
    area.addEventListener("input", () => this.number());
    area.addEventListener("keydown", (event) => this.key(event));
    area.addEventListener("blur", () => { this.leaving = false; });
    this.number();
  }

  get value() {
    return this.area.value;
  }

  get line() {
    return this.value.slice(0, this.area.selectionStart).split("\n").length;
  }

  // In the place of the selection, as if it were typed.
  insert(words) {
    this.area.focus();
    const done = words.length < LONG && document.execCommand(words ? "insertText" : "delete", false, words);
    if (done) return;
    this.area.setRangeText(words, this.area.selectionStart, this.area.selectionEnd, "end");
    this.area.dispatchEvent(new Event("input"));
  }

  replace(words) {
    if (words === this.value) return;
    const { scrollTop } = this.area;
    this.area.select();
    this.insert(words);
    this.area.setSelectionRange(0, 0);
    this.area.scrollTop = scrollTop;
  }

  jump(line, column = 1, width = 0) {
    const lines = this.value.split("\n");
    const row = Math.min(Math.max(line, 1), lines.length) - 1;
    const start = lines.slice(0, row).reduce((sum, one) => sum + one.length + 1, 0);
    // A column counts characters, and a string counts half of those beyond the first plane.
    const before = [...lines[row]].slice(0, column - 1).join("").length;
    const meant = [...lines[row]].slice(column - 1, column - 1 + width).join("").length;
    this.area.focus();
    this.area.setSelectionRange(start + before, start + before + meant);
    const above = this.rows.of(lines.slice(0, row)).reduce((sum, one) => sum + one, 0);
    this.area.scrollTop = Math.max(0, above * this.rows.height - this.area.clientHeight / 3);
  }

  mark(marks) {
    this.marks = marks;
    this.number();
  }

  number() {
    const rows = this.rows.of(this.value.split("\n"));
    const worst = new Map();
    for (const [line, severity] of this.marks) if (worst.get(line) !== "error") worst.set(line, severity);
    const shown = `${rows.join("")}|${[...worst].join("|")}`;
    if (shown === this.shown) return;
    this.shown = shown;
    const parts = [];
    let from = 1;
    for (const line of [...worst.keys()].filter((one) => one <= rows.length).sort((a, b) => a - b)) {
      parts.push(numbers(rows, from, line - 1), marked(line, worst.get(line)), "\n".repeat(rows[line - 1]));
      from = line + 1;
    }
    // Some room below, for a text that scrolls a little further than its lines.
    parts.push(numbers(rows, from, rows.length), "\n\n");
    this.gutter.replaceChildren(...parts);
    this.level();
  }

  level() {
    this.gutter.scrollTop = this.area.scrollTop;
  }

  key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") this.leaving = true;
    else if (event.key === "Tab" && !this.leaving) this.indent(event);
    else if (event.key === "Enter") this.enter(event);
    else if (event.key !== "Shift" && event.key !== "Tab") this.leaving = false;
  }

  // A new line begins where the one above did.
  enter(event) {
    const before = this.value.slice(0, this.area.selectionStart);
    const indent = /^ */.exec(before.slice(before.lastIndexOf("\n") + 1))[0];
    if (!indent) return;
    event.preventDefault();
    this.insert(`\n${indent}`);
  }

  indent(event) {
    event.preventDefault();
    const { selectionStart: start, selectionEnd: end } = this.area;
    const from = this.value.lastIndexOf("\n", start - 1) + 1;
    if (!event.shiftKey && start === end) return this.insert(STEP.slice((start - from) % STEP.length));
    const old = this.value.slice(from, end);
    const made = event.shiftKey ? old.replace(/^ {1,2}/gm, "") : old.replace(/^(?=.)/gm, STEP);
    if (made === old) return;
    this.area.setSelectionRange(from, end);
    this.insert(made);
    if (start === end) {
      const at = Math.max(from, start - (old.length - made.length));
      this.area.setSelectionRange(at, at);
    } else this.area.setSelectionRange(from, from + made.length);
  }
}

// How many rows a line takes where it wraps: long lines are laid out beside the text as it lays them out, all at once.
class Rows {
  constructor(area) {
    Object.assign(this, { area, width: 0, known: new Map(), bench: document.createElement("div") });
    this.bench.className = "wraprows";
    area.parentElement.append(this.bench);
  }

  of(lines) {
    const { lineHeight, fontSize, paddingLeft, paddingRight } = getComputedStyle(this.area);
    const bar = this.area.offsetWidth - this.area.clientWidth;
    const width = this.area.getBoundingClientRect().width - bar - parseFloat(paddingLeft) - parseFloat(paddingRight);
    this.height = parseFloat(lineHeight);
    if (width !== this.width || this.known.size > MANY) this.known.clear();
    this.width = width;
    // No letter of these is wider than it is high.
    const few = width / parseFloat(fontSize);
    const short = (line) => line.length <= few && /^[ -~]*$/.test(line);
    const unknown = [...new Set(lines)].filter((line) => !this.known.has(line) && !short(line));
    if (unknown.length) this.measure(unknown);
    return lines.map((line) => this.known.get(line) ?? 1);
  }

  measure(lines) {
    this.bench.style.width = `${this.width}px`;
    const boxes = lines.map((line) => Object.assign(document.createElement("div"), { textContent: line }));
    this.bench.replaceChildren(...boxes);
    boxes.forEach((box, at) => this.known.set(lines[at], Math.max(1, Math.round(box.offsetHeight / this.height))));
    this.bench.replaceChildren();
  }
}

function numbers(rows, from, to) {
  let made = "";
  for (let line = from; line <= to; line += 1) made += line + "\n".repeat(rows[line - 1]);
  return made;
}

function marked(line, severity) {
  const made = document.createElement("b");
  made.className = severity;
  made.textContent = line;
  return made;
}
