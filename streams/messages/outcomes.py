"""Records of `news.outcomes`: what became of dumps and articles that publish nothing, for `newsmill lookup`. Internal, as JSON."""

from collections import Counter
from typing import Any

import orjson

from streams.records import Article, Copy, Dump, Fate
from streams.times import format_time

MAX_TITLE_CHARACTERS = 200
FATES = frozenset({"no-articles", "repeat", "replayed"})


def dump_without_articles(dump: Dump, format: str, characters: "Counter[Fate]") -> bytes:
    """Return the element for a dump in which no article was found: its format, and what its characters are."""
    fields = {"fate": "no-articles", "dump_id": dump.dump_id, "url": dump.url, "fetched_at": _time(dump.fetched_at)}
    return orjson.dumps(fields | {"format": format, "characters": {fate.value: count for fate, count in characters.items() if count}})


def unpublished_article(article: Article, fate: str, duplicate: Copy | None) -> bytes:
    """Return the element for an article that is only counted: a repeat, or one that was published before (`replayed`)."""
    return orjson.dumps(
        {
            "fate": fate,
            "dump_id": article.dump_id,
            "url": article.url,
            "fetched_at": _time(article.fetched_at),
            "id": article.id,
            "index": article.index,
            "title": article.title and article.title[:MAX_TITLE_CHARACTERS],
            "article_url": article.article_url,
            "of": duplicate and duplicate.of,
        }
    )


def read_outcomes(value: bytes) -> list[dict[str, Any]]:
    """Return the elements of a record; of those that are none, and of unknown fates, nothing."""
    try:
        elements = orjson.loads(value)["batch"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return []
    if not isinstance(elements, list):
        return []
    return [each for each in elements if isinstance(each, dict) and each.get("fate") in FATES and isinstance(each.get("dump_id"), str)]


def _time(seconds: int | None) -> str | None:
    return None if seconds is None else format_time(seconds)
