// Save what is shown as a file: CSV for spreadsheets, with the columns of `newsmill subscribe --format csv`, or JSON.

import { byId, h } from "./dom.js";

// A spreadsheet runs what begins so as a formula.
const FORMULA = /^[=+\-@\t\r]/;
const ids = (labels) => labels.map((label) => label.id).join(" ");

const COLUMNS = {
  id: (event) => event.id,
  fetched_at: (event) => event.source.fetched_at,
  published_at: (event) => event.published_at,
  title: (event) => event.title,
  url: (event) => event.url ?? event.source.url,
  outlet: (event) => event.outlet,
  agency: (event) => event.agency,
  author: (event) => event.author,
  language: (event) => event.language,
  regions: (event) => ids(event.regions),
  topics: (event) => ids(event.topics),
  about: (event) => ids([...event.regions, ...event.topics].filter((label) => label.about)),
  story: (event) => event.story?.id,
  story_sources: (event) => event.story?.sources,
  copy_of: (event) => event.duplicate?.of,
  body: (event) => event.body,
};

/** Make the buttons work; `events()` returns what is shown. */
export function setUpExport(events) {
  byId("export-csv").addEventListener("click", () => save("events.csv", "text/csv", csvOf(events())));
  byId("export-json").addEventListener("click", () => save("events.json", "application/json", JSON.stringify(events(), null, 1)));
}

/** Return the rows as CSV (RFC 4180). */
export function csvOf(events) {
  const rows = events.map((event) => Object.values(COLUMNS).map((value) => String(value(event) ?? "")));
  return [Object.keys(COLUMNS), ...rows].map((row) => row.map(fieldOf).join(",") + "\r\n").join("");
}

function fieldOf(text) {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
