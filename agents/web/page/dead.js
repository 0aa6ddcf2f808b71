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
    this.counts = null; // of all in Kafka, by reason
    byId("replay-all").addEventListener("click", () => this.#confirm({ reason: this.chosen }));
    byId("replay").addEventListener("close", () => this.#replay());
    this.askedFor = null;
  }

  /** Count all in Kafka. */
  async count() {
    try {
      const answer = await fetch("/dead-letters");
      if (answer.status !== 200) return;
      this.counts = await answer.json();
      this.isChanged = true;
      this.refresh();
    } catch {
      // The worker is away: those that came while the page was open are counted.
    }
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
    byId("letters").replaceChildren(...wanted.map((letter) => letterItem(letter, () => this.#confirm({ ids: [letter.id] }))));
    const counts = this.#byReason(letters);
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    byId("no-letters").hidden = letters.length > 0;
    byId("dead-count").hidden = total === 0;
    tell(byId("dead-count"), amount(total));
    const all = this.counts ? `${amount(total)} in Kafka, ${amount(this.counts.sent_back)} of them sent back; ` : "";
    tell(byId("letters-shown"), `${all}${amount(wanted.length)} of the last hour are shown.`);
    byId("replay-all").hidden = !this.chosen;
    this.#drawReasons(counts);
  }

  /** Return the number by reason: of all in Kafka where that is known, never less than those here. */
  #byReason(letters) {
    const counts = new Map();
    for (const { reason } of letters) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    for (const [reason, count] of Object.entries(this.counts?.reasons ?? {})) counts.set(reason, Math.max(count, counts.get(reason) ?? 0));
    return counts;
  }

  #confirm(request) {
    this.askedFor = request;
    const what = request.ids ? `dead letter ${request.ids[0]}` : `all dead letters with the reason “${request.reason}” that were not sent back before`;
    tell(byId("replay-what"), `Send ${what} back to the topic where it failed? The cause should be mended first.`);
    byId("replay").returnValue = "";
    byId("replay").showModal();
  }

  async #replay() {
    if (byId("replay").returnValue !== "send") return;
    tell(byId("replay-told"), "sending …");
    try {
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch("/replay", { method: "POST", headers, body: JSON.stringify(this.askedFor) });
      if (answer.status !== 200) return tell(byId("replay-told"), await answer.text());
      const { sent, refused } = await answer.json();
      const why = Object.entries(refused).map(([id, reason]) => `; ${id}: ${reason}`).join("");
      tell(byId("replay-told"), `${amount(sent.length)} sent back${why}`);
      this.count();
    } catch {
      tell(byId("replay-told"), "The worker does not answer.");
    }
  }

  #drawReasons(counts) {
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

function letterItem(letter, onReplay) {
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
    h(
      "p",
      { class: "hint row" },
      h("code", {}, `newsmill dead-letters show ${letter.id}`),
      h("button", { type: "button", class: "quiet", onclick: onReplay }, "Send back"),
    ),
  );
}
