"""The words by which stories are compared."""

from binascii import crc32

import pytest

from streams.deduplicate.fingerprint import fingerprint
from streams.deduplicate.story_words import LONG_BODY_CHARACTERS, StoryWords, story_words


def words_of(title: str | None, body: str, language: str | None) -> StoryWords:
    return story_words(title, body, fingerprint(body).opening, language)


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        pytest.param("Evacuada la planta química", "Evacuadas las plantas químicas", "es", id="es"),
        pytest.param("samorządowe", "samorządowych", "pl", id="pl"),
        pytest.param("Землетрясение", "Землетрясения", "ru", id="not Latin"),
        pytest.param("Festnahmen", "Festnahme", None, id="unknown language"),
    ],
)
def test_inflected_forms_of_a_word_are_one_word(one: str, other: str, language: str | None) -> None:
    shared = words_of(one, "", language).frequencies.keys() & words_of(other, "", language).frequencies.keys()
    assert len(shared) == len(words_of(one, "", language).frequencies)


def test_english_words_of_one_beginning_are_different() -> None:
    assert not words_of("Conservation", "", "en").frequencies.keys() & words_of("Conservatives", "", "en").frequencies.keys()


def test_words_of_the_headline_count_twice_and_small_words_not_at_all() -> None:
    found = words_of("The ferry", "A ferry and the harbour", "en").frequencies
    assert sorted(found.values()) == [1, 3]


@pytest.mark.parametrize(("characters", "times"), [(LONG_BODY_CHARACTERS, 2), (LONG_BODY_CHARACTERS + 1, 5)])
def test_words_of_the_headline_count_more_beside_a_long_body(characters: int, times: int) -> None:
    found = words_of("Ferry", "harbour".ljust(characters, "x"), "en").frequencies
    assert sorted(found.values()) == [1, times]


def test_figures_are_the_numbers_without_those_of_dates() -> None:
    found = words_of("Results of 2025", "On 14 November farmers sold 412 sheep for 3,980 crowns.", "en")
    assert found.figures == {crc32(word) for word in (b"2025", b"412", b"980")}
    assert found.head_figures == {crc32(b"2025")}


def test_without_a_headline_the_first_line_is_one() -> None:
    assert words_of(None, "Ferry 90 aground\nThe harbour is closed.", "en") == words_of("Ferry 90 aground", "The harbour is closed.", "en")


@pytest.mark.parametrize(
    ("title", "rest"),
    [
        pytest.param("Portada del viernes 14 de noviembre", "Portada", id="day and month"),
        pytest.param("Front page, Friday, November 14", "Front page", id="month first"),
        pytest.param("Sorteo, noviembre 2025", "Sorteo 2025", id="month and year"),
    ],
)
def test_the_date_of_a_headline_is_no_evidence(title: str, rest: str) -> None:
    assert words_of(title, "", "es") == words_of(rest, "", "es")


@pytest.mark.parametrize("title", ["March of the farmers", "14 farmers freed"])
def test_a_month_without_a_number_and_a_number_without_a_month_stay(title: str) -> None:
    assert len(words_of(title, "", "en").frequencies) == len(title.split()) - title.count("of the") * 2


def test_dates_of_the_text_stay() -> None:
    assert len(words_of("Ferry", "The ferry sank on 14 November.", "en").frequencies) == 4
