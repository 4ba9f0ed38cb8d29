// Words for those who do not see the page change, and for a desk that does not answer.

export function say(words) {
  const place = document.getElementById("said");
  place.textContent = "";
  // Emptied first, so that the same words twice are heard twice.
  requestAnimationFrame(() => { place.textContent = words; });
}

export function lost(words) {
  const place = document.getElementById("lost");
  if (place.textContent === words) return;
  place.textContent = words;
  place.hidden = !words;
}

export function csrf() {
  return document.querySelector('meta[name="csrf"]').content;
}

export function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html");
}
