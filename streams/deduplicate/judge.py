"""The verdict on an article: an original, a copy of a remembered one, or the same article again.

Equal texts are found by their content id. For the others, rare runs lead to a few candidates, and each is compared by its sample (the share
of the smaller text that the larger one has: copies are cut, lose their lead, gain debris, are edited and reordered).
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from streams.deduplicate.changes import Change
from streams.deduplicate.compare import Overlap, is_copy, is_excerpt, is_fuller, overlap
from streams.deduplicate.fingerprint import Fingerprint
from streams.deduplicate.index import CopyIndex, own_keys
from streams.deduplicate.normalize import normalize
from streams.deduplicate.table import COMMON, Places
from streams.records import Article, Copy, Kind

_FUTURE_S = 3600
_OWN_KEYS = 3
_CANDIDATES = 8
# One common lead is chance, of millions of leads of 31 bits, unless the remembered text is so much longer that few are to be expected.
_MUCH_LONGER = 1.5
# Runs looked up, the lowest: leads are low in their text. A third of a long text still has a third of the leads of a brief that it
# contains; a text of a million words has a bounded cost.
_LOOKED_UP = 160
_LOOKED_UP_SHARE = 3
_LOOKED_UP_MOST = 4096
# A text that replaced an excerpt may be a page that has another story behind the first one. So a copy must share this with the excerpt
# too, or that other story would be taken for a copy when it comes by itself.
_FIRST_TEXT_HITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an article is, for a copy of what, and what the index is to remember of it (None: nothing new)."""

    fate: Literal["original", "copy", "replayed"]
    duplicate: Copy | None
    change: Change | None


@dataclass(frozen=True, slots=True)
class _Equal:
    """A remembered article of equal text: the place and age of its original, and whether the text is the original's own."""

    place: int
    age: int
    own_text: bool
    same_source: bool


@dataclass(frozen=True, slots=True)
class _Near:
    """An original that shares runs with the article."""

    place: int
    age: int
    shared: Overlap


def judge(article: Article, text: Fingerprint, index: CopyIndex, *, now: int) -> Verdict:
    """Return the verdict on `article`; the caller applies its change at once, before the next article is judged.

    Args:
        article: as cut; its event time is `fetched_at`, or `now` where that is unknown or more than an hour after `now`.
        text: the fingerprint of its body.
        index: not changed.
        now: append time of the message on `news.articles`, seconds; entries appended more than the window ago don't count.
    """
    source = source_of(article)
    looked_up = min(max(_LOOKED_UP, len(text.runs) // _LOOKED_UP_SHARE), _LOOKED_UP_MOST)
    own = np.array(own_keys(bytes.fromhex(article.id), bytes.fromhex(article.content_id), source), dtype=np.uint32)
    positions, places = index.find(np.concatenate((own, text.runs[:looked_up])))
    held = _held(index, article, places[positions == 0].tolist(), now)
    if held and not article.replay:
        return Verdict(fate="replayed", duplicate=None, change=None)
    if held == "original":
        return Verdict(fate="original", duplicate=None, change=None)
    event = _event_time(article, now)
    usable = _usable(index, places, event, now)
    positions, places = positions[usable], places[usable]
    equal = _equal(index, article, source, places[(positions == 1) | (positions == 2)].tolist())
    equal = [found for found in equal if _usable(index, np.array([found.place]), event, now)[0]]
    near = _near(index, text, positions, places)
    duplicate = _equal_copy(index, text, equal) or _like_copy(index, text, near)
    change = Change(
        id=article.id,
        content_id=article.content_id,
        source=source,
        event=event,
        of=duplicate.of if duplicate else None,
        runs=len(text.runs),
        sample=text.sample.astype("<u4").tobytes() if duplicate is None or duplicate.fuller else b"",
    )
    return Verdict(fate="copy" if duplicate else "original", duplicate=duplicate, change=change)


def source_of(article: Article) -> int:
    """Return 32 bits that say where the article stood: its outlet (case and accents don't count), else its address, else 0."""
    where = f"outlet {normalize(article.outlet)}" if article.outlet else f"url {article.url}" if article.url else ""
    return int.from_bytes(hashlib.blake2b(where.encode(), digest_size=4).digest()) or 1 if where else 0


def _event_time(article: Article, now: int) -> int:
    """Return the event time; one after `now` by more than an hour counts as `now`, since a clock was wrong."""
    if article.fetched_at is None or article.fetched_at > now + _FUTURE_S:
        return now
    return article.fetched_at


def _held(index: CopyIndex, article: Article, places: list[int], now: int) -> Literal["", "original", "copy"]:
    wanted, oldest = bytes.fromhex(article.id), now - index.config.window_s
    entries = [index.entry(place) for place in places]
    kinds = {bool(entry.of_age) for entry in entries if entry.id == wanted and entry.appended >= oldest}
    return "" if not kinds else "copy" if False not in kinds else "original"


def _usable(index: CopyIndex, places: Places, event: int, now: int) -> NDArray[np.bool_]:
    """Return which of the entries are in the window, by their own time and by the log."""
    window = index.config.window_s
    appended, events = index.entries["appended"][places], index.entries["event"][places]
    usable: NDArray[np.bool_] = (appended >= now - window) & (np.abs(events - event) <= window)
    return usable


def _equal(index: CopyIndex, article: Article, source: int, places: list[int]) -> list[_Equal]:
    """Return the entries of equal text, each by its original; copies whose original is forgotten don't count."""
    wanted, own_id = bytes.fromhex(article.content_id), bytes.fromhex(article.id)
    found = []
    for place in places:
        entry = index.entry(place)
        if entry.content != wanted or entry.id == own_id:
            continue
        at, original = (entry.of, index.entry(entry.of)) if entry.of_age else (place, entry)
        if not entry.of_age or original.age == entry.of_age:
            found.append(_Equal(at, original.age, own_text=at == place, same_source=bool(source) and entry.source == source))
    return found


def _equal_copy(index: CopyIndex, text: Fingerprint, equal: list[_Equal]) -> Copy | None:
    """Return a repeat before an exact copy; a text equal to a copy's alone is neither, since originals count."""
    ranked = sorted(equal, key=lambda found: (not found.same_source, not found.own_text, found.age))
    if not ranked or not (ranked[0].own_text or ranked[0].same_source):
        return None
    best = ranked[0]
    own_text = any(found.own_text and found.place == best.place for found in equal)
    similarity = 1.0 if own_text else overlap(text, *index.sample(best.place)).similarity
    return _copy(index, best.place, "repeat" if best.same_source else "exact", similarity)


def _near(index: CopyIndex, text: Fingerprint, positions: NDArray[np.intp], places: Places) -> list[_Near]:
    """Return the candidates that share runs with the text, the one with most in common first, the older one of equals."""
    # Leads are keys of originals only.
    rare = (positions >= _OWN_KEYS) & (np.bincount(positions, minlength=1) < COMMON).take(positions)
    hits = Counter(places[rare].tolist())
    runs, ages, much_longer = index.entries["runs"], index.entries["age"], _MUCH_LONGER * len(text.runs)
    likely = [place for place, count in hits.items() if count > 1 or runs.item(place) > much_longer]
    best = sorted(likely, key=lambda place: (-hits[place], ages.item(place)))[:_CANDIDATES]
    found = [_Near(place, ages.item(place), overlap(text, *index.sample(place))) for place in best]
    return sorted(found, key=lambda match: (-match.shared.shared_runs, match.age))


def _like_copy(index: CopyIndex, text: Fingerprint, near: list[_Near]) -> Copy | None:
    for match in near:
        first = index.first_sample(match.place)
        if is_copy(text, index.sample(match.place)[0], match.shared) and (first is None or overlap(text, *first).hits >= _FIRST_TEXT_HITS):
            kind: Kind = "excerpt" if is_excerpt(match.shared) else "near"
            return _copy(index, match.place, kind, match.shared.similarity, fuller=is_fuller(match.shared))
    return None


def _copy(index: CopyIndex, place: int, kind: Kind, similarity: float, *, fuller: bool = False) -> Copy:
    return Copy(of=index.entry(place).id.hex(), kind=kind, similarity=round(similarity, 3), fuller=fuller)
