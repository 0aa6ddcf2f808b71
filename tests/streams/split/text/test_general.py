"""Splitting pages of no known shape: rivers in any order, lists, single articles, indexes. All people, places and outlets are invented."""

import pytest

from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.records import Fate
from streams.split import split_page
from streams.split.cuts import Cuts
from tests.stories import headline, story

FETCHED_AT = 1754136000  # 2025-08-02T12:00:00Z
BRIDGE = "The council of Port Clare met on Monday to talk about the old bridge. It will be closed in May."
FERRY = "SANTA VELA (Reuters) - A ferry with ninety people on board ran aground near Cape Sorrow on Friday. Nobody was hurt."
HARBOUR = "El puerto de Villa Serena cerró este lunes por el mal tiempo, informó la capitanía. Reabrirá el jueves."


def split(text: str) -> Cuts:
    return split_page(Page(text, Format.TEXT), FETCHED_AT)


def rows(cuts: Cuts) -> list[tuple[str | None, str | None, str | None]]:
    return [(cut.title, cut.outlet, cut.published_at) for cut in cuts.cuts]


RIVERS = {
    "headline, outlet, age, story": "{h}\n{o}\n{a}\n{b}\n\n",
    "headline, outlet and age, story": "{h}\n{o} · {a}\n{b}\n\n",
    "outlet, age, headline, story": "{o}\n{a}\n{h}\n{b}\n",
    "age, headline, outlet, story": "{a}\n{h}\n{o}\n{b}\n\n",
    "outlet, headline, age, story": "{o}\n{h}\n{a}\n\n{b}\n\n",
    "headline, story, outlet, age": "{h}\n{b}\n{o}\n{a}\n\n",
    "headline, story, outlet and age": "{h}\n{b}\n{o} | {a}\n",
    "with the name of its section": "{h}\nNoticias de toda la región\n{o} · {a}\n{b}\n",
    "with a category and buttons": "Economía\n{h}\n{o} • {a}\n{b}\nLeer más\nCompartir\n",
}


@pytest.mark.parametrize("form", RIVERS.values(), ids=RIVERS.keys())
@pytest.mark.parametrize(
    "ages",
    [
        pytest.param(("Hace 3 horas", "Hace 2 días", "Ayer"), id="es"),
        pytest.param(("il y a 3 heures", "il y a 2 jours", "hier"), id="fr"),
        pytest.param(("vor 3 Stunden", "vor 2 Tagen", "gestern"), id="de"),
    ],
)
@pytest.mark.parametrize("top", ["", "La Voz de Villa Serena\nInicio\nDeportes\n\n"], ids=["bare", "with a menu"])
def test_rivers_of_unknown_shape_are_cut_by_what_their_headers_share(form: str, ages: tuple[str, ...], top: str) -> None:
    stories = [
        ("Cierra el puerto de Villa Serena", "El Faro", HARBOUR, "2025-08-02T09:00:00Z"),
        ("Ferry runs aground off Cape Sorrow", "Harbour Post", FERRY, "2025-07-31"),
        (
            "Old bridge of Port Clare to close",
            "Diario 21",
            f"{BRIDGE}\nNobody objected to it, the mayor of the town said later.",
            "2025-08-01",
        ),
    ]
    text = top + "".join(form.format(h=h, o=o, a=a, b=b) for (h, o, b, _), a in zip(stories, ages, strict=True))
    cuts = split(text)
    assert rows(cuts) == [(h, o, time) for h, o, _, time in stories]
    assert [cut.body for cut in cuts.cuts] == [b for _, _, b, _ in stories]


def test_a_numbered_list_gives_its_stories_without_the_numbers() -> None:
    text = f"Today's three\n1. The bridge\n{BRIDGE}\n2. The ferry\n{FERRY}\n"
    assert [(cut.title, cut.body) for cut in split(text).cuts] == [("The bridge", BRIDGE), ("The ferry", FERRY)]


@pytest.mark.parametrize("column", [5, 7, 9, 12])
@pytest.mark.parametrize(
    "text",
    [f"{BRIDGE} {FERRY} {BRIDGE}", "the council of the town and the mayor of it said " * 9 + "that it will now be closed to all carts."],
)
def test_text_wrapped_at_a_column_is_one_article(text: str, column: int) -> None:
    words = text.split()
    wrapped = "\n".join(" ".join(words[at : at + column]) for at in range(0, len(words), column))
    (cut,) = split(f"Two stories of the coast\n{wrapped}").cuts
    assert cut.title == "Two stories of the coast"
    assert cut.body.split() == words


def test_rules_separate_the_stories_of_a_list() -> None:
    text = f"The bridge\n{BRIDGE}\n---\nThe ferry\n{FERRY}\n* * *\nEl puerto\n{HARBOUR}\n"
    assert [(cut.title, cut.body) for cut in split(text).cuts] == [("The bridge", BRIDGE), ("The ferry", FERRY), ("El puerto", HARBOUR)]


def test_a_rule_inside_a_story_separates_nothing() -> None:
    assert [cut.body for cut in split(f"The bridge\n{BRIDGE}\n***\n{FERRY}\n").cuts] == [f"{BRIDGE}\n{FERRY}"]


def test_ages_of_headlines_below_a_story_are_not_its_own() -> None:
    links = "".join(f"Walk number {n} along the river\n{n} hours ago\n" for n in range(2, 7))
    (cut,) = split(f"Old bridge to close\n{BRIDGE}\n{FERRY}\n{links}").cuts
    assert (cut.title, cut.published_at, cut.body) == ("Old bridge to close", None, f"{BRIDGE}\n{FERRY}")


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        pytest.param(f"Old bridge to close\n{BRIDGE}", "Old bridge to close", BRIDGE, id="title and text"),
        pytest.param(BRIDGE, None, BRIDGE, id="only text"),
        pytest.param(f"Old bridge to close\n\n{BRIDGE}\n\n{FERRY}\n", "Old bridge to close", f"{BRIDGE}\n{FERRY}", id="paragraphs"),
        pytest.param("Bridge closed\nUntil May.", "Bridge closed", "Until May.", id="very short"),
        pytest.param("Bridge closed.", None, "Bridge closed.", id="one short line"),
        pytest.param(
            f"Home\nSports\nOld bridge to close\nBy Ana Ruiz\n3 hours ago\nShare\n{BRIDGE}\nTags\nbridges\nMost read\nTen beaches to see",
            "Old bridge to close",
            BRIDGE,
            id="in its page",
        ),
        pytest.param(
            "Puerto cerrado por el temporal\nEl puerto de Villa\nSerena cerró este\nlunes por el mal\ntiempo, informó la\ncapitanía.",
            "Puerto cerrado por el temporal",
            "El puerto de Villa Serena cerró este lunes por el mal tiempo, informó la capitanía.",
            id="wrapped at a column",
        ),
    ],
)
def test_a_single_article_is_one_however_short(text: str, title: str | None, body: str) -> None:
    assert [(cut.title, cut.body.replace("\n", " ") if "wrapped" in text else cut.body) for cut in split(text).cuts] == [(title, body)]


def test_a_single_article_has_the_author_and_time_of_its_header() -> None:
    cut = split(f"Old bridge to close\nBy Ana Ruiz\nUpdated 3 hours ago\n{BRIDGE}").cuts[0]
    assert (cut.author, cut.published_at) == ("Ana Ruiz", "2025-08-02T09:00:00Z")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("".join(f"Council number {n} votes on a new bridge\n\n" for n in range(9)), id="headlines"),
        pytest.param(
            "".join(f"Council {n} votes on a new bridge\nHarbour Post\n{n} hours ago\n" for n in range(1, 9)), id="headlines with ages"
        ),
        pytest.param(
            "".join(f"Council number {n} votes on a new bridge\n" for n in range(9))
            + "We use cookies to make this site better for all of you.\n",
            id="headlines and a notice",
        ),
        pytest.param(
            "".join(f"Council number {n} votes on a new bridge\n" for n in range(9))
            + "“We will not go out to sea until it is calm again.”\n",
            id="headlines and a quote",
        ),
        pytest.param("Home\nNews\nSports\nSearch\n", id="a menu"),
        pytest.param("#bridges\nLatest news\n", id="an empty list"),
    ],
)
def test_an_index_gives_no_article_but_a_full_ledger(text: str) -> None:
    cuts = split(text)
    assert cuts.cuts == ()
    assert Fate.ARTICLE not in {span.fate for span in cuts.spans}
    assert cuts.spans[-1].end == len(text)


def test_a_part_without_a_header_below_the_day_of_its_group_is_cut() -> None:
    text = "1 NOVEMBER 2026\n\ne a e a e o l .\n\nt e d\nt n t a t r e .\n\n0 , t\ny a s r f t d ."
    cuts = split_page(Page(text, Format.TEXT), None).cuts  # found by mutation: an index error
    assert {cut.published_at for cut in cuts} <= {"2026-11-01", None}


def test_a_name_in_brackets_ends_each_story_of_a_list_and_is_its_outlet() -> None:
    text = "\n\n".join(
        f"{number}. {headline(number)}\n{story(number, 3)}\n({name})" for number, name in enumerate(("Harbour Post", "Vela News"), 1)
    )
    cuts = split(f"{text}\n\nYou are on the list of readers; answer to leave it.\n").cuts
    assert [(cut.title, cut.body, cut.outlet) for cut in cuts] == [
        (headline(1), story(1, 3), "Harbour Post"),
        (headline(2), story(2, 3), "Vela News"),
    ]


@pytest.mark.parametrize(
    ("name", "outlet"), [("Marta Iribarren", None), ("Harbour Post", "Harbour Post"), ("clarepost.example", "clarepost.example")]
)
def test_a_name_between_headline_and_day_that_may_be_a_person_is_no_outlet(name: str, outlet: str | None) -> None:
    (cut,) = split(f"Old bridge to close in the summer\n\n{name}\n1 August 2025\n\n{BRIDGE}\n\n{HARBOUR}\n").cuts
    assert (cut.title, cut.outlet, cut.published_at) == ("Old bridge to close in the summer", outlet, "2025-08-01")
