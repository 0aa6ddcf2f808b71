// The worker's stream of events: taken as it comes, worked off in small parts, so that the page never stands still.

const MOST_WAITING = 5000;
const BUDGET_MS = 6;
const RETRY_MS = 3000;

/**
 * Follow /events. `handlers` are called by a message's name; `onState` with "live" or "lost"; `onDone` after each part.
 * While the page is hidden it works off once a second, and leaves out the oldest of too many.
 */
export function follow(handlers, { onState, onDone, onDropped }) {
  let waiting = [];
  let isScheduled = false;

  function schedule() {
    if (isScheduled) return;
    isScheduled = true;
    if (document.hidden) setTimeout(work, 1000);
    else requestAnimationFrame(work);
  }

  function work() {
    isScheduled = false;
    const until = performance.now() + BUDGET_MS * (document.hidden ? 20 : 1);
    let done = 0;
    while (done < waiting.length && performance.now() < until) {
      const { name, data } = waiting[done++];
      handlers[name](JSON.parse(data));
    }
    waiting = waiting.slice(done);
    onDone();
    if (waiting.length) schedule();
  }

  function take(name, data) {
    waiting.push({ name, data });
    if (waiting.length > MOST_WAITING) {
      onDropped(waiting.length - MOST_WAITING / 2);
      waiting = waiting.slice(-MOST_WAITING / 2);
    }
    schedule();
  }

  function open() {
    const source = new EventSource("/events");
    source.addEventListener("open", () => onState("live"));
    source.addEventListener("error", () => {
      onState("lost");
      // The browser connects again by itself, but for an answer that is no stream.
      if (source.readyState === EventSource.CLOSED) setTimeout(open, RETRY_MS);
    });
    for (const name of Object.keys(handlers)) source.addEventListener(name, (message) => take(name, message.data));
  }

  open();
}
