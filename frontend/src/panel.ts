/** The panel of the state: asks for it as the clocks move, one request at a time, and keeps it meanwhile. */

import type { Question, Source } from "./sources";
import { say } from "./words";

export class Panel {
  private next: Question | null = null;
  private busy = false;

  constructor(private readonly place: HTMLElement, private readonly source: Source) {}

  /** Show the state for a question; of several that come quickly, the last is what counts. */
  async show(question: Question): Promise<void> {
    this.next = question;
    if (this.busy) return;
    this.busy = true;
    this.place.setAttribute("aria-busy", "true");
    while (this.next) {
      const asked: Question = this.next;
      this.next = null;
      await this.fill(asked);
    }
    this.busy = false;
    this.place.removeAttribute("aria-busy");
  }

  private async fill(asked: Question): Promise<void> {
    try {
      const html = await this.source.state(asked);
      if (this.next) return; // a newer question is waiting
      this.place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
      this.place.dataset.on = asked.query.get("on") ?? "";
    } catch {
      const failure = document.createElement("p");
      failure.className = "failure";
      failure.textContent = say("no_answer");
      if (!this.next) this.place.replaceChildren(failure);
    }
  }
}
