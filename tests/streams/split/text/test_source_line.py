"""Sources in a line or brackets of their own."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.split.text.source_line import day_of, source_of, source_stamp


@pytest.mark.parametrize(
    ("text", "outlet", "day"),
    [
        ("(Tollan Courier, 24.11.26, p. 1 + 5)", "Tollan Courier", date(2026, 11, 24)),
        ("Obermühler Bote vom 12.11.2026, Seite 7", "Obermühler Bote", date(2026, 11, 12)),
        ("di Carla Venturi - Il Messaggero della Valle - 6 novembre 2026", "Il Messaggero della Valle", date(2026, 11, 6)),
        ("Le Petit Cévenol du 21 novembre 2026, page locale", "Le Petit Cévenol", date(2026, 11, 21)),
        ("The Fen Standard, Thursday, November 12, 2026, p. A4", "The Fen Standard", date(2026, 11, 12)),
        ("vrijdag 20 november 2026", None, date(2026, 11, 20)),
        ("La Voce del Santerno", "La Voce del Santerno", None),
    ],
)
def test_outlet_and_day_of_a_source(text: str, outlet: str | None, day: date | None) -> None:
    source = source_of(text)
    assert source is not None
    assert (source.outlet, source.age and source.age.day) == (outlet, day)


@pytest.mark.parametrize(
    "text",
    [
        "the ferry was late, 12 May",
        "according to the council, which met on 12 May 2026, and its engineer, who did not",
        "p. 12",
        "Concert on 12 May 2026",
        "",
        "31.02.2026",
    ],
)
def test_other_texts_are_no_source(text: str) -> None:
    assert source_of(text) is None


def test_header_of_a_post_is_a_stamp_without_an_outlet() -> None:
    stamp = source_stamp("marsh_wren wrote on 12 Nov 2026, 08:14:")
    assert stamp is not None
    assert (stamp.outlet, stamp.age.day) == (None, date(2026, 11, 12))


@given(st.text(alphabet="1234567890.-/, ()AbcMaymaivom", max_size=120))
def test_any_text_is_a_source_or_none(text: str) -> None:
    source_of(text)
    source_stamp(text)
    day_of(text)
