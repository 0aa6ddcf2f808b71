"""Write and read the public form of a classified article: value and headers of an event or a duplicate (docs/contract.md, Events)."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

import orjson

from streams.messages.conform import Nonconforming, conform
from streams.messages.event_types import Duplicate, Event, EventHeaders, EventStory, StoryHeaders, StoryState
from streams.messages.schemas import schema_of
from streams.records import Classified, Copy, Headers, Label, Story
from streams.times import format_time

_EVENT = schema_of(Event)
_STORY = schema_of(StoryState)


def encode_event(classified: Classified, version: str) -> bytes:
    """Return the value of an event or a duplicate; it has the public fields only, whatever its internal record carries."""
    article, duplicate, story = classified.judged.article, classified.judged.duplicate, classified.judged.story
    event: Event = {
        "id": article.id,
        "content_id": article.content_id,
        "source": {
            "url": article.url,
            "dump_id": article.dump_id,
            "index": article.index,
            "start": article.start,
            "end": article.end,
            "fetched_at": None if article.fetched_at is None else format_time(article.fetched_at),
        },
        "url": article.article_url,
        "title": article.title,
        "body": article.body,
        "language": article.language,
        "outlet": article.outlet,
        "agency": article.agency,
        "dateline": article.dateline,
        "author": article.author,
        "published_at": article.published_at,
        "published_precision": article.published_precision,
        "confidence": article.confidence,
        "regions": classified.regions,
        "topics": classified.topics,
        "places": classified.places,
        "countries": classified.countries,
        "story": None if story is None else _story(story),
        "duplicate": None if duplicate is None else _public(duplicate),
        "pipeline": {"version": version, "classes": classified.classes},
    }
    return orjson.dumps(event)


def event_headers(classified: Classified) -> Headers:
    """Return the headers: CloudEvents 1.0 in binary mode, and the labels, for consumers that filter without parsing the value."""
    article = classified.judged.article
    labels = (*classified.regions, *classified.topics)
    headers: EventHeaders = {
        "ce_specversion": "1.0",
        "ce_id": article.id,
        "ce_source": "/newsmill",
        "ce_type": "newsmill.event.v1" if classified.judged.duplicate is None else "newsmill.duplicate.v1",
        "ce_time": None if article.fetched_at is None else format_time(article.fetched_at),
        "content-type": "application/json",
        "regions": _ids(classified.regions),
        "topics": _ids(classified.topics),
        "about": _ids([label for label in labels if label.about]),
        "countries": ",".join(classified.countries),
        **_story_headers(classified.judged.story),
        "traceparent": article.traceparent,
    }
    return tuple([(name, text.encode()) for name, text in cast("Mapping[str, str | None]", headers).items() if text is not None])


def encode_story(classified: Classified, story: Story) -> bytes:
    """Return the value on `news.stories`: the state of a story after its newest event, which is this article."""
    article = classified.judged.article
    state: StoryState = {
        "id": story.id,
        "first_at": format_time(story.first_at),
        "last_at": format_time(story.last_at),
        "size": story.size,
        "copies": story.copies,
        "sources": story.sources,
        "score": story.score,
        "newest": {
            "id": article.id,
            "title": article.title,
            "outlet": article.outlet,
            "language": article.language,
            "url": article.article_url,
            "regions": [label.id for label in classified.regions],
            "topics": [label.id for label in classified.topics],
        },
    }
    return orjson.dumps(state)


def read_event(value: bytes, *, is_copy: bool) -> dict[str, Any] | None:
    """Return the fields of an event, or of a copy, from its value; None if newsmill did not write it, since anyone may write to a topic.

    Fields that a later version adds are dropped; those that an earlier version did not have are null.
    """
    try:
        event: dict[str, Any] = dict.fromkeys(Event.__optional_keys__) | conform(orjson.loads(value), _EVENT)
    except (orjson.JSONDecodeError, Nonconforming):
        return None
    return event if (event["duplicate"] is not None) == is_copy else None


def read_story(value: bytes) -> dict[str, Any] | None:
    """Return the state of a story from its value; None if newsmill did not write it. Fields that a later version adds are dropped."""
    try:
        state: dict[str, Any] = conform(orjson.loads(value), _STORY)
    except (orjson.JSONDecodeError, Nonconforming):
        return None
    return state


def _public(copy: Copy) -> Duplicate:
    return {"of": copy.of, "kind": copy.kind, "similarity": copy.similarity, "fuller": copy.fuller}


def _story(story: Story) -> EventStory:
    return {"id": story.id, "first": story.first, "size": story.size, "sources": story.sources, "score": story.score}


def _story_headers(story: Story | None) -> StoryHeaders:
    if story is None:
        return dict.fromkeys(StoryHeaders.__annotations__)  # type: ignore[return-value]
    return {
        "story": story.id,
        "story-first": str(story.first).lower(),
        "story-size": str(story.size),
        "story-sources": str(story.sources),
        "story-new-source": str(story.new_source).lower(),
    }


def _ids(labels: Iterable[Label]) -> str:
    return ",".join(sorted([label.id for label in labels]))
