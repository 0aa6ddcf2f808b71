"""classes: class files are read, and every mistake in them is named by file and line."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from streams.classify.class_records import LANGUAGES, TermGroup
from streams.classify.class_set import ClassError, builtin_classes, extra_files, parse_classes
from streams.split.fields.language import SAME_LANGUAGE

GOOD = b"""id = "fen"
kind = "region"
name = "Fen"
counts = "mention"

[standard]
iso3166 = "XF"

[[terms]]
group = "names"
weight = 0.9
any = ["Fen"]
es = ["fenense"]
"""


WHOLE = (
    GOOD
    + b"""capital = true
near = ["@given-names", "ferry"]
not_before = [", Ohio"]

[[homonyms]]
any = ["Fen Street"]

[[examples]]
expect = "about"
title = "Fen buys a ferry"
body = "The council of Fen voted for the ferry on Monday."
"""
).decode()


def mistakes(data: bytes, **others: bytes) -> tuple[str, ...]:
    with pytest.raises(ClassError) as caught:
        parse_classes({"fen.toml": data} | {f"{name}.toml": other for name, other in others.items()})
    assert str(caught.value) == "\n".join(caught.value.mistakes)
    return caught.value.mistakes


def test_the_shipped_classes_are_the_four_of_the_contract() -> None:
    classes = builtin_classes()
    assert classes.region_ids == ("chile", "miami", "venezuela")
    assert classes.topic_ids == ("mining",)
    assert [news_class.name for news_class in classes.classes] == ["Chile", "Miami", "Mining", "Venezuela"]
    assert all(news_class.standard_ids and news_class.examples for news_class in classes.classes)


def test_class_file_is_parsed_into_a_class() -> None:
    (fen,) = parse_classes({"fen.toml": GOOD}).classes
    assert (fen.id, fen.kind, fen.name, fen.counts, fen.file) == ("fen", "region", "Fen", "mention", "fen.toml")
    assert fen.standard_ids == {"iso3166": "XF"}
    assert fen.groups == (TermGroup(name="names", weight=0.9, terms={"any": ("Fen",), "es": ("fenense",)}),)


def test_list_reference_is_expanded() -> None:
    files = {
        "fen.toml": GOOD + b'not_after = ["@first", "Old"]\n',
        "first.toml": b'kind = "list"\nid = "first"\nwords = ["Orla", "Ebba"]\n',
    }
    assert parse_classes(files).classes[0].groups[0].not_after == ("Orla", "Ebba", "Old")


def test_shipped_lists_are_available_and_overridden_by_own_lists() -> None:
    fen = GOOD + b'not_after = ["@given-names"]\n'
    own = b'kind = "list"\nid = "given-names"\nwords = ["Orla"]\n'
    assert "Carlos" in parse_classes({"fen.toml": fen}).classes[0].groups[0].not_after
    assert parse_classes({"fen.toml": fen, "names.toml": own}).classes[0].groups[0].not_after == ("Orla",)


@pytest.mark.parametrize(
    ("list_file", "mistake"),
    [
        pytest.param(b'kind = "list"\nwords = ["Orla"]', "list.toml:1: a list needs an id", id="no-id"),
        pytest.param(b'kind = "list"\nid = "first"', "list.toml:1: a list needs words", id="no-words"),
        pytest.param(b'kind = "list"\nid = "first"\nwords = "Orla"', "list.toml:3: a list needs words", id="a-text"),
        pytest.param(b'kind = "list"\nid = "first"\nwords = [\n"Orla",\n7]', "list.toml:5: a word of a list must be", id="a-number"),
        pytest.param(b'kind = "list"\nid = "first"\nwords = ["@other"]', "list.toml:3: a word of a list must be", id="a-list"),
        pytest.param(b'kind = "list"\nid = "first"\nname = "First"\nwords = ["x"]', "list.toml:3: unknown key 'name'", id="unknown-key"),
    ],
)
def test_mistake_in_a_list_is_reported(list_file: bytes, mistake: str) -> None:
    assert any(found.startswith(mistake) for found in mistakes(GOOD, list=list_file))


def test_language_keys_are_the_codes_of_articles() -> None:
    assert {"en", "es", "pt", "fr", "de", "it", "zh", "no"} <= LANGUAGES
    assert not {"nb", "nn", "sh", "esp", "any"} & LANGUAGES
    assert LANGUAGES.isdisjoint(SAME_LANGUAGE)


@pytest.mark.slow
def test_shipped_class_is_replaced_by_a_class_of_the_user_and_by_no_other() -> None:
    classes = parse_classes({"mine.toml": GOOD.replace(b'"fen"', b'"peru"')} | extra_files(["built-in", "peru"]))
    assert [news_class.id for news_class in classes.classes] == ["chile", "miami", "mining", "peru", "venezuela"]
    assert next(news_class.name for news_class in classes.classes if news_class.id == "peru") == "Fen"
    assert mistakes(GOOD, other=GOOD) == ("other.toml:1: id 'fen' is taken by fen.toml",)


def test_hash_depends_on_names_and_contents() -> None:
    first = parse_classes({"fen.toml": GOOD}).hash
    assert first == parse_classes({"fen.toml": GOOD}).hash
    assert len(first) == 12
    assert first != parse_classes({"fen.toml": GOOD + b"\n"}).hash
    assert first != parse_classes({"other.toml": GOOD}).hash


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        pytest.param(b'kind = "region"', b'kind = "place"', "fen.toml:2: kind must be", id="kind"),
        pytest.param(b'id = "fen"', b'id = "Fen!"', "fen.toml:1: id must be", id="id"),
        pytest.param(b'name = "Fen"', b'name = " "', "fen.toml:3: name is missing", id="name"),
        pytest.param(b'counts = "mention"', b"", "fen.toml:1: counts must be", id="counts"),
        pytest.param(b'iso3166 = "XF"', b'iso3166 = "xf1"', "fen.toml:7: iso3166 can't be 'xf1'", id="standard-id"),
        pytest.param(b'iso3166 = "XF"', b'gaul = "7"', "fen.toml:7: unknown standard 'gaul'", id="unknown-standard"),
        pytest.param(b"weight = 0.9", b"weight = 2", "fen.toml:11: weight must be", id="weight"),
        pytest.param(b"weight = 0.9\n", b"", "fen.toml:9: weight must be", id="no-weight"),
        pytest.param(b"weight = 0.9", b"weight = 0.9\ncolour = 1", "fen.toml:12: unknown key 'colour'", id="unknown-key"),
        pytest.param(b"weight = 0.9", b'weight = 0.9\nwithin = "page"', "fen.toml:12: within must be", id="within"),
        pytest.param(b"weight = 0.9", b'weight = 0.9\ncapital = "yes"', "fen.toml:12: capital must be true or false", id="capital"),
        pytest.param(b"weight = 0.9", b'weight = 0.9\nnear = ["@eels"]', "fen.toml:12: no list '@eels'", id="no-list"),
        pytest.param(b"weight = 0.9", b'weight = 0.9\nnear = "eel"', "fen.toml:12: near must be a list", id="not-a-list"),
        pytest.param(b'any = ["Fen"]', b'any = ["--"]', "fen.toml:12: a term must be a text", id="term-without-letters"),
        pytest.param(b'any = ["Fen"]\nes = ["fenense"]\n', b"", "fen.toml:9: no terms", id="no-terms"),
        pytest.param(b'name = "Fen"', b'name = "Fen"\nsize = 3', "fen.toml:4: unknown key 'size'", id="unknown-top-key"),
        pytest.param(
            b'kind = "region"\n', b"", "fen.toml:1: kind must be 'region' or 'topic' (or 'list'), and it is missing", id="no-kind"
        ),
        pytest.param(b'any = ["Fen"]', b'all = ["Fen"]', "fen.toml:12: unknown key 'all' in [[terms]]; known: any, a language", id="all"),
        pytest.param(b'any = ["Fen"]', b'any = ["the  Fen"]', "fen.toml:12: leading, trailing or repeated spaces", id="two-spaces"),
        pytest.param(b'any = ["Fen"]', b'any = [" Fen"]', "fen.toml:12: leading, trailing or repeated spaces", id="space-in-front"),
        pytest.param(b'any = ["Fen"]', b'any = ["Fen", ""]', "fen.toml:12: a term must be a text", id="empty-term"),
        pytest.param(b"[[terms]]", b"[[terms]] # names\ncolour = 1", "fen.toml:10: unknown key 'colour'", id="remark-behind-the-head"),
        pytest.param(b"weight = 0.9", b"weight = 0,9", "fen.toml:11: not TOML: Expected newline", id="decimal-comma"),
        pytest.param(b'iso3166 = "XF"', b'wikidata = "XF"', "fen.toml:7: wikidata can't be 'XF'; it must look like Q298", id="wikidata"),
        pytest.param(b"[[terms]]", b"[[term]]", "fen.toml:9: unknown key 'term'", id="misspelt-head"),
        pytest.param(b"[[terms]]", b"[terms]", "fen.toml:9: terms must be written as [[terms]]", id="single-brackets"),
    ],
)
def test_mistake_is_reported_with_its_line(old: bytes, new: bytes, mistake: str) -> None:
    assert any(found.startswith(mistake) for found in mistakes(GOOD.replace(old, new)))


@pytest.mark.parametrize(
    ("example", "mistake"),
    [
        pytest.param(b'expect = "maybe"\nbody = "x y"', "fen.toml:15: expect must be", id="expect"),
        pytest.param(b'expect = "none"', "fen.toml:14: an example needs a body", id="body"),
        pytest.param(b'expect = "none"\nbody = "x"\ntext = "y"', "fen.toml:17: unknown key 'text'", id="key"),
        pytest.param(b'expect = "none"\nbody = "x"\nlanguage = "English"', "fen.toml:17: language must be a code", id="language"),
        pytest.param(b'expect = "none"\nbody = "x"\ntitle = 3', "fen.toml:17: title must be a text", id="title"),
    ],
)
def test_mistake_in_an_example_is_reported(example: bytes, mistake: str) -> None:
    assert any(found.startswith(mistake) for found in mistakes(GOOD + b"[[examples]]\n" + example))


def test_line_is_that_of_the_table_with_the_mistake() -> None:
    second = b'[[terms]]\nany = ["Marsh"]\nweight = 0.5\n'
    assert mistakes(GOOD.replace(b"weight = 0.9\n", b"") + second)[0].startswith("fen.toml:9: weight")


VALUES = st.sampled_from(
    ["0", "-1", "nan", "true", '""', '"x"', "[]", "[1]", "[[]]", "{}", "{a = 1}", "1979-05-27", '["x", " y"]', "9" * 5000]
)
KEYS = ["id", "kind", "name", "counts", "standard", "terms", "homonyms", "examples", "weight", "any", "es", "near", "not_before", "capital"]


@pytest.mark.slow
@given(
    lines=st.permutations(WHOLE.splitlines()), kept=st.integers(1, 20), key=st.sampled_from(KEYS), value=VALUES, junk=st.binary(max_size=8)
)
@example(lines=WHOLE.splitlines(), kept=20, key="near", value="[" * 5000, junk=b"")
def test_every_mistake_has_file_and_line_for_any_content(lines: list[str], kept: int, key: str, value: str, junk: bytes) -> None:
    """Lines in any order, some lost, one key with a value of any kind, and bytes of any kind behind it."""
    try:
        parse_classes({"fen.toml": "\n".join([*lines[:kept], f"{key} = {value}", ""]).encode() + junk})
    except ClassError as error:
        assert all(re.match(r"fen\.toml:\d+: \w", mistake) for mistake in error.mistakes)  # noqa: PT017


def test_all_mistakes_of_all_files_are_reported_at_once() -> None:
    found = mistakes(GOOD.replace(b"0.9", b"9").replace(b'"mention"', b'"all"'), broken=b"id = \n", latin=b'id = "caf\xe9"\n')
    assert [line.split(": ")[0] for line in found] == ["broken.toml:1", "latin.toml:1", "fen.toml:4", "fen.toml:11"]


def test_two_files_with_one_id_are_refused() -> None:
    assert mistakes(GOOD, other=GOOD) == ("other.toml:1: id 'fen' is taken by fen.toml",)


def test_no_files_are_refused() -> None:
    with pytest.raises(ClassError, match="no class file"):
        parse_classes({})
