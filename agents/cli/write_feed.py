"""Keep a file with the feed of a filter: Atom, or JSON Feed where its name ends in .json."""

import asyncio
import os
from pathlib import Path

from agents.client.event_filter import EventFilter
from agents.client.newest_events import NewestEvents
from agents.errors import UserError
from agents.settings import Settings
from agents.terminal.feed_documents import MAX_ENTRIES, FeedEntry, FeedInfo, atom, json_feed
from agents.terminal.output import note

PAUSE_S = 15.0


async def write_feed(settings: Settings, event_filter: EventFilter, path: Path, *, once: bool) -> None:
    """Write the newest events to `path` whenever they change, until cancelled; with `once` write them and return.

    A reader sees a whole file at any time.

    Raises:
        NotReachable: no broker answers at the start.
        UserError: a topic is missing.
        OSError: the file cannot be written.
    """
    newest = NewestEvents(settings, event_filter, MAX_ENTRIES)
    write = json_feed if path.suffix == ".json" else atom
    written, last_error = b"", ""
    while True:
        try:
            entries = [FeedEntry(event=each.event, at_ms=each.at_ms) for each in await newest.update()]
            document = write(FeedInfo(title=f"newsmill: {event_filter}", url=None), entries)
            if document != written:
                replace_file(path, document)
                note(f"{path}: {len(entries)} events")
            written, last_error = document, ""
        except UserError as error:
            if once or not written:
                raise
            if str(error) != last_error:
                note(f"{path} is not updated, trying again: {error}")
            last_error = str(error)
        if once:
            return
        await asyncio.sleep(PAUSE_S)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file beside it, and put that in its place."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
