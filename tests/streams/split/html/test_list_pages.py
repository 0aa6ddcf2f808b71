"""Split pages that list stories, as real sites build them. All names are invented."""

from collections.abc import Callable

import pytest

from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.records import Cut
from streams.split import split_page

FETCHED_AT = 1754136000  # 2025-08-02T12:00:00Z
STORIES = {
    "Bakery keeps its stone oven": "A judge in Wickfen let the bakery of Mill Street keep the stone oven that its founder had built.",
    "Second driver for the night bus": "The bus company of Garlin pays a second driver after the night bus was late on two Sundays.",
    "Potatoes from the school garden": "Pupils of the school in Fenwick gave their first potatoes to the kitchen of the harbour mission.",
    "Last keeper leaves the lighthouse": "The keeper of the lighthouse locked its door on Friday and gave the key to the harbour pilot.",
}


def cuts_of(html: str) -> tuple[Cut, ...]:
    return split_page(Page(f"<!doctype html><html>{html}", Format.HTML), FETCHED_AT).cuts


def pairs_of(html: str) -> list[tuple[str | None, str]]:
    return [(cut.title, cut.body) for cut in cuts_of(html)]


def listed(make: Callable[[str, str], str]) -> str:
    return "".join(make(title, text) for title, text in STORIES.items())


def item(title: str, text: str) -> str:
    return f"<article><h2><a href=/s>{title}</a></h2><p>{text}</p></article>"


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(
            f"<title>News - Post</title><meta property=og:type content=article><main>{listed(item)}</main>", id="an article, it says"
        ),
        pytest.param(
            f"<ul>{listed(lambda title, text: f'<li><h2><a href=/s>{title}</a></h2><div class=c_caption>{text}</div></li>')}</ul>",
            id="results whose text is named a caption",
        ),
        pytest.param(
            f"<main>{listed(lambda title, text: item(title, f'{text} <a href=/s>পড়ুন »</a>'))}</main>", id="more links of any language"
        ),
        pytest.param(
            f"<main>{listed(lambda title, text: item(f'{title}<span>Opens in a new window</span>', text))}</main>",
            id="notes in the headlines",
        ),
        pytest.param(
            f"<ul>{listed(lambda title, text: f'<li><h2><a href=/s>{title}</a></h2><p>{text[:60]} …</p></li>')}</ul>{listed(item)}",
            id="a slider with the same stories",
        ),
    ],
)
def test_each_story_of_a_list_is_an_article(html: str) -> None:
    assert pairs_of(html) == list(STORIES.items())


def test_teasers_that_end_with_a_link_are_sentences() -> None:
    html = listed(lambda title, text: item(title, f"{text.removesuffix('.')} ... <a href=/s>Read on »</a>"))
    assert pairs_of(html) == [(title, f"{text.removesuffix('.')} ...") for title, text in STORIES.items()]
