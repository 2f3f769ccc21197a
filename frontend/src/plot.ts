/** The picture itself: a canvas that can be zoomed, dragged and walked through with the keys. */

import { scaleUtc } from "d3-scale";
import { select } from "d3-selection";
import { zoom, zoomIdentity, type D3ZoomEvent, type ZoomTransform } from "d3-zoom";

import { draw, markAt, type Scale, type View } from "./draw";
import { layOut, middle, type Layout, type Mark } from "./layout";
import { DAY, dayNumber, type Item, type Picture } from "./picture";

export interface PlotEvents {
  /** A mark became the active one, or none. */
  active(mark: Mark | null): void;
  open(mark: Mark): void;
}

export class Plot {
  private readonly canvas = document.createElement("canvas");
  private readonly zoom = zoom<HTMLElement, unknown>().scaleExtent([1, 2000]);
  private layout: Layout = { lanes: [], marks: [], bars: [], height: 0 };
  private base: Scale = scaleUtc();
  private transform: ZoomTransform = zoomIdentity;
  private width = 0;
  private pending = 0;
  private active: Mark | null = null;
  private shown: (item: Item) => boolean = () => true;
  private on = 0;
  private than: number | null = null;

  constructor(readonly element: HTMLElement, private picture: Picture, private readonly events: PlotEvents) {
    element.append(this.canvas);
    this.zoom.filter((event: Event) => zooms(event)).on("zoom", (event: D3ZoomEvent<HTMLElement, unknown>) => {
      this.transform = event.transform;
      this.later();
    });
    select(element).call(this.zoom).on("dblclick.zoom", null);
    element.addEventListener("pointermove", (event) => this.point(event));
    element.addEventListener("click", (event) => this.click(event));
    element.addEventListener("keydown", (event) => this.key(event));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.later());
    new ResizeObserver(() => this.resize()).observe(element);
    this.resize();
  }

  /** How many marks are shown. */
  get count(): number {
    return this.layout.marks.length;
  }

  show(picture: Picture, shown: (item: Item) => boolean): void {
    this.picture = picture;
    this.shown = shown;
    this.arrange();
  }

  /** Draw the line of the asked day, and that of the other day. */
  days(on: number, than: number | null): void {
    this.on = on;
    this.than = than;
    this.later();
  }

  zoomBy(factor: number): void {
    this.zoom.scaleBy(select(this.element), factor);
  }

  moveBy(part: number): void {
    this.zoom.translateBy(select(this.element), (-part * this.width) / this.transform.k, 0);
  }

  whole(): void {
    this.zoom.transform(select(this.element), zoomIdentity);
  }

  private resize(): void {
    const width = this.element.clientWidth;
    if (!width || width === this.width) return;
    this.width = width;
    this.zoom.extent([[0, 0], [width, 1]]).translateExtent([[0, -Infinity], [width, Infinity]]);
    this.arrange();
  }

  private arrange(): void {
    const [first, last] = span(this.picture);
    this.base = scaleUtc([first * DAY, last * DAY], [12, this.width - 12]);
    this.layout = layOut(this.picture, this.shown, ((last - first) * 10) / Math.max(this.width, 100));
    const kept = this.active?.item.id;
    this.active = this.layout.marks.find((mark) => mark.item.id === kept) ?? null;
    this.later();
  }

  private view(): View {
    const scale = this.transform.rescaleX(this.base);
    return { layout: this.layout, scale, width: this.width, on: this.on, than: this.than, active: this.active };
  }

  private later(): void {
    this.pending ||= requestAnimationFrame(() => {
      this.pending = 0;
      if (this.width) draw(this.canvas, this.view());
    });
  }

  private under(event: MouseEvent): Mark | null {
    const box = this.canvas.getBoundingClientRect();
    return markAt(this.view(), event.clientX - box.left, event.clientY - box.top);
  }

  private point(event: PointerEvent): void {
    const mark = this.under(event);
    this.element.classList.toggle("on-mark", mark !== null);
    if (mark && mark !== this.active) this.choose(mark);
  }

  private click(event: MouseEvent): void {
    const mark = this.under(event);
    if (mark) {
      this.choose(mark);
      this.events.open(mark);
    }
  }

  private choose(mark: Mark | null): void {
    this.active = mark;
    this.events.active(mark);
    this.later();
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = this.acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  private readonly acts: Record<string, () => void> = {
    ArrowRight: () => this.step(1),
    ArrowLeft: () => this.step(-1),
    ArrowDown: () => this.across(1),
    ArrowUp: () => this.across(-1),
    Home: () => this.go(this.layout.marks[0]),
    End: () => this.go(this.layout.marks.at(-1)),
    Enter: () => this.active && this.events.open(this.active),
    Escape: () => this.choose(null),
    "+": () => this.zoomBy(1.5),
    "=": () => this.zoomBy(1.5),
    "-": () => this.zoomBy(1 / 1.5),
    "0": () => this.whole(),
  };

  private step(by: number): void {
    const { marks } = this.layout;
    const at = this.active ? marks.indexOf(this.active) + by : by > 0 ? 0 : marks.length - 1;
    this.go(marks[Math.min(Math.max(at, 0), marks.length - 1)]);
  }

  /** Go to the nearest mark of the next lane that has one. */
  private across(by: number): void {
    const { active } = this;
    if (!active) return this.step(1);
    const lanes = this.layout.lanes.map((lane) => lane.id);
    for (let lane = lanes.indexOf(active.item.lane) + by; lanes[lane] !== undefined; lane += by) {
      const there = this.layout.marks.filter((mark) => mark.item.lane === lanes[lane]);
      const away = (mark: Mark) => Math.abs(middle(mark) - middle(active));
      if (there.length) return this.go(there.reduce((a, b) => (away(b) < away(a) ? b : a)));
    }
  }

  private go(mark: Mark | undefined): void {
    if (!mark) return;
    this.choose(mark);
    const x = this.view().scale((middle(mark) + 0.5) * DAY);
    if (x < 10 || x > this.width - 10) this.zoom.translateTo(select(this.element), this.base(middle(mark) * DAY), 0);
  }
}

/** A wheel zooms with Ctrl or when the plot has the focus, so that a page can be scrolled past it. */
function zooms(event: Event): boolean {
  if (event.type === "wheel") {
    const { ctrlKey, metaKey, currentTarget } = event as WheelEvent;
    return ctrlKey || metaKey || currentTarget === document.activeElement;
  }
  return !(event as MouseEvent).button;
}

/** The first and the last day of the picture, with a margin. */
function span(picture: Picture): [number, number] {
  const first = dayNumber(picture.days.first ?? picture.on);
  const last = Math.max(dayNumber(picture.days.last ?? picture.on), dayNumber(picture.on));
  const margin = Math.max(Math.round((last - first) * 0.02), 30);
  return [Math.min(first, dayNumber(picture.on)) - margin, last + margin];
}
