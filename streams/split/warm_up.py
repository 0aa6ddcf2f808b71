"""What the splitter loads on first use: the language model, the page shapes, the words of ages, credits and promotions."""

from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.split import split_page

PAGE = (
    "<title>Ferries run again</title><h1>Ferries run again</h1><p>By Ana Ruiz</p><p>2 hours ago</p>"
    "<p>The ferries between the two harbours run again after the storm, said the pilot on Monday.</p><p>Sign up for our newsletter now.</p>"
)


def warm_up() -> None:
    """Load all of it by splitting a small page, so that the first dump doesn't wait for it (55 ms of processor time)."""
    for format in Format:
        split_page(Page(PAGE, format), None)
