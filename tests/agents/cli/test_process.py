"""`newsmill process`: dumps in, messages out, notes on standard error."""

import json
import os
import subprocess
import sys
from base64 import b64decode
from collections import Counter
from pathlib import Path

import pytest

from agents.terminal.output import note_skipped
from tests import archives
from tests.command import newsmill
from tests.samples import FOLDER

STORY = (
    "The council of Quellmar voted on Monday to rebuild the ferry landing before winter, after two storms had taken the old one away. "
    "Residents of the island had asked for it since spring, and the company that runs the boats will pay a third of the costs."
)
CHILE = f"A choir from Valparaiso, Chile, sings in Quellmar\n{STORY} Singers from Chile will open the new landing."


def envelope(body: str, url: str = "https://a.example/1") -> bytes:
    return json.dumps({"url": url, "fetched_at": "2025-08-02T12:00:00Z", "content_type": "text/plain", "body": body}).encode() + b"\n"


def test_an_envelope_becomes_an_event_with_its_headers() -> None:
    ran = newsmill("process", stdin=envelope(STORY))
    (message,) = ran.lines
    assert ran.status == 0
    assert (message["topic"], message["key"]) == ("news.events", message["value"]["id"])
    assert message["headers"]["ce_id"] == message["value"]["id"]
    assert message["headers"]["ce_time"] == "2025-08-02T12:00:00Z"
    assert message["value"]["body"] == STORY
    assert list(message) == ["topic", "key", "headers", "value"]


def test_the_prefix_names_the_topics() -> None:
    assert newsmill("process", stdin=envelope(STORY), env={"NEWS_PREFIX": "other"}).lines[0]["topic"] == "other.events"


def test_an_event_goes_to_its_class_topics_after_news_events() -> None:
    lines = newsmill("process", stdin=envelope(CHILE)).lines
    assert [line["topic"] for line in lines] == ["news.events", "news.region.chile"]
    assert lines[0]["value"] == lines[1]["value"]


def test_the_second_of_two_equal_texts_is_a_copy_keyed_by_the_first() -> None:
    first, second = newsmill("process", stdin=envelope(STORY) + envelope(STORY, "https://b.example/2")).lines
    assert (second["topic"], second["key"]) == ("news.duplicates", first["key"])


def test_its_own_lines_and_events_alone_are_read_again_with_their_ids() -> None:
    ran = newsmill("process", stdin=envelope(CHILE) + envelope(CHILE, "https://b.example/2"))
    again = newsmill("process", stdin=b"\n".join(json.dumps(line).encode() for line in ran.lines))
    assert again.lines == ran.lines
    events = [line["value"] for line in ran.lines if line["topic"] in ("news.events", "news.duplicates")]
    assert newsmill("process", stdin=b"\n".join(json.dumps(event).encode() for event in events)).lines == ran.lines


def test_an_event_with_a_field_of_another_type_is_a_dead_letter() -> None:
    (line,) = newsmill("process", stdin=envelope(STORY)).lines
    (dead,) = newsmill("process", stdin=json.dumps(line["value"] | {"body": 1}).encode()).lines
    assert dead["topic"] == "news.dead-letters"


def test_line_with_invalid_json_is_a_dead_letter_and_the_rest_is_processed() -> None:
    ran = newsmill("process", stdin=b"no json\n" + envelope(STORY))
    dead, event = ran.lines
    assert ran.status == 0
    assert (dead["topic"], dead["value"], b64decode(dead["value_base64"])) == ("news.dead-letters", None, b"no json")
    assert dead["headers"]["__connect.errors.exception.class.name"] == "bad-envelope"
    assert not {"__connect.errors.partition", "__connect.errors.offset"} & dead["headers"].keys()
    assert "standard input:1: dead letter: bad-envelope" in ran.notes
    assert event["topic"] == "news.events"


@pytest.mark.slow
def test_a_dump_without_an_article_publishes_nothing_and_is_reported() -> None:
    ran = newsmill("process", str(FOLDER / "15-front-page-of-headlines.txt"))
    assert (ran.status, ran.out) == (0, b"")
    assert "15-front-page-of-headlines.txt: no articles" in ran.notes
    assert "1 dump: 1 dump without an article" in ran.notes


def test_the_same_dump_again_is_counted_and_not_published() -> None:
    ran = newsmill("process", stdin=envelope(STORY) * 2)
    assert len(ran.lines) == 1
    assert "1 article seen before" in ran.notes


@pytest.mark.slow
def test_a_file_and_the_same_bytes_in_an_envelope_have_the_same_id(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(STORY, encoding="utf-8")
    of_file = newsmill("process", "--url", "https://a.example/1", str(tmp_path / "page.txt")).lines
    assert of_file[0]["key"] == newsmill("process", stdin=envelope(STORY)).lines[0]["key"]


def test_raw_standard_input_is_one_dump() -> None:
    ran = newsmill("process", "--raw", "--fetched-at", "2025-08-02T14:00:00+02:00", "-", stdin=STORY.encode())
    assert ran.lines[0]["value"]["source"]["fetched_at"] == "2025-08-02T12:00:00Z"


def test_lines_end_in_a_newline_only_and_are_utf_8() -> None:
    ran = newsmill("process", stdin=envelope(STORY.replace("island", "island of Ñandú\u2028")))
    assert ran.out.endswith(b"}\n")
    assert ran.out.count(b"\n") == 1
    assert "Ñandú".encode() in ran.out


@pytest.mark.slow
def test_no_input_gives_no_output() -> None:
    ran = newsmill("process")
    assert (ran.status, ran.out) == (0, b"")


def test_a_refused_file_is_named_and_makes_the_exit_status_1(tmp_path: Path) -> None:
    (tmp_path / "notes.pdf").write_bytes(b"x")
    (tmp_path / "page.txt").write_text(STORY, encoding="utf-8")
    ran = newsmill("process", str(tmp_path))
    assert (ran.status, len(ran.lines)) == (1, 1)
    assert "notes.pdf: refused: unknown file format" in ran.notes


def test_a_missing_file_is_one_message_and_no_traceback() -> None:
    ran = newsmill("process", "/nowhere/page.txt")
    assert (ran.status, ran.out) == (1, b"")
    assert ran.notes == "newsmill: /nowhere/page.txt: no such file or folder\n"


def test_invalid_time_is_refused_with_the_expected_format() -> None:
    ran = newsmill("process", "--fetched-at", "yesterday")
    assert ran.status == 2
    assert "'yesterday' is no RFC 3339 time, such as 2025-08-02T12:00:00Z" in ran.notes


@pytest.mark.parametrize("wanted", ["Chile about", "article  The council of Quellmar", "headline A choir from Valparaiso", "a.example/1"])
def test_explain_shows_each_line_with_its_fate_and_the_labels(wanted: str) -> None:
    assert wanted in newsmill("process", "--explain", stdin=envelope(CHILE)).out.decode()


@pytest.mark.slow
def test_explain_shows_a_dead_letter_and_a_copy() -> None:
    shown = newsmill("process", "--explain", stdin=b"no json\n" + envelope(STORY) + envelope(STORY, "https://b.example/2")).out.decode()
    assert "dead letter: bad-envelope" in shown
    assert "(exact, 1.00)" in shown
    assert "\x1b" not in shown


def test_archive_gives_its_pages_and_counts_the_rest_by_kind(tmp_path: Path) -> None:
    image = archives.response(b"x", content_type="image/png")
    page = archives.response(f"<html><body><h1>Ferries</h1><p>{STORY}</p></body></html>".encode())
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(b"".join(archives.packed([archives.record("request", b"x"), image, page, image])))
    ran = newsmill("process", str(path))
    assert (ran.status, ran.lines[0]["topic"], ran.lines[0]["value"]["source"]["url"]) == (0, "news.events", "https://a.example/1")
    assert ran.notes.splitlines() == [
        "newsmill: 1 dump: 1 event",
        "newsmill: 3 skipped, not pages: image (2), request record (1)",
    ]


def test_damaged_record_is_reported_and_makes_the_exit_status_1(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc"
    path.write_bytes(b"garbage" + archives.response(STORY.encode(), content_type="text/plain"))
    ran = newsmill("process", str(path))
    assert (ran.status, len(ran.lines)) == (1, 1)
    assert "crawl.warc:1: refused: not a record of a web archive, at byte 0" in ran.notes


def test_rare_kinds_of_skipped_records_are_summed_up(capsys: pytest.CaptureFixture[str]) -> None:
    note_skipped(Counter({f"HTTP status {number}": 500 - number for number in range(400, 420)}))
    note = capsys.readouterr().err
    assert note.startswith("newsmill: 1,810 skipped, not pages: HTTP status 400 (100), HTTP status 401 (99), ")
    assert note.endswith("HTTP status 411 (89), other kinds (676)\n")


@pytest.mark.slow
def test_closed_pipe_ends_it_quietly_with_the_status_of_sigpipe() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as out:
        command = [sys.executable, "-m", "agents.cli", "process"]
        ran = subprocess.run(command, check=False, input=envelope(STORY), stdout=out, stderr=subprocess.PIPE)
    assert (ran.returncode, ran.stderr) == (141, b"")


def test_archive_content_writes_no_control_characters_to_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc"
    path.write_bytes(archives.response(b"x", content_type="a/\x1b]0;title\x07b") + archives.record("\x1b[31mred", b"x"))
    notes = newsmill("process", str(path)).notes
    assert "2 skipped" in notes
    assert not set(notes) & {"\x1b", "\x07"}
