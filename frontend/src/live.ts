/** Follows the log as it grows: new events appear on its page, and a relationship's page says so. */

import { say } from "./words";

interface Told {
  id: string;
  position: number;
  parties: string[];
  says: string;
  when: string;
}

export function followLog(page: string): void {
  const place = document.querySelector<HTMLElement>("[data-live]");
  const address = place?.dataset.live;
  if (!place || !address || typeof EventSource === "undefined") return;
  const stream = new EventSource(address);
  stream.addEventListener("event", (event) => take(page, place, JSON.parse(event.data) as Told));
  window.addEventListener("pagehide", () => stream.close());
}

function take(page: string, place: HTMLElement, told: Told): void {
  const { relationship } = place.dataset;
  if (relationship && !belongs(told, relationship)) return;
  place.textContent = say(page === "log" ? "new_events" : "recorded_elsewhere", { says: told.says ?? told.id });
}

function belongs(told: Told, relationship: string): boolean {
  return relationship.split("-").every((party) => told.parties.includes(party));
}
