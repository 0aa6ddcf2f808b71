"""`newsmill process --explain` on copies: the original and the shared text."""

import json
from typing import Any

import pytest

from agents.terminal.explain_copy import Originals
from tests.command import newsmill
from tests.stories import story


def explained(*dumps: tuple[str, str]) -> str:
    """Return what is printed of dumps, each an outlet's address and its page."""
    envelopes = ({"url": url, "fetched_at": "2025-08-02T12:00:00Z", "content_type": "text/plain", "body": body} for url, body in dumps)
    return newsmill("process", "--explain", stdin=b"".join(json.dumps(one).encode() + b"\n" for one in envelopes)).out.decode()


def event(id: str, body: str, of: str | None = None, *, fuller: bool = False) -> dict[str, Any]:
    copy = None if of is None else {"of": of, "kind": "near", "similarity": 0.5, "fuller": fuller}
    source = {"index": 3}
    return {"id": id, "content_id": body, "title": f"Title of {id}", "body": body, "outlet": "Vela", "source": source, "duplicate": copy}


def test_copy_names_its_original_and_marks_its_own_words() -> None:
    body = story(1, 4)
    shown = explained(
        ("https://a.example/", f"A first headline\n{body}"), ("https://b.example/", f"Another\n{body} Nobody was hurt, police said.")
    )
    assert "of “A first headline” · standard input:1 article 0" in shown
    assert "{+Nobody was hurt, police said.+}" in shown
    assert "\x1b" not in shown


def test_counts_are_of_the_runs_of_the_copy() -> None:
    originals = Originals()
    originals.explain("a.txt", event("1", "the old ferry left the island at dawn"))
    lines = originals.explain("b.txt", event("2", "the old ferry left the harbour at noon", of="1"))
    assert "    3 of its 6 runs of three words are in the original; its own text is in {+ +}:" in lines


@pytest.mark.slow
def test_identical_text_is_reported_as_the_same() -> None:
    shown = explained(("https://a.example/", story(1, 4)), ("https://b.example/", story(1, 4)))
    assert "    with the same text\n" in shown


def test_copy_is_compared_with_the_fuller_text_of_its_original() -> None:
    originals = Originals()
    originals.explain("a.txt", event("1", "the old ferry left"))
    originals.explain("b.txt", event("2", "the old ferry left the island at dawn", of="1", fuller=True))
    lines = "\n".join(originals.explain("c.txt", event("3", "the island at dawn", of="1")))
    assert "of “Title of 1” · Vela · a.txt article 3" in lines
    assert "compared with its fuller text, “Title of 2” · Vela · b.txt article 3" in lines
    assert "2 of its 2 runs" in lines


def test_long_spans_are_shortened_in_the_middle() -> None:
    originals, words = Originals(), [f"word{number}" for number in range(200)]
    originals.explain("a.txt", event("1", " ".join(words[:100])))
    shown = originals.explain("b.txt", event("2", " ".join(words), of="1"))[-1]
    assert "word5 … word94" in shown
    assert "word119 … word180" in shown


def test_originals_are_bounded_and_the_oldest_dropped() -> None:
    originals = Originals(max_chars=100)
    for number in range(4):
        originals.explain("a.txt", event(str(number), f"{number}" * 40))
    assert [len(originals.explain("b.txt", event("9", "some text", of=str(number)))) for number in range(4)] == [1, 1, 3, 3]


def test_text_of_a_copy_has_no_control_characters() -> None:
    originals = Originals()
    originals.explain("a\x1b]0;b.txt", event("1", "the old ferry left"))
    lines = originals.explain("b.txt", event("2", "the old ferry \x1b[2J\u202eleft\r the \x9bquay", of="1"))
    plain = "".join(lines).replace("\x1b[0m", "").replace("\x1b[2m", "").replace("\x1b[33m", "").replace("\x1b[35m", "")
    assert all(character.isprintable() for character in plain)
