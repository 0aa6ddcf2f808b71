"""20,000 events through the page: neither its memory nor its elements grow without end, and it shows the last of them."""

import pytest

from tests.browser.conftest import Opened
from tests.browser.measure import measure

pytestmark = pytest.mark.browser


LAST = "document.querySelector('#feed h3').textContent.startsWith('LAST:')"


async def test_page_is_as_large_after_20_000_events_as_after_4_000(page: Opened) -> None:
    early, *_, late = await measure(page.site, page.tab, 20_000, parts=5)
    assert late.elements < 1.1 * early.elements < 3_000
    assert late.heap_bytes < 1.3 * early.heap_bytes < 40_000_000
    await page.tab.until(LAST.replace("LAST", "19999"))
    await page.feed_has(40)


async def test_older_stories_are_shown_when_asked_for_and_only_then(page: Opened) -> None:
    await measure(page.site, page.tab, 300, parts=1)
    await page.tab.until(LAST.replace("LAST", "298"))
    await page.feed_has(40)
    await page.tab.run("document.getElementById('more').click()")
    await page.feed_has(80)
    assert await page.tab.run("document.activeElement === document.querySelector('#feed article:nth-child(41) h3 button')")
