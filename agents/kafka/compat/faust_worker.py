"""A Faust worker that reports the signal which stops it."""

from collections.abc import Callable
from signal import Signals
from typing import Any

import faust


class SignalReportingWorker(faust.Worker):
    """A Faust worker that calls `on_signal` before it begins to shut down."""

    def __init__(self, *services: Any, on_signal: Callable[[Signals], None], **options: Any) -> None:
        """Take the arguments of Faust's worker, and the callback."""
        super().__init__(*services, **options)
        self._report_signal = on_signal

    def _schedule_shutdown(self, signal: Signals) -> None:
        self._report_signal(signal)
        super()._schedule_shutdown(signal)
