"""Quality is a gate: no figure of the labelled data falls below its floor, and floors only rise."""

import pytest

from tests.quality.scores import FOLDERS, floors, has_data, measure

pytestmark = [
    pytest.mark.quality,
    pytest.mark.skipif(not has_data(), reason="the labelled data is not beside the project (../shared)"),
]


@pytest.mark.parametrize("name", FOLDERS)
def test_no_figure_is_below_its_floor(name: str) -> None:
    values = measure(name)
    known = {key: floor for key, floor in floors().items() if key.startswith(f"{name}.")}
    assert known
    below = {key: (values.get(key), floor) for key, floor in known.items() if not values.get(key, 0.0) >= floor}
    assert not below
