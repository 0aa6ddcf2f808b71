"""What is fuzzed of stories: a log of articles with texts of any kind, and records of `news.index` with sections of any kind."""

from dataclasses import replace

from streams.classify.class_set import class_set
from streams.deduplicate.changes import UnreadableIndexRecord, change_columns
from streams.deduplicate.index import CopyConfig, CopyIndex
from streams.deduplicate.rebuild import rebuilt
from streams.messages.codec import decode_judged
from streams.pipeline import PipelineConfig, deduplicate
from streams.records import Incoming, Judged
from tests.article_log import Placed, as_messages
from tests.streams.invented_texts import article

NOW = 1_754_136_000
HOUR_S = 3600
WINDOW_S = 40 * HOUR_S
# Any log of at most `MAX_ARTICLES` fits: capacity would evict by number, so that no part of the log is as good as all of it.
MAX_ARTICLES = 60
COPIES = CopyConfig(window_s=WINDOW_S, stories=True)
_CONFIG = PipelineConfig(classes=class_set((), "0" * 12), version="fuzz", partitions=1)
# In front of an article: the hours since the one before, the hours that its own time lies back, its outlet, and its intake.
_HEAD_BYTES = 2
_OUTLETS = (None, "One", "Two", "REUTERS")


def check_stories(data: bytes) -> None:
    """Any articles: the same verdicts each time, after a rebuild, and from the part of the log that covers the window."""
    messages = story_log(data)
    live, records = judged(messages, CopyIndex(COPIES))
    assert (live, records) == judged(messages, CopyIndex(COPIES)), "the same articles are judged otherwise"
    check_counts(live)
    for at in {len(messages) // 2, len(messages) - 1}:
        before, written = judged(messages[:at], CopyIndex(COPIES))
        covering = [record for record in written if change_columns(record).now >= (messages[at].timestamp or 0) - WINDOW_S]
        after = judged(messages[at:], rebuilt(COPIES, written))
        assert before + after[0] == live, "a rebuilt index judges otherwise"
        assert judged(messages[at:], rebuilt(COPIES, covering)) == after, "a part of the log that covers the window judges otherwise"


def check_counts(found: list[Judged]) -> None:
    """Sizes and sources of a story only grow, and its first event gives its id."""
    newest: dict[str, tuple[int, int, int]] = {}
    for one in found:
        story = one.story
        assert story is not None
        assert story.first == (story.id == one.article.id and one.duplicate is None)
        assert 1 <= story.sources <= story.size
        assert (story.score is None) == (story.first or one.duplicate is not None)
        counts = (story.size, story.sources, story.copies)
        assert all(new >= old for new, old in zip(counts, newest.get(story.id, counts), strict=True)), "a story shrinks"
        newest[story.id] = counts


def check_index_records(data: bytes) -> None:
    """Any bytes as records of `news.index`, each behind its length: they are refused, or articles can be judged after them."""
    records, start = list[bytes](), 0
    while start < len(data):
        end = start + 2 + int.from_bytes(data[start : start + 2])
        records.append(data[start + 2 : end])
        start = end
    try:
        index = rebuilt(COPIES, records)
    except UnreadableIndexRecord:
        return
    judged(story_log(b"\0\0Ferry aground\tThe ferry Alvara ran onto rocks."), index)


def story_log(data: bytes) -> list[Incoming]:
    """Return a message for each line of `data`: two bytes of times and source, a headline, a tabulator, a body."""
    log, now = list[Placed](), NOW
    for number, line in enumerate(data.split(b"\n")[:MAX_ARTICLES]):
        hours, back = (*line[:_HEAD_BYTES], 0, 0)[:_HEAD_BYTES]
        title, _, body = line[_HEAD_BYTES:].decode("utf-8", "replace").partition("\t")
        now += hours % 16 * HOUR_S
        one = article(number, body or "-", title=title or None, fetched_at=now - back % 64 * HOUR_S, outlet=_OUTLETS[hours // 16 % 4])
        log.append(Placed(replace(one, backfill=hours >= 192), 0, now))
    return as_messages(log, 1, "news.articles")


def judged(messages: list[Incoming], index: CopyIndex) -> tuple[list[Judged], list[bytes]]:
    """Return the judged articles of these messages and the records of the index; none of the articles is dead."""
    found, records = list[Judged](), list[bytes]()
    for incoming in messages:
        output = deduplicate([incoming], _CONFIG, index)
        for death in output.deaths:
            raise death.error or AssertionError(f"dead: {death}")
        for message in output.messages:
            if message.topic == "news.judged":
                found += decode_judged(message.value)
            elif message.topic == "news.index":
                records.append(message.value)
    return found, records
