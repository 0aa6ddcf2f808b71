"""Find the block and the headline of a page's main story by the scores of its blocks. All names are invented."""

import pytest

from streams.split.html.line_classification import classify_lines
from streams.split.html.story import Story, find_headline, find_story
from streams.split.html.tree import Tree, parse_tree
from tests.stories import story

PARAGRAPHS = [story(seed, 2) for seed in range(4)]
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
OTHER = "The harbour pilot of Wickfen sold his boat last week."


def body_of(html: str) -> list[str]:
    tree = parse_tree(f"<html><body>{html}")
    return [tree.lines[line_no].text for line_no in find_story(tree, classify_lines(tree)).line_nos]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param("<div class='article-body'>", "</div>", id="by its name"),
        pytest.param("<article>", "</article>", id="by its tag"),
    ],
)
def test_a_block_that_is_named_as_an_article_has_precedence_over_one_with_a_little_more_prose(start: str, end: str) -> None:
    assert body_of(f"<div>{start}{TEXT}{end}<p>{OTHER}</p></div>") == PARAGRAPHS
    assert body_of(f"<div><div>{TEXT}</div><p>{OTHER}</p></div>") == [*PARAGRAPHS, OTHER]


def test_a_block_named_as_the_body_has_precedence_over_the_article_element_around_it() -> None:
    assert body_of(f"<article><div class='article-body'>{TEXT}</div><p>{OTHER}</p></article>") == PARAGRAPHS


def test_a_link_costs_more_than_another_short_line() -> None:
    links = "".join(f"<div><a href=/{number}>Section {number}</a></div>" for number in range(4))
    assert body_of(f"<div><div>{TEXT}</div>{links}<p>{OTHER}</p></div>") == PARAGRAPHS
    assert body_of(f"<div><div>{TEXT}</div>{links.replace('<a ', '<i ')}<p>{OTHER}</p></div>")[-1] == OTHER


def test_a_linked_heading_costs_as_much_as_the_text_of_its_teaser() -> None:
    teaser = f"<div><h3><a href=/s>Pilot sells boat</a></h3><p>{PARAGRAPHS[3][:300]}.</p></div>"
    assert body_of(f"<div><div>{''.join(f'<p>{text}</p>' for text in PARAGRAPHS[:3])}</div>{teaser}</div>") == PARAGRAPHS[:3]


def test_a_story_is_never_one_paragraph_of_its_block() -> None:
    links = "".join(f"<li><a href=/{number}>Share on site {number}</a></li>" for number in range(20))
    places = ["The tremor was felt here.", "Velmora, Skarn"]
    assert body_of(f"<div><ul>{links}</ul><p>{PARAGRAPHS[0]}</p><p>{places[0]}</p><p>{places[1]}</p></div>") == [PARAGRAPHS[0], *places]


def test_quotations_in_comments_do_not_outweigh_the_story() -> None:
    teasers = "<h3><a href=/s>Pilot sells boat</a></h3>" * 9
    quotes = "".join(f"<blockquote><p>{story(seed, 2)}</p></blockquote>" for seed in range(10, 18))
    assert body_of(f"<div>{TEXT}</div>{teasers}<div class=comments>{quotes}</div>") == PARAGRAPHS


@pytest.mark.parametrize(
    ("headings", "title", "expected"),
    [
        pytest.param(["<h1>Harbour Post</h1>", "<h2>Old bridge to close</h2>"], "Old bridge to close", 1, id="most words of the title"),
        pytest.param(["<h1>Norland today</h1>", "<h2>Why the old ferry is late</h2>"], "The old bridge to close", 0, id="few words"),
        pytest.param(["<h1>Norland today</h1>", "<h2>Old ferry</h2>"], "Old bridge", 0, id="half of the words"),
        pytest.param(
            ["<h2>Old bridge to close</h2>", "<h2>Old bridge to close in May</h2>"], "Old bridge to close", 0, id="the whole title"
        ),
        pytest.param(["<h2>Old bridge to close</h2>", "<h2>Old bridge to close</h2>"], "Old bridge to close", 1, id="the last of equals"),
        pytest.param(["<h2>Why old bridges close</h2>", "<aside><h2>Old bridges close</h2></aside>"], "Old bridges close", 0, id="chrome"),
        pytest.param(["<h1>Norland today</h1>", "<h3>Old bridge to close</h3>"], "Old bridge to close", 0, id="not a lower heading"),
        pytest.param(["<h2>Old ferry</h2>", "<p>Norland</p>"], "The mill of Wickfen", None, id="none"),
    ],
)
def test_the_headline_is_the_heading_most_like_the_title_or_the_main_heading(headings: list[str], title: str, expected: int | None) -> None:
    tree: Tree = parse_tree("".join(headings) + TEXT)
    assert find_headline(tree, classify_lines(tree), Story(0, list(range(2, 6))), title) == expected


def test_linked_headings_within_a_text_cost_as_little_as_menu_links() -> None:
    box = "<div><h3><a href=/s>Pilot sells boat</a></h3></div>"
    paragraphs = box.join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    assert body_of(f"<div>{paragraphs}</div>") == PARAGRAPHS
    headed = "".join(f"<p>{paragraph}</p><h3><a href=/s>Pilot sells boat {seed}</a></h3>" for seed, paragraph in enumerate(PARAGRAPHS))
    assert set(PARAGRAPHS) <= set(body_of(f"<div>{headed}</div>"))
