"""The tree of a document with elements of any name: offsets, namespaces, limits, and linear work."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import InvalidRecord, Reason
from streams.split.records.markup import MAX_NODES, content_of, parse_markup
from tests.cpu import MOST_GROWTH, growth


def names(source: str) -> list[str]:
    return [node.name for node in parse_markup(source).descendants()]


def test_an_element_has_its_offsets_with_and_without_its_tags() -> None:
    source = "<a x='>'>one<b/>two</a >"
    a, b = parse_markup(source).descendants()
    assert (source[a.start : a.end], source[a.inner_start : a.inner_end]) == (source, "one<b/>two")
    assert (source[b.start : b.end], a.children) == ("<b/>", [b])


def test_an_end_tag_closes_all_elements_within_its_own() -> None:
    source = "<a><b><c></a><d>"
    a, b, c, d = parse_markup(source).descendants()
    assert (a.children, b.children, [source[node.start : node.end] for node in (a, b, c)]) == ([b], [c], ["<a><b><c></a>", "<b><c>", "<c>"])
    assert source[d.start : d.end] == "<d>"


def test_a_namespace_gives_its_usual_prefix_and_the_first_element_none() -> None:
    assert names("<r xmlns:x='http://purl.org/dc/elements/1.1/'><x:Date/><y:date/></r>") == ["r", "dc:date", "y:date"]
    assert names("<x:feed xmlns:x='http://www.w3.org/2005/Atom'><x:entry/></x:feed>") == ["feed", "entry"]


def test_markup_in_comments_sections_and_declarations_is_no_element() -> None:
    assert names("<!DOCTYPE a><?x <b>?><!-- <c> --><a><![CDATA[<d>]]></a><!-- <e>") == ["a"]


@pytest.mark.parametrize(
    ("source", "content"),
    [
        ("<a>1 &lt;p&gt; 2 &amp;amp;</a>", "1 <p> 2 &amp;"),
        ("<a>&lt;<![CDATA[<p>&amp;]]>&gt;</a>", "<<p>&amp;>"),
        ("<a><p>&amp;</p><![CDATA[<i>]]></a>", "<p>&amp;</p><i>"),
        ("<a>&amp;lt;br&amp;gt;</a>", "<br>"),
    ],
)
def test_the_content_of_an_element_is_html(source: str, content: str) -> None:
    assert content_of(parse_markup(source).children[0], source) == content


@pytest.mark.slow
def test_too_many_elements_are_refused() -> None:
    assert len(parse_markup("<a/>" * MAX_NODES).children) == MAX_NODES
    with pytest.raises(InvalidRecord, match="200,000 elements") as caught:
        parse_markup("<a/>" * (MAX_NODES + 1))
    assert caught.value.reason is Reason.LIMIT


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["<a>", "</a>", "<a b='", "<a \"'", "<!", "<!--", "<![CDATA[", "<a xmlns:b='", "&lt;", "<a><b></a>", "<"])
def test_work_is_linear_in_the_source(piece: str) -> None:
    assert growth(lambda size: parse_markup(piece * size), 10_000) <= MOST_GROWTH


@given(
    st.lists(st.sampled_from(["<a>", "</a>", "<b/>", "<c x='1'>", "</c>", "<![CDATA[", "]]>", "<!--", "-->", "t", "<", "'"]), max_size=30)
)
def test_elements_lie_within_their_parents_in_order(pieces: list[str]) -> None:
    source = "".join(pieces)
    for node in (root := parse_markup(source), *root.descendants()):
        assert 0 <= node.start <= node.inner_start <= node.inner_end <= node.end <= len(source)
        bounds = [node.inner_start, *(bound for child in node.children for bound in (child.start, child.end)), node.inner_end]
        assert bounds == sorted(bounds)
