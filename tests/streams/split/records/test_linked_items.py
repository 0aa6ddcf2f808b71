"""Lists whose items end in their address: the plain text of alerts."""

import pytest

from streams.split.records.linked_items import linked_records
from streams.split.records.plain import split_plain
from tests.stories import headline, story

FETCHED_AT = 1_754_136_000
NOTICE = "- - - - - - - - - - -\nCancel this alert:\n<https://alerts.example/remove>\n"


def item(seed: int, outlet: str, url: str) -> str:
    first, space, rest = story(seed, 1).partition(" the ")
    return f"{headline(seed)}\n{outlet}\n{first}{space.rstrip()}\n{rest}\n<{url}>\n"


def alert(*items: str) -> str:
    return "Daily alerts - news\n\n=== News - 2 new results for [bridge] ===\n\n" + "\n".join(items) + f"\n{NOTICE}"


@pytest.mark.parametrize("gap", ["", "\n"], ids=["one below the other", "with a blank line between"])
def test_results_of_an_alert_have_their_outlet_and_address(gap: str) -> None:
    text = alert(item(1, "Harbour Post", "https://a.example/1") + gap + item(2, "Campo Vivo", "https://b.example/2"))
    cuts = split_plain(text, FETCHED_AT).cuts
    assert [(cut.title, cut.body, cut.outlet, cut.url) for cut in cuts] == [
        (headline(1), story(1, 1), "Harbour Post", "https://a.example/1"),
        (headline(2), story(2, 1), "Campo Vivo", "https://b.example/2"),
    ]
    assert [text[cut.start : cut.end].split("\n")[0] for cut in cuts] == [headline(1), headline(2)]


@pytest.mark.parametrize(
    ("line", "outlet", "published_at"),
    [
        ("Harbour Post - 12 November 2026", "Harbour Post", "2026-11-12"),
        ("Harbour Post, 12.11.2026", "Harbour Post", "2026-11-12"),
        ("12 November - Harbour Post", "Harbour Post", "2026-11-12"),
        ("Harbour Post - 3 hours ago", "Harbour Post", "2026-11-28T09:00:00Z"),
        ("12 November 2026", None, "2026-11-12"),
    ],
)
def test_the_line_below_the_headline_has_the_day(line: str, outlet: str | None, published_at: str) -> None:
    text = alert(item(1, line, "https://a.example/1"), item(2, line, "https://b.example/2"))
    cuts = split_plain(text, 1_795_867_200).cuts  # 2026-11-28
    assert [(cut.body, cut.outlet, cut.published_at) for cut in cuts] == [(story(seed, 1), outlet, published_at) for seed in (1, 2)]


def test_a_line_of_signs_is_no_headline() -> None:
    text = alert(item(1, "Harbour Post", "https://a.example/1"), f"--- More ---\n{item(2, 'Campo Vivo', 'https://b.example/2')}")
    assert [record.title for record in linked_records(text, FETCHED_AT) or []] == [headline(1), headline(2)]


def test_a_text_line_below_the_headline_is_no_outlet() -> None:
    items = [f"{headline(seed)}\n{story(seed, 1)}\nhttps://a.example/{seed}\n" for seed in (1, 2)]
    assert [(record.outlet, record.text) for record in linked_records(alert(*items), FETCHED_AT) or []] == [
        (None, story(1, 1)),
        (None, story(2, 1)),
    ]


def test_links_of_a_longer_text_are_no_items() -> None:
    text = f"{story(1, 12)}\n\n{headline(2)}\n{story(2, 1)}\nhttps://a.example/2\n\n{headline(3)}\n{story(3, 1)}\nhttps://a.example/3\n"
    assert linked_records(text, FETCHED_AT) is None
