"""Pages without a shape: lists, digests, wires, wrapped mails, one story in its page. All people, places and outlets are invented."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.records import Cut, Fate
from streams.split import split_page
from streams.split.cuts import Cuts
from streams.split.text.confidence import RIGHT_SHARES, CutSigns, share_right
from streams.split.text.unwrap import unwrap

FETCHED_AT = 1754136000  # 2025-08-02T12:00:00Z
BRIDGE = "The council of Port Clare met on Monday to talk about the old bridge. It will be closed in May."
FERRY = "A ferry with ninety people on board ran aground near Cape Sorrow on Friday. Nobody was hurt."
HARBOUR = "El puerto de Villa Serena cerró este lunes por el mal tiempo, informó la capitanía. Reabrirá el jueves."
MARKET = "Fish prices in Nether Yarrow rose again in June, the harbour authority said in a report of ninety pages."
STORIES = [
    ("Old bridge of Port Clare to close", BRIDGE),
    ("Ferry runs aground off Cape Sorrow", FERRY),
    ("Cierra el puerto de Villa Serena", HARBOUR),
    ("Fish dearer again in Nether Yarrow", MARKET),
]


def split(text: str) -> Cuts:
    return split_page(Page(text, Format.TEXT), FETCHED_AT)


def stories(cuts: Cuts) -> list[tuple[str | None, str]]:
    return [(cut.title, cut.body) for cut in cuts.cuts]


def page(form: str) -> str:
    return "".join(form.format(h=headline, b=body, n=number) for number, (headline, body) in enumerate(STORIES, 1))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "Good day, here is the news that matters.\n\n" + page("{h}\n{b}\nWeiter im Text\n\n") + "Bye.\n", id="a button after each"
        ),
        pytest.param(page("{h}\n{b}\nBron: Blad {n}\n"), id="a label after each"),
        pytest.param("Home\nNews\n" + page("{h}\n{b}\n"), id="headline and paragraph by turns"),
        pytest.param(page("{h}\n\n{b}\n\n\n\n"), id="wider gaps"),
        pytest.param(page("0{n}:15 PORT-STRIKE/{n}\n{h}\n{b}\n"), id="time of day and slug"),
        pytest.param(page("1{n}:15 Uhr\n{h}\n{b}\nTeilen auf Blau\n"), id="time of day, a button"),
        pytest.param(
            "Ten fish to cook today\nMittagsblatt jetzt testen\n" + page("{h}\n{b}\nHarbour Post | Hace {n} horas\n"), id="a menu above"
        ),
    ],
)
def test_stories_without_known_headers_are_separated_by_what_the_page_repeats(text: str) -> None:
    assert stories(split(text)) == STORIES


@pytest.mark.parametrize("button", ["Weiter im Text", "Bron: Blad {n}"])
def test_longer_stories_are_separated_by_the_line_that_follows_each(button: str) -> None:
    assert stories(split(page("{h}\n{b}\n{b} Later it rained.\n" + button + "\n"))) == [
        (headline, f"{body}\n{body} Later it rained.") for headline, body in STORIES
    ]


def test_counted_comments_end_a_story() -> None:
    post = "gull\nThey have said this for twenty years and nothing came of it.\n"
    assert stories(split(f"Old bridge to close\n{BRIDGE}\n{MARKET}\n3 comments\n{post}")) == [
        ("Old bridge to close", f"{BRIDGE}\n{MARKET}")
    ]


def test_sentences_are_headlines_where_a_page_has_no_others() -> None:
    text = page("Harbour Post · {n} hours ago\n{h} in the spring of next year.\n{b}\n\n")
    assert stories(split(text)) == [(f"{headline} in the spring of next year.", body) for headline, body in STORIES]


def test_a_day_above_several_stories_is_that_of_each() -> None:
    (one, first), (two, second), (three, third), (four, fourth) = STORIES
    text = f"Friday, 1 August 2025\n\n{one}\nEl Faro\n{first}\n\n{two}\nEl Faro\n{second}\n\n"
    cuts = split(f"{text}Thursday, 31 July 2025\n\n{three}\nLa Voz\n{third}\n\n{four}\nLa Voz\n{fourth}\n").cuts
    assert [(cut.title, cut.outlet, cut.published_at) for cut in cuts] == [
        (one, "El Faro", "2025-08-01"),
        (two, "El Faro", "2025-08-01"),
        (three, "La Voz", "2025-07-31"),
        (four, "La Voz", "2025-07-31"),
    ]


def test_advertisements_between_the_paragraphs_of_one_story_separate_nothing() -> None:
    (cut,) = split(f"Old bridge to close\n{BRIDGE}\nWerbung hier\n{FERRY}\nWerbung hier\n{MARKET}\nWerbung hier\n{HARBOUR}\n").cuts
    assert (cut.title, cut.body.startswith(BRIDGE), cut.body.endswith(HARBOUR)) == ("Old bridge to close", True, True)


def single() -> Cut:
    text = (
        "We care for your data\nOur site uses small files to count its visitors and to show them fitting notices.\nManage\nAgree\n"
        f"Courts\nFishing\nTest us now for 1 €\nMy page\nOld bridge of Port Clare to close\nBy Ana Ruiz\n3 hours ago\n"
        f"Gift it\nPrint it\n{BRIDGE}\nMira esto: Ferry runs aground off Cape Sorrow\n{MARKET}\n"
        "The quay at noon. (Luis Mar/Invented Images)\n"
        "Receive the day's stories in your inbox: it takes a minute and no more.\n"
        "Most read\nFerry runs aground off Cape Sorrow\n3 comments\ngull\n"
        "They have said this for twenty years and nothing came of it.\nReply\n"
    )
    (cut,) = split(text).cuts
    return cut


def test_one_story_is_found_among_the_chrome_of_its_site() -> None:
    cut = single()
    assert (cut.title, cut.author, cut.published_at) == ("Old bridge of Port Clare to close", "Ana Ruiz", "2025-08-02T09:00:00Z")
    assert cut.body == f"{BRIDGE}\n{MARKET}"


def test_a_line_in_three_stories_belongs_to_none_but_three_equal_stories_keep_theirs() -> None:
    form = "{h}\nEl Faro\nHace {n} horas\n{b}\nYou can hear this piece read aloud by our own machine each day.\n\n"
    assert stories(split(page(form))) == STORIES
    again = "".join(f"Old bridge to close\nEl Faro\nHace {number} horas\n{BRIDGE}\n{FERRY}\n\n" for number in (1, 2, 3))
    assert stories(split(again)) == [("Old bridge to close", f"{BRIDGE}\n{FERRY}")] * 3


def test_a_link_to_the_source_of_each_story_belongs_to_none() -> None:
    outlets = ["El Faro", "La Voz", "Diario 21", "Radio Mar"]
    parts = zip(STORIES, outlets, strict=True)
    text = "".join(f"{headline}\n{outlet}\nHace 2 horas\n{body}\nSee it all at {outlet}.\n\n" for (headline, body), outlet in parts)
    assert stories(split(text)) == STORIES
    assert [cut.outlet for cut in split(text).cuts] == outlets


def test_a_wrapped_river_is_read_as_if_it_were_not() -> None:
    text = "".join(f"{headline}\nEl Faro - Hace 2 horas\n\n{textwrap.fill(body * 2, 60)}\n\n" for headline, body in STORIES)
    assert [(cut.title, cut.body.replace("  ", " ")) for cut in split(text).cuts] == [(headline, body * 2) for headline, body in STORIES]
    assert split(text).spans[-1].end == len(text)


@given(st.lists(st.text("ab .\r\n", max_size=70), max_size=30), st.integers(20, 120))
def test_unwrapping_keeps_every_offset(parts: list[str], columns: int) -> None:
    text = "\n".join(textwrap.fill(part, columns) for part in parts)
    changed = unwrap(text)
    assert len(changed) == len(text)
    assert all(new == old or (new == " " and old in "\r\n") for new, old in zip(changed, text, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "".join(f"{n}. Council number {n} votes again\n{n}0 points by gull 2 hours ago | hide\n" for n in range(1, 9)), id="links"
        ),
        pytest.param("".join(f"{n}:45\nCouncil number {n} votes again\n{n}k views\n2 days ago\n" for n in range(1, 9)), id="videos"),
        pytest.param(
            page("{h}\n") + page("{h} once more\n") + "Copyright 2025 Harbour Press. No part of it may be used elsewhere.", id="footer"
        ),
    ],
)
def test_lists_of_links_hold_no_article(text: str) -> None:
    cuts = split(text)
    assert cuts.cuts == ()
    assert Fate.ARTICLE not in {span.fate for span in cuts.spans}


def test_confidence_is_lower_where_a_cut_has_less_evidence() -> None:
    river = split(page("{h}\nEl Faro\nHace {n} horas\n{b} {b} {b}\n\n")).cuts
    comments = split(page("gull{n}\nHace {n} horas\n{b}\n\n")).cuts
    assert min(cut.confidence for cut in river) > max(cut.confidence for cut in comments)
    assert all(0 < share < 1 for shares in RIGHT_SHARES.values() for share in shares)
    assert share_right("stamped", CutSigns(headed=True, plain=True, long=True)) > share_right(
        "stamped", CutSigns(headed=False, plain=False, long=False)
    )
