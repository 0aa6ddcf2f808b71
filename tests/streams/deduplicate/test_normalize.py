import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.deduplicate.normalize import content_id, normalize


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("The Mayor SPOKE", "the mayor spoke", id="case"),
        pytest.param("Muñoz habló en Maracaibó", "munoz hablo en maracaibo", id="accents"),
        pytest.param("‘Yes’ – she said… “no”", "yes she said no", id="typographic punctuation"),
        pytest.param("'Yes' - she said... \"no\"", "yes she said no", id="plain punctuation"),
        pytest.param("one\r\n two\u00a0three\tfour", "one two three four", id="white space"),
        pytest.param("co\u00adoperate zero\u200bwidth", "cooperate zerowidth", id="invisible characters"),
        pytest.param("oﬃce １２", "office 12", id="compatibility forms"),
        pytest.param("snake_case", "snake case", id="underscore"),
        pytest.param("Straße", "strasse", id="folding that changes the length"),
        pytest.param("Мэр сказал", "мэр сказал", id="another alphabet"),
        pytest.param("新しい橋", "新 し い 橋", id="script without spaces"),
        pytest.param("€ 1.5m", "1 5m", id="figures stay"),
        pytest.param(" … ", "", id="no word"),
    ],
)
def test_texts_are_equal_when_their_words_are(text: str, words: str) -> None:
    assert normalize(text) == words


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@given(st.text())
def test_what_is_normalised_has_single_spaces_only(text: str) -> None:
    assert normalize(text).split(" ") == (normalize(text).split() or [""])


WESTERN = "".join(bytes((at,)).decode("cp1252", "ignore") for at in range(256))


@given(st.text(alphabet=WESTERN))
def test_western_text_gives_the_same_alone_and_beside_other_scripts(text: str) -> None:
    assert normalize(text + " ж") == f"{normalize(text)} ж".strip()


@pytest.mark.parametrize("character", [character for character in WESTERN if not character.isascii()])
def test_each_western_character_gives_the_same_alone_and_beside_other_scripts(character: str) -> None:
    assert normalize(f"a{character}b ж") == f"{normalize(f'a{character}b')} ж"


def test_equal_texts_have_equal_content_ids_of_32_hex_digits() -> None:
    assert content_id("A Headline", "The body.\nMore") == content_id("a headline", "the body more")
    assert len(content_id(None, "x")) == 32
    assert set(content_id(None, "x")) <= set("0123456789abcdef")


def test_another_headline_or_word_gives_another_content_id() -> None:
    assert (
        len({content_id("One", "the body"), content_id("Two", "the body"), content_id("One", "the bodies"), content_id(None, "the body")})
        == 4
    )


def test_it_makes_no_difference_where_the_headline_was_cut_off() -> None:
    ids = {
        content_id("Bridge opens", "It rained."),
        content_id(None, "Bridge opens\nIt rained."),
        content_id("Bridge opens", "BRIDGE OPENS It rained"),
    }
    assert len(ids) == 1


def test_a_headline_that_is_only_the_beginning_of_a_word_counts() -> None:
    assert content_id("Rain", "Rainfall was low") == content_id(None, "Rain Rainfall was low")
