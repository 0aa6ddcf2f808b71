"""The places and countries that an article names, by prominence, with their evidence."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from streams.classify.fold import fold
from streams.classify.names import is_sentence_case
from streams.places.gazetteer import COUNTRY, KINDS, NO_DIVISION, Gazetteer
from streams.places.mentions import DemonymMention, find_mentions
from streams.places.names import names
from streams.places.resolve import resolve
from streams.records import Evidence, Place

LANGUAGES = frozenset(["en", "es", "pt", "fr", "de", "it"])
MAX_PLACES = 30
MAX_EVIDENCE = 10
# A dateline is at the start of the body.
_DATELINE_CHARS = 500
_LEAD_CHARS = 300
# Prominence of a span, by where it is.
_IN_TITLE, _IN_LEAD, _IN_TEXT = 6, 3, 1
_ABOUT = 6
_NO_SPANS: list[tuple[int, int]] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The places of an article, and the countries that it refers to (ISO 3166-1), both by prominence."""

    places: tuple[Place, ...]
    countries: tuple[str, ...]


@dataclass(slots=True)
class _Found:
    """The spans of a place in the text, those in its dateline apart."""

    place: int
    score: int = 0
    spans: list[tuple[int, int]] = field(default_factory=list)
    dateline_spans: list[tuple[int, int]] = field(default_factory=list)
    prominence: int = 0


def places_of(title: str | None, body: str, language: str | None = None, dateline: str | None = None) -> Places:
    """Return the places and countries of an article.

    Args:
        title: the headline, or None.
        body: the text.
        language: two letters; None where unknown.
        dateline: as written at the start of the body: it says where the article was filed, not what it is about.
    """
    head = title or ""
    text = f"{head}\n{body}"
    folded = fold(text)
    # A text in which characters vanish (soft hyphens, mojibake) is searched with its accents.
    plain = folded.text if folded.offsets is None else text.lower()
    if len(plain) != len(text):
        return Places(places=(), countries=())
    body_start = len(head) + 1
    dateline_span = _dateline_span(text, body_start, dateline)
    title_end = 0 if is_sentence_case(head) else len(head)
    mentions, demonyms = find_mentions(text, plain, names(), title_end=title_end, language=language if language in LANGUAGES else None)
    found: dict[int, _Found] = {}
    for sense in resolve(text, mentions, [demonym.country for demonym in demonyms]):
        number = sense.place.place
        place = found.setdefault(number, _Found(number))
        place.score = max(place.score, sense.score)
        for mention in sense.mentions:
            is_filed = dateline_span[0] <= mention.start < dateline_span[1]
            (place.dateline_spans if is_filed else place.spans).append((mention.start, mention.end))
    for place in found.values():
        place.spans.sort()
        place.prominence = _prominence(place.spans, body_start)
    ordered = sorted(found.values(), key=lambda place: (-place.prominence, (place.spans or place.dateline_spans)[0], place.place))
    source = names().gazetteer
    evidence = partial(_evidence, text, body_start, dateline_span[0])
    places = tuple(_place(one, source, evidence(one.spans, one.dateline_spans)) for one in ordered[:MAX_PLACES])
    return Places(places=places, countries=_countries(ordered, demonyms, body_start, source))


def _dateline_span(text: str, body_start: int, dateline: str | None) -> tuple[int, int]:
    start = text.find(dateline, body_start, body_start + _DATELINE_CHARS) if dateline else -1
    return (start, start + len(dateline or "")) if start >= 0 else (0, 0)


def _prominence(spans: Sequence[tuple[int, int]], body_start: int) -> int:
    """Return how prominent spans are: headline, first sentences, number."""
    return sum(_IN_TITLE if start < body_start else _IN_LEAD if start < body_start + _LEAD_CHARS else _IN_TEXT for start, _ in spans)


def _countries(found: Sequence[_Found], demonyms: Sequence[DemonymMention], body_start: int, source: Gazetteer) -> tuple[str, ...]:
    """Return the countries of places and demonyms; one that is in the dateline only comes last."""
    spans: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    filed: dict[int, None] = {}
    for place in found:
        country = source.countries[place.place]
        if place.spans:
            spans[country] += place.spans
        else:
            filed[country] = None
    for start, end, country in demonyms:
        spans[country].append((start, end))
    ordered = sorted(spans, key=lambda country: (-_prominence(spans[country], body_start), min(spans[country])))
    return tuple(source.codes[country] for country in dict.fromkeys((*ordered, *filed)))


def _evidence(
    text: str, body_start: int, dateline_start: int, spans: Sequence[tuple[int, int]], dateline_spans: Sequence[tuple[int, int]]
) -> tuple[Evidence, ...]:
    evidence = [
        Evidence(field="title", start=start, end=end, text=text[start:end])
        if start < body_start
        else Evidence(field="body", start=start - body_start, end=end - body_start, text=text[start:end])
        for start, end in spans[:MAX_EVIDENCE]
    ]
    for start, end in dateline_spans[: MAX_EVIDENCE - len(evidence)]:
        evidence.append(Evidence(field="dateline", start=start - dateline_start, end=end - dateline_start, text=text[start:end]))
    return tuple(evidence)


def _place(found: _Found, source: Gazetteer, evidence: tuple[Evidence, ...]) -> Place:
    place = found.place
    kind = source.kinds[place]
    division = int(source.divisions[place])
    return Place(
        id=f"geonames:{source.ids[place]}",
        name=source.name(place),
        kind=KINDS[kind],
        country=source.codes[source.countries[place]],
        division=source.code(division) if kind != COUNTRY and division != NO_DIVISION else None,
        lat=int(source.lats[place]) / 100,
        lon=int(source.lons[place]) / 100,
        score=_probability(found.score),
        about=found.prominence >= _ABOUT,
        evidence=evidence,
    )


def _probability(score: int) -> float:
    """Return the probability of a logit in hundredths, by a table of thirds: equal on every machine."""
    return round(min(0.99, max(0.5, 0.5 + score / 1000)), 2)
