"""Folding: a text of Latin letters is folded by tables, the same as by the rules for any letter."""

from hypothesis import given
from hypothesis import strategies as st

from streams.classify.fold import fold

_LATIN = "".join(map(chr, (*range(0x250), *range(0x1E00, 0x2100))))
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
