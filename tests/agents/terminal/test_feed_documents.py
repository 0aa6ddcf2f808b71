"""Feeds as feed readers and the formats' own rules see them."""

from typing import Any
from xml.etree import ElementTree

import orjson
import pytest

from agents.terminal.feed_documents import ATOM, FeedEntry, FeedInfo, atom, json_feed, link_of, summary_of
from tests.foreign_events import EVENT

INFO = FeedInfo(title="newsmill: region=chile", url="http://127.0.0.1:6066/feed.atom?region=chile&about=1")
AT_MS = 1_754_136_000_500


def entry(**fields: Any) -> FeedEntry:
    return FeedEntry(event=EVENT | fields, at_ms=AT_MS)


def read_atom(*entries: FeedEntry) -> ElementTree.Element:
    return ElementTree.fromstring(atom(INFO, entries))


def texts(element: ElementTree.Element, path: str) -> list[str | None]:
    return [found.text for found in element.findall(path, {"": ATOM})]


def test_atom_has_what_the_format_requires() -> None:
    feed = read_atom(entry(), entry(id="e" * 32))
    assert feed.tag == f"{{{ATOM}}}feed"
    assert [texts(feed, name) for name in ("title", "updated", "author/name")] == [[INFO.title], ["2025-08-02T12:00:00Z"], ["newsmill"]]
    assert texts(feed, "entry/id") == [f"urn:newsmill:{EVENT['id']}", f"urn:newsmill:{'e' * 32}"]
    assert texts(feed, "entry/updated") == 2 * ["2025-08-02T12:00:00Z"]
    assert all(texts(feed, "entry/title"))
    [self_link] = feed.findall("link", {"": ATOM})
    assert (self_link.get("rel"), self_link.get("href")) == ("self", INFO.url)
    assert {category.get("term") for category in feed.findall("entry/category", {"": ATOM})} == {
        label["id"] for label in (*EVENT["regions"], *EVENT["topics"])
    }


def test_feed_without_entries_is_complete_and_its_identity_is_that_of_its_filter() -> None:
    assert texts(read_atom(), "updated") == ["1970-01-01T00:00:00Z"]
    assert INFO.id == FeedInfo(title=INFO.title, url="http://other:1/").id != FeedInfo(title="newsmill: all", url=None).id


@pytest.mark.parametrize("trick", ["</title><x/>", "]]>", "&amp;", "\x00\x0b\x1b", "\ufffe\uffff", "\ud800"])
def test_text_of_a_dump_cannot_break_the_documents(trick: str) -> None:
    event = entry(title=f"a{trick}b", body=trick * 9, author=trick, outlet=f"x{trick}")
    [shown] = texts(read_atom(event), "entry/title")
    assert shown is not None
    assert shown[0] + shown[-1] == "ab"
    orjson.loads(json_feed(INFO, [event]))


@pytest.mark.parametrize(
    ("own", "page", "link"),
    [
        pytest.param("https://a.example/1", "https://b.example/", "https://a.example/1", id="own"),
        pytest.param(None, "http://b.example/?q=a b&c=%20", "http://b.example/?q=a%20b&c=%20", id="page"),
        pytest.param("https://a.example/año", None, "https://a.example/a%C3%B1o", id="beyond-ascii"),
        pytest.param('https://a.example/"<x>', None, "https://a.example/%22%3Cx%3E", id="markup"),
        pytest.param("javascript:alert(1)", "ftp://x/", None, id="no-web-address"),
    ],
)
def test_link_is_the_articles_address_else_the_pages(own: str | None, page: str | None, link: str | None) -> None:
    event = EVENT | {"url": own, "source": EVENT["source"] | {"url": page}}
    assert link_of(event) == link
    assert orjson.loads(json_feed(INFO, [FeedEntry(event=event, at_ms=AT_MS)]))["items"][0].get("url") == link


def test_entry_without_a_link_has_content_in_place_of_a_summary() -> None:
    feed = read_atom(entry(url=None, source=EVENT["source"] | {"url": None}), entry())
    assert [[child.tag for child in each if child.tag.endswith(("summary", "content"))] for each in feed.findall("entry", {"": ATOM})] == [
        [f"{{{ATOM}}}content"],
        [f"{{{ATOM}}}summary"],
    ]


def test_summary_ends_between_words_within_300_characters() -> None:
    assert summary_of(EVENT | {"body": "One.\nTwo."}) == "One. Two."
    shown = summary_of(EVENT | {"body": "word " * 100})
    assert len(shown) <= 300
    assert shown.endswith("word…")


def test_json_feed_has_what_the_format_requires() -> None:
    feed = orjson.loads(
        json_feed(INFO, [entry(title=None, language=None, author=None, outlet=None, published_at="2025-08-02", published_precision="day")])
    )
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    [item] = feed["items"]
    assert item["id"] == f"urn:newsmill:{EVENT['id']}"
    assert item["title"] == item["content_text"][: len(item["title"]) - 1] + item["title"][-1]
    assert item["date_published"] == "2025-08-02T12:00:00Z"
    assert not {"authors", "language"} & item.keys()
