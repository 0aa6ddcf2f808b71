// The drawing of the world: countries and cities are buttons in an SVG, one of them in the order of Tab; arrows go through them.

import { amount, countryName, svg } from "./dom.js";

// As tools/world_map.py draws world.svg.
const [WIDTH, HEIGHT] = [1000, 491];
const [NORTH, STRETCH] = [80, 1.3];
const PATH = /data-country="(..)" d="([^"]+)"/g;

const LEVELS = 5;
const [MIN_RADIUS_PX, MAX_RADIUS_PX] = [2.5, 10];
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };

/** The SVG in `parent`; `choose(code)` is called with the country of what is clicked. */
export class World {
  constructor(parent, choose) {
    this.choose = choose;
    this.paths = new Map(); // code -> path
    this.circles = new Map(); // id of a city -> circle
    this.land = svg("g");
    this.dots = svg("g", { class: "dots" });
    this.buttons = []; // from the country with most events to the city with the fewest
    this.element = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "group" }, this.land, this.dots);
    parent.append(this.element);
    // Of the parent: an SVG that listens for focus is in the order of Tab itself.
    parent.addEventListener("focusin", ({ target }) => this.#putInOrder(target));
    parent.addEventListener("keydown", (event) => this.#press(event));
    parent.addEventListener("click", ({ target }) => target.dataset.events && this.choose(target.dataset.country));
  }

  /** Fetch the borders, once. */
  async load() {
    this.loaded ??= fetch("/page/world.svg").then((answer) => answer.text());
    const text = await this.loaded;
    if (this.paths.size) return;
    for (const [, code, d] of text.matchAll(PATH)) {
      const path = svg("path", { d, "data-country": code });
      this.paths.set(code, path);
      this.land.append(path);
    }
  }

  /** Draw `countries`, [code, events], and `cities`, each from the most to the fewest events; `chosen` has codes. */
  draw(countries, cities, chosen) {
    const focused = document.activeElement;
    const counted = new Map(countries);
    const most = countries[0]?.[1] ?? 1;
    for (const [code, path] of this.paths) describe(path, code, countryName(code), counted.get(code), most, chosen);
    this.#drawDots(cities, chosen);
    const shaded = countries.map(([code]) => this.paths.get(code)).filter(Boolean);
    this.buttons = [...shaded, ...cities.map(({ id }) => this.circles.get(id))];
    this.element.setAttribute("aria-label", `World map: ${amount(countries.length)} countries and ${amount(cities.length)} cities`);
    this.#putInOrder(this.buttons.includes(focused) ? focused : (this.buttons.find((button) => button.tabIndex === 0) ?? this.buttons[0]));
  }

  #drawDots(cities, chosen) {
    const most = cities[0]?.events ?? 1;
    const unit = WIDTH / (this.element.clientWidth || WIDTH);
    const known = this.circles;
    this.circles = new Map(cities.map(({ id }) => [id, known.get(id) ?? svg("circle")]));
    for (const { id, name, country, lat, lon, events } of cities) {
      const circle = this.circles.get(id);
      const radius = MIN_RADIUS_PX + (MAX_RADIUS_PX - MIN_RADIUS_PX) * Math.sqrt(events / most);
      circle.setAttribute("cx", ((lon + 180) * WIDTH) / 360);
      circle.setAttribute("cy", ((NORTH - lat) * STRETCH * WIDTH) / 360);
      circle.setAttribute("r", (radius * unit).toFixed(1));
      describe(circle, country, `${name}, ${countryName(country)}`, events, most, chosen);
    }
    const drawn = [...this.circles.values()]; // the smallest on top
    if (drawn.some((circle, at) => this.dots.children[at] !== circle) || drawn.length !== this.dots.children.length) {
      const focused = document.activeElement;
      this.dots.replaceChildren(...drawn);
      if (drawn.includes(focused)) focused.focus({ preventScroll: true });
    }
  }

  /** Leave one button in the order of Tab. */
  #putInOrder(button) {
    for (const other of this.buttons) other.setAttribute("tabindex", other === button ? "0" : "-1");
  }

  #press(event) {
    const at = this.buttons.indexOf(event.target);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") this.choose(event.target.dataset.country);
    else if (event.key in STEPS) this.buttons[Math.min(Math.max(at + STEPS[event.key], 0), this.buttons.length - 1)].focus();
    else return;
    event.preventDefault();
  }
}

/** Make a shape a button that says its name and number, or a mere shape where it has no events. */
function describe(shape, country, name, events, most, chosen) {
  if (!events) {
    for (const attribute of ["role", "aria-label", "aria-pressed", "tabindex", "data-level", "data-events"]) shape.removeAttribute(attribute);
    shape.replaceChildren();
    return;
  }
  const text = `${name}: ${amount(events)} ${events === 1 ? "event" : "events"}`;
  const level = Math.ceil((LEVELS * Math.log(events + 1)) / Math.log(most + 1));
  const said = { role: "button", "aria-label": text, "aria-pressed": String(chosen.has(country)), "data-country": country };
  for (const [key, value] of Object.entries({ ...said, "data-level": level, "data-events": events })) {
    if (shape.getAttribute(key) !== String(value)) shape.setAttribute(key, value);
  }
  if (shape.textContent !== text) shape.replaceChildren(svg("title", {}, text));
}
