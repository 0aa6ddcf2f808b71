"""Spellings of one source are one; sources that differ are not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.deduplicate.independent_source import UNKNOWN, independent_source
from tests.streams.invented_texts import article


def source(*, agency: str | None = None, outlet: str | None = None, url: str | None = None) -> int:
    return independent_source(replace(article(1, "A ferry ran aground."), agency=agency, outlet=outlet, article_url=url))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({"agency": "Tidewire"}, {"agency": "TIDEWIRE/A. Photographer"}, id="a photographer behind a stroke"),
        pytest.param({"agency": "Tidewire"}, {"agency": "tidewire (Norland)"}, id="a town in brackets"),
        pytest.param({"agency": "Tidewire"}, {"agency": "Tidewire - Santa Vela"}, id="a town behind a dash"),
        pytest.param({"agency": "Agência Maré"}, {"agency": "AGENCIA MARE"}, id="case and accents"),
        pytest.param({"outlet": "The Harbour Post"}, {"outlet": "Harbour Post"}, id="an article in front"),
        pytest.param({"outlet": "Harbour Post"}, {"url": "https://www.harbourpost.example/2"}, id="an outlet and its own address"),
        pytest.param({"url": "https://news.harbour.co.uk/1"}, {"url": "http://m.harbour.co.uk:8080/2"}, id="hosts of one registered name"),
        pytest.param({"agency": "Tidewire", "outlet": "One"}, {"agency": "Tidewire", "outlet": "Two"}, id="an agency under two outlets"),
    ],
)
def test_spellings_of_one_source_are_one(one: dict[str, str], other: dict[str, str]) -> None:
    assert source(**one) == source(**other) != UNKNOWN


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({"outlet": "Harbour Post"}, {"outlet": "Harbour Times"}, id="outlets"),
        pytest.param({"url": "https://harbour.co.uk/"}, {"url": "https://quay.co.uk/"}, id="hosts under one second level"),
        pytest.param({"agency": "Tidewire", "outlet": "One"}, {"outlet": "One"}, id="an agency and the outlet that prints it"),
    ],
)
def test_sources_that_differ_are_two(one: dict[str, str], other: dict[str, str]) -> None:
    assert source(**one) != source(**other)


def test_an_article_of_no_name_has_no_source_whatever_the_address_of_its_dump() -> None:
    assert source() == UNKNOWN
    assert source(outlet="???", url="not an address") == UNKNOWN


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_name_and_address_give_a_number_of_32_bits(name: str, url: str) -> None:
    assert 0 <= source(agency=name, outlet=name, url=url) < 1 << 32
