/** Follows the log as it grows: what is recorded elsewhere appears on the page without a reload. */

import { say } from "./words";

/** Told to the page's own script when the page was brought up to date: `detail` is the new page. */
export const REFRESHED = "comity:refreshed";

const WAIT = 250; // milliseconds: what is recorded together is shown together

/** Follow the stream at `address` for a page that shows what is known now. */
export function followLog(page: string, address: string): void {
  const list = document.querySelector<HTMLElement>(page === "log" ? "#log[data-live]" : "#entries[data-live]");
  if (!list || typeof EventSource === "undefined") return;
  let position = Number(list.dataset.position ?? 0);
  let stream: EventSource | null = null;
  let waiting = 0;
  const take = (event: MessageEvent<string>) => {
    position = Math.max(position, Number(event.lastEventId) || 0);
    clearTimeout(waiting);
    waiting = window.setTimeout(() => void refresh(list), WAIT);
  };
  const follow = () => {
    stream?.close();
    stream = null;
    if (document.hidden) return; // a browser has few connections for all its tabs
    stream = new EventSource(`${address}?after=${position}`);
    for (const kind of ["message", "event", "recorded"]) stream.addEventListener(kind, take);
  };
  document.addEventListener("visibilitychange", follow);
  window.addEventListener("pagehide", () => stream?.close());
  follow();
}

/** Take what is new from the page as it is now; what did not change stays as it is. */
async function refresh(list: HTMLElement): Promise<void> {
  const response = await fetch(location.href);
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.getElementById(list.id);
  if (!fresh) return;
  const added = merge(list, fresh);
  document.dispatchEvent(new CustomEvent(REFRESHED, { detail: page }));
  if (added.length) tell(list, added);
}

/** Give `list` the items of `fresh`; the answer is those that it did not have. */
function merge(list: HTMLElement, fresh: HTMLElement): Element[] {
  const had = new Map([...list.children].map((item) => [item.id, item]));
  const added: Element[] = [];
  const items = [...fresh.children].map((item) => {
    const old = had.get(item.id);
    if (!old) added.push(item);
    return old && old.innerHTML === item.innerHTML ? old : item;
  });
  for (const old of [...list.children]) if (!items.includes(old)) old.remove();
  items.forEach((item, at) => {
    if (list.children[at] !== item) list.insertBefore(item, list.children[at] ?? null);
  });
  for (const item of added) item.classList.add("new");
  return added;
}

/** Say what is new, where a screen reader hears it. */
function tell(list: HTMLElement, added: Element[]): void {
  let notice = document.getElementById("new-events");
  if (!notice) {
    notice = document.createElement("p");
    notice.id = "new-events";
    notice.className = "notice";
    notice.setAttribute("role", "status");
    list.before(notice);
  }
  const names = added.slice(0, 3).map((item) => item.querySelector(".event")?.textContent?.trim() ?? "");
  const says = names.filter(Boolean).join("; ");
  notice.textContent = say("new_events", { n: added.length, says });
}
