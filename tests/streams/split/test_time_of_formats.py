"""Ten MiB of each format take seconds: the work is linear in the size, and hostile repetition is no exception."""

import json
import time
from contextlib import suppress

import pytest

from streams.dumps.decode import MAX_BODY_BYTES, decode_dump
from streams.errors import InvalidRecord
from streams.split import split_page

MAX_CPU_S = 60
STORY = "The council of Port Alder voted on Monday to close the old bridge for repairs that will take eleven weeks. "
OBJECT = json.dumps({"hd": {"main": "Old bridge to close"}, "pay": {"txt": STORY * 2}, "at": 1_754_000_000}) + ","
MAIL = "From: a@b.example\nSubject: Old bridge\nDate: Fri, 1 Aug 2025 10:00:00 +0200\nMIME-Version: 1.0\n\n"
# Before the repeated part, that part, and behind it.
DUMPS = {
    "a table": ("id,headline,body\n", f'1,Old bridge,"{STORY}"\n', ""),
    "a table of quotes": ("id,headline,body\n", '1,"', ""),
    "JSON of unknown names": ("[", OBJECT, "{}]"),
    "a digest": ("PRESS REVIEW\n\n", f"*Old bridge to close.* {STORY}(Harbour Post, 24.11.26, p. 3)\n\n", ""),
    "a digest of stars": ("", "* *_ ", ""),
    "a digest of brackets": ("", "a (b) - ", ""),
    "a chat": ("", f"12/11/2026 08:04 - Neide: *Old bridge*\n{STORY}{STORY}\n", ""),
    "chat headers": ("", "12/11/2026 08:04 - N: ", ""),
    "labelled lines": ("", f"Title: Old bridge\nDate: July 4, 2019\n\n{STORY}\n\n", ""),
    "Markdown": ("# The week\n\n", f"## [Old bridge](https://x.example)\n\n{STORY}\n\n", ""),
    "a feed": ("<rss><channel>", f"<item><title>Old bridge</title><description>{STORY}</description></item>", "</channel></rss>"),
    "mail": (MAIL, f"{STORY}\n\n", ""),
    "mail of headers": ("", "Subject: a\n", ""),
    "a digest in HTML": ("<html><body>", f"<hr><h2>Old bridge</h2><p>{STORY}(<a href='https://x.example'>Post</a>)</p>", "</body></html>"),
    "run-in items": ("<html><body>", f"<p><a href='https://x.example'>Old bridge to close</a> | {STORY}</p>", "</body></html>"),
    "rules": ("<html><body><h2>a</h2>", "<hr>", "<h2>b</h2></body></html>"),
    "headings": ("<html><body>", "<h2>a</h2><hr>", "</body></html>"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", DUMPS)
def test_ten_megabytes_of_a_format_take_seconds(name: str) -> None:
    head, unit, end = DUMPS[name]
    text = head + unit * ((MAX_BODY_BYTES - len(head) - len(end)) // len(unit)) + end
    started = time.process_time()
    with suppress(InvalidRecord):  # over a limit
        split_page(decode_dump(text.encode(), None), 1_795_867_200)
    assert time.process_time() - started < MAX_CPU_S
