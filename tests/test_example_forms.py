"""The example of each input form in docs/examples/forms gives its articles with their fields."""

from pathlib import Path

import pytest

from agents.inputs.file_formats import PAGE_TYPES
from streams.dumps.decode import decode_dump
from streams.split import split_page

FOLDER = Path(__file__).parent.parent / "docs" / "examples" / "forms"
FILES = sorted(path.name for path in FOLDER.iterdir())
FETCHED_AT = 1_795_867_200  # 2026-11-28
PIER, MILL = "Pier stays shut until December", "Paper mill takes on sixty people"
OUTLETS = {PIER: "Harbour Post", MILL: "Cresby Herald"}
# Clipped notes print no day and outlet of their story; the samples of the demo have these, and an Atom feed is in the form of RSS.
WITHOUT_FIELDS = {"notes.enex"}
WITHOUT_EXAMPLE = {".html", ".htm", ".tsv", ".mht", ".rss", ".rdf", ".atom"}


def test_each_input_form_has_an_example() -> None:
    assert PAGE_TYPES.keys() - {Path(name).suffix for name in FILES} == WITHOUT_EXAMPLE


@pytest.mark.parametrize("name", FILES)
def test_an_example_gives_its_articles_with_title_outlet_and_day(name: str) -> None:
    page = decode_dump((FOLDER / name).read_bytes(), PAGE_TYPES[Path(name).suffix])
    found = {cut.title: cut for cut in split_page(page, FETCHED_AT).cuts}
    assert found.keys() & OUTLETS.keys()
    for title in found.keys() & OUTLETS.keys():
        cut = found[title]
        assert cut.body.startswith(("The eastern pier of Clare", "The mill at Cresby"))
        if name not in WITHOUT_FIELDS:
            assert (cut.outlet or "").title() == OUTLETS[title or ""]
            assert (cut.published_at or "")[:10] in ("2026-11-24", "2026-11-23")
    assert found.keys() <= {PIER, MILL, "Library lends its pianos"}
