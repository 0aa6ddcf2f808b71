"""Convert events to a feed that any feed reader takes: Atom (RFC 4287) or JSON Feed 1.1."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import orjson

from agents.terminal.show import printable
from streams.times import FIRST_TIME, LAST_TIME, format_time

ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE = "application/atom+xml"
JSON_FEED = "https://jsonfeed.org/version/1.1"
JSON_FEED_TYPE = "application/feed+json"
MAX_ENTRIES = 100
MAX_SUMMARY_CHARACTERS = 300
MAX_TITLE_CHARACTERS = 200
_WEB = re.compile(r"https?://", re.IGNORECASE)
_NONCHARACTERS = dict.fromkeys((0xFFFE, 0xFFFF), " ")
_RESERVED = "%!#$&'()*+,/:;=?@~"  # what stays as it is in an address

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """An event, and the time in milliseconds since the epoch at which Kafka got it."""

    event: Event
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedInfo:
    """The title of a feed for people, and its own address where it has one. The title identifies a feed, too."""

    title: str
    url: str | None

    @property
    def id(self) -> str:
        """Return the feed's identity, the same from every worker."""
        return f"urn:newsmill:feed:{hashlib.sha256(self.title.encode()).hexdigest()[:32]}"


def atom(info: FeedInfo, entries: Sequence[FeedEntry]) -> bytes:
    """Return the Atom document of these entries, the newest first."""
    feed = ElementTree.Element("feed", {"xmlns": ATOM})
    _add(feed, "id", info.id)
    _add(feed, "title", _line(info.title))
    _add(feed, "updated", max((_updated(entry) for entry in entries), default=format_time(0)))
    _add(_add(feed, "author"), "name", "newsmill")
    _add(feed, "generator", "newsmill")
    if info.url is not None:
        _add(feed, "link", rel="self", type=ATOM_TYPE, href=info.url)
    for entry in entries:
        _add_entry(_add(feed, "entry"), entry)
    document: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def json_feed(info: FeedInfo, entries: Sequence[FeedEntry]) -> bytes:
    """Return the JSON Feed of these entries, the newest first."""
    feed = {"version": JSON_FEED, "title": _line(info.title), "feed_url": info.url, "items": [_item(entry) for entry in entries]}
    return orjson.dumps({name: value for name, value in feed.items() if value is not None}, option=orjson.OPT_APPEND_NEWLINE)


def link_of(event: Event) -> str | None:
    """Return the web address of an article, else of the page that it was cut from; an address of another kind is no link."""
    url = next((url for url in (event.get("url"), event["source"]["url"]) if url and _WEB.match(url)), None)
    return url and quote(url, safe=_RESERVED)


def summary_of(event: Event) -> str:
    """Return the beginning of the text, cut between words."""
    return _cut(event["body"], MAX_SUMMARY_CHARACTERS)


def title_of(event: Event) -> str:
    """Return the headline, or the beginning of the text where there is none."""
    return _cut(event["title"] or event["body"], MAX_TITLE_CHARACTERS)


def _line(text: str) -> str:
    """Return the text on one line, without characters that XML excludes."""
    return printable(text).translate(_NONCHARACTERS)


def _cut(text: str, limit: int) -> str:
    line = _line(text[: 4 * limit])
    return line if len(line) <= limit else f"{line[: limit - 1].rpartition(' ')[0] or line[: limit - 1]}…"


def _add_entry(element: ElementTree.Element, entry: FeedEntry) -> None:
    event = entry.event
    _add(element, "id", f"urn:newsmill:{event['id']}")
    _add(element, "title", title_of(event))
    _add(element, "updated", _updated(entry))
    if published := _published(event):
        _add(element, "published", published)
    url = link_of(event)
    if url:
        _add(element, "link", rel="alternate", href=url)
    if author := _line(event["author"] or event["outlet"] or ""):
        _add(_add(element, "author"), "name", author)
    for label in _labels(event):
        _add(element, "category", term=label["id"], label=_line(label["name"]))
    # An entry without a link must have its content (RFC 4287, 4.1.2).
    summary = _add(element, "summary" if url else "content", summary_of(event))
    if event["language"]:
        summary.set("xml:lang", event["language"])


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name, attributes)
    element.text = text
    return element


def _item(entry: FeedEntry) -> dict[str, Any]:
    event = entry.event
    author = _line(event["author"] or event["outlet"] or "")
    item = {
        "id": f"urn:newsmill:{event['id']}",
        "url": link_of(event),
        "title": title_of(event),
        "content_text": summary_of(event),
        "date_published": _published(event) or _updated(entry),
        "date_modified": _updated(entry),
        "authors": [{"name": author}] if author else None,
        "tags": [label["id"] for label in _labels(event)] or None,
        "language": event["language"],
    }
    return {name: value for name, value in item.items() if value is not None}


def _labels(event: Event) -> Iterator[Mapping[str, Any]]:
    yield from event["regions"]
    yield from event["topics"]


def _updated(entry: FeedEntry) -> str:
    return format_time(min(max(entry.at_ms // 1000, FIRST_TIME), LAST_TIME))


def _published(event: Event) -> str | None:
    """Return the published time; a day alone is omitted, since midnight would be more precise than known."""
    return event["published_at"] if event["published_precision"] in ("second", "minute", "hour") else None
