"""The input formats of a dump, and how each is recognised. `streams/split/__init__.py` has the splitter of each."""

import re
from collections.abc import Callable
from enum import StrEnum

HEAD_CHARACTERS = 64 * 1024
# A page that declares HTML needs one tag, one that begins with "<" a few; elsewhere "<b>" may be a part of the text.
MIN_TAGS_AT_START = 3
MIN_TAGS_ANYWHERE = 20

HTML_START = re.compile(r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,2000}-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
HTML_TAG = re.compile(
    r"</?(?:html|head|body|div|p|span|a|article|section|h[1-6]|ul|ol|li|br|img|script|style|meta|link|title|table|td)\b[^<>]{0,1000}>", re.I
)


OWN_TAG = re.compile(r"\s*(?:<\?xml[^>]{0,200}>\s*)?<([a-zA-Z][\w.:-]{0,40})[^<>]{0,300}>")  # that a file of records begins with
HTML_ONLY = re.compile(r"<(?:!doctype|html|head|body\s|div|span|a\s|img|table|script|style|meta|ul|ol)\b", re.IGNORECASE)
# Markdown, where a text has both: links, and headings or titles in bold at the start of a line.
MARKDOWN_LINK = "](http"
MIN_MARKDOWN_LINKS = 2
MARKDOWN_TITLE = re.compile(r"^(?:#{1,6} |(?:[-*+] |\d{1,3}[.)] )?(?:\*\*|__)[^\s*_]|={3,}\s*$)", re.MULTILINE)
MIN_MARKDOWN_TITLES = 2
# The fields that a Markdown file begins with, between two rules; the lines of a list are below theirs.
FRONT_MATTER = re.compile(
    r"---[ \t]*\r?\n(?=(?:[^\n]*+\n){0,30}title[ \t]*:)(?:(?:[A-Za-z_-]{1,40}:|[ \t]|- )[^\n]*+\n){2,60}---[ \t]*\r?\n"
)
# The header lines of mail and of saved web pages (MHTML), below the "From " line of a mailbox. A text may begin with "Date: …", too.
MAIL_HEADERS = frozenset(
    {"from", "to", "subject", "date", "received", "message-id", "mime-version", "return-path", "delivered-to", "content-type", "reply-to"}
)
MIN_MAIL_HEADERS = 3
MIN_DECLARED_MAIL_HEADERS = 1  # where the content type says that it is mail
MAX_BROKEN_MAIL_HEADERS = 2  # lines of a value that are not indented, as some browsers write a long title
MAX_MAIL_HEADER_LINES = 500
MAIL_TYPES = ("message/rfc822", "application/mbox", "multipart/", "application/x-mimearchive")
MAIL_START = re.compile(r"[\r\n]*+(?:[!-9;-~]{1,100}:|[ \t]|From )")
MAIL_HEADER = re.compile(r"([!-9;-~]{1,100}):")
# Of a feed: its first element, which a declaration, comments, or the notices of a broken generator may precede.
FEED_HEAD_CHARACTERS = 4096
FEED_START = re.compile(r"<(?:rss|(?:\w{1,20}:)?feed|rdf:RDF)(?:\s[^<>]{0,4000})?>", re.IGNORECASE)


XML_START = re.compile(r"\s*+(<\?xml[^>]{0,300}>)?(?:\s*+<[!?][^>]{0,2000}>)*+\s*+<([a-zA-Z_][\w.:-]{0,60})(?=[\s/>])")
HTML_ROOTS = frozenset({"html", "head", "body"})
# An object with a first member or with none, alone or in a list; or a list of strings.
JSON_START = re.compile(r"\s*+(?:(?:\[\s*+)?\{\s*+(?:\"[^\"\\]{0,200}\"\s*+:|\}\s*+[,\]\s])|\[\s*+\"[^\"\n]{0,2000}\"\s*+[,\]])")


class Format(StrEnum):
    """How the text of a dump is written, and so by which splitter it is cut."""

    TEXT = "text"
    HTML = "html"
    MAIL = "mail"
    FEED = "feed"
    MARKDOWN = "markdown"
    JSON = "json"
    XML = "xml"


def format_of(text: str, content_type: str | None) -> Format:
    """Return the format of a decoded dump: by evidence in the text first, by `content_type` (headers are often wrong) second."""
    declared = (content_type or "").lower()
    return next((format for format, recognizes in RECOGNIZERS if recognizes(text, declared)), Format.TEXT)


def _has_own_tags(text: str, _: str) -> bool:
    """Return whether a text begins with a tag that HTML does not have, and has none of HTML: then its tags are those of its records."""
    found = OWN_TAG.match(text)
    if found is None or HTML_TAG.match(text, found.start(1) - 1):
        return False
    return not HTML_ONLY.search(text, 0, HEAD_CHARACTERS)


def xml_root(text: str) -> str | None:
    """Return the name of the element around a whole text; None where it is no XML: without a declaration, or its end tag at the end."""
    found = XML_START.match(text)
    if found is None:
        return None
    return found[2] if found[1] or text.rstrip().endswith(f"</{found[2]}>") else None


def _is_xml(text: str, _: str) -> bool:
    """Return whether a text declares that it is XML, or its document type, and is no HTML."""
    found = XML_START.match(text) if text[:HEAD_CHARACTERS].lstrip().startswith(("<?xml", "<!DOCTYPE")) else None
    return found is not None and found[2].lower() not in HTML_ROOTS and not HTML_START.match(text)


def _is_feed(text: str, content_type: str) -> bool:
    head = text[:FEED_HEAD_CHARACTERS]
    return (head.lstrip().startswith("<") or "xml" in content_type) and not HTML_START.match(head) and bool(FEED_START.search(head))


def _is_json(text: str, content_type: str) -> bool:
    """Return whether a text is JSON: an object or a list of objects by its first member, broken or not; anything else by its type."""
    return bool(JSON_START.match(text)) or ("json" in content_type and text.lstrip()[:1] in ("{", "["))


def _is_html(text: str, content_type: str) -> bool:
    head = text[:HEAD_CHARACTERS]
    if HTML_START.match(head):
        return True
    tags = sum(1 for _ in HTML_TAG.finditer(head))
    if "html" in content_type:
        return tags >= 1
    return (head.lstrip().startswith("<") and tags >= MIN_TAGS_AT_START) or tags >= MIN_TAGS_ANYWHERE


def _is_mail(text: str, content_type: str) -> bool:
    if not MAIL_START.match(text):
        return False
    names = set()
    broken = 0
    for line_no, line in enumerate(text[:HEAD_CHARACTERS].lstrip("\r\n").split("\n", MAX_MAIL_HEADER_LINES)):
        header = MAIL_HEADER.match(line)
        if header:
            names.add(header[1].lower())
        elif not (line.startswith((" ", "\t")) or (line_no == 0 and line.startswith("From "))):
            broken += 1
            if broken > MAX_BROKEN_MAIL_HEADERS or not line.strip():
                break
    is_multipart = {"mime-version", "content-type"} <= names
    is_declared = content_type.startswith(MAIL_TYPES)
    return is_multipart or len(names & MAIL_HEADERS) >= (MIN_DECLARED_MAIL_HEADERS if is_declared else MIN_MAIL_HEADERS)


def _is_markdown(text: str, content_type: str) -> bool:
    if "markdown" in content_type:
        return True
    head = text[:HEAD_CHARACTERS]
    if FRONT_MATTER.match(head):
        return True
    has_links = head.count(MARKDOWN_LINK) >= MIN_MARKDOWN_LINKS
    return has_links and sum(1 for _ in MARKDOWN_TITLE.finditer(head)) >= MIN_MARKDOWN_TITLES


# In order: the first that recognizes a text takes it. Each gets the text and the content type in lower case. Text is what no one takes.
RECOGNIZERS: tuple[tuple[Format, Callable[[str, str], bool]], ...] = (
    (Format.MAIL, _is_mail),
    (Format.FEED, _is_feed),
    (Format.JSON, _is_json),
    (Format.XML, _is_xml),
    (Format.TEXT, _has_own_tags),
    (Format.HTML, _is_html),
    (Format.MARKDOWN, _is_markdown),
)
