"""The trace: which modules of `streams` a dump runs through."""

import pytest

from tools.trace_modules import DEFAULT, modules_that_run


@pytest.mark.slow
def test_text_dump_runs_through_every_stage_and_no_module_for_html() -> None:
    modules = modules_that_run(DEFAULT[0])
    assert {"streams.pipeline", "streams.records", "streams.split.text.split", "streams.deduplicate.judge", "streams.messages.route"} <= {
        *modules
    }
    assert [module for module in modules if module.startswith("streams.split.html")] == []
