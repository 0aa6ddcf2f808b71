"""The places and countries that an article names, by prominence, with their evidence."""

from collections.abc import Iterable
from typing import NamedTuple

from streams.classify.fold import Folded, fold
from streams.classify.names import is_sentence_case
from streams.frozen import dataclass
from streams.places.demonyms import DemonymMention
from streams.places.gazetteer import COUNTRY, DIVISION, NO_DIVISION, Gazetteer
from streams.places.mentions import find_mentions, read_line
from streams.places.names import Candidate, Names, names
from streams.places.resolve import Sense, resolve
from streams.places.small_cities import find_small_cities, with_small_cities
from streams.records import Evidence, Place

LANGUAGES = frozenset(["en", "es", "pt", "fr", "de", "it"])
MAX_PLACES = 30
MAX_EVIDENCE = 10
# Of an article that are read; a report of fifty pages has fewer.
MAX_CHARACTERS = 100_000
# A dateline is at the start of the body.
_DATELINE_CHARS = 500
_LEAD_CHARS = 300
# Prominence of a span, by where it is.
_IN_TITLE, _IN_LEAD, _IN_TEXT = 6, 3, 1
_ABOUT = 6
_MAX_SCORE = 99
_DEMONYM_SCORE = 300
Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The places of an article, and the countries that it refers to (ISO 3166-1), both by prominence."""

    places: tuple[Place, ...]
    countries: tuple[str, ...]


_NO_PLACES = Places(places=(), countries=())


class _Found(NamedTuple):
    """The spans of a place in the text, those in its dateline apart."""

    place: int
    score: int
    spans: list[Span]
    dateline_spans: list[Span]


def places_of(
    title: str | None, body: str, language: str | None = None, dateline: str | None = None, *, folded: Folded | None = None
) -> Places:
    """Return the places and countries of an article.

    Args:
        title: the headline, or None.
        body: the text.
        language: two letters; None where unknown.
        dateline: as written at the start of the body: it says where the article was filed, not what it is about.
        folded: headline, line end and body folded, where the caller has it.
    """
    head = title or ""
    text = f"{head}\n{body}"
    folded = folded or fold(text)
    body_start = len(head) + 1
    title_end = 0 if not head or is_sentence_case(head) else len(head)
    source = names()
    filed = _dateline_span(text, body_start, dateline)
    line = read_line(text[:MAX_CHARACTERS], _in_title_case(folded.cased[:MAX_CHARACTERS], filed), source, title_end)
    mentions, demonyms = find_mentions(line, language if language in LANGUAGES else None)
    if not mentions and not demonyms:
        return _NO_PLACES
    countries = [demonym.country for demonym in demonyms]
    spoken = source.spoken.get(language or "", frozenset())
    senses = resolve(text, mentions, countries, spoken)
    divisions = {sense.place.division for sense in senses if sense.place.kind == DIVISION} - {NO_DIVISION}
    small = find_small_cities(line, mentions, divisions)
    widened = with_small_cities(mentions, divisions, source) if divisions else mentions
    if small or widened is not mentions:
        senses = resolve(text, sorted([*widened, *small], key=lambda mention: mention[:2]), countries, spoken)
    found = _merged([*senses, *_countries_of(demonyms)], filed)
    ranked = sorted([(-_prominence(one.spans, body_start), one.spans[:1] or one.dateline_spans, one) for one in found])
    places = tuple([_place(one, -rank >= _ABOUT, source, text, (body_start, filed[0])) for rank, _, one in ranked[:MAX_PLACES]])
    return Places(places=places, countries=_countries(found, body_start, source.gazetteer))


def _merged(senses: Iterable[Sense], filed: Span) -> Iterable[_Found]:
    """Return the places of the senses; two names may mean one place."""
    found: dict[int, _Found] = {}
    for candidate, its_spans, score in senses:
        place = candidate.place
        if place in found:
            earlier = found[place]
            spans = sorted([*earlier.spans, *earlier.dateline_spans, *its_spans])
            best = max(score, earlier.score)
        else:
            spans, best = its_spans, score
        if filed[0] <= spans[0][0] < filed[1]:
            found[place] = _Found(
                place, score, [span for span in spans if span[0] >= filed[1]], [span for span in spans if span[0] < filed[1]]
            )
        else:
            found[place] = _Found(place, best, spans, [])
    return found.values()


def _countries_of(demonyms: Iterable[DemonymMention]) -> list[Sense]:
    """Return the countries of demonyms, which are evidence of a country and of no other place."""
    by_country: dict[int, list[Span]] = {}
    for start, end, country in demonyms:
        by_country.setdefault(country, []).append((start, end))
    return [Sense(Candidate(country, COUNTRY, country, 0, 0), spans, _DEMONYM_SCORE) for country, spans in by_country.items()]


def _dateline_span(text: str, body_start: int, dateline: str | None) -> Span:
    start = text.find(dateline, body_start, body_start + _DATELINE_CHARS) if dateline else -1
    return (start, start + len(dateline or "")) if start >= 0 else (0, 0)


def _in_title_case(cased: str, span: Span) -> str:
    """Return the text with a dateline in title case: names of smaller cities are not looked for in capitals."""
    start, end = span
    dateline = cased[start:end]
    return cased[:start] + dateline.title() + cased[end:] if dateline.isascii() and dateline != dateline.title() else cased


def _prominence(spans: Iterable[Span], body_start: int) -> int:
    """Return how prominent spans are: headline, first sentences, number."""
    lead_end = body_start + _LEAD_CHARS
    return sum([_IN_TITLE if start < body_start else _IN_LEAD if start < lead_end else _IN_TEXT for start, _ in spans])


def _countries(found: Iterable[_Found], body_start: int, source: Gazetteer) -> tuple[str, ...]:
    """Return the countries of places and demonyms; one that is in the dateline only comes last."""
    spans: dict[int, list[Span]] = {}
    filed: list[int] = []
    for place, _, its_spans, _ in found:
        country = source.countries[place]
        if its_spans:
            spans.setdefault(country, []).extend(its_spans)
        else:
            filed.append(country)
    ordered = list(spans)
    if len(ordered) > 1:
        ordered.sort(key=lambda country: (-_prominence(spans[country], body_start), min(spans[country])))
    return tuple([source.codes[country] for country in dict.fromkeys((*ordered, *filed))])


def _place(found: _Found, about: bool, source: Names, text: str, starts: tuple[int, int]) -> Place:
    """Return the place with its evidence; `starts`: of the body and the dateline in `text`."""
    body_start, dateline_start = starts
    number, score, spans, dateline_spans = found
    evidence = [
        Evidence(field="title", start=start, end=end, text=text[start:end])
        if start < body_start
        else Evidence(field="body", start=start - body_start, end=end - body_start, text=text[start:end])
        for start, end in spans[:MAX_EVIDENCE]
    ]
    for start, end in dateline_spans[: MAX_EVIDENCE - len(evidence)]:
        evidence.append(Evidence(field="dateline", start=start - dateline_start, end=end - dateline_start, text=text[start:end]))
    return Place(**source.fields_of(number), score=_probability(score), about=about, evidence=tuple(evidence))


def _probability(score: int) -> float:
    """Return the probability of a logit in hundredths, in steps of a hundredth: equal on every machine."""
    return min(_MAX_SCORE, 50 + score // 8) / 100
