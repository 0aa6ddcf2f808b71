"""Find cities below 15,000 people, whose names count only where the text gives their division or country."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from streams.places.gazetteer import CITY
from streams.places.mentions import CAPITALS, Line, Mention
from streams.places.names import Name, Names, name_of

# Before the name of a city, as words of a text.
_AT = (b" in A", b" at A", b" near A", b" from A", b" en A", b" em A", b" of A", b" and A")
_AS_A = bytes(ord("A") if ord("A") <= code <= ord("Z") else code for code in range(256))
_A = ord("A")
_MAX_WORDS = 3
MAX_STARTS = 500  # of a text that are looked at
_MIN_CHARS = 4
_COMMA = ", "
_JOINING = (" ", "-")
# In hundredths of a logit, as fitted for larger ones: the division or country follows the name; it is only somewhere in the text.
_CONTAINED, _COMPANY = 150, 20


def find_small_cities(line: Line, mentions: Sequence[Mention], divisions: Collection[int]) -> list[Mention]:
    """Return the small cities before their division or country, and those after a preposition that are in one of `divisions`.

    Args:
        line: the text, with its words.
        mentions: of other places, in order of offset.
        divisions: of other places of the text.
    """
    found: dict[int, Mention] = {}
    text, previous_end = line.text, 0
    for start, end, name, _ in mentions:
        if text.startswith(_COMMA, start - len(_COMMA)) and (outer := {one.place for one in name.candidates if one.kind != CITY}):
            _add(found, _phrases_before(line, start - len(_COMMA), previous_end), line, outer, _CONTAINED)
        previous_end = end
    if divisions:
        taken = {mention.start for mention in mentions}
        for start in islice(_starts_after_prepositions(line), MAX_STARTS):
            if start not in taken:
                taken.add(start)
                _add(found, _phrases_from(line, start), line, divisions, _COMPANY)
    return list(found.values())


def with_small_cities(mentions: Sequence[Mention], divisions: Collection[int], names: Names) -> Sequence[Mention]:
    """Return `mentions`, whose names may mean small cities in `divisions` too: "Athens" in a text of Tennessee."""
    widened: dict[int, Name] = {}
    for number, name in {mention.name.number: mention.name for mention in mentions if mention.name.candidates[0].kind == CITY}.items():
        near = [city for city in names.small_cities_of(name) if city.division in divisions]
        if near:
            widened[number] = name_of(number, [*name.candidates, *near], name.score)
    if not widened:
        return mentions
    return [mention._replace(name=widened.get(mention.name.number, mention.name)) for mention in mentions]


def _add(found: dict[int, Mention], phrases: Iterable[tuple[int, int]], line: Line, outer: Collection[int], score: int) -> None:
    """Add the first phrase that names a small city in one of `outer`, divisions or countries."""
    small_cities, lower = line.names.gazetteer.small_cities, line.lower
    for start, end in phrases:
        if start in found or end - start < _MIN_CHARS:
            continue
        if places := small_cities(lower[start + 1 : end + 1], outer):
            cities = [line.names.candidate(place) for place in places]
            found[start] = Mention(start, end, name_of(-1 - cities[0].place, cities, score), score)
            return


def _starts_after_prepositions(line: Line) -> Iterator[int]:
    """Yield where a capitalised word follows a preposition, or a comma as in a list."""
    words, text = line.words.translate(_AS_A), line.text
    for word in _AT:
        position = words.find(word)
        while position >= 0:
            yield position + len(word) - 2
            position = words.find(word, position + 1)
    position = text.find(_COMMA)
    while position >= 0:
        if words[position + 3] == _A:
            yield position + 2
        position = text.find(_COMMA, position + 2)


def _phrases_from(line: Line, start: int) -> list[tuple[int, int]]:
    """Return the phrases of capitalised words that begin at `start`, the longest first."""
    text, words = line.text, line.words
    end = words.find(b" ", start + 1) - 1
    phrases = [(start, end)]
    while len(phrases) < _MAX_WORDS and text[end : end + 1] in _JOINING and words[end + 2] in CAPITALS:
        end = words.find(b" ", end + 2) - 1
        phrases.append((start, end))
    return phrases[::-1]


def _phrases_before(line: Line, end: int, floor: int) -> list[tuple[int, int]]:
    """Return the phrases of capitalised words that end at `end`, the longest first, none before `floor`."""
    phrases: list[tuple[int, int]] = []
    start = end + 1
    while len(phrases) < _MAX_WORDS and start > floor:
        start = line.words.rfind(b" ", 0, start)
        if start < floor or not line.text[start : start + 1].isupper():
            break
        phrases.append((start, end))
        if line.text[start - 1 : start] not in (" ", "-"):
            break
    return phrases[::-1]
