"""Match the terms of all classes in one pass over the text, and resolve homonyms and context."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import NamedTuple

from streams.classify.class_records import ANY_LANGUAGE, NewsClass, TermGroup
from streams.classify.context import Context, Span
from streams.classify.fold import Folded, fold
from streams.classify.names import has_name_before, has_name_beside, is_name, is_sentence_case
from streams.classify.whole_words import WholeWords

CERTAIN_WEIGHT = 0.9
# Longer acronyms are also written as words: Conaf, Pdvsa.
ACRONYM_LETTERS = 3
_LOST_LETTER = "\ufffd"


@dataclass(frozen=True, slots=True)
class TermUse:
    """A pattern as a term of one class, with the conditions of its group.

    `near`, `unless`: numbers of sets of words (see `Context`); None for no condition. `only_after`, `not_after`: folded words; their
    `_phrases` and `not_before`: folded phrases with the space or comma that joins them to the term. `is_free`: no condition on neighbours.
    `is_unconditional`: no homonym, and no condition on other words. `capitals`: two offsets in the term, or one twice, that need a
    capital; None for no condition. `language`: None for any.
    """

    class_index: int
    weight: float
    language: str | None
    capitals: Span | None
    is_free: bool
    is_unconditional: bool
    near: int | None
    unless: int | None
    in_whole_text: bool
    alone: bool
    after_name: bool
    common_noun: bool
    only_after: frozenset[str]
    only_after_phrases: tuple[str, ...]
    not_after: frozenset[str]
    not_after_phrases: tuple[str, ...]
    not_before: tuple[str, ...]


class Hit(NamedTuple):
    """A term at [start, end) of the text; `pattern`: equal for equal terms. A NamedTuple is created five times faster than a dataclass."""

    start: int
    end: int
    pattern: int
    use: TermUse


# Hit(...) calls a Python function, which takes twice as long.
_new_hit = tuple.__new__


@dataclass(frozen=True, slots=True)
class Matcher:
    """The patterns and, by number, the uses of each in order of weight (none for a word that is only context) and its sets of words."""

    words: WholeWords
    uses: tuple[tuple[TermUse, ...], ...]
    word_sets: tuple[tuple[int, ...], ...]
    languages: frozenset[str]


def compile_matcher(classes: Sequence[NewsClass]) -> Matcher:
    """Compile the matcher of `classes`; `use.class_index` of a hit is the index in `classes`."""
    numbers: dict[str, int] = {}
    uses: defaultdict[int, list[TermUse]] = defaultdict(list)
    languages: set[str] = set()
    sets: dict[frozenset[int], int] = {}
    for class_index, news_class in enumerate(classes):
        for group in news_class.groups:
            for language, terms in group.terms.items():
                languages.add(language)
                required_language = language if group.own_language and language != ANY_LANGUAGE else None
                use = _term_use(class_index, group, required_language, numbers, sets)
                # Shared by terms with equal offsets of capitals: better for the CPU cache.
                with_capitals: dict[Span | None, TermUse] = {}
                for term in terms:
                    at = _capitals(term) if group.capital else None
                    if at not in with_capitals:
                        with_capitals[at] = replace(use, capitals=at)
                    for number in _numbers_of((term,), numbers):
                        uses[number].append(with_capitals[at])
    word_sets: defaultdict[int, list[int]] = defaultdict(list)
    for words, set_number in sets.items():
        for number in words:
            word_sets[number].append(set_number)
    return Matcher(
        words=WholeWords(list(numbers)),
        uses=tuple(tuple(sorted(uses[number], key=lambda use: -use.weight)) for number in range(len(numbers))),
        word_sets=tuple(tuple(word_sets[number]) for number in range(len(numbers))),
        languages=frozenset(languages),
    )


def _term_use(
    class_index: int, group: TermGroup, language: str | None, numbers: dict[str, int], sets: dict[frozenset[int], int]
) -> TermUse:
    not_after = [pattern for word in group.not_after for pattern in patterns_of(word)]
    only_after = [pattern for word in group.only_after for pattern in patterns_of(word)]
    return TermUse(
        class_index=class_index,
        weight=group.weight,
        language=language,
        capitals=None,
        is_free=not (group.alone or group.after_name or group.common_noun or group.only_after or group.not_after or group.not_before),
        is_unconditional=bool(group.weight) and not (group.near or group.unless),
        near=_set_number(group.near, numbers, sets),
        unless=_set_number(group.unless, numbers, sets),
        in_whole_text=group.within == "text",
        alone=group.alone,
        after_name=group.after_name,
        common_noun=group.common_noun,
        # A list of names or minerals has hundreds of words: one set lookup instead of str.endswith for each.
        only_after=frozenset(pattern for pattern in only_after if " " not in pattern),
        only_after_phrases=tuple(f" {pattern} " for pattern in only_after if " " in pattern),
        not_after=frozenset(pattern for pattern in not_after if " " not in pattern),
        not_after_phrases=tuple(f" {pattern} " for pattern in not_after if " " in pattern),
        not_before=tuple(f"{'' if word[0] in ',.' else ' '}{pattern}" for word in group.not_before for pattern in patterns_of(word)),
    )


def _set_number(words: Sequence[str], numbers: dict[str, int], sets: dict[frozenset[int], int]) -> int | None:
    """Return the number of the set of these words, None for no words; a new set is added to `sets`."""
    return sets.setdefault(frozenset(_numbers_of(words, numbers)), len(sets)) if words else None


def _numbers_of(terms: Iterable[str], numbers: dict[str, int]) -> tuple[int, ...]:
    """Return the number of each pattern of `terms`; new patterns are added to `numbers`."""
    return tuple(numbers.setdefault(pattern, len(numbers)) for term in terms for pattern in patterns_of(term))


def _capitals(term: str) -> Span | None:
    """Return the offsets that need a capital: M of "La Moneda", since a sentence may begin with "La"; the A of "USA", against "Usa"."""
    if term.isupper() and term.isalpha() and len(term) <= ACRONYM_LETTERS:
        return 0, len(term) - 1
    last = max((word.start() for word in re.finditer(r"\w+", term) if word[0][0].isupper()), default=None)
    return None if last is None else (last, last)


def patterns_of(term: str) -> tuple[str, ...]:
    """Return the folded forms of `term`: plain, and with its accented letters replaced by U+FFFD, as after a wrong charset."""
    lost = fold("".join(letter if letter.isascii() else _LOST_LETTER for letter in term)).text
    return tuple(dict.fromkeys((fold(term).text, lost)))


def find_hits(
    text: str, language: str | None, matcher: Matcher, headline_end: int = 0, masked: Sequence[Span] = (), *, folded: Folded | None = None
) -> dict[int, list[Hit]]:
    """Return class index -> its hits in `text`, in order of offset, not overlapping, with weights above 0.

    Args:
        text: not folded; offsets of the hits are its code points.
        language: of the text, for groups with `own_language`; None, or one without such a group, matches all groups.
        headline_end: the end of the headline, which no term may cross ("… turns north / Miami …"). Names beside a term are not
            looked for in a headline in title case.
        masked: half-open spans in which hits do not count.
        folded: `text` folded, where the caller has it.
    """
    text_language = language if language in matcher.languages else None
    context_spans: defaultdict[int, list[Span]] = defaultdict(list)
    candidates: defaultdict[int, list[Hit]] = defaultdict(list)
    namesakes: set[tuple[int, int]] = set()
    has_case = not text.islower()
    folded = folded or fold(text)
    plain = f" {folded.text} "
    as_is, uses, word_sets = folded.offsets is None, matcher.uses, matcher.word_sets
    for pattern, first, last in matcher.words.find(plain):
        start, end = span = (first - 1, last - 1) if as_is else folded.original_span(first - 1, last - 1)
        if start < headline_end < end:
            continue
        for number in word_sets[pattern]:
            context_spans[number].append(span)
        for use in uses[pattern]:
            if use.language is not None and text_language is not None and text_language != use.language:
                continue
            if use.capitals is not None and has_case and _lacks_capital(text, start, end, use.capitals):
                continue
            if not use.is_free:
                if _lacks_neighbour(text, plain, span, first, use):
                    continue
                if _has_wrong_neighbour(plain, first, last, use) or _is_named(text, span, use, headline_end):
                    namesakes.add((use.class_index, pattern))
                    continue
            candidates[use.class_index].append(_new_hit(Hit, (start, end, pattern, use)))
    context = Context(text, context_spans)
    valid = {number: _valid(candidates[number], context, masked) for number in sorted(candidates)}
    return {number: kept for number, hits in valid.items() if (kept := _without_namesakes(hits, namesakes))}


def _is_named(text: str, span: Span, use: TermUse, headline_end: int) -> bool:
    """Return whether text[span] is a name, or a part of one, that its group excludes; not in a headline in title case."""
    if not (use.alone or use.common_noun) or (span[0] < headline_end and not is_sentence_case(text[:headline_end])):
        return False
    return (use.alone and has_name_beside(text, *span)) or (use.common_noun and is_name(text, *span))


def _lacks_capital(text: str, start: int, end: int, capitals: Span) -> bool:
    """Return whether text[start:end] has a lower-case letter at an offset that needs a capital."""
    at, to = capitals
    return text[min(start + at, end - 1)].islower() or (to > at and text[min(start + to, end - 1)].islower())


def _lacks_neighbour(text: str, plain: str, span: Span, first: int, use: TermUse) -> bool:
    """Return whether the required word before a term is missing; the term is text[span], and begins at plain[first]."""
    if (use.only_after or use.only_after_phrases) and not (
        _word_before(plain, first) in use.only_after or plain.endswith(use.only_after_phrases, 0, first)
    ):
        return True
    return use.after_name and not has_name_before(text, *span)


def _word_before(plain: str, first: int) -> str:
    """Return the word that a space parts from the term at plain[first], or nothing."""
    return plain[plain.rfind(" ", 0, first - 1) + 1 : first - 1] if plain[first - 1] == " " else ""


def _has_wrong_neighbour(plain: str, first: int, last: int, use: TermUse) -> bool:
    """Return whether an excluded word directly precedes or follows plain[first:last]: "Ricardo" Maduro, Miami ", Ohio"."""
    if use.not_after and _word_before(plain, first) in use.not_after:
        return True
    if use.not_after_phrases and plain.endswith(use.not_after_phrases, 0, first):
        return True
    if not use.not_before or not plain.startswith(use.not_before, last):
        return False
    return any(plain.startswith(after, last) and not plain[last + len(after)].isalnum() for after in use.not_before)


def _without_namesakes(hits: list[Hit], namesakes: set[tuple[int, int]]) -> list[Hit]:
    """Return `hits` without names that the text gives in full to another person ("Elvira Chávez", later "Chávez").

    They are kept where another term makes the class certain: both may be in the text.
    """
    if not namesakes or any(hit.use.weight >= CERTAIN_WEIGHT for hit in hits):
        return hits
    may_be_name = [(hit.use.alone or hit.use.common_noun) and not (hit.use.only_after or hit.use.only_after_phrases) for hit in hits]
    return [hit for hit, may in zip(hits, may_be_name, strict=True) if not (may and (hit.use.class_index, hit.pattern) in namesakes)]


def _valid(hits: list[Hit], context: Context, masked: Sequence[Span]) -> list[Hit]:
    """Return the valid ones of `hits` without those inside a longer one, valid or not; of equal spans the highest valid weight is kept."""
    if _overlap(hits):
        kept: list[Hit] = []
        # Hits of equal spans are in order of weight, as `compile_matcher` sorts the uses.
        for hit in sorted(hits, key=itemgetter(0)):
            if not kept or hit[0] >= kept[-1][1]:
                kept.append(hit)
            elif hit[1] - hit[0] > (last := kept[-1])[1] - last[0] or (hit[:2] == last[:2] and not _is_valid(last, context, masked)):
                kept[-1] = hit
        hits = kept
    return [hit for hit in hits if (hit[3].is_unconditional and not masked) or _is_valid(hit, context, masked)]


def _overlap(hits: list[Hit]) -> bool:
    end = 0
    for hit in hits:
        if hit[0] < end:
            return True
        end = hit[1]
    return False


def _is_valid(hit: Hit, context: Context, masked: Sequence[Span]) -> bool:
    first, end, _, use = hit
    if not use.weight or (masked and any(start <= first < stop for start, stop in masked)):
        return False
    return use.is_unconditional or context.allows((first, end), use.near, use.unless, use.in_whole_text)
