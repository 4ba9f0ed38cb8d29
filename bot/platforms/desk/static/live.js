// News of the bot, as they come: the top bar, the navigation, and the parts of the page that changed.
import { lost, parsed, say } from "./say.js";

let seen = document.getElementById("main").dataset.seen;
let latest = Promise.resolve();

export function startLive() {
  const source = new EventSource("/live");
  source.addEventListener("news", (event) => {
    lost("");
    const news = JSON.parse(event.data);
    bar(news);
    // The page may have changed before its stream was there; after a silence it may not have.
    if (news.seen === seen) return;
    seen = news.seen;
    document.dispatchEvent(new Event("desk:news"));
    // One after another, so that an older answer never overwrites a newer one.
    latest = latest.then(refresh);
  });
  source.addEventListener("over", () => {
    source.close();
    lost("Your session is over. Load the page again to log in.");
  });
  source.addEventListener("error", () => {
    lost(source.readyState === EventSource.CLOSED
      ? "You are no longer logged in. Load the page again."
      : "The desk does not answer; trying again.");
  });
}

function bar(news) {
  const lamps = news.platforms.map((platform) => {
    const item = document.createElement("li");
    item.dataset.state = platform.state;
    const light = span("light", platform.light);
    light.setAttribute("aria-hidden", "true");
    item.append(light, ` ${platform.name}`, platform.words ? span("words", `: ${platform.words}`) : span("sr", ": on"));
    return item;
  });
  document.getElementById("lamps").replaceChildren(...lamps);
  document.getElementById("count").textContent = news.count;
  told(`Times: ${news.clock}`);
  for (const note of document.querySelectorAll("[data-note]")) {
    const words = news.notes[note.dataset.note];
    const dot = span("sep", "· ");
    dot.setAttribute("aria-hidden", "true");
    note.replaceChildren(...(words ? [dot, words] : []));
  }
}

// With another time zone, every time of a page that is only read is another one.
function told(clock) {
  const place = document.getElementById("clock");
  if (place.textContent === clock) return;
  place.textContent = clock;
  if (document.querySelector("[data-live]:not(#start)")) location.reload();
}

function span(name, words) {
  const made = document.createElement("span");
  made.className = name;
  made.textContent = words;
  return made;
}

async function refresh() {
  const live = document.querySelector("[data-live]");
  if (!live) return;
  const query = new URLSearchParams(location.search);
  query.delete("open");
  for (const open of document.querySelectorAll("details[data-file][open]")) query.append("open", open.dataset.file);
  try {
    const response = await fetch(`${location.pathname}?${query}`, { headers: { Accept: "text/html", "X-Desk-Part": "live" } });
    if (response.ok && !response.redirected) patch(live, parsed(await response.text()));
  } catch {
    seen = null;
    lost("The desk does not answer; trying again.");
  }
}

function patch(live, fresh) {
  const focused = document.activeElement?.id;
  const said = [];
  const pairs = [...live.querySelectorAll("[data-keyed]")]
    .map((list) => [list, fresh.getElementById(list.id)]).filter(([, wanted]) => wanted);
  const hold = anchor(pairs);
  for (const part of live.querySelectorAll("[data-mark]:not([data-keyed] > *)")) {
    const other = fresh.getElementById(part.id);
    if (!other || other.dataset.mark === part.dataset.mark) continue;
    if (other.dataset.says) said.push(other.dataset.says);
    part.replaceWith(other);
  }
  for (const [list, wanted] of pairs) keyed(list, wanted, said);
  if (focused && document.activeElement?.id !== focused) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
  hold?.();
  if (said.length) say(said[0] + (said.length > 1 ? `; and ${said.length - 1} more changed` : ""));
  document.dispatchEvent(new Event("desk:patched"));
}

// What is being read stays where it is: the part that has the focus, or else the first one in sight.
function anchor(pairs) {
  const parts = pairs.flatMap(([list, wanted]) => {
    const kept = new Set([...wanted.children].map((one) => one.id));
    return [...list.children].filter((one) => kept.has(one.id) && !one.hidden);
  });
  const focused = parts.find((one) => one.contains(document.activeElement));
  const seen = scrollY > 0 && parts.find((one) => one.getBoundingClientRect().top >= 0);
  const held = focused || seen;
  if (!held) return null;
  const top = held.getBoundingClientRect().top;
  return () => scrollBy(0, document.getElementById(held.id).getBoundingClientRect().top - top);
}

// Only what changed is touched, so that nothing moves under somebody who reads.
function keyed(list, wanted, said) {
  const keep = new Set([...wanted.children].map((one) => one.id));
  for (const one of [...list.children]) {
    if (keep.has(one.id)) continue;
    if (one.dataset.words) said.push(`${one.dataset.says.split(":")[0]}: gone`);
    one.remove();
  }
  let before = list.firstElementChild;
  for (const fresh of [...wanted.children]) {
    let known = document.getElementById(fresh.id);
    if (known && known.dataset.mark !== fresh.dataset.mark) {
      if (before === known) before = fresh;
      known.replaceWith(fresh);
      known = fresh;
      if (fresh.dataset.says) said.push(fresh.dataset.says);
    } else if (!known) {
      known = fresh;
      if (fresh.dataset.says) said.push(fresh.dataset.says);
    }
    if (known !== before) list.insertBefore(known, before);
    else before = known.nextElementSibling;
  }
}
