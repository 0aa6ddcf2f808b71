"""Label an article as of a region by the places that it names: the key `places` of a class file (docs/classes.md, Regions by places)."""

import math
import re
from collections.abc import Sequence

from streams.classify.class_records import NewsClass, PlaceRule
from streams.places.gazetteer import gazetteer
from streams.places.names import names
from streams.records import Label, Place
from streams.toml_files import Table, TomlFile, refuse_unknown_in

_KEYS = ("country", "division", "geonames", "within_km", "labels")
_CODES = {"country": (r"[A-Z]{2}", "VE"), "division": (r"[A-Z]{2}-[A-Z0-9]{1,3}", "US-FL")}
_EARTH_RADIUS_KM = 6371
# A region named less than a third as often as places outside of it is not the subject, unless the headline names it.
_RIVAL_MENTIONS = 2


def read_place_rule(file: TomlFile, table: Table) -> PlaceRule | None:
    """Return the rule of the key `places`, None without one. Mistakes are added to `file.mistakes`."""
    rule, line_no = table.get("places"), file.line_of_key("places")
    if rule is None:
        return None
    if not isinstance(rule, dict) or len(rule.keys() & {"country", "division", "geonames"}) != 1:
        file.add_mistake("places must have one of country, division and geonames, such as { country = 'VE' }", line_no)
        return None
    refuse_unknown_in(file, rule, "places", _KEYS)
    for key, (form, example) in _CODES.items():
        if key in rule and not (isinstance(rule[key], str) and re.fullmatch(form, rule[key])):
            file.add_mistake(f"{key} of places can't be {rule[key]!r}; it must look like {example} (ISO 3166)", line_no)
    ids, within_km = rule.get("geonames", []), rule.get("within_km", 0)
    if not isinstance(ids, list) or not all(isinstance(id, int) and id in gazetteer().ids for id in ids):
        file.add_mistake(f"geonames must be a list of ids of places of the gazetteer, not {ids!r}", line_no)
        ids = []
    if isinstance(within_km, bool) or not isinstance(within_km, int | float) or within_km < 0:
        file.add_mistake(f"within_km must be a distance, not {within_km!r}", line_no)
        within_km = 0
    labels = rule.get("labels", True)
    if not isinstance(labels, bool):
        file.add_mistake(f"labels must be true or false, not {labels!r}", line_no)
    return PlaceRule(
        country=rule.get("country"),
        division=rule.get("division"),
        geonames=tuple(ids),
        within_km=float(within_km),
        labels=labels is not False,
    )


def label_by_places(news_class: NewsClass, places: Sequence[Place], max_evidence: int) -> Label | None:
    """Return the label that the places of an article give a class with a rule; places of the dateline alone give none."""
    rules = [rule for rule in news_class.places if rule.labels]
    matched = [place for place in places if _belongs(place, rules)]
    evidence = [span for place in matched for span in place.evidence if span.field != "dateline"]
    if not evidence:
        return None
    return Label(
        id=news_class.id,
        name=news_class.name,
        score=max(place.score for place in matched),
        about=any(place.about for place in matched),
        evidence=tuple(sorted(evidence, key=lambda span: (span.field == "body", span.start))[:max_evidence]),
    )


def is_rivalled(rules: Sequence[PlaceRule], places: Sequence[Place], mentions: int, headline_end: int, body_start: int) -> bool:
    """Return whether places outside of a region that the headline does not name are the subject.

    They are where the headline names one of them and the text names the region no more often than that one (the headline
    counts twice), or all together far more often.

    Args:
        rules: the places of the region.
        places: of the article.
        mentions: the number of mentions of the region.
        headline_end: the end of the headline in headline and body joined.
        body_start: the start of the body there.
    """
    starts = [
        [span.start + (body_start if span.field == "body" else 0) for span in place.evidence if span.field != "dateline"]
        for place in _outside(rules, places)
    ]
    in_headline = any(starts_of and min(starts_of) < headline_end and mentions <= len(starts_of) + 1 for starts_of in starts)
    return in_headline or sum(map(len, starts)) > _RIVAL_MENTIONS * mentions


def _outside(rules: Sequence[PlaceRule], places: Sequence[Place]) -> list[Place]:
    """Return the places outside of the region; the country and the division around a smaller one are not outside."""
    outside = [place for place in places if not _belongs(place, rules)]
    if any(rule.country is not None for rule in rules):
        return outside
    countries = {place.country for place in places if _belongs(place, rules)}
    return [place for place in outside if place.kind == "city" or (countries and place.country not in countries)]


def _belongs(place: Place, rules: Sequence[PlaceRule]) -> bool:
    return any(_belongs_by(place, rule) for rule in rules)


def _belongs_by(place: Place, rule: PlaceRule) -> bool:
    if rule.country is not None:
        return place.country == rule.country
    if rule.division is not None:
        return place.division == rule.division
    return any(place.id == f"geonames:{id}" or (place.kind == "city" and _is_near(place, id, rule.within_km)) for id in rule.geonames)


def _is_near(place: Place, id: int, within_km: float) -> bool:
    point = names().point_of(id)
    return point is not None and within_km > 0 and _distance_km((place.lat, place.lon), point) <= within_km


def _distance_km(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the length of the great circle between two points, in degrees."""
    (lat, lon), (other_lat, other_lon) = (map(math.radians, point) for point in (one, other))
    chord = math.sin((other_lat - lat) / 2) ** 2 + math.cos(lat) * math.cos(other_lat) * math.sin((other_lon - lon) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * math.asin(math.sqrt(chord))
