"""Page shapes: their files, every mistake in one by line, and the example of docs/shapes.md."""

import re
from pathlib import Path
from unittest import mock

import pytest

from streams.split.text import split
from streams.split.text.shape_files import MAX_SIGN_CHARACTERS, ShapeError, parse_page_words, parse_shapes
from streams.split.text.shape_records import MAX_STAMP_DISTANCE, TOKENS, Header
from streams.split.text.shapes import general_words, page_shapes

DOCUMENT = Path(__file__).parents[4] / "docs" / "shapes.md"
FETCHED_AT = 1754136000  # 2025-08-02T12:00:00Z
GOOD = """\
name = "Tide"
signs = ["My harbours"]

[[article]]
lines = ["headline", "age"]
"""


def mistakes(text: str | bytes) -> list[str]:
    """The mistakes of one file, by line."""
    with pytest.raises(ShapeError) as caught:
        parse_shapes({"d.toml": text if isinstance(text, bytes) else text.encode()})
    return [mistake.removeprefix("d.toml:") for mistake in caught.value.mistakes]


def test_the_shapes_of_the_package_are_well_formed() -> None:
    assert [shape.name for shape in page_shapes()] == ["A", "B", "C"]
    assert all(shape.signs and shape.headers for shape in page_shapes())


def test_the_general_words_are_well_formed_and_their_ends_are_chrome() -> None:
    assert general_words().ends < general_words().chrome


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("signs =", "sings =", "2: unknown key 'sings'; known: article, chrome, ends, name, signs", id="misspelt-key"),
        pytest.param("lines =", "line =", "5: unknown key 'line' in [[article]]; known: lines, lead", id="misspelt-key-of-an-article"),
        pytest.param('["My harbours"]', "[]", "2: signs must name at least one text: a shape without signs fits every page", id="no-sign"),
        pytest.param('"My harbours"', '"..."', "2: signs: a text with a letter or digit is expected, not '...'", id="sign-without-letter"),
        pytest.param('"My harbours"', "3", "2: signs: a text with a letter or digit is expected, not 3", id="sign-that-is-a-number"),
        pytest.param('["My harbours"]', '"My harbours"', "2: signs must be a list of texts, not 'My harbours'", id="sign-without-list"),
        pytest.param(
            "My harbours",
            "My harbours: all",
            "2: a sign must be words with one space between, without punctuation inside: 'My harbours: all'",
            id="sign-that-is-never-found",
        ),
        pytest.param("My", "My" + " my" * 30, f"2: a sign has at most {MAX_SIGN_CHARACTERS} characters, not 101: ", id="long-sign"),
        pytest.param('"Tide"', '""', "1: name must be a text, not ''", id="empty-name"),
        pytest.param('"Tide"', "7", "1: name must be a text, not 7", id="name-that-is-a-number"),
        pytest.param('name = "Tide"\n', "", "1: name must be a text, and it is missing", id="no-name"),
        pytest.param("\n[[", 'chrome = "logo"\n\n[[', "3: chrome must be a list of texts, not 'logo'", id="chrome-without-list"),
        pytest.param("\n[[", 'ends = [\n"-"]\n\n[[', "4: ends: a text with a letter or digit is expected, not '-'", id="empty-end"),
        pytest.param('"headline"', '"hedline"', "5: unknown token 'hedline'; known, each also with '?' behind: headline, ", id="token"),
        pytest.param('"headline"', "1", "5: unknown token 1; known", id="token-that-is-a-number"),
        pytest.param('["headline", "age"]', "[]", "5: lines must be a list of at least one of: headline, ", id="no-token"),
        pytest.param('lines = ["headline", "age"]', "", "4: lines must be a list of at least one of: headline, ", id="no-lines"),
        pytest.param('"age"', '"outlet-again"', "5: 'outlet-again' needs 'outlet' or 'outlet-age' before it", id="outlet-again-first"),
        pytest.param('"headline"', '"headline-again"', "5: 'headline-again' needs 'headline' before it", id="headline-again-first"),
        pytest.param("lines =", 'lead = "yes"\nlines =', "5: lead must be true or false, not 'yes'", id="lead"),
        pytest.param("[[article]]", "[article]", "4: article must be written as [[article]]", id="single-brackets"),
        pytest.param('[[article]]\nlines = ["headline", "age"]', "", "1: no [[article]]: a shape without headers", id="no-article"),
        pytest.param('"Tide"', '"Tide', "1: not TOML: ", id="not-toml"),
    ],
)
def test_a_mistake_in_a_shape_is_reported_with_its_line(old: str, new: str, expected: str) -> None:
    assert old in GOOD
    assert any(mistake.startswith(expected) for mistake in mistakes(GOOD.replace(old, new, 1))), mistakes(GOOD.replace(old, new, 1))


def test_bytes_that_are_not_utf_8_are_reported_with_their_line() -> None:
    assert mistakes(b'name = "D"\nsigns = ["\xff"]\n') == ["2: not UTF-8: save the file as UTF-8"]


def test_all_mistakes_of_all_files_are_reported_at_once() -> None:
    with pytest.raises(ShapeError) as caught:
        parse_shapes({"b.toml": GOOD.replace("signs", "sings").encode(), "a.toml": b"name ="})
    assert [mistake.partition(": ")[0] for mistake in caught.value.mistakes] == ["a.toml:1", "b.toml:2", "b.toml:1"]


def test_two_shapes_of_one_name_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"^b\.toml:1: name 'Tide' is taken by another file$"):
        parse_shapes({"a.toml": GOOD.encode(), "b.toml": GOOD.encode()})


def test_an_unknown_key_among_the_general_words_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"^general\.toml:2: unknown key 'end'; known: chrome, ends$"):
        parse_page_words("general.toml", b'chrome = ["Home"]\nend = ["Related"]\n')
    with pytest.raises(ShapeError, match=r"^general\.toml:1: not TOML: "):
        parse_page_words("general.toml", b"chrome")


@pytest.mark.parametrize(
    ("tokens", "positions"),
    [
        pytest.param(["headline", "age"], [1], id="certain"),
        pytest.param(["headline", "category?", "outlet?", "age"], [1, 2, 3], id="behind-optional-lines"),
        pytest.param(["headline", "age?"], list(range(MAX_STAMP_DISTANCE)), id="optional"),
        pytest.param(["headline"], list(range(MAX_STAMP_DISTANCE)), id="none"),
    ],
)
def test_a_header_is_looked_for_where_its_age_can_be(tokens: list[str], positions: list[int]) -> None:
    header = Header(tuple((token.removesuffix("?"), token.endswith("?")) for token in tokens))
    assert list(header.age_positions) == positions


def documented(language: str) -> str:
    (block,) = re.findall(rf"```{language}\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    return str(block)


def test_the_example_of_the_documentation_has_the_articles_that_it_says() -> None:
    shapes = parse_shapes({"tidewatch.toml": documented("toml").encode()})
    with mock.patch.object(split, "page_shapes", return_value=shapes):
        cuts = split.split_text(documented("text"), FETCHED_AT)
    assert cuts.is_shaped
    assert [(cut.title, cut.outlet, cut.published_at) for cut in cuts.cuts] == [
        ("Old bridge of Port Clare to close", "Harbour Post", "2025-08-02T09:00:00Z"),
        ("Ferry runs aground off Cape Sorrow", "El Faro", "2025-07-31"),
    ]
    assert [cut.body[-len("hurt.") :] for cut in cuts.cuts] == [" May.", "hurt."]


def test_each_key_and_token_is_documented() -> None:
    rows = re.findall(r"^\| (`.*?`) \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert re.findall(r"`([^`]+)`", " ".join(rows)) == ["name", "signs", "chrome", "ends", "[[article]]", "lines", "lead", *TOKENS]
