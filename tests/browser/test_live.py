"""The live page in a real Chromium: events as they arrive, filters, evidence, copies, dead letters, figures."""

import orjson
import pytest

from agents.terminal.csv_rows import csv_header, csv_row
from streams.counts import RecordFate, StageName
from tests.browser.conftest import Opened
from tests.browser.served import copy_of, event, sampled

pytestmark = pytest.mark.browser


def label(id: str, name: str, *, about: bool = True, evidence: tuple[tuple[str, int, int, str], ...] = ()) -> dict[str, object]:
    places = [{"field": field, "start": start, "end": end, "text": text} for field, start, end, text in evidence]
    return {"id": id, "name": name, "score": 0.9, "about": about, "evidence": places}


CHILE, MIAMI, MINING = label("chile", "Chile"), label("miami", "Miami", about=False), label("mining", "Mining")


async def test_events_come_by_themselves_the_newest_first(page: Opened) -> None:
    for number in range(3):
        page.site.article(event(number))
        await page.feed_has(number + 1)
    assert await page.titles() == ["Story 2", "Story 1", "Story 0"]


async def test_stories_are_filtered_by_class_language_words_and_what_they_are_about(page: Opened) -> None:
    page.site.article(event(1, regions=[CHILE], topics=[], language="es"))
    page.site.article(event(2, regions=[MIAMI], topics=[], language="en"))
    page.site.article(event(3, regions=[], topics=[MINING], language="en", body="A shaft was dug at night by twelve men of the village."))
    page.site.article(event(4, regions=[], topics=[], language="fr"))
    await page.feed_has(4)

    async def shown(script: str) -> list[str]:
        await page.tab.run(script)
        return await page.titles()

    assert await shown("document.querySelector('[data-class=chile]').click()") == ["Story 1"]
    assert await shown("document.querySelector('[data-class=miami]').click()") == ["Story 2", "Story 1"]
    assert await shown("document.querySelector('[data-class=mining]').click()") == []
    assert await shown("document.getElementById('clear').click()") == [
        "Story 4",
        "Story 3",
        "Story 2",
        "Story 1",
    ]
    choose = "(id, value) => { const field = document.getElementById(id); field.value = value; field.dispatchEvent(new Event({name})) }"
    choose_language = choose.replace("{name}", "'change'")
    assert await shown(f"({choose_language})('language', 'en')") == ["Story 3", "Story 2"]
    assert await shown("document.getElementById('about').click()") == ["Story 3"]
    assert await shown(f"document.getElementById('about').click(); ({choose.replace('{name}', repr('input'))})('contains', 'SHAFT')") == [
        "Story 3"
    ]
    assert await page.tab.run("[...document.getElementById('language').options].map((option) => option.value)") == ["", "en", "es", "fr"]


async def test_stories_are_filtered_by_country_and_an_open_one_lists_its_places(page: Opened) -> None:
    place: dict[str, object] = {"id": "geonames:1", "kind": "city", "division": None, "lat": 0, "lon": 0, "score": 0.9, "evidence": []}
    lima, oslo = place | {"name": "Lima", "country": "PE", "about": True}, place | {"name": "Oslo", "country": "NO", "about": False}
    page.site.article(event(1, countries=["PE", "NO"], places=[lima, oslo]))
    page.site.article(event(2, countries=["NO"], places=[oslo]))
    await page.feed_has(2)
    assert await page.tab.run("[...document.getElementById('country').options].map((option) => option.text)") == ["all", "Norway", "Peru"]
    await page.tab.run("const field = document.getElementById('country'); field.value = 'PE'; field.dispatchEvent(new Event('change'))")
    await page.feed_has(1)
    assert await page.titles() == ["Story 1"]
    await page.tab.run("document.querySelector('#feed h3 button').click()")
    await page.tab.until("document.querySelector('#feed .places')?.textContent === 'Lima (PE), Oslo (NO)'")


async def test_address_has_the_filter_and_gives_it_back(page: Opened) -> None:
    for number, regions, topics in ((1, [CHILE], [MINING]), (2, [CHILE], []), (3, [], [MINING])):
        page.site.article(event(number, regions=regions, topics=topics, language="es", title=f"Story {number} del niño"))
    await page.feed_has(3)
    await page.tab.run("document.querySelector('[data-class=chile]').click(); document.querySelector('[data-class=mining]').click()")
    assert await page.titles() == ["Story 1 del niño"]
    assert await page.tab.run("location.search") == "?region=chile&topic=mining"
    assert await page.tab.run("document.getElementById('feed-atom').getAttribute('href')") == "/feed.atom?region=chile&topic=mining"
    address = await page.tab.run("location.origin + location.pathname")
    await page.tab.open(f"{address}?region=chile&topic=mining&match=any&language=es&text=NINO")
    await page.tab.until("document.getElementById('contains')?.value === 'NINO' && document.querySelectorAll('#feed article').length === 3")
    pressed = "[...document.querySelectorAll('.class-row[aria-pressed=true]')].map((row) => row.dataset.class)"
    assert await page.tab.run(pressed) == ["chile", "mining"]
    assert await page.tab.run("document.getElementById('language').value") == "es"


async def test_evidence_is_marked_in_headline_and_text_by_code_points(page: Opened) -> None:
    title, body = "🏔🏔 Codelco halts a mine", "First line 🏔 of it.\nIn Calama the shaft is shut. Calama waits."
    first, last, shaft = body.index("Calama"), body.rindex("Calama"), body.index("shaft")
    chile = label(
        "chile", "Chile", evidence=(("title", 3, 10, "Codelco"), ("body", first, first + 6, "Calama"), ("body", last, last + 6, "Calama"))
    )
    mining = label("mining", "Mining", evidence=(("body", shaft, shaft + 5, "shaft"),))
    page.site.article(event(1, title=title, body=body, regions=[chile], topics=[mining]))
    await page.feed_has(1)
    await page.tab.run("document.querySelector('#feed h3 button').click()")
    marks = await page.tab.run("[...document.querySelectorAll('#feed mark')].map((mark) => [mark.textContent, mark.className, mark.title])")
    assert marks == [
        ["Codelco", "region", "Chile"],
        ["Calama", "region", "Chile"],
        ["shaft", "topic", "Mining"],
        ["Calama", "region", "Chile"],
    ]
    assert await page.titles() == [title]
    assert await page.tab.run("[...document.querySelectorAll('#feed .body p')].map((line) => line.textContent)") == body.split("\n")


async def test_marks_of_every_sample_hold_the_words_that_the_event_names(page: Opened) -> None:
    for known in sampled().events:
        page.site.article(known)
    await page.tab.until("document.querySelectorAll('#feed article').length >= 40")
    wrong = await page.tab.run(WRONG_MARKS.replace("COUNT", str(len(sampled().events))))
    assert wrong == []


WRONG_MARKS = """(async () => {
  const { marked, evidenceIn } = await import("/page/marks.js");
  const source = new EventSource("/events");
  const wrong = [];
  let seen = 0;
  await new Promise((done) => source.addEventListener("article", ({ data }) => {
    const { event } = JSON.parse(data);
    const words = [...event.regions, ...event.topics].flatMap((label) => label.evidence.map((place) => place.text));
    for (const field of ["title", "body"]) {
      for (const node of marked(event[field] ?? "", evidenceIn(event, field))) {
        if (node instanceof Element && !words.includes(node.textContent)) wrong.push(node.textContent);
      }
    }
    if (++seen === COUNT) done();
  }));
  source.close();
  return wrong;
})()"""


async def test_copies_are_folded_under_their_original_with_the_outlets_that_carried_them(page: Opened) -> None:
    original = event(1, outlet="Harbor Ledger")
    page.site.article(copy_of(original, 1, "El Faro"))  # partitions come in any order
    page.site.article(original)
    page.site.article(event(2))
    page.site.article(copy_of(original, 2, "Bay Herald") | {"title": "Another headline"})
    page.site.article(copy_of(original, 2, "Bay Herald"))  # read twice
    await page.tab.until("document.querySelector('.copies li:nth-child(2)')")
    assert await page.titles() == ["Story 2", "Story 1"]
    summary = await page.tab.run("document.querySelector('.copies summary').textContent")
    assert summary == "2 copies carried by El Faro, Bay Herald"
    items = await page.tab.run(
        "[...document.querySelectorAll('.copies li')].map((item) => [...item.children].map((part) => part.textContent))"
    )
    assert items == [["El Faro", "near 0.91"], ["Bay Herald", "near 0.91", "Another headline"]]
    await page.tab.run("document.getElementById('copied').click()")
    assert await page.titles() == ["Story 1"]


def of_story(number: int, letter: str, sources: int, **fields: object) -> dict[str, object]:
    story = {"id": 32 * letter, "first": number == 1, "size": number, "sources": sources, "score": 0.9}
    return event(number, story=story, **fields)


async def test_events_of_a_story_are_folded_with_their_sources_and_course(page: Opened) -> None:
    now = 1_754_136_000_000
    page.site.article(of_story(1, "a", 1, outlet="Harbor Ledger", language="en"), now)
    page.site.article(event(9), now + 1000)
    page.site.article(of_story(2, "a", 2, outlet="Bay Herald", language="es"), now + 60_000)
    page.site.article(copy_of(of_story(1, "a", 2, language="en"), 1, "El Faro"), now + 61_000)
    await page.tab.until("document.querySelector('.course') && document.querySelector('.copies')")
    assert await page.titles() == ["Story 2", "Story 9"]  # as new as its newest article
    assert await page.tab.run("document.querySelector('.course summary b').textContent") == "2 articles of 2 sources"
    rows = "[...document.querySelectorAll('.course li')].map((row) => [...row.children].slice(1).map((part) => part.textContent))"
    assert await page.tab.run(rows) == [["Bay Herald", "Story 2"], ["Harbor Ledger", "Story 1"]]
    assert await page.tab.run("document.getElementById('shown').textContent") == "4 articles in 2 stories"
    choose = "document.getElementById('language').value = 'en'; document.getElementById('language').dispatchEvent(new Event('change'))"
    await page.tab.run(choose)
    assert await page.titles() == ["Story 1", "Story 9"]  # the newest of the story that passes


async def test_counts_come_from_kafka_and_follow_the_filter(page: Opened) -> None:
    until = 1_754_136_000_000
    bucket = until // 10_000
    counts = {"until_ms": until, "width_ms": 10_000, "complete_since_ms": None, "events": 700, "stories": 300}
    classes = [{"kind": "region", "id": "chile", "buckets": {str(bucket): 500}}]
    page.site.answers["/counts"] = orjson.dumps(counts | {"buckets": {str(bucket): 700}, "classes": classes})
    await page.tab.run("document.querySelector('[data-class=mining]').click()")
    await page.tab.until("document.getElementById('counted').textContent === '700 events in 10 minutes'")
    await page.site.asked("/counts?topic=mining&over=600")
    page.site.article(event(1, regions=[CHILE], topics=[MINING]), until + 5_000)
    await page.feed_has(1)
    await page.tab.run("document.getElementById('span').dispatchEvent(new Event('change'))")
    await page.tab.until("document.querySelector('[data-class=chile] .number').textContent === '501'")


async def test_search_shows_its_progress_and_what_it_finds_and_goes_back(page: Opened) -> None:
    page.site.article(event(1))
    await page.feed_has(1)
    lines = [{"read": 5, "total": 10, "found": 1, "complete_since": None}, {"at": 1_754_136_000_000, "event": event(7)}]
    lines.append({"read": 10, "total": 10, "found": 1, "complete_since": None, "done": True})
    page.site.answers["/search"] = b"\n".join(orjson.dumps(line) for line in lines)
    await page.tab.run("document.getElementById('search').click()")
    await page.tab.until("document.getElementById('searched-text').textContent === '1 events of 10 in the chosen time'")
    assert await page.titles() == ["Story 7"]
    await page.tab.run("document.getElementById('leave').click()")
    assert await page.titles() == ["Story 1"]


async def test_event_and_dump_have_permanent_addresses(page: Opened) -> None:
    page.site.answers["/event"] = orjson.dumps({"at": 1, "event": event(7) | {"body_characters": 9}})
    await page.tab.run(f"location.hash = 'event/{7:032x}'")
    await page.tab.until("document.querySelector('#find-shown h2')?.textContent === 'Story 7'")
    steps = [
        {"end": "received", "at_ms": 1, "topic": "news.dumps", "partition": 0, "offset": 1, "dump_id": "d" * 32, "url": "https://a.example"}
    ]
    page.site.answers["/lookup"] = orjson.dumps({"steps": [*steps, steps[0] | {"end": "dead"}], "complete_since": None})
    await page.tab.run("document.querySelector('#find-shown a[href^=\"#find\"]').click()")
    await page.tab.until("document.querySelectorAll('.steps li').length === 2")
    assert await page.tab.run("document.querySelector('.steps .end.dead').textContent") == "dead"


async def test_dead_letters_are_all_counted_and_sent_back_after_a_confirmation(page: Opened) -> None:
    page.site.answers["/dead-letters"] = orjson.dumps({"reasons": {"bug": 40}, "sent_back": 3})
    page.site.answers["/replay"] = orjson.dumps({"sent": ["0-1"], "refused": {}})
    page.site.dead("bug", "it broke", "0-1")
    await page.tab.run("location.hash = 'dead'")
    await page.tab.until("document.getElementById('dead-count').textContent === '40' && document.querySelector('.letter')")
    await page.tab.run("document.querySelector('.letter button').click()")
    assert not [path for path, _ in page.site.requests if path == "/replay"]
    await page.tab.run("document.querySelector('#replay button[value=send]').click()")
    await page.tab.until("document.getElementById('replay-told').textContent === '1 sent back'")
    assert ("/replay", b'{"ids":["0-1"]}') in page.site.requests


async def test_what_is_shown_is_exported_as_the_command_does(page: Opened) -> None:
    page.site.article(event(1, title='=HYPERLINK("x")', regions=[CHILE]))
    await page.feed_has(1)
    script = "import('/page/export.js').then(({ csvOf }) => csvOf([JSON.parse(EVENT)]))"
    exported = event(1, title='=HYPERLINK("x")', regions=[CHILE])
    shown = await page.tab.run(script.replace("EVENT", orjson.dumps(orjson.dumps(exported).decode()).decode()))
    assert shown.encode() == csv_header() + csv_row(exported)


async def test_counts_by_class_are_shown_over_time(page: Opened) -> None:
    now = 1_754_136_000_000
    for number, minutes in enumerate((1, 2, 30)):
        page.site.article(event(number, regions=[CHILE], topics=[]), now - minutes * 60_000)
    page.site.article(copy_of(event(0, regions=[CHILE]), 1, "El Faro"), now)
    await page.feed_has(3)
    script = "document.querySelector('[data-class=chile] .number').textContent"
    await page.tab.run("document.getElementById('span').dispatchEvent(new Event('change'))")
    assert await page.tab.run(script) == "2"
    await page.tab.run("const span = document.getElementById('span'); span.value = '60'; span.dispatchEvent(new Event('change'))")
    assert await page.tab.run(script) == "3"
    assert "3 in 1 hour" in await page.tab.run("document.querySelector('[data-class=chile] svg').getAttribute('aria-label')")


async def test_path_shows_rates_fates_and_what_waits(page: Opened) -> None:
    page.site.figures(at_ms=1_000)
    page.site.count(
        {(StageName.SPLIT, RecordFate.SPLIT): 40, (StageName.SPLIT, RecordFate.DEAD): 2, (StageName.DEDUPLICATE, RecordFate.COPY): 7}
    )
    page.site.figures({"dumps": [1234, 90.0], "articles": [5, 0.2]}, at_ms=3_000)
    await page.tab.until("document.querySelector('[data-stage=split] .rate').textContent === '21.0'")
    fates = "(stage) => [...document.querySelectorAll(`[data-stage=${stage}] .fate .number`)].map((count) => count.textContent)"
    assert await page.tab.run(f"({fates})('split')") == ["40", "0", "2"]
    assert await page.tab.run(f"({fates})('deduplicate')") == ["0", "7", "0", "0", "0"]
    waiting = await page.tab.run("[...document.querySelectorAll('.waiting')].map((arrow) => arrow.firstChild.textContent)")
    assert waiting == ["1,234 waiting, 90 s behind", "5 waiting", "not here"]
    late = await page.tab.run("[...document.querySelectorAll('.waiting')].map((arrow) => arrow.classList.contains('late'))")
    assert late == [True, False, False]


async def test_dead_letters_come_with_their_reasons(page: Opened) -> None:
    page.site.dead("not-decodable", "the dump is a PNG image", "0-1")
    page.site.dead("empty", "the dump has 0 bytes", "0-2")
    page.site.dead("empty", "the dump has 0 bytes", "0-2")
    await page.tab.until("document.getElementById('dead-count').textContent === '2'")
    await page.tab.run("location.hash = 'dead'")
    await page.tab.until("!document.getElementById('dead').hidden")
    letters = "[...document.querySelectorAll('.letter .reason')].map((reason) => reason.textContent)"
    assert await page.tab.run(letters) == ["empty", "not-decodable"]
    await page.tab.run("document.querySelector('[data-reason=not-decodable]').click()")
    assert await page.tab.run(letters) == ["not-decodable"]
    assert await page.tab.run("document.querySelector('.letter .detail').textContent") == "the dump is a PNG image"


async def test_reader_is_not_disturbed_and_told_how_much_is_new(page: Opened) -> None:
    page.site.article(event(1))
    await page.feed_has(1)
    await page.tab.run("document.querySelector('#feed h3 button').click()")
    page.site.article(event(2))
    page.site.article(event(3))
    await page.tab.until("document.getElementById('fresh').textContent === '2 new stories'")
    assert await page.titles() == ["Story 1"]
    await page.tab.run("document.getElementById('fresh').click()")
    assert await page.titles() == ["Story 3", "Story 2", "Story 1"]


async def test_page_says_when_its_worker_has_no_events_and_when_it_has_again(page: Opened) -> None:
    shown = "document.getElementById('trouble').checkVisibility()"
    page.site.feed.announce("trouble", b'{"why": "No events from Kafka"}')
    await page.tab.until(shown)
    assert await page.tab.run("document.getElementById('trouble').textContent") == "No events from Kafka"
    page.site.feed.announce("following", b"{}")
    await page.tab.until(f"!{shown}")


@pytest.mark.parametrize(
    ("away", "back"),
    [
        pytest.param("scrollTo(0, 1500)", "scrollTo(0, 0)", id="scrolled"),
        pytest.param("document.getElementById('pause').click()", "document.getElementById('pause').click()", id="paused"),
    ],
)
async def test_nothing_comes_in_above_a_reader_who_is_further_down_or_has_paused(page: Opened, away: str, back: str) -> None:
    for number in range(30):
        page.site.article(event(number))
    await page.feed_has(30)
    await page.tab.run(away)
    page.site.article(event(30))
    await page.tab.until("document.getElementById('fresh').textContent === '1 new story'")
    assert (await page.titles())[0] == "Story 29"
    await page.tab.run(back)
    await page.feed_has(31)
    assert (await page.titles())[0] == "Story 30"


async def test_a_banner_says_why_the_worker_is_not_ready_until_it_is(page: Opened) -> None:
    page.site.figures(not_ready="Kafka does not answer within 6 s")
    await page.tab.until("!document.getElementById('not-ready').hidden")
    assert await page.tab.run("document.getElementById('not-ready').textContent") == (
        "This worker is not ready: Kafka does not answer within 6 s."
    )
    assert await page.tab.run("document.querySelector('#status').dataset.state") == "unready"
    page.site.figures()
    await page.tab.until("document.getElementById('not-ready').hidden")
    assert await page.tab.run("document.querySelector('#status').dataset.state") == "live"
