"""Regions by places: the key `places` of a class file, and countries by code."""

import pytest

from streams.classify.class_set import MAX_COUNTRIES, ClassError, ClassSet, extra_files, parse_classes
from streams.classify.classify import classify

FILE = """
id = "fen"
kind = "region"
name = "The Fen"
counts = "mention"
places = {places}
"""


def by(places: str) -> ClassSet:
    return parse_classes({"fen.toml": FILE.format(places=places).encode()})


def is_fen(body: str, classes: ClassSet) -> bool:
    return [label.id for label in classify(None, body, "en", classes).regions] == ["fen"]


@pytest.mark.parametrize(
    ("places", "body", "expected"),
    [
        pytest.param('{ country = "PE" }', "Buses in Cusco ran late on Monday.", True, id="city of the country"),
        pytest.param('{ country = "PE" }', "Peruvian growers sold more beans.", True, id="demonym of the country"),
        pytest.param('{ country = "PE" }', "Buses in Quito ran late on Monday.", False, id="another country"),
        pytest.param('{ division = "US-FL" }', "A bakery in Orlando, Florida, opened at four.", True, id="city of the division"),
        pytest.param('{ division = "US-FL" }', "A bakery in Denver, Colorado, opened at four.", False, id="another division"),
        pytest.param("{ geonames = [4164138] }", "A storm closed the port of Miami, Florida.", True, id="the place itself"),
        pytest.param("{ geonames = [4164138] }", "A storm closed the shops of Hialeah, Florida.", False, id="a place nearby"),
        pytest.param("{ geonames = [4164138], within_km = 40 }", "A storm closed the shops of Hialeah, Florida.", True, id="within km"),
        pytest.param("{ geonames = [4164138], within_km = 40 }", "A storm closed the shops of Orlando, Florida.", False, id="beyond"),
        pytest.param('{ country = "PE", labels = false }', "Buses in Cusco ran late on Monday.", False, id="no label by places"),
    ],
)
def test_region_is_labelled_by_its_places(places: str, body: str, expected: bool) -> None:
    assert is_fen(body, by(places)) is expected


def test_label_by_places_has_their_evidence_and_prominence() -> None:
    (label,) = classify("Rain floods Lima", "Buses in Cusco ran late.", "en", by('{ country = "PE" }')).regions
    assert (label.about, [span.text for span in label.evidence]) == (True, ["Lima", "Cusco"])


FERRIES = "The ferry of Piet Alder left late on Monday. It runs to Peru once a week and carries beans, mail and a piano. "


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        pytest.param("Ferry captain counts his beans", FERRIES, True, id="no other place"),
        pytest.param("Ferry captain of Quito counts his beans", FERRIES, False, id="another place in the headline"),
        pytest.param("Ferry to Peru leaves Quito late", FERRIES, True, id="both in the headline"),
        pytest.param(
            "Ferry captain of Quito counts his beans",
            FERRIES + "All that Peru eats comes from Peru.",
            True,
            id="more often than the headline's",
        ),
        pytest.param(
            "Ferry captain counts his beans", FERRIES + "Quito, Guayaquil, Cuenca, Loja and Ambato wait.", False, id="others more often"
        ),
    ],
)
def test_region_that_other_places_outdo_is_mentioned_only(title: str, body: str, expected: bool) -> None:
    file = FILE.format(places='{ country = "PE", labels = false }') + '[[terms]]\nweight = 0.9\nany = ["Peru", "Alder"]\n'
    (label,) = classify(title, body, "en", parse_classes({"fen.toml": file.encode()})).regions
    assert label.about is expected


@pytest.mark.parametrize(
    ("places", "mistake"),
    [
        pytest.param('{ country = "Peru" }', "must look like VE", id="no code"),
        pytest.param('{ country = "PE", division = "PE-LIM" }', "must have one of", id="two at once"),
        pytest.param("{ geonames = [1] }", "must be a list of ids", id="unknown id"),
        pytest.param("{ geonames = [4164138], within_km = -1 }", "must be a distance", id="distance below zero"),
        pytest.param('{ country = "PE", radius = 4 }', "radius", id="unknown key"),
        pytest.param('{ country = "PE", labels = 1 }', "must be true or false", id="no flag"),
        pytest.param("4", "must have one of", id="no table"),
    ],
)
def test_mistakes_in_a_place_rule_are_named(places: str, mistake: str) -> None:
    with pytest.raises(ClassError, match=mistake):
        by(places)


def test_country_by_code_is_a_region_of_the_id_of_its_name() -> None:
    classes = parse_classes(extra_files(["country:PE", "country:CI"]))
    assert classes.region_ids == ("ivory-coast", "peru")
    assert [label.id for label in classify(None, "Buses in Cusco ran late on Monday.", "en", classes).regions] == ["peru"]


def test_unknown_and_too_many_countries_are_refused() -> None:
    with pytest.raises(ClassError, match="no country has this code"):
        extra_files(["country:XX"])
    codes = ["AR", "BO", "BR", "CO", "EC", "GY", "PY", "PE", "SR", "UY", "PA", "CR", "NI", "HN", "SV", "GT", "MX", "BZ", "CU", "HT", "JM"]
    with pytest.raises(ClassError, match=f"at most {MAX_COUNTRIES}"):
        extra_files([f"country:{code}" for code in codes])
