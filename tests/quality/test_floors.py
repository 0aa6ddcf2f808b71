"""Quality is a gate: no figure of the labelled data falls below its floor, no error rises above its ceiling, and floors only rise."""

import pytest

from tests.quality.scores import FOLDERS, floors, has_data, holds, measure

pytestmark = [
    pytest.mark.quality,
    pytest.mark.skipif(not has_data(), reason="the labelled data is not beside the project (../shared)"),
]


@pytest.mark.parametrize("name", FOLDERS)
def test_no_figure_is_on_the_wrong_side_of_its_bound(name: str) -> None:
    values = {key: figure.value for key, figure in measure(name).items()}
    known = {key: bound for key, bound in floors().items() if key.startswith(f"{name}.")}
    assert known
    wrong = {key: (values.get(key), bound) for key, bound in known.items() if not holds(key, values.get(key), bound)}
    assert not wrong
