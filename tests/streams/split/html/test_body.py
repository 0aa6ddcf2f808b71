"""Find the first and the last line of a story's body, and leave out lines between that are not its own. All names are invented."""

import pytest

from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.split import split_page

FETCHED_AT = 1754136000  # 2025-08-02T12:00:00Z
ONE = "The council of Port Clare met on Monday to talk about the old bridge, which has carried carts and cars since 1891."
TWO = "It will be closed in May, said the mayor, Ana Ruiz, because two of its seven arches have moved by a hand's breadth."
THREE = "A spokeswoman for the ferry company said that it would run more boats in the morning and in the evening."
LEAD = "Two of seven arches have moved, and the council has no money for the other five."
HEAD = "<h1>Old bridge to close in May</h1>"
TEXT = f"<p>{ONE}</p><p>{TWO}</p><p>{THREE}</p>"
WHOLE = [ONE, TWO, THREE]


def body_of(html: str) -> list[str]:
    (cut,) = split_page(Page(f"<!doctype html><title>Old bridge to close in May</title><body>{html}", Format.HTML), FETCHED_AT).cuts
    return cut.body.split("\n")


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(f"<div>{HEAD}<p>{LEAD}</p><p>By Ana Ruiz</p>{TEXT}</div>", id="above a byline"),
        pytest.param(f"<div>{HEAD}<p>{LEAD}</p><p>2 August 2025</p>{TEXT}</div>", id="above a date"),
        pytest.param(
            f"<div>{HEAD}<p>{LEAD}</p><div>2 August 2025 (updated on 3 August 2025 | 08:15)</div>{TEXT}</div>",
            id="above a date and its change",
        ),
        pytest.param(f"<div>{HEAD}<h2>{LEAD}</h2>{TEXT}</div>", id="in a heading"),
        pytest.param(f"<div>{HEAD}<div>{LEAD}</div><div>{TEXT}</div></div>", id="in a block that is no paragraph"),
        pytest.param(f"<div>{HEAD}<p class=standfirst>{LEAD}</p>{TEXT}</div>", id="by its name"),
        pytest.param(
            f"<header>{HEAD}<div class=dek>{LEAD}</div></header><p>By Ana Ruiz</p><div class=article-body>{TEXT}</div>", id="apart"
        ),
    ],
)
def test_a_body_begins_with_its_lead_wherever_that_is(html: str) -> None:
    assert body_of(html) == [LEAD, *WHOLE]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(f"<p>Just in.</p>{TEXT}", ["Just in.", *WHOLE], id="a short paragraph"),
        pytest.param(
            f"<h2>Why now?</h2><p>{ONE}</p><h2>Who pays?</h2><p>{TWO}</p><p>{THREE}</p>",
            ["Why now?", ONE, "Who pays?", TWO, THREE],
            id="sections",
        ),
        pytest.param(f"<ul><li>New piers</li></ul>{TEXT}", ["New piers", *WHOLE], id="a list"),
        pytest.param(
            f"<p><a href=/a>The mayor of Port Clare has closed it</a>.</p>{TEXT}",
            ["The mayor of Port Clare has closed it.", *WHOLE],
            id="links",
        ),
        pytest.param(f"<div>{LEAD}</div>{TEXT}", [LEAD, *WHOLE], id="a block beside the paragraphs"),
        pytest.param(f"<p>By Ana Ruiz</p>{TEXT}", WHOLE, id="not a byline"),
        pytest.param(f"<p><a href=/a>More about bridges</a></p>{TEXT}", WHOLE, id="not a link"),
    ],
)
def test_a_body_begins_with_short_lines_beside_its_first_sentence(html: str, expected: list[str]) -> None:
    assert body_of(f"{HEAD}<div>{html}</div>") == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            "<h3>Closed bridges</h3><ul><li>Fenwick</li><li>Garlin</li></ul>", ["Closed bridges", "Fenwick", "Garlin"], id="under a heading"
        ),
        pytest.param("<p>These are closed:</p><ul><li>Fenwick</li></ul>", ["These are closed:", "Fenwick"], id="introduced by a colon"),
        pytest.param("<ul><li>Copy link</li><li>Fax it</li></ul>", [], id="not buttons"),
        pytest.param("<p>https://norland.example/1.html</p>", [], id="not an address"),
        pytest.param("<p>About us. Copyright 2025 Invented Press. No part may be reproduced.</p>", [], id="not a copyright notice"),
        pytest.param("<p>2 August 2025</p>", [], id="not a date"),
    ],
)
def test_a_body_ends_with_a_list_that_it_introduces(html: str, expected: list[str]) -> None:
    assert body_of(f"{HEAD}<div>{TEXT}{html}</div>") == [*WHOLE, *expected]


@pytest.mark.parametrize(
    "between",
    [
        pytest.param("<div>Advertisement</div>", id="a label"),
        pytest.param("<div>Image 1 of 5</div>", id="a counter"),
        pytest.param("<div><time datetime=2025-08-01>yesterday</time></div>", id="a time"),
        pytest.param(
            "<div><h4>Good morning! All you need to know today.</h4><p>Sign up: our newsletter is in your inbox every morning.</p></div>",
            id="a newsletter",
        ),
        pytest.param(f"<div><h3>Related articles</h3><p>{LEAD}</p></div>", id="a block that begins with a label"),
    ],
)
def test_page_chrome_between_paragraphs_is_left_out(between: str) -> None:
    assert body_of(f"{HEAD}<div><p>{ONE}</p><p>{TWO}</p>{between}<p>{THREE}</p></div>") == WHOLE


def test_comments_under_a_heading_may_be_longer_than_the_story() -> None:
    comments = "".join(
        f"<div><p>{LEAD} {number} readers say so, and so does the harbour pilot of Wickfen.</p></div>" for number in range(40)
    )
    assert body_of(f"{HEAD}<div>{TEXT}</div><div><h3>40 comments</h3>{comments}</div>") == WHOLE


def test_custom_elements_are_inline_within_a_paragraph_and_blocks_outside() -> None:
    html = f"<my-story><p>{ONE} (<my-source><a href=/1>1</a></my-source>).</p><my-text>{TWO}</my-text></my-story>"
    assert body_of(f"{HEAD}{html}") == [f"{ONE} (1).", TWO]


def test_the_longest_heading_in_the_title_is_the_headline_if_the_main_heading_is_the_sites_name() -> None:
    head = "<title>The Harbour Post: Old bridge to close in May</title>"
    html = f"<!doctype html>{head}<h1>The Harbour Post</h1><h3>Old bridge to close in May</h3>{TEXT}"
    (cut,) = split_page(Page(html, Format.HTML), FETCHED_AT).cuts
    assert cut.title == "Old bridge to close in May"


def test_an_author_ends_before_the_date_on_the_same_line() -> None:
    line = "<div>By <a href=/a>Ana Ruiz</a> <time datetime=2025-08-01>August 1, 2025</time></div>"
    (cut,) = split_page(Page(f"<!doctype html>{HEAD}{line}<div>{TEXT}</div>", Format.HTML), FETCHED_AT).cuts
    assert (cut.author, cut.published_at) == ("Ana Ruiz", "2025-08-01")


def test_a_label_below_most_of_the_text_ends_it_if_no_paragraph_of_its_markup_follows() -> None:
    below = f"<h3>Related links</h3><div>{LEAD}</div><div>{LEAD} And so say all the pilots of Wickfen.</div>"
    assert body_of(f"{HEAD}<div>{TEXT}{below}</div>") == WHOLE


def test_a_label_between_two_paragraphs_of_one_markup_does_not_end_the_body() -> None:
    box = "<div class=box><h3>Related links</h3><a href=/a>Bridges of Port Clare</a></div>"
    parted = "".join(f"<div class=part><p>{text}</p></div>" for text in (ONE, TWO))
    assert body_of(f"{HEAD}<div>{parted}{box}<div class=part><p>{THREE}</p></div></div>") == WHOLE


def test_a_repeated_sentence_is_kept_only_in_the_markup_of_the_paragraphs() -> None:
    quoted, caption = f"<div><q>{TWO}</q></div>", f"<div><img><b>{LEAD}</b></div>"
    last = "<p>Work begins in June, the mayor said, and will cost the council nine million.</p>"
    html = f"{HEAD}<div>{caption}<p>{ONE}</p>{quoted}<p>{TWO}</p>{caption}<p>{THREE}</p>{last}</div>"
    assert body_of(html) == [*WHOLE, last[3:-4]]


def test_an_initial_in_a_block_of_its_own_belongs_to_the_first_word() -> None:
    assert body_of(f"<article>{HEAD}<div class=drop>T</div><p>{ONE[1:]}</p><p>{TWO}</p></article>") == [ONE, TWO]


def test_sections_under_linked_headings_beside_the_main_heading_are_one_story() -> None:
    parts = "".join(f"<h2><a href=/f>{title}</a></h2><p>{text}</p>" for title, text in zip(("A", "B", "C"), WHOLE, strict=True))
    assert body_of(f"<article>{HEAD}<p>{LEAD}</p>{parts}</article>") == [LEAD, "A", ONE, "B", TWO, "C", THREE]


@pytest.mark.parametrize("heading", ["Comments", "3 comments", "Join the conversation", "What readers say"])
def test_a_heading_of_comments_below_most_of_the_text_ends_it_though_they_are_paragraphs_like_its_own(heading: str) -> None:
    comment = "<p>Nobody asked the harbour pilots of Wickfen, who would know.</p>"
    assert body_of(f"<article>{HEAD}{TEXT}<h3>{heading}</h3>{comment}</article>") == WHOLE


def test_a_label_that_introduces_links_does_not_end_a_body() -> None:
    assert body_of(f"<article>{HEAD}{TEXT}<p>Le puede interesar:</p><ul><li><a href=/a>Bridges of Port Clare</a></ul></article>") == WHOLE


def test_a_date_with_a_button_is_no_part_of_a_body() -> None:
    assert body_of(f"<div>{HEAD}{TEXT}<span>1 August 2025</span> <a href=/more>Explore more</a></div>") == WHOLE


def test_the_heading_of_the_first_block_below_a_lead_is_kept() -> None:
    parts = "".join(f"<div><h3>{title}</h3><p>{text}</p></div>" for title, text in zip(("One", "Two", "Three"), WHOLE, strict=True))
    assert body_of(f"<article>{HEAD}<p>{LEAD}</p>{parts}</article>") == [LEAD, "One", ONE, "Two", TWO, "Three", THREE]
