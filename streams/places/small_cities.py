"""Find cities below 15,000 people, whose names count only where the text gives their division or country."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from streams.places.gazetteer import CITY
from streams.places.mentions import Mention
from streams.places.names import Candidate, Name, Names

# Before the name of a city, as words of a text.
_AT = (" in ", " at ", " near ", " from ", " of ", " downtown ", " en ", " de ", " em ", " a ", " nach ", " aus ")
_MAX_WORDS = 3
_MIN_CHARS = 4
_COMMA = ", "
# In hundredths of a logit, as fitted for larger ones: the division or country follows the name; it is only somewhere in the text.
_CONTAINED, _COMPANY = 150, 20


class _Phrase(NamedTuple):
    start: int
    end: int


def find_small_cities(text: str, words: str, mentions: Sequence[Mention], names: Names, divisions: Collection[int]) -> list[Mention]:
    """Return the small cities before their division or country, and those after a preposition that are in one of `divisions`.

    Args:
        text: headline and body.
        words: of the text, as from `spaced`.
        mentions: of other places, in order of offset.
        names: with the gazetteer.
        divisions: of other places of the text.
    """
    found: dict[int, Mention] = {}
    taken = {mention.start for mention in mentions}
    previous_end = 0
    for mention in mentions:
        outer = [one for one in mention.name.candidates if one.kind != CITY]
        if outer and text.startswith(_COMMA, mention.start - len(_COMMA)):
            for phrase in _phrases_before(text, words, mention.start - len(_COMMA), previous_end):
                _add(found, phrase, words, names, lambda city, outer=outer: any(city.country == one.place or city.division == one.place for one in outer), _CONTAINED)
        previous_end = mention.end
    if divisions:
        for start in _starts_after_prepositions(text, words):
            if start not in taken:
                for phrase in _phrases_from(text, words, start):
                    if _add(found, phrase, words, names, lambda city: city.division in divisions, _COMPANY):
                        break
    return list(found.values())


def _add(found, phrase, words, names, fits, score) -> bool:
    key = words[phrase.start + 1 : phrase.end + 1]
    if phrase.start in found or len(key) < _MIN_CHARS:
        return False
    cities = [city for place in names.gazetteer.small_cities(key) if fits(city := names.candidate(place))]
    if not cities:
        return False
    cities.sort(key=lambda city: (-city.prior, city.place))
    found[phrase.start] = Mention(phrase.start, phrase.end, Name(-1 - cities[0].place, tuple(cities), score), score)
    return True


def _starts_after_prepositions(text: str, words: str) -> Iterator[int]:
    for word in _AT:
        position = words.find(word)
        while position >= 0:
            start = position + len(word) - 1
            if text[start : start + 1].isupper():
                yield start
            position = words.find(word, position + 1)


def _phrases_from(text: str, words: str, start: int) -> list[_Phrase]:
    """Return the phrases of capitalised words that begin at `start`, the longest first."""
    phrases: list[_Phrase] = []
    first = start
    while len(phrases) < _MAX_WORDS and text[first : first + 1].isupper():
        end = words.find(" ", first + 1) - 1
        phrases.append(_Phrase(start, end))
        if text[end : end + 1] not in (" ", "-"):
            break
        first = end + 1
    return phrases[::-1]


def _phrases_before(text: str, words: str, end: int, floor: int) -> list[_Phrase]:
    """Return the phrases of capitalised words that end at `end`, the longest first, none before `floor`."""
    phrases: list[_Phrase] = []
    start = end + 1
    while len(phrases) < _MAX_WORDS and start > floor:
        start = words.rfind(" ", 0, start)
        if start < floor or not text[start : start + 1].isupper():
            break
        phrases.append(_Phrase(start, end))
        if text[start - 1 : start] not in (" ", "-"):
            break
    return phrases[::-1]
