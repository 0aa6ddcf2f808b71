"""Pages unlike the aggregator's are cut at least as well as before, and the confidence says how well."""

import json
from pathlib import Path

import pytest

from tests.quality.unlike import fresh, hard, known, later, lifelike, unseen
from tests.quality.unlike.calibrate import both, chances, expected_error
from tests.quality.unlike.made import Template, made
from tests.quality.unlike.score import score

pytestmark = pytest.mark.slow

FLOORS: dict[str, float] = json.loads((Path(__file__).parent / "unlike" / "floors.json").read_text(encoding="utf-8"))
PAGES = 8
MAX_CALIBRATION_ERROR = 0.1


@pytest.mark.parametrize(
    ("name", "templates"),
    [
        pytest.param("known", known.TEMPLATES, id="known"),
        pytest.param("unseen", unseen.TEMPLATES, id="unseen"),
        pytest.param("fresh", fresh.TEMPLATES, id="fresh"),
        pytest.param("lifelike", lifelike.TEMPLATES, id="lifelike"),
        pytest.param("later", later.TEMPLATES, id="later"),
    ],
)
def test_no_figure_of_unlike_pages_is_below_its_floor(name: str, templates: tuple[Template, ...]) -> None:
    found = score(made(templates, PAGES, 1))["all"]
    below = {key: value for key, value in found.items() if value < FLOORS.get(f"{name}.{key}", 0.0)}
    assert not below


@pytest.mark.quality
def test_confidence_is_near_the_share_of_cuts_that_are_right() -> None:
    data = both((*fresh.TEMPLATES, *hard.TEMPLATES))
    assert expected_error(data, chances(data))[0] <= MAX_CALIBRATION_ERROR
