"""Declare every setting with its default, unit and meaning, and read them from `NEWS_*` environment variables."""

import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

ENVIRONMENT_PREFIX = "NEWS_"
SECRET = "secret"  # noqa: S105 - a metadata key, no password
LOCAL_BROKER = "127.0.0.1:9092"


ADDRESSES = (r"[^\s,:/]+:\d{1,5}(\s*,\s*[^\s,:/]+:\d{1,5})*", "host:port, or several with commas between,")
NAME = (r"[A-Za-z0-9._-]{1,100}", "a name of letters, digits, '.', '_' and '-'")


class SettingsError(ValueError):
    """An unknown setting or an invalid value; the message names it and says what to do."""


def _setting(
    default: Any,
    meaning: str,
    *,
    choices: tuple[str, ...] = (),
    minimum: int | None = None,
    maximum: int | None = None,
    form: tuple[str, str] | None = None,
    secret: bool = False,
) -> Any:
    """Declare a setting; `form`: a pattern that the value must match, and its description."""
    limits = {"minimum": minimum, "maximum": maximum, "form": form}
    return field(default=default, repr=not secret, metadata={"meaning": meaning, "choices": choices, SECRET: secret} | limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one process. The name of a variable is `NEWS_` and the field's name in capitals."""

    brokers: str = _setting(
        "",
        "Kafka's addresses, host:port, comma-separated; empty for a local one (127.0.0.1:9092; the demo and the tests start their own)",
        form=ADDRESSES,
    )
    prefix: str = _setting("news", "the first part of every topic's name, of the group and of the transactional ids", form=NAME)
    partitions: int = _setting(6, "partitions of the topics in front of and between the stages, at `topics apply`", minimum=1)
    replication: int = _setting(0, "replicas of each topic, at `topics apply`; 0: three, or as many as the cluster has brokers", minimum=0)
    security: str = _setting("PLAINTEXT", "how to talk to Kafka", choices=("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"))
    sasl_mechanism: str = _setting("SCRAM-SHA-512", "how to log in to Kafka", choices=("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"))
    sasl_username: str = _setting("", "user at Kafka")
    sasl_password: str = _setting("", "password at Kafka", secret=True)
    tls_ca: str = _setting("", "PEM file of the authority that signed Kafka's certificate; empty for the system's")
    tls_cert: str = _setting("", "PEM file of our own certificate, where Kafka asks for one")
    tls_key: str = _setting("", "PEM file of its key")
    web_host: str = _setting("127.0.0.1", "address that a worker's web server listens on")
    web_port: int = _setting(6066, "port of a worker's web server; 0 takes a free one", minimum=0, maximum=65535)
    copy_window: int = _setting(7 * 86_400, "seconds that an article is remembered for finding copies", minimum=1)
    copy_capacity: int = _setting(
        1_000_000,
        "originals that a partition remembers at most, and as many copies, live and back-filled apart; the oldest go first",
        minimum=1,
    )
    repeats: str = _setting("on", "whether copies of kind `repeat` are published, or only counted", choices=("on", "off"))
    stories: str = _setting("on", "whether events are joined to stories", choices=("on", "off"))
    shapes: str = _setting("all", "page shapes to use; `none` leaves the general fallback", choices=("all", "none"))
    classes: str = _setting("", "folder of class files to use instead of the built-in ones")
    extra_classes: str = _setting(
        "",
        "more of the shipped classes, comma-separated: ids, `built-in`, `countries`, `topics`, or `all` of the last two; "
        "`country:PE` is any country by its places",
    )
    inflight_bytes: int = _setting(64 * 1024 * 1024, "bytes of input that a worker holds at most", minimum=1024 * 1024)
    backfill_lag: int = _setting(
        100, "messages of lag on `articles` above which back-fill waits; it also waits for `articles.large`", minimum=0
    )
    transaction_timeout: int = _setting(20, "seconds after which Kafka aborts a transaction that does not end", minimum=1, maximum=900)
    session_timeout: int = _setting(10, "seconds without a heartbeat after which its partitions go to others", minimum=1, maximum=1800)
    stall_timeout: int = _setting(
        60,
        "seconds without progress on a partition with lag after which /livez fails; a worker that works on one batch so long ends",
        minimum=1,
    )
    brake_share: int = _setting(
        50, "percent of `bug` and `crash` among a topic's last records above which a worker pauses it; 100 never", minimum=0, maximum=100
    )
    brake_minimum: int = _setting(
        200, "last records of a topic that the brake looks at; below that number a worker never pauses it", minimum=1
    )
    webhook_secret: str = _setting("", "secret that signs what `subscribe --webhook` sends; `whsec_` and base64, or any text", secret=True)
    data: str = _setting(".newsmill", "folder of the local broker's data and logs")
    log_level: str = _setting("INFO", "what the log shows", choices=("DEBUG", "INFO", "WARNING", "ERROR"))

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings from an environment; an empty variable counts as unset.

        Raises:
            SettingsError: an unknown `NEWS_*` variable, or an invalid value.
        """
        known = {ENVIRONMENT_PREFIX + setting.name.upper(): setting for setting in fields(cls)}
        variables = {name: text for name, text in environ.items() if name.startswith(ENVIRONMENT_PREFIX) and text != ""}
        for name in variables:
            if name not in known:
                raise SettingsError(f"{name} is not a setting{_suggestion(name, known)}; docs/operations.md lists them all")
        values: dict[str, Any] = {known[name].name: _value(name, text, known[name]) for name, text in variables.items()}
        return cls(**values)

    def to_env(self) -> dict[str, str]:
        """Return the environment from which `from_env` reads these settings, without empty values."""
        values = {ENVIRONMENT_PREFIX + setting.name.upper(): str(getattr(self, setting.name)) for setting in fields(self)}
        return {name: text for name, text in values.items() if text}

    def describe(self) -> str:
        """Return the settings that differ from their defaults as one log line, secrets hidden."""
        changed = [setting for setting in fields(self) if getattr(self, setting.name) != setting.default]
        return " ".join(f"{setting.name}={'***' if setting.metadata[SECRET] else getattr(self, setting.name)}" for setting in changed)

    @property
    def bootstrap(self) -> str:
        """Return the addresses to connect to."""
        return self.brokers or LOCAL_BROKER

    @property
    def data_folder(self) -> Path:
        """Return the data folder of the local broker."""
        return Path(self.data)

    def topic(self, name: str) -> str:
        """Return the full name of a topic, such as `news.dumps` for "dumps"."""
        return f"{self.prefix}.{name}"


def _value(name: str, text: str, setting: "Field[Any]") -> int | str:
    choices, minimum = setting.metadata["choices"], setting.metadata["minimum"]
    if choices and text not in choices:
        raise SettingsError(f"{name}={text!r}: expected one of {', '.join(choices)}")
    form = setting.metadata["form"]
    if form is not None and not re.fullmatch(form[0], text):
        raise SettingsError(f"{name}={text!r}: expected {form[1].removesuffix(',')}")
    if minimum is None:
        return text
    try:
        number = int(text)
    except ValueError:
        raise SettingsError(f"{name}={text!r}: expected a whole number") from None
    if number < minimum:
        raise SettingsError(f"{name}={text!r}: expected at least {minimum}")
    if setting.metadata["maximum"] is not None and number > setting.metadata["maximum"]:
        raise SettingsError(f"{name}={text!r}: expected at most {setting.metadata['maximum']}")
    return number


def _suggestion(name: str, known: Mapping[str, object]) -> str:
    close = get_close_matches(name, known, n=1)
    return f" (did you mean {close[0]}?)" if close else ""
