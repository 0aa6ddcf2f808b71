// What the page knows: originals with their copies, the newest first, so many and no more.

export const KEPT = 1500;
export const KEPT_COPIES = 40;

/** The stories: an original, or while that is unknown its first copy, and the copies that came of it. */
export class Store {
  constructor() {
    this.stories = new Map(); // id of the original -> story, the oldest first
    this.languages = new Map();
    this.changed = new Set();
    this.seen = 0;
  }

  /** Take an event or a copy; return "story" where it begins one, "part" where it belongs to one, null where it was known. */
  take({ at, event }) {
    const id = event.duplicate ? event.duplicate.of : event.id;
    const known = this.stories.get(id);
    const story = known ?? { id, at, original: null, copies: [], copyCount: 0, ids: new Set(), isOpen: false };
    if (story.ids.has(event.id)) return null;
    story.ids.add(event.id);
    this.seen += 1;
    if (event.duplicate) this.#fold(story, event);
    else story.original = event;
    this.changed.add(id);
    if (known) return "part";
    this.stories.set(id, story);
    this.#forget();
    return "story";
  }

  /** Return up to `most` stories that are wanted, the newest first, and whether there are more. */
  newest(filter, most) {
    const found = [];
    for (const story of [...this.stories.values()].reverse()) {
      if (!isWanted(story, filter)) continue;
      if (found.length === most) return { found, hasMore: true };
      found.push(story);
    }
    return { found, hasMore: false };
  }

  #fold(story, event) {
    story.copyCount += 1;
    if (story.copies.length < KEPT_COPIES) story.copies.push(story.original || story.copies.length ? withoutBody(event) : event);
  }

  #forget() {
    while (this.stories.size > KEPT) {
      const oldest = this.stories.keys().next().value;
      this.stories.delete(oldest);
      this.changed.delete(oldest);
    }
  }
}

/** The article that stands for a story. */
export const shownOf = (story) => story.original ?? story.copies[0];

/** Return whether a story passes: `test` its article, `copied` its copies. */
export function isWanted(story, { test, copied }) {
  return (!copied || story.copyCount > 0) && test(shownOf(story));
}

function withoutBody(event) {
  return { ...event, body: "", regions: [], topics: [] };
}
