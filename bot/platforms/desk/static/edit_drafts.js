// Unsaved work, kept in this browser: it is there after a crash, a closed tab, a log-out or a restart of the bot.
const PREFIX = "desk-draft:";

export class Drafts {
  constructor(file) {
    this.prefix = `${PREFIX}${file}:`;
    this.renew();
  }

  // A place of its own for what is typed from here on.
  renew() {
    this.own = `${this.prefix}${Date.now()}-${Math.random().toString(36).slice(2)}`;
  }

  // Whether the browser keeps it; it has room for a few megabytes.
  keep(text, stamp) {
    try {
      localStorage.setItem(this.own, JSON.stringify({ text, stamp, at: Date.now() }));
      return true;
    } catch {
      return false;
    }
  }

  drop(key = this.own) {
    try {
      localStorage.removeItem(key);
    } catch {
      // A browser that lets us keep nothing has nothing to drop.
    }
  }

  // What was left by others, newest first.
  found() {
    try {
      return Object.keys(localStorage)
        .filter((key) => key.startsWith(this.prefix) && key !== this.own)
        .map((key) => ({ key, ...read(localStorage.getItem(key)) }))
        .filter((one) => typeof one.text === "string")
        .sort((a, b) => b.at - a.at);
    } catch {
      return [];
    }
  }
}

function read(kept) {
  try {
    return JSON.parse(kept);
  } catch {
    return {};
  }
}

// A box for each, with what can be done about it.
export function offer(draft, restore, discard) {
  const box = document.createElement("div");
  box.className = "unsaved";
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "Unsaved work");
  const words = document.createElement("p");
  words.textContent = `Unsaved work from ${when(draft.at)} is kept in this browser.`;
  const choices = document.createElement("p");
  choices.className = "choices";
  for (const [label, act] of [["Restore it", restore], ["Discard it", discard]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => {
      act();
      box.remove();
    });
    choices.append(button);
  }
  box.append(words, choices);
  return box;
}

function when(at) {
  const then = new Date(at);
  const [day, today] = [then, new Date()].map((one) => one.toLocaleDateString("en-GB", { day: "numeric", month: "long", timeZone: zone() }));
  return day === today ? clock(then) : `${day}, ${clock(then)}`;
}

export function clock(at = new Date()) {
  return at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone() });
}

// The desk's, as on every page, and not the browser's.
function zone() {
  return document.getElementById("clock").dataset.zone;
}
