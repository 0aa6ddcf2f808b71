"""Decide which names of a text are places, and which place each one means. Integers only, so that every machine decides alike."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from streams.places.gazetteer import COUNTRY, DIVISION
from streams.places.mentions import Mention
from streams.places.names import Candidate

# What is added to the prior of a place: its division or country follows its name; other names of the text are in the same one.
_IN_COUNTRY, _IN_DIVISION = 24, 30
_COUNTRY_VOTE, _DIVISION_VOTE, _MAX_VOTE = 4, 7, 21
# What is added to the score of a name, in hundredths of a logit.
_CONTAINED, _COMPANY = 150, 150
# A mention with less is none, even where others of its name are: "Memphis Street".
_MIN_SCORE = -250
_CONTAINER_GAPS = (", ", " (", "., ", ",")
_NOBODY: frozenset[int] = frozenset()


@dataclass(slots=True)
class Sense:
    """A name of the text and the place that it means; `score`: of the best mention, in hundredths of a logit."""

    place: Candidate
    mentions: list[Mention]
    score: int


@dataclass(slots=True)
class _Votes:
    """Which names of the text are in which country and division."""

    countries: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    divisions: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, name: int, place: Candidate) -> None:
        self.countries[place.country].add(name)
        if place.kind != COUNTRY:
            self.divisions[place.division].add(name)

    def of(self, name: int, place: Candidate) -> int:
        """Return the votes of the other names for a place."""
        voters = self.countries.get(place.country, _NOBODY)
        votes = min(_COUNTRY_VOTE * (len(voters) - (name in voters)), _MAX_VOTE)
        if place.kind != COUNTRY:
            voters = self.divisions.get(place.division, _NOBODY)
            votes += min(_DIVISION_VOTE * (len(voters) - (name in voters)), _MAX_VOTE)
        return votes


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
    votes = _Votes()
    for country in demonyms:
        votes.countries[country].add(-1 - country)
    nobody = _Votes()
    for number, group in groups.items():
        outer = containers.get(number, ())
        if max([mention.score for mention in group]) + (_CONTAINED if outer else 0) >= 0:
            votes.add(number, _choose(group[0], outer, nobody))
    senses = []
    for number, group in groups.items():
        outer = containers.get(number, ())
        place = _choose(group[0], outer, votes)
        score = max([mention.score for mention in group]) + (_CONTAINED if outer else 0)
        score += _COMPANY if votes.of(number, place) else 0
        if score >= 0 and (kept := [mention for mention in group if mention.score >= _MIN_SCORE]):
            senses.append(Sense(place, kept, score))
    return senses


def _containers(text: str, mentions: Sequence[Mention]) -> dict[int, list[Candidate]]:
    """Return number of a name -> the divisions and countries that directly follow it: "Valencia, Carabobo"."""
    containers: dict[int, list[Candidate]] = {}
    for mention, after in pairwise(mentions):
        if after.start - mention.end <= 3 and text[mention.end : after.start] in _CONTAINER_GAPS:
            outer = [
                one for one in after.name.candidates if one.kind != 2 and any(_contains(one, inner) for inner in mention.name.candidates)
            ]
            if outer:
                containers.setdefault(mention.name.number, []).extend(outer)
    return containers


def _choose(mention: Mention, containers: Sequence[Candidate], votes: _Votes) -> Candidate:
    """Return the most likely place of a name."""
    candidates = mention.name.candidates
    if len(candidates) == 1:
        return candidates[0]
    number = mention.name.number
    best, best_value = candidates[0], -1
    for candidate in candidates:
        value = candidate.prior + votes.of(number, candidate)
        if containers:
            value += max(
                [_IN_COUNTRY if outer.kind == COUNTRY else _IN_DIVISION for outer in containers if _contains(outer, candidate)], default=0
            )
        if value > best_value:
            best, best_value = candidate, value
    return best


def _contains(outer: Candidate, inner: Candidate) -> bool:
    if outer.place == inner.place:
        return False
    if outer.kind == COUNTRY:
        return inner.country == outer.place
    return outer.kind == DIVISION and inner.division == outer.place
