"""The labelled HTML pages without what their heads declare: that a page tells one story is seen in its text as well.

With types and JSON-LD taken out, 6 of the 83 pages were split and one was lost before the main heading counted; none is now.
"""

import gzip
import re

import pytest

from streams.dumps.decode import decode_dump
from streams.split import split_page
from tests.quality.scores import SHARED

PAGES = sorted((SHARED / "data" / "html" / "html").glob("*.html.gz"))
DECLARED = re.compile(rb"og:type|ld\+json")
FETCHED_AT = 1754136000  # 2025-08-02T12:00:00Z


@pytest.mark.skipif(not PAGES, reason="the labelled pages are not beside the project (../shared)")
def test_no_page_of_one_story_is_split_where_it_declares_nothing() -> None:
    pages = (DECLARED.sub(b"unknown", gzip.decompress(path.read_bytes())) for path in PAGES)
    counts = [len(split_page(decode_dump(page, "text/html"), FETCHED_AT).cuts) for page in pages]
    assert counts == [1] * len(PAGES)
