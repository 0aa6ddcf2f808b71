"""Decide which names of a text are places, and which place each one means. Integers only, so that every machine decides alike."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from streams.places.gazetteer import COUNTRY, DIVISION
from streams.places.mentions import Mention
from streams.places.names import Candidate, Name

# What is added to the prior of a place: its division or country follows its name; other names of the text are in the same one.
_IN_COUNTRY, _IN_DIVISION = 24, 30
_COUNTRY_VOTE, _DIVISION_VOTE, _MAX_VOTE = 6, 12, 30
# What is added to the score of a name, in hundredths of a logit.
_CONTAINED, _COMPANY = 150, 150
# A mention with less is none, even where others of its name are: "Memphis Street".
_MIN_SCORE = -250
_MAX_GAP = 3
# A name's support, shared between the places that it may mean.
_WHOLE = 12
_CONTAINER_GAPS = (", ", " (", "., ", ",")
_Containers = Mapping[int, Sequence[Candidate]]
_NONE: Sequence[Candidate] = ()


class Sense(NamedTuple):
    """The spans of a name of the text, and the place that it means; `score`: of the best mention, in hundredths of a logit."""

    place: Candidate
    spans: list[tuple[int, int]]
    score: int


class _Support(NamedTuple):
    """How many names may be in each country and division, in twelfths; a name that may be in several has a part for each."""

    countries: dict[int, int]
    divisions: dict[int, int]

    def of(self, place: Candidate) -> int:
        """Return the support for a place, that of its own name with it."""
        support = min(_COUNTRY_VOTE * self.countries.get(place.country, 0) // _WHOLE, _MAX_VOTE)
        if place.kind == COUNTRY:
            return support
        return support + min(_DIVISION_VOTE * self.divisions.get(place.division, 0) // _WHOLE, _MAX_VOTE)


def resolve(text: str, mentions: Sequence[Mention], demonyms: Iterable[int]) -> list[Sense]:
    """Return the places that a text names, in order of their first mention: one place for each name.

    Args:
        text: headline and body.
        mentions: in order of offset.
        demonyms: the country of each demonym in the text.
    """
    groups: defaultdict[int, list[Mention]] = defaultdict(list)
    for mention in mentions:
        groups[mention.name.number].append(mention)
    containers = _containers(text, mentions)
    scores = {
        number: max([mention.score for mention in group]) + (_CONTAINED if number in containers else 0) for number, group in groups.items()
    }
    support = _support([groups[number][0].name for number, score in scores.items() if score >= 0], demonyms)
    chosen = {
        number: _choose(groups[number][0].name, containers.get(number, _NONE), support)
        for number, score in scores.items()
        if score + _COMPANY >= 0
    }
    names_of = Counter([*demonyms, *(place.country for number, place in chosen.items() if scores[number] >= 0)])
    senses = []
    for number, place in chosen.items():
        score = scores[number]
        if names_of[place.country] > (score >= 0):
            score += _COMPANY
        if score >= 0 and (spans := [mention[:2] for mention in groups[number] if mention.score >= _MIN_SCORE]):
            senses.append(Sense(place, spans, score))
    return senses


def _containers(text: str, mentions: Sequence[Mention]) -> _Containers:
    """Return number of a name -> the divisions and countries that directly follow it: "Valencia, Carabobo"."""
    containers: dict[int, list[Candidate]] = {}
    for mention, after in pairwise(mentions):
        if after.start - mention.end <= _MAX_GAP and text[mention.end : after.start] in _CONTAINER_GAPS:
            inner = mention.name.candidates
            outer = [one for one in after.name.candidates if any(_contains(one, candidate) for candidate in inner)]
            if outer:
                containers.setdefault(mention.name.number, []).extend(outer)
                containers.setdefault(after.name.number, []).extend(outer)
    return containers


def _support(names: Iterable[Name], demonyms: Iterable[int]) -> _Support:
    countries = dict.fromkeys(demonyms, _WHOLE)
    divisions: dict[int, int] = {}
    for name in names:
        for country in name.countries:
            countries[country] = countries.get(country, 0) + _WHOLE // len(name.countries)
        for division in name.divisions:
            divisions[division] = divisions.get(division, 0) + _WHOLE // len(name.divisions)
    return _Support(countries, divisions)


def _choose(name: Name, containers: Sequence[Candidate], support: _Support) -> Candidate:
    """Return the most likely place of a name."""
    best = name.candidates[0]
    if len(name.candidates) == 1:
        return best
    best_value = -1
    for candidate in name.candidates:
        value = candidate.prior + support.of(candidate)
        for outer in containers:
            if outer.place == candidate.place or _contains(outer, candidate):
                value += _IN_COUNTRY if outer.kind == COUNTRY else _IN_DIVISION
                break
        if value > best_value:
            best, best_value = candidate, value
    return best


def _contains(outer: Candidate, inner: Candidate) -> bool:
    if outer.place == inner.place:
        return False
    return inner.country == outer.place if outer.kind == COUNTRY else outer.kind == DIVISION and inner.division == outer.place
