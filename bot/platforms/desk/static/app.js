// Starts what the page at hand has; every page works without it.
import { startAsking } from "./ask.js";
import { startBriefings } from "./briefings.js";
import { startCompletion } from "./complete.js";
import { startEditing } from "./edit.js";
import { startLive } from "./live.js";
import { startTabs } from "./tabs.js";

document.documentElement.classList.add("js");
startTabs(document);
startCompletion();
startAsking();
startBriefings();
startEditing();
startLive();
