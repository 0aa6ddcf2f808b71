"""Split pages of real kinds of sites that were saved as text: lists, front pages, and single stories. All names are invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.split import split_page
from streams.split.cuts import Cuts
from streams.split.fields.language import language_of
from streams.split.text.inline_stamps import MAX_INLINE_LINES, separate_inline_stamps
from tests.streams.split.text.test_unlike import BRIDGE, FERRY, FETCHED_AT, HARBOUR, MARKET, STORIES, page, stories

LONG = f"{BRIDGE} {FERRY}"
NOTICE = "We and our partners keep data on your device to run this site and to show you offers."
FOOT = "Found a mistake? Write.\nSections\nCookie settings\nPublished at Nether Yarrow by Invented Media, no. 1234 of the register."
HEADLINES = [
    "Trams return to Brindlemouth after nine years",
    "Lighthouse trust names a new head",
    "School kitchens to buy local fish",
    "Court halts sale of land at Fallowgate",
    "Storm leaves forty homes without power",
    "Cannery shuts and ninety jobs go",
]


def split(text: str) -> Cuts:
    return split_page(Page(text, Format.TEXT), FETCHED_AT)


@pytest.mark.parametrize(
    "form",
    [
        pytest.param("• {h} — Harbour Post, {n} hours ago\n    {b}\n", id="headline, outlet, age"),
        pytest.param("1{n}:15 – {h}\n{b}\n\n", id="clock, headline"),
        pytest.param("2025-07-0{n}\tHarbour Post\t{h}\n{b}\n", id="a table"),
        pytest.param("{h}\n{n} hours ago — {b}\n\n", id="age, text"),
        pytest.param("0{n}.07.2025 10:15 GMT  VELA  INV{n}23\n{h}\n\n{b}\n\nxx/{n}4\n\n", id="a wire's slug"),
        pytest.param("## [{h}](https://news.example/{n})\n\n**Harbour Post** | {n} hours ago\n\n{b}\n\n* * *\n\n", id="Markdown"),
        pytest.param(
            "{h}\nWords by Ana Ruiz, for coastline.news\nJuly {n}, 2025, 09:00\n{b}\n{n} replies\n\n", id="a byline of its own form"
        ),
        pytest.param("{h}\nHarbour Post - Hace {n} horas\n{b}\nMarcar\nAvisar\n\n", id="buttons below"),
    ],
)
def test_a_list_of_stories_is_split_for_every_layout_of_headline_and_stamp(form: str) -> None:
    assert stories(split(f"La Ola\nEn vivo\n\n{page(form)}")) == STORIES


def test_search_results_have_the_outlet_above_the_headline() -> None:
    found = split("About 40 results\nSorted by date\n\n" + page("Harbour Post\n{h}\n{b}\n{n} hours ago\n\n"))
    assert stories(found) == STORIES
    assert {cut.outlet for cut in found.cuts} == {"Harbour Post"}


def test_the_page_footer_is_not_part_of_the_last_story() -> None:
    assert stories(split(page("{h}\nHarbour Post - {n} hours ago\n{b}\nMark\nAnswer this\n\n") + FOOT)) == STORIES


def test_a_front_page_with_notices_has_no_article() -> None:
    dated = "\n".join(f"{headline} {number}\nAna Ruiz | {number} hours ago" for number, headline in enumerate(3 * HEADLINES, 2))
    found = split(f"{NOTICE}\nReject all\nYarrow Now\nFriday, August 1, 2025\nTides\n{dated}\n\n{NOTICE}\nBecome a member\n{FOOT}")
    assert not found.cuts
    assert not split("\n".join(["Yarrow Now", "Tides", *HEADLINES, NOTICE, "Become a member"])).cuts


def test_a_story_within_its_site_is_complete_and_has_its_own_outlet_and_day() -> None:
    below = "\n".join(HEADLINES[:4])
    text = f"Harbour Post\n\n{STORIES[0][0]}\n\nBy Ana Ruiz\nJuly 31, 2025, 09:00\n\n{LONG}\n\n{MARKET}\n\nPicks\n{below}\n\n{FOOT}"
    (cut,) = split(text).cuts
    assert (cut.title, cut.body) == (STORIES[0][0], f"{LONG}\n{MARKET}")
    assert (cut.outlet, cut.published_at, cut.author) == ("Harbour Post", "2025-07-31", "Ana Ruiz")


def test_the_date_of_the_page_is_not_the_date_of_its_story() -> None:
    (cut,) = split(
        f"Yarrow Now\nFriday, August 1, 2025\nTides\nJobs\n{STORIES[0][0]}\nBy Ana Ruiz\n3 hours ago\nKeep\n{LONG}\n{MARKET}"
    ).cuts
    assert (cut.title, cut.published_at, cut.outlet) == (STORIES[0][0], "2025-08-02T09:00:00Z", None)


def test_a_related_box_within_a_story_does_not_end_it_and_a_list_below_does() -> None:
    box = f"Most read\n{HEADLINES[0]}\n"
    (cut,) = split(f"{STORIES[0][0]}\n{LONG}\n{box}{MARKET}\nRelated\n{HEADLINES[1]}\n{FERRY}\n{HEADLINES[2]}\n{HARBOUR}").cuts
    assert cut.body == f"{LONG}\n{MARKET}"


def test_a_list_of_names_at_the_end_is_part_of_the_story() -> None:
    names = "Rosa Anís Lewin\nCándida Jonás\nCrispín Harding\nSeferina Brown"
    (cut,) = split(f"{STORIES[0][0]}\n{LONG}\n{MARKET} They are:\n{names}\nAmong many others.").cuts
    assert cut.body.endswith("Among many others.")


def test_reader_comments_are_no_articles() -> None:
    posts = "".join(f"reader{number}\n{number} hours ago\n{text}\nAnswer\n" for number, text in enumerate((FERRY, HARBOUR, MARKET), 2))
    assert stories(split(f"{STORIES[0][0]}\nBy Ana Ruiz\n9 hours ago\n\n{LONG}\n\n3 posts\n{posts}")) == [(STORIES[0][0], LONG)]


@given(
    st.lists(
        st.sampled_from(["10:15", "Old bridge to close soon", "Harbour Post", "3 hours ago", " — ", " | ", "\t", "  ", "• ", "\n", "\r\n"])
    )
)
def test_parting_keeps_every_place(pieces: list[str]) -> None:
    text = "".join(pieces)
    after = separate_inline_stamps(text)
    assert len(after) == len(text)
    assert after.split() == "".join(" " if sign in "—|•" else sign for sign in after).split() or set("—|•") & set(after)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        pytest.param("EL ALCALDE DE LA VILLA DIJO QUE LAS OBRAS DEL PUERTO SE HARÁN POR LA NOCHE Y CON LUZ", "es", id="capitals"),
        pytest.param(
            "O concello aprobou onte o plan para o centro da vila, que non terá coches polo día nin unha praza máis.", "gl", id="gl"
        ),
        pytest.param(
            "Die burgemeester het gesê dat die werk in September begin en dat daar nie verkeer in die sentrum sal wees nie.", "af", id="af"
        ),
        pytest.param(
            "The mayor said that the work on the bridge would begin in the autumn and that it was not to be closed.", "en", id="en"
        ),
    ],
)
def test_small_words_tell_a_language_from_its_neighbours(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.slow
@pytest.mark.parametrize("count", [MAX_INLINE_LINES, MAX_INLINE_LINES + 1])
def test_stamps_are_separated_on_as_many_lines_as_a_page_can_have_headlines(count: int) -> None:
    table = "".join(f"10:42 – Old bridge number {number} to close\n" for number in range(count))
    assert (separate_inline_stamps(table) == table) is (count > MAX_INLINE_LINES)
