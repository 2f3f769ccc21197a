/** What a picture of a timeline is made of, as the page brings it. */

export interface Range {
  earliest: string | null;
  latest: string | null;
}

export interface Item extends Range {
  id: string;
  lane: string;
  kind: string;
  when: string;
  says: string;
  parties: string[];
  accounts: number;
  findings: string[];
  href: string;
  position: number;
}

export interface Spell {
  lane: string;
  label: string;
  begun: string | null;
  items: string[];
  from: Range;
  to: Range | null;
  paused: boolean;
}

export interface Moment {
  position: number;
  recorded_at: string;
  events: number;
}

export interface Picture {
  lanes: { id: string; name: string }[];
  items: Item[];
  spells: Spell[];
  moments: Moment[];
  days: { first: string | null; last: string | null };
  on: string;
  known_at: number;
}

/** Milliseconds of a day. */
export const DAY = 86_400_000;

/** An ISO day as a number of days since 1970. */
export function dayNumber(iso: string): number {
  return Math.round(Date.parse(`${iso.slice(0, 10)}T00:00:00Z`) / DAY);
}

/** A number of days since 1970 as an ISO day. */
export function isoDay(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

const DAYS = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "long", year: "numeric", timeZone: "UTC",
});

/** A day in words: `20 June 2023`. */
export function dayWords(day: number): string {
  return DAYS.format(new Date(day * DAY));
}

/** A moment of recording in words: `20 June 2023, 09:00 UTC`. */
export function momentWords(at: string): string {
  return `${DAYS.format(new Date(at))}, ${new Date(at).toISOString().slice(11, 16)} UTC`;
}
