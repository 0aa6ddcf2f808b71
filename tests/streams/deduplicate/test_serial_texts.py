"""Texts of one desk's form are no copies of each other: company results, market closes, weather, match reports and their like."""

import random
from collections.abc import Callable

import pytest

from streams.deduplicate.fingerprint import fingerprint
from streams.deduplicate.index import CopyConfig, CopyIndex
from streams.deduplicate.judge import judge
from streams.deduplicate.judge_story import with_story
from streams.records import Article, Story
from tests.streams.deduplicate.serial_notices import NOTICES
from tests.streams.deduplicate.serial_texts import KINDS, company_results, quarterly_production
from tests.streams.invented_texts import NOW, article, cut, edited, take, words

FORMS = {**KINDS, **NOTICES}
forms = pytest.mark.parametrize("form", [pytest.param(form, id=kind) for kind, form in FORMS.items()])
TEXTS = 25


@pytest.mark.parametrize(
    ("form", "taken"),
    # XXX a forecast has few figures, and two may have half of them in common by chance, as an edited text has: 2 of 300 pairs here.
    [pytest.param(form, 2 if kind in ("weather", "forecast") else 0, id=kind) for kind, form in FORMS.items()],
)
def test_serial_texts_are_originals(form: Callable[[random.Random], str], taken: int) -> None:
    index = CopyIndex()
    fates = [take(index, article(seed, form(random.Random(seed)))).fate for seed in range(TEXTS)]
    assert fates.count("copy") <= taken


def story_of(index: CopyIndex, one: Article) -> tuple[str, Story]:
    """Return the fate and the story of an article, which is remembered."""
    text = fingerprint(one.body)
    verdict, story = with_story(judge(one, text, index, now=NOW), one, text, index, now=NOW)
    assert verdict.change
    assert story
    index.apply(verdict.change, now=NOW, backfill=False)
    return verdict.fate, story


@pytest.mark.parametrize(
    ("form", "joined"),
    # XXX reports of matches have few figures, and their sentences are drawn of many, so that two texts share too little to be of one form.
    [pytest.param(form, {"match report": 5, "lottery": 2}.get(kind, 0), id=kind) for kind, form in FORMS.items()],
)
def test_serial_texts_are_no_story(form: Callable[[random.Random], str], joined: int) -> None:
    index, firsts = CopyIndex(CopyConfig(stories=True)), 0
    for seed in range(TEXTS):
        fate, story = story_of(index, article(seed, form(random.Random(seed))))
        firsts += story.first or fate == "copy"
    assert firsts >= TEXTS - joined


@pytest.mark.parametrize("form", [company_results, quarterly_production])
def test_results_of_many_companies_under_one_headline_are_stories_of_their_own(form: Callable[[random.Random], str]) -> None:
    index = CopyIndex(CopyConfig(stories=True))
    for seed in range(TEXTS):
        body, name = form(random.Random(seed)), words(random.Random(seed), 2)
        fate, story = story_of(index, article(seed, body, title=f"{' '.join(name).title()} reports second-quarter production"))
        assert (fate, story.first) == ("original", True)


def test_another_quarter_of_a_company_is_an_original_and_a_story_of_its_own() -> None:
    index = CopyIndex(CopyConfig(stories=True))
    for seed in range(4):
        body = quarterly_production(random.Random(seed), company="Tallara Iron")
        fate, story = story_of(index, article(seed, body, title="Tallara Iron reports quarterly production"))
        assert (fate, story.first) == ("original", True)


def test_two_reports_of_one_result_are_one_story() -> None:
    index = CopyIndex(CopyConfig(stories=True))
    release = (
        "Tallara Iron Ltd. today reported results for the quarter ended June 30. Iron ore production from its mines in Wirra Wirra was "
        "11.42 million tonnes, compared with 10.93 million tonnes in the same quarter of the previous year. Ore shipped was 11.17 million "
        "tonnes at an average realised price of $88 a tonne. Unit cash costs were $21.60 a tonne, compared with $20.15 a year earlier."
    )
    report = (
        "Iron miner Tallara dug up more ore in the second quarter than a year ago despite two cyclones. Production at Wirra Wirra rose to "
        "11.42 million tonnes from 10.93 million, the company said on Thursday. It sold 11.17 million tonnes, for $88 each. But its costs "
        "rose to $21.60 a tonne, as the pits are further from the crusher than before, and analysts had hoped for less."
    )
    _, first = story_of(index, article(1, release, title="Tallara Iron reports second-quarter production", outlet="Tidewire"))
    fate, second = story_of(index, article(2, report, title="Tallara Iron digs up more despite cyclones", outlet="Harbour Post"))
    assert (fate, second.id, second.sources) == ("original", first.id, 2)


@forms
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda body: cut(body, 0.6), id="cut"),
        pytest.param(lambda body: edited(body, 1, 0.1), id="edited"),
        pytest.param(lambda body: "SANTA VELA (Tidewire) - " + body + " All rights reserved, Tideline Press.", id="debris"),
    ],
)
def test_a_copy_of_a_serial_text_is_found_among_its_like(form: Callable[[random.Random], str], change: Callable[[str], str]) -> None:
    index = CopyIndex()
    for seed in range(TEXTS):
        take(index, article(seed, form(random.Random(seed))))
    duplicate = take(index, article(90, change(form(random.Random(7))))).duplicate
    assert duplicate
    assert duplicate.of == article(7, "").id
