"""Confidence: the signs of a cut, and the share of right cuts for each combination of them."""

import itertools

import pytest

from streams.split.text.blocks import Block, CutMethod
from streams.split.text.bodies import Body
from streams.split.text.confidence import RIGHT_SHARES, CutSigns, confidence_of, cut_signs, share_right
from streams.split.text.lines import lines_of
from streams.split.text.shapes import general_words

WORDS = "the council of the town met on Monday to talk about the bridge "


def cut(headline: str, *body: str, text: str = "", method: CutMethod = "single") -> tuple[CutSigns, float]:
    """The signs and the confidence of a cut with these lines."""
    lines = lines_of("\n".join([headline, *body]), general_words())
    block = Block(header=(0,), headline=0, body=tuple(range(1, len(lines))), method=method)
    made = Body(text=text or " ".join(body), kept=block.body, links=(), debris=(), cuts=())
    return cut_signs(lines, block, made), confidence_of(lines, block, made)


@pytest.mark.parametrize(
    ("signs", "index"),
    [
        pytest.param(CutSigns(headed=headed, plain=plain, long=long), index, id=f"headed={headed:d} plain={plain:d} long={long:d}")
        for index, (headed, plain, long) in enumerate(itertools.product((False, True), repeat=3))
    ],
)
def test_each_combination_of_signs_has_its_own_cell_of_the_table(signs: CutSigns, index: int) -> None:
    assert [share_right(method, signs) for method in RIGHT_SHARES] == [shares[index] for shares in RIGHT_SHARES.values()]


@pytest.mark.parametrize(("words", "is_headed"), [(2, False), (3, True)])
def test_a_headline_of_several_words_is_a_sign(words: int, is_headed: bool) -> None:
    assert cut(" ".join(["bridge"] * words), WORDS)[0].headed is is_headed


def test_a_cut_without_a_headline_is_not_headed() -> None:
    lines = lines_of(WORDS, general_words())
    block = Block(header=(), headline=None, body=(0,), method="single")
    assert not cut_signs(lines, block, Body(text=WORDS, kept=(0,), links=(), debris=(), cuts=())).headed


@pytest.mark.parametrize("line", ["3 hours ago", "10:42 the ferry is late", "2025-07-04 council", "https://harbour.example/1"])
def test_a_stamp_or_a_row_of_a_list_in_the_body_is_no_good_sign(line: str) -> None:
    assert cut("Old bridge to close", WORDS)[0].plain
    assert not cut("Old bridge to close", WORDS, line)[0].plain


@pytest.mark.parametrize(("words", "is_long"), [(39, False), (40, True)])
def test_a_body_longer_than_a_teaser_is_a_sign(words: int, is_long: bool) -> None:
    assert cut("Old bridge to close", text=" ".join(["bridge"] * words))[0].long is is_long


@pytest.mark.parametrize("method", ["shape", "lead"])
def test_a_shape_is_nearly_certain_whatever_the_signs(method: CutMethod) -> None:
    assert cut("Old", "3 hours ago", method=method)[1] == 0.99
