"""A process like a worker that takes the worst dumps of 10 MiB, one after the other; prints its peak of memory in MiB after each.

`python -m tests.streams.dumps.memory_of_dumps [FAMILY...]`
"""

import json
import sys
from base64 import b64encode
from collections.abc import Callable

from streams.classify.class_set import builtin_classes
from streams.deduplicate.index import CopyConfig
from streams.dumps.decode import MAX_BODY_BYTES
from streams.local import Processor
from streams.messages.envelope import ENVELOPE_TYPE
from streams.pipeline import PipelineConfig
from streams.records import Incoming
from streams.split.text.lines import MAX_LINES
from tests.memory import peak_bytes
from tests.streams.split.hostile_pages import SENTENCE

MIB = 1024 * 1024
NOW = 1_754_136_000
Made = tuple[bytes, str]


def _filled(block: str, before: str = "", content_type: str = "text/plain") -> Callable[[], Made]:
    head, part = before.encode(), block.encode()
    return lambda: (head + part * ((MAX_BODY_BYTES - len(head)) // len(part)), content_type)


def _html(block: str) -> Callable[[], Made]:
    return _filled(block, "<html><body>", "text/html")


def _within_limits(line: str) -> Callable[[], Made]:
    """As many lines as a page may have, the last of them filled up."""
    lines = (line + "\n") * (MAX_LINES - 2)
    return lambda: (lines.encode() + b"x" * (MAX_BODY_BYTES - len(lines.encode())), "text/plain")


def _body(block: str) -> Callable[[], Made]:
    """A story as long as a body may be."""
    text = f"{SENTENCE} " + block * (900_000 // len(block))
    return lambda: (text.encode(), "text/plain")


def _envelope(text: str) -> Callable[[], Made]:
    body = b64encode(text.encode() * (MAX_BODY_BYTES // len(text.encode()))).decode()
    return lambda: (json.dumps({"url": "https://a.example/1", "body_base64": body}).encode(), ENVELOPE_TYPE)


FAMILIES: dict[str, Callable[[], Made]] = {
    "one line": _filled("word "),
    "newlines": _filled("\n", "a"),
    "short lines": _filled("a\n"),
    "most lines": _within_limits("Zq wx"),
    "most stamps": _within_limits("3 hours ago"),
    "most lines with one wide sign": _within_limits("Zq wx \U0001f600 and so on"),
    "stories": lambda: ("".join(f"Headline {n} of it\n3 hours ago\n{SENTENCE * 23} {n}.\n" for n in range(4_999)).encode(), "text/plain"),
    "wide Unicode": _filled("\U0001f600"),
    "one wide sign": _filled("word ", "\U0001f600"),
    "tags": _html("<b>"),
    "paragraphs": _html(f"<p>{SENTENCE}</p>"),
    "large paragraphs": _html(f"<p>{SENTENCE * 4}</p>"),
    "most elements": _html(f"<p>{'w' * 200}"),
    "articles": _html("<article>"),
    "full articles": _html(f"<article><h2>Headline of it</h2><p>{SENTENCE * 24}</p></article>"),
    "entities": _html("&amp;"),
    "one long attribute": _filled("a ", "<html><body><p class='", "text/html"),
    "JSON-LD": _filled("[],", '<html><script type="application/ld+json">[', "text/html"),
    "script": _filled("var a = 1;", "<html><script>", "text/html"),
    "envelope": _envelope(f"{SENTENCE}\n"),
    "envelope of HTML": _envelope(f"<p>{SENTENCE}</p>"),
    "feed": _filled(
        f"<item><title>Headline</title><description>{SENTENCE * 24}</description></item>", "<rss><channel>", "application/rss+xml"
    ),
    "feed of tags": _filled("<item><a>", "<rss><channel>", "application/rss+xml"),
    "quotation signs in mail": _filled("> ", "From: a@b.example\nSubject: Old bridge\n\n", "message/rfc822"),
    "tags in mail": _filled(
        "<b>", "From: a@b.example\nSubject: b\nContent-Type: text/html\n\n<p>From: a</p><p>Date: b</p><p>Subject: c</p>", "message/rfc822"
    ),
    "JSON lines": _filled(f'{{"title":"Headline of it","text":"{SENTENCE * 24}"}}\n', content_type="application/json"),
    "JSON lists": _filled("[],", "[", "application/json"),
    "mail": _filled(f"{SENTENCE}\n", "From: a@b.example\nSubject: Ferries\nDate: 1 Aug 2025\n\n", "message/rfc822"),
    "mailbox": _filled(f"From a@b.example Fri Aug  1 10:00:00 2025\nSubject: Ferries\nFrom: a@b.example\n\n{SENTENCE * 24}\n\n"),
    "Markdown": _filled(f"## Headline of it\n\n{SENTENCE * 24}\n\n", content_type="text/markdown"),
    "table": _filled(f"1;Headline of it;{SENTENCE * 24};Harbour Post\n", "id;title;text;source\n"),
    "chat": _filled(f"[12/11/26, 08:04:33] Ana: *Headline of it all*\n{SENTENCE * 24}\n"),
    "press review": _filled(f"*Headline of it.* {SENTENCE * 24}\n\n"),
    "press export": _filled(f"TY  - NEWS\nTI  - Headline\nT2  - Harbour Post\nAB  - {SENTENCE * 24}\nER  -\n"),
    "RTF": _filled(rf"{{\b Headline}}\par {SENTENCE}\par ", r"{\rtf1\ansi "),
    "longest body": _body("word "),
    "longest body of Chile": _body("Chile mines copper. "),
    "longest body without spaces": _body("新聞"),
    "longest body of syllables": _body("각 "),
    "longest body of phrases": _body("\ufdfa "),
    "longest body of squares": _body("\u3316"),
    "longest body of small squares": _body("\u3314"),
    "longest body of accents": _body("e\u0301\u0316"),
    "longest body of figures": _body("1 2 "),
}


def main() -> None:
    config = PipelineConfig(classes=builtin_classes(), version="memory")
    processor = Processor(config, CopyConfig(), now=NOW)
    for name in sys.argv[1:] or FAMILIES:
        value, content_type = FAMILIES[name]()
        incoming = Incoming(topic="news.dumps", key=None, value=value, headers=(("content-type", content_type.encode()),), timestamp=NOW)
        messages = processor.process(incoming)
        del value, incoming
        print(f"{peak_bytes() // MIB:5} MiB  {len(messages):5} messages  {name}", flush=True)
        del messages


if __name__ == "__main__":
    main()
