"""Find the names in a text that may be places, each with a score of how its form and its neighbours speak for a place.

The scores are hundredths of a logit, fitted on labelled texts (docs/measurements.md, Places).
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from streams.places.context import words_after, words_before
from streams.places.demonyms import DemonymMention, of_countries
from streams.places.gazetteer import DIVISION
from streams.places.names import Name, Names
from streams.places.spellings import words_of

# Names of a text that are read, and demonyms: 3,116 real articles have at most 248 and 98, none of them over a name in 40 characters and 20
# more, while texts of nothing but names take seconds.
MAX_MENTIONS = 300
MAX_ANY_MENTIONS, CHARACTERS_PER_MENTION = 20, 40
_JOINING = " -"
# Words of a name that do not count as its span, in small letters: "Punjab province".
_GENERIC = (b" province ", b" state ", b" district ", b" region ", b" governorate ", b" prefecture ")
_LIST_MARKS = (", ", "; ")
# As in "Dr. Santiago".
_FULL_STOP = ". "
_SPACE = ord(" ")
CAPITALS = frozenset(range(ord("A"), ord("Z") + 1))
_SMALL_LETTERS = frozenset(range(ord("a"), ord("z") + 1))
_SENTENCE_ENDS = (". ", "! ", "? ")
# Languages whose words have many forms, which word lists lack: "Apure el paso".
_INFLECTED = frozenset(["es", "pt", "fr", "it"])
# Mention(...) calls a Python function, which takes twice as long.
_new = tuple.__new__


class Weights(NamedTuple):
    """The weight of each sign beside a name that it is a place."""

    at: int = 130
    part_of: int = 130
    of: int = 30
    kind_of: int = 100
    listed: int = 40
    capital_before: int = -130
    given_before: int = -200
    title_before: int = -200
    body_before: int = -200
    capital_after: int = -145
    street_after: int = -300
    body_after: int = -180
    public_after: int = 70
    says_after: int = -60
    nature_before: int = -500
    nature_after: int = -500
    thing_after: int = -500
    comma_after: int = 80
    first_word: int = -100
    first_division: int = -200


WEIGHTS = Weights()
_OF_A_KIND = frozenset(["kind_of", "body_before", "nature_before"])
_WIDER = "wider"
_CAPITALS_ONLY = frozenset(["street_after", "body_after", "nature_after"])


class _Signs(NamedTuple):
    """The weights of folded words beside a name; of the word before an "of"; of a word after that begins with a capital."""

    before: dict[bytes, int]
    of: frozenset[bytes]
    before_of: dict[bytes, int]
    after: dict[bytes, int]
    capitalised_after: dict[bytes, int]
    titles: frozenset[bytes]
    wider: tuple[bytes, ...]


@cache
def _signs() -> _Signs:
    """Return the signs of `data/context.toml` with their weights."""
    before = _weighted({sign: words for sign, words in words_before().items() if sign != _WIDER})
    return _Signs(
        before=before,
        of=frozenset(word for word in map(str.encode, words_before()["of"]) if before[word] == WEIGHTS.of),
        before_of=_weighted({sign: words_before()[sign] for sign in _OF_A_KIND}),
        after=_weighted({sign: words for sign, words in words_after().items() if sign not in _CAPITALS_ONLY}),
        capitalised_after=_weighted(words_after()),
        titles=frozenset(map(str.encode, words_before()["title_before"])),
        wider=tuple(b" %b " % word.encode() for word in words_before()[_WIDER]),
    )


def _weighted(words_by_sign: Mapping[str, Iterable[str]]) -> dict[bytes, int]:
    return {word.encode(): getattr(WEIGHTS, sign) for sign, words in words_by_sign.items() for word in words}


class Mention(NamedTuple):
    """A name at [start, end) of the text, with its score."""

    start: int
    end: int
    name: Name
    score: int


class Line(NamedTuple):
    """A text with its words (`words_of`), in lower case too; `title_end`: of a headline in title case, where capitals are no sign."""

    text: str
    words: bytes
    lower: bytes
    title_end: int
    names: Names


def read_line(text: str, cased: str, names: Names, title_end: int) -> Line:
    """Return `text` for a search; `cased`: the same without accents; `title_end`: the end of a headline in title case, else 0."""
    words = words_of(cased)
    return Line(text, words, words.lower(), title_end, names)


def find_mentions(line: Line, language: str | None) -> tuple[list[Mention], list[DemonymMention]]:
    """Return the first names of a text that may be places, whatever their score, and its first demonyms, in order of offset.

    Args:
        line: the text.
        language: of the text; a demonym of another language does not count. None for any.
    """
    names, words = line.names, line.words
    numbers, names_by_number, first_demonym = names.numbers, names.cache, names.first_demonym
    signs = _signs()
    is_inflected = language in _INFLECTED
    mentions: list[Mention] = []
    demonyms: list[DemonymMention] = []
    limit = min(MAX_MENTIONS, MAX_ANY_MENTIONS + len(line.text) // CHARACTERS_PER_MENTION)
    for pattern, start, end in names.capitalised.find_matches_as_indexes(words):
        if words[start - 1] != _SPACE:
            continue
        number = numbers[pattern]
        if number < first_demonym:
            name = names_by_number.get(number) or names.name(number)
            name_end = words.rfind(b" ", 0, end - 1) + 1 if words.endswith(_GENERIC, start, end) else end
            score = name[2] + _context(line, start, name_end, signs)
            if is_inflected and _is_first_word(line, start, name_end):
                score += WEIGHTS.first_division if name[1][0].kind == DIVISION else WEIGHTS.first_word
            mentions.append(_new(Mention, (start - 1, name_end - 2, name, score)))
            if len(mentions) == limit:
                break
        else:
            demonym = names.demonyms[number - first_demonym]
            if (language is None or language in demonym.languages) and not _is_other_demonym(line, start, signs):
                demonyms.append(DemonymMention(start - 1, end - 2, demonym.country))
    if language is None or language in names.lower_languages:
        demonyms = sorted([*demonyms, *_lower_demonyms(line, language, mentions)])
    return mentions, of_countries(line.text, line.lower, demonyms[:MAX_MENTIONS])


def _lower_demonyms(line: Line, language: str | None, mentions: Sequence[Mention]) -> Iterator[DemonymMention]:
    """Yield the demonyms in small letters that are no part of a name: "República dominicana"."""
    names = line.names
    starts = [one.start for one in mentions]
    for pattern, start, end in names.lower.find_matches_as_indexes(line.words, overlapping=True)[: 2 * MAX_MENTIONS]:
        demonym = names.demonyms[names.lower_numbers[pattern]]
        before = bisect_right(starts, start)
        is_inside = before > 0 and start < mentions[before - 1].end
        if (language is None or language in demonym.languages) and not is_inside:
            yield DemonymMention(start, end - 2, demonym.country)


def _is_other_demonym(line: Line, start: int, signs: _Signs) -> bool:
    """Return whether a demonym is a person's name or of a part of the world: "Mark Cuban", "Latin American"."""
    if line.lower.endswith(signs.wider, 0, start):
        return True
    first = line.lower.rfind(b" ", 0, start - 1) + 1
    is_joined = start > 2 and line.text[start - 2] == " " and line.words[first] in CAPITALS
    return is_joined and line.lower[first : start - 1] in line.names.gazetteer.given_names


def _context(line: Line, start: int, end: int, signs: _Signs) -> int:
    """Return the part of the score of a name that its neighbours give; a comma behind a person's name is that of an apposition."""
    before = _before(line, start, signs)
    after = _after(line, end, signs)
    return before if after == WEIGHTS.comma_after and before <= WEIGHTS.given_before else before + after


def _is_first_word(line: Line, start: int, end: int) -> bool:
    """Return whether a name is one word that begins a sentence, where any word has a capital, with a word in small letters behind it."""
    text, words = line.text, line.words
    is_first = start < 3 or text[start - 2] == "\n" or text[start - 3 : start - 1] in _SENTENCE_ENDS
    return is_first and text[end - 2 : end - 1] == " " and words[end] in _SMALL_LETTERS and words.find(b" ", start, end - 1) < 0


def _before(line: Line, start: int, signs: _Signs) -> int:
    """Return the part of the score that the word before a name gives; `start`: in the words, which begin with one space more."""
    text, words, lower, title_end, names = line
    is_of_a_party = text[start - 2] == "-" and lower[start - 3] == _SPACE  # "D-Florence"
    if start < 3 or text[start - 2] not in _JOINING or lower[start - 2] == _SPACE or is_of_a_party:
        marks = text[max(0, start - 3) : start - 1]
        if marks == _FULL_STOP and lower[lower.rfind(b" ", 0, start - 2) + 1 : start - 2] in signs.titles:
            return WEIGHTS.title_before
        return WEIGHTS.listed if marks in _LIST_MARKS else 0
    first = lower.rfind(b" ", 0, start - 1) + 1
    word = lower[first : start - 1]
    weight = signs.before.get(word)
    if weight is not None:
        if first > 2 and word in signs.of:
            return signs.before_of.get(lower[lower.rfind(b" ", 0, first - 1) + 1 : first - 1], weight)
        return weight
    if words[first] in CAPITALS and start > title_end:
        is_given = len(word) == 1 or word in names.gazetteer.given_names
        return WEIGHTS.given_before if is_given else WEIGHTS.capital_before
    return 0


def _after(line: Line, end: int, signs: _Signs) -> int:
    """Return the part of the score that the word after a name gives; `end`: in the words, behind the space after the name."""
    text, words, lower, title_end, _ = line
    mark = text[end - 2 : end - 1]
    if mark == ",":
        return WEIGHTS.comma_after
    if not mark or mark not in _JOINING:
        return 0
    word = lower[end : lower.find(b" ", end)]
    if not word:
        return 0
    if words[end] in CAPITALS:
        weight = signs.capitalised_after.get(word)
        return weight if weight is not None else WEIGHTS.capital_after if end - 2 > title_end else 0
    return signs.after.get(word, 0)
