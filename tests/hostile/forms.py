"""Hostile dumps just below the limits of HTML, RTF, chats and Markdown, and of forms that repeat what a reader does once for each part."""

import json
from collections.abc import Callable

from streams.dumps.decode import MAX_BODY_BYTES
from tests.hostile.containers import HEAD, HTML, PLAIN, Made
from tests.streams.split.hostile_pages import SENTENCE

STORIES = 4_980
BYLINE = "<p>By Ana Ruiz{0} and Tom Hall | 3 May 2026</p>"


def _made(make: Callable[[], str], content_type: str) -> Callable[[], Made]:
    return lambda: (make().encode()[:MAX_BODY_BYTES], content_type)


def _cards(count: int, lines: str, beside: str = "") -> Callable[[], Made]:
    """A page of articles with a link and a time each, just below the limit of its elements."""
    card = f"<article><h3><a href=/x{{0}}>Old bridge {{0}} to close</a></h3>{lines}<time>3 May 2026 | Harbour Post</time></article>"
    return _made(lambda: f"<html><body>{beside}{''.join(card.format(number) for number in range(count))}", "text/html")


def _nested_stories(depth: int, lines: int) -> str:
    story = f"<h2><a href=/x>Old bridge to close in May</a></h2>{f'<p>{SENTENCE}</p>' * lines}"
    return f"<html><body>{('<div>' * depth + story + '</div>' * depth) * 2}"


def _objects(body: str) -> Callable[[], Made]:
    """A list of as many articles as a dump may have, of the same HTML behind a number: equal beginnings are taken for notices."""
    made = [
        {"title": f"Bridge {n}", "url": f"https://a.example/{n}", "published": "2025-05-03", "content": f"<p>{n} {body}"}
        for n in range(STORIES)
    ]
    return _made(lambda: json.dumps(made), "application/json")


def _mailbox(headers: str, body: str) -> Callable[[], Made]:
    one = f"From a@b.example Fri Aug  1 10:00:00 2025\n{HEAD}{headers}{body}\n\n"
    return _made(lambda: one * min(STORIES, MAX_BODY_BYTES // len(one)), "application/mbox")


STORY = f"<div><h1>A long story of the bridge</h1>{f'<p>{SENTENCE} {SENTENCE}' * 2_000}</div>"
RTF = "{\\rtf1 Old bridge\\par "
FORMS: dict[str, Callable[[], Made]] = {
    "two stories in 500 blocks": _made(lambda: _nested_stories(500, 9_000), "text/html"),
    "cards beside a story": _cards(1_400, f"<p>{{0}} {SENTENCE}</p>" * 5, STORY),
    "cards of bylines": _cards(1_300, f"<p>{{0}} {SENTENCE}</p>{BYLINE * 5}"),
    "cards of ages": _cards(1_300, f"<p>{{0}} {SENTENCE}</p>{'<p>Harbour Post {0} days ago</p>' * 5}"),
    "JSON of short lines in HTML": _objects(f"<p>{SENTENCE}</p>{'<p><a href=x>By Ana Ruiz</a> Harbour Post <b>3 days ago</b></p>' * 6}"),
    "JSON with one list of entities": _objects(f"<p>{SENTENCE * 2}</p><p>{'&eacute;&#x41;' * 120}"),
    "mailbox of encoded words": _mailbox(f"Subject: {'=?utf-8?q?=41=42?= ' * 90}\n", f"{PLAIN}{SENTENCE * 2}"),
    "mailbox of folded headers": _mailbox("Received: a\n " + "b\n " * 450 + "c\n", f"{PLAIN}{SENTENCE * 2}"),
    "mailbox of quoted-printable": _mailbox("Content-Transfer-Encoding: quoted-printable\n", f"{PLAIN}{'=C3=A9 is it ' * 120}"),
    "mail of HTML in ten parts below the limit": _made(
        lambda: (
            f"{HEAD}Content-Type: multipart/mixed; boundary=b\n\n"
            + f"--b\n{HTML}<html><body>{''.join(f'<p>By Ana Ruiz | {n} May 2026</p><p>{n} {SENTENCE}</p>' for n in range(990))}\n" * 10
            + "--b--"
        ),
        "message/rfc822",
    ),
    "RTF of tabs": _made(lambda: RTF + "\\tab a" * 740_000 + "}", ""),
    "RTF of numbers in groups": _made(lambda: RTF + "{\\u8212?}" * 370_000 + "}", ""),
    "chat of stories and short messages": _made(
        lambda: f"[12/11/2026, 08:04:11] Neide: {SENTENCE * 6}\n" * STORIES + "[12/11/2026, 08:04:11] Neide: ok\n" * 94_000, ""
    ),
    "Markdown below the limit of brackets": _made(
        lambda: "# The week\n\n[a](https://x.example) [b](https://x.example)\n**a b**\n" + ("[" + "a" * 34) * 299_000, "text/markdown"
    ),
}
