"""The class labels of invented texts that no rule was tuned on hold their floors."""

import pytest

from tests.quality.class_texts import SETS, figures, judgements

FLOORS = {"all": 0.97, "all about": 0.95, "mining": 0.94}


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_no_figure_is_below_its_floor(name: str) -> None:
    found = figures(judgements(name))
    assert {name: found[name]["f1"] for name, floor in FLOORS.items() if found[name]["f1"] < floor} == {}
