/** Where each mark and bar stands: lanes, and rows within them so that few overlap. */

import { dayNumber, type Item, type Picture, type Range, type Spell } from "./picture";

export const ROW = 15;
const MOST_ROWS = 9;
const HEAD = 18;
const FOOT = 5;

/** Days since 1970; minus or plus infinity where a bound is open. */
export interface Extent {
  first: number;
  last: number;
}

export interface Mark extends Extent {
  item: Item;
  y: number;
}

export interface Bar extends Extent {
  spell: Spell;
  /** The days by which it surely runs, and until which it surely ran. */
  sure: Extent;
  y: number;
}

export interface Lane {
  id: string;
  name: string;
  top: number;
  bottom: number;
}

export interface Layout {
  lanes: Lane[];
  marks: Mark[];
  bars: Bar[];
  height: number;
}

export function extent(range: Range): Extent {
  const first = range.earliest === null ? -Infinity : dayNumber(range.earliest);
  const last = range.latest === null ? Infinity : dayNumber(range.latest);
  return { first, last };
}

/** Lay out the items that are shown. `gap`: how many days two things on a row must be apart. */
export function layOut(picture: Picture, shown: (item: Item) => boolean, gap: number): Layout {
  const items = new Map<string, Item[]>();
  const spells = new Map<string, Spell[]>();
  const known = new Set<string>();
  for (const item of picture.items) {
    if (!shown(item)) continue;
    known.add(item.id);
    gather(items, item.lane, item);
  }
  for (const spell of picture.spells) {
    if (spell.items.some((id) => known.has(id))) gather(spells, spell.lane, spell);
  }
  const layout: Layout = { lanes: [], marks: [], bars: [], height: 0 };
  let top = 0;
  for (const { id, name } of picture.lanes) {
    const rows = fillLane(layout, items.get(id) ?? [], spells.get(id) ?? [], top + HEAD, gap);
    const bottom = top + HEAD + Math.max(rows, 1) * ROW + FOOT;
    layout.lanes.push({ id, name, top, bottom });
    top = bottom;
  }
  layout.height = top;
  layout.marks.sort((a, b) => middle(a) - middle(b) || a.y - b.y);
  return layout;
}

function gather<T>(groups: Map<string, T[]>, key: string, value: T): void {
  const group = groups.get(key);
  if (group) group.push(value);
  else groups.set(key, [value]);
}

function fillLane(layout: Layout, items: Item[], spells: Spell[], top: number, gap: number): number {
  const rows = new Rows(gap);
  const rowOf = new Map<string, number>();
  for (const spell of spells) {
    const bar = { spell, ...spans(spell), y: 0 };
    const row = rows.place(bar);
    bar.y = top + row * ROW;
    layout.bars.push(bar);
    for (const id of spell.items) if (!rowOf.has(id)) rowOf.set(id, row);
  }
  const placed = items.map((item) => ({ item, ...extent(item), y: 0 }));
  placed.sort((a, b) => a.first - b.first || a.last - b.last);
  for (const mark of placed) {
    const row = rowOf.get(mark.item.id) ?? rows.place(mark);
    mark.y = top + row * ROW;
    layout.marks.push(mark);
  }
  return rows.count;
}

function spans(spell: Spell): Extent & { sure: Extent } {
  const from = extent(spell.from);
  const to = spell.to ? extent(spell.to) : { first: Infinity, last: Infinity };
  return { first: from.first, last: to.last, sure: { first: from.last, last: to.first } };
}

/** The rows of a lane, each with the day by which it is free. */
class Rows {
  private readonly ends: number[] = [];

  constructor(private readonly gap: number) {}

  get count(): number {
    return this.ends.length;
  }

  /** The first row with room; when there are very many, the one that is free soonest. */
  place(what: Extent): number {
    let row = this.ends.findIndex((end) => end + this.gap < what.first);
    if (row < 0) {
      row = this.ends.length < MOST_ROWS ? this.ends.length : soonest(this.ends);
    }
    this.ends[row] = Math.max(this.ends[row] ?? -Infinity, what.last);
    return row;
  }
}

function soonest(ends: number[]): number {
  let best = 0;
  ends.forEach((end, row) => {
    if (end < (ends[best] ?? Infinity)) best = row;
  });
  return best;
}

/** The day at which a mark stands: the middle of its bounds, or the bound that is known. */
export function middle({ first, last }: Extent): number {
  if (first === -Infinity) return last === Infinity ? 0 : last;
  return last === Infinity ? first : (first + last) / 2;
}
