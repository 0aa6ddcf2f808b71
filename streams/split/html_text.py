"""HTML as lines: what a person sees of an element, one block a line, as a browser's "save as text" gives it."""

import re
from collections.abc import Iterator

import lxml.html

SKIPPED = frozenset({"script", "style", "noscript", "template", "svg", "head", "iframe", "select", "button", "form"})
INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "cite",
        "code",
        "data",
        "dfn",
        "em",
        "font",
        "i",
        "kbd",
        "label",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "u",
        "var",
        "wbr",
        "ins",
        "del",
        "time",
        "img",
    ]
)
# A declared time before the text of its element, between signs that no parsed page has.
DATETIME = re.compile("\x00([^\x00]*)\x00")


def rendered(element: lxml.html.HtmlElement, with_times: bool = False) -> str:
    """Return the text of `element`, a line for each block; list items begin with a bullet. `with_times` marks each `DATETIME`."""
    text = "".join(_pieces(element, with_times))
    return "\n".join(line for line in (" ".join(part.split()) for part in text.split("\n")) if line)


def _pieces(root: lxml.html.HtmlElement, with_times: bool) -> Iterator[str]:
    """Walk without recursion: a hostile page is deep."""
    todo: list[tuple[lxml.html.HtmlElement, bool]] = [(root, False)]
    while todo:
        element, is_done = todo.pop()
        tag = element.tag if isinstance(element.tag, str) else "script"
        is_block = tag not in INLINE
        if is_done:
            yield "\n" if is_block else ""
            yield _flat(element.tail) if element is not root else ""
            continue
        if tag in SKIPPED:
            yield _flat(element.tail) if element is not root else ""
            continue
        yield "\n• " if tag == "li" else "\n" if is_block else ""
        if with_times and tag == "time" and element.get("datetime"):
            yield f"\x00{_flat(element.get('datetime'))}\x00"
        yield _flat(element.text)
        todo.append((element, True))
        todo.extend((child, False) for child in reversed(element))


def _flat(text: str | None) -> str:
    return (text or "").replace("\n", " ").replace("\r", " ")
