"""Read the story that a page has in its scripts only. All names are invented."""

import json

import pytest

from streams.split.html.script_story import script_story
from streams.split.html.split import split_html
from tests.stories import story

PARAGRAPHS = [story(seed, 4) for seed in range(3)]
TEXT = "".join(f'<p class="text">{paragraph}</p>' for paragraph in PARAGRAPHS)


def pushed(text: str) -> str:
    row = f"2a:T{len(text.encode()):x},{text}"
    stream = f'1:["$","div",null,{{}}]\n{row}3b:["$","p",null,{{"children":"Menu"}}]'
    halves = (stream[:400], stream[400:])
    return "".join(f"<script>self.__next_f.push([1,{json.dumps(half)}])</script>" for half in halves)


def test_a_long_text_of_server_components_is_the_story_of_a_page_without_one() -> None:
    head = "<title>Old bridge to close in May</title><meta property=og:type content=article><meta name=author content='Ana Ruiz'>"
    (cut,) = split_html(f"<head>{head}</head><body><h1>Old bridge to close in May</h1>{pushed(TEXT)}</body>", None).cuts
    assert (cut.title, cut.author, cut.body) == ("Old bridge to close in May", "Ana Ruiz", "\n".join(PARAGRAPHS))


def test_a_story_in_the_page_has_precedence_over_one_in_its_scripts() -> None:
    shown = "".join(f"<p>{story(seed, 4)}</p>" for seed in range(5, 8))
    (cut,) = split_html(f"<h1>Old bridge to close in May</h1>{shown}{pushed(TEXT)}", None).cuts
    assert cut.body == "\n".join(story(seed, 4) for seed in range(5, 8))


@pytest.mark.parametrize(
    "script",
    [
        pytest.param('self.__next_f.push([1,"2a:T1f4,' + "x" * 100, id="an unclosed string"),
        pytest.param('self.__next_f.push([1,"2a:Tfffff,<p>Short.</p>"])', id="a length beyond the end"),
        pytest.param('self.__next_f.push([1,"\\x"])', id="a broken string"),
        pytest.param(json.dumps({"html": TEXT}), id="another script"),
    ],
)
def test_scripts_without_a_text_row_have_no_story(script: str) -> None:
    assert script_story(f"<script>{script}</script>") in ("", "Short.")
