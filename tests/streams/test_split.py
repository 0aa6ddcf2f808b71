"""Splitting text pages: the shapes A, B and C with their traps, the general fallback, and the ledger. All people, places and outlets are invented."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dump import Page
from streams.errors import InvalidRecord, Reason
from streams.records import Cut, Fate
from streams.split.split import MAX_BLOCKS, MAX_BODY_CHARACTERS, Cuts, split_page

FETCHED_AT = 1754136000  # 2025-08-02T12:00:00Z
BRIDGE = "The council of Port Clare met on Monday to talk about the old bridge. It will be closed in May."
FERRY = "SANTA VELA (Reuters) - A ferry with ninety people on board ran aground near Cape Sorrow on Friday. Nobody was hurt."
HARBOUR = "El puerto de Villa Serena cerró este lunes por el mal tiempo, informó la capitanía. Reabrirá el jueves."

SHAPE_A = f"""Old bridge of Port Clare to close
{BRIDGE}
A spokeswoman said the
ferry company
will run more boats. Work begins in June.
Five walks along the river
Ferry company names new head
Hashtags

Try Our AI Features
Explore what Daily8 AI can do for you:
Comments
No comments yet...
Related Articles


Harbour Post
10 hours ago
- Harbour Post
Ferry runs aground off Cape Sorrow
{FERRY} Solve the daily Crossword
.jpg&w=3840&q=100)

Channel 7
04-07-2025
- Channel 7
A headline that has no story below it

El Faro
a few seconds ago
- El Faro
Cierra el puerto de Villa Serena
{HARBOUR} READ MORE: Storm on its way to the coast
"""

SHAPE_B = f"""logo
Old bridge of Port Clare to close

Old bridge of Port Clare to close

Channel 2409-07-2025
{BRIDGE}

Orange background

Try Our AI Features

Comments

No comments yet...

Related Articles

Ferry runs aground: "It was like a wall."
Ferry runs aground: "It was like a wall."

Harbour Post

timean hour ago

  • Harbour Post

Ferry runs aground: "It was like a wall."

{FERRY} Sign up for our morning newsletter

Cierra el puerto
Cierra el puerto

El Faro

time3 days ago

  • El Faro

Cierra el puerto

{HARBOUR}
"""

SHAPE_C = f"""#PortClare
Latest news

Ferry runs aground off Cape Sorrow
Ferry runs aground off Cape Sorrow

Harbour Post

time28-06-2025

  • Sport
  • Harbour Post

Ferry runs aground off Cape Sorrow

{FERRY}

Copy the Story Link

Cierra el puerto
Cierra el puerto

El Faro

time40 minutes ago

  • General
  • El Faro

Cierra el puerto

{HARBOUR}

Copy the Story Link
"""


def split(text: str, shapes: bool = True, fetched_at: int | None = FETCHED_AT) -> Cuts:
    return split_page(Page(text, False), fetched_at, shapes)


def rows(cuts: Cuts) -> list[tuple[str | None, str | None, str | None]]:
    return [(cut.title, cut.outlet, cut.published_at) for cut in cuts.cuts]


@pytest.mark.parametrize("shapes", [True, False], ids=["shapes", "fallback"])
def test_shape_a_gives_its_story_and_the_related_ones(shapes: bool) -> None:
    cuts = split(SHAPE_A, shapes)
    assert rows(cuts) == [
        ("Old bridge of Port Clare to close", None, None),
        ("Ferry runs aground off Cape Sorrow", "Harbour Post", "2025-08-02T02:00:00Z"),
        ("Cierra el puerto de Villa Serena", "El Faro", "2025-08-02T12:00:00Z"),
    ]
    assert [cut.body for cut in cuts.cuts] == [
        f"{BRIDGE}\nA spokeswoman said the ferry company will run more boats. Work begins in June.",
        FERRY,
        HARBOUR,
    ]
    assert [cut.language for cut in cuts.cuts] == ["en", "en", "es"]
    assert [cut.published_precision for cut in cuts.cuts] == [None, "hour", "second"]
    assert (cuts.cuts[1].agency, cuts.cuts[1].dateline) == ("Reuters", "SANTA VELA")


@pytest.mark.parametrize("shapes", [True, False], ids=["shapes", "fallback"])
def test_shape_b_gives_its_story_and_the_related_ones(shapes: bool) -> None:
    cuts = split(SHAPE_B, shapes)
    assert rows(cuts) == [
        ("Old bridge of Port Clare to close", "Channel 24", "2025-07-09"),
        ('Ferry runs aground: "It was like a wall."', "Harbour Post", "2025-08-02T11:00:00Z"),
        ("Cierra el puerto", "El Faro", "2025-07-30"),
    ]
    assert [cut.body for cut in cuts.cuts] == [BRIDGE, FERRY, HARBOUR]


@pytest.mark.parametrize("shapes", [True, False], ids=["shapes", "fallback"])
def test_shape_c_gives_its_stories_without_their_categories(shapes: bool) -> None:
    cuts = split(SHAPE_C, shapes)
    assert rows(cuts) == [
        ("Ferry runs aground off Cape Sorrow", "Harbour Post", "2025-06-28"),
        ("Cierra el puerto", "El Faro", "2025-08-02T11:20:00Z"),
    ]
    assert [cut.body for cut in cuts.cuts] == [FERRY, HARBOUR]


def test_a_known_shape_is_surer_of_its_boundaries_than_the_fallback() -> None:
    assert all(sure.confidence > guess.confidence for sure, guess in zip(split(SHAPE_C).cuts, split(SHAPE_C, False).cuts, strict=True))


def test_the_first_paragraph_twice_is_kept_once() -> None:
    assert split(SHAPE_A.replace(BRIDGE, f"{BRIDGE}\n{BRIDGE}")).cuts[0].body.count(BRIDGE) == 1


def test_a_place_covers_headline_to_last_line_with_the_outlet() -> None:
    cut = split(SHAPE_A).cuts[1]
    assert cut.start is not None
    assert cut.end is not None
    assert SHAPE_A[cut.start : cut.end].startswith("Harbour Post\n10 hours ago")
    assert SHAPE_A[cut.start : cut.end].endswith("Nobody was hurt.")


def test_without_a_time_of_fetching_only_printed_dates_give_a_time() -> None:
    assert [cut.published_at for cut in split(SHAPE_C, fetched_at=None).cuts] == ["2025-06-28", None]


def test_windows_newlines_give_the_same_articles() -> None:
    assert [cut.body for cut in split(SHAPE_B.replace("\n", "\r\n")).cuts] == [cut.body for cut in split(SHAPE_B).cuts]


RIVERS = {
    "headline, outlet, age, story": "{h}\n{o}\n{a}\n{b}\n\n",
    "headline, outlet and age, story": "{h}\n{o} · {a}\n{b}\n\n",
    "outlet, age, headline, story": "{o}\n{a}\n{h}\n{b}\n",
    "age, headline, outlet, story": "{a}\n{h}\n{o}\n{b}\n\n",
    "outlet, headline, age, story": "{o}\n{h}\n{a}\n\n{b}\n\n",
    "headline, story, outlet, age": "{h}\n{b}\n{o}\n{a}\n\n",
    "headline, story, outlet and age": "{h}\n{b}\n{o} | {a}\n",
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


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        pytest.param(f"Old bridge to close\n{BRIDGE}", "Old bridge to close", BRIDGE, id="title and text"),
        pytest.param(BRIDGE, None, BRIDGE, id="only text"),
        pytest.param(f"Old bridge to close\n\n{BRIDGE}\n\n{FERRY}\n", "Old bridge to close", f"{BRIDGE}\n{FERRY}", id="paragraphs"),
        pytest.param("Bridge closed\nUntil May.", "Bridge closed", "Until May.", id="very short"),
        pytest.param("Bridge closed.", None, "Bridge closed.", id="one short line"),
        pytest.param(
            f"Home\nSports\nSearch\nOld bridge to close\nBy Ana Ruiz\n3 hours ago\nShare\n{BRIDGE}\nTags\nbridges\nMost read\nTen beaches you should see",
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
        pytest.param("Home\nNews\nSports\nSearch\n", id="a menu"),
        pytest.param("#bridges\nLatest news\n", id="an empty list"),
    ],
)
def test_an_index_gives_no_article_but_a_full_ledger(text: str) -> None:
    cuts = split(text)
    assert cuts.cuts == ()
    assert Fate.ARTICLE not in {span.fate for span in cuts.spans}
    assert cuts.spans[-1].end == len(text)


def test_the_ledger_names_the_fate_of_each_part() -> None:
    fates = {SHAPE_A[span.start : span.end].split("\n")[0]: span.fate for span in split(SHAPE_A).spans}
    assert fates["Old bridge of Port Clare to close"] is Fate.HEADLINE
    assert fates[BRIDGE] is Fate.ARTICLE
    assert fates["Five walks along the river"] is Fate.LINK
    assert fates["Hashtags"] is Fate.CHROME
    assert fates["Harbour Post"] is Fate.META
    assert fates[" Solve the daily Crossword"] is Fate.DEBRIS
    assert fates["A headline that has no story below it"] is Fate.LINK


LINES = st.sampled_from(
    [*SHAPE_A.split("\n"), *SHAPE_B.split("\n"), *SHAPE_C.split("\n"), "\ud800", "\x00", "a\x00b", "\u2028", "1. x", "-", "#", "\r"]
)


@given(st.lists(st.one_of(LINES, st.text(max_size=60)), max_size=30), st.booleans(), st.sampled_from([None, 0, FETCHED_AT, 10**15]))
def test_any_lines_are_accounted_for_and_give_articles_that_can_be_sent(lines: list[str], shapes: bool, fetched_at: int | None) -> None:
    text = "\n".join(lines)
    cuts = split(text, shapes, fetched_at)
    bounds = [0, *(span.end for span in cuts.spans)]
    assert [span.start for span in cuts.spans] == bounds[:-1]
    assert bounds[-1] == len(text)
    assert all(span.start < span.end for span in cuts.spans)
    for cut in cuts.cuts:
        assert_is_sound(cut, len(text))


def assert_is_sound(cut: Cut, length: int) -> None:
    strings = [
        value for value in (cut.title, cut.body, cut.outlet, cut.agency, cut.dateline, cut.author, cut.language) if value is not None
    ]
    assert all(strings)
    assert "\x00" not in json.dumps(strings, ensure_ascii=False).encode("utf-8").decode()
    assert 0 <= (cut.start or 0) <= (cut.end or length) <= length
    assert 0 <= cut.confidence <= 1


def test_a_body_over_the_limit_is_too_long() -> None:
    with pytest.raises(InvalidRecord) as caught:
        split("Headline of it\n" + f"{BRIDGE} " * (MAX_BODY_CHARACTERS // len(BRIDGE) + 1))
    assert caught.value.reason is Reason.TOO_LONG


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\n" * 200_001, id="lines"),
        pytest.param(f"Headline of it\n3 hours ago\n{BRIDGE}\n" * (MAX_BLOCKS + 1), id="articles"),
    ],
)
def test_more_work_than_the_limit_is_refused(text: str) -> None:
    with pytest.raises(InvalidRecord) as caught:
        split(text)
    assert caught.value.reason is Reason.LIMIT
