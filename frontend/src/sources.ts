/** Where states and pictures come from: a server, or the files of a site. */

import { dayNumber, type Picture } from "./picture";

/** A question about a relationship, as an address has it. */
export interface Question {
  on: number;
  /** The position as of which it is asked, or null for now. */
  knownAt: number | null;
  query: URLSearchParams;
}

export interface Source {
  /** The panel of the state, as HTML. */
  state(question: Question): Promise<string>;
  picture(question: Question): Promise<Picture>;
  /** The whole page, or null where there is only one. */
  page(question: Question): Promise<Document | null>;
  /** Forget what was answered: something new is recorded. */
  forget(): void;
  /** The permanent address of a question. */
  address(question: Question): string;
}

/** Keeps the answers that were given, the oldest going first. */
class Kept<T> {
  private readonly answers = new Map<string, Promise<T>>();

  constructor(private readonly most: number) {}

  clear(): void {
    this.answers.clear();
  }

  get(key: string, ask: () => Promise<T>): Promise<T> {
    let answer = this.answers.get(key);
    if (!answer) {
      answer = ask();
      answer.catch(() => this.answers.delete(key));
      this.answers.set(key, answer);
      const oldest = this.answers.keys().next();
      if (this.answers.size > this.most && !oldest.done) this.answers.delete(oldest.value);
    }
    return answer;
  }
}

/** Asks the server that gave the page. */
export class ServerSource implements Source {
  private readonly states = new Kept<string>(200);
  private readonly pictures = new Kept<Picture>(20);
  private readonly base = location.pathname.replace(/\/$/, "");

  state({ query }: Question): Promise<string> {
    const address = `${this.base}/state.html?${query}`;
    return this.states.get(address, async () => (await answer(address)).text());
  }

  picture({ query }: Question): Promise<Picture> {
    const asked = new URLSearchParams();
    for (const name of ["on", "known_at", "certainty"]) {
      const value = query.get(name);
      if (value) asked.set(name, value);
    }
    const address = `${this.base}/picture.json?${asked}`;
    return this.pictures.get(address, async () => (await answer(address)).json() as Promise<Picture>);
  }

  async page(question: Question): Promise<Document> {
    const html = await (await answer(this.address(question))).text();
    return new DOMParser().parseFromString(html, "text/html");
  }

  forget(): void {
    this.states.clear();
    this.pictures.clear();
  }

  address({ query }: Question): string {
    return `${this.base}?${query}`;
  }
}

async function answer(address: string): Promise<Response> {
  const response = await fetch(address, { headers: { Accept: "text/html, application/json" } });
  if (!response.ok) throw new Error(`${response.status}`);
  return response;
}

interface Site {
  days: string[];
  moments: (number | { position: number })[];
  states: number[][];
  pictures: number[];
}

declare global {
  interface Window {
    comitySite?: Site;
    comityGive?: (kind: string, number: number, given: unknown) => void;
  }
}

/** Reads the files of a site, each a script that gives one thing: so a page opened as a file can. */
export class FilesSource implements Source {
  private readonly waiting = new Map<string, (given: unknown) => void>();
  private readonly given = new Kept<unknown>(400);

  constructor(private readonly site: Site) {
    window.comityGive = (kind, number, given) => this.waiting.get(`${kind}-${number}`)?.(given);
  }

  state({ on, knownAt }: Question): Promise<string> {
    const row = this.site.states[this.moment(knownAt)] ?? [];
    let day = this.site.days.findLastIndex((iso) => dayNumber(iso) <= on);
    if (day < 0) day = 0;
    return this.file("fragment", row[day]) as Promise<string>;
  }

  picture({ knownAt }: Question): Promise<Picture> {
    return this.file("picture", this.site.pictures[this.moment(knownAt)]) as Promise<Picture>;
  }

  async page(): Promise<null> {
    return null; // the list of a site is that of now, and says so
  }

  forget(): void {
    // files do not change
  }

  address({ query }: Question): string {
    return `#${query}`;
  }

  private moment(knownAt: number | null): number {
    if (knownAt === null) return this.site.moments.length - 1;
    const positions = this.site.moments.map((m) => (typeof m === "number" ? m : m.position));
    return Math.max(positions.findLastIndex((position) => position <= knownAt), 0);
  }

  private file(kind: string, number: number | undefined): Promise<unknown> {
    const key = `${kind}-${number}`;
    return this.given.get(key, () => new Promise((resolve, reject) => {
      const script = document.createElement("script");
      const settle = (end: (value: unknown) => void) => (value: unknown) => {
        this.waiting.delete(key);
        script.remove();
        end(value);
      };
      this.waiting.set(key, settle(resolve));
      script.onerror = () => settle(reject)(new Error(`data/${key}.js is not there`));
      script.src = new URL(`data/${key}.js`, location.href.replace(/[?#].*/, "")).href;
      document.head.append(script);
    }));
  }
}
