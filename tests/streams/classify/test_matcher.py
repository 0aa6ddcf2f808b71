"""Hits of a text: which are kept, and where their context is looked for."""

import pytest

from streams.classify.class_set import ClassSet, hash_of, parse_classes
from streams.classify.classify import LABEL_SCORE, MAX_EVIDENCE, classify
from streams.classify.whole_words import CHARS_PER_MATCH, MIN_MATCH_LIMIT

HEAD = 'id = "fen"\nkind = "region"\nname = "Fen"\ncounts = "mention"\n'


def class_of(terms: str) -> ClassSet:
    return parse_classes({"fen.toml": (HEAD + terms).encode()})


def evidence(classes: ClassSet, body: str) -> list[str]:
    return [found.text for label in classify("Notes", body, None, classes).regions for found in label.evidence]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("The Fen ferry met an eel boat and a ferry.", ["Fen ferry"], id="another-ferry"),
        pytest.param("The Fen ferry met an eel boat.", [], id="only-its-own"),
    ],
)
def test_context_word_inside_the_hit_does_not_count(body: str, expected: list[str]) -> None:
    assert evidence(class_of('[[terms]]\nweight = 0.9\nany = ["Fen ferry"]\nnear = ["ferry"]\n'), body) == expected


COMMON = '[[terms]]\nweight = 0.6\nany = ["eels"]\ncommon_noun = true\n'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("The eels are back. Eels swim by night.", ["eels", "Eels"], id="no-name"),
        pytest.param("She lives in Eels Lane.", [], id="capital-inside-a-sentence"),
        pytest.param("It rains. Eels Ferrolho won.", [], id="before-a-name-at-the-start"),
        pytest.param("The Eels won. Later the eels lost.", [], id="a-name-all-through"),
        pytest.param("EELS ARE BACK IN THE FEN.", ["EELS"], id="text-in-capitals"),
    ],
)
def test_common_noun_does_not_count_as_a_name(body: str, expected: list[str]) -> None:
    assert evidence(class_of(COMMON), body) == expected


def test_of_equal_terms_the_highest_weight_counts_whose_conditions_hold() -> None:
    classes = class_of('[[terms]]\nweight = 0.9\nany = ["Fen"]\nnear = ["eel"]\n[[terms]]\nweight = 0.6\nany = ["Fen"]\n')
    assert [label.score for label in classify("Notes", "The Fen is wide.", None, classes).regions] == [0.6]
    assert [label.score for label in classify("Notes", "The Fen has eel.", None, classes).regions] == [0.9]


def test_longer_term_whose_condition_fails_still_blocks_a_shorter_one() -> None:
    classes = class_of('[[terms]]\nweight = 0.9\nany = ["Fen ferry"]\nnear = ["eel"]\n[[terms]]\nweight = 0.9\nany = ["Fen"]\n')
    assert evidence(classes, "The Fen ferry is late.") == []


def test_context_is_looked_for_within_300_characters_without_a_full_stop() -> None:
    classes = class_of('[[terms]]\nweight = 0.9\nany = ["Fen"]\nnear = ["eel"]\n')
    assert evidence(classes, "Fen " + "x " * 140 + "eel") == ["Fen"]
    assert evidence(classes, "Fen " + "x " * 160 + "eel") == []


def test_name_of_another_person_stays_if_another_term_makes_the_class_certain() -> None:
    classes = class_of('[[terms]]\nweight = 0.6\nany = ["Orlason"]\nalone = true\n[[terms]]\nweight = 0.95\nany = ["Fen"]\n')
    assert evidence(classes, "In Elvira Orlason spoke. Then Orlason left.") == []
    assert evidence(classes, "In Fen Elvira Orlason spoke. Then he saw Orlason.") == ["Fen", "Orlason"]


def test_list_of_terms_is_matched_up_to_a_limit() -> None:
    classes = class_of('[[terms]]\nweight = 0.2\nany = ["reed"]\n[[terms]]\nweight = 0.9\nany = ["Fen"]\n')
    assert evidence(classes, "reed " * 2 * MIN_MATCH_LIMIT + "Fen") == []
    assert "Fen" in evidence(classes, "reed " * MIN_MATCH_LIMIT + "x " * CHARS_PER_MATCH * MIN_MATCH_LIMIT + "Fen")


def test_strongest_evidence_is_kept_above_the_limit() -> None:
    classes = class_of('[[terms]]\nweight = 0.2\nany = ["reed"]\n[[terms]]\nweight = 0.9\nany = ["Fen"]\n')
    kept = evidence(classes, "reed " * 2 * MAX_EVIDENCE + "Fen " * 3)
    assert (len(kept), kept[-3:]) == (MAX_EVIDENCE, ["Fen"] * 3)


def test_score_at_the_minimum_is_a_label() -> None:
    assert evidence(class_of(f'[[terms]]\nweight = {LABEL_SCORE}\nany = ["Fen"]\n'), "The Fen is wide.") == ["Fen"]
    assert evidence(class_of(f'[[terms]]\nweight = {LABEL_SCORE - 0.01}\nany = ["Fen"]\n'), "The Fen is wide.") == []


def test_linked_headline_without_an_end_is_masked_for_140_characters() -> None:
    classes = class_of('[[terms]]\nweight = 0.9\nany = ["Fen"]\n')
    assert evidence(classes, "It rains READ MORE: " + "x " * 60 + "Fen") == []
    assert evidence(classes, "It rains READ MORE: " + "x " * 75 + "Fen") == ["Fen"]


def test_hash_depends_on_the_border_between_name_and_content() -> None:
    assert hash_of({"ab": b"c"}) != hash_of({"a": b"bc"})
