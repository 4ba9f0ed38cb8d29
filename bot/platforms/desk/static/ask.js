// Asking without leaving the page: a new turn is put under the others, another page of one in its place.
import { csrf, lost, parsed, say } from "./say.js";
import { startTabs } from "./tabs.js";

export function startAsking() {
  const turns = document.getElementById("turns");
  if (!turns) return;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-ask]")) return;
    event.preventDefault();
    ask(turns, form, event.submitter);
  });
  document.getElementById("channel").addEventListener("change", choose);
  if (turns.children.length > 1) turns.lastElementChild.scrollIntoView();
}

async function ask(turns, form, submitter) {
  const fields = new URLSearchParams(new FormData(form, submitter));
  const composer = form.id === "composer";
  const input = document.getElementById("typed");
  if (composer && !input.value.trim()) return;
  if (!fields.has("at")) fields.set("channel", document.getElementById("channel").value);
  document.body.setAttribute("aria-busy", "true");
  const html = await sent(fields);
  document.body.removeAttribute("aria-busy");
  if (html === null) return;
  const turn = parsed(html).querySelector(".turn");
  const where = submitter?.closest(".discord, .slack, .message")?.className;
  const known = document.getElementById(turn.id);
  if (known) known.replaceWith(turn);
  else turns.append(turn);
  document.getElementById("start")?.remove();
  startTabs(turn);
  if (composer) input.value = "";
  if (composer || !submitter) input.focus({ preventScroll: true });
  else settle(turn, known && where, submitter.textContent);
  if (turns.children.length > 1) turn.scrollIntoView();
  say(`Answer: ${turn.dataset.says}`);
}

async function sent(fields) {
  try {
    const response = await fetch("/ask", { method: "POST", body: fields, headers: { "X-Desk-Part": "turn" } });
    if (response.ok) {
      lost("");
      return await response.text();
    }
    lost(await complaint(response));
  } catch {
    lost("The desk does not answer. Is the bot still running?");
  }
  return null;
}

async function complaint(response) {
  if (response.status === 401) return "You are no longer logged in. Load the page again.";
  if (response.status >= 500) return "The bot failed to answer. Its log says why.";
  return await response.text();
}

// Whoever pressed Next finds Next under the finger again; after the last page, the title.
function settle(turn, where, label) {
  const within = where ? turn.querySelector(`.${where.trim().split(/\s+/)[0]}`) : turn;
  const buttons = [...within.querySelectorAll("button[name=press]")];
  const same = where && buttons.find((button) => button.textContent === label);
  (same || turn.querySelector("h2, .mistake")).focus({ preventScroll: true });
}

function choose(event) {
  const body = new URLSearchParams({ csrf: csrf(), channel: event.target.value });
  fetch("/channel", { method: "POST", body }).catch(() => {});
}
