"""The layout of headers that a page shows: offsets of headline and outlet from the stamp. All outlets are invented."""

import pytest

from streams.split.text.header_layout import clusters_of, header_layout
from streams.split.text.lines import LineKind, lines_of
from streams.split.text.shapes import general_words
from tests.streams.split.text.test_unlike import STORIES

OUTLETS = ["El Faro", "La Voz", "El Faro", "La Voz"]


def layout(form: str, outlets: list[str] | None = None) -> tuple[int, int]:
    """The offsets of headline and outlet on a page of stories with headers of this form."""
    rows = zip(STORIES, outlets or OUTLETS, strict=True)
    text = "".join(form.format(h=headline, o=outlet, n=n, b=body) for n, ((headline, body), outlet) in enumerate(rows, 1))
    lines = lines_of(text, general_words())
    return header_layout(lines, clusters_of(lines, [line_no for line_no, line in enumerate(lines) if line.kind is not LineKind.EMPTY]))


@pytest.mark.parametrize(
    ("form", "offsets"),
    [
        pytest.param("{h}\n{o}\n{n} hours ago\n{b}\n", (-2, -1), id="headline, outlet, age"),
        pytest.param("{n} hours ago\n{h}\n{o}\n{b}\n", (1, 2), id="age, headline, outlet"),
        pytest.param("{h}\n{o} · {n} hours ago\n{b}\n", (-1, 0), id="outlet beside the age"),
        pytest.param("{h}\n• Sea\n{o}\n{n} hours ago\n{b}\n", (-3, -1), id="bullets are categories"),
        pytest.param("{h}\n{o}\n• Sea\n{n} hours ago\n{b}\n", (-3, -2), id="bullets are categories, also next to the age"),
    ],
)
def test_offsets_are_those_that_fit_most_headers(form: str, offsets: tuple[int, int]) -> None:
    assert layout(form) == offsets


def test_a_name_of_several_headers_is_rather_the_outlet_than_one_of_a_single_header() -> None:
    form = "{h}\n{o}\nPier {n}\n{n} hours ago\n{b}\n"
    assert layout(form)[1] == -2


def test_a_headline_five_lines_above_its_stamp_is_found() -> None:
    between = "".join(f"Pier {letter}\n" for letter in "ABCD")
    assert layout("{h}\n" + between + "{n} hours ago\n{b}\n")[0] == -5
