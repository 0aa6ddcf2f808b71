"""Convert events, and states of stories, to rows of CSV (RFC 4180), for spreadsheets."""

import csv
import io
from collections.abc import Callable, Mapping
from typing import Any

Event = Mapping[str, Any]

COLUMNS: Mapping[str, Callable[[Event], str | None]] = {
    "id": lambda event: event["id"],
    "fetched_at": lambda event: event["source"]["fetched_at"],
    "published_at": lambda event: event["published_at"],
    "title": lambda event: event["title"],
    "url": lambda event: event.get("url") or event["source"]["url"],
    "outlet": lambda event: event["outlet"],
    "agency": lambda event: event["agency"],
    "author": lambda event: event["author"],
    "language": lambda event: event["language"],
    "regions": lambda event: _ids(event["regions"]),
    "topics": lambda event: _ids(event["topics"]),
    "about": lambda event: _ids([label for label in (*event["regions"], *event["topics"]) if label["about"]]),
    "story": lambda event: (event.get("story") or {}).get("id"),
    "story_sources": lambda event: str((event.get("story") or {}).get("sources", "")),
    "copy_of": lambda event: event["duplicate"] and event["duplicate"]["of"],
    "body": lambda event: event["body"],
}
STORY_COLUMNS: Mapping[str, Callable[[Event], str | None]] = {
    "story": lambda state: state["id"],
    "first_at": lambda state: state["first_at"],
    "last_at": lambda state: state["last_at"],
    "size": lambda state: str(state["size"]),
    "copies": lambda state: str(state["copies"]),
    "sources": lambda state: str(state["sources"]),
    "title": lambda state: state["newest"]["title"],
    "url": lambda state: state["newest"]["url"],
    "outlet": lambda state: state["newest"]["outlet"],
    "language": lambda state: state["newest"]["language"],
    "regions": lambda state: " ".join(state["newest"]["regions"]),
    "topics": lambda state: " ".join(state["newest"]["topics"]),
    "newest": lambda state: state["newest"]["id"],
}
# A spreadsheet runs what begins so as a formula, which the text of a page must not be able to use; an apostrophe marks it as text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_header() -> bytes:
    """Return the line with the names of the columns."""
    return _line(list(COLUMNS))


def csv_row(event: Event) -> bytes:
    """Return the line of an event or a copy, in UTF-8; unknown values are empty."""
    return _line([_as_text(value(event) or "") for value in COLUMNS.values()])


def story_csv_header() -> bytes:
    """Return the line with the names of the columns of a story."""
    return _line(list(STORY_COLUMNS))


def story_csv_row(state: Event) -> bytes:
    """Return the line of the state of a story."""
    return _line([_as_text(value(state) or "") for value in STORY_COLUMNS.values()])


def _line(values: list[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue().encode(errors="replace")


def _as_text(value: str) -> str:
    return "'" + value if value.startswith(FORMULA_STARTS) else value


def _ids(labels: list[Mapping[str, Any]]) -> str:
    return " ".join(label["id"] for label in labels)
