"""Build a class on shipped ones: what is included, added and removed, and the mistakes."""

import pytest

from streams.classify.class_records import NewsClass
from streams.classify.class_set import ClassError, builtin_classes, parse_classes
from streams.classify.classify import classify

MINING = next(news_class for news_class in builtin_classes().classes if news_class.id == "mining")
PLAIN = 'id = "mining"\ninclude = "built-in:mining"\n'
TITLE, BODY = "Ferrolho Metals opens a plant", "Ferrolho Metals opened the plant on Monday, and Ferrolho Metals will hire."
ADDED = '[[terms]]\ngroup = "ours"\nweight = 0.9\nany = ["Ferrolho Metals"]\n'


def parsed(text: str) -> NewsClass:
    (news_class,) = parse_classes({"mine.toml": text.encode()}).classes
    return news_class


def terms_of(news_class: NewsClass) -> set[str]:
    return {term for group in news_class.groups for terms in group.terms.values() for term in terms}


def test_included_class_gives_its_groups_kind_name_counts_and_standard_ids_but_no_examples() -> None:
    mining = parsed(PLAIN)
    assert mining.groups == MINING.groups
    assert (mining.kind, mining.name, mining.counts, mining.standard_ids) == ("topic", "Mining", "discussion", MINING.standard_ids)
    assert (mining.examples, mining.file) == ((), "mine.toml")


def test_own_keys_and_groups_are_added() -> None:
    mining = parsed(f'{PLAIN}name = "Pits"\n[standard]\n{ADDED}')
    assert (mining.name, mining.kind, mining.standard_ids) == ("Pits", "topic", {})
    assert len(mining.groups) == len(MINING.groups) + 1
    labels = classify(TITLE, BODY, "en", parse_classes({"mine.toml": (PLAIN + ADDED).encode()}))
    assert [label.id for label in labels.topics] == ["mining"]


def test_groups_and_terms_are_removed_without_regard_to_case_and_accents() -> None:
    mining = parsed(f'{PLAIN}[without]\ngroups = ["towns that live on a mine"]\nterms = ["freeport", "Mineracao"]\n')
    gone = terms_of(MINING) - terms_of(mining)
    assert {"Freeport", "mineração", "Calama"} <= gone
    assert "towns that live on a mine" not in {group.name for group in mining.groups}


def test_several_classes_are_included_and_the_first_gives_the_kind() -> None:
    both = parsed('id = "andes"\nname = "Andes"\ninclude = ["built-in:chile", "built-in:peru"]\n')
    assert (both.kind, both.name) == ("region", "Andes")
    assert "Chile" in terms_of(both)
    assert [rule.country for rule in both.places] == ["CL", "PE"]


def test_included_places_label_and_none_of_them_is_outside() -> None:
    classes = parse_classes({"andes.toml": b'id = "andes"\nname = "Andes"\ninclude = ["built-in:chile", "built-in:peru"]\n'})
    (label,) = classify("Buses of Cusco run late", "The buses of Cusco ran late on Monday.", "en", classes).regions
    assert (label.id, label.about) == ("andes", True)
    (label,) = classify("Cusco buys buses from Chile", "Cusco in Peru bought ten buses from Chile.", "en", classes).regions
    assert label.about


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        pytest.param('include = "mining"', "mine.toml:2: include: no class 'mining'; there are: built-in:chile, ", id="not-built-in"),
        pytest.param("include = 7", "mine.toml:2: include: no class 7", id="a-number"),
        pytest.param('include = "built-in:mining"\nwithout = 7', "mine.toml:3: without must be a table", id="no-table"),
        pytest.param('include = "built-in:mining"\n[without]\nterms = "pit"', "mine.toml:4: terms of [without] must be a list", id="text"),
        pytest.param('include = "built-in:mining"\n[without]\nword = ["pit"]', "mine.toml:4: unknown key 'word' in [without]", id="key"),
        pytest.param('include = "built-in:mining"\n[without]\nterms = [\n"eel"]', "mine.toml:5: without: the included", id="term"),
        pytest.param('include = "built-in:mining"\n[without]\ngroups = ["eels"]', "mine.toml:4: without: the included", id="group"),
    ],
)  # fmt: skip
def test_mistake_is_reported_with_its_line(text: str, mistake: str) -> None:
    with pytest.raises(ClassError) as caught:
        parsed(f'id = "mining"\n{text}\n')
    assert any(found.startswith(mistake) for found in caught.value.mistakes), caught.value.mistakes
