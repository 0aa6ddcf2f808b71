"""Limit the HTML of a dump: of all its pages, parts and fragments together."""

from dataclasses import dataclass

from streams.errors import InvalidRecord, Reason

# Each costs 20 to 50 us of processor time. The largest of 230 real pages has 1,501 elements and 663 lines, 10 MiB of news some 40,000
# paragraphs.
MAX_ELEMENTS = 50_000
MAX_LINES = 50_000


@dataclass(slots=True)
class HtmlBudget:
    """The elements and lines of the HTML that was parsed for one dump so far."""

    elements: int = 0
    lines: int = 0

    def spend(self, elements: int, lines: int) -> None:
        """Count a parsed text.

        Raises:
            InvalidRecord: `limit` if those of the dump have over `MAX_ELEMENTS` elements or `MAX_LINES` lines together.
        """
        self.elements += elements
        self.lines += lines
        if self.elements > MAX_ELEMENTS:
            raise InvalidRecord(Reason.LIMIT, f"the HTML of the dump has over {MAX_ELEMENTS:,} elements; send it in parts")
        if self.lines > MAX_LINES:
            raise InvalidRecord(Reason.LIMIT, f"the HTML of the dump has over {MAX_LINES:,} lines; send it in parts")
