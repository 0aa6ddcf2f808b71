"""Recognize the notes below a story. All names are invented."""

import pytest

from streams.split.fields.closing_notes import is_about_author, is_closing_note


@pytest.mark.parametrize(
    ("text", "is_note"),
    [
        pytest.param("(Reporting by Ana Ruiz in Garlin; editing by Tom Hall)", True, id="work"),
        pytest.param("Additional reporting by Ole Brandt.", True, id="additional work"),
        pytest.param("Text and research: Ana Ruiz, Tom Hall", True, id="a label and names"),
        pytest.param("(Reportagem de Ana Ruiz em Garlin)", True, id="work in Portuguese"),
        pytest.param("Con información de Ana Ruiz desde Garlin", True, id="work in Spanish"),
        pytest.param("Ana Ruiz and Tom Hall reported from Garlin.", True, id="where somebody reported from"),
        pytest.param("© La Gaceta de Garlin. Prohibida su reproducción.", True, id="copyright without a year"),
        pytest.param("Avec la fermeture du pont, Garlin perd sa seule route vers la côte.", False, id="a French sentence"),
        pytest.param("Faktencheck: Ole Brandt", True, id="a label of another language"),
        pytest.param("Ana Torvik is a reporter of this paper and writes about the coast.", True, id="a person by the role"),
        pytest.param("Ana Torvik ist Redakteurin im Ressort Küste.", True, id="a person in another language"),
        pytest.param("A version of this article appears in print on Nov. 20, 2026, Section B.", True, id="the print edition"),
        pytest.param("This story was originally published in the Harbour Post.", True, id="another outlet"),
        pytest.param("This story was told in every pub of Garlin for years.", False, id="a sentence on a story"),
        pytest.param("The mayor is an editor of the old school, and she reads every letter.", False, id="no name"),
        pytest.param("Tickets: from ten crowns at the harbour office.", False, id="a label without names"),
        pytest.param("Ana Torvik said that the bridge will be closed in May.", False, id="a sentence on a person"),
    ],
)
def test_a_closing_note_is_a_credit_or_a_note_on_a_person(text: str, is_note: bool) -> None:
    assert is_closing_note(text) is is_note


def test_a_note_that_begins_with_the_name_of_an_author_is_about_the_author() -> None:
    assert is_about_author("Tom Hall has covered the harbour since 2018.", "Ana Ruiz, Tom Hall")
    assert not is_about_author("Tom Hall: What did the pilot see?", "Tom Hall")
    assert not is_about_author("Tom has covered the harbour since 2018.", "Tom")
    assert not is_about_author("Tom Hall has covered the harbour since 2018.", None)
