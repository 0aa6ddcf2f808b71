// One story as a card: headline and text with their evidence marked, labels, and who carried copies of it.

import { amount, atClock, countryName, h, timeOf } from "./dom.js";
import { evidenceIn, marked, paragraphs } from "./marks.js";
import { courseOf } from "./course.js";
import { shownOf } from "./store.js";

const MAX_WORDS = 6;
const PREVIEW_CHARACTERS = 360;
const NAMED_OUTLETS = 3;

/** Return the card of a story with its newest article that passes `test`; `onToggle(story)` is called when it is opened or closed. */
export function storyCard(story, test, onToggle) {
  const event = shownOf(story, test);
  const title = event.title ?? `${event.body.slice(0, 100)}…`;
  const heading = h(
    "button",
    { type: "button", "aria-expanded": story.isOpen, lang: event.language, dir: "auto", onclick: () => onToggle(story) },
    ...(event.title === null ? [title] : marked(title, evidenceIn(event, "title"))),
  );
  return h(
    "article",
    { class: "story", "data-id": story.id, "aria-label": title, tabindex: "-1" },
    h("p", { class: "origin" }, ...origin(event, story.at)),
    h("h3", {}, heading),
    story.isOpen ? h("div", { class: "body", lang: event.language }, ...bodyOf(event)) : preview(event),
    labelList(event),
    story.isOpen ? details(event) : null,
    story.articleCount > 1 ? courseOf(story, event) : null,
    story.copyCount ? carriedBy(story, event) : null,
  );
}

/** Return the paragraphs of an event with its evidence marked. */
export function bodyOf(event) {
  const nodes = paragraphs(event.body, evidenceIn(event, "body"));
  const left = event.body_characters - [...event.body].length;
  return left > 0 ? [...nodes, h("p", { class: "hint" }, `… ${amount(left)} more characters`)] : nodes;
}

/** Return the labels of an event, each with how sure it is and the words that speak for it. */
export function labelList(event) {
  const labels = [...event.regions.map((label) => ["region", label]), ...event.topics.map((label) => ["topic", label])];
  if (!labels.length) return null;
  return h("ul", { class: "labels", "aria-label": "Classes" }, ...labels.map(([kind, label]) => labelItem(kind, label)));
}

function labelItem(kind, label) {
  const words = [...new Set(label.evidence.map((place) => place.text))];
  const rest = words.length > MAX_WORDS ? ` and ${words.length - MAX_WORDS} more` : "";
  return h(
    "li",
    { class: `label ${kind}${label.about ? " about" : ""}` },
    h("b", {}, label.name),
    h("span", {}, `${label.about ? "about" : "mentioned"} ${label.score.toFixed(2)}`),
    h("span", { class: "words", dir: "auto" }, words.slice(0, MAX_WORDS).join(", ") + rest),
  );
}

function origin(event, at) {
  const from = event.outlet ? h("b", {}, event.outlet) : hostOf(event.url ?? event.source.url);
  const parts = [from, event.agency, event.author, event.published_at && timeOf(event.published_at)];
  const shown = [...parts, event.language].filter(Boolean).flatMap((part) => [" · ", part]).slice(1);
  return [h("span", { class: "at", title: "when it came out" }, atClock(at)), ...shown];
}

function preview(event) {
  const cut = [...event.body.slice(0, 2 * PREVIEW_CHARACTERS)].slice(0, PREVIEW_CHARACTERS);
  const places = evidenceIn(event, "body").filter((place) => place.end <= cut.length);
  return h("p", { class: "preview", lang: event.language, dir: "auto" }, ...marked(cut.join("").replaceAll("\n", " "), places));
}

/** Return the fields that the short form leaves out. */
export function details(event) {
  const precision = event.published_precision;
  const rows = [
    ["Address", event.url && addressOf(event.url)],
    [event.url ? "Source" : "Address", event.source.url && event.source.url !== event.url && addressOf(event.source.url)],
    ["Places", placesOf(event)],
    ["Dateline", event.dateline],
    ["Time known to the", event.published_at && precision !== "second" ? precision : null],
    ["Confidence", event.confidence.toFixed(2)],
    ["Id", h("a", { href: `#event/${event.id}` }, h("code", {}, event.id))],
    ["Dump", h("a", { href: `#find/${event.source.dump_id}` }, h("code", {}, event.source.dump_id))],
  ];
  const known = rows.filter(([, value]) => value);
  return h("dl", { class: "details" }, ...known.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

/** Return the names of the places of an event with their countries, those that it is about in bold. */
function placesOf(event) {
  const named = (event.places ?? []).map((place) => {
    const text = place.kind === "country" ? place.name : `${place.name} (${place.country})`;
    return h(place.about ? "b" : "span", { title: countryName(place.country) }, text);
  });
  return named.length ? h("span", { class: "places", dir: "auto" }, ...named.flatMap((name) => [", ", name]).slice(1)) : null;
}

function hostOf(url) {
  return URL.canParse(url ?? "") ? new URL(url).hostname : null;
}

/** An address is a link only where it is one of the web: a dump may call itself javascript:… */
function addressOf(url) {
  if (!/^https?:\/\//i.test(url)) return h("span", {}, url);
  return h("a", { href: url, rel: "noopener noreferrer nofollow", target: "_blank" }, url);
}

function carriedBy(story, shown) {
  const outlets = [...new Set(story.copies.map((copy) => copy.outlet ?? "an unnamed outlet"))];
  const named = outlets.slice(0, NAMED_OUTLETS).join(", ");
  const rest = outlets.length > NAMED_OUTLETS ? ` and ${outlets.length - NAMED_OUTLETS} more` : "";
  const count = story.copyCount === 1 ? "1 copy" : `${amount(story.copyCount)} copies`;
  const earlier = story.articles.length ? "" : " of an article from before this page was opened";
  return h(
    "details",
    { class: "copies" },
    h("summary", {}, h("b", {}, count + earlier), h("span", { dir: "auto" }, ` carried by ${named}${rest}`)),
    h("ul", {}, ...story.copies.map((copy) => copyItem(copy, shown))),
  );
}

function copyItem(copy, original) {
  const { kind, similarity, fuller } = copy.duplicate;
  const how = kind === "exact" || kind === "repeat" ? kind : `${kind} ${similarity.toFixed(2)}`;
  return h(
    "li",
    {},
    h("b", { dir: "auto" }, copy.outlet ?? "unnamed outlet"),
    h("span", { class: "kind" }, fuller ? `${how}, fuller` : how),
    copy.title && copy.title !== original.title ? h("span", { class: "title", dir: "auto", lang: copy.language }, copy.title) : null,
  );
}
