// A dump's own view: what somebody pastes or uploads, line by line with its fate, and the articles that come of it.

import { amount, byId, h, tell } from "./dom.js";
import { bodyOf, details, labelList } from "./card.js";
import { evidenceIn, marked, paragraphs } from "./marks.js";

const MAX_BYTES = 2 * 1024 * 1024;

/** Make the form of #dump work. */
export function setUpDump() {
  const text = byId("dump-text");
  const file = byId("dump-file");
  byId("dump-form").addEventListener("submit", (event) => {
    event.preventDefault();
    show();
  });
  byId("dump-sample").addEventListener("click", async () => {
    file.value = "";
    text.value = await (await fetch("/page/sample.txt")).text();
    byId("dump-time").value = "2025-08-02T12:00:00Z";
    show();
  });
  text.addEventListener("dragover", (event) => event.preventDefault());
  text.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    file.files = event.dataTransfer.files;
    show();
  });
  file.addEventListener("change", () => file.files.length && show());
  text.addEventListener("input", () => (file.value = ""));
}

async function show() {
  const file = byId("dump-file").files[0];
  const body = file ?? new Blob([byId("dump-text").value]);
  const told = byId("dump-told");
  if (!body.size) return tell(told, "Paste a page, or choose a file.");
  if (body.size > MAX_BYTES) return tell(told, "Up to 2 MiB here; newsmill process --explain takes larger ones.");
  const query = new URLSearchParams({
    name: byId("dump-kind").value || (file?.name ?? guessedName()),
    url: byId("dump-url").value.trim(),
    fetched_at: byId("dump-time").value.trim(),
  });
  tell(told, "cutting…");
  try {
    const headers = { "Content-Type": "application/octet-stream" };
    const answer = await fetch(`/dump?${query}`, { method: "POST", headers, body });
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    const shown = isJson ? await answer.json() : { why: await answer.text() };
    if (!answer.ok) return tell(told, shown.why);
    draw(shown);
  } catch {
    tell(told, "The worker does not answer.");
  }
}

/** Pasted text is one page, unless it is JSON. */
function guessedName() {
  return byId("dump-text").value.trimStart().startsWith("{") ? "pasted.jsonl" : "";
}

function draw({ dumps, refused, more }) {
  const articles = dumps.reduce((sum, dump) => sum + dump.article_count, 0);
  const rest = more ? ", and more that is not shown" : "";
  tell(byId("dump-told"), `${count(dumps.length, "dump", "dumps")}, ${count(articles, "article", "articles")}${rest}`);
  const notices = refused.map(({ name, why }) => h("p", { class: "notice" }, `${name}: ${why}`));
  byId("dump-shown").replaceChildren(...notices, ...dumps.map(dumpSection));
  byId("dump-shown").focus({ preventScroll: true });
}

function dumpSection(dump) {
  const has = dump.lines !== undefined;
  return h(
    "section",
    { class: "dump", "aria-label": dump.name },
    h("h2", {}, dump.name),
    ...dump.dead.map(({ stage, reason, detail }) => h("p", { class: "notice" }, h("b", {}, reason), ` at ${stage}: ${detail}`)),
    has && shares(dump),
    h(
      "div",
      { class: "halves" },
      has && h("div", {}, h("h3", {}, "Lines and their fates"), lineList(dump)),
      h(
        "div",
        {},
        h("h3", {}, count(dump.article_count, "article", "articles")),
        ...dump.articles.map(articleCard),
        dump.articles.length ? null : h("p", { class: "hint" }, "No article: nothing would be published."),
      ),
    ),
  );
}

/** What share of the characters has each fate; each is a button that hides its lines. */
function shares({ sizes, characters, format }) {
  const known = Object.entries(sizes).sort(([, one], [, other]) => other - one);
  const bar = h("div", { class: "shares", "aria-hidden": "true" });
  for (const [fate, size] of known) {
    const part = h("span", { class: `fate-${fate}` });
    part.style.setProperty("flex-grow", String(size));
    bar.append(part);
  }
  const buttons = known.map(([fate, size]) =>
    h(
      "button",
      { type: "button", class: "chip", "aria-pressed": "true", onclick: (event) => hide(event.currentTarget, fate) },
      h("span", { class: `swatch fate-${fate}` }),
      `${fate} ${Math.round((100 * size) / characters)} %`,
    ),
  );
  const size = h("p", { class: "hint" }, `${amount(characters)} characters of ${format === "html" ? "HTML" : format}`);
  return h("div", {}, size, bar, h("div", { class: "chips", role: "group", "aria-label": "Fates shown" }, ...buttons));
}

function hide(button, fate) {
  const isShown = button.getAttribute("aria-pressed") === "true";
  button.setAttribute("aria-pressed", String(!isShown));
  button.closest(".dump").querySelector(".lines").classList.toggle(`without-${fate}`, isShown);
}

function lineList(dump) {
  const items = dump.lines.map(([fate, line]) =>
    h("li", { class: `line of-${fate}` }, h("span", { class: "fate-name" }, fate), h("span", { class: "line-text", dir: "auto" }, line)),
  );
  const more = dump.has_more_lines && h("li", { class: "hint" }, "… and more");
  return h("ol", { class: "lines", tabindex: "0", "aria-label": "Lines" }, ...items, more);
}

function articleCard({ event, matched }) {
  const title = event.title ? marked(event.title, evidenceIn(event, "title")) : ["without a headline"];
  const body = matched ? paragraphs(event.body, own(event.body, matched.spans)) : bodyOf(event);
  const origin = [event.outlet, event.agency, event.author, event.published_at, event.language].filter(Boolean).join(" · ");
  return h(
    "article",
    { class: "story" },
    h("p", { class: "origin", dir: "auto" }, origin),
    h("h4", { dir: "auto", lang: event.language }, ...title),
    matched ? copyNote(event, matched) : null,
    h("div", { class: "body", lang: event.language }, ...body),
    labelList(event),
    details(event),
  );
}

function copyNote({ duplicate }, { title, outlet, index, runs, shared_runs: shared }) {
  const what = `${duplicate.kind} copy of article ${index}${title ? `, “${title}”` : ""}${outlet ? `, ${outlet}` : ""}: `;
  const why = `${amount(shared)} of its ${amount(runs)} runs of three words are there too; what is its own is marked.`;
  return h("p", { class: "copy-note" }, what, why);
}

/** The stretches of a text between those that it shares. */
function own(text, spans) {
  const ends = [0, ...spans.flat(), [...text].length];
  const places = [];
  for (let at = 0; at < ends.length; at += 2) places.push({ start: ends[at], end: ends[at + 1], kind: "own", title: "its own" });
  return places.filter(({ start, end }) => /[\p{L}\p{N}]/u.test([...text].slice(start, end).join("")));
}

const count = (number, one, many) => `${amount(number)} ${number === 1 ? one : many}`;
