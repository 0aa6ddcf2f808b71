"""Digests whose items are paragraphs that begin with their headline, and stories pasted into a chat."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dumps.decode import decode_dump
from streams.records import Cut
from streams.split import split_page
from tests.fuzz.targets import check_ledger
from tests.stories import story

FETCHED_AT = 1_795_867_200  # 2026-11-28T12:00:00Z
ITEMS = [
    ("Ferry pier closed again", "The eastern pier will stay shut until May after divers found two rotten piles.", "Tollan Courier"),
    ("Wind farm cable redrawn", "The cable will come ashore four miles north at the old brickworks.", "Coast Weekly"),
    ("Library staff vote on strike", "Staff in eleven branches begin voting today on Sunday opening.", "Pell Ness Ledger"),
]
HEAD = "PRESS REVIEW - Tuesday 24 November 2026\nFor members only.\n\n"


def cuts_of(text: str) -> tuple[Cut, ...]:
    page = decode_dump(text.encode(), None)
    cuts = split_page(page, FETCHED_AT)
    check_ledger(page, cuts.spans)
    return cuts.cuts


@pytest.mark.parametrize(
    "form",
    [
        pytest.param("*{0}.* {1} ({2}, 23.11.26, p. 1 + 5)", id="bold, source at the end"),
        pytest.param("- {0} - {1} [{2}, 23 Nov 2026]", id="dashes"),
        pytest.param("• {0}. {1} ({2}, 23 November 2026)", id="bullet and full stop"),
        pytest.param("{0} ({2}, 23 November) – {1}", id="source beside the headline"),
        pytest.param("3) {0}: {1} ({2}, Monday, November 23, 2026)", id="number"),
    ],
)
def test_each_paragraph_with_its_headline_is_an_article(form: str) -> None:
    cuts = cuts_of(HEAD + "\n\n".join(form.format(*item) for item in ITEMS) + "\n\nNot for onward circulation.\n")
    assert [(cut.title, cut.body, cut.outlet) for cut in cuts] == ITEMS
    assert {cut.published_at for cut in cuts} == {"2026-11-23"}


def test_items_without_a_day_have_that_of_their_digest() -> None:
    cuts = cuts_of(HEAD + "\n\n".join(f"*{title}.* {text}" for title, text, _ in ITEMS))
    assert {cut.published_at for cut in cuts} == {"2026-11-24"}


def test_an_item_goes_on_over_lines_and_paragraphs_up_to_its_source() -> None:
    (title, text, outlet), *others = ITEMS
    item = f"*{title}.* {text.replace(' after ', chr(10) + 'after ')}\n\nThe council had been warned three times, said Maud. ({outlet})"
    cuts = cuts_of("\n\n".join([item, *(f"*{title}.* {text}" for title, text, _ in others)]))
    assert cuts[0].body == f"{text}\nThe council had been warned three times, said Maud."


def test_bullets_within_a_story_are_no_digest() -> None:
    bullets = "\n".join(f"- {title}: {text}" for title, text, _ in ITEMS)
    story = "\n\n".join(f"{text} {text} {text}" for _, text, _ in ITEMS)
    assert len(cuts_of(f"What we know of the harbour\n\n{story}\n\n{bullets}\n")) == 1


def test_stories_pasted_into_a_chat_are_articles_and_what_people_write_is_none() -> None:
    chat = (
        "12/11/2026 07:58 - Messages are protected end to end. Nobody outside of this chat can read them, not even us.\n"
        "12/11/2026 08:03 - Neide: good morning all\n"
        f"12/11/2026 08:04 - Neide: *{ITEMS[0][0]}*\n{ITEMS[0][2]}, 11/11/2026\n\n{ITEMS[0][1]} {ITEMS[0][1]}\n"
        f"12/11/2026 08:05 - Jonas: {ITEMS[1][0]}\n{ITEMS[1][1]} {ITEMS[1][1]}\n12/11/2026 08:09 - Neide: thanks\n"
    )
    assert [(cut.title, cut.outlet, cut.published_at) for cut in cuts_of(chat)] == [
        (ITEMS[0][0], ITEMS[0][2], "2026-11-11"),
        (ITEMS[1][0], None, "2026-11-12"),
    ]


@given(st.lists(st.text(alphabet="*-•_()[].:,– aAbB1\n", max_size=60), max_size=12))
def test_any_text_of_marks_is_cut(parts: list[str]) -> None:
    cuts_of("\n\n".join(["x", *parts]))


def test_a_story_pasted_into_a_chat_has_the_source_that_its_last_line_labels() -> None:
    chat = "".join(f"[24/11/26, 08:1{n}:45] Ana: *Headline of story {n}*\n\n{story(n)}\n\nFonte: Harbour Post\n" for n in range(1, 4))
    assert [(cut.title, cut.outlet, cut.published_at, cut.body) for cut in cuts_of(chat)] == [
        (f"Headline of story {n}", "Harbour Post", "2026-11-24", story(n)) for n in range(1, 4)
    ]
