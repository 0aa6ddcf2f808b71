"""Read the authors of a story: those that its page declares, or the names around its headline that are marked as authors'."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from itertools import takewhile

from streams.split.fields.closing_notes import ROLES
from streams.split.fields.credits import DESK
from streams.split.html.tree import TAG, TextLine, Tree
from streams.split.text.bodies import clean_text
from streams.split.text.lines import key_of
from streams.split.text.shapes import general_words
from streams.split.text.stamps import BYLINE, is_outlet_name, stamp_of

MAX_AUTHORS = 5
MAX_PERSON_WORDS = 6  # of a name; more are a position
SEPARATORS_OF_NAMES = re.compile(r"(?<!\s)\s*+[,;|]\s*")
NO_PERSON = re.compile(r"@|\d|://")
DOMAIN = re.compile(r"[a-z]\.[a-z]{2,7}$")
BY = re.compile(r"(?:by|por|par|von|di)\s+", re.IGNORECASE)
# In the tag of an author's name: the relation of a link (HTML), the property (schema.org), or the address of the author's own page.
AUTHOR_TAG = re.compile(
    r"\b(?:rel|itemprop)\s*+=\s*+[\"']?author\b|/(?:authors?|autor(?:es|en)?|auteurs?)/[^\"'\s>/]",
    re.IGNORECASE,
)
AUTHOR_NAME = re.compile(r"author|byline", re.IGNORECASE)  # in the name of a block, or the class of an inline tag
CLASS = re.compile(r"\bclass\s*=\s*[\"']?([^\"'>]{1,300})", re.IGNORECASE)
MAX_TAGS_CHARACTERS = 600  # of the tags before a name
MAX_BYLINE_LINES = 4  # of a block with the name of a byline
MAX_BYLINE_DEPTH = 3  # blocks from a name up to that of its byline
MAX_BYLINE_CHARACTERS = 200
MARKED_NAME_WORDS = range(1, 6)
UNMARKED_NAME_WORDS = range(2, 5)  # of a name in a block named as the author's, where a desk or a place may be too
CONJUNCTION = re.compile(r"(?<!\s)\s*+(?:[,;|/&•·]\s*+|(?<=\s)(?:and|und|y|et|e|og|och|en|ve)\s++)")
POSITION = re.compile(rf"\b(?i:{ROLES})$")
BY_ALONE = re.compile(r"by|por|par|von|di", re.IGNORECASE)
EDGES = " \t\n:·•|–—-"


def declared_author(value: object, names_by_id: Mapping[str, str]) -> str | None:
    """Return the names in a JSON-LD `author`; `names_by_id`: of the nodes that it may refer to."""
    people = value if isinstance(value, list) else [value]
    names = filter(None, (_name(person, names_by_id) for person in people[:MAX_AUTHORS]))
    return author_of([name for name in names if "://" not in name and not name.startswith("@")])


def author_of(names: Sequence[str]) -> str | None:
    """Return the names as one text, without "By"; None if there are none."""
    joined = ", ".join(dict.fromkeys(names))
    by = BY.match(joined)
    return (joined[by.end() :] if by else joined) or None


def _name(value: object, names_by_id: Mapping[str, str]) -> str | None:
    if isinstance(value, dict):
        name = value.get("name") or names_by_id.get(str(value.get("@id")))
        value = name[0] if isinstance(name, list) and name else name
    return clean_text(unescape(TAG.sub(" ", value))) or None if isinstance(value, str) else None


def person(author: str | None, outlet: str | None) -> str | None:
    """Return a declared author without addresses, numbers and dates, and without the outlet and positions beside names."""
    names = [name for name in SEPARATORS_OF_NAMES.split(author or "") if name and NO_PERSON.search(name) is None]
    people = [name for name in names if len(name.split()) <= MAX_PERSON_WORDS and not DOMAIN.search(name)]
    people = [name for name in people if key_of(name) != key_of(outlet or "")]
    return ", ".join(people or names) or None


def names_of(author: str | None) -> frozenset[str]:
    """Return the keys of the names in an author field."""
    return frozenset(filter(None, map(key_of, CONJUNCTION.split(author or ""))))


def printed_author(tree: Tree, lines: Sequence[TextLine]) -> str | None:
    """Return the names in `lines` that are marked as authors': by their tags, else those of the first byline or block named as one."""
    lines = [line for line in lines if len(line.text) <= MAX_BYLINE_CHARACTERS]
    names = [name for line in lines for name in _marked_names(tree, line)]
    if not names:
        in_order = sorted(lines, key=lambda line: BYLINE.match(line.text) is None)
        names = next(filter(None, (_byline_names(tree, line) for line in in_order)), [])
    return ", ".join(_without_longer_texts([*dict.fromkeys(names)][:MAX_AUTHORS])) or None


def _without_longer_texts(names: Sequence[str]) -> list[str]:
    """Return the names but for those that begin with another one: "Ana Ruiz", without the link "Ana Ruiz's stories"."""
    return [name for name in names if not any(name.startswith(other) for other in names if other != name)]


def _marked_names(tree: Tree, line: TextLine) -> Iterator[str]:
    """Yield the names of a line that are in tags of an author."""
    for text, tags in _pieces(tree, line):
        if AUTHOR_TAG.search(tags):
            yield from (name for name in _split_names(text) if _is_name(name, MARKED_NAME_WORDS))


def _byline_names(tree: Tree, line: TextLine) -> list[str]:
    """Return the names that a line begins with, behind "By" or in a block or an inline tag with the name of a byline."""
    is_byline, names = bool(BYLINE.match(line.text)) or _is_in_byline(tree, line), list[str]()
    for text, tags in _pieces(tree, line):
        is_byline = is_byline or any(AUTHOR_NAME.search(found) for found in CLASS.findall(tags))
        if not is_byline or not (parts := _split_names(text)):
            continue
        people = list(takewhile(lambda name: _is_name(name, UNMARKED_NAME_WORDS), parts))
        if not (people or names) and parts[0].isupper() and _is_name(parts[0], MARKED_NAME_WORDS):
            return parts[:1]  # "By HPN"
        names += people
        if len(people) < len(parts):
            break
    return names


def _pieces(tree: Tree, line: TextLine) -> Iterator[tuple[str, str]]:
    """Yield the text of each piece of a line, and the inline tags before it, back to the piece before or the start of its block."""
    end_above = tree.elements[line.element_index].start
    for start, end in line.pieces:
        yield clean_text(unescape(tree.source[start:end])), tree.source[max(end_above, start - MAX_TAGS_CHARACTERS) : start]
        end_above = end


def _is_in_byline(tree: Tree, line: TextLine) -> bool:
    """Return whether a small block around a line has the name of a byline."""
    element = tree.elements[line.element_index]
    for _ in range(MAX_BYLINE_DEPTH):
        if element.end_line - element.first_line > MAX_BYLINE_LINES:
            return False
        if AUTHOR_NAME.search(element.names):
            return True
        element = tree.elements[max(0, element.parent_index)]
    return False


def _split_names(text: str) -> list[str]:
    found = BYLINE.match(text)
    names = (name.strip(EDGES) for name in CONJUNCTION.split(text[found.end() :] if found else text))
    return [name for name in names if name and not BY_ALONE.fullmatch(name)]


def _is_name(text: str, word_counts: range) -> bool:
    """Return whether a text can be a person's name: no date, desk, position or button."""
    if (
        len(text.split()) not in word_counts
        or NO_PERSON.search(text)
        or not is_outlet_name(text)
        or DESK.match(text)
        or POSITION.search(text)
    ):
        return False
    return key_of(text) not in general_words().chrome and stamp_of(text) is None
