// What became of a dump or an article, and single events by their permanent addresses.

import { byId, h, tell, timeOf } from "./dom.js";
import { bodyOf, details, labelList } from "./card.js";
import { evidenceIn, marked } from "./marks.js";

const EVENT_OVER_S = 691_200;

/** Make the form of #find work: it puts the question into the address. */
export function setUpFind() {
  byId("find-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = byId("find-text").value.trim();
    const address = `#find/${encodeURIComponent(text)}`;
    if (location.hash === address) showFound(text);
    else location.hash = address;
  });
}

/** Show the steps of a dump or an article, as `newsmill lookup` finds them. */
export async function showFound(text) {
  byId("find-text").value = text;
  if (!text) return byId("find-text").focus();
  const found = await ask(`/lookup?${new URLSearchParams({ q: text, over: byId("find-over").value })}`);
  if (!found) return;
  const dumps = Map.groupBy(found.steps, (step) => step.dump_id ?? "");
  const gap = found.complete_since ? " What is older than retention is deleted." : "";
  tell(byId("find-told"), (found.steps.length ? "" : "Nothing is found in this time.") + gap);
  byId("find-shown").replaceChildren(...[...dumps].map(([id, steps]) => dumpBlock(id, steps)));
}

/** Show one event, whatever the filter. */
export async function showEvent(id) {
  const found = await ask(`/event?${new URLSearchParams({ id, over: EVENT_OVER_S })}`);
  if (!found) return;
  tell(byId("find-told"), found.event ? "" : "There is no such event, or it is deleted, past its retention.");
  if (found.event) byId("find-shown").replaceChildren(eventArticle(found.event));
}

async function ask(address) {
  tell(byId("find-told"), "asking Kafka …");
  byId("find-shown").replaceChildren();
  try {
    const answer = await fetch(address);
    if (answer.ok) return await answer.json();
    tell(byId("find-told"), await answer.text());
  } catch {
    tell(byId("find-told"), "The worker does not answer.");
  }
  return null;
}

function dumpBlock(id, steps) {
  const url = steps.find((step) => step.url)?.url ?? "no address";
  return h(
    "section",
    { class: "story", "aria-label": `dump ${id}` },
    h("p", { class: "origin" }, "dump ", id ? h("a", { href: `#find/${id}` }, h("code", {}, id)) : "without an id"),
    h("h2", { class: "plain", dir: "auto" }, url),
    h("ol", { class: "steps" }, ...steps.map(stepItem)),
    steps.every(({ end }) => end === "received") && h("p", { class: "hint" }, "No result yet."),
  );
}

function stepItem(step) {
  const isEvent = step.end === "event" || step.end === "copy";
  const title = step.title && (isEvent ? h("a", { href: `#event/${step.id}`, dir: "auto" }, step.title) : h("span", { dir: "auto" }, step.title));
  return h(
    "li",
    {},
    h("span", { class: "at" }, timeOf(new Date(step.at_ms).toISOString())),
    h("b", { class: `end ${step.end}` }, step.end),
    h("span", {}, title, title && " ", h("span", { class: "hint" }, step.detail ?? "")),
    h("code", {}, `${step.topic}-${step.partition} offset ${step.offset}`),
  );
}

function eventArticle(event) {
  const title = event.title ?? `${event.body.slice(0, 100)}…`;
  const origin = [event.outlet, event.agency, event.author, event.language].filter(Boolean).join(" · ");
  return h(
    "article",
    { class: "story" },
    h("p", { class: "origin", dir: "auto" }, origin, event.published_at && " · ", event.published_at && timeOf(event.published_at)),
    h("h2", { class: "plain", dir: "auto", lang: event.language }, ...(event.title ? marked(title, evidenceIn(event, "title")) : [title])),
    h("div", { class: "body", lang: event.language }, ...bodyOf(event)),
    labelList(event),
    details(event),
    event.duplicate && h("p", {}, `${event.duplicate.kind} copy of `, h("a", { href: `#event/${event.duplicate.of}` }, event.duplicate.of)),
    event.story && h("p", { class: "hint" }, h("a", { href: `/?story=${event.story.id}#live` }, "all of its story")),
  );
}
