/** The network of the world on a day, drawn by cytoscape when a reader asks for it. */

import cytoscape from "cytoscape";

import { say } from "./words";

interface Network {
  nodes: { id: string; name: string; ended: boolean }[];
  links: { a: string; b: string; says: string; level: number; href: string }[];
}

/** How large a small network is drawn at most; a reader can zoom further. */
const MOST_FITTED = 1.5;
const STYLESHEET = "__________cytoscape_stylesheet";

/** Draw the network; the tables beside it say the same to those who do not see it. */
function drawNetwork(place: HTMLElement, network: Network): void {
  keepStylesOut();
  const box = document.createElement("div");
  box.className = "network";
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", say("network_label", { n: network.nodes.length, links: network.links.length }));
  const caption = document.createElement("p");
  caption.className = "caption";
  caption.textContent = say("network_help");
  place.replaceChildren(box, caption);
  const cy = cytoscape({
    container: box,
    elements: [
      ...network.nodes.map(({ id, name, ended }) => ({ data: { id, name, ended: ended ? 1 : 0 } })),
      ...network.links.map(({ a, b, says, level, href }, at) => (
        { data: { id: `link-${at}`, source: a, target: b, says, level: 1 + Math.min(level, 3) * 1.5, href } })),
    ],
    layout: { name: "cose", animate: false, nodeDimensionsIncludeLabels: true, randomize: false, padding: 20 },
    style: styles(),
    minZoom: 0.2,
    maxZoom: MOST_FITTED,
  });
  cy.maxZoom(5);
  cy.userZoomingEnabled(false); // a page can be scrolled past it, until it is clicked
  box.addEventListener("click", () => cy.userZoomingEnabled(true), { once: true });
  cy.on("mouseover tap", "node", (event) => {
    caption.textContent = event.target.data("name");
  });
  cy.on("mouseover", "edge", (event) => {
    const { source, target, says } = event.target.data();
    caption.textContent = `${source} – ${target}: ${says}`;
  });
  cy.on("tap", "edge", (event) => {
    location.href = event.target.data("href");
  });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", () => cy.style(styles()));
}

/** The page's policy lets in no style that a script writes, and the page has what this one says. */
function keepStylesOut(): void {
  if (document.getElementById(STYLESHEET)) return;
  const held = document.createElement("meta");
  held.id = STYLESHEET;
  document.head.append(held);
}

function styles(): cytoscape.StylesheetJson {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return [
    {
      selector: "node",
      style: {
        label: "data(id)", "background-color": colour("relations"), color: colour("ink"), "font-size": 11,
        "text-valign": "top", width: 16, height: 16,
      },
    },
    { selector: "node[ended = 1]", style: { "background-color": colour("quiet"), "border-style": "dashed", "border-width": 1 } },
    { selector: "edge", style: { width: "data(level)", "line-color": colour("missions"), opacity: 0.55, "curve-style": "haystack" } },
  ];
}

const place = document.getElementById("network-place");
const told = document.getElementById("network")?.textContent;
if (place && told) drawNetwork(place, JSON.parse(told) as Network);
