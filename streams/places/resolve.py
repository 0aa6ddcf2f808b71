"""Decide which names of a text are places, and which place each one means. Integers only, so that every machine decides alike."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from streams.places.gazetteer import COUNTRY, DIVISION
from streams.places.mentions import Mention
from streams.places.names import Candidate

# What is added to the prior of a place: its division or country follows its name; other names of the text are in the same one.
_IN_COUNTRY, _IN_DIVISION = 24, 30
_COUNTRY_VOTE, _DIVISION_VOTE, _MAX_COUNTRY_VOTE, _MAX_DIVISION_VOTE = 4, 7, 21, 21
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


class _Votes(NamedTuple):
    """How many names of the text are in each country and division, and the place for which each name votes."""

    countries: Counter[int]
    divisions: Counter[int]
    places: dict[int, Candidate]

    def add(self, number: int, place: Candidate) -> None:
        """Count the name `number` for its place."""
        self.places[number] = place
        self.countries[place.country] += 1
        if place.kind != COUNTRY:
            self.divisions[place.division] += 1

    def of(self, number: int, place: Candidate) -> int:
        """Return the votes of the other names for a place."""
        own = self.places.get(number)
        votes = self.countries.get(place.country, 0)
        if own is not None and own.country == place.country:
            votes -= 1
        votes = min(_COUNTRY_VOTE * votes, _MAX_COUNTRY_VOTE)
        if place.kind == COUNTRY:
            return votes
        near = self.divisions.get(place.division, 0)
        if own is not None and own.division == place.division and own.kind != COUNTRY:
            near -= 1
        return votes + min(_DIVISION_VOTE * near, _MAX_DIVISION_VOTE)


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
    likely = [group[0] for number, group in groups.items() if scores[number] >= 0]
    support = _support(likely, demonyms)
    votes = _Votes(Counter(set(demonyms)), Counter(), {})
    for mention in likely:
        number = mention.name.number
        votes.add(number, _choose(mention, containers.get(number, _NONE), support))
    senses = []
    for number, group in groups.items():
        place = _choose(group[0], containers.get(number, _NONE), votes)
        score = scores[number] + (_COMPANY if votes.of(number, place) else 0)
        if score >= 0 and (kept := [mention[:2] for mention in group if mention.score >= _MIN_SCORE]):
            senses.append(Sense(place, kept, score))
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


class _Support(NamedTuple):
    """How many names may be in each country and division; a name that may be in several counts a part for each."""

    countries: Counter[int]
    divisions: Counter[int]

    def of(self, _number: int, place: Candidate) -> int:
        """Return the support for a place, that of its own name with it."""
        support = min(_COUNTRY_VOTE * self.countries[place.country] // _WHOLE, _MAX_COUNTRY_VOTE)
        if place.kind == COUNTRY:
            return support
        return support + min(_DIVISION_VOTE * self.divisions[place.division] // _WHOLE, _MAX_DIVISION_VOTE)


def _support(mentions: Iterable[Mention], demonyms: Iterable[int]) -> _Support:
    countries = Counter(dict.fromkeys(demonyms, _WHOLE))
    divisions: Counter[int] = Counter()
    for mention in mentions:
        candidates = mention.name.candidates
        its_countries = {candidate.country for candidate in candidates}
        its_divisions = {candidate.division for candidate in candidates if candidate.kind != COUNTRY}
        for country in its_countries:
            countries[country] += _WHOLE // len(its_countries)
        for division in its_divisions:
            divisions[division] += _WHOLE // len(its_divisions)
    return _Support(countries, divisions)


def _choose(mention: Mention, containers: Sequence[Candidate], votes: _Votes | _Support) -> Candidate:
    """Return the most likely place of a name."""
    number, candidates, _ = mention.name
    best = candidates[0]
    if len(candidates) == 1:
        return best
    best_value = -1
    for candidate in candidates:
        value = candidate.prior + votes.of(number, candidate)
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
