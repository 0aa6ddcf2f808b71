"""Hostile containers: mail, mailboxes, saved pages, documents, and archives that unpack to much more than they are."""

import bz2
import gzip
import io
import lzma
import zipfile
from base64 import b64encode
from collections.abc import Callable

from streams.dumps.decode import MAX_BODY_BYTES
from streams.split.records.mime import MAX_DEPTH, MAX_PARTS
from tests.streams.split.hostile_pages import SENTENCE

MIB = 1024 * 1024
SIZE = MAX_BODY_BYTES - 1000
BOMB_MIB = 1024
Made = tuple[bytes, str]
HEAD = "From: a@b.example\nSubject: Old bridge to close\nDate: Fri, 1 Aug 2025 10:00:00 +0200\nMIME-Version: 1.0\n"
PLAIN = "Content-Type: text/plain\n\n"
HTML = "Content-Type: text/html\n\n"


def _multipart(subtype: str, part: str, parts: int, boundary: str = "b") -> str:
    return f"Content-Type: multipart/{subtype}; boundary={boundary}\n\n" + f"--{boundary}\n{part}\n" * parts + f"--{boundary}--\n"


def _mail(subtype: str, part: str, parts: int) -> Callable[[], Made]:
    return lambda: ((HEAD + _multipart(subtype, part, parts)).encode()[:MAX_BODY_BYTES], "message/rfc822")


def _encoded(text: str) -> str:
    return f"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n{b64encode(text.encode()).decode()}\n"


def _nested_alternatives() -> Made:
    part = f"{PLAIN}{SENTENCE * 90}"
    for depth in range(MAX_DEPTH - 1):
        part = _multipart("alternative", part, 2, f"b{depth}")
    return (HEAD + part).encode()[:MAX_BODY_BYTES], "message/rfc822"


def _attached_in_each_other() -> Made:
    part = f"{PLAIN}{SENTENCE * 100_000}"
    for _ in range(MAX_DEPTH):
        part = f"Content-Type: message/rfc822\n\n{HEAD}{part}"
    return (HEAD + part).encode()[:MAX_BODY_BYTES], "message/rfc822"


def _mailbox(message: str) -> Callable[[], Made]:
    one = f"From a@b.example Fri Aug  1 10:00:00 2025\n{HEAD}{message}\n\n"
    return lambda: ((one * (SIZE // len(one))).encode(), "application/mbox")


def _saved_page(page: str) -> Callable[[], Made]:
    part = f"{HTML}{page}"
    return lambda: (
        ("From: <Saved by Blink>\nMIME-Version: 1.0\n" + _multipart("related", part, max(1, SIZE // len(part) - 1))).encode()[
            :MAX_BODY_BYTES
        ],
        "multipart/related",
    )


def _docx(unit: str, mib: int = 32, suffix: str = "") -> Callable[[], Made]:
    """A document of so many MiB of XML, packed."""

    def make() -> Made:
        head, end = "<w:document><w:body>", f"{suffix}</w:body></w:document>"
        xml = head + unit * ((mib * MIB - len(head) - len(end)) // len(unit)) + end
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("word/document.xml", xml)
        return out.getvalue(), ""

    return make


def _rtf(unit: str, head: str = "{\\rtf1 Old bridge to close\\par ") -> Callable[[], Made]:
    return lambda: ((head + unit * ((SIZE - len(head)) // len(unit)) + "}").encode(), "")


def _bomb(pack: Callable[[bytes], bytes]) -> Callable[[], Made]:
    """Bytes that unpack to a gigabyte, as the value of a message: nothing unpacks them."""
    return lambda: (pack(SENTENCE.encode() * (64 * MIB // len(SENTENCE))), "")


def _zip_bomb(method: int) -> Callable[[], Made]:
    def make() -> Made:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as archive, archive.open("word/document.xml", "w") as member:
            for _ in range(BOMB_MIB):
                member.write(b"\0" * MIB)
        return out.getvalue(), ""

    return make


PARAGRAPH = f"<w:p><w:r><w:t>{SENTENCE}</w:t></w:r></w:p>"
CONTAINERS: dict[str, Callable[[], Made]] = {
    "mail of 9,990 parts": _mail("mixed", f"{PLAIN}{SENTENCE * 11}", MAX_PARTS - 10),
    "mail of 9,990 small parts": _mail("mixed", f"{PLAIN}{SENTENCE}", MAX_PARTS - 10),
    "mail of 9,990 HTML parts": _mail(
        "mixed", f"{HTML}<html><body><h1>Old bridge</h1><p>{SENTENCE * 10}</p></body></html>", MAX_PARTS - 10
    ),
    "mail of 9,990 base64 parts": _mail("mixed", _encoded(f"<p>{SENTENCE * 7}</p>"), MAX_PARTS - 10),
    "mail of empty parts": _mail("mixed", "\n", MAX_PARTS - 10),
    "mail of alternatives": _mail("alternative", f"{PLAIN}{SENTENCE * 11}", MAX_PARTS - 10),
    "mail of alternatives without articles": _mail("alternative", f"{HTML}<p>a</p>" + "<br>" * 240, MAX_PARTS - 10),
    "mail of alternatives in each other": _nested_alternatives,
    "mail of attached mails in each other": _attached_in_each_other,
    "mail of attached mails": _mail("mixed", f"Content-Type: message/rfc822\n\n{HEAD}{PLAIN}{SENTENCE * 10}", MAX_PARTS - 10),
    "mail of ten large HTML parts": _mail("mixed", f"{HTML}<html><body>" + f"<p>{SENTENCE}</p>" * 10_500, 10),
    "mail of large headers": _mail("mixed", "X: " + "a" * 990 + f"\n{PLAIN}a", MAX_PARTS - 10),
    "mail of headers of one part": lambda: ((HEAD + "X: a\n" * (SIZE // 5)).encode(), "message/rfc822"),
    "mail of boundaries": lambda: (
        (HEAD + "Content-Type: multipart/mixed; boundary=b\n\n" + "--b \t\n" * (SIZE // 6)).encode()[:MAX_BODY_BYTES],
        "message/rfc822",
    ),
    "mailbox of stories": _mailbox(f"{PLAIN}{SENTENCE * 22}"),
    "mailbox of short messages": _mailbox(f"{PLAIN}a b"),
    "mailbox of HTML": _mailbox(f"{HTML}<html><body><h1>Old bridge to close</h1><p>{SENTENCE * 20}</p></body></html>"),
    "mailbox lines": lambda: (b"From a@b.example Fri Aug  1 10:00:00 2025\n\n" * (SIZE // 43), "application/mbox"),
    "saved page of paragraphs": _saved_page("<html><body>" + f"<p>{SENTENCE}</p>" * 100_000),
    "saved page of small parts": _saved_page(f"<html><p>{SENTENCE * 11}"),
    "document of paragraphs": _docx(PARAGRAPH),
    "document of paragraphs below the limit of lines": _docx(f"<w:p><w:r><w:t>{SENTENCE * 3}</w:t></w:r></w:p>"),
    "document of empty paragraphs": _docx("</w:p>"),
    "document of entities": _docx("<w:p><w:t>&amp;&#x41;&#128512;</w:t></w:p>"),
    "document of entities in one run": _docx("&amp;"),
    "document of open tags": _docx("<w:t"),
    "document of tags without text": _docx("<w:r><w:rPr/></w:r>"),
    "document of fallbacks": _docx("<mc:Fallback>"),
    "document of one long line": _docx(f"<w:t>{SENTENCE}</w:t>"),
    "document over the limit": _docx(PARAGRAPH, 33),
    "document bomb, deflate": _zip_bomb(zipfile.ZIP_DEFLATED),
    "document bomb, bzip2": _zip_bomb(zipfile.ZIP_BZIP2),
    "document bomb, lzma": _zip_bomb(zipfile.ZIP_LZMA),
    "gzip bomb": _bomb(gzip.compress),
    "bzip2 bomb": _bomb(bz2.compress),
    "xz bomb": _bomb(lzma.compress),
    "RTF of groups": _rtf("{\\b a}"),
    "RTF of 499,000 groups": lambda: (("{\\rtf1 Old bridge\\par " + "{\\b word\\b0 by}" * 499_000 + "}").encode()[:MAX_BODY_BYTES], ""),
    "RTF of control words": _rtf("\\b0"),
    "RTF of lines": _rtf(f"{SENTENCE}\\par "),
    "RTF of breaks": _rtf("\\par "),
    "RTF of characters by number": _rtf("\\u8212?"),
    "RTF of hexadecimal characters": _rtf("\\'e9"),
    "RTF of charsets": _rtf("\\ansicpg1252 a"),
    "RTF of unknown charsets": lambda: (
        ("{\\rtf1 " + "".join(f"\\ansicpg{number} a" for number in range(900_000))).encode()[:MAX_BODY_BYTES],
        "",
    ),
    "RTF of signs": _rtf("\\emdash "),
    "RTF of stories": _rtf(f"Headline of it\\par 3 hours ago\\par {SENTENCE * 23}\\par "),
}
