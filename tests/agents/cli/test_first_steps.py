"""Mistakes of a new user, and what they are told."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agents.cli.main import _user_message
from agents.log import is_first_start
from tests.command import newsmill

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"


def test_mistyped_command_gets_the_most_similar_one() -> None:
    ran = newsmill("subscibe")
    assert ran.status == 2
    assert "Did you mean 'subscribe'?" in ran.notes
    assert "Did you mean" not in newsmill("qqqq").notes


def test_address_as_a_path_says_that_nothing_is_fetched() -> None:
    ran = newsmill("process", "https://a.example/1")
    assert ran.status == 1
    assert "does not fetch pages" in ran.notes
    assert "newsmill produce --raw --url https://a.example/1 -" in ran.notes


def test_missing_path_and_empty_folder_are_named_and_the_others_read(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "page.txt").write_text(
        "Quellmar gets a ferry\n\nThe council of Quellmar voted on Monday to buy a second ferry, the mayor said."
    )
    ran = newsmill("process", str(tmp_path / "nowhere"), str(tmp_path / "empty"), str(tmp_path / "page.txt"))
    assert ran.status == 1
    assert "nowhere: refused: No such file" in ran.notes
    assert f"empty folder {tmp_path / 'empty'}" in ran.notes
    assert [line["topic"] for line in ran.lines][:1] == ["news.events"]


def test_data_folder_that_cannot_be_written_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWS_DATA", "/srv/mill")
    assert _user_message(PermissionError(13, "Permission denied", "/srv/mill/kafka")) == (
        "Permission denied: /srv/mill/kafka; name another folder with NEWS_DATA"
    )
    assert _user_message(PermissionError(13, "Permission denied", "/etc/shadow")) == "Permission denied: /etc/shadow"


def test_first_start_of_a_group_is_no_error() -> None:
    usual = logging.makeLogRecord({"msg": "Request failed: [Error 15] GroupCoordinatorNotAvailableError", "relativeCreated": 1000})
    later = logging.makeLogRecord({"msg": usual.msg, "relativeCreated": 100_000})
    assert (is_first_start(usual), is_first_start(later)) == (True, False)


@pytest.mark.parametrize("name", ["consume_aiokafka.py", "produce_aiokafka.py"])
def test_example_without_arguments_says_how_it_is_called(name: str) -> None:
    ran = subprocess.run([sys.executable, str(EXAMPLES / name)], capture_output=True, text=True, check=False, env=dict(os.environ))
    assert ran.returncode == 1
    assert f"python {name} 127.0.0.1:9092" in ran.stderr
