// The Briefings page: claims are fetched when a file is unfolded, and files are found by name.
import { parsed } from "./say.js";

export function startBriefings() {
  const files = document.getElementById("files");
  if (!files) return;
  // A toggle event does not bubble, hence the capture.
  files.addEventListener("toggle", (event) => unfold(event.target), true);
  document.querySelector("form[data-filter]")?.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("filter")?.addEventListener("input", filter);
  document.getElementById("only")?.addEventListener("change", filter);
  document.addEventListener("desk:patched", filter);
}

async function unfold(details) {
  const place = details.querySelector(".unfolded");
  if (!details.open || place.querySelector(".snippets")) return;
  const query = new URLSearchParams({ file: details.dataset.file });
  const response = await fetch(`/briefings/snippets?${query}`).catch(() => null);
  if (response?.ok) place.replaceChildren(...parsed(await response.text()).body.children);
  else place.textContent = "These could not be fetched. Fold the file up and try again.";
}

function filter() {
  const field = document.getElementById("filter");
  if (!field) return;
  const words = field.value.trim().toLowerCase();
  const only = document.getElementById("only").checked;
  let shown = 0;
  let all = 0;
  for (const file of document.querySelectorAll(".file")) {
    const fits = file.dataset.words.includes(words) && (!only || "wrong" in file.dataset);
    file.hidden = !fits;
    shown += fits;
    all += 1;
  }
  document.getElementById("shown").textContent = shown === all ? "" : `${shown} of ${all} files`;
}
