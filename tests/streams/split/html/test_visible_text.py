"""Render HTML as text for the text splitter, and map its offsets back to the source. All names are invented."""

from streams.records import Cut
from streams.split.html.tree import parse_tree
from streams.split.html.visible_text import VisibleText, render_visible_text, source_span_of

HTML = (
    "<p>Old bridge to close</p><p hidden>Reject all</p><ul><li>Harbour Post</li></ul><div><time datetime=2025-08-01>Friday</time></div>"
    f"<p>{'The mayor sold all of the old bridges. ' * 4}<time datetime=1999-05-01>in May</time></p>"
)
TREE = parse_tree(HTML)


def visible() -> VisibleText:
    return render_visible_text(TREE, [False] * len(TREE.elements))


def test_the_text_has_a_line_for_each_visible_block_and_a_bullet_for_an_item() -> None:
    assert visible().text.split("\n")[:3] == ["Old bridge to close", "• Harbour Post", "Friday"]


def test_an_excluded_element_is_left_out() -> None:
    excluded = [element.tag == "li" for element in TREE.elements]
    assert render_visible_text(TREE, excluded).text.split("\n")[:2] == ["Old bridge to close", "Friday"]


def test_times_have_offsets_in_the_text_and_those_in_paragraphs_are_left_out() -> None:
    assert [(offset, time.published_at) for offset, time in visible().times] == [(visible().text.index("Friday"), "2025-08-01")]


def test_the_source_of_a_cut_runs_from_its_first_line_to_the_end_of_its_last() -> None:
    text = visible().text
    cut = Cut(title=None, body="", start=text.index("Harbour"), end=text.index("The mayor"), confidence=1)
    start, end = source_span_of(cut, visible(), TREE)
    assert HTML[start:end] == "Harbour Post</li></ul><div><time datetime=2025-08-01>Friday"
