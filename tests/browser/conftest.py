"""Fixtures: one Chromium for the whole run, a site and a tab for each test."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest

from tests.browser.chromium import Chromium, Tab, find_chromium, tab
from tests.browser.served import Site, site


@dataclass
class Opened:
    """A site, and a tab that shows it."""

    site: Site
    tab: Tab

    async def feed_has(self, count: int) -> None:
        """Return when the page shows so many stories."""
        await self.tab.until(f"document.querySelectorAll('#feed article').length === {count}")

    async def titles(self) -> list[str]:
        titles: list[str] = await self.tab.run("[...document.querySelectorAll('#feed h3')].map((title) => title.textContent)")
        return titles


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    path = find_chromium()
    if path is None:
        pytest.skip("no chromium is installed (Debian: apt-get install chromium)")
    browser = Chromium(path)
    yield browser
    browser.close()


@pytest.fixture
async def page(chromium: Chromium) -> AsyncIterator[Opened]:
    """The live page, open and connected. A test that the page has complaints about fails: exceptions, blocked or missing files."""
    async with site() as served, tab(chromium) as opened:
        await opened.open(served.url)
        await opened.until("document.querySelector('#status').dataset.state === 'live'")
        yield Opened(served, opened)
        assert opened.console == []
