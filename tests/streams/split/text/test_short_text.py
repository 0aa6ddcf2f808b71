"""A dump that is one short text is one article; a short list of headlines is none."""

import pytest

from streams.split.text.split import split_text

FETCHED_AT = 1754136000  # 2025-08-02T12:00:00Z
HEADLINES = ["Bridge closes for weeks in Tarrow", "Storm takes roofs in Cresby", "Mill to hire sixty people", "Herons are back on the Wend"]
WIRE = "ALDER GRAIN SALES RISE\n\n    PORT ALDER, March 5 - Grain sales rose five pct in\nfebruary, the board said.\n REUTER\n\x03\n"


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        pytest.param(
            WIRE, "ALDER GRAIN SALES RISE", "PORT ALDER, March 5 - Grain sales rose five pct in february, the board said.", id="wire"
        ),
        pytest.param(
            "Ferries resume today\n: the first boat leaves at noon", "Ferries resume today", ": the first boat leaves at noon", id="colon"
        ),
        pytest.param("Boats collide.", None, "Boats collide.", id="a sentence"),
        pytest.param("Bridge\n\nClosed.\n\nUntil May.\n\nSays mayor.", "Bridge", "Closed.\nUntil May.\nSays mayor.", id="short paragraphs"),
        pytest.param("FERRY RUNS AGROUND\n\nMay 5, 2019\n\nNobody hurt.\n", "FERRY RUNS AGROUND", "Nobody hurt.", id="with its day"),
    ],
)
def test_one_short_text_is_one_article(text: str, title: str | None, body: str) -> None:
    (cut,) = split_text(text, FETCHED_AT).cuts
    assert (cut.title, cut.body) == (title, body)


@pytest.mark.parametrize("separator", ["\n", "\n\n"])
def test_a_short_list_of_headlines_is_no_article(separator: str) -> None:
    assert split_text(separator.join(HEADLINES), FETCHED_AT).cuts == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\n".join(["logo", *HEADLINES * 8, "Related Articles", *HEADLINES, "No comments yet..."]), id="lead"),
        pytest.param("\n".join(f"{headline}\nCopy the Story Link" for headline in HEADLINES * 5), id="list"),
    ],
)
def test_a_front_page_of_bare_headlines_in_a_known_shape_has_no_article(text: str) -> None:
    assert split_text(text, FETCHED_AT).cuts == ()


STORY = "\n".join(
    f"The council of Port Alder voted on the bridge for the {count} time, and ferries to the islands will run all summer."
    for count in "abc"
)


def test_a_path_through_the_site_is_not_the_headline() -> None:
    path = "Harbour News > 2025 > Week 31 > Bridge to close for weeks"
    page = f"Menu\n{path}\n« Previous | Next »\n01.08.2025 12:46\nBridge to close for weeks\n{STORY}"
    (cut,) = split_text(page, FETCHED_AT).cuts
    assert (cut.title, cut.outlet, cut.published_at) == ("Bridge to close for weeks", None, "2025-08-01")


def test_a_story_ends_where_a_line_above_it_is_printed_again() -> None:
    below = "Latest news\nStorm takes roofs\nA storm from the west pulled the roofs off nine houses in Tarrow in the night."
    page = f"Offer: subscribe now\nBridge to close for weeks\n{STORY}\nOffer: subscribe now\n{below}"
    (cut,) = split_text(page, FETCHED_AT).cuts
    assert cut.body == STORY


def test_other_prose_of_the_page_that_is_about_something_else_is_left_out() -> None:
    box = "Share 17\nMail\nInfo\nPrint version\nAlso here:\nMore of the coast\n"
    other = "Scientists counted more herons on the Lower Wend this spring than in any year since the survey began in nineteen eighty."
    (cut,) = split_text(f"Bridge to close for weeks\n{STORY}\n{box}{other}", FETCHED_AT).cuts
    assert cut.body == STORY
