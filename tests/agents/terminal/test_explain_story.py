"""`newsmill process --explain` on stories: which article an event follows, and by which words."""

import json
from typing import Any

import pytest

from agents.terminal import explain_story
from agents.terminal.explain_story import StoriesSeen
from tests.command import newsmill


def event(title: str, body: str = "", *, first: bool = False, **fields: Any) -> dict[str, Any]:
    story = {"id": "1" * 32, "first": first, "size": 2, "sources": 1, "score": None if first else 0.91}
    return {"title": title, "body": body, "language": "en", "outlet": "Vela", "story": story, "duplicate": None} | fields


def test_event_names_the_most_alike_article_of_its_story_and_the_shared_words() -> None:
    stories = StoriesSeen()
    assert stories.explain("a.txt", event("Ferry Alvara aground off Quellmar", first=True)) == []
    stories.explain("b.txt", event("Divers inspect the hull", "Alvara is dry."))
    lines = stories.explain("c.txt", event("Ferry Alvara refloated off Quellmar", "Its hull held."))
    assert "joins the story of “Ferry Alvara aground off Quellmar” · Vela · a.txt, certain to 0.91" in lines[0]
    assert lines[1].endswith("words are there too: ferry, alvara, off, quellmar")


def test_inflected_words_are_shown_as_they_are_written() -> None:
    stories = StoriesSeen()
    stories.explain("a.txt", event("Evacuadas las plantas", language="es", first=True))
    lines = stories.explain("b.txt", event("Evacuada la planta", language="es"))
    assert lines[1].endswith("words are there too: evacuada, planta")


def test_copies_and_events_without_a_story_are_passed_over() -> None:
    stories = StoriesSeen()
    assert stories.explain("a.txt", event("Ferry aground", story=None)) == []
    assert stories.explain("a.txt", event("Ferry aground", duplicate={"of": "2" * 32})) == []
    assert "no longer in memory" in stories.explain("b.txt", event("Ferry refloated"))[0]


def test_stories_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explain_story, "MAX_STORIES", 1)
    stories = StoriesSeen()
    stories.explain("a.txt", event("Ferry aground", first=True))
    stories.explain("b.txt", event("Bridge shut", story=event("")["story"] | {"id": "2" * 32, "first": True}))
    assert "no longer in memory" in stories.explain("c.txt", event("Ferry refloated"))[0]


@pytest.mark.slow
def test_process_explains_a_follow_up_of_another_outlet() -> None:
    first = "Ferry Alvara runs aground off Quellmar\nThe ferry Alvara ran aground off Quellmar on Monday with 80 on board."
    second = (
        "Alvara ferry still aground off Quellmar\nTugs failed to pull the ferry Alvara off the rocks at Quellmar, where it ran aground."
    )
    pages = (("https://a.example/1", first), ("https://b.example/2", second))
    envelopes = ({"url": url, "content_type": "text/plain", "body": body} for url, body in pages)
    shown = newsmill("process", "--explain", stdin=b"".join(json.dumps(one).encode() + b"\n" for one in envelopes)).out.decode()
    assert "joins the story of “Ferry Alvara runs aground off Quellmar”" in shown
    assert "2 articles of 1 source so far" in shown
