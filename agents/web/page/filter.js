// The filter of events: the same facets, words and rules as `newsmill subscribe` and the feeds (agents/client/event_filter.py).

const UNKNOWN = "unknown";
const WORDS = /"([^"]+)"|(\S+)/g;

const labels = (kind) => (event, isAboutOnly) => event[kind].filter((label) => label.about || !isAboutOnly).map((label) => label.id);

const countries = (event, isAboutOnly) =>
  isAboutOnly ? (event.places ?? []).filter((place) => place.about).map((place) => place.country) : (event.countries ?? []);

/** Facet -> the values of an event. Values of one facet are alternatives, facets narrow each other. */
export const FACETS = {
  region: labels("regions"),
  topic: labels("topics"),
  language: (event) => [event.language ?? UNKNOWN],
  country: countries,
  outlet: (event) => [event.outlet ?? UNKNOWN],
};

/** Return the text without case and accents, for comparing. */
export const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Return the test, which remembers its result for each event: a list is drawn often, and long texts are searched. */
export function memoized(test) {
  const results = new WeakMap();
  return (event) => {
    if (!results.has(event)) results.set(event, test(event));
    return results.get(event);
  };
}

/** Return the test of events for the parameters of an address. */
export function testOf(query) {
  const chosen = Object.entries(FACETS)
    .map(([name, values]) => [values, new Set(query.getAll(name).map(fold))])
    .filter(([, wanted]) => wanted.size);
  const isAbout = query.get("about") === "1";
  const isAny = query.get("match") === "any";
  const words = [...(query.get("text") ?? "").matchAll(WORDS)].map(([, phrase, word]) => fold(phrase ?? word));
  const story = query.get("story")?.toLowerCase();
  const minSources = Number(query.get("min-sources") ?? 0);
  return (event) => {
    if (story && event.story?.id !== story) return false;
    if (minSources > (event.story?.sources ?? 1)) return false;
    if (isAbout && ![...event.regions, ...event.topics].some((label) => label.about)) return false;
    const has = ([values, wanted]) => values(event, isAbout).some((value) => wanted.has(fold(value)));
    if (chosen.length && !(isAny ? chosen.some(has) : chosen.every(has))) return false;
    if (!words.length) return true;
    const text = fold(`${event.title ?? ""}\n${event.body}`);
    return words.every((word) => text.includes(word));
  };
}
