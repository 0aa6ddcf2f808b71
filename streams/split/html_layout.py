"""Tables that lay out a page: as old pages have them, with the menu in one cell and the story in the next."""

import lxml.etree
import lxml.html

TABLE_PARTS = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th", "center"})
# A cell of data has a figure or a few words; one with a headline, several paragraphs or a table of its own is a column of the page.
LAYOUT = lxml.etree.XPath("//h1/ancestor::table | //table/ancestor::table | //td[count(p) > 1]/ancestor::table")


def without_layout_tables(tree: lxml.html.HtmlElement) -> None:
    """Turn the layout tables of `tree` into plain blocks, in place.

    An extractor takes a table for one of figures and gives each row as a line: menu, headline and story in one.
    """
    for table in LAYOUT(tree):
        parts = [table]
        while parts:
            part = parts.pop()
            part.tag = "div"
            parts.extend(child for child in part if child.tag in TABLE_PARTS and child.tag != "table")
