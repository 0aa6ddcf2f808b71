"""The story of an article: one whose members it is alike, or a new one that begins with it.

An original is compared with the stories of originals that share its rarest words. The measure is the mean of two cosines: with the most
similar member, and with the sum of the newest members, so that a story is not carried away by its last member. All arithmetic is in
integers.
"""

from math import isqrt
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from streams.deduplicate.changes import NO_SCORE, StoryChange
from streams.deduplicate.fingerprint import Fingerprint
from streams.deduplicate.independent_source import independent_source
from streams.deduplicate.index import CopyIndex
from streams.deduplicate.judge import Verdict
from streams.deduplicate.stories import Stories
from streams.deduplicate.story_words import HEAD_CHARACTERS, LONG_BODY_CHARACTERS, WORD_LIMIT, story_words
from streams.deduplicate.weigh import MAX_WEIGHT, WeighedWords, weigh
from streams.frozen import dataclass
from streams.records import Article, Story

_MAX_STORIES = 6
_MAX_MEMBERS = 16
# So many of the heaviest words are looked up. All 48 change no figure of docs/stories.md, a minimum of 1/20 of the
# square none either, but with it three times as many articles are compared; 1/12 loses F1.
_LOOKED_UP = 32
# Of the square of the article's length: no cosine is higher than the root of what the shared words have of it.
_MIN_SHARED = MAX_WEIGHT**2 // 15
_THOUSAND = 1000
# Joins by similarity, in thousandths, for articles with bodies up to so many characters (measured: docs/stories.md). Two bare headlines
# share words by chance, and headlines of a series its form; the openings of two long reports of one event share less.
_BARE_THRESHOLDS = ((60, 420), (HEAD_CHARACTERS, 405))
_THRESHOLDS = ((60, 420), (LONG_BODY_CHARACTERS, 395))
_LONG_THRESHOLD = 290
# Two headlines with figures of which none is shared are two of a series: results, prices, days.
_OTHER_FIGURES = 80
# Texts of many figures that share few of them are of a series too: results, closes and rates fill one form, and share its words. Measured
# on company results, quarterly production and closes, which no longer join; with 5 figures, ecb loses 0.03 of F1.
_MANY_FIGURES, _SHARED_FIGURES = 6, 3
_WEIGHT_BITS = np.uint64(8)
_SURE = 950
_UNSURE = 800
_SURE_AFTER = 150  # thousandths above the threshold


@dataclass(frozen=True, slots=True)
class Match:
    """The likeness of an article and a story: its row, its most similar member, and the similarity in thousandths."""

    story: int
    member: int
    similarity: int


def with_story(verdict: Verdict, article: Article, text: Fingerprint, index: CopyIndex, *, now: int) -> tuple[Verdict, Story | None]:
    """Return the verdict with the story in its change, and that story; None where it is unknown.

    The entries out of the window are evicted before, so that frequencies count the same articles after a rebuild. An original that was
    judged before keeps its story.
    """
    stories = index.stories
    if stories is None:
        return verdict, None
    if verdict.change is None:
        return verdict, _stored(article, index, stories)
    index.evict(now)
    if verdict.duplicate is not None:
        change = _copied(verdict.duplicate.of, index, stories)
    else:
        change = _judged(article, text, verdict.change.event, index, stories, of_series=verdict.of_series)
    if change is None:
        return verdict, None
    return verdict._replace(change=verdict.change._replace(story=change)), _public(article, change)


def _stored(article: Article, index: CopyIndex, stories: Stories) -> Story | None:
    """Return the story of a remembered original as it was judged."""
    slot = index.slot_of(bytes.fromhex(article.id))
    member = stories.member(slot)
    if member is None:
        return None
    story = stories.state(int(member["story"]))
    return Story(
        id=story.id.hex(),
        first=story.id == bytes.fromhex(article.id),
        size=int(member["size"]),
        sources=int(member["sources"]),
        copies=int(member["copies"]),
        score=_score(int(member["score"])),
        new_source=bool(member["new_source"]),
        first_at=story.first_at,
        last_at=int(member["last_at"]),
    )


def _public(article: Article, change: StoryChange) -> Story:
    return Story(
        id=change.id,
        first=change.id == article.id,
        size=change.size,
        sources=change.sources,
        copies=change.copies,
        score=_score(change.score),
        new_source=change.new_source,
        first_at=change.first_at,
        last_at=change.last_at,
    )


def _score(thousandths: int) -> float | None:
    return None if thousandths == NO_SCORE else thousandths / _THOUSAND


def _copied(original_id: str, index: CopyIndex, stories: Stories) -> StoryChange | None:
    """Return the story of a copy's original, with one copy more."""
    member = stories.member(index.slot_of(bytes.fromhex(original_id)))
    if member is None:
        return None
    story = stories.state(int(member["story"]))
    return StoryChange(
        id=story.id.hex(),
        first_at=story.first_at,
        last_at=story.last_at,
        source=0,
        size=story.size,
        sources=story.sources,
        copies=story.copies + 1,
    )


def _judged(article: Article, text: Fingerprint, event: int, index: CopyIndex, stories: Stories, *, of_series: bool) -> StoryChange:
    """Return the story of an original: the one it is most like, or its own; the texts of a series share their form, not their event."""
    words = weigh(story_words(article.title, article.body, text.opening, article.language), stories, article.backfill)
    source = independent_source(article)
    change = StoryChange(
        id=article.id,
        first_at=event,
        last_at=event,
        source=source,
        size=1,
        sources=1,
        copies=0,
        new_source=True,
        hashes=words.hashes.astype("<u4").tobytes(),
        weights=words.weights.astype(np.uint8).tobytes(),
    )
    match = None if of_series else best_match(words, event, index, stories, backfill=article.backfill)
    margin = match.similarity - threshold(article) if match else -1
    if match is None or margin < 0:
        return change
    story, new_source = stories.state(match.story), not stories.has_source(match.story, source)
    return change._replace(
        id=story.id.hex(),
        first_at=story.first_at,
        last_at=max(story.last_at, event),
        size=story.size + 1,
        sources=story.sources + new_source,
        copies=story.copies,
        score=_UNSURE + min(margin, _SURE_AFTER) * (_SURE - _UNSURE) // _SURE_AFTER,
        new_source=new_source,
    )


def threshold(article: Article) -> int:
    """Return the least similarity, in thousandths, by which this article joins a story; a body without a headline may be one."""
    thresholds, size = _THRESHOLDS if article.title else _BARE_THRESHOLDS + _THRESHOLDS[1:], len(article.body)
    return next((threshold for characters, threshold in thresholds if size <= characters), _LONG_THRESHOLD)


def best_match(words: WeighedWords, event: int, index: CopyIndex, stories: Stories, *, backfill: bool) -> Match | None:
    """Return the most similar story, of equal ones the oldest; None if no remembered original shares enough."""
    rows = _candidates(words, event, stories, window_s=index.config.window_s, backfill=backfill)
    matches = _Comparison(words, stories).matches(rows) if rows else []
    return min(matches, key=lambda match: -match.similarity, default=None)


def _candidates(words: WeighedWords, event: int, stories: Stories, *, window_s: int, backfill: bool) -> list[int]:
    """Return the rows of the stories that share most with the words, of those whose first event is in the window; the oldest first."""
    positions, slots = stories.postings[backfill].find(words.hashes[:_LOOKED_UP])
    squares = [weight * weight for weight in words.weights[:_LOOKED_UP].tolist()]
    hits: dict[int, int] = {}
    for position, slot in zip(positions.tolist(), slots.tolist(), strict=True):
        hits[slot] = hits.get(slot, 0) + squares[position]
    story_of, best_hits = stories.members["story"], dict[int, int]()
    for slot, shared in hits.items():
        if shared >= _MIN_SHARED and shared > best_hits.get(story := story_of.item(slot), 0):
            best_hits[story] = shared
    if not best_hits:
        return []
    first_ats, ids = stories.stories["first_at"], stories.stories["id"]
    ranked: list[tuple[int, int, bytes, int]] = []
    for story, shared in sorted(best_hits.items(), key=itemgetter(1), reverse=True):
        if len(ranked) >= _MAX_STORIES and shared < -ranked[_MAX_STORIES - 1][0]:
            break
        first_at = first_ats.item(story)
        if abs(first_at - event) <= window_s:
            ranked.append((-shared, first_at, ids.item(story), story))
    return [story for *_, story in sorted(ranked)[:_MAX_STORIES]]


class _Comparison:
    """An article's words in order of hash, as they are looked up for the words of each member."""

    def __init__(self, words: WeighedWords, stories: Stories) -> None:
        order = words.hashes.argsort()
        self._hashes, self._weights = words.hashes[order], words.weights[order]
        self._figures = words.figures.intersection(words.hashes.tolist()) if words.figures else words.figures
        self._head_figures = self._figures & words.head_figures
        self._stories = stories

    def matches(self, rows: list[int]) -> list[Match]:
        """Return the likeness to each of these stories."""
        members = [self._stories.newest_members(story, _MAX_MEMBERS) for story in rows]
        packed = self._stories.rows_of([slot for slots in members for slot in slots])
        hashes = packed[:, :WORD_LIMIT]
        weights = packed.view(np.uint8)[:, WORD_LIMIT * 4 :]
        at = self._hashes.searchsorted(hashes)
        # A hash above all of the article's is clipped to its last one, which differs.
        shared = self._hashes.take(at, mode="clip") == hashes
        dots = (self._weights.take(at, mode="clip") * weights * shared).sum(axis=1).tolist()
        found, start = [], 0
        for story, slots in zip(rows, members, strict=True):
            end = start + len(slots)
            dot = max(dots[start:end])
            best = dots.index(dot, start)
            length = MAX_WEIGHT if len(slots) == 1 else _length(hashes[start:end], weights[start:end])
            cosines = dot * _THOUSAND // MAX_WEIGHT**2 + sum(dots[start:end]) * _THOUSAND // (MAX_WEIGHT * length)
            found.append(Match(story, slots[best - start], cosines // 2 - self._other_figures(hashes[best])))
            start = end
        return found

    def _other_figures(self, member: NDArray[np.uint32]) -> int:
        """Return what the similarity to a member with these words loses by other figures than the article's."""
        count = len(self._figures)
        if count < _MANY_FIGURES and not self._head_figures:
            return 0
        shared = self._figures.intersection(member.tolist())
        if count >= _MANY_FIGURES and len(shared) * _SHARED_FIGURES <= count:
            return _THOUSAND
        return _OTHER_FIGURES if self._head_figures and self._head_figures.isdisjoint(shared) else 0


def _length(hashes: NDArray[np.uint32], weights: NDArray[np.uint8]) -> int:
    """Return the length of the sum of these vectors, at least 1."""
    ordered = (hashes.ravel().astype(np.uint64) << _WEIGHT_BITS) | weights.ravel()
    ordered.sort()
    words = ordered >> _WEIGHT_BITS
    starts = np.concatenate(([0], (words[1:] != words[:-1]).nonzero()[0] + 1))
    sums = np.add.reduceat(ordered.astype(np.uint8).astype(np.int64), starts)
    return isqrt(int((sums * sums).sum())) or 1
