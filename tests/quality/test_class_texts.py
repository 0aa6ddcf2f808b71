"""The class labels of invented texts that no rule was tuned on hold their floors."""

import pytest

from tests.quality.class_texts import figures, judgements

FLOORS = {"all": 0.95, "all about": 0.92, "mining": 0.92}


@pytest.mark.slow
def test_no_figure_is_below_its_floor() -> None:
    found = figures(judgements("classes.jsonl"))
    assert {name: found[name]["f1"] for name, floor in FLOORS.items() if found[name]["f1"] < floor} == {}
