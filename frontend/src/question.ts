/** The question that a page asks: both clocks and all else that stands in its address. */

import { dayNumber, isoDay } from "./picture";
import type { Question } from "./sources";

/** The parameters of the page's address. */
export function asked(): URLSearchParams {
  return new URLSearchParams(location.search);
}

/** The question with other clocks; a clock that is not moved stays as the address has it. */
export function question(
  base: URLSearchParams, on: number, knownAt: number | null, moved: { on: boolean; knownAt: boolean },
): Question {
  const query = new URLSearchParams(base);
  if (moved.on) query.set("on", isoDay(on));
  if (moved.knownAt) {
    if (knownAt === null) query.delete("known_at");
    else query.set("known_at", String(knownAt));
  }
  for (const [name, value] of [...query]) if (!value) query.delete(name);
  return { on, knownAt, query };
}

/** A day of the address as a number, or null where it is no plain day. */
export function dayOf(text: string | null): number | null {
  return text && /^\d{4}-\d\d-\d\d$/.test(text) ? dayNumber(text) : null;
}

/** Give the clocks to the fields of forms and to the links of the page, which keep them. */
export function keepClocks(query: URLSearchParams): void {
  for (const name of ["on", "known_at"]) {
    const value = query.get(name) ?? "";
    for (const field of document.querySelectorAll<HTMLInputElement>(`form input[name="${name}"]`)) {
      if (!field.closest("header form, #clocks, #filters")) continue;
      field.value = value;
    }
  }
  for (const link of document.querySelectorAll<HTMLAnchorElement>("body > header nav a, main a")) {
    if (link.closest("#state") || link.origin !== location.origin) continue;
    const address = new URL(link.href);
    if (!/^\/(relationships|evidence|world|parties|agenda|anniversaries|series|search)\b/.test(address.pathname)) continue;
    for (const name of ["on", "known_at"]) {
      const value = query.get(name);
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    link.href = address.href;
  }
}
