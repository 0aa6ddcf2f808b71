"""Leave out the boxes between the paragraphs of a story. All names are invented."""

import pytest

from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.split import split_page
from tests.stories import story

PARAGRAPHS = [story(seed, 2) for seed in range(4)]
OTHER = "The harbour pilot of Wickfen sold his boat last week."


def body_of(between: str, above: str = "") -> list[str]:
    one, *others = (f"<p>{text}</p>" for text in PARAGRAPHS)
    html = f"<article><h1>Old bridge to close</h1>{above}<div>{one}{between}{''.join(others)}</div></article>"
    (cut,) = split_page(Page(f"<!doctype html><title>Old bridge to close</title>{html}", Format.HTML), 1754136000).cuts
    return cut.body.split("\n")


@pytest.mark.parametrize(
    "box",
    [
        pytest.param(f"<div><h3>The pilot</h3><p>{OTHER}</p></div>", id="with a title"),
        pytest.param(f"<section><div>In short</div><ul><li>{OTHER}</li></ul></section>", id="with a short line on top"),
        pytest.param(f"<div><p>{OTHER}</p><div><a href=/j>Join us</a></div></div>", id="with a button"),
        pytest.param(f"<my-figure><div><img><div>{OTHER}</div></div></my-figure>", id="a caption in no paragraph"),
    ],
)
def test_a_box_between_paragraphs_is_left_out(box: str) -> None:
    assert body_of(box) == PARAGRAPHS


@pytest.mark.parametrize(
    ("block", "text"),
    [
        pytest.param(f"<div><p>{OTHER}</p></div>", [OTHER], id="a paragraph in a block of its own"),
        pytest.param(f"<blockquote><p>{OTHER}</p></blockquote>", [OTHER], id="a quotation"),
        pytest.param(f"<div><blockquote>{OTHER}</blockquote></div>", [OTHER], id="a quoted post in a widget"),
        pytest.param(f"<ul><li>{OTHER}</li></ul>", [OTHER], id="a list"),
    ],
)
def test_other_blocks_between_paragraphs_belong_to_the_story(block: str, text: list[str]) -> None:
    assert body_of(block) == [PARAGRAPHS[0], *text, *PARAGRAPHS[1:]]


def test_a_large_block_with_a_title_is_a_part_of_the_story() -> None:
    part = "".join(f"<p>{story(seed, 2)}</p>" for seed in range(10, 12))
    assert body_of(f"<div><h3>The pilot</h3>{part}</div>")[1:4] == ["The pilot", story(10, 2), story(11, 2)]


def test_key_points_above_the_text_are_left_out() -> None:
    assert body_of("", above=f"<div><h2>In short</h2><ul><li>{OTHER}</li></ul></div>") == PARAGRAPHS


def test_a_second_story_on_the_page_is_left_out() -> None:
    second = f"<article><h1>Pilot sells boat</h1><div>{''.join(f'<p>{story(seed, 2)}</p>' for seed in range(20, 24))}</div></article>"
    first = f"<article><h1>Old bridge to close</h1>{''.join(f'<p>{text}</p>' for text in PARAGRAPHS)}</article>"
    declared = '<title>Old bridge to close</title><script type="application/ld+json">{"@type": "NewsArticle"}</script>'
    (cut,) = split_page(Page(f"<!doctype html>{declared}<main>{first}<section>{second}</section></main>", Format.HTML), 1754136000).cuts
    assert cut.body.split("\n") == PARAGRAPHS
