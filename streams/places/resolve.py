"""Decide which names of a text are places, and which place each one means. Integers only, so that every machine decides alike."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from streams.places.gazetteer import CITY, COUNTRY, DIVISION
from streams.places.mentions import Mention
from streams.places.names import COUNTRY_PRIOR, MICROSTATE_BONUS, WHOLE, Candidate, Name

# What is added to the prior of a place: its division or country follows its name; other names of the text are in the same one.
_IN_COUNTRY, _IN_DIVISION = 24, 30
_COUNTRY_VOTE, _DIVISION_VOTE, _MAX_VOTE = 6, 12, 30
_COUNTRY_PARTS, _DIVISION_PARTS = WHOLE * _MAX_VOTE // _COUNTRY_VOTE, WHOLE * _MAX_VOTE // _DIVISION_VOTE
# What is added to the score of a name, in hundredths of a logit.
_CONTAINED, _COMPANY = 150, 150
# A name that the text gives to a person; the signs beside one mention that make it a person's, and those beside one that make it a place.
_PERSON, _PERSON_SIGN, _PLACE_SIGN = -300, -190, 100
# A mention with less is none, even where others of its name are: "Memphis Street".
_MIN_SCORE = -250
_MAX_GAP = 3
_CONTAINER_GAPS = (", ", " (", "., ", ",")
_Containers = Mapping[int, Sequence[Candidate]]
_NONE: Sequence[Candidate] = ()


class Sense(NamedTuple):
    """The spans of a name of the text, and the place that it means; `score`: of the best mention, in hundredths of a logit."""

    place: Candidate
    spans: list[tuple[int, int]]
    score: int


class _Support(NamedTuple):
    """What each country and division adds to the value of a place in it, and the most that both add to one."""

    countries: dict[int, int]
    divisions: dict[int, int]
    spoken: frozenset[int]
    most: int


def resolve(text: str, mentions: Sequence[Mention], demonyms: Sequence[int], spoken: frozenset[int] = frozenset()) -> list[Sense]:
    """Return the places that a text names, in order of their first mention: one place for each name.

    Args:
        text: headline and body.
        mentions: in order of offset.
        demonyms: the country of each demonym in the text.
        spoken: the countries of the language of the text.
    """
    groups, scores = _grouped(mentions)
    containers = _containers(text, mentions)
    for number in containers:
        scores[number] += _CONTAINED
    # Names that no company makes places are left out.
    scores = {number: score for number, score in scores.items() if score >= -_COMPANY}
    support = _support([groups[number][0].name for number, score in scores.items() if score >= 0], demonyms, spoken)
    chosen = {number: _choose(groups[number][0].name, containers.get(number, _NONE), support) for number in scores}
    names_of = dict.fromkeys(demonyms, 1)
    for number, place in chosen.items():
        if scores[number] >= 0:
            names_of[place.country] = names_of.get(place.country, 0) + 1
    senses = []
    for number, place in chosen.items():
        score = scores[number]
        if names_of.get(place.country, 0) > (score >= 0):
            score += _COMPANY
        if score >= 0 and (spans := [mention[:2] for mention in groups[number] if mention[3] >= _MIN_SCORE]):
            senses.append(Sense(place, spans, score))
    return senses


def _grouped(mentions: Iterable[Mention]) -> tuple[dict[int, list[Mention]], dict[int, int]]:
    """Return the mentions of each name by its number, and the score of the best one; a person's name has less."""
    groups: dict[int, list[Mention]] = {}
    scores: dict[int, int] = {}
    for mention in mentions:
        number, score = mention[2][0], mention[3]
        if number in groups:
            groups[number].append(mention)
            scores[number] = max(scores[number], score)
        else:
            groups[number], scores[number] = [mention], score
    for number, group in groups.items():
        if len(group) > 1 and _is_of_a_person(group):
            scores[number] += _PERSON
    return groups, scores


def _is_of_a_person(group: Sequence[Mention]) -> bool:
    """Return whether the text gives a name to a person ("Raúl Barinas") and nowhere puts it as a place ("in Barinas")."""
    own = group[0].name.score
    return min([mention[3] for mention in group]) - own <= _PERSON_SIGN and max(mention[3] for mention in group) - own < _PLACE_SIGN


def _containers(text: str, mentions: Sequence[Mention]) -> _Containers:
    """Return number of a name -> the divisions and countries that directly follow it: "Valencia, Carabobo"."""
    containers: dict[int, list[Candidate]] = {}
    for mention, after in pairwise(mentions):
        if after[0] - mention[1] <= _MAX_GAP and text[mention[1] : after[0]] in _CONTAINER_GAPS:
            inner = mention.name.candidates
            outer = [one for one in after.name.candidates if any(_contains(one, candidate) for candidate in inner)]
            if outer:
                containers.setdefault(mention.name.number, []).extend(outer)
                containers.setdefault(after.name.number, []).extend(outer)
    return containers


def _support(names: Iterable[Name], demonyms: Iterable[int], spoken: frozenset[int]) -> _Support:
    """Count the names that may be in each country and division; a name that may be in several has a part for each."""
    countries = dict.fromkeys(demonyms, WHOLE)
    divisions: dict[int, int] = {}
    for name in names:
        part = name.country_part
        for country in name.countries:
            countries[country] = countries.get(country, 0) + part
        part = name.division_part
        for division in name.divisions:
            divisions[division] = divisions.get(division, 0) + part
    by_country = {key: _COUNTRY_VOTE * parts // WHOLE if parts < _COUNTRY_PARTS else _MAX_VOTE for key, parts in countries.items()}
    by_division = {key: _DIVISION_VOTE * parts // WHOLE if parts < _DIVISION_PARTS else _MAX_VOTE for key, parts in divisions.items()}
    most = max(by_country.values(), default=0) + max(by_division.values(), default=0)
    return _Support(by_country, by_division, spoken, most)


def _choose(name: Name, containers: Sequence[Candidate], support: _Support) -> Candidate:
    """Return the most likely place of a name."""
    candidates = name.candidates
    best = candidates[0]
    if len(candidates) == 1:
        return best
    best_value = -1
    by_country, by_division, _, most = support
    most += _IN_DIVISION if containers else 0
    for candidate in candidates:
        _, _, country, division, prior = candidate
        if prior + most <= best_value:
            # Candidates are in order of their priors: no later one has more.
            break
        value = prior + by_country.get(country, 0) + by_division.get(division, 0)
        for outer in containers:
            if outer.place == candidate.place or _contains(outer, candidate):
                value += _IN_COUNTRY if outer.kind == COUNTRY else _IN_DIVISION
                break
        if value > best_value:
            best, best_value = candidate, value
    return _city_of_the_language(name, best, support) if best.kind == COUNTRY and best.prior < COUNTRY_PRIOR else best


def _city_of_the_language(name: Name, microstate: Candidate, support: _Support) -> Candidate:
    """Return the city of a microstate's name, where the text's language is spoken and with more people: Granada in Spanish.

    Where more names speak for the country, it stays.
    """
    votes = support.countries
    cities = [
        candidate
        for candidate in name.candidates
        if candidate.kind == CITY and candidate.country in support.spoken and candidate.prior > microstate.prior - MICROSTATE_BONUS
    ]
    if cities and votes.get(microstate.country, 0) <= votes.get(cities[0].country, 0):
        return cities[0]
    return microstate


def _contains(outer: Candidate, inner: Candidate) -> bool:
    if outer.place == inner.place:
        return False
    return inner.country == outer.place if outer.kind == COUNTRY else outer.kind == DIVISION and inner.division == outer.place
