"""Find the names in a text that may be places, each with a score of how its form and its neighbours speak for a place.

The scores are hundredths of a logit, fitted on labelled texts (docs/measurements.md, Places).
"""

import importlib.resources
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from streams.places.names import Name, Names, spaced

# Shorter names are written in capitals: "US", "UAE".
_SHORT = 3
_JOINING = " -"
_LIST_MARKS = (", ", "; ")


class Weights(NamedTuple):
    """The weight of each sign beside a name that it is a place."""

    at: int = 130
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
    comma_after: int = 80


WEIGHTS = Weights()
_OF = Weights._fields.index("of")
_OF_A_KIND = frozenset([Weights._fields.index("kind_of"), Weights._fields.index("body_before")])
_CAPITALS_ONLY = frozenset([Weights._fields.index("street_after"), Weights._fields.index("body_after")])


class Mention(NamedTuple):
    """A name at [start, end) of the text, with its score."""

    start: int
    end: int
    name: Name
    score: int


class DemonymMention(NamedTuple):
    """A demonym at [start, end) of the text, and the number of its country."""

    start: int
    end: int
    country: int


@cache
def _signs() -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Return the words before and those after a name, each with the number of its weight."""
    data = importlib.resources.files("streams.places").joinpath("data", "context.toml").read_text("utf-8")
    before, after = (
        {word: Weights._fields.index(sign) for sign, words in signs.items() for word in words} for signs in tomllib.loads(data).values()
    )
    return before, after


class Line(NamedTuple):
    """A text with its words (`spaced`); `title_end`: the end of a headline in title case, in which a capital is no sign."""

    text: str
    words: str
    title_end: int
    names: Names


def read_line(text: str, plain: str, names: Names, title_end: int) -> Line:
    """Return `text` for a search; `plain`: `text` folded, of the same length; `title_end`: the end of a headline in title case, else 0."""
    return Line(text, spaced(plain), title_end, names)


def find_mentions(line: Line, language: str | None, weights: Weights = WEIGHTS) -> tuple[list[Mention], list[DemonymMention]]:
    """Return the names of a text that may be places, whatever their score, and its demonyms, in order of offset.

    Args:
        line: the text.
        language: of the text; a demonym of another language does not count. None for any.
        weights: of the signs.
    """
    names = line.names
    mentions: list[Mention] = []
    demonyms: list[DemonymMention] = []
    patterns, cache, count = names.patterns, names.cache, len(names.gazetteer.keys)
    for start, end, pattern in _longest(line):
        number = patterns[pattern]
        if number < count:
            name = cache.get(number) or names.name(number)
            mentions.append(Mention(start, end, name, name.score + _before(line, start, weights) + _after(line, end, weights)))
        else:
            demonym = names.demonyms[number - count]
            if language is None or language in demonym.languages:
                demonyms.append(DemonymMention(start, end, demonym.country))
    return mentions, demonyms


def _longest(line: Line) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and pattern of the names and demonyms in a text that are written as such, the longest from the left."""
    text, names = line.text, line.names
    patterns, count = names.patterns, len(names.gazetteer.keys)
    matches = []
    for pattern, first, last in names.automaton.find_matches_as_indexes(line.words, overlapping=True):
        if text[first].isupper():
            if last - first > _SHORT + 2 or text[first : last - 2].isupper():
                matches.append((first, 2 - last, pattern))
        elif patterns[pattern] >= count and not names.demonyms[patterns[pattern] - count].needs_capital:
            matches.append((first, 2 - last, pattern))
    matches.sort()
    position = 0
    for start, end, pattern in matches:
        if start >= position:
            position = -end
            yield start, position, pattern


def _before(line: Line, start: int, weights: Weights) -> int:
    """Return the part of the score that the word before a name gives."""
    text, words = line.text, line.words
    # The words begin with one space more than the text.
    if start < 2 or text[start - 1] not in _JOINING or words[start - 1] == " ":
        return weights.listed if text[max(0, start - 2) : start] in _LIST_MARKS else 0
    first = words.rfind(" ", 0, start) + 1
    word = words[first:start]
    signs, _ = _signs()
    sign = signs.get(word)
    if sign == _OF and first > 1:
        beyond = signs.get(words[words.rfind(" ", 0, first - 1) + 1 : first - 1])
        return weights[beyond] if beyond in _OF_A_KIND else weights.of
    if sign is not None:
        return weights[sign]
    if text[first - 1].isupper() and start >= line.title_end:
        is_given = len(word) == 1 or word in line.names.gazetteer.given_names
        return weights.given_before if is_given else weights.capital_before
    return 0


def _after(line: Line, end: int, weights: Weights) -> int:
    """Return the part of the score that the word after a name gives."""
    text, words = line.text, line.words
    mark = text[end : end + 1]
    if mark not in _JOINING or not mark:
        return weights.comma_after if mark == "," else 0
    word = words[end + 2 : words.find(" ", end + 2)]
    if not word:
        return 0
    sign = _signs()[1].get(word)
    is_capital = text[end + 1].isupper()
    if sign is not None and (is_capital or sign not in _CAPITALS_ONLY):
        return weights[sign]
    return weights.capital_after if is_capital and end > line.title_end else 0
