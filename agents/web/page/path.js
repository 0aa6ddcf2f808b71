// The path as a picture: what waits in front of each stage, how fast it goes through, and what became of it.

import { amount, byId, h, svg, tell } from "./dom.js";

const STAGES = [
  {
    name: "split",
    does: "cuts dumps into articles",
    unit: "dumps/s",
    topics: ["dumps"],
    fates: { split: "with articles", "no-articles": "without any", dead: "dead" },
  },
  {
    name: "deduplicate",
    does: "finds the copies",
    unit: "articles/s",
    topics: ["articles"],
    fates: { original: "originals", copy: "copies", repeat: "repeats, only counted", replayed: "seen before", dead: "dead" },
  },
  {
    name: "classify",
    does: "labels by region and topic",
    unit: "articles/s",
    topics: ["judged"],
    fates: { event: "events", duplicate: "copies", dead: "dead" },
  },
];
const RATE_SAMPLES = 10;
const SPARKS = 60;

/** The picture in #path, out of the worker's figures, which come once a second. */
export class Path {
  constructor() {
    this.samples = [];
    this.stages = STAGES.map((stage) => new Stage(stage));
    byId("path").append(...this.stages.flatMap((stage) => [stage.waiting, stage.card]));
  }

  take(figures) {
    this.samples.push(figures);
    if (this.samples.length > SPARKS + RATE_SAMPLES) this.samples.shift();
    // A worker that was started again counts from nought.
    const last = this.samples.at(-2);
    if (last && total(last, "classify") > total(figures, "classify")) this.samples = [figures];
    for (const stage of this.stages) stage.draw(figures, this.samples);
    tell(byId("path-line"), this.stages.map((stage) => stage.line).join(" → "));
    const backfill = figures.lag["dumps.backfill"]?.[0] ?? 0;
    const later = backfill ? `, ${amount(backfill)} back-filled dumps wait` : "";
    tell(byId("path-hint"), `This worker's share: ${figures.owned} of ${figures.partitions} partitions${later}`);
  }
}

class Stage {
  constructor({ name, does, unit, topics, fates }) {
    Object.assign(this, { name, topics, line: name, waitingCount: 0 });
    this.rate = h("span", { class: "rate" }, "0");
    this.batch = h("span", { class: "hint" });
    this.spark = svg("polyline");
    this.fates = new Map(Object.entries(fates).map(([fate, label]) => [fate, fateRow(fate, label)]));
    this.lag = h("span", { class: "lag" }, "0 waiting");
    const lines = [svg("path", { d: "M0,8H56" }), svg("path", { d: "M52,3l7,5l-7,5" })];
    const arrow = svg("svg", { viewBox: "0 0 64 16", "aria-hidden": "true" }, ...lines);
    this.waiting = h("li", { class: "waiting" }, this.lag, arrow, h("code", {}, topics[0]));
    this.card = h(
      "li",
      { class: "stage", "data-stage": name },
      h("h2", {}, name),
      h("p", { class: "hint" }, does),
      h("p", { class: "speed" }, this.rate, h("span", { class: "hint" }, ` ${unit} `), this.batch),
      svg("svg", { class: "spark", viewBox: `0 0 ${SPARKS - 1} 20`, preserveAspectRatio: "none", "aria-hidden": "true" }, this.spark),
      h("ul", { class: "fates" }, ...[...this.fates.values()].map((row) => row.element)),
    );
  }

  draw(figures, samples) {
    const counts = figures.records[this.name] ?? {};
    const all = Math.max(1, total(figures, this.name));
    for (const [fate, row] of this.fates) row.draw(counts[fate] ?? 0, all);
    const rates = ratesOf(samples, this.name);
    const now = rates.at(-1) ?? 0;
    tell(this.rate, now >= 100 || now === 0 ? now.toFixed(0) : now.toFixed(1));
    this.line = `${this.name} ${this.rate.textContent}/s${this.waitingCount ? `, ${amount(this.waitingCount)} waiting` : ""}`;
    tell(this.batch, meanBatch(figures.seconds[this.name]));
    const most = Math.max(1, ...rates);
    const points = rates.map((rate, at) => `${SPARKS - rates.length + at},${(19 - (rate / most) * 18).toFixed(1)}`);
    this.spark.setAttribute("points", points.join(" "));
    this.#lag(figures.lag);
    this.waiting.classList.toggle("flows", now > 0);
  }

  #lag(lag) {
    const own = this.topics.map((topic) => lag[topic]).filter(Boolean);
    const waiting = own.reduce((sum, [messages]) => sum + messages, 0);
    this.waitingCount = waiting;
    const seconds = Math.max(0, ...own.map(([, behind]) => behind));
    tell(this.lag, own.length ? `${amount(waiting)} waiting${seconds >= 1 ? `, ${seconds.toFixed(0)} s behind` : ""}` : "not here");
    this.waiting.classList.toggle("late", seconds >= 60);
  }
}

function fateRow(fate, label) {
  const bar = h("span", { class: "bar" });
  const count = h("span", { class: "number" }, "0");
  const element = h("li", { class: `fate ${fate}` }, h("span", { class: "name" }, label), count, bar);
  return {
    element,
    draw(number, all) {
      tell(count, amount(number));
      element.classList.toggle("none", number === 0);
      bar.style.setProperty("--share", `${((100 * number) / all).toFixed(2)}%`);
    },
  };
}

const total = (figures, stage) => Object.values(figures.records[stage] ?? {}).reduce((sum, count) => sum + count, 0);

/** Return the rates a second of the last samples, each over the ten before it. */
function ratesOf(samples, stage) {
  const rates = [];
  for (let at = 1; at < samples.length; at++) {
    const [now, before] = [samples[at], samples[Math.max(0, at - RATE_SAMPLES)]];
    rates.push(((total(now, stage) - total(before, stage)) * 1000) / Math.max(1, now.at - before.at));
  }
  return rates.slice(-SPARKS);
}

function meanBatch(seconds) {
  return seconds?.[0] ? `${((1000 * seconds[1]) / seconds[0]).toFixed(0)} ms a batch` : "";
}
