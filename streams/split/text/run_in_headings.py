"""Put bold headings that are on the line of their paragraph on lines of their own, as Markdown headings."""

import re

MIN_RUN_IN = 2
MAX_HEADING_CHARACTERS = 120
# "__Bridge closed.__ The council", "**Bridge closed:** The council": the marks at the start of a line, and words behind them.
RUN_IN = re.compile(
    rf"^[ \t]{{0,3}}(?P<mark>\*\*|__)(?P<heading>[^\s*_][^\n*_]{{0,{MAX_HEADING_CHARACTERS}}})(?P=mark)(?P<behind>[.:]?[ \t]+)(?=[^\s*_])",
    re.MULTILINE,
)
ENDS = ".:"


def separate_run_in_headings(text: str) -> str:
    """Return `text` with "# " before the headings of its paragraphs, and a newline behind each, if it has several; else unchanged.

    The result has the same length, so that offsets in it are offsets in `text`.
    """
    if ("**" not in text and "__" not in text) or sum(1 for _ in RUN_IN.finditer(text)) < MIN_RUN_IN:
        return text
    return RUN_IN.sub(_on_own_line, text)


def _on_own_line(found: re.Match[str]) -> str:
    blank = found.start("mark") - found.start()
    heading = found["heading"].rstrip(ENDS)
    return (" " * blank + f"# {heading}\n").ljust(len(found[0]))
