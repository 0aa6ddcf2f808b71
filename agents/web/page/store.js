// Stories with their articles and copies, the newest first, bounded in number.

export const KEPT = 1500;
export const KEPT_COPIES = 40;
// Of one story: articles with their headlines, and of these the newest with their texts.
export const KEPT_ARTICLES = 60;
const KEPT_TEXTS = 8;

/** The articles of a story, or one article that has none, and their copies. Copies of an unknown original have it alone. */
export class Store {
  constructor() {
    this.stories = new Map(); // id -> story, in the order of their newest articles
    this.changed = new Set();
    this.seen = 0;
    this.keys = new Map(); // id of an event -> id of its story
  }

  /** Take an event or a copy; return "story" where it begins one, "article" or "copy" where it joins one, null where it is known. */
  take({ at, event }) {
    if (this.keys.has(event.id)) return null;
    const id = this.#storyOf(event);
    const known = this.stories.get(id);
    const story = known ?? { id, at, articles: [], articleCount: 0, copies: [], copyCount: 0, sources: 0, ids: new Set(), isOpen: false };
    this.#remember(story, event.id);
    this.seen += 1;
    this.changed.add(id);
    story.sources = Math.max(story.sources, event.story?.sources ?? 0);
    if (event.duplicate) this.#addCopy(story, event);
    else this.#addArticle(story, at, event);
    if (known && event.duplicate) return "copy";
    this.stories.delete(id); // to the end: a story with a new article is as new as one that begins
    this.stories.set(id, story);
    this.#forget();
    return known ? "article" : "story";
  }

  /** Return up to `most` stories that are wanted, the newest first, whether there are more, and how many in all. */
  newest(filter, most) {
    const found = [];
    const counts = { stories: 0, articles: 0 };
    for (const story of [...this.stories.values()].reverse()) {
      if (!isWanted(story, filter)) continue;
      counts.stories += 1;
      counts.articles += story.articles.filter(({ event }) => filter.test(event)).length + story.copyCount;
      if (found.length < most) found.push(story);
    }
    return { found, counts, hasMore: counts.stories > found.length };
  }

  /** Yield the articles, without the copies, each with its time. */
  *articles() {
    for (const story of this.stories.values()) yield* story.articles;
  }

  /** Copies follow their original; an original whose copies came first stays with them. */
  #storyOf(event) {
    if (event.duplicate) return this.keys.get(event.duplicate.of) ?? event.story?.id ?? event.duplicate.of;
    return this.stories.has(event.id) ? event.id : (event.story?.id ?? event.id);
  }

  #remember(story, id) {
    story.ids.add(id);
    this.keys.set(id, story.id);
  }

  #addArticle(story, at, event) {
    story.at = Math.max(story.at, at);
    story.articleCount += 1;
    story.articles.push({ at, event });
    story.articles.sort((one, other) => other.at - one.at);
    const [shortened] = story.articles.splice(KEPT_TEXTS, 1);
    if (shortened) story.articles.splice(KEPT_TEXTS, 0, { at: shortened.at, event: { ...shortened.event, body: "" } });
    if (story.articles.length > KEPT_ARTICLES) story.articles.splice(-2, 1); // all but the first one
  }

  #addCopy(story, event) {
    story.copyCount += 1;
    if (story.copies.length < KEPT_COPIES) story.copies.push(story.articles.length || story.copies.length ? withoutBody(event) : event);
  }

  #forget() {
    while (this.stories.size > KEPT) {
      const [id, { ids }] = this.stories.entries().next().value;
      for (const known of ids) this.keys.delete(known);
      this.stories.delete(id);
      this.changed.delete(id);
    }
  }
}

/** The article that is shown of a story: the newest that passes, else the newest, else a copy. */
export function shownOf(story, test = () => true) {
  const articles = story.articles.map(({ event }) => event);
  return articles.find(test) ?? articles[0] ?? story.copies[0];
}

/** Return whether a story passes: `test` one of its articles, `copied` its copies. */
export function isWanted(story, { test, copied }) {
  if (copied && !story.copyCount) return false;
  return story.articles.length ? story.articles.some(({ event }) => test(event)) : test(story.copies[0]);
}

function withoutBody(event) {
  return { ...event, body: "", regions: [], topics: [] };
}
