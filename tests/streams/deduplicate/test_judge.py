import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from streams.deduplicate import judge as judge_module
from streams.deduplicate.fingerprint import fingerprint
from streams.deduplicate.index import CopyConfig, CopyIndex
from streams.deduplicate.judge import judge, source_of
from tests.streams.invented_texts import NOW, article, cut, edited, take, text, words

DAY = 86400
DEBRIS = "\nSign up for our letter about the harbour. All rights reserved, Tideline Press 2031. Follow us for more stories."


def _without_lead(body: str) -> str:
    return body.split("\n", 1)[1]


def _reordered(body: str) -> str:
    paragraphs = body.split("\n")
    random.Random(1).shuffle(paragraphs)
    return "\n".join(paragraphs)


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        pytest.param(lambda body: body.upper().replace(".", " !"), {"exact"}, id="case and punctuation"),
        pytest.param(lambda body: cut(body, 0.35), {"excerpt"}, id="first third"),
        pytest.param(lambda body: cut(body, 0.6), {"excerpt"}, id="first part"),
        pytest.param(lambda body: cut(edited(body, 5, 0.1), 0.6), {"excerpt", "near"}, id="first part edited"),
        pytest.param(_without_lead, {"near"}, id="lead lost"),
        pytest.param(_reordered, {"near"}, id="reordered"),
        pytest.param(lambda body: "LOMAVERDE (Tidewire) - " + body + DEBRIS, {"near"}, id="other agency, debris"),
        pytest.param(lambda body: edited(body, 5, 0.05), {"near"}, id="edited lightly"),
        pytest.param(lambda body: edited(body, 6, 0.2), {"near"}, id="every fifth word edited"),
        pytest.param(lambda body: body + "\n" + text(99, 200), {"excerpt"}, id="another story behind it"),
    ],
)
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_transformed_text_is_a_copy(change: Callable[[str], str], kinds: set[str], seed: int) -> None:
    index = CopyIndex()
    for other in range(20):
        take(index, article(100 + other, text(200 + other)))
    original = article(1, text(seed, 400))
    assert take(index, original).fate == "original"
    verdict = take(index, article(2, change(original.body)))
    assert verdict.duplicate
    assert verdict.duplicate.of == original.id
    assert verdict.duplicate.kind in kinds


def test_texts_of_one_language_are_all_originals() -> None:
    index = CopyIndex()
    fates = [take(index, article(seed, text(seed, 30 + 17 * seed))).fate for seed in range(80)]
    assert set(fates) == {"original"}


def test_two_reports_that_share_a_long_quotation_are_two_originals() -> None:
    index, quotation = CopyIndex(), text(50, 100)
    take(index, article(1, text(1, 90) + "\n" + quotation + "\n" + text(2, 90)))
    assert take(index, article(2, quotation + "\n" + text(3, 170))).fate == "original"


def test_pages_with_the_same_promo_are_originals() -> None:
    index, promo = CopyIndex(), text(50, 90)
    assert {take(index, article(number, text(number, 110) + "\n" + promo)).fate for number in range(1, 30)} == {"original"}


def _million(chance: random.Random) -> str:
    return f"{chance.randint(2, 900)}.{chance.randint(1, 9)} million"


def _results(chance: random.Random) -> str:
    name = " ".join(words(chance, 2)).title()
    cents = [chance.randint(2, 99) for _ in range(5)]
    return (
        f"{name} on {chance.choice(['Monday', 'Tuesday', 'Friday'])} reported a profit of {_million(chance)} crowns in its "
        f"{chance.choice(['first', 'third'])} quarter. The company, based in {words(chance, 1)[0]}, said it had net income of "
        f"{cents[0]} cents per share. Earnings, adjusted for one-time gains and costs, came to {cents[1]} cents per share. The results "
        f"did not meet the expectations of analysts. The average estimate of {chance.randint(3, 9)} analysts surveyed was for earnings "
        f"of {cents[2]} cents per share. The company posted revenue of {_million(chance)} crowns in the period, exceeding forecasts of "
        f"{_million(chance)}. For the current quarter, {name} expects its per-share earnings to range from {cents[3]} cents to "
        f"{cents[4]} cents. {name} shares have risen {chance.randint(2, 60)} percent since the beginning of the year. The stock has "
        f"decreased {chance.randint(2, 60)} percent in the last {chance.randint(2, 11)} months."
    )


def _weather(chance: random.Random) -> str:
    town, other = (word.title() for word in words(chance, 2))
    degrees, clock = [chance.randint(2, 15), chance.randint(16, 39)], [chance.randint(10, 59) for _ in range(2)]
    return (
        f"The weather service expects a day of sun and some clouds for {town} this {chance.choice(['Monday', 'Sunday'])}, with a low "
        f"of {degrees[0]} degrees in the morning and a high of {degrees[1]} degrees in the afternoon. The wind comes from the north at "
        f"{chance.randint(5, 60)} kilometres an hour, with gusts of {chance.randint(61, 99)} on the coast near {other}. The chance of "
        f"rain is {chance.randint(1, 99)} percent, and the humidity reaches {chance.randint(20, 99)} percent. The sun rises at "
        f"{chance.randint(5, 7)}.{clock[0]} and sets at {chance.randint(18, 21)}.{clock[1]}."
    )


@pytest.mark.parametrize("form", [pytest.param(_results, id="company results"), pytest.param(_weather, id="weather")])
def test_texts_out_of_one_form_with_other_names_and_figures_are_originals(form: Callable[[random.Random], str]) -> None:
    index = CopyIndex()
    assert [take(index, article(seed, form(random.Random(seed)))).fate for seed in range(30)] == ["original"] * 30


def test_an_edited_text_out_of_a_form_is_still_a_copy() -> None:
    index = CopyIndex()
    for seed in range(10):
        take(index, article(seed, _results(random.Random(seed))))
    duplicate = take(index, article(90, cut(edited(_results(random.Random(3)), 1, 0.1), 0.7))).duplicate
    assert duplicate
    assert duplicate.of == article(3, "").id


@pytest.mark.parametrize("count", [8, 12, 20])
def test_short_texts_with_some_words_in_common_are_originals(count: int) -> None:
    index = CopyIndex()
    take(index, article(1, text(1, count)))
    shared = " ".join(text(1, count).split()[: count // 2])
    assert take(index, article(2, shared + " " + text(2, count))).fate == "original"


def test_another_headline_makes_an_equal_body_a_near_copy() -> None:
    index = CopyIndex()
    take(index, article(1, text(1), title="Bridge opens"))
    duplicate = take(index, article(2, text(1), title="A bridge for the valley")).duplicate
    assert duplicate
    assert (duplicate.kind, duplicate.similarity) == ("near", 1.0)


def test_equal_text_of_another_source_is_exact_and_of_the_same_source_a_repeat() -> None:
    index = CopyIndex()
    take(index, article(1, text(1), outlet="Tideline Post"))
    kinds = [
        take(index, article(number, text(1), outlet=outlet)).duplicate
        for number, outlet in ((2, "The Lomaverde Sun"), (3, "TIDELINE POST"))
    ]
    assert [duplicate.kind for duplicate in kinds if duplicate] == ["exact", "repeat"]


def test_an_original_is_found_behind_any_number_of_its_equal_copies() -> None:
    index, body = CopyIndex(), "Ninubo gavi"
    kinds = [take(index, article(number, body, outlet=f"Outlet {number % 30}")).duplicate for number in range(60)]
    assert [duplicate.kind for duplicate in kinds if duplicate] == ["exact"] * 29 + ["repeat"] * 30
    assert {(duplicate.of, duplicate.similarity) for duplicate in kinds if duplicate} == {(article(0, "").id, 1.0)}


def test_with_no_outlet_the_same_address_makes_a_repeat() -> None:
    index = CopyIndex()
    first = article(1, text(1))
    take(index, first)
    again, elsewhere = article(2, text(1)), article(3, text(1))
    kinds = [take(index, one).duplicate for one in (replace(again, url=first.url), elsewhere)]
    assert [duplicate.kind for duplicate in kinds if duplicate] == ["repeat", "exact"]


def test_the_own_address_of_an_article_goes_before_that_of_its_dump() -> None:
    feeds = [replace(article(number, text(1)), url=f"https://feed{number}.example/") for number in (1, 2)]
    index = CopyIndex(CopyConfig())
    take(index, replace(feeds[0], article_url="https://tideline.example/1"))
    duplicate = take(index, replace(feeds[1], article_url="https://tideline.example/1")).duplicate
    assert duplicate is not None
    assert duplicate.kind == "repeat"


def test_a_copy_fetched_again_from_its_outlet_is_a_repeat_of_the_first_original() -> None:
    index = CopyIndex()
    take(index, article(1, text(1), outlet="Tideline Post"))
    take(index, article(2, cut(text(1), 0.6), outlet="The Lomaverde Sun"))
    duplicate = take(index, article(3, cut(text(1), 0.6), outlet="The Lomaverde Sun")).duplicate
    assert duplicate
    assert (duplicate.of, duplicate.kind) == (article(1, "").id, "repeat")


def test_nothing_known_of_the_source_is_no_common_source() -> None:
    assert source_of(replace(article(1, text(1)), url=None)) == 0
    index = CopyIndex()
    take(index, replace(article(1, text(1)), url=None))
    duplicate = take(index, replace(article(2, text(1)), url=None)).duplicate
    assert duplicate
    assert duplicate.kind == "exact"


def test_a_fuller_text_is_a_copy_of_the_excerpt_and_stands_for_it_from_then_on() -> None:
    index, body = CopyIndex(), text(1, 600)
    first = article(1, cut(body, 0.4))
    take(index, first)
    fuller = take(index, article(2, body)).duplicate
    assert fuller
    assert (fuller.of, fuller.kind, fuller.fuller) == (first.id, "excerpt", True)
    second_half = " ".join(body.split(" ")[180:])
    later = take(index, article(3, second_half)).duplicate
    assert later
    assert (later.of, later.fuller) == (first.id, False)


@pytest.mark.parametrize("seed", range(5))
def test_a_brief_is_found_in_a_long_text_that_contains_it(seed: int) -> None:
    index, brief = CopyIndex(), text(seed, 45)
    take(index, article(1, brief))
    duplicate = take(index, article(2, text(50 + seed, 500) + "\n" + brief + "\n" + text(90 + seed, 500))).duplicate
    assert duplicate
    assert (duplicate.kind, duplicate.fuller) == ("excerpt", True)


def test_a_story_that_stood_behind_a_copy_is_an_original_when_it_comes_by_itself() -> None:
    index, behind = CopyIndex(), text(2, 120)
    take(index, article(1, text(1, 150)))
    assert take(index, article(2, text(1, 150) + "\n" + behind)).fate == "copy"
    assert take(index, article(3, behind)).fate == "original"


@pytest.mark.parametrize("share", [0.65, 0.7, 0.75])
def test_releases_of_one_company_with_different_news_are_originals(share: float) -> None:
    """Each says the same of the company at its end."""
    index, about = CopyIndex(), text(50, int(share * 300))
    releases = [text(number, 300 - int(share * 300)) + "\n" + about for number in range(1, 6)]
    assert [take(index, article(number, release)).fate for number, release in enumerate(releases, 1)] == ["original"] * len(releases)


def test_a_text_that_lost_its_end_and_got_another_is_a_copy() -> None:
    index, body = CopyIndex(), text(1, 400)
    take(index, article(1, body))
    assert take(index, article(2, cut(body, 0.7) + "\n" + text(2, 120))).fate == "copy"


def test_a_copy_is_judged_against_originals_only() -> None:
    index, body = CopyIndex(), text(1, 400)
    take(index, article(1, body))
    assert take(index, article(2, cut(body, 0.7) + "\n" + text(2, 120))).fate == "copy"
    assert take(index, article(3, text(2, 120))).fate == "original"


def test_the_same_id_again_is_a_replay_and_changes_nothing() -> None:
    index = CopyIndex()
    take(index, article(1, text(1)))
    take(index, article(2, text(1)))
    for number in (1, 2):
        verdict = take(index, article(number, text(1)))
        assert (verdict.fate, verdict.duplicate, verdict.change) == ("replayed", None, None)


def test_a_replayed_dead_letter_keeps_its_verdict() -> None:
    index = CopyIndex()
    take(index, article(1, text(1)))
    take(index, article(2, cut(text(1), 0.5)))
    replays = [
        replace(article(1, text(1)), replay="d1"),
        replace(article(2, cut(text(1), 0.5)), replay="d2"),
        replace(article(3, text(3)), replay="d3"),
    ]
    verdicts = [take(index, one) for one in replays]
    assert [verdict.fate for verdict in verdicts] == ["original", "copy", "original"]
    assert verdicts[1].duplicate
    assert verdicts[1].duplicate.kind == "excerpt"


@pytest.mark.parametrize(
    ("first", "second", "fate"),
    [
        pytest.param(NOW, NOW + 6 * DAY, "copy", id="within the window"),
        pytest.param(NOW - 20 * DAY, NOW, "original", id="further apart than the window"),
        pytest.param(NOW - 20 * DAY, NOW - 21 * DAY, "copy", id="both from the past"),
        pytest.param(0, NOW, "original", id="a clock of 1970"),
        pytest.param(NOW + 173 * 365 * DAY, NOW, "copy", id="a clock of 2203 counts as now"),
        pytest.param(None, NOW, "copy", id="no time counts as now"),
    ],
)
def test_event_times_decide_what_is_compared(first: int | None, second: int, fate: str) -> None:
    index = CopyIndex()
    take(index, article(1, text(1), fetched_at=first))
    assert take(index, article(2, text(1), fetched_at=second), now=max(NOW, second)).fate == fate


def test_a_dump_of_the_future_empties_no_window() -> None:
    index = CopyIndex()
    take(index, article(1, text(1)))
    take(index, article(2, text(2), fetched_at=NOW + 10**9))
    assert take(index, article(3, text(1))).fate == "copy"


def _fate(index: CopyIndex, number: int, now: int) -> str:
    return judge(article(number, text(1), fetched_at=NOW + 50), fingerprint(text(1)), index, now=now).fate


def test_what_was_appended_before_the_window_is_forgotten_though_nothing_came_since() -> None:
    index = CopyIndex(CopyConfig(window_s=100))
    take(index, article(1, text(1)))
    assert take(index, article(1, text(1)), now=NOW + 100).fate == "replayed"
    assert _fate(index, 2, NOW + 100) == "copy"
    assert _fate(index, 2, NOW + 101) == "original"
    assert _fate(index, 1, NOW + 101) == "original"


def test_common_phrases_never_hide_a_copy() -> None:
    index, promo = CopyIndex(), text(50, 60)
    for number in range(60):
        take(index, article(number, text(1000 + number, 200) + "\n" + promo))
    duplicate = take(index, article(100, promo + "\n" + edited(text(1030, 200), 3, 0.1))).duplicate
    assert duplicate
    assert duplicate.of == article(30, "").id


def test_a_text_of_two_hundred_thousand_words_is_judged() -> None:
    index, body = CopyIndex(), text(1, 20000)
    assert take(index, article(1, body * 10)).fate == "original"
    assert take(index, article(2, text(2) + body * 9)).fate == "copy"


def test_a_phrase_of_many_originals_leads_to_none_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    index, promo = CopyIndex(), text(50, 90)
    for number in range(20):
        take(index, article(number, promo + "\n" + text(1000 + number, 90)))
    monkeypatch.setattr(judge_module, "overlap", lambda *_: pytest.fail("was compared"))
    assert take(index, article(20, promo + "\n" + text(2000, 90))).fate == "original"
