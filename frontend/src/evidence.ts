/** The evidence of an event over the page: all its accounts, with their sources. */

import { say } from "./words";

/** Open the evidence at an address; where it cannot be read here, go there. */
export async function openEvidence(address: string, back: HTMLElement): Promise<void> {
  let main: Element | null = null;
  if (location.protocol === "file:") { // which no script may read
    location.href = address;
    return;
  }
  try {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${response.status}`);
    main = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("main");
  } catch {
    main = null;
  }
  if (!main) {
    location.href = address;
    return;
  }
  show(main, address, back);
}

function show(main: Element, address: string, back: HTMLElement): void {
  const dialog = document.createElement("dialog");
  dialog.className = "evidence";
  dialog.setAttribute("aria-label", say("evidence"));
  const close = document.createElement("button");
  close.type = "button";
  close.className = "close";
  close.textContent = say("close");
  close.onclick = () => dialog.close();
  const whole = document.createElement("p");
  const link = document.createElement("a");
  link.href = address;
  link.textContent = say("open_page");
  whole.append(link);
  for (const script of main.querySelectorAll("script")) script.remove();
  for (const named of main.querySelectorAll("[id]")) named.id = `evidence-${named.id}`;
  for (const by of main.querySelectorAll("[aria-labelledby]")) {
    by.setAttribute("aria-labelledby", `evidence-${by.getAttribute("aria-labelledby")}`);
  }
  const content = document.createElement("div");
  content.append(...main.childNodes);
  dialog.append(close, content, whole);
  dialog.onclose = () => {
    dialog.remove();
    back.focus();
  };
  document.body.append(dialog);
  dialog.showModal();
}
