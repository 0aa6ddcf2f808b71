"""Load what the splitters otherwise load on first use: the language model, page shapes, words of ages, credits and promotions."""

from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.split import split_page

SAMPLE_PAGE = (
    "<title>Ferries run again</title><h1>Ferries run again</h1><p>By Ana Ruiz</p><p>2 hours ago</p>"
    "<p>The ferries between the two harbours run again after the storm, said the pilot on Monday.</p><p>Sign up for our newsletter now.</p>"
)


def warm_up() -> None:
    """Split a small page as text and as HTML, which other formats build on: the first dump need not wait (55 ms of processor time)."""
    for format in (Format.TEXT, Format.HTML):
        split_page(Page(SAMPLE_PAGE, format), None)
