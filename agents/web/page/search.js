// Questions to Kafka: counts of a span of time, and searches, of which the progress comes as JSON lines.

import { amount, byId, tell } from "./dom.js";
import { Store } from "./store.js";

const COUNT_EVERY_MS = 60_000;
const MAX_SHOWN = 500;

/** The search in #search, by the filter and the span of the page; `show(store)` shows what it finds, null goes back to live events. */
export class Search {
  constructor(parameters, show) {
    this.parameters = parameters;
    this.show = show;
    this.running = null;
    byId("search").addEventListener("click", () => this.start());
    byId("leave").addEventListener("click", () => this.leave());
  }

  get isActive() {
    return !byId("searched").hidden;
  }

  async start() {
    this.running?.abort();
    const run = new AbortController();
    this.running = run;
    const store = new Store();
    this.#tell("asking Kafka …");
    this.show(store);
    try {
      const answer = await fetch(`/search?${this.parameters()}`, { signal: run.signal });
      if (!answer.ok) return this.#tell(await answer.text());
      for await (const line of linesOf(answer.body)) this.#take(JSON.parse(line), store);
    } catch (error) {
      if (!run.signal.aborted) this.#tell("The worker does not answer.");
    }
  }

  leave() {
    this.running?.abort();
    byId("searched").hidden = true;
    this.show(null);
  }

  #take(line, store) {
    if (line.why) return this.#tell(line.why);
    if (line.event) return store.take(line);
    const gap = line.complete_since ? `; what is older than ${new Date(line.complete_since * 1000).toLocaleString("en-GB")} is deleted` : "";
    if (!line.done) return this.#tell(`${amount(line.found)} found, ${percent(line)} % read`);
    const shown = line.found > MAX_SHOWN ? `, the newest ${amount(MAX_SHOWN)} are shown` : "";
    this.#tell(`${amount(line.found)} events of ${amount(line.read)} in the chosen time${shown}${gap}`);
    this.show(store);
  }

  #tell(text) {
    byId("searched").hidden = false;
    tell(byId("searched-text"), text);
  }
}

const percent = ({ read, total }) => (total ? Math.min(100, Math.floor((100 * read) / total)) : 100);

async function* linesOf(body) {
  let rest = "";
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    yield* lines;
  }
  if (rest) yield rest;
}

/** Ask for the counts of the filter and the span, now, each minute, and after changes; `take` gets them. */
export class Counts {
  constructor(parameters, take, path = "/counts") {
    this.path = path;
    this.parameters = parameters;
    this.take = take;
    this.asked = 0;
    this.timer = null;
  }

  /** Ask in a moment: while somebody types, once. */
  ask(waitMs = 300) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#fetch(), waitMs);
  }

  stop() {
    clearTimeout(this.timer);
  }

  async #fetch() {
    const number = ++this.asked;
    this.ask(COUNT_EVERY_MS);
    if (document.hidden) return;
    try {
      const answer = await fetch(`${this.path}?${this.parameters()}`);
      if (answer.status === 503) return this.ask(Number(answer.headers.get("Retry-After") ?? 5) * 1000);
      if (answer.status === 200 && number === this.asked) this.take(await answer.json());
    } catch {
      // The worker is away; the next time is near.
    }
  }
}
