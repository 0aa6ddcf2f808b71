"""The verdict on an article: an original, a copy of a remembered original, or an article that was judged before.

Equal texts are found by content id. For other texts, rare runs lead to a few candidates, which are compared by their samples. The measure
is the share of the smaller text that the larger one contains, since copies are cut, lose their lead, gain debris, are edited and reordered.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

import numpy as np

from streams.deduplicate.changes import Change
from streams.deduplicate.compare import Overlap, Relation, is_excerpt, is_fuller, overlap, relation_of
from streams.deduplicate.fingerprint import Fingerprint, Hashes
from streams.deduplicate.index import CopyIndex, own_keys
from streams.deduplicate.normalize import normalize_name
from streams.deduplicate.table import MAX_SLOTS_PER_KEY
from streams.frozen import dataclass
from streams.records import Article, Copy, Kind

_MAX_AHEAD_S = 3600
# Positions among the keys that are looked up: the own ones are in front of the runs.
_ID_KEY, _TEXT_KEYS, _FIRST_RUN = 0, (1, 2), 3
_MAX_CANDIDATES = 8
# One shared lead is chance among millions of leads of 31 bits, unless the remembered text is so much longer that few can be shared.
_MUCH_LONGER_RATIO = 1.5
# Only the lowest runs are looked up, as leads are the lowest of their text. A third of the runs of a long text includes a third of the
# leads of a brief in it; the maximum bounds the cost of a text of a million words.
_MIN_LOOKED_UP = 160
_LOOKED_UP_SHARE = 3
_MAX_LOOKED_UP = 4096
# A text that replaced an excerpt may be a page with a second story behind the first. A copy must share this many runs with the excerpt
# too, or that second story would be a copy when it is published alone.
_MIN_FIRST_TEXT_HITS = 4


class Verdict(NamedTuple):
    """The fate of an article, the link of a copy to its original, and the change for the index (None: nothing to remember).

    `of_series`: whether it is filled in anew from the form of a remembered original: the results, prices or weather of another day or town.
    """

    fate: Literal["original", "copy", "replayed"]
    duplicate: Copy | None
    change: Change | None
    of_series: bool = False


@dataclass(frozen=True, slots=True)
class _EqualText:
    """A remembered article of equal text: the slot and age of its original, and whether the text is the original's own."""

    slot: int
    age: int
    own_text: bool
    same_source: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An original that shares runs with the article, its sample, and their overlap."""

    slot: int
    age: int
    sample: Hashes
    shared: Overlap


def judge(article: Article, text: Fingerprint, index: CopyIndex, *, now: int) -> Verdict:
    """Return the verdict on `article`. The caller must apply its change before it judges the next article.

    Args:
        article: as cut; its event time is `fetched_at`, or `now` if that is unknown or more than an hour ahead.
        text: the fingerprint of its body.
        index: not changed.
        now: append time of the message on `news.articles`, seconds; older entries than the window are ignored.
    """
    source = source_of(article)
    looked_up = min(max(_MIN_LOOKED_UP, len(text.runs) // _LOOKED_UP_SHARE), _MAX_LOOKED_UP)
    own = np.array(own_keys(bytes.fromhex(article.id), bytes.fromhex(article.content_id), source), dtype=np.uint32)
    positions, slots = index.find(np.concatenate((own, text.runs[:looked_up])))
    # Ten hits or so: lists are three times as fast as arrays.
    hits = list(zip(positions.tolist(), slots.tolist(), strict=True))
    seen_as = _seen_as(index, article, [slot for position, slot in hits if position == _ID_KEY], now)
    if seen_as and not article.replay:
        return Verdict(fate="replayed", duplicate=None, change=None)
    if seen_as == "original":
        return Verdict(fate="original", duplicate=None, change=None)
    event = _event_time(article, now)
    usable = _usable(index, {slot for _, slot in hits}, event, now)
    hits = [hit for hit in hits if hit[1] in usable]
    equal = _equal_texts(index, article, source, [slot for position, slot in hits if position in _TEXT_KEYS])
    equal = [found for found in equal if _usable(index, [found.slot], event, now)]
    candidates = _candidates(index, text, hits)
    duplicate, of_series = _equal_text_copy(index, text, equal), False
    if duplicate is None:
        duplicate, of_series = _similar_copy(index, text, candidates)
    change = Change(
        id=article.id,
        content_id=article.content_id,
        source=source,
        event=event,
        of=duplicate.of if duplicate else None,
        runs=len(text.runs),
        sample=text.sample.astype("<u4").tobytes() if duplicate is None or duplicate.fuller else b"",
    )
    return Verdict("copy" if duplicate else "original", duplicate, change, of_series)


def source_of(article: Article) -> int:
    """Return a 32-bit hash of the source: outlet (without case and accents), else the own address, else the dump's; 0 if none."""
    url = article.article_url or article.url
    origin = f"outlet {normalize_name(article.outlet)}" if article.outlet else f"url {url}" if url else ""
    return int.from_bytes(hashlib.blake2b(origin.encode(), digest_size=4).digest()) or 1 if origin else 0


def _event_time(article: Article, now: int) -> int:
    """Return `fetched_at`, or `now` if it is missing or ahead of `now` by more than a wrong clock explains."""
    if article.fetched_at is None or article.fetched_at > now + _MAX_AHEAD_S:
        return now
    return article.fetched_at


def _seen_as(index: CopyIndex, article: Article, slots: list[int], now: int) -> Literal["", "original", "copy"]:
    article_id, oldest = bytes.fromhex(article.id), now - index.config.window_s
    entries = [index.entry(slot) for slot in slots]
    kinds = {bool(entry.of_age) for entry in entries if entry.id == article_id and entry.appended >= oldest}
    return "" if not kinds else "copy" if False not in kinds else "original"


def _usable(index: CopyIndex, slots: Iterable[int], event: int, now: int) -> set[int]:
    """Return the entries that are within the window by both event time and append time."""
    appended, events, window = index.entries["appended"], index.entries["event"], index.config.window_s
    return {slot for slot in slots if appended.item(slot) >= now - window and abs(events.item(slot) - event) <= window}


def _equal_texts(index: CopyIndex, article: Article, source: int, slots: list[int]) -> list[_EqualText]:
    """Return the originals of the entries of equal text; skip copies whose original was evicted."""
    content_id, article_id = bytes.fromhex(article.content_id), bytes.fromhex(article.id)
    found = []
    for slot in slots:
        entry = index.entry(slot)
        if entry.content != content_id or entry.id == article_id:
            continue
        at, original = (entry.of, index.entry(entry.of)) if entry.of_age else (slot, entry)
        if not entry.of_age or original.age == entry.of_age:
            found.append(_EqualText(at, original.age, own_text=at == slot, same_source=bool(source) and entry.source == source))
    return found


def _equal_text_copy(index: CopyIndex, text: Fingerprint, equal: list[_EqualText]) -> Copy | None:
    """Return a repeat, else an exact copy, else None: a text that equals only a copy of another source is compared with its original."""
    ranked = sorted(equal, key=lambda found: (not found.same_source, not found.own_text, found.age))
    if not ranked or not (ranked[0].own_text or ranked[0].same_source):
        return None
    best = ranked[0]
    own_text = any(found.own_text and found.slot == best.slot for found in equal)
    similarity = 1.0 if own_text else overlap(text, *index.sample(best.slot)).similarity
    return _copy(index, best.slot, "repeat" if best.same_source else "exact", similarity)


def _candidates(index: CopyIndex, text: Fingerprint, hits: Sequence[tuple[int, int]]) -> list[_Candidate]:
    """Return originals that share runs with the text, by descending overlap, then by age; `hits`: positions of keys, and slots."""
    slots_of_key, shared = dict[int, int](), dict[int, int]()
    for position, _ in hits:
        slots_of_key[position] = slots_of_key.get(position, 0) + 1
    for position, slot in hits:
        # Leads are keys of originals only.
        if position >= _FIRST_RUN and slots_of_key[position] < MAX_SLOTS_PER_KEY:
            shared[slot] = shared.get(slot, 0) + 1
    runs, ages, much_longer = index.entries["runs"], index.entries["age"], _MUCH_LONGER_RATIO * len(text.runs)
    likely = [slot for slot, count in shared.items() if count > 1 or runs.item(slot) > much_longer]
    best = sorted(likely, key=lambda slot: (-shared[slot], ages.item(slot)))[:_MAX_CANDIDATES]
    samples = [index.sample(slot) for slot in best]
    found = [_Candidate(slot, ages.item(slot), sample[0], overlap(text, *sample)) for slot, sample in zip(best, samples, strict=True)]
    return sorted(found, key=lambda match: (-match.shared.shared_runs, match.age))


def _similar_copy(index: CopyIndex, text: Fingerprint, candidates: list[_Candidate]) -> tuple[Copy | None, bool]:
    """Return the copy of the candidate that shares most, or None, and whether a candidate before it is from the same form."""
    of_series = False
    for match in candidates:
        relation = relation_of(text, match.sample, match.shared)
        of_series |= relation is Relation.SAME_FORM
        first = index.first_sample(match.slot) if relation is Relation.COPY else None
        if relation is Relation.COPY and (first is None or overlap(text, *first).hits >= _MIN_FIRST_TEXT_HITS):
            kind: Kind = "excerpt" if is_excerpt(match.shared) else "near"
            return _copy(index, match.slot, kind, match.shared.similarity, fuller=is_fuller(match.shared)), of_series
    return None, of_series


def _copy(index: CopyIndex, slot: int, kind: Kind, similarity: float, *, fuller: bool = False) -> Copy:
    return Copy(of=index.entry(slot).id.hex(), kind=kind, similarity=round(similarity, 3), fuller=fuller)
