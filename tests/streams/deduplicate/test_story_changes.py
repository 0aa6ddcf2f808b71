"""The section of stories in records of `news.index`: packed and read back, refused when damaged."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.deduplicate.changes import Change, ChangeColumns, StoryChange, UnreadableIndexRecord, change_columns, pack_changes
from streams.deduplicate.index import CopyConfig
from streams.deduplicate.rebuild import rebuilt
from streams.deduplicate.story_changes import STORIES, pack_stories, unpack_stories
from tests.streams.invented_texts import NOW

COUNT = st.integers(1, 2**32 - 1)
TIME = st.integers(-(2**62), 2**62)
WORDS = st.lists(st.tuples(st.binary(min_size=4, max_size=4), st.integers(0, 255)), max_size=48)
STORY = StoryChange(id="a" * 32, first_at=NOW, last_at=NOW, source=1, size=1, sources=1, copies=0)


@st.composite
def stories(draw: st.DrawFn) -> StoryChange:
    words = draw(WORDS)
    return StoryChange(
        id=draw(st.binary(min_size=16, max_size=16)).hex(),
        first_at=draw(TIME),
        last_at=draw(TIME),
        source=draw(st.integers(0, 2**32 - 1)),
        size=draw(COUNT),
        sources=draw(COUNT),
        copies=draw(st.integers(0, 2**32 - 1)),
        score=draw(st.integers(0, 2**16 - 1)),
        new_source=draw(st.booleans()),
        hashes=b"".join(hash for hash, _ in words),
        weights=bytes(weight for _, weight in words),
    )


def changes(count: int) -> list[Change]:
    return [Change(id=f"{at:032x}", content_id="c" * 32, source=0, event=NOW, of=None, runs=0, sample=b"") for at in range(count)]


def columns_with(section: bytes, count: int) -> ChangeColumns:
    return change_columns(pack_changes(changes(count), NOW, False, {STORIES: section} if section else None))


@given(st.lists(st.none() | stories(), max_size=5))
def test_packed_stories_come_back_as_they_were(packed: list[StoryChange | None]) -> None:
    assert unpack_stories(columns_with(pack_stories(packed), len(packed))) == packed


def test_changes_without_a_story_need_no_section() -> None:
    assert pack_stories([None, None]) == b""


def test_a_record_of_an_earlier_version_has_no_stories() -> None:
    assert unpack_stories(change_columns(pack_changes(changes(2), NOW, False))) == [None, None]


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data + b"x", lambda data: b"x", lambda data: data[:60]])
def test_a_section_that_does_not_fit_its_changes_is_refused(damage: Callable[[bytes], bytes]) -> None:
    section = pack_stories([STORY._replace(hashes=b"1234" * 3, weights=b"123"), None])
    with pytest.raises(UnreadableIndexRecord, match="its section of stories"):
        unpack_stories(columns_with(damage(section), 2))


def test_more_words_than_are_remembered_are_refused() -> None:
    section = pack_stories([STORY._replace(hashes=b"1234" * 49, weights=b"1" * 49)])
    with pytest.raises(UnreadableIndexRecord, match="49 words"):
        rebuilt(CopyConfig(stories=True), [pack_changes(changes(1), NOW, False, {STORIES: section})])


@given(st.binary(max_size=200), st.integers(0, 3))
def test_any_bytes_as_a_section_are_read_or_refused(section: bytes, count: int) -> None:
    with suppress(UnreadableIndexRecord):
        assert len(unpack_stories(columns_with(section, count))) == count


def test_an_index_without_stories_is_rebuilt_from_records_with_them() -> None:
    with_stories = pack_changes(changes(2), NOW, False, {STORIES: pack_stories([STORY, None])})
    assert len(rebuilt(CopyConfig(), [with_stories])) == 2
