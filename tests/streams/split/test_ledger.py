"""The ledger: every character of a dump has exactly one fate, and the metric adds up to the dump."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.classify.class_set import builtin_classes
from streams.counts import RecordFate, StageName
from streams.dumps.decode import decode_dump
from streams.errors import InvalidRecord
from streams.output import Output
from streams.pipeline import PipelineConfig, split
from streams.records import Incoming
from streams.split import split_page
from tests.fuzz.targets import check_ledger
from tests.stories import headline, story

CONFIG = PipelineConfig(classes=builtin_classes(), version="ledger")
STORY = story(1)
CHROME = (
    "Related Articles",
    "No comments yet...",
    "Copy the Story Link",
    "logo",
    "Hashtags",
    "#bridges #ferries",
    "Comments",
    "1. First",
    "----",
)
STAMPS = ("3 hours ago", "Harbour Post · 3 hours ago", "Harbour Post3 hours ago")
PROSE = (STORY, story(2), headline(1), headline(2), "Sign up for our newsletter.", f"{STORY} READ MORE: the ferry", "新聞。")
LINES = st.sampled_from([*CHROME, *STAMPS, *PROSE, "a.jpg&w=100)", "\x00", "\ud7ff\u2028", "\r", " ", "", "• General", "By Ana Ruiz"])
ELEMENTS = st.sampled_from(
    ["p", "div", "article", "h1", "li", "table", "td", "b", "script", "title", "time", "ul", "head", "body", "form", "br"]
)
TAGS = st.one_of(
    st.builds("<{}{}>".format, st.sampled_from(["", "/"]), ELEMENTS),
    st.sampled_from(["<!--", "-->", "<time datetime='2025-08-01'>", "&eacute;", "&#0;", "&", "<", ">", "<a "]),
)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def taken(text: str, content_type: str) -> Output:
    headers = (("content-type", content_type.encode()), ("fetched-at", b"2025-08-02T12:00:00Z"))
    return split([Incoming(topic="news.dumps", key=None, value=text.encode(), headers=headers)], CONFIG)


def assert_adds_up(text: str, content_type: str) -> None:
    try:
        page = decode_dump(text.encode(), content_type)
        check_ledger(page, split_page(page, 1_754_136_000).spans)
    except InvalidRecord:
        return
    output = taken(text, content_type)
    assert not output.deaths
    assert output.counts.dump_characters.total() == len(page.text)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(LINES, ANY), min_size=1, max_size=30), st.sampled_from(["\n", "\r\n", "\r", "\n\n"]))
def test_every_character_of_a_text_has_one_fate(lines: list[str], newline: str) -> None:
    assert_adds_up(newline.join(lines), "text/plain; charset=utf-8")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(TAGS, LINES, ANY), max_size=40))
def test_every_character_of_html_has_one_fate(pieces: list[str]) -> None:
    assert_adds_up("<html><body>" + "".join(pieces), "text/html; charset=utf-8")


INDEX = [headline(seed) for seed in range(20)]


@pytest.mark.parametrize(
    ("text", "content_type"),
    [
        pytest.param("\n".join(INDEX), "text/plain", id="text"),
        pytest.param("<html><body><ul>" + "".join(f"<li><a href='/{line}'>{line}</a>" for line in INDEX) + "</ul>", "text/html", id="html"),
    ],
)
def test_an_index_page_publishes_nothing_and_says_so(text: str, content_type: str) -> None:
    output = taken(text, content_type)
    assert ({message.topic for message in output.messages}, output.deaths) == ({"news.outcomes"}, [])
    assert output.counts.records[StageName.SPLIT, RecordFate.NO_ARTICLES] == 1
    assert output.counts.dump_characters.total() == len(text)
