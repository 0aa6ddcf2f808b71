"""Settings come from NEWS_* variables, and a typing error never passes in silence."""

from dataclasses import FrozenInstanceError, fields

import pytest

from agents.settings import Settings, SettingsError


def test_nothing_set_gives_the_defaults() -> None:
    assert Settings.from_env({"PATH": "/bin", "NEWS_BROKERS": ""}) == Settings()


def test_variables_are_read_by_their_names_and_types() -> None:
    settings = Settings.from_env({"NEWS_BROKERS": "one:9092,two:9092", "NEWS_WEB_PORT": "0", "NEWS_REPEATS": "off"})
    assert (settings.bootstrap, settings.web_port, settings.repeats) == ("one:9092,two:9092", 0, "off")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        pytest.param("NEWS_BROKER", "x:1", ["NEWS_BROKER is not a setting", "NEWS_BROKERS"], id="unknown name"),
        pytest.param("NEWS_PARTITIONS", "six", ["NEWS_PARTITIONS='six'", "whole number"], id="no number"),
        pytest.param("NEWS_PARTITIONS", "0", ["at least 1"], id="too small"),
        pytest.param("NEWS_REPEATS", "maybe", ["one of on, off"], id="no choice"),
    ],
)
def test_mistake_is_refused_with_what_and_what_to_do(name: str, value: str, words: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({name: value})
    assert all(word in str(caught.value) for word in words)


def test_settings_never_change_and_never_show_a_secret() -> None:
    settings = Settings(sasl_password="open sesame")
    assert "open sesame" not in settings.describe()
    assert "sasl_password=***" in settings.describe()
    with pytest.raises(FrozenInstanceError):
        settings.prefix = "other"  # type: ignore[misc]


def test_environment_of_settings_makes_the_same_settings() -> None:
    settings = Settings(brokers="one:9092", web_port=0, shapes="none", copy_window=60)
    assert Settings.from_env(settings.to_env()) == settings


def test_every_setting_says_what_it_means() -> None:
    assert all(setting.metadata["meaning"] for setting in fields(Settings))
