// Counts by class over time, which are the filter by class as well.

import { amount, byId, h, svg, tell } from "./dom.js";

const BUCKET_MS = 10_000;
const BARS = 60;
const KEPT_BUCKETS = 6 * 360;
const HEIGHT = 26;

/** The rows of #classes: each a button with a name, a count and its bars. */
export class Classes {
  constructor(known, onChange) {
    this.rows = new Map();
    this.chosen = { region: new Set(), topic: new Set() };
    this.now = 0; // by the worker's clock, whatever this machine's is
    this.onChange = onChange;
    this.lists = { region: h("ul"), topic: h("ul") };
    byId("classes").append(
      h("div", { role: "group", "aria-label": "Regions" }, h("h3", {}, "Regions"), this.lists.region),
      h("div", { role: "group", "aria-label": "Topics" }, h("h3", {}, "Topics"), this.lists.topic),
    );
    for (const { id, kind, name } of known) this.#row(id, kind, name);
    byId("span").addEventListener("change", () => this.draw());
  }

  /** Count an event once for each of its classes. */
  count({ at, event }) {
    if (event.duplicate) return;
    this.now = Math.max(this.now, at);
    for (const [kind, labels] of [["region", event.regions], ["topic", event.topics]]) {
      for (const label of labels) {
        const { buckets } = this.#row(label.id, kind, label.name);
        const bucket = Math.floor(at / BUCKET_MS);
        buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
        if (buckets.size > KEPT_BUCKETS) buckets.delete(buckets.keys().next().value);
      }
    }
  }

  /** Draw every row anew; all have the same scale, so that they can be compared. */
  draw() {
    const minutes = Number(byId("span").value);
    const width = (minutes * 60_000) / BARS / BUCKET_MS;
    const drawn = [...this.rows.values()].map((row) => ({ row, bars: barsOf(row.buckets, this.now, width) }));
    const most = Math.max(1, ...drawn.flatMap(({ bars }) => bars));
    for (const { row, bars } of drawn) {
      const total = bars.reduce((sum, bar) => sum + bar, 0);
      tell(row.count, amount(total));
      row.path.setAttribute("d", bars.map((bar, at) => (bar ? barPath(at, bar / most) : "")).join(""));
      row.chart.setAttribute("aria-label", `${total} in ${minutes} minutes, at most ${Math.max(...bars)} in ${width * 10} seconds`);
    }
  }

  #row(id, kind, name) {
    if (this.rows.has(id)) return this.rows.get(id);
    const path = svg("path");
    const shape = { viewBox: `0 0 ${BARS * 4} ${HEIGHT}`, preserveAspectRatio: "none" };
    const chart = svg("svg", { ...shape, role: "img", "aria-label": "none yet" }, path);
    const count = h("span", { class: "number" }, "0");
    const button = h(
      "button",
      { type: "button", class: "class-row", "aria-pressed": "false", "data-class": id, onclick: () => this.#choose(kind, id, button) },
      h("span", { class: "name" }, name),
      count,
      chart,
    );
    this.lists[kind].append(h("li", {}, button));
    button.setAttribute("aria-pressed", String(this.chosen[kind].has(id)));
    this.rows.set(id, { button, kind, buckets: new Map(), count, chart, path });
    return this.rows.get(id);
  }

  /** Choose these classes and no others, as an address names them. */
  choose(query) {
    for (const kind of Object.keys(this.chosen)) this.chosen[kind] = new Set(query.getAll(kind));
    for (const [id, { button, kind }] of this.rows) button.setAttribute("aria-pressed", String(this.chosen[kind].has(id)));
  }

  #choose(kind, id, button) {
    if (!this.chosen[kind].delete(id)) this.chosen[kind].add(id);
    button.setAttribute("aria-pressed", String(this.chosen[kind].has(id)));
    this.onChange();
  }
}

function barsOf(buckets, now, width) {
  const end = Math.floor(now / BUCKET_MS) + 1;
  const bars = new Array(BARS).fill(0);
  for (const [bucket, count] of buckets) {
    const at = BARS - 1 - Math.floor((end - 1 - bucket) / width);
    if (at >= 0 && at < BARS) bars[at] += count;
  }
  return bars;
}

function barPath(at, share) {
  const height = Math.max(2, share * HEIGHT);
  return `M${at * 4},${HEIGHT}h3v${-height}h-3z`;
}
