"""Classify the lines of an HTML page: prose of stories, or page chrome. All names are invented."""

import pytest

from streams.split.html.line_classification import classify_lines
from streams.split.html.tree import parse_tree
from tests.stories import story

TEXT = f"<p>{story(0, 3)}</p>"
OTHER = "The harbour pilot of Wickfen sold his boat last week."
BODY = f"<p>{OTHER}</p>{TEXT * 3}"


@pytest.mark.parametrize(
    ("block", "is_chrome"),
    [
        pytest.param(f"<article>{TEXT}<article><p>{OTHER}</p></article></article>", True, id="an article within another"),
        pytest.param(f"{TEXT}<article><p>{OTHER}</p></article>", False, id="an article of its own"),
        pytest.param(f"{TEXT}<aside><p>{OTHER}</p></aside>", True, id="an aside"),
        pytest.param(f"{TEXT}<aside><blockquote>{OTHER}</blockquote></aside>", False, id="a quotation in a widget"),
        pytest.param(f"{TEXT}<div class=comments><p>{OTHER}</p>{TEXT * 2}</div>", True, id="comments longer than the story"),
        pytest.param(f"{TEXT}<div class=sidebar><p>{OTHER}</p>{TEXT * 2}</div>", False, id="a sidebar with most of the prose"),
        pytest.param(f"<div class=comments><p>{OTHER}</p>{TEXT * 20}</div><p>{OTHER}</p>", False, id="comments that are nearly all of it"),
        pytest.param(f"<div class=footer><p>{OTHER}</p></div>", True, id="a footer, though nothing else has prose"),
        pytest.param(f"<div class=footer><h1>Boat sold</h1><p>{OTHER}</p></div>", False, id="a footer with the headline"),
        pytest.param(f"{TEXT * 9}<div class='story-body paywall-story'>{BODY}</div>", False, id="a body with a name of layout too"),
        pytest.param(f"{TEXT * 9}<div class=sidebar-grid><div class=post-text>{BODY}</div></div>", False, id="around a body"),
        pytest.param(f"{TEXT * 9}<div class=related-post-text>{BODY}</div>", True, id="a name that is both"),
        pytest.param(f"{TEXT}<main class=sidebar><p>{OTHER}</p></main>", False, id="the main element"),
        pytest.param(f"{TEXT}<div class='6f677730-ad-42ce-989bba'><p>{OTHER}</p></div>", False, id="a hash with letters of a word"),
        pytest.param(f"{TEXT * 3}<div class='elementor-widget-text-editor'><p>{OTHER}</p></div>", False, id="a text of a page builder"),
        pytest.param(f"{TEXT * 3}<div class='elementor-widget-share-buttons'><p>{OTHER}</p></div>", True, id="buttons of a page builder"),
        pytest.param(f"{TEXT * 3}<p class=paywall>{OTHER}</p>", False, id="a paragraph behind a paywall"),
        pytest.param(f"{TEXT * 3}<article class='author-ana type-post'><p>{OTHER}</p></article>", False, id="a post of an author"),
        pytest.param(
            f"{TEXT * 3}<div class=article-body><aside><h3>Related articles</h3></aside><p>{OTHER}</p></div>",
            False,
            id="a body below a box",
        ),
        pytest.param(f"<h1>Boats</h1><div class=teaser><p>{OTHER}</p></div>{TEXT}", False, id="the first sentence below the headline"),
        pytest.param(f"<h1>Boats</h1>{TEXT}<div class=teaser><p>{OTHER}</p></div>", True, id="a teaser below the text"),
        pytest.param(f"<div hidden id='S:1'><p>{OTHER}</p></div>{TEXT}", False, id="a part that a script moves into place"),
        pytest.param(f"<div hidden id='s1'><p>{OTHER}</p></div>{TEXT}", True, id="a hidden part"),
        pytest.param(f"<article>{TEXT}<article><p>{OTHER}</p>{TEXT * 2}</article></article>{TEXT * 9}", False, id="most of an article"),
        pytest.param(
            f"{TEXT}<section><h3>Subscribe for more stories</h3><p>{OTHER}</p></section>", True, id="under the title of a promotion"
        ),
    ],
)
def test_a_block_is_chrome_by_its_tag_or_name_unless_it_has_most_of_the_prose(block: str, is_chrome: bool) -> None:
    tree = parse_tree(block)
    classification = classify_lines(tree)
    line = next(line for line in tree.lines if line.text == OTHER)
    assert classification.is_chrome[line.element_index] is is_chrome
