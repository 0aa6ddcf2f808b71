"""Patterns found as whole words."""

from hypothesis import given
from hypothesis import strategies as st

from streams.classify.whole_words import CHARS_PER_MATCH, MIN_MATCH_LIMIT, WholeWords

# Letters of ASCII and others, lost ones, marks that end words, and line ends.
TEXTS = st.text(alphabet="abé\ufffdж漢1 ,.'“-\U0001f600", max_size=30)
PATTERNS = st.text(alphabet="abé\ufffdж1 ,.'", min_size=1, max_size=5).map(str.strip).filter(lambda term: term.strip(",.'") != "")


def every_match(patterns: list[str], plain: str) -> list[tuple[int, int, int]]:
    spans = [
        (number, at, at + len(pattern))
        for number, pattern in enumerate(patterns)
        for at in range(1, len(plain))
        if plain.startswith(pattern, at)
    ]
    whole = [match for match in spans if not (plain[match[1] - 1].isalnum() or plain[match[2]].isalnum())]
    return sorted(whole, key=lambda match: (match[2], match[1]))


@given(st.lists(PATTERNS, max_size=8, unique=True), TEXTS)
def test_each_whole_word_is_found_in_order_of_its_end_the_longest_first(patterns: list[str], text: str) -> None:
    plain = f" {text} "
    assert WholeWords(patterns).find(plain) == every_match(patterns, plain)


def test_marks_of_a_pattern_are_those_of_the_text() -> None:
    assert WholeWords(["u.s. steel"]).find(" u s  steel, u.s. steel ") == [(0, 13, 23)]


def test_of_a_list_of_terms_the_first_ones_are_found() -> None:
    plain = " " + "reed " * 2 * MIN_MATCH_LIMIT
    assert len(WholeWords(["reed"]).find(plain)) == MIN_MATCH_LIMIT + len(plain) // CHARS_PER_MATCH
