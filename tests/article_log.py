"""One fixed log of `news.articles` that has whatever may befall a copy index, and what the pure code makes of it in one go."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from streams.deduplicate.changes import unpack_changes
from streams.deduplicate.index import CopyConfig, CopyIndex
from streams.deduplicate.normalize import content_id
from streams.messages.codec import encode_article, encode_batches
from streams.messages.envelope import REPLAY_HEADER
from streams.pipeline import PipelineConfig, classify, deduplicate
from streams.records import Article, Headers, Incoming, Message
from streams.topics import partition_of
from tests.driver import NOW
from tests.streams.invented_texts import article, cut, edited, text, words

DAY_S = 86_400
# Two thirds of the window: what came in one stretch is still held in the next, and forgotten in the one after it.
STRETCH_S = 14 * DAY_S // 3
STRETCHES = 4
# Fewer than the originals of one window, so that the oldest are pushed out too.
COPIES = CopyConfig(capacity=40, stories=True)
LANGUAGES = ("en", "es", "pt", "fr", "de")
OUTLETS = (None, "Tideline Post", "The Lomaverde Sun", "Vela Diario")
PLACES = ("in Caracas, Venezuela", "at the Codelco copper mine in Chile", "in Miami, Florida", "in Oslo")


@dataclass(frozen=True)
class Placed:
    """An article in the log: its partition, and the append time (seconds) of its message."""

    article: Article
    partition: int
    timestamp: int


def article_log(per_language: int, seed: int = 1) -> list[Placed]:
    """Return the log, all partitions together in the order of arrival; a back-fill comes in runs, as a real one does."""
    chance = random.Random(seed)
    bodies: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    placed: list[Placed] = []
    for number in range(per_language * len(LANGUAGES)):
        language = LANGUAGES[number % len(LANGUAGES)]
        now = NOW + STRETCH_S * (number * STRETCHES // (per_language * len(LANGUAGES)))
        partition = partition_of(language, 6)[0]
        seen = [one.article for one in placed[-400:] if one.partition == partition]
        one = _again(chance, seen) if seen and chance.random() < 0.06 else _new(chance, number, language, bodies[language], now)
        placed.append(Placed(replace(one, backfill=number % 300 >= 240), partition, now))
    return placed


def _again(chance: random.Random, seen: Sequence[Article]) -> Article:
    """Return an article that came before: the same dump again, or out of a dead letter."""
    return replace(chance.choice(seen), replay=chance.choice([None, None, None, None, None, "2-17"]))


def _new(chance: random.Random, number: int, language: str, bodies: list[str], now: int) -> Article:
    if not bodies or chance.random() < 0.45:
        bodies.append(f"{text(10_000 + number, chance.randint(30, 220))} It was {chance.choice(PLACES)}.")
        body = chance.choice([bodies[-1], cut(bodies[-1], 0.5)])  # of the latter a fuller version may follow
    else:
        body = _copied(chance, number, chance.choice(bodies[-25:]))
    ages_s = [0, 0, 60, DAY_S, 6 * DAY_S, 7 * DAY_S, 9 * DAY_S]
    fetched_at = chance.choice([*(now - age for age in ages_s), None, 0, NOW + 178 * 365 * DAY_S])
    title = chance.choice([None, " ".join(words(random.Random(body[:20]), 6)), " ".join(words(chance, 6))])
    known = article(number, body, title=title, outlet=chance.choice(OUTLETS), fetched_at=fetched_at)
    return replace(known, language=language, content_id=content_id(title, body))


def _copied(chance: random.Random, number: int, body: str) -> str:
    how = chance.randrange(6)
    if how == 0:
        return f"{cut(body, 0.6)}\n{text(900_000 + number, 60)}"
    return [body, body.upper().replace(".", " !"), edited(body, number, 0.1), cut(body, 0.5), f"{body}\nAll rights reserved."][how - 1]


def as_messages(log: Iterable[Placed], size: int, topic: str) -> list[Incoming]:
    """Return the log in messages of at most `size` articles, each of one append time and intake; a replay comes by itself."""
    found: list[tuple[int, Incoming]] = []
    for partition, own in groupby(sorted(enumerate(log), key=lambda pair: pair[1].partition), key=lambda pair: pair[1].partition):
        for at, articles, timestamp, headers in _cut_up(list(own), size):
            [value] = encode_batches(map(encode_article, articles))
            message = Incoming(topic=topic, key=None, value=value, headers=headers, timestamp=timestamp, partition=partition)
            found.append((at, message))
    return [message for _, message in sorted(found, key=lambda pair: pair[0])]


def _cut_up(own: list[tuple[int, Placed]], size: int) -> Iterator[tuple[int, list[Article], int, Headers]]:
    def alike(pair: tuple[int, Placed]) -> tuple[int, bool, int]:
        at, one = pair
        return one.timestamp, one.article.backfill, at + 1 if one.article.replay else 0

    for (timestamp, _, _), together in groupby(own, key=alike):
        everything = list(together)
        for some in (everything[start : start + size] for start in range(0, len(everything), size)):
            replay = some[0][1].article.replay
            headers = ((REPLAY_HEADER, replay.encode()),) if replay else ()
            yield some[0][0], [replace(one.article, replay=None) for _, one in some], timestamp, headers


@dataclass(frozen=True)
class Outcome:
    """What came out, such that it is the same however articles were put together: of `judged` the bytes of each partition's articles,
    of the index its changes, of the public topics each message."""

    judged: dict[int, list[bytes]]
    index: dict[int, list[tuple[object, ...]]]
    public: dict[str, list[tuple[bytes | None, bytes, Headers]]]


def outcome(messages: Iterable[Incoming | Message], prefix: str) -> Outcome:
    """Sort out messages of the topics `judged`, `index`, `events` and `duplicates`."""
    found = Outcome(judged={}, index={}, public={"events": [], "duplicates": []})
    for message in messages:
        name, partition = message.topic.removeprefix(f"{prefix}."), message.partition or 0
        if name == "judged":
            # The very bytes: no string in them can have this mark, since its quotation marks would be escaped.
            elements = message.value.removeprefix(b'{"batch":[{"article":').removesuffix(b"]}")
            found.judged.setdefault(partition, []).extend(elements.split(b',{"article":'))
        elif name == "index":
            packed = unpack_changes(message.value)
            found.index.setdefault(partition, []).extend((change, packed.now, packed.backfill) for change in packed.changes)
        elif name in found.public:
            found.public[name].append((message.key, message.value, message.headers))
    for copies in found.public.values():
        copies.sort(key=lambda message: (message[0] or b"", message[1]))
    return found


def judged_in_one_go(log: Iterable[Incoming], config: PipelineConfig, copies: CopyConfig = COPIES) -> Outcome:
    """Return what one who never stopped makes of the messages: all of a partition as one batch, through `streams` alone."""
    out: list[Message] = []
    for _, own in groupby(sorted(log, key=lambda message: message.partition or 0), key=lambda message: message.partition):
        judged = deduplicate(list(own), config, CopyIndex(copies)).messages
        handed = [
            Incoming(topic=message.topic, key=None, value=message.value) for message in judged if message.topic == f"{config.prefix}.judged"
        ]
        out += judged + classify(handed, config).messages
    return outcome(out, config.prefix)


def unlike(found: Outcome, wanted: Outcome) -> list[str]:
    """Return a line for each partition and topic in which two outcomes differ: how much came, and where the first difference is."""
    lines = []
    for name in ("judged", "index", "public"):
        ours, theirs = getattr(found, name), getattr(wanted, name)
        for key in sorted({*ours, *theirs}):
            one, other = ours.get(key, []), theirs.get(key, [])
            if one != other:
                at = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other)))
                lines.append(f"{name} {key}: {len(one)} of {len(other)}, first different at {at}: {one[at : at + 1]} {other[at : at + 1]}")
    return lines
