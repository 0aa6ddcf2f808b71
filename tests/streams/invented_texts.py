"""Invented news texts for the tests of copies: words of made-up syllables with the frequencies of a real language."""

import random
from dataclasses import replace

from streams.deduplicate.fingerprint import fingerprint
from streams.deduplicate.index import CopyIndex
from streams.deduplicate.judge import Verdict, judge
from streams.deduplicate.normalize import content_id
from streams.records import Article

NOW = 1_900_000_000
_SYLLABLES = [first + vowel for first in "bdfgklmnprstvz" for vowel in "aeiou"]


def _vocabulary() -> list[str]:
    chance = random.Random(7)
    common = ["".join(chance.choices(_SYLLABLES, k=1)) for _ in range(40)]
    return common + ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(4000)]


VOCABULARY = _vocabulary()
_WEIGHTS = [1 / (rank + 3) for rank in range(len(VOCABULARY))]


def words(chance: random.Random, count: int) -> list[str]:
    found = chance.choices(VOCABULARY, weights=_WEIGHTS, k=count)
    for at in range(0, count, 11):
        found[at] = found[at].capitalize()
    for at in range(7, count, 23):
        found[at] = str(chance.randint(2, 9999))
    return found


def text(seed: int, count: int = 300) -> str:
    """Return paragraphs of sentences, `count` words in all."""
    chance = random.Random(seed)
    drawn = words(chance, count)
    sentences = [" ".join(drawn[at : at + 15]) + "." for at in range(0, count, 15)]
    return "\n".join(" ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3))


def edited(body: str, seed: int, share: float) -> str:
    """Return `body` with this share of its words replaced or left out."""
    chance = random.Random(seed)
    kept = []
    for word in body.split(" "):
        if chance.random() >= share:
            kept.append(word)
        elif chance.random() < 0.5:
            kept += chance.choices(VOCABULARY, weights=_WEIGHTS)
    return " ".join(kept)


def cut(body: str, share: float) -> str:
    """Return the first part of `body`."""
    drawn = body.split(" ")
    return " ".join(drawn[: int(len(drawn) * share)])


def article(number: int, body: str, *, title: str | None = None, fetched_at: int | None = NOW, outlet: str | None = None) -> Article:
    """Return an article with an id of its own from `number`."""
    plain = Article(
        id=f"{number * 2654435761 % 2**32:08x}{number:024x}",
        content_id=content_id(title, body),
        url=f"https://news.example/{number}",
        dump_id=f"{number:032x}",
        index=0,
        start=0,
        end=len(body),
        fetched_at=fetched_at,
        title=title,
        body=body,
        language="en",
        outlet=None,
        agency=None,
        dateline=None,
        author=None,
        published_at=None,
        published_precision=None,
        confidence=1.0,
    )
    return replace(plain, outlet=outlet)


def take(index: CopyIndex, one: Article, *, now: int = NOW, backfill: bool = False) -> Verdict:
    """Judge `one` and apply what follows, as the stage does."""
    verdict = judge(one, fingerprint(one.body), index, now=now)
    if verdict.change:
        index.apply(verdict.change, now=now, backfill=backfill)
    return verdict
