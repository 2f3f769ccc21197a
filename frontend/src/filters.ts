/** Filters the picture and the list at once, as the form is filled; the server does it when it is sent. */

import type { Item } from "./picture";

type Shown = (item: Pick<Item, "kind" | "parties" | "says">) => boolean;

/** What the form `filters` lets through. */
export function filterOf(form: HTMLFormElement | null): Shown {
  if (!form) return () => true;
  const data = new FormData(form);
  const kinds = new Set(data.getAll("kind").map(String).filter(Boolean));
  const parties = new Set(data.getAll("party").map(String).filter(Boolean));
  const words = folded(String(data.get("q") ?? "")).split(/\s+/).filter(Boolean);
  return (item) => {
    if (kinds.size && !kinds.has(item.kind)) return false;
    if (parties.size && !item.parties.some((party) => parties.has(party))) return false;
    if (!words.length) return true;
    const says = folded(item.says);
    return words.every((word) => says.includes(word));
  };
}

/** Hide what does not pass, and what was recorded after `position`, in the list of the timeline. */
export function filterList(shown: Shown, position: number): void {
  for (const entry of document.querySelectorAll<HTMLElement>("#entries > li")) {
    const { kind = "", parties = "", position: recorded = "0" } = entry.dataset;
    const item = { kind, parties: parties.split(/[\s,]+/), says: entry.textContent ?? "" };
    entry.hidden = Number(recorded) > position || !shown(item);
  }
}

function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
