"""Limit the HTML of a dump: of all its pages, parts and fragments together."""

from dataclasses import dataclass

from streams.errors import InvalidRecord, Reason
from streams.split.html.tree import Tree
from streams.split.text.stamps import MAX_STAMP_CHARACTERS

# An element with its line takes 20 to 50 us of processor time in a fragment; a short line may be a stamp: twice that. A page is read as a
# list as well: twice again. 10 MiB of news have some 40,000 paragraphs, the largest of 230 real pages has 1,501 elements and 663 lines.
MAX_ELEMENTS = 40_000
PAGE_WEIGHT = 2


@dataclass(slots=True)
class HtmlBudget:
    """The elements of the HTML that may still be read for a dump: a short line counts as one more, and pages count twice."""

    left: int = MAX_ELEMENTS

    def spend_page(self, tree: Tree) -> None:
        """Take the elements of a page off; raise `InvalidRecord` (`limit`) where not enough are left."""
        self._spend(PAGE_WEIGHT * _size(tree))

    def spend_fragment(self, tree: Tree) -> None:
        """Take the elements of an article's body off; raise `InvalidRecord` (`limit`) where not enough are left."""
        self._spend(_size(tree))

    def _spend(self, elements: int) -> None:
        self.left -= elements
        if self.left < 0:
            detail = f"the HTML of the dump has over {MAX_ELEMENTS:,} elements, short lines counted as well, and those of pages twice"
            raise InvalidRecord(Reason.LIMIT, f"{detail}; send it in parts")


def _size(tree: Tree) -> int:
    return max(len(tree.elements), len(tree.lines)) + sum(len(line.text) <= MAX_STAMP_CHARACTERS for line in tree.lines)
