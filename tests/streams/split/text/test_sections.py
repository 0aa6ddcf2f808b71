"""Stories in parts: marked headings, gaps, and sections that belong to the story above them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.split.text.cohesion import MAX_HEADING_WORDS, cohesion, new_story_flags, stems_of
from streams.split.text.run_in_headings import separate_run_in_headings
from streams.split.text.split import split_text

FETCHED_AT = 1754136000  # 2025-08-02T12:00:00Z
BRIDGE = (
    "The council of Port Alder voted on Monday to close the swing bridge for repairs that will take eleven weeks.",
    "Ferries will run between the quays of Port Alder while the bridge is closed, and islanders will not pay the fare.",
)
STORM = (
    "A storm that came in from the west overnight pulled the roofs off nine houses in Tarrow.",
    "Crews were at work before dawn, the power company said, and most lines should be back by the evening.",
)
MILL = (
    "The mill at Cresby will take on sixty people in the autumn after it won an order for paper bags.",
    "It had let forty go in the spring. The union said that those should be asked first.",
)
STORIES = {"Bridge to close for weeks": BRIDGE, "Storm takes roofs in Tarrow": STORM, "Paper mill to hire sixty people": MILL}
SECTION = (
    "Traders",
    "Shopkeepers of Port Alder asked the council to leave the swing bridge open until the summer fair, when ferries are full.",
)


def titles(text: str) -> list[str | None]:
    return [cut.title for cut in split_text(text, FETCHED_AT).cuts]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("\n\n".join(f"## {title}\n\n" + "\n\n".join(paragraphs) for title, paragraphs in STORIES.items()), id="Markdown"),
        pytest.param("\n\n".join(f"**{title}.** " + " ".join(paragraphs) for title, paragraphs in STORIES.items()), id="bold on the line"),
        pytest.param("\n\n".join(f"__{title}__: " + " ".join(paragraphs) for title, paragraphs in STORIES.items()), id="colon behind"),
        pytest.param(
            "\n\n".join(f"{title}\n{'-' * len(title)}\n" + "\n\n".join(paragraphs) for title, paragraphs in STORIES.items()),
            id="underlined",
        ),
        pytest.param("\n\n".join(f"{title}\n" + "\n".join(paragraphs) for title, paragraphs in STORIES.items()), id="gaps"),
    ],
)
@pytest.mark.parametrize("head", ["", "# Notes of the week\n\n"])
def test_each_heading_begins_a_story(page: str, head: str) -> None:
    cuts = split_text(head + page, FETCHED_AT).cuts
    assert [cut.title for cut in cuts] == list(STORIES)
    assert [cut.body.split("\n")[-1].endswith(paragraphs[-1]) for cut, paragraphs in zip(cuts, STORIES.values(), strict=True)] == [True] * 3


def test_numbers_of_underlined_headings_are_not_in_the_titles() -> None:
    page = "\n\n".join(f"0{number} {title}\n{'-' * 30}\n" + "\n".join(STORIES[title]) for number, title in enumerate(STORIES, 1))
    assert titles(page) == list(STORIES)


def test_a_section_with_a_short_heading_belongs_to_the_story_above_it() -> None:
    pages = [f"{title}\n" + "\n".join(paragraphs) for title, paragraphs in STORIES.items()]
    pages.insert(1, "\n".join(SECTION))
    cuts = split_text("\n\n".join(pages), FETCHED_AT).cuts
    assert [cut.title for cut in cuts] == list(STORIES)
    assert SECTION[1] in cuts[0].body


@pytest.mark.parametrize("mark", ["## ", "", "**"])
def test_sections_that_share_their_words_are_one_story(mark: str) -> None:
    behind = ".** " if mark == "**" else "\n"
    texts = {"Works on the bridge": BRIDGE[0], "How ferries will run": BRIDGE[1], "What the traders want": SECTION[1]}
    sections = [f"{mark}{heading}{behind}{text}" for heading, text in texts.items()]
    assert len(titles("Bridge to close for weeks\n\n" + "\n\n".join(sections))) == 1


def test_halves_of_a_story_share_more_than_two_stories() -> None:
    same = cohesion(stems_of(BRIDGE[0]), stems_of(BRIDGE[1]))
    assert same > cohesion(stems_of(BRIDGE[0]), stems_of(STORM[0]))


def test_parts_with_long_headings_and_other_words_begin_stories() -> None:
    parts = [("\n".join(paragraphs), MAX_HEADING_WORDS) for paragraphs in STORIES.values()]
    assert new_story_flags(parts) == [True] * 3


@given(st.text(alphabet="*_ .:a\n\rB", max_size=200))
def test_headings_are_separated_without_moving_anything(text: str) -> None:
    found = separate_run_in_headings(text)
    assert len(found) == len(text)
    assert all(was == now or not was.isalnum() for was, now in zip(text, found, strict=True))
