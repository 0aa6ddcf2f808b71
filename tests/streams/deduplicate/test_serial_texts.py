"""Texts of one desk's form are no copies of each other: company results, market closes, weather, match reports and their like."""

import random
from collections.abc import Callable

import pytest

from streams.deduplicate.fingerprint import fingerprint
from streams.deduplicate.index import CopyConfig, CopyIndex
from streams.deduplicate.judge import judge
from streams.deduplicate.judge_story import with_story
from tests.streams.deduplicate.serial_notices import NOTICES
from tests.streams.deduplicate.serial_texts import KINDS
from tests.streams.invented_texts import NOW, article, cut, edited, take

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


@pytest.mark.parametrize(
    ("form", "joined"),
    # XXX the sentences of results and of matches are drawn of many, so that two texts share too little to be of one form.
    [pytest.param(form, {"company results": 10, "match report": 10, "lottery": 2}.get(kind, 0), id=kind) for kind, form in FORMS.items()],
)
def test_serial_texts_are_no_story(form: Callable[[random.Random], str], joined: int) -> None:
    index, firsts = CopyIndex(CopyConfig(stories=True)), 0
    for seed in range(TEXTS):
        one = article(seed, form(random.Random(seed)))
        text = fingerprint(one.body)
        verdict, story = with_story(judge(one, text, index, now=NOW), one, text, index, now=NOW)
        assert verdict.change
        assert story
        index.apply(verdict.change, now=NOW, backfill=False)
        firsts += story.first or verdict.fate == "copy"
    assert firsts >= TEXTS - joined


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
