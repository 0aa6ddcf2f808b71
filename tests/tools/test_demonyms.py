"""The forms of a demonym in each language."""

import pytest

from tools.demonyms import forms


@pytest.mark.parametrize(
    ("word", "language", "expected"),
    [
        ("peruano", "es", ("peruano", "peruana", "peruanos", "peruanas")),
        ("=canadiense", "es", ("canadiense",)),
        ("péruvien", "fr", ("péruvien", "péruvienne", "péruviens", "péruviennes")),
        ("québécois", "fr", ("québécois", "québécoise", "québécoises")),
        ("guatemalteco", "it", ("guatemalteco", "guatemalteca", "guatemaltechi", "guatemalteche")),
        ("kubanisch", "de", ("kubanisch", "kubanische", "kubanischen", "kubanischer", "kubanisches", "kubanischem")),
        ("Cuban", "en", ("Cuban", "Cubans")),
    ],
)
def test_demonym_gets_the_forms_of_its_language(word: str, language: str, expected: tuple[str, ...]) -> None:
    assert forms(word, language) == expected
