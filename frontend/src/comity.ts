/** What every page runs: it loads the larger scripts where a page needs them. */

import { followLog } from "./live";
import { focusErrors } from "./forms";

const own = (document.currentScript as HTMLScriptElement | null)?.src ?? "";

/** Whether the page is a file of a site, which no server stands behind. */
function isSite(): boolean {
  return "comitySite" in window;
}

/** Load a script that stands beside this one. */
function load(name: string): void {
  const script = document.createElement("script");
  script.src = new URL(name, own).href;
  document.head.append(script);
}

const { page } = document.body.dataset;
if (page === "relationship") load("timeline.js");
const network = document.querySelector<HTMLButtonElement>("button[data-network]");
if (network) {
  network.hidden = false;
  network.addEventListener("click", () => load("network.js"), { once: true });
}
focusErrors();
if (!isSite() && own) followLog(page ?? "", new URL("../v1/events/live", own).pathname);
