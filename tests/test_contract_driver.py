"""The contract, in memory."""

from collections.abc import Callable

import pytest

from streams.classify.class_set import builtin_classes
from streams.pipeline import PipelineConfig
from streams.records import Incoming
from tests.contract import Contract
from tests.driver import Driver
from tests.samples import samples


def new_driver() -> Driver:
    return Driver(PipelineConfig(classes=builtin_classes(), version="test"))


@pytest.fixture
def mill() -> Driver:
    return new_driver()


@pytest.fixture(scope="module")
def sampled() -> Callable[[str], list[Incoming]]:
    driver = new_driver()
    for sample in samples():
        driver.produce(*sample.dump())
    driver.settle()
    return driver.messages


class TestDriver(Contract):
    """The scenarios of `Contract`."""
