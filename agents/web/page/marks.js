// A text with places marked in it. Offsets are code points, as in the events; JavaScript's own count UTF-16 units.

import { h } from "./dom.js";

/** Return a function from code points to UTF-16 units of a text; both are the same where no letter takes two units. */
export function unitsOf(text) {
  if (!/[\ud800-\udbff]/.test(text)) return (at) => at;
  const units = [];
  let unit = 0;
  for (const letter of text) {
    units.push(unit);
    unit += letter.length;
  }
  units.push(unit);
  return (at) => units[Math.min(at, units.length - 1)];
}

/** Return nodes of the text: places [{start, end, kind, title}] as <mark>, what lies within an earlier place left out. */
export function marked(text, places) {
  const unit = unitsOf(text);
  const nodes = [];
  let done = 0;
  for (const place of [...places].sort((one, other) => one.start - other.start || other.end - one.end)) {
    const [start, end] = [unit(place.start), unit(place.end)];
    if (start < done || end <= start || end > text.length) continue;
    nodes.push(text.slice(done, start));
    nodes.push(h("mark", { class: place.kind, title: place.title }, text.slice(start, end)));
    done = end;
  }
  nodes.push(text.slice(done));
  return nodes.filter((node) => node !== "");
}

/** Return the places of an event's labels in one of its fields. */
export function evidenceIn(event, field) {
  const places = [];
  for (const [kind, labels] of [["region", event.regions], ["topic", event.topics]]) {
    for (const label of labels) {
      for (const { field: own, start, end } of label.evidence) {
        if (own === field) places.push({ start, end, kind, title: label.name });
      }
    }
  }
  return places;
}

/** Return a text's paragraphs as <p>, with the places of the whole text marked in them. */
export function paragraphs(text, places) {
  const nodes = [];
  let start = 0;
  for (const line of text.split("\n")) {
    const length = [...line].length;
    const own = places
      .filter((place) => place.start < start + length && place.end > start)
      .map((place) => ({ ...place, start: Math.max(0, place.start - start), end: Math.min(length, place.end - start) }));
    nodes.push(h("p", { dir: "auto" }, ...marked(line, own)));
    start += length + 1;
  }
  return nodes;
}
