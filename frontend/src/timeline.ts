/** The page of a relationship: the picture of its timeline, and the two sliders that move it. */

import { openEvidence } from "./evidence";
import { filterList, filterOf } from "./filters";
import { REFRESHED } from "./live";
import type { Mark } from "./layout";
import { dayNumber, dayWords, momentWords, type Picture } from "./picture";
import { Panel } from "./panel";
import { Plot } from "./plot";
import { asked, dayOf, keepClocks, question } from "./question";
import { askedOfSite, followAddress } from "./site";
import { Slider } from "./slider";
import { FilesSource, ServerSource, type Question, type Source } from "./sources";
import { say } from "./words";

class RelationshipPage {
  private readonly source: Source;
  private readonly panel: Panel;
  private readonly plot: Plot;
  private readonly day: Slider;
  private readonly moment: Slider;
  private readonly caption = make("p", "caption");
  private readonly counted = make("span", "count");
  private readonly filters = document.querySelector<HTMLFormElement>("#filters");
  private readonly query: URLSearchParams;
  private readonly moved = { on: false, knownAt: false };

  constructor(place: HTMLElement, state: HTMLElement, private picture: Picture) {
    const site = window.comitySite;
    this.source = site ? new FilesSource(site) : new ServerSource();
    this.query = site ? askedOfSite(site.days, picture) : asked();
    this.panel = new Panel(state, this.source);
    this.day = this.daySlider();
    this.moment = this.momentSlider();
    const figure = make("figure", "picture");
    figure.append(this.sliders(), this.tools(), this.plotPlace(), this.caption, this.legend());
    place.replaceChildren(figure);
    const within = figure.querySelector<HTMLElement>(".plot")!;
    this.plot = new Plot(within, picture, {
      active: (mark) => this.tell(mark),
      open: (mark) => void openEvidence(this.hrefOf(mark), within),
    });
    foldClocks();
    this.filters?.addEventListener("input", () => this.redraw());
    document.addEventListener(REFRESHED, (event) => this.refresh((event as CustomEvent<Document>).detail));
    this.tell(null);
    this.redraw();
    if (site) followAddress(document.querySelector("#clocks"), this.filters);
    if (site && (this.query.has("on") || this.query.has("known_at"))) void this.fromHash();
  }

  private get knownAt(): number {
    return this.picture.moments[this.moment.value]?.position ?? this.picture.known_at;
  }

  /** The position that the title tells; at the last moment of knowing it is that of the log. */
  private get positionTold(): number {
    const last = this.moment.value >= this.picture.moments.length - 1;
    return last ? Math.max(this.picture.known_at, this.knownAt) : this.knownAt;
  }

  /** The question now; at the last moment of knowing it is `now`. */
  private get question(): Question {
    const last = this.moment.value >= this.picture.moments.length - 1;
    return question(this.query, this.day.value, last ? null : this.knownAt, this.moved);
  }

  private daySlider(): Slider {
    const { days, on } = this.picture;
    const value = dayOf(this.query.get("on")) ?? dayNumber(on);
    const ends = [days.first, days.last, on].filter((day) => day !== null).map(dayNumber);
    return new Slider({
      id: "slide-on", label: say("day"), page: 365, words: dayWords, value,
      min: Math.min(...ends, value), max: Math.max(...ends, value),
      input: () => this.slide("on"),
      settle: () => keepClocks(this.question.query),
    });
  }

  private momentSlider(): Slider {
    const { moments } = this.picture;
    const position = Number(this.query.get("known_at") ?? NaN);
    const known = Number.isNaN(position) ? this.picture.known_at : position;
    const at = moments.findLastIndex((moment) => moment.position <= known);
    return new Slider({
      id: "slide-known", label: say("known"), page: 10, value: Math.max(at, 0),
      min: 0, max: Math.max(moments.length - 1, 0),
      words: (index) => this.momentTold(index),
      input: () => this.slide("knownAt"),
      settle: () => void this.settleMoment(),
    });
  }

  private momentTold(index: number): string {
    const moment = this.picture.moments[index];
    return moment ? say("known_events", { at: momentWords(moment.recorded_at), position: moment.position, n: moment.events }) : say("nothing_known");
  }

  private slide(clock: "on" | "knownAt"): void {
    this.moved[clock] = true;
    const now = this.question;
    if (clock === "on") this.plot.days(this.day.value, dayOf(this.query.get("than_on")));
    else this.redraw();
    void this.panel.show(now);
    history.replaceState(null, "", this.source.address(now));
    this.entitle();
  }

  /** Say over the state which day and moment it is of. */
  private entitle(): void {
    const title = document.getElementById("state-of");
    if (title) title.textContent = say("state_of", { on: dayWords(this.day.value), known: this.positionTold });
  }

  /** What was corrected or retracted since stands in the picture and in the list of the moment. */
  private async settleMoment(): Promise<void> {
    const now = this.question;
    keepClocks(now.query);
    try {
      const [{ lanes, items, spells }, page] = await Promise.all([this.source.picture(now), this.source.page(now)]);
      if (this.question.knownAt !== now.knownAt) return; // the slider has moved on
      if (page) takeList(page);
      this.picture = { ...this.picture, lanes, items, spells };
      this.redraw();
    } catch {
      this.caption.textContent = say("no_answer");
    }
  }

  private async fromHash(): Promise<void> {
    this.moved.on = this.query.has("on");
    this.moved.knownAt = this.query.has("known_at");
    history.replaceState(null, "", this.source.address(this.question));
    this.entitle();
    await this.panel.show(this.question);
    await this.settleMoment();
  }

  /** Something was recorded elsewhere: the new page's picture and, if it is asked for, its state. */
  private refresh(page: Document): void {
    const told = page.getElementById("picture")?.textContent;
    if (!told) return;
    const newest = this.moment.value >= this.picture.moments.length - 1;
    this.picture = JSON.parse(told) as Picture;
    this.source.forget();
    this.moment.reach(this.picture.moments.length - 1);
    if (newest) {
      this.moment.set(this.picture.moments.length - 1);
      void this.panel.show(this.question);
      const [title, told] = [document, page].map((each) => each.getElementById("state-of"));
      if (title && told) title.textContent = told.textContent;
    }
    this.redraw();
  }

  private redraw(): void {
    const shown = filterOf(this.filters);
    const position = this.knownAt;
    this.plot.show(this.picture, (item) => item.position <= position && shown(item));
    this.plot.days(this.day.value, dayOf(this.query.get("than_on")));
    filterList(shown, position);
    this.counted.textContent = say("count", { n: this.plot.count, total: this.picture.items.length });
  }

  private tell(mark: Mark | null): void {
    if (!mark) {
      this.caption.textContent = say("picture_help");
      return;
    }
    const { item } = mark;
    const more = [];
    if (item.earliest !== item.latest) more.push(say("between", { first: item.earliest ?? "…", last: item.latest ?? "…" }));
    if (item.accounts > 1) more.push(say("accounts", { n: item.accounts }));
    if (item.findings.length) more.push(say("findings", { kinds: item.findings.join(", ").replaceAll("-", " ") }));
    const link = make("a", "event") as HTMLAnchorElement;
    link.href = this.hrefOf(mark);
    link.textContent = item.says;
    const date = item.earliest !== null && item.earliest === item.latest ? dayWords(dayNumber(item.earliest)) : item.when;
    this.caption.replaceChildren(`${date}: `, link, more.length ? ` (${more.join("; ")})` : "");
  }

  private hrefOf({ item }: Mark): string {
    if (window.comitySite) return item.href;
    const address = new URL(item.href, location.href);
    for (const name of ["on", "known_at"]) {
      const value = this.question.query.get(name);
      if (value) address.searchParams.set(name, value);
    }
    return address.href;
  }

  private sliders(): HTMLElement {
    const both = make("div", "sliders");
    both.append(this.day.element, this.moment.element);
    return both;
  }

  private tools(): HTMLElement {
    const bar = make("div", "tools");
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", say("tools"));
    bar.append(
      button("+", say("zoom_in"), () => this.plot.zoomBy(1.6)),
      button("−", say("zoom_out"), () => this.plot.zoomBy(1 / 1.6)),
      button("←", say("earlier"), () => this.plot.moveBy(-0.4)),
      button("→", say("later"), () => this.plot.moveBy(0.4)),
      button(say("whole"), say("whole_help"), () => this.plot.whole()),
      this.counted,
    );
    return bar;
  }

  private plotPlace(): HTMLElement {
    const plot = make("div", "plot");
    plot.tabIndex = 0;
    plot.setAttribute("role", "application");
    plot.setAttribute("aria-roledescription", say("picture"));
    plot.setAttribute("aria-label", say("picture_label", { n: this.picture.items.length }));
    this.caption.setAttribute("aria-live", "polite");
    return plot;
  }

  private legend(): HTMLElement {
    const legend = make("p", "legend");
    legend.append(...["legend_bar", "legend_vague", "legend_rivals", "legend_finding"].map((key) => {
      const part = make("span", "");
      part.textContent = say(key);
      return part;
    }));
    return legend;
  }
}

/** Take the list of another page of the same relationship, and what stands around it. */
function takeList(page: Document): void {
  for (const place of ["#entries", "#entries-count", "#retracted", "nav.pages"]) {
    const [old, fresh] = [document.querySelector(place), page.querySelector(place)];
    if (old) old.replaceChildren(...(fresh?.childNodes ?? []));
  }
}

/** The sliders do what the form of the clocks does; it stays for a day by hand and for comparing. */
function foldClocks(): void {
  const form = document.getElementById("clocks");
  if (!form) return;
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = say(window.comitySite ? "by_hand_only" : "by_hand");
  const rest = [...form.childNodes].filter((node) => node.nodeName !== "H2");
  details.className = "by-hand";
  details.append(summary, ...rest);
  form.querySelector("h2")?.classList.add("visually-hidden");
  form.append(details);
  document.getElementById("picture-place")?.after(form);
}

function make(tag: string, name: string): HTMLElement {
  const element = document.createElement(tag);
  if (name) element.className = name;
  return element;
}

function button(text: string, label: string, act: () => void): HTMLElement {
  const made = make("button", "") as HTMLButtonElement;
  made.type = "button";
  made.textContent = text;
  made.title = label;
  if (label !== text) made.setAttribute("aria-label", label);
  made.onclick = act;
  return made;
}

const place = document.getElementById("picture-place");
const state = document.getElementById("state");
const told = document.getElementById("picture")?.textContent;
if (place && state && told) {
  const started = performance.now();
  new RelationshipPage(place, state, JSON.parse(told) as Picture);
  requestAnimationFrame(() => performance.measure("comity-picture", { start: started }));
}
