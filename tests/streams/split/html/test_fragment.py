"""The text of an HTML fragment, as feeds and APIs hold it."""

from streams.split.html.fragment import fragment_text
from tests.stories import story


def test_a_fragment_without_blocks_is_one_paragraph() -> None:
    assert fragment_text(f"{story(1)} <a href='/more'>") == story(1)


def test_captions_and_buttons_are_left_out() -> None:
    html = f"<p>{story(1)}</p><figure><figcaption>The old harbour.</figcaption></figure><p>{story(2)}</p><p><a href='/x'>Read more</a></p>"
    assert fragment_text(html) == f"{story(1)}\n{story(2)}"


def test_lines_without_a_sentence_are_kept_where_there_is_no_other() -> None:
    assert fragment_text("<ul><li>Ferries</li><li>Trams</li></ul>") == "Ferries\nTrams"


def test_a_fragment_of_pictures_has_no_text() -> None:
    assert fragment_text("<img src='a.png'><script>var ferry;</script>") == ""
