"""The world map of the live page: what is shaded and where dots are, as buttons, by keyboard, as tables, and on a phone."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.browser.chromium import Chromium, tab
from tests.browser.conftest import Opened
from tests.browser.served import event, site

pytestmark = pytest.mark.browser

ENTER = 13
LABELS = "[...document.querySelectorAll('#map-world [role=button]')].map((shape) => shape.getAttribute('aria-label'))"
ROWS = "[...document.querySelectorAll('#map-ID tr')].map((row) => row.innerText.split(/\\s*\\t\\s*/))"
FOCUSED = "document.activeElement.getAttribute('aria-label')"
# Within the borders of their countries, far from them.
INLAND = {"BO": (-65.0, -17.0), "TD": (18.5, 15.0), "MN": (104.0, 47.0), "PL": (19.5, 52.0), "PY": (-58.5, -22.0), "UA": (34.1, 45.2)}


def city(id: int, name: str, country: str, lon: float, lat: float, **fields: Any) -> dict[str, Any]:
    place = {"id": f"geonames:{id}", "kind": "city", "name": name, "country": country, "division": None, "lat": lat, "lon": lon}
    return place | {"score": 0.9, "about": True, "evidence": []} | fields


LIMA, OSLO = city(1, "Lima", "PE", -77.0, -12.0), city(2, "Oslo", "NO", 10.7, 59.9)


async def labels_are(page: Opened, *labels: str) -> None:
    await page.tab.until(f"JSON.stringify({LABELS}) === JSON.stringify({orjson.dumps(labels).decode()})")


async def test_countries_and_cities_are_counted_and_a_click_filters_by_their_country(page: Opened) -> None:
    for number, places in enumerate(([LIMA], [LIMA, OSLO], [OSLO | {"kind": "division"}])):
        page.site.article(event(number, places=places, countries=[place["country"] for place in places]))
    await labels_are(page, "Norway: 2 events", "Peru: 2 events", "Lima, Peru: 2 events", "Oslo, Norway: 1 event")
    assert await page.tab.run(ROWS.replace("ID", "cities")) == [["Lima (PE)", "2"], ["Oslo (NO)", "1"]]
    await page.tab.run("document.querySelector('#map-world [data-country=PE]').dispatchEvent(new MouseEvent('click', { bubbles: true }))")
    await page.feed_has(2)
    assert await page.tab.run("location.search") == "?country=PE"
    # Other countries stay to be chosen instead; cities are those of the events that are left.
    await labels_are(page, "Norway: 2 events", "Peru: 2 events", "Lima, Peru: 2 events", "Oslo, Norway: 1 event")
    await page.tab.until("document.querySelector('#map-countries [aria-pressed=true]')?.textContent === 'Peru'")
    await page.tab.run("document.querySelector('#map-countries [aria-pressed=true]').click()")
    await page.feed_has(3)
    assert await page.tab.run("location.search") == ""


async def test_counts_of_kafka_are_the_base_and_what_comes_since_is_added(chromium: Chromium) -> None:
    lima = {name: LIMA[name] for name in ("id", "name", "country", "lat", "lon")} | {"events": 1200}
    async with site() as served, tab(chromium) as opened:
        served.answers["/map"] = orjson.dumps({"until_ms": 1, "complete_since_ms": None, "countries": {"PE": 1500}, "cities": [lima]})
        await opened.open(f"{served.url}/?language=es")
        page = Opened(served, opened)
        await labels_are(page, "Peru: 1,500 events", "Lima, Peru: 1,200 events")
        assert "/map?language=es&over=600" in [path for path, _ in served.requests]
        served.article(event(1, language="es", places=[LIMA], countries=["PE"]))
        await labels_are(page, "Peru: 1,501 events", "Lima, Peru: 1,201 events")
        assert opened.console == []


async def test_arrows_go_through_what_has_events_and_enter_chooses(page: Opened) -> None:
    page.site.article(event(1, places=[LIMA], countries=["PE"]))
    page.site.article(event(2, places=[], countries=["PE", "NO"]))
    await labels_are(page, "Norway: 1 event", "Peru: 2 events", "Lima, Peru: 1 event")
    await page.tab.run("document.querySelector('#map-world [tabindex=\"0\"]').focus()")
    said = [await page.tab.run(FOCUSED)]
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "Home", "End"):
        await page.tab.press(key)
        said.append(await page.tab.run(FOCUSED))
    peru, norway, lima = "Peru: 2 events", "Norway: 1 event", "Lima, Peru: 1 event"
    assert said == [peru, norway, lima, norway, peru, lima]
    assert await page.tab.run("document.querySelectorAll('#map-world [tabindex=\"0\"]').length") == 1
    await page.tab.press("Enter", code=ENTER, text="\r")
    await page.feed_has(2)
    assert await page.tab.run("location.search") == "?country=PE"
    assert await page.tab.run(FOCUSED) == lima


async def test_dots_are_within_the_borders_of_their_countries(page: Opened) -> None:
    places = [city(number, code, code, *at) for number, (code, at) in enumerate(INLAND.items())]
    page.site.article(event(1, places=places, countries=list(INLAND)))
    await page.tab.until(f"document.querySelectorAll('#map-world circle').length === {len(INLAND)}")
    outside = await page.tab.run("""[...document.querySelectorAll("#map-world circle")].filter((dot) => {
      const at = new DOMPoint(dot.cx.baseVal.value, dot.cy.baseVal.value);
      return !document.querySelector(`#map-world path[data-country=${dot.dataset.country}]`).isPointInFill(at);
    }).map((dot) => dot.dataset.country)""")
    assert outside == []


async def test_phone_folds_the_map_until_it_is_asked_for_and_remembers_it(page: Opened) -> None:
    await page.tab.resize(390, 844, mobile=True)
    address = await page.tab.run("location.href")
    await page.tab.until("document.getElementById('map-fold').textContent === 'Show map'")
    page.site.article(event(1, places=[LIMA], countries=["PE"]))
    await page.feed_has(1)
    assert not await page.tab.run("document.getElementById('map-world').checkVisibility()")
    await page.tab.run("document.getElementById('map-fold').click()")
    await labels_are(page, "Peru: 1 event", "Lima, Peru: 1 event")
    assert await page.tab.run("document.getElementById('map-world').getBoundingClientRect().right") <= 390
    await page.tab.open(address)
    await page.tab.until("document.getElementById('map-fold').textContent === 'Hide map'")


def test_map_is_small_and_has_every_country_once() -> None:
    file = Path(__file__).parents[2] / "agents" / "web" / "page" / "world.svg"
    codes = re.findall(r'data-country="([A-Z]{2})"', file.read_text(encoding="utf-8"))
    assert len(codes) == len(set(codes)) > 230
    assert file.stat().st_size <= 100_000
