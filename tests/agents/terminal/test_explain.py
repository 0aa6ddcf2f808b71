"""`newsmill process --explain`: lines, fates and articles, without control characters of the page."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from agents.inputs.input_items import InputDump
from agents.terminal.explain import explain
from agents.terminal.explain_copy import Originals
from agents.terminal.explain_story import StoriesSeen
from streams.classify.class_set import builtin_classes
from streams.deduplicate.index import CopyConfig
from streams.local import Processor
from streams.pipeline import PipelineConfig
from streams.records import Headers, Incoming
from tests.command import newsmill
from tests.stories import story

CONFIG = PipelineConfig(classes=builtin_classes(), version="explain")
STYLE = re.compile(r"\x1b\[[0-9;]*m")
TOLD = story(1)
PAGE = f"A choir from Valparaiso, Chile, sings in Quellmar\n\nHarbour Post3 hours ago\n{TOLD} It comes from Chile.\nREAD MORE: the ferry"


def explained(value: bytes, headers: Headers = (("content-type", b"text/plain; charset=utf-8"),), name: str = "page.txt") -> str:
    incoming = Incoming(topic="news.dumps", key=None, value=value, headers=headers)
    messages = Processor(CONFIG, CopyConfig(), now=1_754_136_000).process(incoming)
    return explain(
        InputDump(name=name, incoming=incoming, read_bytes=len(value)), messages, shapes=True, originals=Originals(), stories=StoriesSeen()
    )


def assert_harmless(shown: str) -> None:
    left = STYLE.sub("", shown).replace("\n", "")
    assert not [char for char in left if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")]


PIECES = st.sampled_from(
    [
        "\x1b[2J",
        "\x1b]0;title\x07",
        "\x9b31m",
        "\x9d0;t\x9c",
        "\x7f",
        "\x00",
        "\r",
        "\u202e",
        "\u2028",
        "\u200b",
        "\U000e0041",
        "\ue000",
        *PAGE.split("\n"),
    ]
)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(PIECES, max_size=12), st.sampled_from([b"text/plain; charset=utf-8", b"text/html; charset=utf-8"]), st.sampled_from("\n\r ")
)
def test_no_control_character_of_a_dump_reaches_the_terminal(pieces: list[str], content_type: bytes, between: str) -> None:
    page = between.join(pieces)
    html = f"<html><head><title>{page}</title><meta name=author content='{page}'></head><body><h1>{page}</h1><p>{page}</p>"
    value = (html if b"html" in content_type else page).encode()
    headers = (("content-type", content_type), ("source-url", page.encode()), ("fetched-at", b"2025-08-02T12:00:00Z"))
    assert_harmless(explained(value, headers, name=page))
    assert_harmless(explained(value, (("fetched-at", page.encode()),)))


def test_notes_have_no_control_characters_either() -> None:
    ran = newsmill("process", "--url", "https://a.example", "no\x1b[2Jsuch.txt")
    assert_harmless(ran.notes)


def test_output_is_coloured_on_a_terminal_and_plain_in_a_file() -> None:
    assert STYLE.search(explained(PAGE.encode()))
    assert "\x1b" not in newsmill("process", "--raw", "--explain", stdin=PAGE.encode()).out.decode()


@pytest.mark.slow
@pytest.mark.parametrize(
    "line", ["w" * 500, "word " * 100, "新聞" * 200, "e" + "\u0301" * 3000], ids=["one word", "words", "wide", "accents"]
)
def test_long_line_is_cut_to_the_width_of_the_terminal(line: str) -> None:
    shown = newsmill("process", "--raw", "--explain", stdin=f"{PAGE}\n{line}".encode(), env={"COLUMNS": "60"}).out.decode()
    fates = shown.split("\n\n")[0].split("\n")[:-1]
    assert max(map(cell_len, fates)) <= 60
    assert max(map(len, fates)) <= 300
    assert any(shown.endswith("…") for shown in fates)


def test_each_of_300_lines_has_its_fate_and_shares_are_summed_up() -> None:
    page = "\n".join([PAGE, *(f"{story(seed, 1)}" for seed in range(300))])
    lines = explained(page.encode()).split("\n")
    assert sum("article" in line[:16] for line in lines) > 290
    assert re.search(r"[\d,]+ characters: article \d+%, headline", "\n".join(lines))


def test_html_page_is_shown_by_its_visible_lines() -> None:
    html = f"<html><body><ul><li><a href=/>Ferries &amp; fish</a></li></ul><h1>Quellmar sings</h1><p>{TOLD} It&#39;s <b>from</b> Chile.</p>"
    lines = STYLE.sub("", explained(html.encode(), (("content-type", b"text/html"),), name="page.html")).split("\n")
    assert lines[1:4] == [
        "chrome   Ferries & fish",
        "headline Quellmar sings",
        next(line for line in lines if line.startswith("article  ")),
    ]
    assert not any("<" in line for line in lines)


def test_fields_and_evidence_of_labels_are_shown() -> None:
    shown = STYLE.sub("", explained(PAGE.encode()))
    assert "characters · confidence 0." in shown
    assert "Chile, title: A choir from Valparaiso, Chile, sings in Quellma…" in shown
    assert "Valparaíso (CL-VS), title: A choir from Valparaiso, Chile, sings" in shown


@pytest.mark.slow
def test_dead_letter_and_page_without_articles_are_reported_once() -> None:
    ran = newsmill("process", "--raw", "--explain", stdin=b"%PDF-1.7")
    assert (ran.out.count(b"dead letter: not-decodable"), ran.notes.count("not-decodable")) == (1, 0)
    ran = newsmill("process", "--raw", "--explain", stdin=b"Home\nMenu\nSearch\nLogin\nShare")
    assert (ran.out.count(b"nothing published"), ran.notes.count("no articles")) == (1, 0)
    assert "1 dump without an article" in ran.notes


def test_bug_of_a_stage_is_shown_and_not_raised_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("streams.pipeline.split_page", fail)
    monkeypatch.setattr("agents.terminal.explain.split_page", fail)
    assert "dead letter: bug" in explained(PAGE.encode())
