// The course of a story in time: when which outlet had it, and under which headline.

import { amount, atClock, h, svg } from "./dom.js";

const WIDTH = 180;
const DOT = 4;

/** Return the articles of a story, the newest first, folded under their number, sources and times. */
export function courseOf(story, shown) {
  const times = story.articles.map(({ at }) => at);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const sources = story.sources ? ` of ${story.sources === 1 ? "1 source" : `${amount(story.sources)} sources`}` : "";
  const span = `${atDay(first, last)}${atClock(first)} to ${atClock(last)}`;
  return h(
    "details",
    { class: "course" },
    h("summary", {}, h("b", {}, `${amount(story.articleCount)} articles${sources}`), h("span", {}, ` ${span}`), dots(times, first, last)),
    h("ol", {}, ...story.articles.map((article) => articleItem(article, shown))),
  );
}

function articleItem({ at, event }, shown) {
  const title = event.title ?? `${event.body.slice(0, 100)}…`;
  return h(
    "li",
    { "aria-current": event.id === shown.id },
    h("span", { class: "at" }, atClock(at)),
    h("b", { dir: "auto" }, event.outlet ?? event.agency ?? "unnamed outlet"),
    h("a", { href: `#event/${event.id}`, dir: "auto", lang: event.language }, title),
  );
}

function dots(times, first, last) {
  const span = Math.max(1, last - first);
  const points = times.map((at) => svg("circle", { cx: DOT + ((at - first) / span) * (WIDTH - 2 * DOT), cy: DOT, r: DOT - 1 }));
  const shape = { class: "dots", viewBox: `0 0 ${WIDTH} ${2 * DOT}`, "aria-hidden": "true" };
  return svg("svg", shape, svg("path", { d: `M0,${DOT}H${WIDTH}` }), ...points);
}

const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** Return the day of the first article where the last one has another. */
function atDay(first, last) {
  return days.format(first) === days.format(last) ? "" : `${days.format(first)}, `;
}
