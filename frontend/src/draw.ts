/** Draws a layout on a canvas: lanes, bars, marks, the axis of time and the days asked about. */

import { scaleUtc } from "d3-scale";

import { DAY, isoDay } from "./picture";
import { middle, ROW, type Bar, type Extent, type Layout, type Mark } from "./layout";

export type Scale = ReturnType<typeof scaleUtc<number, number>>;

export const AXIS = 24;
const MARK = 4.5;

export interface View {
  layout: Layout;
  scale: Scale;
  width: number;
  on: number;
  than: number | null;
  active: Mark | null;
}

type Pen = CanvasRenderingContext2D;
type Colours = (name: string) => string;

/** Draw the view; the canvas is given its size first. */
export function draw(canvas: HTMLCanvasElement, view: View): void {
  const pen = canvas.getContext("2d");
  if (!pen) return;
  const height = view.layout.height + AXIS;
  const ratio = window.devicePixelRatio || 1;
  fit(canvas, view.width, height, ratio);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, view.width, height);
  const colours = coloursOfPage();
  pen.textBaseline = "middle";
  drawAxis(pen, view, colours);
  drawLanes(pen, view, colours);
  for (const bar of view.layout.bars) drawBar(pen, bar, view, colours);
  const size = new Map<string, number>();
  for (const mark of view.layout.marks) drawMark(pen, mark, view, colours, size);
  drawDay(pen, view.on, view, colours("focus"), [], 9);
  if (view.than !== null) drawDay(pen, view.than, view, colours("new"), [5, 4], 23);
  if (view.active) ring(pen, view.active, view, colours("focus"));
}

/** The colours of the style as they are now; each is looked up once for a drawing. */
function coloursOfPage(): Colours {
  const style = getComputedStyle(document.documentElement);
  const known = new Map<string, string>();
  return (name) => {
    let colour = known.get(name);
    if (colour === undefined) {
      colour = style.getPropertyValue(`--${name}`).trim() || "gray";
      known.set(name, colour);
    }
    return colour;
  };
}

function fit(canvas: HTMLCanvasElement, width: number, height: number, ratio: number): void {
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width === w && canvas.height === h) return;
  canvas.width = w;
  canvas.height = h;
  canvas.style.height = `${height}px`;
}

/** The pixels of an extent, cut at the edges of the picture. */
export function pixels({ first, last }: Extent, view: View): [number, number] {
  return [Math.max(px(first, view, -9), -9), Math.min(px(last + 1, view, view.width + 9), view.width + 9)];
}

function px(day: number, view: View, open: number): number {
  return Number.isFinite(day) ? view.scale(day * DAY) : open;
}

function drawAxis(pen: Pen, view: View, colours: Colours): void {
  pen.font = "12px system-ui, sans-serif";
  pen.strokeStyle = colours("line");
  pen.fillStyle = colours("quiet");
  pen.textAlign = "center";
  pen.lineWidth = 1;
  const words = view.scale.tickFormat();
  const { height } = view.layout;
  pen.beginPath();
  for (const tick of view.scale.ticks(Math.max(view.width / 95, 2))) {
    const x = Math.round(view.scale(tick)) + 0.5;
    pen.moveTo(x, 0);
    pen.lineTo(x, height);
    if (x > 20 && x < view.width - 20) pen.fillText(words(tick), x, height + AXIS / 2);
  }
  pen.stroke();
}

function drawLanes(pen: Pen, view: View, colours: Colours): void {
  pen.textAlign = "start";
  pen.font = "600 12px system-ui, sans-serif";
  for (const lane of view.layout.lanes) {
    pen.fillStyle = colours("line");
    pen.fillRect(0, lane.bottom - 1, view.width, 1);
    pen.fillStyle = colours(lane.id);
    pen.fillText(lane.name, 6, lane.top + 10);
  }
}

function drawBar(pen: Pen, bar: Bar, view: View, colours: Colours): void {
  const [left, right] = pixels(bar, view);
  if (right < 0 || left > view.width) return;
  pen.globalAlpha = 0.4;
  pen.fillStyle = fading(pen, bar, bar.sure, view, colours(bar.spell.lane));
  const top = bar.y + 1;
  if (bar.spell.paused) stripes(pen, left, right, top);
  else pen.fillRect(left, top, Math.max(right - left, 2), ROW - 3);
  pen.globalAlpha = 1;
  label(pen, bar.spell.label, left, right, bar.y, colours("ink"));
}

function stripes(pen: Pen, left: number, right: number, top: number): void {
  for (let x = left; x < right; x += 6) pen.fillRect(x, top, Math.min(3, right - x), ROW - 3);
}

function label(pen: Pen, words: string, left: number, right: number, y: number, ink: string): void {
  const from = Math.max(left, 0) + 9;
  const room = right - from - 4;
  if (room < 24 || !words) return;
  pen.font = "11px system-ui, sans-serif";
  const most = Math.floor(room / 5.6);
  pen.fillStyle = ink;
  pen.fillText(words.length > most ? `${words.slice(0, most - 1)}…` : words, from, y + ROW / 2);
}

/** A colour that fades in to where a thing surely is, and out from where it surely ends. */
function fading(pen: Pen, whole: Extent, sure: Extent, view: View, colour: string): string | CanvasGradient {
  const vague = whole.first !== sure.first || whole.last !== sure.last;
  const [left, right] = pixels(whole, view);
  if (!vague || right - left < 3) return colour;
  const at = (x: number) => Math.min(Math.max((x - left) / (right - left), 0), 1);
  const start = at(px(sure.first, view, -9));
  const end = Math.max(at(px(sure.last + 1, view, view.width + 9)), start);
  const gradient = pen.createLinearGradient(left, 0, right, 0);
  const faint = `color-mix(in srgb, ${colour} 12%, transparent)`;
  gradient.addColorStop(0, start > 0 ? faint : colour);
  gradient.addColorStop(start, colour);
  gradient.addColorStop(end, colour);
  gradient.addColorStop(1, end < 1 ? faint : colour);
  return gradient;
}

function drawMark(pen: Pen, mark: Mark, view: View, colours: Colours, cache: Map<string, number>): void {
  const [left, right] = pixels(mark, view);
  if (right < -8 || left > view.width + 8) return;
  const { item, y } = mark;
  const x = centre(mark, view);
  const place = `${Math.round(x)}:${y}`;
  const plain = item.accounts < 2 && item.findings.length === 0 && right - left <= 2 * MARK;
  if (plain && cache.has(place)) return; // one stands there already
  cache.set(place, 1);
  const colour = colours(item.lane);
  const cy = y + ROW / 2;
  if (right - left > 2 * MARK) vagueMark(pen, left, right, cy, x, colour);
  pen.fillStyle = colour;
  pen.beginPath();
  if (item.accounts > 1) diamond(pen, x, cy, MARK + 2.5);
  else pen.arc(x, cy, MARK, 0, 2 * Math.PI);
  pen.fill();
  if (item.accounts > 1) count(pen, item.accounts, x, cy, colours("ground"));
  if (item.findings.length) flag(pen, x, cy, colours("gone"));
}

/** A date that is not exact: a bar from the first possible day to the last, fading at both ends. */
function vagueMark(pen: Pen, left: number, right: number, y: number, x: number, colour: string): void {
  const gradient = pen.createLinearGradient(left, 0, right, 0);
  gradient.addColorStop(0, `color-mix(in srgb, ${colour} 8%, transparent)`);
  gradient.addColorStop(Math.min(Math.max((x - left) / (right - left), 0), 1), `color-mix(in srgb, ${colour} 75%, transparent)`);
  gradient.addColorStop(1, `color-mix(in srgb, ${colour} 8%, transparent)`);
  pen.fillStyle = gradient;
  pen.fillRect(left, y - 3, right - left, 6);
}

function diamond(pen: Pen, x: number, y: number, size: number): void {
  pen.moveTo(x, y - size);
  pen.lineTo(x + size, y);
  pen.lineTo(x, y + size);
  pen.lineTo(x - size, y);
  pen.closePath();
}

function count(pen: Pen, accounts: number, x: number, y: number, ground: string): void {
  pen.fillStyle = ground;
  pen.font = "bold 9px system-ui, sans-serif";
  pen.textAlign = "center";
  pen.fillText(String(Math.min(accounts, 9)), x, y + 0.5);
  pen.textAlign = "start";
}

/** The sign of a finding: a triangle above the mark. */
function flag(pen: Pen, x: number, y: number, colour: string): void {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.moveTo(x + 5, y - 10);
  pen.lineTo(x + 9.5, y - 2.5);
  pen.lineTo(x + 0.5, y - 2.5);
  pen.closePath();
  pen.fill();
}

function drawDay(pen: Pen, day: number, view: View, colour: string, dashes: number[], y: number): void {
  const x = view.scale((day + 0.5) * DAY);
  if (x < 0 || x > view.width) return;
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.setLineDash(dashes);
  pen.beginPath();
  pen.moveTo(x, 0);
  pen.lineTo(x, view.layout.height + 3);
  pen.stroke();
  pen.setLineDash([]);
  pen.fillStyle = colour;
  pen.font = "600 12px system-ui, sans-serif";
  pen.textAlign = x > view.width - 90 ? "end" : "start";
  pen.fillText(isoDay(day), x + (x > view.width - 90 ? -5 : 5), y);
  pen.textAlign = "start";
}

function ring(pen: Pen, mark: Mark, view: View, colour: string): void {
  pen.strokeStyle = colour;
  pen.lineWidth = 2.5;
  pen.beginPath();
  pen.arc(centre(mark, view), mark.y + ROW / 2, MARK + 5, 0, 2 * Math.PI);
  pen.stroke();
}

/** The pixel at which a mark stands. */
export function centre(mark: Mark, view: View): number {
  const x = view.scale((middle(mark) + 0.5) * DAY);
  const [left, right] = pixels(mark, view);
  return right - left > 2 * MARK ? Math.min(Math.max(x, left + MARK), right - MARK) : x;
}

/** The mark nearest to a point, within 14 pixels. */
export function markAt(view: View, x: number, y: number): Mark | null {
  let best: Mark | null = null;
  let least = 14;
  for (const mark of view.layout.marks) {
    const dy = Math.abs(mark.y + ROW / 2 - y);
    if (dy > least) continue;
    const [left, right] = pixels(mark, view);
    const within = dy < ROW / 2 && x >= left && x <= right;
    const away = within ? Math.min(Math.abs(centre(mark, view) - x), 9) : Math.hypot(centre(mark, view) - x, dy);
    if (away < least) [best, least] = [mark, away];
  }
  return best;
}
