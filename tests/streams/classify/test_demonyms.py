"""Demonyms of a country from the gazetteer, as words of a group."""

import pytest

from streams.classify.class_set import ClassError, ClassSet, builtin_classes, parse_classes
from streams.classify.classify import classify

FILE = 'id = "fen"\nkind = "region"\nname = "The Fen"\ncounts = "mention"\n[[terms]]\nweight = 0.9\nany = ["@demonyms:{code}"]\n'


def by(code: str) -> ClassSet:
    return parse_classes({"fen.toml": FILE.format(code=code).encode()})


@pytest.mark.parametrize("body", ["Peruvian growers sold more beans.", "Tres arequipeños cruzaron el lago en balsa."])
def test_demonyms_of_a_country_and_its_cities_are_terms(body: str) -> None:
    assert [label.id for label in classify(None, body, None, by("PE")).regions] == ["fen"]


def test_country_without_demonyms_is_a_mistake() -> None:
    with pytest.raises(ClassError, match="no demonyms for '@demonyms:XX'"):
        by("XX")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("Los zulianos pidieron más ferris al ministro.", ["venezuela"], id="people of a state"),
        pytest.param("La iquiqueña nadó nueve horas.", ["chile"], id="people of a city"),
        pytest.param("Dr. Caracas mends the wings of owls in Ghent.", [], id="surname after a title"),
        pytest.param("The singer Miami Alder sang in Ghent on Friday.", [], id="given name after a trade"),
    ],
)
def test_shipped_regions_have_people_and_no_persons_of_that_name(body: str, expected: list[str]) -> None:
    assert [label.id for label in classify(None, body, None, builtin_classes()).regions] == expected
