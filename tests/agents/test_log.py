"""Nobody writes into the log from outside: not by line ends, not by escape sequences, not by an error's text."""

import io
import logging

from agents.log import CleanFormatter

FORGED = "2026-01-01 00:00:00,000 ERROR agents.worker.runner all is lost"


def logged(message: str, *arguments: object, error: BaseException | None = None) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(CleanFormatter("%(levelname)s %(message)s"))
    log = logging.Logger("test")
    log.addHandler(handler)
    log.warning(message, *arguments, exc_info=error)
    return stream.getvalue()


def test_control_characters_are_shown_and_not_obeyed() -> None:
    assert logged("reason=%s", f"a\r\n{FORGED}\x1b[2J\x9b\x07\u2028\u202eabc\x00") == (
        f"WARNING reason=a\\r\\n{FORGED}\\x1b[2J\\x9b\\x07\\u2028\\u202eabc\\x00\n"
    )


def test_letters_of_any_script_stay() -> None:
    assert logged("título ñandú 新闻 \N{NEWSPAPER}") == "WARNING título ñandú 新闻 \N{NEWSPAPER}\n"


def test_traceback_stays_behind_its_bar_whatever_the_error_says() -> None:
    lines = logged("failed", error=ValueError(f"\n{FORGED}\x1b]0;title\x07")).rstrip("\n").split("\n")
    assert lines[0] == "WARNING failed"
    assert all(line.startswith("  | ") for line in lines[1:])
    assert f"  | {FORGED}\\x1b]0;title\\x07" in lines
