"""Folding: a text of Latin letters is folded by tables, the same as by the rules for any letter; the time is linear for all letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.classify.fold import fold
from tests.cpu import quiet_s

_LATIN = "".join(map(chr, (*range(0x250), *range(0x1E00, 0x2100))))
_ALPHABETS = "".join(chr(code) for code in range(0xA1, 0xD7FF) if chr(code).isprintable())
_OUTSIDE = "\u4e2d"  # is in no table, so that the text is folded by the rules


@given(st.text(alphabet=_LATIN))
def test_a_text_of_latin_letters_is_folded_as_beside_another_letter(text: str) -> None:
    by_tables, by_rules = fold(text), fold(text + _OUTSIDE)
    assert by_tables.text == by_rules.text[:-1]
    if by_tables.offsets is None:
        assert by_tables.cased == by_rules.cased[:-1]
    else:
        assert by_rules.offsets == [*by_tables.offsets, len(text) + 1]


def test_accents_vanish_and_letters_outside_ascii_become_question_marks_in_the_cased_text() -> None:
    folded = fold("“Ærø” – Peña")
    assert (folded.text, folded.offsets, folded.cased) == ("“æro”   pena", None, "??ro?   Pena")


@given(st.text(alphabet="aÉñßİΣ\u0301\u200b\u00adÃ¡-\n新", max_size=40))
def test_each_folded_character_is_at_its_offset(text: str) -> None:
    folded = fold(text)
    offsets = folded.offsets or range(len(text) + 1)
    assert len(offsets) == len(folded.text) + 1
    assert list(offsets) == sorted(offsets)


def test_vanishing_characters_leave_the_letters_around_them() -> None:
    folded = fold("Bogota\u0301 No\u200brte")
    assert (folded.text, folded.original_span(5, 6)) == ("bogota norte", (5, 7))


@pytest.mark.parametrize("unit", ["e\u0301\u0316", "É\u200b", "".join(f"{letter}\u200b" for letter in _ALPHABETS), _ALPHABETS])
def test_a_text_of_any_letters_is_folded_in_linear_time(unit: str) -> None:
    text = (unit * (100_000 // len(unit) + 1))[:100_000]
    assert quiet_s(lambda: fold(text)) < 0.2
