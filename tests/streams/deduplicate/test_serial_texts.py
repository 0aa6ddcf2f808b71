"""Texts of one desk's form are no copies of each other: company results, market closes, weather, match reports and their like."""

import random
from collections.abc import Callable

import pytest

from streams.deduplicate.index import CopyIndex
from tests.streams.deduplicate.serial_notices import NOTICES
from tests.streams.deduplicate.serial_texts import KINDS
from tests.streams.invented_texts import article, cut, edited, take

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
