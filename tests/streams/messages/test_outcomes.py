"""What is noted of dumps and articles that publish nothing, through the stages."""

from dataclasses import replace

import orjson
import pytest

from agents.pipeline_config import copy_config, pipeline_config
from agents.settings import Settings
from streams.classify.class_set import builtin_classes
from streams.deduplicate.index import CopyIndex
from streams.messages.outcomes import read_outcomes
from streams.output import Output
from streams.pipeline import deduplicate, split
from streams.records import Incoming
from streams.topics import MAX_MESSAGE_BYTES

CONFIG = pipeline_config(Settings(), builtin_classes())
STORY = b"Quellmar gets a ferry\n\nThe council of Quellmar voted on Monday to buy a second ferry for the harbour line, the mayor said."
URL = (("source-url", b"https://a.example/1"),)


def outcomes(output: Output) -> list[dict[str, object]]:
    found = [message for message in output.messages if message.topic == "news.outcomes"]
    assert all(message.partition is None and len(message.value) < MAX_MESSAGE_BYTES for message in found)
    return [outcome for message in found for outcome in read_outcomes(message.value)]


def articles_of(*dumps: bytes) -> list[Incoming]:
    batch = [Incoming(topic="news.dumps", key=None, value=dump, headers=URL, timestamp=1_754_136_000) for dump in dumps]
    cut = split(batch, CONFIG)
    assert not outcomes(cut)
    return [
        Incoming(topic="news.articles", key=None, value=message.value, timestamp=1_754_136_000, partition=0) for message in cut.messages
    ]


def test_dump_without_an_article_is_noted_with_what_its_characters_are() -> None:
    menu = b"Home\nContact\nLogin\n"
    [outcome] = outcomes(split([Incoming(topic="news.dumps", key=None, value=menu, headers=URL, timestamp=1_754_136_000)], CONFIG))
    characters = outcome.pop("characters")
    assert isinstance(characters, dict)
    assert sum(characters.values()) == len(menu)
    assert outcome | {"dump_id": ""} == {
        "fate": "no-articles",
        "dump_id": "",
        "url": "https://a.example/1",
        "fetched_at": "2025-08-02T12:00:00Z",
        "format": "text",
    }


def test_article_that_was_published_before_is_noted_as_replayed() -> None:
    index = CopyIndex(copy_config(Settings()))
    [batch] = articles_of(STORY)
    assert not outcomes(deduplicate([batch], CONFIG, index))
    [outcome] = outcomes(deduplicate([batch], CONFIG, index))
    assert (outcome["fate"], outcome["title"], outcome["of"]) == ("replayed", "Quellmar gets a ferry", None)


@pytest.mark.parametrize(("repeats", "count"), [(True, 0), (False, 1)])
def test_repeat_is_noted_with_its_original_where_it_is_only_counted(repeats: bool, count: int) -> None:
    index, config = CopyIndex(copy_config(Settings())), replace(CONFIG, repeats=repeats)
    first, again = articles_of(STORY), articles_of(STORY + b"\n")
    original = orjson.loads(first[0].value)["batch"][0]["id"]
    noted = [outcome for batch in (*first, *again) for outcome in outcomes(deduplicate([batch], config, index))]
    assert [(outcome["fate"], outcome["of"]) for outcome in noted] == count * [("repeat", original)]


@pytest.mark.parametrize(
    "value", [b"", b"[]", b"{}", b'{"batch": 7}', b'{"batch": [7, {"fate": "lost", "dump_id": "x"}, {"fate": "repeat"}]}']
)
def test_what_is_no_outcome_is_left_out(value: bytes) -> None:
    assert read_outcomes(value) == []
