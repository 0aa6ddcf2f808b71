"""Classify the lines of an HTML page: prose of stories, or page chrome. All names are invented."""

import pytest

from streams.split.html.line_classification import classify_lines
from streams.split.html.tree import parse_tree
from tests.stories import story

TEXT = f"<p>{story(0, 3)}</p>"
OTHER = "The harbour pilot of Wickfen sold his boat last week."


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
    ],
)
def test_a_block_is_chrome_by_its_tag_or_name_unless_it_has_most_of_the_prose(block: str, is_chrome: bool) -> None:
    tree = parse_tree(block)
    classification = classify_lines(tree)
    line = next(line for line in tree.lines if line.text == OTHER)
    assert classification.is_chrome[line.element_index] is is_chrome
