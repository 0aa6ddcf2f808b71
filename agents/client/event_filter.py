"""Select events: the same facets and conditions on the command line, in the addresses of feeds and of the live page, and in searches.

A new facet is a row of `FACETS`, a new condition a row of `CONDITIONS`: both become options of commands and parameters of addresses.
"""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from agents.client.text_search import may_have
from streams.topics import TopicName

Event = Mapping[str, Any]
Test = Callable[[Event], bool]

UNKNOWN = "unknown"
MIN_SOURCES = "min-sources"
_WORDS = re.compile(r'"([^"]+)"|(\S+)')


class FilterError(ValueError):
    """A filter that cannot be read, with the message for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A property of events whose values can be chosen. A chosen value and those of an event are compared without case.

    `values(event, about_only)` yields the event's own values; `topic` is the prefix of the class topics, for facets that have them.
    """

    name: str
    metavar: str
    help: str
    values: Callable[[Event, bool], Iterable[str]]
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition that always narrows, whatever the facets. `test_of(value)` returns the test of events for the user's value."""

    name: str
    type: type[bool] | type[int] | type[str]
    metavar: str | None
    help: str
    test_of: Callable[[Any], Test]


def fold(text: str) -> str:
    """Return the text without case and accents, for comparing."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    if decomposed.isascii():
        return decomposed
    for mark in [char for char in set(decomposed) if unicodedata.combining(char)]:
        decomposed = decomposed.replace(mark, "")
    return decomposed


def folded_words(words: str) -> list[str]:
    """Return the words, and the phrases in quotation marks, as they are compared."""
    return [fold(phrase or word) for phrase, word in _WORDS.findall(words)]


def contains(words: str) -> Test:
    """Return the test of whether headline and text have each of these words, or of these phrases in quotation marks."""
    wanted = folded_words(words)

    def test(event: Event) -> bool:
        text = fold(f"{event['title'] or ''}\n{event['body']}")
        return all(each in text for each in wanted)

    return test


def belongs_to(story_id: str) -> Test:
    """Return the test of whether an event, or a copy's original, belongs to this story."""
    return lambda event: (event.get("story") or {}).get("id") == story_id.lower()


def has_sources(number: int) -> Test:
    """Return the test of whether so many independent sources had the story by then; what has no story has one source."""
    return lambda event: (event.get("story") or {}).get("sources", 1) >= number


def _labels(kind: str) -> Callable[[Event, bool], Iterator[str]]:
    return lambda event, about_only: (label["id"] for label in event[kind] if label["about"] or not about_only)


def _field(name: str) -> Callable[[Event, bool], Iterator[str]]:
    return lambda event, _: iter((event[name] or UNKNOWN,))


def _countries(event: Event, about_only: bool) -> Iterator[str]:
    """Yield the countries that an event refers to; an event of an earlier version has none."""
    if not about_only:
        return iter(event.get("countries") or ())
    return (place["country"] for place in event.get("places") or () if place["about"])


FACETS = (
    Facet(name="region", metavar="ID", help="Only events of this region.", values=_labels("regions"), topic="region"),
    Facet(name="topic", metavar="ID", help="Only events on this topic.", values=_labels("topics"), topic="topic"),
    Facet(name="language", metavar="CODE", help="Only events in this language, such as es, or unknown.", values=_field("language")),
    Facet(name="country", metavar="CODE", help="Only events of this country, such as CL (ISO 3166-1).", values=_countries),
    Facet(name="outlet", metavar="NAME", help="Only events of this outlet, its whole name.", values=_field("outlet")),
)
CONDITIONS = (
    Condition(
        name="text",
        type=str,
        metavar="WORDS",
        help='Only events with all of these words, or "phrases", in headline or text.',
        test_of=contains,
    ),
    Condition(name="story", type=str, metavar="ID", help="Only events of this story.", test_of=belongs_to),
    Condition(
        name=MIN_SOURCES,
        type=int,
        metavar="N",
        help="Only events of stories that N independent sources had by then.",
        test_of=has_sources,
    ),
)


@dataclass(frozen=True, kw_only=True)
class EventFilter:
    """Select events: of any chosen value within a facet, and of all facets that have chosen values (`match_any`: of one of them).

    `about` leaves only events that a class is about, and only such labels count for regions and topics. `copies` adds copies.
    """

    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    conditions: Mapping[str, Any] = field(default_factory=dict)
    match_any: bool = False
    about: bool = False
    copies: bool = False

    def __str__(self) -> str:
        """Return the filter for people, such as "region=chile topic=mining", or "all events"."""
        facets = [(facet.name, value) for facet, _ in self._chosen for value in self.facets[facet.name]]
        conditions = [(each.name, value) for each in CONDITIONS if (value := self.conditions.get(each.name))]
        flags = [(name, 1) for name, is_on in (("about", self.about), ("copies", self.copies)) if is_on]
        match = [("match", "any")] if self.match_any else []
        return " ".join(f"{name}={value}" for name, value in (*facets, *conditions, *flags, *match)) or "all events"

    def matches(self, event: Event) -> bool:
        """Return whether the filter selects an event or a copy; copies are left out by not reading them, see `topic_names`."""
        if self.about and not any(label["about"] for label in (*event["regions"], *event["topics"])):
            return False
        return self._matches_facets(event) and all(test(event) for test in self._tests)

    @property
    def has_min_sources(self) -> bool:
        """Return whether it asks for a number of sources, which a story reaches once."""
        return bool(self.conditions.get(MIN_SOURCES))

    @property
    def needs_value(self) -> bool:
        """Return whether the headers of an event are not enough to decide: they have classes, countries and story."""
        facets = {facet.name for facet, _ in self._chosen}
        return bool(facets & {"language", "outlet"} or (self.about and "country" in facets) or self.conditions.get("text"))

    def topic_names(self) -> tuple[str, ...]:
        """Return the topics to read, without the prefix: class topics where they have all that can match, else all events."""
        return (*(self._class_topics or (TopicName.EVENTS,)), *((TopicName.DUPLICATES,) if self.copies else ()))

    def is_first_topic(self, topic: str, event: Event) -> bool:
        """Return whether an event, which is on several topics, is to be taken from this one of those that are read."""
        if topic not in self._class_topics:
            return True
        own = {f"{facet.topic}.{value}" for facet in FACETS if facet.topic for value in facet.values(event, False)}
        return topic == next((name for name in self._class_topics if name in own), None)

    def may_contain(self, value: bytes) -> bool:
        """Return False where the JSON of an event lacks an ASCII word of the condition on its text: that is cheaper than to read it."""
        return not self._ascii_words or may_have(self._ascii_words, value)

    @functools.cached_property
    def _ascii_words(self) -> list[str]:
        """The words of the condition on the text that are the same in JSON and in any normal form."""
        return [word for word in folded_words(self.conditions.get("text") or "") if word.isascii() and word.isalnum()]

    @functools.cached_property
    def _chosen(self) -> list[tuple[Facet, frozenset[str]]]:
        chosen = ((facet, self.facets.get(facet.name, ())) for facet in FACETS)
        return [(facet, frozenset(map(fold, values))) for facet, values in chosen if values]

    @functools.cached_property
    def _tests(self) -> list[Test]:
        """The tests of the conditions that are set."""
        return [each.test_of(value) for each in CONDITIONS if (value := self.conditions.get(each.name))]

    @functools.cached_property
    def _class_topics(self) -> tuple[str, ...]:
        topics = [tuple(f"{facet.topic}.{id}" for id in self.facets[facet.name]) for facet, _ in self._chosen if facet.topic]
        if not topics:
            return ()
        if not self.match_any:
            return min(topics, key=len)
        return tuple(name for names in topics for name in names) if len(topics) == len(self._chosen) else ()

    def _matches_facets(self, event: Event) -> bool:
        if not self._chosen:
            return True
        found = (any(fold(value) in chosen for value in facet.values(event, self.about)) for facet, chosen in self._chosen)
        return any(found) if self.match_any else all(found)


def may_match(event_filter: EventFilter, topic: str, value: bytes) -> bool:
    """Return whether a record of `topic` (without the prefix) has to be looked at: it matches, or newsmill did not write it.

    Checking the form of an event costs ten times as much as reading it, so that searches match first.
    """
    if not event_filter.may_contain(value):
        return False
    try:
        event = orjson.loads(value)
        return event_filter.is_first_topic(topic, event) and event_filter.matches(event)
    except (orjson.JSONDecodeError, TypeError, KeyError, AttributeError):
        return True


def filter_of_query(query: Iterable[tuple[str, str]]) -> EventFilter:
    """Return the filter of the parameters of an address, such as region=chile&region=peru&about=1&text=ferry&match=any.

    Raises:
        FilterError: an unknown parameter or value.
    """
    facets: dict[str, list[str]] = {}
    conditions: dict[str, Any] = {}
    flags = dict.fromkeys(("about", "copies"), False)
    match_any = False
    by_name = {condition.name: condition for condition in CONDITIONS}
    for name, text in query:
        if any(name == facet.name for facet in FACETS):
            facets.setdefault(name, []).append(text)
        elif name in by_name:
            conditions[name] = _value(by_name[name], text)
        elif name in flags:
            flags[name] = _flag(name, text)
        elif name == "match" and text in ("all", "any"):
            match_any = text == "any"
        elif name == "match":
            raise FilterError(f"match={text}: all or any")
        else:
            raise FilterError(f"no filter is named {name}; there are {', '.join(filter_names())}")
    return EventFilter(facets=facets, conditions=conditions, match_any=match_any, **flags)


def filter_names() -> list[str]:
    """Return the names of all parameters of a filter."""
    return [*(facet.name for facet in FACETS), *(condition.name for condition in CONDITIONS), "about", "copies", "match"]


def _value(condition: Condition, text: str) -> Any:
    if condition.type is bool:
        return _flag(condition.name, text)
    try:
        return condition.type(text)
    except ValueError:
        raise FilterError(f"{condition.name}={text}: a number is needed") from None


def _flag(name: str, text: str) -> bool:
    if text not in ("0", "1"):
        raise FilterError(f"{name}={text}: 1 or 0")
    return text == "1"
