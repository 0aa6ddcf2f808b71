"""Read outlet, author and time from the lines around a headline. All names are invented."""

import pytest

from streams.records import Cut
from streams.split.html.header import fill_from_header
from streams.split.html.tree import parse_tree

FETCHED_AT = 1754136000  # 2025-08-02T12:00:00Z


def filled(header: str, *, is_list: bool = True, outlet: str | None = None, author: str | None = None) -> Cut:
    tree = parse_tree(header)
    cut = Cut(title="Old bridge to close", body="", start=None, end=None, confidence=1, outlet=outlet, author=author)
    return fill_from_header(cut, tree, range(len(tree.lines)), FETCHED_AT, is_list=is_list)


@pytest.mark.parametrize(
    ("header", "outlet"),
    [
        pytest.param("<p>El Faro<p>Harbour Post<p>3 hours ago<p>Channel 7", "Harbour Post", id="directly above"),
        pytest.param("<p>El Faro<p>By Ana Ruiz<p>3 hours ago<p>Channel 7", "El Faro", id="above the byline"),
        pytest.param("<p>3 hours ago<p>Channel 7", "Channel 7", id="below"),
        pytest.param("<p>El Faro<p>By Ana Ruiz<p>By Tom Hall<p>3 hours ago", None, id="too far above"),
        pytest.param("<p>3 hours ago<p>Share", None, id="not a button"),
    ],
)
def test_the_outlet_is_the_name_nearest_to_the_age(header: str, outlet: str | None) -> None:
    assert filled(header).outlet == outlet


def test_a_name_beside_a_date_is_an_outlet_only_in_a_list() -> None:
    header = "<p>Harbour Post<p>2 August 2025"
    assert [filled(header, is_list=is_list).outlet for is_list in (True, False)] == ["Harbour Post", None]
    assert filled("<p>Harbour Post<p>3 hours ago", is_list=False).outlet == "Harbour Post"


def test_declared_fields_have_precedence_over_the_header() -> None:
    cut = filled("<p>Harbour Post<p>3 hours ago<p>By Ana Ruiz", outlet="El Faro", author="Tom Hall")
    assert (cut.outlet, cut.author) == ("El Faro", "Tom Hall")


@pytest.mark.parametrize(
    ("header", "author"),
    [
        pytest.param("<p class=author>Tom Hall</p><p>By Ana Ruiz", "Ana Ruiz", id="a byline before a block's name"),
        pytest.param("<p class=author>Tom Hall", "Tom Hall", id="in a block named as the author's"),
        pytest.param("<p class=kicker>Tom Hall", None, id="in another block"),
        pytest.param("<p class=author>Tom", None, id="one word"),
        pytest.param("<p class=author>Tom Hall of the Harbour Post", None, id="more words than a name has"),
    ],
)
def test_the_author_is_read_from_a_byline_or_a_named_block(header: str, author: str | None) -> None:
    assert filled(header).author == author
