"""`newsmill subscribe` without a broker: which events it shows, and in which form."""

import csv
import io
from typing import Any

import click
import pytest

from agents.cli.options import Since, Until, filter_options
from agents.client import subscribe
from agents.client.event_filter import EventFilter
from agents.terminal.csv_rows import csv_header, csv_row, story_csv_header, story_csv_row
from agents.terminal.ninjs import ninjs
from agents.terminal.show import printable, show_event, show_story
from tests.command import newsmill
from tests.foreign_events import example

EVENT: dict[str, Any] = {
    "id": "0" * 32,
    "content_id": "1" * 32,
    "source": {"url": "https://a.example/1", "dump_id": "2" * 32, "index": 0, "start": 0, "end": 9, "fetched_at": "2025-08-02T12:00:00Z"},
    "title": "Quellmar gets a ferry",
    "body": "The council voted on Monday.",
    "language": "en",
    "outlet": "Harbour Post",
    "agency": None,
    "dateline": "QUELLMAR",
    "author": None,
    "published_at": "2025-08-02T10:00:00Z",
    "published_precision": "hour",
    "confidence": 0.9,
    "regions": [
        {
            "id": "chile",
            "name": "Chile",
            "score": 0.97,
            "about": True,
            "evidence": [{"field": "body", "start": 0, "end": 5, "text": word} for word in ("Chile", "Chile", "Arica")],
        }
    ],
    "topics": [{"id": "mining", "name": "Mining", "score": 0.614, "about": False, "evidence": []}],
    "duplicate": None,
    "pipeline": {"version": "0.1.0", "classes": "abc"},
}
COPY = EVENT | {"duplicate": {"of": "3" * 32, "kind": "near", "similarity": 0.91, "fuller": True}}


def test_remembered_ids_are_bounded_and_the_oldest_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscribe, "REMEMBERED_IDS", 2)
    seen: dict[str, None] = {}
    assert [subscribe._is_repeated(id, seen) for id in ("a", "b", "a", "c", "b", "a")] == [False, False, True, False, True, False]
    assert len(seen) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Quellmar gets a ferry",
        "Harbour Post · 2025-08-02T10:00:00Z (to the hour) · en · https://a.example/1",
        "Chile",
        "about 0.97  Chile, Arica",
        "Mining",
        "mentioned 0.61",
    ],
)
def test_block_of_an_event_has_title_source_time_labels_and_evidence(text: str) -> None:
    assert text in show_event(EVENT)


def test_the_block_of_a_copy_names_its_original() -> None:
    assert f"copy of {'3' * 32} (near, 0.91, fuller than it)" in show_event(COPY)
    assert "copy of" not in show_event(EVENT)


def test_block_of_an_event_names_its_story_once_that_has_others() -> None:
    story = {"id": "4" * 32, "first": False, "size": 7, "sources": 1, "score": 0.9}
    assert f"story {'4' * 32}: 7 articles of 1 source so far" in show_event(EVENT | {"story": story})
    assert "story" not in show_event(EVENT | {"story": story | {"size": 1}})


def test_block_and_row_of_a_story_have_its_newest_headline_and_its_numbers() -> None:
    state = example("stories/of-seven-events")
    assert state["newest"]["title"] in show_story(state)
    assert f"{state['size']} articles of {state['sources']} sources" in show_story(state)
    [row] = csv.DictReader(io.StringIO((story_csv_header() + story_csv_row(state)).decode()))
    assert (row["story"], row["size"], row["title"]) == (state["id"], str(state["size"]), state["newest"]["title"])


@pytest.mark.parametrize("trick", ["\x1b[2J", "\x9b2J", "\r", "\u202e", "\u2028", "\x00"])
def test_event_text_has_no_control_characters(trick: str) -> None:
    shown = show_event(EVENT | {"title": f"one{trick}two", "outlet": trick, "author": f"A{trick}B"})
    assert trick not in shown.replace("\x1b[2m", "").replace("\x1b[0m", "")
    assert printable(f"one{trick}two").startswith("one ")


def test_ninjs_has_the_fields_of_version_3_and_omits_unknown_ones() -> None:
    item = ninjs(EVENT, {"chile": {"wikidata": "Q298"}, "mining": {"medtop": "medtop:20000316", "wikidata": "Q1"}})
    assert item["uri"] == "urn:newsmill:" + "0" * 32
    assert item["standard"]["version"] == "3.0"
    assert item["headlines"] == [{"role": "main", "contentType": "text/plain", "value": "Quellmar gets a ferry"}]
    assert item["bodies"][0]["wordCount"] == 5
    assert item["contentCreated"] == "2025-08-02T10:00:00Z"
    assert item["places"] == [{"name": "Chile", "rel": "about", "literal": "chile", "uri": "http://www.wikidata.org/entity/Q298"}]
    assert item["subjects"][0]["uri"] == "http://cv.iptc.org/newscodes/mediatopic/20000316"
    assert item["subjects"][0]["confidence"] == 61
    assert item["infoSources"] == [{"name": "Harbour Post", "role": "outlet"}]
    assert not {"by", "associations"} & item.keys()
    assert None not in item.values()


def test_ninjs_omits_a_day_without_time_and_links_a_copy_to_its_original() -> None:
    item = ninjs(COPY | {"published_at": "2025-08-02", "published_precision": "day"}, {})
    assert "contentCreated" not in item
    assert item["associations"] == [{"name": "original", "rel": "near copy of", "uri": "urn:newsmill:" + "3" * 32}]


@pytest.mark.parametrize(
    ("arguments", "status", "why"),
    [
        pytest.param(("--group", "news"), 1, "is the consumer group of the workers", id="group-of-the-workers"),
        pytest.param(("--from", "noon"), 2, "'noon' is no RFC 3339 time", id="no-time"),
        pytest.param(
            ("--since", "2025-08-02", "--until", "2025-08-01"),
            1,
            "--until 2025-08-02T00:00:00Z is not after --since 2025-08-02T00:00:00Z",
            id="backwards",
        ),
        pytest.param(("--stories", "--copies"), 1, "--stories goes without --copies", id="copies-of-stories"),
        pytest.param(("--stories", "--country", "CL"), 1, "--stories goes without --country", id="country-of-stories"),
        pytest.param(("--stories", "--format", "ninjs"), 1, "--stories goes without --format ninjs", id="stories-as-ninjs"),
        pytest.param(("--first", "--write-feed", "a.atom"), 1, "--write-feed goes without --first", id="feed-of-first-events"),
        pytest.param(("--format", "xml"), 2, "'xml' is not one of", id="unknown-format"),
        pytest.param((), 1, "no Kafka answers at 127.0.0.1:1", id="no-broker"),
    ],
)
def test_usage_error_is_one_message(arguments: tuple[str, ...], status: int, why: str) -> None:
    ran = newsmill("subscribe", *arguments, env={"NEWS_BROKERS": "127.0.0.1:1"})
    assert (ran.status, ran.out) == (status, b"")
    assert why in ran.notes


def test_row_of_a_spreadsheet_has_every_column_and_starts_no_formula() -> None:
    assert csv_header().decode().split(",")[:3] == ["id", "fetched_at", "published_at"]
    [row] = csv.DictReader(
        io.StringIO((csv_header() + csv_row(EVENT | {"title": '=HYPERLINK("x")', "body": "One.\nTwo, three."})).decode())
    )
    assert (row["title"], row["body"], row["regions"], row["about"]) == ('\'=HYPERLINK("x")', "One.\nTwo, three.", "chile", "chile")
    assert (row["url"], row["author"]) == ("https://a.example/1", "")


@pytest.mark.parametrize(
    ("parameter", "text", "seconds"),
    [
        pytest.param(Since(), "2025-08-02", 1_754_092_800, id="since-the-begin-of-a-day"),
        pytest.param(Until(), "2025-08-02", 1_754_179_200, id="until-the-end-of-a-day"),
        pytest.param(Until(), "2025-08-02T01:00:00+01:00", 1_754_092_800, id="time"),
    ],
)
def test_a_day_counts_from_its_begin_and_to_its_end(parameter: Since, text: str, seconds: int) -> None:
    assert parameter.convert(text, None, None) == seconds


def test_options_of_the_filter_are_those_of_its_tables() -> None:
    got: list[EventFilter] = []
    command = click.command()(filter_options(lambda *, event_filter: got.append(event_filter)))
    command(
        ["--region", "chile", "--region", "peru", "--language", "es", "--text", "ferry", "--match", "any", "--about"], standalone_mode=False
    )
    chosen = {name: values for name, values in got[0].facets.items() if values}
    assert chosen == {"region": ("chile", "peru"), "language": ("es",)}
    assert (got[0].conditions["text"], got[0].match_any, got[0].about, got[0].copies) == ("ferry", True, True, False)
