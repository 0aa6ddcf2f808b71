"""Links to other stories in the middle of a line are cut where their end can be told, else marked in the ledger."""

import pytest

from streams.records import Fate
from streams.split.text.split import split_text

BEFORE = "The council of Port Alder voted on Monday to close the old swing bridge, its engineer said."
AFTER = "The ferries will run every twenty minutes between the two quays, and islanders will not pay."


@pytest.mark.parametrize(
    ("link", "below"),
    [
        pytest.param("READ MORE: Ten walks along the old river", "", id="a sentence follows the headline"),
        pytest.param("Read also: Why do herons come back?", "", id="the headline ends itself"),
        pytest.param(
            "Lea también: Ten Best Walks Along The Old River",
            "\nRelated\nTen Best Walks Along The Old River\n",
            id="a headline of the page",
        ),
    ],
)
def test_a_link_is_cut_out_of_its_line(link: str, below: str) -> None:
    text = f"Bridge to close\n{BEFORE} {link} {AFTER}\n{below}"
    result = split_text(text, None)
    assert [cut.body for cut in result.cuts] == [f"{BEFORE} {AFTER}"]
    assert next(text[span.start : span.end] for span in result.spans if span.fate is Fate.LINK) == link


def test_a_link_whose_end_is_unknown_stays_and_is_marked() -> None:
    line = f"{BEFORE} READ MORE: Ten Best Walks Along The Old River {AFTER} {AFTER} {AFTER}"
    result = split_text(f"Bridge to close\n{line}", None)
    assert [cut.body for cut in result.cuts] == [line]
    assert any(span.fate is Fate.LINK for span in result.spans)
