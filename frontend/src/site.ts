/** The address of a site of files: its question stands after `#`, and only what the site holds can be asked. */

import { dayNumber, isoDay, type Picture } from "./picture";
import { dayOf } from "./question";

/** The day and the moment that the address asks for, or the nearest that the site has. */
export function askedOfSite(days: string[], { moments, on: today }: Picture): URLSearchParams {
  const told = new URLSearchParams(location.hash.slice(1));
  const query = new URLSearchParams();
  const on = dayOf(told.get("on"));
  if (on !== null && !Number.isNaN(on)) {
    const ends = [days[0] ?? today, days[days.length - 1] ?? today, today].map(dayNumber);
    query.set("on", isoDay(Math.min(Math.max(on, Math.min(...ends)), Math.max(...ends))));
  }
  const known = told.get("known_at");
  const at = known ? stopOf(known, moments) : null;
  if (at !== null) query.set("known_at", String(at));
  return query;
}

/** The position of the last stop by a position, a moment or the end of a day; null where it is none. */
function stopOf(text: string, moments: Picture["moments"]): number | null {
  const isPosition = /^\d+$/.test(text);
  const time = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59.999Z` : text);
  if (!isPosition && Number.isNaN(time)) return null;
  const stop = moments.findLast(({ position, recorded_at }) =>
    isPosition ? position <= Number(text) : Date.parse(recorded_at) <= time);
  return (stop ?? moments[0])?.position ?? null;
}

/** Another address after `#` is another question; the form of the clocks gives one, the filters need none. */
export function followAddress(clocks: HTMLFormElement | null, filters: HTMLFormElement | null): void {
  window.addEventListener("hashchange", () => location.reload());
  filters?.addEventListener("submit", (event) => event.preventDefault());
  clocks?.addEventListener("submit", (event) => {
    event.preventDefault();
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(clocks)) if (value) query.set(name, String(value));
    location.hash = String(query);
  });
}
