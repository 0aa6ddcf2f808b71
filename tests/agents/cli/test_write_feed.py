"""`newsmill subscribe --write-feed`: the file, and which targets are refused together."""

import os
from collections.abc import Sequence
from pathlib import Path

import orjson
import pytest

from agents.cli import write_feed
from agents.cli.write_feed import replace_file
from agents.client.event_filter import EventFilter
from agents.client.newest_events import NewestEvent
from agents.settings import Settings
from tests.command import newsmill
from tests.foreign_events import EVENT


class FakeEvents:
    def __init__(self, *_: object) -> None: ...

    async def update(self) -> Sequence[NewestEvent]:
        return [NewestEvent(1_754_136_000_000, EVENT)]


@pytest.mark.parametrize(("name", "start"), [("mining.atom", b"<?xml"), ("mining.json", b'{"version"')])
async def test_file_has_the_feed_in_the_form_of_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, start: bytes) -> None:
    monkeypatch.setattr(write_feed, "NewestEvents", FakeEvents)
    await write_feed.write_feed(Settings(), EventFilter(facets={"topic": ["mining"]}), tmp_path / name, once=True)
    content = (tmp_path / name).read_bytes()
    assert content.startswith(start)
    assert b"newsmill: topic=mining" in content
    assert os.listdir(tmp_path) == [name]


def test_file_that_cannot_be_replaced_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "feed").mkdir()
    with pytest.raises(OSError, match="feed"):
        replace_file(tmp_path / "feed", orjson.dumps({}))
    assert [path.name for path in tmp_path.iterdir()] == ["feed"]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        pytest.param(("--webhook", "http://x/", "--exec", "say"), "choose one", id="two-targets"),
        pytest.param(("--webhook", "http://x/"), "--webhook needs --group", id="webhook-without-a-group"),
        pytest.param(("--exec", "say {colour}"), "no field {colour}", id="unknown-field"),
        pytest.param(("--webhook", "x", "--group", "g"), "http:// or https://", id="no-address"),
    ],
)
def test_targets_that_cannot_be_are_refused(arguments: tuple[str, ...], why: str) -> None:
    ran = newsmill("subscribe", *arguments, env={"NEWS_BROKERS": "127.0.0.1:1"})
    assert ran.status == 1
    assert why in ran.notes
