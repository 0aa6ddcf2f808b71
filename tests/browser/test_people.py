"""Accessibility: keyboard, phone, dark mode, reduced motion, and a worker that goes away."""

import pytest

from streams.counts import RecordFate, StageName
from tests.browser.chromium import Chromium, tab
from tests.browser.conftest import Opened
from tests.browser.served import event, sampled, site

pytestmark = pytest.mark.browser

FOCUSED = """(() => {
  const { id, dataset, tagName, textContent } = document.activeElement;
  return tagName === "BODY" ? "the end" : id || dataset.class || document.activeElement.ariaLabel || textContent.trim();
})()"""
ALL = "button, input, select, textarea, a, [role=img], [role=feed], nav, aside"
TAB, ENTER, SPACE, DOWN, UP = 9, 13, 32, 40, 38


async def test_everything_is_reached_and_used_by_keyboard_alone(page: Opened) -> None:
    for number in (1, 2):
        page.site.article(event(number, regions=[], topics=[], places=[], countries=["NO"]))
    await page.feed_has(2)
    await page.tab.until("document.querySelector('#map-world [role=button]')")
    reached = []
    while "the end" not in reached:
        await page.tab.press("Tab", code=TAB)
        reached.append(await page.tab.run(FOCUSED))
        has_outline = "document.activeElement === document.body || getComputedStyle(document.activeElement).outlineStyle !== 'none'"
        assert await page.tab.run(has_outline), reached[-1]
    assert reached[:6] == ["Skip to the content", "newsmill", "Live", "Find", "Dead letters", "Try a dump"]
    assert reached[6].startswith("The path of a record")
    filters = [
        "contains",
        "language",
        "country",
        "about",
        "copied",
        "span",
        "chile",
        "miami",
        "venezuela",
        "mining",
        "feed-atom",
        "feed-json",
    ]
    assert reached[7:11] == ["map-fold", "Norway: 2 events", "Countries", "Cities"]
    assert reached[11:25] == [*filters, "search", "pause"]
    assert reached[25:] == ["Story 2", "Story 1", "export-csv", "export-json", "the end"]


async def test_headlines_open_by_enter_and_arrows_go_from_one_to_the_next(page: Opened) -> None:
    for number in (1, 2):
        page.site.article(event(number))
    await page.feed_has(2)
    await page.tab.run("document.querySelector('#feed h3 button').focus()")
    await page.tab.press("ArrowDown", code=DOWN)
    assert await page.tab.run(FOCUSED) == "Story 1"
    await page.tab.press("ArrowUp", code=UP)
    await page.tab.press("Enter", code=ENTER, text="\r")
    assert await page.tab.run(FOCUSED) == "Story 2"
    assert await page.tab.run("[...document.querySelectorAll('#feed h3 button')].map((title) => title.getAttribute('aria-expanded'))") == [
        "true",
        "false",
    ]
    await page.tab.run("document.querySelector('[data-class=chile]').focus()")
    await page.tab.press(" ", code=SPACE, text=" ")
    assert await page.tab.run("document.activeElement.getAttribute('aria-pressed')") == "true"


async def test_keys_go_through_headlines_and_to_the_search_and_are_letters_where_somebody_types(page: Opened) -> None:
    for number in (1, 2):
        page.site.article(event(number))
    await page.feed_has(2)
    for key, expected in (("j", "Story 2"), ("j", "Story 1"), ("k", "Story 2"), ("/", "contains")):
        await page.tab.press(key, text=key)
        assert await page.tab.run(FOCUSED) == expected
    await page.tab.press("j", text="j")
    assert await page.tab.run("document.getElementById('contains').value") == "j"


@pytest.mark.parametrize("classes", [4, 43])
async def test_phone_shows_events_on_its_first_screen_and_unfolds_filters(page: Opened, classes: int) -> None:
    await page.tab.resize(390, 844, mobile=True)
    for number in range(classes):
        label = {"id": f"c{number}", "name": f"Class {number}", "score": 0.9, "about": True, "evidence": []}
        page.site.article(event(number, regions=[label]))
    await page.feed_has(min(classes, 40))
    assert await page.tab.run("document.querySelector('#feed article').getBoundingClientRect().top") < 400
    assert not await page.tab.run("document.getElementById('contains').checkVisibility()")
    await page.tab.run("document.getElementById('fold').click()")
    assert await page.tab.run("document.getElementById('contains').checkVisibility()")


@pytest.mark.parametrize(("width", "height"), [pytest.param(390, 844, id="phone"), pytest.param(1350, 940, id="desktop")])
async def test_layout_hardly_shifts_while_events_and_counts_come(chromium: Chromium, width: int, height: int) -> None:
    async with site() as served, tab(chromium, width=width, height=height) as opened:
        for known in sampled().events:
            served.article(known)
        served.answers["/counts"] = COUNTS
        await opened.open(served.url)
        await opened.until("document.querySelectorAll('#feed article').length >= 40 && document.getElementById('counted').textContent")
        served.figures()
        await opened.run("new Promise((resolve) => setTimeout(resolve, 1000))")
        assert await opened.run(SHIFT) <= 0.1


@pytest.mark.parametrize(("width", "height"), [pytest.param(390, 844, id="phone"), pytest.param(1350, 940, id="desktop")])
async def test_cards_slide_to_their_new_position_when_events_arrive(page: Opened, width: int, height: int) -> None:
    await page.tab.resize(width, height, mobile=width < 400)
    for number in range(12):
        page.site.article(event(number))
    await page.feed_has(12)
    before = await page.tab.run(SHIFT)
    for number in range(12, 15):
        page.site.article(event(number))
        await page.feed_has(number + 1)
        await page.tab.run("new Promise((resolve) => setTimeout(resolve, 300))")
    assert await page.tab.run(SHIFT) - before <= 0.02


COUNTS = b"""{"until_ms": 1, "width_ms": 10000, "complete_since_ms": null, "events": 0, "stories": 0, "buckets": {}, "classes": []}"""
SHIFT = """new Promise((resolve) => new PerformanceObserver((list) => resolve(
  list.getEntries().filter((entry) => !entry.hadRecentInput).reduce((sum, { value }) => sum + value, 0),
)).observe({ type: "layout-shift", buffered: true }) || setTimeout(() => resolve(0), 500))"""


async def test_skip_link_goes_to_the_content_and_leaves_the_view_as_it_is(page: Opened) -> None:
    await page.tab.run("location.hash = 'dead'")
    await page.tab.until("!document.getElementById('dead').hidden")
    await page.tab.run("document.querySelector('.skip').click()")
    assert await page.tab.run("document.activeElement.id") == "main"
    assert not await page.tab.run("document.getElementById('dead').hidden")


async def test_each_view_begins_at_its_top(page: Opened) -> None:
    for number in range(30):
        page.site.article(event(number))
        page.site.dead("empty", "the dump has 0 bytes", f"0-{number}")
    await page.feed_has(30)
    for view in ("dead", "live", "dump"):
        await page.tab.run(f"scrollTo(0, 400); document.querySelector('[data-view={view}]').click()")
        await page.tab.until(f"!document.getElementById('{view}').hidden")
        await page.tab.run("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
        assert await page.tab.run("scrollY") == 0, view
        assert await page.tab.run("document.querySelector('[aria-current]').dataset.view") == view


async def test_every_field_and_button_has_a_name(page: Opened) -> None:
    page.site.article(event(1))
    await page.feed_has(1)
    nameless = await page.tab.run(
        """[...document.querySelectorAll("ALL")]
      .filter((element) => element.checkVisibility() && !(element.ariaLabel || element.getAttribute("aria-labelledby")
        || element.textContent.trim() || element.labels?.length)).map((element) => element.outerHTML)""".replace("ALL", ALL)
    )
    assert nameless == []


@pytest.mark.parametrize("width", [320, 390])
async def test_phones_scroll_in_one_direction_only(page: Opened, width: int) -> None:
    await page.tab.resize(width, 800, mobile=True)
    for known in sampled().events:
        page.site.article(known)
    page.site.article(event(1, title="Nordwestzentralschweizerischeausstellungshalle" * 4, outlet="x" * 200))
    page.site.dead("bad-envelope", "y" * 500)
    page.site.figures()
    await page.tab.until("document.querySelectorAll('#feed article').length >= 40")
    await page.tab.run(
        "document.querySelector('#feed h3 button').click(); document.querySelectorAll('details').forEach((part) => part.open = true)"
    )
    await page.tab.run("document.getElementById('dump-sample').click()")
    for view in ("live", "find", "dead", "dump"):
        await page.tab.run(f"location.hash = '{view}'")
        await page.tab.until(
            f"!document.getElementById('{view}').hidden && (location.hash !== '#dump' || document.querySelector('.dump .story'))"
        )
        wide = await page.tab.run(f"""[...document.querySelectorAll("body *")].filter((element) => element.checkVisibility()
          && element.getBoundingClientRect().right > {width} + 1).map((element) => element.className || element.tagName)""")
        assert wide == [], view
        assert await page.tab.run("document.scrollingElement.scrollWidth") == width, view


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_is_readable_in_both_schemes(page: Opened, scheme: str) -> None:
    """Every colour of text against the ground it stands on: 4.5 to 1 (WCAG AA)."""
    await page.tab.prefer(prefers_color_scheme=scheme)
    for known in sampled().events[:20]:
        page.site.article(known)
    page.site.dead("empty", "the dump has 0 bytes")
    page.site.figures()
    await page.tab.until("document.querySelectorAll('#feed article').length >= 10 && document.querySelector('.letter')")
    await page.tab.run(
        "document.getElementById('dump-sample').click(); for (const view of document.querySelectorAll('.view')) view.hidden = false"
    )
    await page.tab.until("document.querySelector('.dump .story')")
    ground, weak = await page.tab.run(CONTRAST)
    assert (ground < 0.1) is (scheme == "dark")
    assert weak == []


# Colours are read off a canvas, which knows every way of writing one.
CONTRAST = """(() => {
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1);
    return paint.getImageData(0, 0, 1, 1).data;
  };
  const linear = (part) => (part <= 10 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const groundOf = (element) => {
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] > 200 || !element.parentElement ? own : groundOf(element.parentElement);
  };
  const weak = new Set();
  for (const element of document.querySelectorAll("body *")) {
    if (!element.checkVisibility() || ![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    const shades = [light(rgba(getComputedStyle(element).color)), light(groundOf(element))];
    const ratio = (Math.max(...shades) + 0.05) / (Math.min(...shades) + 0.05);
    if (ratio < 4.5) weak.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
  }
  return [light(rgba(getComputedStyle(document.body).backgroundColor)), [...weak]];
})()"""


async def test_nothing_moves_where_less_motion_is_wanted(page: Opened) -> None:
    await page.tab.run("document.getElementById('pipeline').open = true")
    page.site.figures(at_ms=1_000)
    page.site.count({(StageName.SPLIT, RecordFate.SPLIT): 10})
    page.site.figures(at_ms=2_000)
    await page.tab.until("document.querySelector('.waiting.flows')")
    assert await page.tab.run("document.getAnimations().length") > 0
    await page.tab.prefer(prefers_reduced_motion="reduce")
    assert await page.tab.until("document.getAnimations().length === 0")


async def test_page_comes_back_by_itself_and_shows_what_it_missed_once(chromium: Chromium) -> None:
    async with tab(chromium) as opened:
        async with site() as first:
            port = first.port
            await opened.open(first.url)
            await opened.until("document.querySelector('#status').dataset.state === 'live'")
            first.article(event(1))
            await opened.until("document.querySelectorAll('#feed article').length === 1")
        await opened.until("document.querySelector('#status').dataset.state === 'lost'")
        assert "lost" in await opened.run("document.getElementById('status-text').textContent")
        async with site(port) as second:
            await opened.until("document.querySelector('#status').dataset.state === 'live'")
            second.article(event(1))
            second.article(event(2))
            await opened.until("document.querySelectorAll('#feed article').length === 2")
            second.article(event(3))
            await opened.until("document.querySelectorAll('#feed article').length === 3")
