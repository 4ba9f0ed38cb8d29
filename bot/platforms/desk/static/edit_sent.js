// What the editor asks the desk; where the session is another one by now, with the token of that one.
import { csrf, parsed } from "./say.js";

const AWAY = "The desk does not answer. Your text stays here, and a copy of it in this browser; try again.";
const OUT = "You are not logged in any more. Log in in another tab, then come back and try again: your text stays here.";

// The answer as it was meant for us, or one that says in `says` why there is none.
export async function answer(path, fields) {
  try {
    let response = await posted(path, fields);
    if ([401, 403].includes(response.status) && await renewed()) response = await posted(path, fields);
    if ([401, 403].includes(response.status)) return { says: OUT };
    if (response.headers.get("Content-Type")?.startsWith("application/json")) return await response.json();
    return { says: response.status >= 500 ? "The bot failed to answer, and its log says why. Your text stays here." : await response.text() };
  } catch {
    return { says: AWAY };
  }
}

// A piece of the page, or what a file holds; null where there is none to be had now.
export async function part(path, fields = null) {
  try {
    const response = await (fields ? posted(path, fields) : fetch(path));
    if (!response.ok) return null;
    return response.headers.get("Content-Type").startsWith("application/json") ? await response.json() : await response.text();
  } catch {
    return null;
  }
}

function posted(path, fields) {
  const body = new URLSearchParams({ csrf: csrf(), ...fields });
  return fetch(path, { method: "POST", body, headers: { "X-Desk-Part": "edit", Accept: "application/json" } });
}

// Somebody who logged in again, in another tab, has another token.
async function renewed() {
  const response = await fetch("/briefings/new", { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) return false;
  const fresh = parsed(await response.text()).querySelector('meta[name="csrf"]')?.content;
  if (!fresh) return false;
  document.querySelector('meta[name="csrf"]').content = fresh;
  for (const field of document.querySelectorAll('input[name="csrf"]')) field.value = fresh;
  return true;
}
