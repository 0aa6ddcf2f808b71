"""All terms of all classes in one automaton, and the hits of a text, homonyms and context settled (one pass over the text)."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from streams.classify.class_records import ANY_LANGUAGE, NewsClass, TermGroup
from streams.classify.fold import fold
from streams.classify.names import has_name_before, has_name_beside, is_sentence_case

# How far a sentence is looked for on either side of a hit, in code points: text without full stops must not make it dear.
SENTENCE_CHARS = 300
CERTAIN_WEIGHT = 0.9
# Longer ones are written as words too: Conaf, Pdvsa.
ACRONYM_LETTERS = 3
# The shipped classes have 130,000 characters of patterns, all on: 27 MB.
_DFA_CHARS = 200_000
_SENTENCE_ENDS = (". ", "! ", "? ", "\n", ".\u201d ", '." ')

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Use:
    """What a pattern means to one class.

    `near`, `unless`: numbers of patterns. `not_after`: folded words. `only_after`, `not_after_phrases`, `not_before`: folded words or more
    with the space or comma that joins them to the term. `is_free`: it takes any neighbour.
    `capitals`: two places in the term, or one twice, where a capital must stand, None for nowhere. `language` is None where any will do.
    """

    class_index: int
    weight: float
    language: str | None
    capitals: Span | None
    is_free: bool
    near: frozenset[int]
    unless: frozenset[int]
    anywhere: bool
    alone: bool
    after_name: bool
    only_after: tuple[str, ...]
    not_after: frozenset[str]
    not_after_phrases: tuple[str, ...]
    not_before: tuple[str, ...]


class Hit(NamedTuple):
    """A term at [start, end) of the text; `pattern` is equal for equal terms. A tuple: five times as fast to make as a frozen record."""

    start: int
    end: int
    pattern: int
    use: Use


# Hit(...) goes through a function of its own, which takes twice as long.
_new_hit = tuple.__new__


@dataclass(frozen=True, slots=True)
class Matcher:
    """The automaton and, for the number of each pattern, its uses (none for a word that is only context) and whether it is context."""

    automaton: AhoCorasick
    uses: tuple[tuple[Use, ...], ...]
    is_context: tuple[bool, ...]
    languages: frozenset[str]


def compile_matcher(classes: Sequence[NewsClass]) -> Matcher:
    """Return the matcher of `classes`; a hit's `use.class_index` counts in their order."""
    numbers: dict[str, int] = {}
    uses: defaultdict[int, list[Use]] = defaultdict(list)
    languages: set[str] = set()
    for class_index, news_class in enumerate(classes):
        for group in news_class.groups:
            for language, terms in group.terms.items():
                languages.add(language)
                spoken = language if group.own_language and language != ANY_LANGUAGE else None
                use = _use(class_index, group, spoken, numbers)
                # One for each place of the capitals, not for each term: what is read together lies together.
                with_capitals: dict[Span | None, Use] = {}
                for term in terms:
                    at = _capitals(term) if group.capital else None
                    if at not in with_capitals:
                        with_capitals[at] = replace(use, capitals=at)
                    for number in _numbers_of((term,), numbers):
                        uses[number].append(with_capitals[at])
    # A DFA is a quarter faster; of 200 classes it would take hundreds of MB.
    kind = Implementation.DFA if sum(map(len, numbers)) < _DFA_CHARS else None
    automaton = AhoCorasick(list(numbers), implementation=kind)
    context = frozenset(number for found in uses.values() for use in found for number in (*use.near, *use.unless))
    return Matcher(
        automaton=automaton,
        uses=tuple(tuple(uses[number]) for number in range(len(numbers))),
        is_context=tuple(number in context for number in range(len(numbers))),
        languages=frozenset(languages),
    )


def _use(class_index: int, group: TermGroup, language: str | None, numbers: dict[str, int]) -> Use:
    not_after = [pattern for word in group.not_after for pattern in patterns_of(word)]
    return Use(
        class_index=class_index,
        weight=group.weight,
        language=language,
        capitals=None,
        is_free=not (group.alone or group.after_name or group.only_after or group.not_after or group.not_before),
        near=frozenset(_numbers_of(group.near, numbers)),
        unless=frozenset(_numbers_of(group.unless, numbers)),
        anywhere=group.within == "text",
        alone=group.alone,
        after_name=group.after_name,
        only_after=tuple(f" {pattern} " for word in group.only_after for pattern in patterns_of(word)),
        # A list of given names has hundreds: one look into a set, where str.endswith tries each.
        not_after=frozenset(pattern for pattern in not_after if " " not in pattern),
        not_after_phrases=tuple(f" {pattern} " for pattern in not_after if " " in pattern),
        not_before=tuple(f"{'' if word[0] in ',.' else ' '}{pattern}" for word in group.not_before for pattern in patterns_of(word)),
    )


def _numbers_of(terms: Iterable[str], numbers: dict[str, int]) -> tuple[int, ...]:
    """Return the number of each pattern of `terms`, giving new ones where needed."""
    return tuple(numbers.setdefault(pattern, len(numbers)) for term in terms for pattern in patterns_of(term))


def _capitals(term: str) -> Span | None:
    """Return where a text must have capitals: "La Moneda" needs its M, for any sentence may begin with "La"; "USA" its A, for "Usa"."""
    if term.isupper() and term.isalpha() and len(term) <= ACRONYM_LETTERS:
        return 0, len(term) - 1
    last = max((word.start() for word in re.finditer(r"\w+", term) if word[0][0].isupper()), default=None)
    return None if last is None else (last, last)


def patterns_of(term: str) -> tuple[str, ...]:
    """Return `term` as it stands in folded texts: plain, and with its accented letters lost to a wrong charset (U+FFFD)."""
    lost = fold("".join(letter if letter.isascii() else "\ufffd" for letter in term)).text
    return tuple(dict.fromkeys((fold(term).text, lost)))


def find_hits(
    text: str, language: str | None, matcher: Matcher, headline_end: int = 0, masked: Sequence[Span] = ()
) -> dict[int, list[Hit]]:
    """Return by the number of each class found its hits in `text`, in order of place, none overlapping, weights above 0.

    Args:
        text: as it is; offsets of the hits are its code points.
        language: of the text, for the groups of `own_language`; None, or one that no class speaks, counts all.
        headline_end: where the headline ends. No term reaches across it ("… turns north / Miami …"). Where it gives every word a capital,
            a name beside a term can't be told by it.
        masked: half-open spans that are no part of what the text says.
    """
    spoken = language if language in matcher.languages else None
    places: defaultdict[int, list[Span]] = defaultdict(list)
    candidates: defaultdict[int, list[Hit]] = defaultdict(list)
    others: set[tuple[int, int]] = set()
    has_case = not text.islower()
    names_from = 0 if is_sentence_case(text[:headline_end]) else headline_end
    folded = fold(text)
    plain = f" {folded.text} "
    as_is, uses, is_context = folded.offsets is None, matcher.uses, matcher.is_context
    for pattern, first, last in matcher.automaton.find_matches_as_indexes(plain, overlapping=True):
        if plain[first - 1].isalnum() or plain[last].isalnum():
            continue
        start, end = (first - 1, last - 1) if as_is else folded.place(first - 1, last - 1)
        if start < headline_end < end:
            continue
        if is_context[pattern]:
            places[pattern].append((start, end))
        for use in uses[pattern]:
            if use.language is not None and spoken is not None and spoken != use.language:
                continue
            if use.capitals is not None and has_case and _is_small(text, start, end, use.capitals):
                continue
            if not use.is_free and _lacks_neighbour(text, plain, (start, end), first, use):
                continue
            if use.is_free or not (
                _has_wrong_neighbour(plain, first, last, use) or (use.alone and start >= names_from and has_name_beside(text, start, end))
            ):
                candidates[use.class_index].append(_new_hit(Hit, (start, end, pattern, use)))
            else:
                others.add((use.class_index, pattern))
    settled = ((number, [hit for hit in _longest(found) if _counts(hit, text, places, masked)]) for number, found in candidates.items())
    return dict(sorted((number, hits) for number, found in settled if (hits := _without_namesakes(found, others))))


def _is_small(text: str, start: int, end: int, capitals: Span) -> bool:
    """Tell whether text[start:end] has a small letter where it needs a capital."""
    at, to = capitals
    return text[min(start + at, end - 1)].islower() or (to > at and text[min(start + to, end - 1)].islower())


def _lacks_neighbour(text: str, plain: str, place: Span, first: int, use: Use) -> bool:
    """Tell whether what must stand directly before a term does not; the term is text[place], and begins at plain[first]."""
    if use.only_after and not plain.endswith(use.only_after, 0, first):
        return True
    return use.after_name and not has_name_before(text, *place)


def _has_wrong_neighbour(plain: str, first: int, last: int, use: Use) -> bool:
    """Tell whether a word directly before or after plain[first:last] makes something else of it: "Ricardo" Maduro, Miami ", Ohio"."""
    if use.not_after and plain[plain.rfind(" ", 0, first - 1) + 1 : first - 1] in use.not_after and plain[first - 1] == " ":
        return True
    if use.not_after_phrases and plain.endswith(use.not_after_phrases, 0, first):
        return True
    if not use.not_before or not plain.startswith(use.not_before, last):
        return False
    return any(plain.startswith(after, last) and not plain[last + len(after)].isalnum() for after in use.not_before)


def _without_namesakes(hits: list[Hit], others: set[tuple[int, int]]) -> list[Hit]:
    """Return `hits` without the names that the text gives to somebody else in full ("Elvira Chávez", later "Chávez").

    Where another term makes the class certain they stay: both may be in the text.
    """
    if not others or any(hit.use.weight >= CERTAIN_WEIGHT for hit in hits):
        return hits
    return [hit for hit in hits if not (hit.use.alone and not hit.use.only_after and (hit.use.class_index, hit.pattern) in others)]


def _longest(hits: list[Hit]) -> list[Hit]:
    """Return `hits` without those that overlap a longer one; of equal places the heaviest use stays."""
    if not _overlap(hits):
        return hits
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, -hit.use.weight)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
        elif hit.end - hit.start > kept[-1].end - kept[-1].start:
            kept[-1] = hit
    return kept


def _overlap(hits: list[Hit]) -> bool:
    end = 0
    for hit in hits:
        if hit[0] < end:
            return True
        end = hit[1]
    return False


def _counts(hit: Hit, text: str, places: Mapping[int, list[Span]], masked: Sequence[Span]) -> bool:
    use = hit.use
    if not use.weight or (masked and any(start <= hit.start < end for start, end in masked)):
        return False
    if not use.near and not use.unless:
        return True
    # A text has few of a group's hundreds of words, mostly none: the set is looked through by the smaller side.
    near, unless = use.near.intersection(places), use.unless.intersection(places)
    if not near and not unless:
        return not use.near
    around = (0, len(text)) if use.anywhere else sentence_around(text, hit.start, hit.end)
    if use.near and not any(_stands(places[word], around, hit) for word in near):
        return False
    return not any(_stands(places[word], around, hit) for word in unless)


def _stands(spans: list[Span], around: Span, hit: Hit) -> bool:
    """Tell whether one of `spans` (in order of place) stands within `around` and outside of `hit`."""
    first = bisect_left(spans, (around[0], 0))
    # A hit overlaps few places of one word: the one or two after its own start are skipped, the next decides.
    return any(end <= around[1] and (end <= hit.start or start >= hit.end) for start, end in spans[first : first + 3])


def sentence_around(text: str, start: int, end: int) -> Span:
    """Return the half-open sentence that [start, end) stands in, at most `SENTENCE_CHARS` further on either side."""
    floor, ceiling = max(0, start - SENTENCE_CHARS), min(len(text), end + SENTENCE_CHARS)
    before = max(text.rfind(mark, floor, start) for mark in _SENTENCE_ENDS)
    after = [place for mark in _SENTENCE_ENDS if (place := text.find(mark, end, ceiling)) >= 0]
    return (floor if before < 0 else before + 1, min(after, default=ceiling))
