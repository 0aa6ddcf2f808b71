"""Parse an HTML page into lines and blocks with their offsets, in linear time for any source."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.split.html.tree import MAX_DEPTH, Tree, parse_tree


def lines(source: str) -> list[str]:
    return [line.text for line in parse_tree(source).lines]


def blocks(tree: Tree, tag: str) -> list[str]:
    return [tree.source[element.start : element.end] for element in tree.elements if element.tag == tag]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("<p>One <b>two</b>, three.<p>Four", ["One two, three.", "Four"], id="inline elements and unclosed paragraphs"),
        pytest.param("One<br>two<BR/>three", ["One", "two", "three"], id="line breaks"),
        pytest.param("<p>A &amp; B &lt; C &copy; &#8364;", ["A & B < C © €"], id="references"),
        pytest.param("<p>1 < 2 and <3 </p", ["1 < 2 and <3"], id="signs that are no tags"),
        pytest.param("<p>One<!-- <p>two --> three<!-->four", ["One threefour"], id="comments"),
        pytest.param("<script>if (a < b) '<p>no'</script><p>Yes<style>p > a {}</style>", ["Yes"], id="scripts and styles"),
        pytest.param("<p>One</p><script>var a = '<p>no'", ["One"], id="a script without an end"),
        pytest.param("<button>One<p>Two", ["One", "Two"], id="a button without an end"),
        pytest.param("<p title=\"a > b\" data-x='<p>'>One</p>", ["One"], id="signs in attributes"),
        pytest.param('<p class=a">One</p><p class="b>Two</p>"', ["One"], id="a stray quote, and one that isn't closed"),
        pytest.param("<ul><li>One<li>Two<ul><li>Three</ul><li>Four</ul>", ["One", "Two", "Three", "Four"], id="lists"),
        pytest.param("<table><tr><td>1<td>2<tr><td>3</table>", ["1", "2", "3"], id="tables"),
        pytest.param("<b><p>One</b>two</p></i>", ["Onetwo"], id="misnested"),
        pytest.param("<p>O\x00ne</p>\x00", ["One"], id="zero bytes"),
        pytest.param("", [], id="empty"),
        pytest.param("<", ["<"], id="one sign"),
        pytest.param("<p", [], id="a tag cut off"),
    ],
)
def test_lines_are_the_visible_text(source: str, expected: list[str]) -> None:
    assert lines(source) == expected


@pytest.mark.parametrize(
    ("source", "tag", "expected"),
    [
        pytest.param("<p>a<div><div>b</div>c</div>d", "div", ["<div><div>b</div>c</div>", "<div>b</div>"], id="nested"),
        pytest.param("<ul><li>a<li>b</ul>c", "li", ["<li>a", "<li>b"], id="implied ends"),
        pytest.param("<article>a<p>b</section></article>c", "article", ["<article>a<p>b</section></article>"], id="a stray end tag"),
        pytest.param("<article>a<!-- </article> --><script>'</article>'</script>b</ARTICLE>c", "p", [], id="none"),
        pytest.param(
            "<article>a<!-- </article> --><script>'</article>'</script>b</ARTICLE>c",
            "article",
            ["<article>a<!-- </article> --><script>'</article>'</script>b</ARTICLE>"],
            id="end tags in comments and scripts",
        ),
    ],
)
def test_a_block_runs_from_its_start_tag_to_its_end_tag(source: str, tag: str, expected: list[str]) -> None:
    assert blocks(parse_tree(source), tag) == expected


def test_a_link_continues_across_blocks() -> None:
    assert [line.is_link for line in parse_tree("<A HREF=/x><h3>One</h3><p>Two</p></A><p>Three <a href=/y>4</a></p>").lines] == [
        True,
        True,
        False,
    ]


def test_hidden_blocks_are_marked() -> None:
    tree = parse_tree("<div style='color: red; display : none'><p>One</p></div><p hidden>Two</p><p data-hidden=1>Three</p>")
    assert [tree.elements[line.element_index].is_hidden for line in tree.lines] == [True, True, False]


TAGS = "p /p div /div a /a b br !-- script /script li td table /table h1 /h1 svg/ svg button /button".split()  # noqa: SIM905  readable
PARTS = st.sampled_from([f"<{tag}>" for tag in TAGS] + ["-->", "<div class='a'>", "<a href=x>", *"&<>\"'=/ \x00\n", "&amp;", "word"])


@given(st.lists(PARTS | st.text(max_size=5), max_size=40).map("".join))
def test_any_source_has_a_tree_whose_offsets_are_in_order(source: str) -> None:
    tree = parse_tree(source)
    offsets = [offset for line in tree.lines for offset in itertools.chain.from_iterable(line.pieces)]
    assert offsets == sorted(offsets)
    assert all(0 <= element.start <= element.end <= len(source) for element in tree.elements)
    assert all(element.first_line <= element.end_line for element in tree.elements)
    for element in tree.elements[1:]:
        parent = tree.elements[element.parent_index]
        assert parent.start <= element.start <= element.end <= parent.end


HOSTILE = {
    "nested blocks": "<div>",
    "unclosed paragraphs": "<p>a",
    "unclosed inline": "<b>",
    "signs": "<",
    "tags cut off": "<a ",
    "quotes cut off": '<a ="',
    "other quotes": "<a b='\"",
    "comments cut off": "<!--",
    "scripts cut off": "<script>",
    "buttons cut off": "<button><BUTTON>",
    "stray ends": "</div>",
    "references": "&amp;&",
    "cells": "<td><div></td>",
    "items": "<li><div>",
    "attributes": "<div class=a b='c' ",
    "one line": "word ",
    "zero bytes": "\x00",
    "times": "<time datetime=2025-01-01>",
}


@pytest.mark.slow
@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_the_work_is_linear_in_the_source(unit: str) -> None:
    """Eight times the source takes about eight times the CPU time; quadratic work takes 64 times. Only large ratios fail."""
    small, large = (unit * (count // len(unit)) for count in (5_000, 40_000))
    assert min(_seconds(large) for _ in range(2)) < 28 * max(min(_seconds(small) for _ in range(3)), 0.0002)


def test_an_implied_end_searches_a_limited_number_of_open_blocks() -> None:
    small, large = ("<td><table>" + "<div>" * count + "<td></td>" * count for count in (400, 3_200))
    assert min(_seconds(large) for _ in range(2)) < 28 * max(min(_seconds(small) for _ in range(3)), 0.0002)


def _seconds(source: str) -> float:
    start = time.process_time()
    parse_tree(source)
    return time.process_time() - start


@pytest.mark.parametrize(("start", "end"), [("<script>", "</SCRIPT>"), ("<SCRIPT>", "</script>"), ("<Title>", "</tItle>")])
def test_the_end_tag_of_a_raw_element_is_found_in_any_case(start: str, end: str) -> None:
    tree = parse_tree(f"<html><body>{start}a &lt; b{end}<p>The ferry runs again.")
    assert [line.text for line in tree.lines] == ["The ferry runs again."]


def test_blocks_deeper_than_browsers_nest_them_are_opened_side_by_side() -> None:
    tree = parse_tree("<div>" * 600 + "a<p>b</p>" + "</div>" * 600 + "<p>c</p>")
    assert max(element.depth for element in tree.elements) == MAX_DEPTH
    assert [line.text for line in tree.lines] == ["a", "b", "c"]
    assert tree.elements[tree.lines[-1].element_index].depth == 1
