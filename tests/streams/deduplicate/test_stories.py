"""Stories are a function of the log: the same for any batches, after a rebuild, and from any part of the log that covers the window."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest

from streams.classify.class_set import class_set
from streams.deduplicate.changes import change_columns
from streams.deduplicate.index import CopyConfig, CopyIndex
from streams.deduplicate.rebuild import rebuilt
from streams.messages.codec import decode_judged
from streams.pipeline import PipelineConfig, deduplicate
from streams.records import Article, Incoming, Judged, Story
from tests.article_log import Placed, as_messages
from tests.streams.invented_texts import NOW, article, words

HOUR_S, DAY_S = 3600, 86_400
COPIES = CopyConfig(window_s=2 * DAY_S, capacity=60, stories=True)
CONFIG = PipelineConfig(classes=class_set((), "0" * 12), version="1")
TOPIC = "news.articles"


def reports(count: int, seed: int = 3) -> list[Placed]:
    """Return a log of reports on changing happenings; the append time grows by half an hour, and a few are sent again or back-filled."""
    chance, log, happenings = random.Random(seed), list[Placed](), list[list[str]]()
    for number in range(count):
        if not happenings or chance.random() < 0.35:
            happenings.append(words(chance, 40))
        facts = chance.choice(happenings[-6:])
        body = " ".join([*chance.sample(facts, 24), *words(chance, chance.choice([4, 30]))])
        now = NOW + number * HOUR_S // 2
        one = article(number, body, title=" ".join(chance.sample(facts, 6)), outlet=chance.choice([None, "One", "Two", "Three"]))
        one = replace(
            one, fetched_at=now - chance.choice([0, 0, 60, DAY_S]), backfill=number % 50 >= 40, agency=chance.choice([None, "REUTERS"])
        )
        if log and chance.random() < 0.1:
            body = log[-1].article.body
            one = replace(one, body=body, title=log[-1].article.title, content_id=log[-1].article.content_id)
        elif log and chance.random() < 0.1:
            one = replace(chance.choice(log[-30:]).article, replay=chance.choice([None, "2-17"]))
        log.append(Placed(one, 0, now))
    return log


def judged(messages: Sequence[Incoming], index: CopyIndex, size: int = 1) -> tuple[list[Judged], list[bytes]]:
    """Return the judged articles of these messages, in batches of `size` messages, and the records of the index."""
    found, records = list[Judged](), list[bytes]()
    for start in range(0, len(messages), size):
        for message in deduplicate(messages[start : start + size], CONFIG, index).messages:
            if message.topic == "news.judged":
                found += decode_judged(message.value)
            elif message.topic == "news.index":
                records.append(message.value)
    return found, records


def state(index: CopyIndex) -> list[object]:
    """Return all of the stories that verdicts use, wherever it is stored."""
    stories = index.stories
    assert stories is not None
    members, found = stories.members, list[object]()
    for id, row in sorted(stories.row_of.items()):
        record, slots = stories.stories[row], stories.newest_members(row, 10**6)
        own = [
            (
                index.entry(slot).id,
                *(members[name][slot] for name in ("source", "size", "sources", "copies", "last_at", "score", "new_source")),
            )
            for slot in slots
        ]
        texts = [tuple(part.tolist() for part in stories.words_of(slot)) for slot in slots]
        sources = {key & 0xFFFFFFFF: count for key, count in stories.source_members.items() if key >> 32 == row}
        found.append((id, *(record[name] for name in ("first_at", "last_at", "size", "sources", "copies", "members")), own, texts, sources))
    frequencies = [stories.frequencies[backfill].nonzero()[0].tolist() for backfill in (False, True)]
    sums = [int(stories.frequencies[backfill].sum()) for backfill in (False, True)]
    return [found, stories.originals, frequencies, sums]


def stories_of(found: Iterable[Judged]) -> list[Story | None]:
    return [one.story for one in found]


LOG = reports(400)


@pytest.mark.slow
def test_the_log_has_stories_of_several_sources_copies_and_joins() -> None:
    stories = [story for story in stories_of(judged(as_messages(LOG, 1, TOPIC), CopyIndex(COPIES))[0]) if story is not None]
    assert sum(not story.first for story in stories) > 50
    assert max(story.sources for story in stories) >= 3
    assert max(story.copies for story in stories) >= 1
    assert len({story.id for story in stories}) > 30


@pytest.mark.slow
@pytest.mark.parametrize(("articles", "messages"), [(1, 1), (7, 1), (200, 13)])
def test_judged_articles_are_byte_equal_for_any_batches(articles: int, messages: int) -> None:
    same_time = [replace(one, timestamp=NOW + at // 20 * HOUR_S) for at, one in enumerate(LOG)]
    wanted = judged(as_messages(same_time, 1, TOPIC), CopyIndex(COPIES))[0]
    assert judged(as_messages(same_time, articles, TOPIC), CopyIndex(COPIES), messages)[0] == wanted


@pytest.mark.slow
def test_a_rebuild_judges_nothing_and_gives_the_state_of_the_live_index(monkeypatch: pytest.MonkeyPatch) -> None:
    index = CopyIndex(COPIES)
    _, records = judged(as_messages(LOG, 9, TOPIC), index)
    monkeypatch.setattr("streams.deduplicate.judge_story.best_match", None)
    assert state(rebuilt(COPIES, records)) == state(index)


@pytest.mark.slow
def test_stories_close_and_memory_is_flat_over_many_windows() -> None:
    """Half an hour lies between two articles, so that the window of two days passes twelve times."""
    log = reports(1200)
    messages = as_messages(log, 1, TOPIC)
    index, sizes, open_stories, members = CopyIndex(COPIES), list[int](), list[int](), dict[str, list[int]]()
    for at, message in enumerate(messages):
        for one in judged([message], index)[0]:
            if one.story is not None and not one.article.backfill:
                members.setdefault(one.story.id, []).append(message.timestamp or 0)
        if at % 100 == 99:
            assert index.stories is not None
            sizes.append(index.size_bytes)
            open_stories.append(len(index.stories.row_of))
    assert max(last - first for first, *_, last in (times for times in members.values() if len(times) > 1)) <= COPIES.window_s + DAY_S
    assert sizes[3] == sizes[-1]
    assert max(open_stories) <= 2 * COPIES.capacity


@pytest.mark.slow
@pytest.mark.parametrize("at", [1, 57, 180, 399])
def test_a_worker_that_takes_over_goes_on_as_if_it_had_judged_all(at: int) -> None:
    messages = as_messages(LOG, 1, TOPIC)
    wanted, _ = judged(messages, CopyIndex(COPIES))
    before, records = judged(messages[:at], CopyIndex(COPIES))
    assert before + judged(messages[at:], rebuilt(COPIES, records))[0] == wanted


@pytest.mark.slow
@pytest.mark.parametrize("at", [150, 250, 399])
def test_any_part_of_the_log_that_covers_the_window_is_as_good_as_all(at: int) -> None:
    messages, config = as_messages(LOG, 1, TOPIC), replace(COPIES, capacity=10**6)
    _, records = judged(messages[:at], CopyIndex(config))
    oldest = change_columns(records[-1]).now - config.window_s
    suffix = [record for record in records if change_columns(record).now >= oldest]
    assert len(suffix) < len(records)
    whole, part = rebuilt(config, records), rebuilt(config, suffix)
    assert state(part) == state(whole)
    assert judged(messages[at:], part) == judged(messages[at:], whole)


@pytest.mark.slow
def test_what_is_forgotten_leaves_nothing_behind() -> None:
    index = CopyIndex(COPIES)
    judged(as_messages(LOG, 5, TOPIC), index)
    index.evict(NOW + 400 * DAY_S)
    stories = index.stories
    assert stories is not None
    assert not stories.row_of
    assert not stories.source_members
    assert stories.originals == {False: 0, True: 0}
    assert not stories.members["size"].any()
    assert not stories.stories["size"].any()
    assert not any(stories.frequencies[backfill].any() for backfill in (False, True))


def about(number: int, body: str, **fields: object) -> Article:
    known = article(number, body, title="Ferry Alvara aground near Lomaverde harbour", fetched_at=NOW)
    return replace(known, **fields)  # type: ignore[arg-type]


def told(articles: Sequence[Article], *, now: int = NOW, index: CopyIndex | None = None) -> list[Story | None]:
    log = [Placed(one, 0, now) for one in articles]
    return stories_of(judged(as_messages(log, 1, TOPIC), CopyIndex(COPIES) if index is None else index)[0])


TEXTS = (
    "The ferry Alvara with ninety passengers aboard ran onto rocks near Lomaverde on Sunday, officers of the coast guard said.",
    "Helicopters took ninety passengers from the ferry Alvara, which lies on rocks off Lomaverde harbour, before dawn.",
    "A storm had broken the engine of the Alvara, the ferry that ran aground with ninety passengers, an inquiry at Lomaverde finds.",
)


def test_the_first_event_gives_a_story_its_id_and_later_ones_count_sources() -> None:
    first, second, third = (
        about(at, body, outlet=outlet) for at, (body, outlet) in enumerate(zip(TEXTS, ("One", "ONE", "Two"), strict=True))
    )
    stories = told([first, second, third])
    assert [(story.id, story.first, story.size, story.sources, story.new_source) for story in stories if story] == [
        (first.id, True, 1, 1, True),
        (first.id, False, 2, 1, False),
        (first.id, False, 3, 2, True),
    ]
    assert [story.score is None for story in stories if story] == [True, False, False]


def test_an_article_after_the_window_begins_a_new_story() -> None:
    late = about(1, TEXTS[1], fetched_at=NOW + COPIES.window_s + 1)
    index = CopyIndex(COPIES)
    told([about(0, TEXTS[0])], index=index)
    [story] = told([late], now=NOW + COPIES.window_s, index=index)
    assert story is not None
    assert story.first


def test_a_back_filled_article_joins_no_live_story() -> None:
    _, story = told([about(0, TEXTS[0]), about(1, TEXTS[1], backfill=True)])
    assert story is not None
    assert story.first


def test_a_copy_has_the_story_of_its_original_and_adds_no_source() -> None:
    original = about(0, TEXTS[0], outlet="One")
    copy = replace(about(1, TEXTS[0], outlet="Two"), content_id=original.content_id)
    _, story = told([original, copy])
    assert story is not None
    assert (story.id, story.first, story.size, story.sources, story.copies, story.score) == (original.id, False, 1, 1, 1, None)


def test_a_replayed_original_keeps_the_story_that_it_was_given() -> None:
    index = CopyIndex(COPIES)
    first, second = about(0, TEXTS[0]), about(1, TEXTS[1])
    wanted = told([first, second, about(2, TEXTS[2], outlet="Two")], index=index)[1]
    assert told([replace(second, replay="2-17")], index=index) == [wanted]


def test_an_article_judged_without_stories_has_none_and_neither_has_its_copy() -> None:
    off = CopyIndex(replace(COPIES, stories=False))
    original = about(0, TEXTS[0], outlet="One")
    [without], records = judged(as_messages([Placed(original, 0, NOW)], 1, TOPIC), off)
    copy = replace(about(1, TEXTS[0], outlet="Two"), content_id=original.content_id)
    assert without.story is None
    assert told([copy, about(2, TEXTS[1])], index=rebuilt(COPIES, records))[0] is None


def test_workers_with_and_without_stories_read_each_others_records() -> None:
    on = CopyIndex(COPIES)
    _, records = judged(as_messages(LOG[:50], 5, TOPIC), on)
    off = rebuilt(replace(COPIES, stories=False), records)
    assert off.stories is None
    found, more = judged(as_messages(LOG[50:80], 5, TOPIC), off)
    assert set(stories_of(found)) == {None}
    again, _ = judged(as_messages(LOG[80:120], 5, TOPIC), rebuilt(COPIES, records + more))
    assert any(story is not None for story in stories_of(again))
