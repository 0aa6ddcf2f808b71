"""Read the authors of a story: those that its page declares, or the names around its headline that are marked as authors'."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from itertools import takewhile

from streams.split.fields.ages import age_pattern
from streams.split.fields.closing_notes import ROLES
from streams.split.fields.credits import DESK
from streams.split.html.tree import TAG, TextLine, Tree
from streams.split.text.bodies import clean_text
from streams.split.text.lines import MAX_NAME_CHARACTERS, key_of
from streams.split.text.promotions import is_link_label
from streams.split.text.shapes import general_words
from streams.split.text.stamps import BYLINE, is_outlet_name, stamp_of

MAX_AUTHORS = 5
MAX_PERSON_WORDS = 6  # of a name; more are a position
SEPARATORS_OF_NAMES = re.compile(r"(?<!\s)(?:\s*+[,;|]\s*|\s++[/&·•]\s++)")
NO_PERSON = re.compile(r"@|\d|://|: ")
DOMAIN = re.compile(r"[a-z]\.[a-z]{2,7}$")
BY = re.compile(r"^(?:by|por|par|von|di)\s+", re.IGNORECASE)
MAIL = re.compile(r"[(<\[]?\S{1,100}@\S{1,100}")  # "Ana Ruiz <ana@post.example>"
NO_NAME_BESIDE_NAMES = re.compile(r"\b(?:Inc|Ltd|LLC|GmbH|AG|Corp|Ph\.?D|M\.?D|MBA|Jr|Sr)\.?$")
LOGIN = re.compile(r"admin(?:istrator)?|webmaster|wordpress|root", re.IGNORECASE)
FOR_OUTLET = re.compile(r"\s(?:for|at|für|para|pour|per|voor|för|til|di|de)$", re.IGNORECASE)
ADMIN_PAGE = "/author/admin/"  # of the account that a system has from the start: it publishes for others
BOLD = re.compile(r"<(?:b|strong)\b[^>]*+>\s*+$", re.IGNORECASE)
# In the tag of an author's name: the relation of a link (HTML), the property (schema.org), or the address of the author's own page.
DECLARING_TAG = re.compile(r"\b(?:rel|itemprop)\s*+=\s*+[\"']?author\b", re.IGNORECASE)
AUTHOR_TAG = re.compile(
    rf"{DECLARING_TAG.pattern}|/(?:authors?|autor(?:es|en)?|auteurs?|writers?|columnists?|contributors?|editors)/[^\"'\s>/]",
    re.IGNORECASE,
)
AUTHOR_NAME = re.compile(r"author|byline", re.IGNORECASE)  # in the name of a block, or the class of an inline tag
LINK_EDGE = re.compile(r"</?a[\s>]", re.IGNORECASE)
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
# "홍길동 기자": in Korean the position follows the name.
REPORTER = re.compile(r"(?P<name>[가-힣]{2,4})\s?(?:기자|특파원|논설위원)(?![가-힣])")
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
    """Return a declared author without addresses, numbers, dates and sections, and without outlets and positions beside names."""
    texts = (_without_outlet(MAIL.sub("", text), outlet) for text in SEPARATORS_OF_NAMES.split(author or ""))
    names = [REPORTER.sub(r"\g<name>", BY.sub("", text)) for text in texts if _may_be_declared(text)]
    people = [name for name in names if len(name.split()) <= MAX_PERSON_WORDS and not (DOMAIN.search(name) or POSITION.search(name))]
    people = [name for name in people if not (outlet and outlet in name) and not NO_NAME_BESIDE_NAMES.search(name)]
    return ", ".join(people or names) or None


def _may_be_declared(text: str) -> bool:
    is_word = text and NO_PERSON.search(text) is None and LOGIN.fullmatch(text) is None
    return bool(is_word) and key_of(text) not in general_words().chrome


def _without_outlet(text: str, outlet: str | None) -> str:
    """Return "Ana Ruiz" of "Ana Ruiz for Harbour Post"."""
    head, name, _ = text.partition(outlet) if outlet else (text, "", "")
    return FOR_OUTLET.sub("", head.rstrip()) if name and FOR_OUTLET.search(head.rstrip()) else text.strip()


def page_author(declared: str | None, tree: Tree, lines: Sequence[TextLine], outlet: str | None = None) -> str | None:
    """Return the author of a page that is one story; `lines`: around its headline.

    That is the declared one, or names that are declared in the tags of `lines` if these have it and more, else a printed one, else the name
    beside the date. A name alone in a paragraph precedes that of an administrator's account.
    """
    in_tags = author_of([name for line in lines for name in _marked_names(tree, line, DECLARING_TAG)][:MAX_AUTHORS])
    marked = in_tags if names_of(declared) < names_of(in_tags) else declared or _without_name(printed_author(tree, lines), outlet)
    alone = (line.text.strip(EDGES) for line in lines if is_name_paragraph(tree, line)) if ADMIN_PAGE in tree.source else iter(())
    return next(alone, None) or marked or _name_beside_date(tree, lines)


def _without_name(names: str | None, outlet: str | None) -> str | None:
    """Return the names without that of the outlet beside them: "Harbour Post, Ana Ruiz"."""
    people = [name for name in (names or "").split(", ") if key_of(name) != key_of(outlet or "")]
    return ", ".join(people) or names


def _name_beside_date(tree: Tree, lines: Sequence[TextLine]) -> str | None:
    """Return the name beside the first date, unless it is that of a section in a menu."""
    lead = age_pattern().lead
    for line in lines:
        texts = [text.strip(EDGES) for text, _ in _pieces(tree, line)]
        if len(texts) > 1 and not line.is_link and any(map(stamp_of, texts)):
            names = [text for text in texts if _is_name(text, UNMARKED_NAME_WORDS) and lead.isdisjoint(text.casefold().split())]
            return None if any(other.is_link and other.text in names for other in tree.lines) else next(iter(names), None)
    return None


def is_name_paragraph(tree: Tree, line: TextLine) -> bool:
    """Return whether a line is a paragraph of nothing but a name, in bold or capitals."""
    if len(line.text) > MAX_NAME_CHARACTERS or line.is_link or tree.elements[line.element_index].tag != "p":
        return False
    is_set_off = line.text.isupper() or any(BOLD.search(tags) for _, tags in _pieces(tree, line))
    is_label = is_link_label(line.text) or key_of(line.text) in general_words().ends
    return is_set_off and not is_label and _is_name(line.text.strip(EDGES), UNMARKED_NAME_WORDS)


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


def _marked_names(tree: Tree, line: TextLine, mark: re.Pattern[str] = AUTHOR_TAG) -> Iterator[str]:
    """Yield the names of a line that are in tags of an author."""
    for text, tags in _linked_pieces(tree, line):
        if mark.search(tags):
            yield from (name for name in _split_names(text) if _is_name(name, MARKED_NAME_WORDS))


def _linked_pieces(tree: Tree, line: TextLine) -> Iterator[tuple[str, str]]:
    """Yield the pieces of a line as `_pieces` does, those within one link together: "<a><b>Ana</b> <b>Ruiz</b></a>"."""
    texts: list[str] = []
    opening = ""
    for text, tags in _pieces(tree, line):
        if texts and (LINK_EDGE.search(tags) or not LINK_EDGE.search(opening)):
            yield " ".join(filter(None, texts)), opening
            texts.clear()
        opening = opening if texts else tags
        texts.append(text)
    if texts:
        yield " ".join(filter(None, texts)), opening


def _byline_names(tree: Tree, line: TextLine) -> list[str]:
    """Return the names that a line begins with, behind "By" or in a block or an inline tag with the name of a byline."""
    if reporter := REPORTER.match(line.text):
        return [reporter["name"]]
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
