"""Text of a narrow column, as in scanned clippings, is read as paragraphs with whole words."""

import pytest

from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.split import split_page
from streams.split.text.unwrap import unwrap

COLUMN = (
    "Obernauer Bote                  Dienstag, 29. Juli 2025                  Seite 3\n\n"
    "Seilbahn in Obernau steht\nwegen eines Nestes\n\nVon Ulrike Damm\n\n"
    "Die Seilbahn auf den Nauer\nKopf fährt seit Freitag\nnicht mehr, weil Wespen in\nder Bergstation ein Nest ge-\nbaut haben.\n\n"
    "Die Tiere stehen unter\nSchutz und dürfen erst nach\ndem ersten Frost umgesie-\ndelt werden, Vor-\nund Nachsaison hin.\n"
)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_scanned_clipping_is_one_article_with_whole_words(newline: str) -> None:
    text = COLUMN.replace("\n", newline)
    (cut,) = split_page(Page(text, Format.TEXT), 1_754_136_000).cuts
    assert (cut.title, cut.outlet, cut.published_at) == ("Seilbahn in Obernau steht wegen eines Nestes", "Obernauer Bote", "2025-07-29")
    assert cut.body == (
        "Die Seilbahn auf den Nauer Kopf fährt seit Freitag nicht mehr, weil Wespen in der Bergstation ein Nest gebaut haben.\n"
        "Die Tiere stehen unter Schutz und dürfen erst nach dem ersten Frost umgesiedelt werden, Vor- und Nachsaison hin."
    )
    assert len(unwrap(text)) == len(text)


def test_one_line_that_ends_in_a_hyphen_leaves_a_text_as_it_is() -> None:
    text = "A list of the well-\nknown:\none\ntwo\n"
    assert unwrap(text) == text
