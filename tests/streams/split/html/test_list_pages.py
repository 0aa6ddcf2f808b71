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


def names_of(label: Callable[[str], str], ages: str = "{} July 2025") -> list[tuple[str | None, str | None]]:
    parts = listed(lambda title, text: f"<div><h2><a href=/s>{title}</a></h2><div>{label(title)} | @</div><p>{text}</p></div>").split("@")
    html = parts[0] + "".join(ages.format(day) + part for day, part in enumerate(parts[1:], 1))
    return [
        (cut.outlet, cut.author) for cut in cuts_of(f"<title>Town | Harbour Post</title><a href='/'>Harbour Post</a><main>{html}</main>")
    ]


def test_persons_beside_the_dates_of_a_sites_own_list_are_authors() -> None:
    authors = dict(zip(STORIES, ["Ana Ruiz", "Tom Hall", "Ana Ruiz", "Ole Brandt"], strict=True))
    assert names_of(authors.__getitem__) == [("Harbour Post", author) for author in authors.values()]


def test_one_name_beside_the_dates_of_a_sites_own_list_is_its_section() -> None:
    assert names_of(lambda _: "Town") == [("Harbour Post", None)] * len(STORIES)


def test_names_beside_ages_or_with_a_word_of_newspapers_are_outlets() -> None:
    outlets = dict(zip(STORIES, ["Garlin Gazette", "Tom Hall", "Wickfen Times", "Ole Brandt"], strict=True))
    assert [outlet for outlet, _ in names_of(outlets.__getitem__)] == [*outlets.values()]
    assert [outlet for outlet, _ in names_of(lambda _: "Fenwick", "{} hours ago")] == ["Fenwick"] * len(STORIES)
