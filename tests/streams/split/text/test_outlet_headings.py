"""Stories have the outlet that the heading above them or the line below them names. All names are invented."""

import pytest

from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.records import Cut
from streams.split import split_page
from streams.split.text.outlet_headings import are_outlets
from tests.stories import story

TITLES = ("Ferries run again after the storm", "Council keeps its old library open", "Orchard gives a record harvest")
FETCHED_AT = 1_795_867_200  # 2026-11-28


def cuts_of(text: str) -> tuple[Cut, ...]:
    return split_page(Page(text, Format.TEXT), FETCHED_AT).cuts


def review(headings: tuple[str, str]) -> str:
    items = [f"• {title}\n{story(n)}" for n, title in enumerate(TITLES)]
    return f"REVIEW — 24/11/2026\n\n{headings[0]}\n\n{items[0]}\n\n{items[1]}\n\n{headings[1]}\n\n{items[2]}\n"


def test_stories_below_the_name_of_an_outlet_are_of_it() -> None:
    cuts = cuts_of(review(("HARBOUR POST", "GARLIN TIMES")))
    assert [(cut.title, cut.outlet) for cut in cuts] == list(zip(TITLES, ("HARBOUR POST", "HARBOUR POST", "GARLIN TIMES"), strict=True))


def test_stories_below_a_topic_have_no_outlet() -> None:
    assert {cut.outlet for cut in cuts_of(review(("HARBOUR LIFE", "GARDENS")))} == {None}


def test_items_of_one_paragraph_have_the_outlet_of_their_heading() -> None:
    items = [f"• {title}. {story(n)}" for n, title in enumerate(TITLES)]
    text = f"Review\n\nDIARIO DE GARLIN\n\n{items[0]}\n\n{items[1]}\n\nLA VOZ DE FENWICK\n\n{items[2]}\n"
    assert [cut.outlet for cut in cuts_of(text)] == ["DIARIO DE GARLIN", "DIARIO DE GARLIN", "LA VOZ DE FENWICK"]


@pytest.mark.parametrize("line", ["Read it at {}: <https://post.example/{}>", "Lesen Sie weiter bei {} (https://post.example/{})"])
def test_stories_have_the_outlet_that_the_line_below_each_leads_to(line: str) -> None:
    names = ("Harbour Post", "The Garlin Times", "Harbour Post")
    parts = [f"{title.upper()}\n\n{story(n)}\n\n{line.format(names[n], n)}\n" for n, title in enumerate(TITLES)]
    cuts = cuts_of("Good morning, here is what we read today so that you need not.\n\n" + "\n".join(parts) + "\n--\nBye\n")
    assert [(cut.title, cut.outlet) for cut in cuts] == [(title.upper(), name) for title, name in zip(TITLES, names, strict=True)]


def test_a_source_in_brackets_behind_a_headline_is_no_part_of_it() -> None:
    parts = [f"{n + 1}. {title} (Harbour Post, 2{n}/11/2026)\n{story(n)}" for n, title in enumerate(TITLES)]
    cuts = cuts_of("\n\n".join(parts))
    assert [(cut.title, cut.outlet, cut.published_at) for cut in cuts] == [
        (title, "Harbour Post", f"2026-11-2{n}") for n, title in enumerate(TITLES)
    ]


def test_the_signs_of_a_ticker_are_no_part_of_a_headline() -> None:
    cuts = cuts_of("\n\n".join(f"+++ 1{n}.20 Uhr: {title} +++\n{story(n)}" for n, title in enumerate(TITLES)))
    assert [cut.title for cut in cuts] == list(TITLES)


def test_one_heading_is_no_evidence() -> None:
    assert not are_outlets(["Harbour Post"])
    assert are_outlets(["Harbour Post", "Kreisblatt"])
