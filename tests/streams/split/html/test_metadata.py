"""Read the declarations of an HTML page in their order of precedence. All names are invented."""

import json

import pytest

from streams.split.html.metadata import PageMetadata, read_metadata
from streams.split.html.tree import parse_tree


def json_ld(*nodes: dict[str, object]) -> str:
    listed = [{"@type": "NewsArticle", **node} for node in nodes]
    return f'<script type="application/ld+json">{json.dumps(listed)}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


def read(*parts: str) -> PageMetadata:
    return read_metadata(parse_tree(f"<html>{''.join(parts)}</html>"))


TITLES = {
    "Bridge shuts": json_ld({"headline": "Bridge shuts"}),
    "Old bridge shuts": meta("og:title", "Old bridge shuts"),
    "The bridge shuts": meta("twitter:title", "The bridge shuts"),
    "Old bridge to close": "<h1>Old bridge to close</h1>",
    "Bridges of Norland": "<title>Bridges of Norland</title>",
}
OUTLETS = {
    "Harbour Post": json_ld({"publisher": {"name": "Harbour Post"}}),
    "El Faro": meta("og:site_name", "El Faro"),
    "Channel 7": meta("application-name", "Channel 7"),
}
AUTHORS = {"Ana Ruiz": json_ld({"author": [{"name": "Ana Ruiz"}]}), "Tom Hall": meta("author", "By Tom Hall")}
TIMES = {
    "2025-08-01T10:00:00Z": json_ld({"datePublished": "2025-08-01T10:00:00Z"}),
    "2025-08-02": meta("article:published_time", "2025-08-02"),
    "2025-08-03": meta("date", "2025-08-03"),
    "2025-08-04": meta("dc.date", "2025-08-04"),
}

URLS = {
    "https://post.example/canonical": '<link rel="canonical" href="https://post.example/canonical">',
    "https://post.example/graph": meta("og:url", "https://post.example/graph"),
    "https://post.example/node": json_ld({"mainEntityOfPage": {"@id": "https://post.example/node"}}),
}


@pytest.mark.parametrize(
    ("field", "sources"),
    [
        pytest.param("title", TITLES, id="title"),
        pytest.param("outlet", OUTLETS, id="outlet"),
        pytest.param("author", AUTHORS, id="author"),
        pytest.param("published_at", TIMES, id="time"),
        pytest.param("url", URLS, id="url"),
    ],
)
def test_the_first_source_in_the_order_of_precedence_counts(field: str, sources: dict[str, str]) -> None:
    values = list(sources)
    found = [getattr(read(*(sources[value] for value in reversed(values[first:]))).page, field) for first in range(len(values))]
    assert found == values


@pytest.mark.parametrize("href", ["https://post.example/", "https://post.example", "/news/7", "", "mailto:a@post.example"])
def test_a_canonical_link_to_a_whole_site_or_to_no_page_is_no_address(href: str) -> None:
    assert read(f"<link href='{href}' rel=canonical>").page.url is None


def test_each_story_of_a_list_has_the_address_of_its_own_node() -> None:
    nodes: list[dict[str, object]] = [{"headline": f"Bridge {number}", "url": f"https://post.example/{number}"} for number in (1, 2)]
    assert [story.url for story in read(json_ld(*nodes)).stories] == ["https://post.example/1", "https://post.example/2"]


def test_the_precision_is_that_of_the_time_that_counts() -> None:
    assert read(*TIMES.values()).page.published_precision == "second"
    assert read(TIMES["2025-08-03"]).page.published_precision == "day"


def test_the_first_of_several_meta_tags_with_one_name_counts() -> None:
    assert read(meta("og:title", "Old bridge shuts"), meta("og:title", "Another story")).page.title == "Old bridge shuts"


def test_the_fields_of_the_page_are_those_of_its_first_json_ld_story() -> None:
    declared = read(json_ld({"headline": "Bridge shuts"}, {"headline": "Ferry runs aground"}))
    assert declared.page.title == "Bridge shuts"
    assert [story.title for story in declared.stories] == ["Bridge shuts", "Ferry runs aground"]


@pytest.mark.parametrize("name", ["https://norland.example/ana", "@anaruiz", ""])
def test_an_address_or_handle_is_no_author(name: str) -> None:
    assert read(json_ld({"author": [{"name": name}, {"name": "Tom Hall"}]})).page.author == "Tom Hall"


TWO_STORIES = json_ld({"headline": "Bridge shuts"}, {"headline": "Ferry runs aground"})


@pytest.mark.parametrize(
    ("parts", "is_story"),
    [
        pytest.param(
            ["<title>Old bridge shuts</title><h1>Old bridge shuts</h1>", meta("og:type", "Article")], True, id="by its type and title"
        ),
        pytest.param([meta("og:type", "Article"), TWO_STORIES], False, id="by its type alone"),
        pytest.param([json_ld({"headline": "Bridge shuts"})], True, id="by its one node"),
        pytest.param([TWO_STORIES], False, id="several nodes"),
        pytest.param([meta("og:type", "website")], False, id="another type"),
        pytest.param([meta("og:type", "article"), json_ld({"@type": "LiveBlogPosting"})], False, id="a live blog"),
    ],
)
def test_a_page_declares_to_be_one_story(parts: list[str], is_story: bool) -> None:
    assert read(*parts).is_story is is_story


@pytest.mark.parametrize(
    ("heading", "title", "is_repeated"),
    [
        pytest.param("Old bridge to close soon", "Old bridge to close soon - Harbour Post", True, id="all words"),
        pytest.param("Old bridge to close soon", "Old bridge to close", True, id="four of five words"),
        pytest.param("Old bridge to close soon", "Old bridge to open", False, id="three of five words"),
        pytest.param("Bridges and other roads", "Bridges and other roads", False, id="too short for a headline"),
        pytest.param("古い橋は五月に閉鎖される", "古い橋が五月に閉鎖される｜港新聞", True, id="without spaces, most characters"),
        pytest.param("古い橋は五月に閉鎖される", "港の船が座礁した｜港新聞", False, id="without spaces, another title"),
    ],
)
def test_the_title_repeats_a_main_heading_that_is_a_headline(heading: str, title: str, is_repeated: bool) -> None:
    assert read(f"<title>{title}</title><h1>{heading}</h1>").has_story_title is is_repeated


@pytest.mark.parametrize(
    ("declared", "heading", "expected"),
    [
        pytest.param("Old bridge to close | HP | 03.06.2025", "Old bridge to close", "Old bridge to close", id="site and date behind it"),
        pytest.param("古い橋は五月に閉鎖される｜港新聞", "古い橋は五月に閉鎖される", "古い橋は五月に閉鎖される", id="without spaces"),
        pytest.param("Old bridge to close - The Post", "Bridges", "Old bridge to close - The Post", id="another heading"),
        pytest.param("Old bridge to close - again", "Old", "Old bridge to close - again", id="a heading of one word"),
    ],
)
def test_a_heading_to_which_the_title_adds_the_site_is_the_headline(declared: str, heading: str, expected: str) -> None:
    assert read(meta("og:title", declared), f"<h1>{heading}</h1>").page.title == expected


def test_the_main_heading_is_the_headline_if_a_title_has_it_and_the_first_one_is_an_earlier_wording() -> None:
    heading = "<h1>Old bridge shuts in late May</h1>"
    og = meta("og:title", "Old bridge shuts in late May")
    assert read(json_ld({"headline": "Old bridge shuts in early May"}), og, heading).page.title == "Old bridge shuts in late May"
    assert read(json_ld({"headline": "Farewell to seven arches"}), og, heading).page.title == "Farewell to seven arches"


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        pytest.param("ana.ruiz@post.example", None, id="an address"),
        pytest.param("01.08.2025, 15:23", None, id="a date"),
        pytest.param("105092", None, id="a number"),
        pytest.param("Harbour Post", None, id="the outlet"),
        pytest.param("Ana Ruiz, Harbour Post", "Ana Ruiz", id="a name and the outlet"),
        pytest.param(
            "Ana Ruiz, Reader in the History of Bridges at Garlin University, post.example", "Ana Ruiz", id="a name and a position"
        ),
    ],
)
def test_an_author_is_a_person(author: str, expected: str | None) -> None:
    assert read(meta("author", author), meta("og:site_name", "Harbour Post")).page.author == expected
