// Elements out of text. Nothing here, or anywhere on this page, makes markup of a string: what a dump holds stays text.

const SVG = "http://www.w3.org/2000/svg";

/** Return a new HTML element. Properties that are null are left out; children are nodes, or strings, which become text. */
export function h(tag, properties = {}, ...children) {
  return filled(document.createElement(tag), properties, children);
}

/** Return a new SVG element. */
export function svg(tag, properties = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), properties, children);
}

export const byId = (id) => document.getElementById(id);

/** Set the text of a node, where it is another. */
export function tell(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const counts = new Intl.NumberFormat("en");
export const amount = (number) => counts.format(number);

const days = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });
const minutes = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
export const atClock = (ms) => clock.format(ms);

/** Return a <time> of "2025-08-02T02:00:00Z" or "2025-08-02", the first in the reader's own time. */
export function timeOf(text) {
  const at = Date.parse(text);
  if (Number.isNaN(at)) return h("span", {}, text);
  return h("time", { datetime: text, title: text }, (text.length === 10 ? days : minutes).format(at));
}

function filled(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (typeof value === "boolean" && name.startsWith("aria-")) element.setAttribute(name, String(value));
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const REGIONS = new Intl.DisplayNames(["en"], { type: "region", fallback: "code" });

/** Return the English name of a country by its code (ISO 3166-1); the code itself where it is none. */
export function countryName(code) {
  return /^[A-Z]{2}$/.test(code) ? REGIONS.of(code) : code;
}
