"""Measure the memory for the largest pages, each in a process of its own."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.quality
MAX_GROWTH_MIB = 512  # measured: 20 to 190
SCRIPT = """
import sys
from streams.dumps.decode import MAX_BODY_BYTES, decode_dump
from streams.errors import InvalidRecord
from streams.split import split_page
from tests.memory import peak_bytes
before = peak_bytes()
unit = sys.argv[1].encode()
try:
    split_page(decode_dump(b"<html>" + unit * (MAX_BODY_BYTES // len(unit) - 6), "text/html"), 0)
except InvalidRecord:
    pass
print(peak_bytes() - before)
"""


@pytest.mark.parametrize(
    "unit",
    [
        pytest.param("<p>a", id="elements over the limit"),
        pytest.param(f"<p>{'word ' * 20}</p>", id="paragraphs"),
        pytest.param("<b>a</b>", id="inline elements"),
        pytest.param("word ", id="one line"),
        pytest.param("<time datetime=2025-01-01>", id="times"),
    ],
)
def test_a_page_of_ten_mebibytes_takes_less_than_half_a_gibibyte(unit: str) -> None:
    ended = subprocess.run([sys.executable, "-c", SCRIPT, unit], capture_output=True, text=True, check=True)
    assert int(ended.stdout) < MAX_GROWTH_MIB * 1024 * 1024
