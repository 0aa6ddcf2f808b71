"""Extract the text of an HTML fragment: the body of one story without its page, as feeds and APIs hold it."""

from streams.split.budget import FRAGMENT, HtmlBudget
from streams.split.html.body import body_line_nos, join_lines
from streams.split.html.line_classification import classify_lines
from streams.split.html.tree import parse_tree


def fragment_text(html: str, budget: HtmlBudget | None = None) -> str:
    """Return the body of a fragment: that which the body cleaner keeps, or all its lines where it finds no sentence.

    Raises:
        InvalidRecord: see `parse_tree`.
    """
    tree = parse_tree(html)
    if budget:
        budget.spend(FRAGMENT, len(tree.elements), (line.text for line in tree.lines))
    line_nos = body_line_nos(tree, classify_lines(tree), 0, len(tree.lines))
    return join_lines(tree, line_nos or range(len(tree.lines)))


def line_text(html: str) -> str:
    """Return the text of a title or name, which may have markup in it, on one line."""
    return " ".join(line.text for line in parse_tree(html).lines) if "<" in html or "&" in html else " ".join(html.split())
