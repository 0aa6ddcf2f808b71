// The page: its parts, its address, and what happens with each message.

import { byId, countryName, h, tell } from "./dom.js";
import { Classes } from "./classes.js";
import { DeadLetters } from "./dead.js";
import { setUpDump } from "./dump.js";
import { EventList } from "./events.js";
import { setUpExport } from "./export.js";
import { follow } from "./feed.js";
import { memoized, testOf } from "./filter.js";
import { setUpFind, showEvent, showFound } from "./find.js";
import { setUpKeys } from "./keys.js";
import { Places } from "./map.js";
import { Path } from "./path.js";
import { Counts, Search } from "./search.js";
import { Store, shownOf } from "./store.js";

const STATES = { live: "live", unready: "not ready", lost: "connection lost, trying again" };
const NOTICE_MS = 30_000;
const CONTROLLED = ["region", "topic", "language", "country", "text", "about"];
const VIEWS = ["live", "find", "dead", "dump"];
const TITLES = { live: "newsmill", find: "Find · newsmill", dead: "Dead letters · newsmill", dump: "Try a dump · newsmill" };

const store = new Store();
const path = new Path();
const dead = new DeadLetters();
const known = await (await fetch("/page/classes.json")).json();
const classes = new Classes(known.classes, () => applyFilter());
const list = new EventList(store, filter);
const SELECTED = { language: (code) => code, country: countryName };
const search = new Search(() => parameters(), (found) => list.use(found ?? store));
const counts = new Counts(() => parameters(), (counted) => classes.takeCounts(counted));
const places = new Places(() => parameters(), chooseCountry);
let query = new URLSearchParams(location.search);
let test = memoized(testOf(query));
let fresh = 0;
let passing = 0;

function filter() {
  return { test, copied: byId("copied").checked };
}

/** Return the filter and the span of time, for questions to Kafka. */
function parameters() {
  return new URLSearchParams([...query, ["over", String(60 * Number(byId("span").value))]]);
}

/** Take the filter from the controls into the address, so that it can be shared, and into the links of the feeds. */
function applyFilter() {
  const others = [...query].filter(([name]) => !CONTROLLED.includes(name)); // such as outlet and match
  const chosen = Object.entries(classes.chosen).flatMap(([kind, ids]) => [...ids].map((id) => [kind, id]));
  query = new URLSearchParams([...chosen, ...others]);
  for (const name of Object.keys(SELECTED)) if (byId(name).value) query.set(name, byId(name).value);
  if (byId("contains").value.trim()) query.set("text", byId("contains").value.trim());
  if (byId("about").checked) query.set("about", "1");
  showFilter();
}

function showFilter() {
  const text = query.size ? `?${query}` : "";
  history.replaceState(null, "", `${location.pathname}${text}${location.hash}`);
  for (const name of ["atom", "json"]) byId(`feed-${name}`).setAttribute("href", `/feed.${name}${text}`);
  byId("clear").hidden = !query.size;
  test = memoized(testOf(query));
  classes.restart(query, store.articles());
  places.restart(query, store.articles());
  counts.ask();
  list.restart();
}

/** Show the filter of the address in the controls. */
function takeFilter() {
  classes.choose(query);
  for (const name of Object.keys(SELECTED)) {
    const value = name === "country" ? query.get(name)?.toUpperCase() : query.get(name);
    if (value) addOption(name, value);
    byId(name).value = value ?? "";
  }
  byId("contains").value = query.get("text") ?? "";
  byId("about").checked = query.get("about") === "1";
  showFilter();
}

function takeArticle(message) {
  const taken = store.take(message);
  if (taken === null) return;
  if (taken !== "copy") fresh += 1;
  classes.count(message);
  places.count(message);
  addOption("language", message.event.language ?? "unknown");
  for (const country of message.event.countries ?? []) addOption("country", country);
}

/** Add a value to a control, in the order of its text. */
function addOption(name, value) {
  const options = [...byId(name).options];
  if (options.some((option) => option.value === value)) return;
  const text = SELECTED[name](value);
  byId(name).add(h("option", { value }, text), options.slice(1).find((option) => option.text > text) ?? null);
}

/** Choose a country, or none where it is chosen already. */
function chooseCountry(code) {
  addOption("country", code);
  byId("country").value = byId("country").value === code ? "" : code;
  applyFilter();
}

function takeFigures(figures) {
  classes.now = Math.max(figures.at, classes.now);
  path.take(figures);
  classes.draw();
  showReadiness(figures.not_ready);
}

/** Show why this worker is not ready, or nothing where it is. */
function showReadiness(reason) {
  byId("not-ready").hidden = !reason;
  tell(byId("not-ready"), reason && `This worker is not ready: ${reason}.`);
  const status = byId("status");
  if (status.dataset.state === "lost") return; // a late message of a connection that was lost
  status.dataset.state = reason ? "unready" : "live";
  tell(byId("status-text"), reason ? STATES.unready : STATES.live);
}

/** Say something about the stream; for good, or for as long as it takes to read it. */
function notice(text, isPassing = false) {
  clearTimeout(passing);
  byId("trouble").hidden = !text;
  tell(byId("trouble"), text);
  if (isPassing) passing = setTimeout(() => notice(""), NOTICE_MS);
}

function showView() {
  const [asked, question] = location.hash.slice(1).split(/\/(.*)/s);
  if (asked === "main") return; // the skip link
  const view = asked === "event" ? "find" : VIEWS.includes(asked) ? asked : "live";
  for (const name of VIEWS) byId(name).hidden = name !== view;
  for (const link of document.querySelectorAll("[data-view]")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = TITLES[view];
  if (asked === "event") showEvent(question ?? "");
  if (view === "dead") dead.count();
  if (asked === "find") showFound(decoded(question ?? ""));
  scrollTo(0, 0);
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

addEventListener("hashchange", showView);
for (const id of [...Object.keys(SELECTED), "about", "copied"]) byId(id).addEventListener("change", applyFilter);
byId("contains").addEventListener("input", applyFilter);
byId("clear").addEventListener("click", () => {
  query = new URLSearchParams();
  byId("copied").checked = false;
  takeFilter();
  byId("contains").focus();
});
byId("span").addEventListener("change", () => {
  classes.restart(query, store.articles());
  places.restart(query, store.articles());
  counts.ask(0);
});
byId("fold").addEventListener("click", () => {
  const isFolded = byId("filters").classList.toggle("folded");
  byId("fold").setAttribute("aria-expanded", String(!isFolded));
});
setUpDump();
setUpFind();
setUpKeys(list);
setUpExport(() => list.shown().map((story) => shownOf(story, test)));
takeFilter();
showView();
follow(
  {
    article: takeArticle,
    dead: (letter) => dead.take(letter),
    figures: takeFigures,
    gap: () => notice("The connection was lost for so long that some events are missing here.", true),
    skipped: ({ messages }) => notice(`${messages} events left out: more comes than a page can show.`, true),
    following: () => notice(""),
    trouble: ({ why }) => notice(why),
  },
  {
    onState(state) {
      byId("status").dataset.state = state;
      tell(byId("status-text"), STATES[state]);
      if (state === "live") notice("");
    },
    onDone() {
      if (store.changed.size) list.refresh(fresh);
      fresh = 0;
      byId("shown").dataset.seen = store.seen;
      dead.refresh();
    },
    onDropped: (count) => notice(`${count} events left out: more came than this page could show.`, true),
  },
);
