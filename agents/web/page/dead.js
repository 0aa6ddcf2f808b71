// Dead letters with their reasons, the newest first.

import { amount, atClock, byId, h, tell } from "./dom.js";

const KEPT = 300;

const MEANINGS = {
  empty: "nothing in it",
  "too-large": "over 10 MiB",
  "not-decodable": "binary, or no text in any known charset",
  "bad-envelope": "its JSON is broken, or fields are not as they must be",
  "bad-time": "fetched-at is no time",
  "too-long": "an article of over a million characters",
  limit: "too many lines, articles or elements",
  crash: "it killed a worker",
  bug: "a mistake in newsmill's own code",
};

/** The list in #letters, with a button for each reason that leaves only its letters. */
export class DeadLetters {
  constructor() {
    this.letters = new Map(); // id -> letter, the oldest first
    this.chosen = null;
    this.isChanged = false;
  }

  take(letter) {
    if (this.letters.has(letter.id)) return;
    this.letters.set(letter.id, letter);
    if (this.letters.size > KEPT) this.letters.delete(this.letters.keys().next().value);
    this.isChanged = true;
  }

  /** Draw, where anything changed. */
  refresh() {
    if (!this.isChanged) return;
    this.isChanged = false;
    const letters = [...this.letters.values()].reverse();
    const wanted = letters.filter((letter) => !this.chosen || letter.reason === this.chosen);
    byId("letters").replaceChildren(...wanted.map(letterItem));
    byId("no-letters").hidden = letters.length > 0;
    byId("dead-count").hidden = letters.length === 0;
    tell(byId("dead-count"), amount(letters.length));
    this.#drawReasons(letters);
  }

  #drawReasons(letters) {
    const counts = new Map();
    for (const { reason } of letters) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    const focused = document.activeElement?.dataset?.reason;
    const buttons = [...counts].sort().map(([reason, count]) =>
      h(
        "button",
        {
          type: "button",
          class: "chip",
          "aria-pressed": this.chosen === reason,
          "data-reason": reason,
          onclick: () => this.#choose(reason),
        },
        `${reason} `,
        h("span", { class: "number" }, amount(count)),
      ),
    );
    byId("reasons").replaceChildren(...buttons);
    buttons.find((button) => button.dataset.reason === focused)?.focus();
  }

  #choose(reason) {
    this.chosen = this.chosen === reason ? null : reason;
    this.isChanged = true;
    this.refresh();
  }
}

function letterItem(letter) {
  return h(
    "li",
    { class: "letter" },
    h(
      "p",
      { class: "origin" },
      h("span", { class: "at" }, atClock(letter.at)),
      h("b", { class: "reason" }, letter.reason ?? "unknown"),
      ` at ${letter.stage} · ${MEANINGS[letter.reason] ?? ""}`,
    ),
    h("p", { class: "detail", dir: "auto" }, letter.detail ?? ""),
    h("p", { class: "hint name" }, letter.name ?? "no address", ` · ${amount(Number(letter.bytes))} bytes`),
    letter.preview && h("pre", { tabindex: "0", "aria-label": "How it begins" }, letter.preview),
    h("p", { class: "hint" }, h("code", {}, `newsmill dead-letters show ${letter.id}`)),
  );
}
