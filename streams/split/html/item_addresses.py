"""Read the address of a list's item from the link that its headline is in."""

from streams.split.fields.addresses import absolute_address
from streams.split.html.attributes import attributes_of
from streams.split.html.tree import TextLine, Tree

MAX_TAGS_BETWEEN_CHARACTERS = 1000  # from the start of a link to its text: its attributes, and the blocks inside it
MAX_PIECES = 3  # of a line up to its link: a bullet, a flag


def linked_address(tree: Tree, line: TextLine, page_url: str | None) -> str | None:
    """Return the address that the start of a line links to, None where it is in no link. `page_url`: of the page, for relative links."""
    links = (_link_around(tree, start) for start, _ in line.pieces[:MAX_PIECES])
    href = next(filter(None, links), None)
    return absolute_address(href, page_url) if href else None


def _link_around(tree: Tree, start: int) -> str | None:
    opened = tree.source.rfind("<a ", max(0, start - MAX_TAGS_BETWEEN_CHARACTERS), start)
    end = tree.source.find(">", opened, start) if opened >= 0 else -1
    if end < 0 or tree.source.find("</a", end, start) >= 0:
        return None
    return next((value for name, value in attributes_of(tree.source[opened + 2 : end]) if name.lower() == "href"), None)
