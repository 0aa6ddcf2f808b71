"""Pictures of the live page with the project's samples: `python -m tests.browser.pictures [FOLDER]` (docs is the default)."""

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from tests.browser.chromium import Chromium, Tab, find_chromium, tab
from tests.browser.served import Site, sampled, site

WIDTH, HEIGHT = 1320, 1120
STEPS = 60


async def take_pictures(folder: Path, chromium: Chromium) -> None:
    """Write page-light.png, page-dark.png, page-phone.png, page-phone-dark.png, page-dump.png and page-find.png."""
    async with site() as served, tab(chromium, width=WIDTH, height=HEIGHT) as page:
        await page.open(served.url)
        await page.until("document.querySelector('#status').dataset.state === 'live'")
        tell_samples(served)
        served.answers["/lookup"] = orjson.dumps({"steps": steps(), "complete_since": None})
        await page.until("document.querySelectorAll('#feed article').length > 5 && document.querySelectorAll('.letter').length")
        await save(page, folder / "page-light.png")
        await page.run("document.getElementById('pipeline').open = true; document.querySelector('details.course').open = true")
        await page.run("document.activeElement.blur()")
        await page.prefer(prefers_color_scheme="dark")
        await save(page, folder / "page-dark.png")
        await page.run("document.getElementById('pipeline').open = false; document.querySelector('details.course').open = false")
        await page.resize(390, 844, scale=1.5, mobile=True)
        await save(page, folder / "page-phone-dark.png")
        await page.prefer(prefers_color_scheme="light")
        await save(page, folder / "page-phone.png")
        await page.resize(WIDTH, HEIGHT)
        await page.run("location.hash = 'find/ferry'")
        await page.until("document.querySelectorAll('.steps li').length > 2")
        await save(page, folder / "page-find.png")
        await page.run("location.hash = 'dump'; document.querySelector('#dump-sample').click()")
        await page.until("document.querySelector('.dump .story')")
        await save(page, folder / "page-dump.png")


def steps() -> list[dict[str, Any]]:
    """Return what became of a dump with three articles."""
    dump = {"dump_id": "3f1c" * 8, "url": "https://harbor-ledger.example/", "partition": 2, "offset": 4711}
    ends = [
        {"end": "received", "topic": "news.dumps", "detail": "18,204 bytes"},
        {
            "end": "event",
            "topic": "news.events",
            "id": "a1" * 16,
            "title": "Ferry Alvara refloated off Quellmar",
            "detail": "classes chile*",
        },
        {
            "end": "copy",
            "topic": "news.duplicates",
            "id": "b2" * 16,
            "title": "Bridge shut for the night",
            "detail": "near copy, similarity 0.94",
        },
        {"end": "dead", "topic": "news.dead-letters", "title": "Market in Doral", "detail": "too-long at split: 1,200,431 characters"},
    ]
    return [dump | each | {"at_ms": 1_754_136_000_000 + 300 * at} for at, each in enumerate(ends)]


def tell_samples(served: Site) -> None:
    """Send the samples to the page as if they had arrived within the last minutes, with figures of that time."""
    known = sampled()
    now = time.time() * 1000
    total = len(known.events)
    for place, event in enumerate(in_good_order(known.events)):
        served.article(event, now - (total - place) * 8_000)
    for letter in known.letters:
        served.dead(letter["__connect.errors.exception.class.name"], letter["__connect.errors.exception.message"])
    for step in range(STEPS):
        lively = (2, 3, 5, 4, 3, 1, 2, 6, 4, 2)[step // 3 % 10] if step > 8 else 0
        served.count({labels: count * lively // 12 for labels, count in known.records.items()})
        served.figures(at_ms=now - (STEPS - step) * 1000)
    for stage, seconds in (("split", 0.041), ("deduplicate", 0.028), ("classify", 0.033)):
        for _ in range(40):
            served.metrics.stage_seconds.labels(stage).observe(seconds)
    served.count(known.records)
    served.figures(at_ms=now)


def in_good_order(events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the stories with most to see last, so that they stand at the top; each with its copies behind it."""
    stories: dict[str, list[dict[str, Any]]] = {}
    for event in events:
        stories.setdefault(event["duplicate"]["of"] if event["duplicate"] else event["id"], []).append(event)

    def worth(story: list[dict[str, Any]]) -> tuple[object, ...]:
        first = story[0]
        return len(story) > 1, first["language"] == "en", first["outlet"] is not None, len(first["regions"] + first["topics"])

    return [event for story in sorted(stories.values(), key=worth) for event in story]


async def save(page: Tab, path: Path) -> None:
    """Take a screenshot when the page has drawn all messages."""
    await page.run("new Promise((resolve) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(resolve)), 400))")
    await page.picture(path)


def main() -> None:
    path = find_chromium()
    if path is None:
        sys.exit("no chromium is installed: apt-get install chromium")
    chromium = Chromium(path)
    try:
        asyncio.run(take_pictures(Path(sys.argv[1] if sys.argv[1:] else "docs"), chromium))
    finally:
        chromium.close()


if __name__ == "__main__":
    main()
