// Counts by class over time, which are the filter by class as well. Kafka's counts are the base; what comes since is added to them.

import { amount, byId, h, svg, tell } from "./dom.js";
import { testOf } from "./filter.js";

const BARS = 60;
const HEIGHT = 26;
const BUCKET_MS = 1_000;
const KEPT_BUCKETS = 4_000;
const MAX_UNFOLDED = 8;
const KINDS = ["region", "topic"];

/** The rows of #classes: each a button with a name, a count and its bars; sorted by name, those without events folded. */
export class Classes {
  constructor(known, onChange) {
    this.rows = new Map();
    this.chosen = { region: new Set(), topic: new Set() };
    this.now = 0; // by the worker's clock, whatever this machine's is
    this.onChange = onChange;
    this.all = new Series();
    this.base = null;
    this.tests = { all: () => true, region: () => true, topic: () => true };
    this.isAboutOnly = false;
    this.lists = { region: h("ul"), topic: h("ul") };
    this.timeline = chartOf(40);
    byId("timeline").append(this.timeline.chart);
    for (const kind of KINDS) {
      const title = kind === "region" ? "Regions" : "Topics";
      byId("classes").append(h("div", { role: "group", "aria-label": title }, h("h3", {}, title), this.lists[kind]));
    }
    this.empty = h("button", { type: "button", class: "quiet", hidden: true, "aria-expanded": false, onclick: () => this.#unfold() });
    byId("classes").append(this.empty);
    for (const { id, kind, name } of known) this.#row(id, kind, name);
  }

  /** Begin to count for a filter, with the articles that the page has: those of a class pass the filter without its own kind. */
  restart(query, articles) {
    this.base = null;
    this.isAboutOnly = query.get("about") === "1";
    this.tests.all = testOf(query);
    for (const kind of KINDS) this.tests[kind] = testOf(new URLSearchParams([...query].filter(([name]) => name !== kind)));
    for (const series of this.#series()) series.buckets.clear();
    for (const article of articles) this.count(article);
    this.draw();
  }

  /** Take the counts of Kafka; what was counted here until then is in them. */
  takeCounts(counts) {
    this.base = counts;
    this.now = Math.max(this.now, counts.until_ms);
    for (const series of this.#series()) series.forgetUntil(counts.until_ms);
    for (const { kind, id } of counts.classes) this.#row(id, kind, id);
    this.draw();
  }

  /** Count an event once for each of its classes. */
  count({ at, event }) {
    if (event.duplicate) return;
    this.now = Math.max(this.now, at);
    if (this.tests.all(event)) this.all.add(at);
    for (const [kind, labels] of [["region", event.regions], ["topic", event.topics]]) {
      if (!labels.length || !this.tests[kind](event)) continue;
      for (const label of labels) {
        const row = this.#row(label.id, kind, label.name);
        if (label.about || !this.isAboutOnly) row.series.add(at);
      }
    }
  }

  /** Draw every row anew; all have the same scale, so that they can be compared. */
  draw() {
    const minutes = Number(byId("span").value);
    const width = (minutes * 60_000) / BARS;
    const drawn = [...this.rows].map(([id, row]) => {
      const counted = this.base?.classes.find((each) => each.kind === row.kind && each.id === id)?.buckets;
      return { row, bars: this.#bars(row.series, counted, width) };
    });
    const most = Math.max(1, ...drawn.flatMap(({ bars }) => bars));
    for (const { row, bars } of drawn) this.#drawRow(row, bars, most, minutes);
    const bars = this.#bars(this.all, this.base?.buckets, width);
    drawBars(this.timeline, bars, Math.max(1, ...bars), 40);
    const total = sum(bars);
    this.timeline.chart.setAttribute("aria-label", `${total} events in ${spanOf(minutes)}`);
    tell(byId("counted"), `${amount(total)} events in ${spanOf(minutes)}${this.#limits()}`);
    this.#fold();
  }

  /** Choose these classes and no others, as an address names them. */
  choose(query) {
    for (const kind of KINDS) this.chosen[kind] = new Set(query.getAll(kind));
    for (const [id, { button, kind }] of this.rows) button.setAttribute("aria-pressed", String(this.chosen[kind].has(id)));
  }

  *#series() {
    yield this.all;
    for (const { series } of this.rows.values()) yield series;
  }

  /** Say what the counts leave out: where Kafka was not asked yet, and where it has deleted a part of the time. */
  #limits() {
    if (!this.base) return ", of those on this page";
    const since = this.base.complete_since_ms;
    return since ? `; older ones than ${new Date(since).toLocaleString("en-GB")} are deleted` : "";
  }

  #bars(series, counted, width) {
    const bars = new Array(BARS).fill(0);
    const last = Math.floor(this.now / width);
    const add = (at, count) => {
      const bar = BARS - 1 - (last - Math.floor(at / width));
      if (bar >= 0 && bar < BARS) bars[bar] += count;
    };
    if (this.base) for (const [bucket, count] of Object.entries(counted ?? {})) add(Number(bucket) * this.base.width_ms, count);
    for (const [bucket, count] of series.buckets) add(bucket * BUCKET_MS, count);
    return bars;
  }

  #drawRow(row, bars, most, minutes) {
    row.total = sum(bars);
    tell(row.count, amount(row.total));
    drawBars(row, bars, most, HEIGHT);
    row.chart.setAttribute("aria-label", `${row.total} in ${spanOf(minutes)}, at most ${Math.max(...bars)} in ${minutes} seconds`);
  }

  #row(id, kind, name) {
    if (this.rows.has(id)) return this.rows.get(id);
    const { chart, path } = chartOf(HEIGHT);
    const count = h("span", { class: "number" }, "0");
    const button = h(
      "button",
      { type: "button", class: "class-row", "aria-pressed": "false", "data-class": id, onclick: () => this.#choose(kind, id, button) },
      h("span", { class: "name" }, name),
      count,
      chart,
    );
    const item = h("li", {}, button);
    const after = [...this.lists[kind].children].find((other) => other.textContent.localeCompare(name) > 0);
    this.lists[kind].insertBefore(item, after ?? null);
    button.setAttribute("aria-pressed", String(this.chosen[kind].has(id)));
    this.rows.set(id, { button, item, kind, series: new Series(), count, chart, path, total: 0 });
    return this.rows.get(id);
  }

  #choose(kind, id, button) {
    if (!this.chosen[kind].delete(id)) this.chosen[kind].add(id);
    button.setAttribute("aria-pressed", String(this.chosen[kind].has(id)));
    this.onChange();
  }

  #fold() {
    const isShown = this.empty.getAttribute("aria-expanded") === "true";
    const rows = [...this.rows.values()];
    const foldable = rows.length > MAX_UNFOLDED ? rows.filter((row) => !row.total && row.button.getAttribute("aria-pressed") !== "true") : [];
    for (const row of rows) row.item.hidden = !isShown && foldable.includes(row) && !row.item.contains(document.activeElement);
    this.empty.hidden = !foldable.length;
    tell(this.empty, isShown ? "Hide those without events" : `${foldable.length} more without events`);
  }

  #unfold() {
    this.empty.setAttribute("aria-expanded", String(this.empty.getAttribute("aria-expanded") !== "true"));
    this.#fold();
  }
}

/** Numbers of events by second, so many and no more. */
class Series {
  constructor() {
    this.buckets = new Map();
  }

  add(at) {
    const bucket = Math.floor(at / BUCKET_MS);
    this.buckets.set(bucket, (this.buckets.get(bucket) ?? 0) + 1);
    if (this.buckets.size > KEPT_BUCKETS) this.buckets.delete(this.buckets.keys().next().value);
  }

  forgetUntil(ms) {
    for (const bucket of this.buckets.keys()) if (bucket * BUCKET_MS <= ms) this.buckets.delete(bucket);
  }
}

function chartOf(height) {
  const path = svg("path");
  const shape = { viewBox: `0 0 ${BARS * 4} ${height}`, preserveAspectRatio: "none" };
  return { path, chart: svg("svg", { ...shape, role: "img", "aria-label": "none yet" }, path) };
}

function drawBars({ path }, bars, most, height) {
  path.setAttribute("d", bars.map((bar, at) => (bar ? barPath(at, bar / most, height) : "")).join(""));
}

function barPath(at, share, height) {
  const high = Math.max(2, share * height);
  return `M${at * 4},${height}h3v${-high}h-3z`;
}

const sum = (bars) => bars.reduce((total, bar) => total + bar, 0);
const spanOf = (minutes) => (minutes < 60 ? `${minutes} minutes` : minutes < 1440 ? count(minutes / 60, "hour") : count(minutes / 1440, "day"));
const count = (number, unit) => (number === 1 ? `1 ${unit}` : `${number} ${unit}s`);
