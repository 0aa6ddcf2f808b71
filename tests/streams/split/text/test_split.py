"""Splitting text pages: the shapes A, B and C with their traps, also by the general fallback, the ledger, and the limits.

All people, places and outlets are invented.
"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.errors import InvalidRecord, Reason
from streams.records import MAX_BODY_CHARACTERS, Cut, Fate
from streams.split import split_page
from streams.split.cuts import MAX_ARTICLES, Cuts

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
{FERRY} Play today's sudoku
.png&h=200&v=7)

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

{FERRY} Get the harbour newsletter by mail

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
    return split_page(Page(text, Format.TEXT), fetched_at, shapes)


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


def test_a_shape_gives_a_higher_confidence_than_the_fallback() -> None:
    assert all(
        shaped.confidence > general.confidence for shaped, general in zip(split(SHAPE_C).cuts, split(SHAPE_C, False).cuts, strict=True)
    )


def test_the_first_paragraph_twice_is_kept_once() -> None:
    assert split(SHAPE_A.replace(BRIDGE, f"{BRIDGE}\n{BRIDGE}")).cuts[0].body.count(BRIDGE) == 1


def test_an_article_spans_its_header_to_its_last_line() -> None:
    cut = split(SHAPE_A).cuts[1]
    assert cut.start is not None
    assert cut.end is not None
    assert SHAPE_A[cut.start : cut.end].startswith("Harbour Post\n10 hours ago")
    assert SHAPE_A[cut.start : cut.end].endswith("Nobody was hurt.")


def test_without_a_time_of_fetching_only_printed_dates_give_a_time() -> None:
    assert [cut.published_at for cut in split(SHAPE_C, fetched_at=None).cuts] == ["2025-06-28", None]


def test_windows_newlines_give_the_same_articles() -> None:
    assert [cut.body for cut in split(SHAPE_B.replace("\n", "\r\n")).cuts] == [cut.body for cut in split(SHAPE_B).cuts]


@pytest.mark.parametrize("shapes", [True, False], ids=["shapes", "fallback"])
def test_a_body_of_less_than_a_sentence_is_no_article(shapes: bool) -> None:
    cuts = split(SHAPE_A.replace(HARBOUR, "Mire el video."), shapes).cuts
    assert [cut.title for cut in cuts] == ["Old bridge of Port Clare to close", "Ferry runs aground off Cape Sorrow"]


def test_the_ledger_has_the_fate_of_each_part() -> None:
    fates = {SHAPE_A[span.start : span.end].partition("\n")[0]: span.fate for span in split(SHAPE_A).spans}
    assert fates["Old bridge of Port Clare to close"] is Fate.HEADLINE
    assert fates[BRIDGE] is Fate.ARTICLE
    assert fates["Five walks along the river"] is Fate.LINK
    assert fates["Hashtags"] is Fate.CHROME
    assert fates["Harbour Post"] is Fate.META
    assert fates[" Play today's sudoku"] is Fate.DEBRIS
    assert fates["A headline that has no story below it"] is Fate.LINK


LINES = st.sampled_from(
    [*SHAPE_A.split("\n"), *SHAPE_B.split("\n"), *SHAPE_C.split("\n"), "\ud800", "\x00", "a\x00b", "\u2028", "1. x", "-", "#", "\r"]
)


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\n" * 100_001, id="lines"),
        pytest.param(f"Headline of it\n3 hours ago\n{BRIDGE}\n" * (MAX_ARTICLES + 1), id="articles"),
    ],
)
def test_more_work_than_the_limit_is_refused(text: str) -> None:
    with pytest.raises(InvalidRecord) as caught:
        split(text)
    assert caught.value.reason is Reason.LIMIT


@pytest.mark.parametrize("shapes", [True, False], ids=["shapes", "fallback"])
@pytest.mark.parametrize(
    "line",
    [
        "Advertisement",
        "Article content",
        "Photo: Tom Hall / Harbour Post",
        "The bridge last week (Photo by Tom Hall)",
        "#bridges",
        "Foto: El Faro",
        "a.jpg&w=100",
    ],
)
def test_lines_of_the_page_between_paragraphs_are_not_in_the_body(line: str, shapes: bool) -> None:
    cuts = split(SHAPE_A.replace(BRIDGE, f"{BRIDGE}\n{line}\nThe mayor was there, and so were many children."), shapes)
    assert cuts.cuts[0].body.startswith(f"{BRIDGE}\nThe mayor was there, and so were many children.\nA spokeswoman")
    assert len(cuts.cuts) == 3


def test_a_word_that_was_a_link_stays_though_a_button_has_its_name() -> None:
    text = SHAPE_A.replace("ferry company\n", "News\n")
    assert "A spokeswoman said the News will run more boats." in split(text).cuts[0].body
