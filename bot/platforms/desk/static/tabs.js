// The drawings of an answer, one at a time or side by side; the choice holds for all answers.
const WIDE = matchMedia("(min-width: 88rem)");
let chosen = WIDE.matches ? "both" : "discord";

WIDE.addEventListener("change", () => {
  if (WIDE.matches && chosen === "discord") chosen = "both";
  if (!WIDE.matches && chosen === "both") chosen = "discord";
  document.querySelectorAll("[data-drawings]").forEach(show);
});

export function startTabs(root) {
  for (const drawings of root.querySelectorAll("[data-drawings]")) {
    drawings.querySelector("[role=tablist]").hidden = false;
    drawings.addEventListener("click", (event) => {
      const tab = event.target.closest("[role=tab]");
      if (tab) choose(tab);
    });
    drawings.addEventListener("keydown", (event) => {
      if (event.target.matches("[role=tab]")) move(event, drawings);
    });
    show(drawings);
  }
}

function choose(tab) {
  chosen = tab.dataset.tab;
  document.querySelectorAll("[data-drawings]").forEach(show);
  tab.focus();
}

function move(event, drawings) {
  const tabs = [...drawings.querySelectorAll("[role=tab]")].filter((tab) => !tab.hidden);
  const at = tabs.indexOf(event.target);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  choose(tabs[(to + tabs.length) % tabs.length]);
}

function show(drawings) {
  for (const tab of drawings.querySelectorAll("[role=tab]")) {
    const name = tab.dataset.tab;
    tab.hidden = name === "both" && !WIDE.matches;
    tab.setAttribute("aria-selected", String(name === chosen));
    tab.tabIndex = name === chosen ? 0 : -1;
  }
  for (const panel of drawings.querySelectorAll("[data-panel]")) {
    const name = panel.dataset.panel;
    panel.hidden = chosen === "both" ? !["discord", "slack"].includes(name) : name !== chosen;
  }
  drawings.dataset.shown = chosen;
}
