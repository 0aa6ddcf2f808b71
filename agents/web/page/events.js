// The list of stories: the newest first, a bounded number of elements, and nothing moves under a reader's eyes.
// Keys: j and k, or arrows, go from headline to headline.

import { amount, byId, h, tell } from "./dom.js";
import { storyCard } from "./card.js";

const STEP = 40;
const QUIET_MS = 250;
const MAX_WAIT_MS = 2000;
const stillMotion = matchMedia("(prefers-reduced-motion: reduce)");

/** The list in #feed. `refresh` shows what came, or says how much did where the reader is in the middle of it. */
export class EventList {
  constructor(store, filter) {
    this.store = store;
    this.filter = filter;
    this.most = STEP;
    this.isPaused = false;
    this.cards = new Map(); // story id -> its element
    this.held = 0;
    this.since = null; // when the first came that is not drawn yet
    byId("more").addEventListener("click", () => this.#older());
    byId("fresh").addEventListener("click", () => this.#showHeld());
    byId("pause").addEventListener("click", () => this.#pause(!this.isPaused));
    byId("feed").addEventListener("keydown", (event) => this.#move(event));
    addEventListener("scroll", () => this.held && !this.#isReading() && this.draw(), { passive: true });
  }

  /**
   * Draw once nothing has come for a moment, in a steady stream every two seconds: each drawing moves what was there.
   * What a reader would be disturbed by waits behind a button.
   */
  refresh(fresh) {
    this.held += fresh;
    const now = performance.now();
    this.since ??= now;
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => {
        this.since = null;
        if (this.#isReading()) this.#hold();
        else this.draw();
      },
      Math.min(QUIET_MS, Math.max(0, this.since + MAX_WAIT_MS - now)),
    );
  }

  /** Show the newest stories that are wanted, each card made once and again only where its story changed. */
  draw() {
    this.held = 0;
    const filter = this.filter();
    const { found, counts, hasMore } = this.store.newest(filter, this.most);
    const cards = new Map();
    for (const story of found) {
      const known = this.store.changed.has(story.id) ? null : this.cards.get(story.id);
      cards.set(story.id, known ?? storyCard(story, filter.test, (toggled) => this.#toggle(toggled)));
    }
    this.store.changed.clear();
    this.cards = cards;
    slide(byId("feed"), () => place(byId("feed"), [...cards.values()]));
    byId("fresh").hidden = true;
    byId("more").hidden = !hasMore;
    byId("empty").hidden = found.length > 0;
    if (!found.length && this.store.stories.size) tell(byId("empty"), "Nothing of what came is wanted by these filters.");
    tell(byId("shown"), `${amount(counts.articles)} articles in ${amount(counts.stories)} stories`);
  }

  /** Begin at the top again, as after a change of the filters. */
  restart() {
    this.most = STEP;
    this.cards.clear(); // another article of a story may be the one that passes
    this.draw();
  }

  /** Show the stories of another store, such as those that a search found. */
  use(store) {
    this.store = store;
    store.changed.clear();
    this.restart();
  }

  /** Return the stories that are shown, the newest first. */
  shown() {
    return [...this.cards.keys()].map((id) => this.store.stories.get(id)).filter(Boolean);
  }

  /** Focus the next headline, or the one before; return whether there is one. */
  move(isDown) {
    const card = document.activeElement?.closest("#feed article");
    const next = card ? (isDown ? card.nextElementSibling : card.previousElementSibling) : byId("feed").firstElementChild;
    next?.querySelector("h3 button").focus();
    return Boolean(next);
  }

  #isReading() {
    const feed = byId("feed");
    return this.isPaused || feed.getBoundingClientRect().top < 0 || feed.contains(document.activeElement) || this.#hasOpen();
  }

  #hasOpen() {
    return byId("feed").querySelector('[aria-expanded="true"], details[open]') !== null;
  }

  #hold() {
    if (!this.held) return;
    byId("fresh").hidden = false;
    tell(byId("fresh"), this.held === 1 ? "1 new story" : `${amount(this.held)} new stories`);
  }

  #showHeld() {
    this.#pause(false);
    for (const story of this.store.stories.values()) story.isOpen = false;
    this.cards.clear();
    this.restart();
    byId("events-title").scrollIntoView({ block: "start" });
    byId("feed").querySelector("h3 button")?.focus({ preventScroll: true });
  }

  #older() {
    const last = [...this.cards.values()].at(-1);
    this.most += STEP;
    this.draw();
    last?.nextElementSibling?.querySelector("h3 button").focus();
  }

  #pause(isPaused) {
    this.isPaused = isPaused;
    byId("pause").setAttribute("aria-pressed", String(isPaused));
    tell(byId("pause"), isPaused ? "Go on" : "Pause");
    if (!isPaused) this.refresh(0);
  }

  #toggle(story) {
    story.isOpen = !story.isOpen;
    const card = storyCard(story, this.filter().test, (toggled) => this.#toggle(toggled));
    this.cards.get(story.id).replaceWith(card);
    this.cards.set(story.id, card);
    card.querySelector("h3 button").focus();
  }

  #move(event) {
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || !event.target.matches("h3 button")) return;
    this.move(event.key === "ArrowDown");
    event.preventDefault();
  }
}

/** Change the children of a node, and let those on the screen that stay slide from where they were: the eye follows, and no layout shifts. */
function slide(parent, change) {
  const tops = new Map([...parent.children].map((child) => [child, child.getBoundingClientRect().top]));
  change();
  if (stillMotion.matches) return;
  for (const [child, top] of tops) {
    const moved = top - child.getBoundingClientRect().top;
    if (!child.isConnected || !moved || top > innerHeight) continue;
    child.classList.remove("sliding");
    child.style.transform = `translateY(${moved}px)`;
    // In the frame after the first one that shows it where it was.
    requestAnimationFrame(() => requestAnimationFrame(() => {
      child.classList.add("sliding");
      child.style.transform = "";
    }));
  }
}

/** Make these the children of a node, in this order, touching only what is not in its place. */
function place(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  let at = parent.firstElementChild;
  for (const child of children) {
    if (child === at) at = at.nextElementSibling;
    else parent.insertBefore(child, at);
  }
}
