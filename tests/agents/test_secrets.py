"""The password at Kafka is in no help, no message and no text of the settings."""

import os
import subprocess
import sys

import pytest

from agents.settings import Settings

pytestmark = pytest.mark.slow

PASSWORD = "grindstone"
ENVIRONMENT = {
    "NEWS_BROKERS": "127.0.0.1:1",
    "NEWS_SECURITY": "SASL_PLAINTEXT",
    "NEWS_SASL_MECHANISM": "PLAIN",
    "NEWS_SASL_USERNAME": "mill",
    "NEWS_SASL_PASSWORD": PASSWORD,
    "NEWS_LOG_LEVEL": "DEBUG",
}


def test_settings_show_their_password_nowhere() -> None:
    settings = Settings.from_env(ENVIRONMENT)
    assert settings.sasl_password == PASSWORD
    assert PASSWORD not in f"{settings!r} {settings} {settings.describe()}"


@pytest.mark.parametrize("arguments", [["--help"], ["worker", "--help"], ["doctor"], ["worker"]], ids=" ".join)
def test_commands_show_no_password(arguments: list[str]) -> None:
    known = {name: value for name, value in os.environ.items() if not name.startswith("NEWS_")}
    done = subprocess.run(
        [sys.executable, "-m", "agents.cli", *arguments], env=known | ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.stdout + done.stderr
    assert PASSWORD not in done.stdout + done.stderr
