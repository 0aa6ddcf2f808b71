"""Measure the cost of events in the page: `python -m tests.browser.measure [EVENTS]` (20,000 is the default)."""

import asyncio
import sys
from dataclasses import dataclass
from typing import Any

from tests.browser.chromium import Chromium, Tab, find_chromium, tab
from tests.browser.served import Site, copy_of, sampled, site

STEP = 250
NOTE_FRAMES = """(() => {
  window.frames = [];
  let last = performance.now();
  const note = (now) => { window.frames.push(now - last); last = now; requestAnimationFrame(note); };
  requestAnimationFrame(note);
})()"""


@dataclass(frozen=True)
class Costs:
    """Of a page after so many events: its heap after a collection, its elements, and the frames of the last part in ms."""

    events: int
    heap_bytes: int
    elements: int
    frame_ms_p50: float
    frame_ms_p95: float
    frame_ms_max: float


async def measure(served: Site, page: Tab, count: int, parts: int) -> list[Costs]:
    """Tell the page of `count` events, a third of them copies, as fast as it takes them; return its costs after each part."""
    known = [event for event in sampled().events if event["duplicate"] is None]
    costs = []
    await page.run(NOTE_FRAMES)
    for part in range(parts):
        await page.run("window.frames.length = 0")
        for number in range(part * count // parts, (part + 1) * count // parts):
            served.article(_event(known, number))
            if (number + 1) % STEP == 0:
                # As quick as the page: the next ones when these are taken.
                await page.until(f"document.getElementById('shown').dataset.seen >= {number + 1}")
        # The list is drawn once a burst has ended, or after two seconds.
        await page.until("document.querySelectorAll('#feed article').length")
        frames = sorted(await page.run("window.frames"))
        elements = await page.run("document.querySelectorAll('*').length")
        at = {share: round(frames[min(len(frames) - 1, int(len(frames) * share))], 1) for share in (0.5, 0.95)}
        costs.append(
            Costs(
                events=(part + 1) * count // parts,
                heap_bytes=await page.heap_bytes(),
                elements=elements,
                frame_ms_p50=at[0.5],
                frame_ms_p95=at[0.95],
                frame_ms_max=round(frames[-1], 1),
            )
        )
    return costs


def _event(known: list[dict[str, Any]], number: int) -> dict[str, Any]:
    title = f"{number}: {known[number % len(known)]['title']}"
    made = known[number % len(known)] | {"id": f"{number:032x}", "title": title, "story": None}
    if number % 3 == 2:
        return copy_of(made | {"id": f"{number - 1:032x}"}, number, f"Outlet {number % 40}")
    return made


async def _run(chromium: Chromium, count: int) -> None:
    async with site() as served, tab(chromium) as page:
        await page.open(served.url)
        await page.until("document.querySelector('#status').dataset.state === 'live'")
        print("events  heap MB  elements  frame p50  p95  max (ms)")
        for cost in await measure(served, page, count, parts=10):
            frames = f"{cost.frame_ms_p50:9.1f} {cost.frame_ms_p95:6.1f} {cost.frame_ms_max:6.1f}"
            print(f"{cost.events:6d} {cost.heap_bytes / 1e6:8.1f} {cost.elements:9d} {frames}")


def main() -> None:
    path = find_chromium()
    if path is None:
        sys.exit("no chromium is installed: apt-get install chromium")
    chromium = Chromium(path)
    try:
        asyncio.run(_run(chromium, int(sys.argv[1]) if sys.argv[1:] else 20_000))
    finally:
        chromium.close()


if __name__ == "__main__":
    main()
