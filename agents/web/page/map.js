// Where events are: the world map, the same numbers as tables, and their counts. Kafka's counts are the base; what comes since is added.

import { amount, byId, countryName, h, tell } from "./dom.js";
import { FACETS, testOf } from "./filter.js";
import { Counts } from "./search.js";
import { World } from "./world.js";

const MAX_CITIES = 300;
const DRAW_EVERY_MS = 500;
const ASK_AFTER_MS = 1000;
const MAX_SINCE = 5000;
const FOLDED = "map-folded";

/** The part #map of the page; `choose(code)` is called with the country that a reader chooses. */
export class Places {
  constructor(parameters, choose) {
    this.choose = choose;
    this.world = new World(byId("map-world"), choose);
    this.base = null;
    this.since = []; // what came after the base: {at, countries, cities}
    this.counts = new Counts(parameters, (counts) => this.#takeCounts(counts), "/map");
    byId("map-fold").addEventListener("click", () => this.#fold());
    this.#showFold(localStorage.getItem(FOLDED));
    new ResizeObserver(() => this.#resized()).observe(byId("map-world"));
  }

  get isOpen() {
    return byId("map-body").checkVisibility();
  }

  /** Begin to count for a filter, with the articles that the page has. Countries are counted without the filter by country. */
  restart(query, articles) {
    this.base = null;
    this.since = [];
    this.isAboutOnly = query.get("about") === "1";
    this.chosen = new Set(query.getAll("country").map((code) => code.toUpperCase()));
    this.passes = testOf(query);
    this.passesElsewhere = testOf(new URLSearchParams([...query].filter(([name]) => name !== "country")));
    for (const article of articles) this.count(article);
    this.#drawSoon();
    this.#ask();
  }

  /** Count an event once for each of its countries and cities. */
  count({ at, event }) {
    if (event.duplicate || !this.passesElsewhere(event)) return;
    const isCounted = (place) => place.kind === "city" && (place.about || !this.isAboutOnly);
    const cities = this.passes(event) ? (event.places ?? []).filter(isCounted) : [];
    const countries = new Set(FACETS.country(event, this.isAboutOnly));
    if (!countries.size) return;
    this.since.push({ at, countries, cities });
    if (this.since.length > MAX_SINCE) this.since.shift();
    this.#drawSoon();
  }

  #takeCounts(counts) {
    this.base = counts;
    this.since = this.since.filter(({ at }) => at > counts.until_ms);
    this.#drawSoon();
  }

  /** Ask Kafka after the counts by class, and only where somebody looks. */
  #ask() {
    if (this.isOpen) this.counts.ask(ASK_AFTER_MS);
    else this.counts.stop();
  }

  #fold() {
    const isFolded = String(this.isOpen);
    localStorage.setItem(FOLDED, isFolded);
    this.#showFold(isFolded);
    this.#ask();
    this.#drawSoon(0);
  }

  /** Fold or unfold the map; null leaves it as the width of the window has it. */
  #showFold(isFolded) {
    byId("map-body").classList.toggle("folded", isFolded === "true");
    byId("map-body").classList.toggle("unfolded", isFolded === "false");
    byId("map-fold").setAttribute("aria-expanded", String(this.isOpen));
    tell(byId("map-fold"), this.isOpen ? "Hide map" : "Show map");
  }

  #resized() {
    this.#showFold(localStorage.getItem(FOLDED));
    this.#drawSoon();
  }

  #drawSoon(waitMs = DRAW_EVERY_MS) {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.#draw();
    }, waitMs);
  }

  async #draw() {
    const { countries, cities } = this.#totals();
    const best = countries.slice(0, 3).map(([code, events]) => `${countryName(code)} ${amount(events)}`);
    tell(byId("map-line"), best.length ? best.join(" · ") : "none yet");
    if (!this.isOpen) return;
    await this.world.load();
    this.world.draw(countries, cities, this.chosen);
    tell(byId("map-most"), amount(countries[0]?.[1] ?? 0));
    this.#fill("map-countries", countries.map(([code, events]) => [code, countryName(code), events]));
    this.#fill("map-cities", cities.map(({ country, name, events }) => [country, `${name} (${country})`, events]));
  }

  /** Return [code, events] of countries, and cities with their events, from the most to the fewest. */
  #totals() {
    const countries = new Map(Object.entries(this.base?.countries ?? {}));
    const cities = new Map((this.base?.cities ?? []).map((city) => [city.id, { ...city }]));
    for (const each of this.since) {
      for (const code of each.countries) countries.set(code, (countries.get(code) ?? 0) + 1);
      for (const { id, name, country, lat, lon } of each.cities) {
        if (!cities.has(id)) cities.set(id, { id, name, country, lat, lon, events: 0 });
        cities.get(id).events += 1;
      }
    }
    return {
      countries: [...countries].sort(([code, events], [other, others]) => others - events || code.localeCompare(other)),
      cities: [...cities.values()].sort((city, other) => other.events - city.events || city.name.localeCompare(other.name)).slice(0, MAX_CITIES),
    };
  }

  /** Show rows of [country, name, events]. Their buttons do what those of the map do, which Tab reaches. */
  #fill(id, rows) {
    const text = JSON.stringify([rows, [...this.chosen]]);
    const body = byId(id).tBodies[0];
    if (this[id] === text) return;
    this[id] = text;
    body.replaceChildren(
      ...rows.map(([code, name, events]) => {
        const button = { type: "button", tabindex: "-1", "aria-pressed": this.chosen.has(code), onclick: () => this.choose(code) };
        return h("tr", {}, h("th", { scope: "row" }, h("button", button, name)), h("td", { class: "number" }, amount(events)));
      }),
    );
  }
}
