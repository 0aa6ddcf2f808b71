"""The contract, on a real Kafka with a real worker process."""

import pytest

from tests.contract import Contract

pytestmark = pytest.mark.kafka


class TestWorker(Contract):
    """The scenarios of `Contract`."""
