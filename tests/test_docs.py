"""docs/operations.md and README.md against the code: nothing is missing there, and nothing stands there that is not so (any more)."""

import json
import re
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

import click
import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from agents.cli.main import COMMANDS, Commands, newsmill
from agents.settings import ENVIRONMENT_PREFIX, Settings
from agents.worker.metrics import Metrics
from deploy.grafana.files import dashboards
from streams.classify.class_records import TermGroup
from streams.classify.class_set import parse_classes
from streams.classify.classify import check_examples
from streams.errors import Reason
from streams.records import Fate
from streams.topics import DAY_MS, declared

PROJECT = Path(__file__).parent.parent
OPERATIONS = PROJECT / "docs" / "operations.md"
README = PROJECT / "README.md"
CONTRACT = PROJECT / "docs" / "contract.md"
CLASSES = PROJECT / "docs" / "classes.md"
DEPLOY = PROJECT / "docs" / "deploy.md"
PAGES = sorted([*PROJECT.glob("[A-Z]*.md"), *(PROJECT / "docs").rglob("*.md")])
ALERTS = PROJECT / "deploy" / "prometheus" / "alerts.yml"


def page_name(path: Path) -> str:
    """The path of a page below the project, as a test's id."""
    return str(path.relative_to(PROJECT))


def section(title: str) -> str:
    """The text below a heading of docs/operations.md, to the next one of its level or above."""
    text = OPERATIONS.read_text(encoding="utf-8")
    found = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^#{{1,2}} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"docs/operations.md has no section {title!r}"
    return found[2]


def rows(title: str) -> list[str]:
    """The rows of a section's tables, without their heads."""
    return [line for line in section(title).splitlines() if line.startswith("| `")]


def names(title: str) -> list[str]:
    """The first cell of each row of a section's tables, without its marks."""
    return [row.split("|")[1].strip().strip("`") for row in rows(title)]


def setting_rows() -> Iterable[str]:
    defaults = Settings()
    for setting in fields(Settings):
        default = getattr(defaults, setting.name)
        meaning = setting.metadata["meaning"]
        choices = f" ({', '.join(f'`{choice}`' for choice in setting.metadata['choices'])})" if setting.metadata["choices"] else ""
        yield f"| `{ENVIRONMENT_PREFIX}{setting.name.upper()}` | {f'`{default}`' if default != '' else 'empty'} | {meaning}{choices} |"


def topic_rows() -> Iterable[str]:
    settings = Settings()
    for topic in declared(regions=["<id>"], topics=["<id>"], partitions=settings.partitions, window_s=settings.copy_window):
        meaning = topic.meaning.replace("<", "\\<")
        yield f"| `{settings.topic(topic.name)}` | {topic.key} | {topic.partitions} | {topic.retention_ms // DAY_MS} days | {meaning} |"


def metric_names() -> Iterable[str]:
    """Each metric as docs/contract.md writes it: `news_records_total{stage,fate}`."""
    registry = Metrics().registry
    for collector in list(registry._collector_to_names):
        if isinstance(collector, MetricWrapperBase):
            name = collector._name + ("_total" if collector._type == "counter" else "")
            yield name + (f"{{{','.join(collector._labelnames)}}}" if collector._labelnames else "")


def alert_names() -> list[str]:
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    return [rule["alert"] for group in groups for rule in group["rules"]]


def test_each_setting_is_documented_with_its_default_and_meaning() -> None:
    assert rows("Settings") == list(setting_rows())


def test_each_topic_is_documented_with_key_partitions_and_retention() -> None:
    assert rows("Topics") == list(topic_rows())


def test_each_metric_is_documented_with_its_labels() -> None:
    assert sorted(names("Metrics")) == sorted(metric_names())


def test_each_metric_of_the_contract_exists_with_its_labels() -> None:
    promised = re.findall(r"`(news_\w+\{[\w,]+\})`", CONTRACT.read_text(encoding="utf-8"))
    assert len(promised) == 14
    assert set(promised) <= set(metric_names())


def test_the_contract_names_each_reason_of_a_dead_letter() -> None:
    (reasons,) = re.findall(r"Reasons: ((?:`[a-z-]+`(?:, )?)+)", CONTRACT.read_text(encoding="utf-8"))
    assert re.findall(r"`([a-z-]+)`", reasons) == [reason.value for reason in Reason]


def test_each_reason_of_a_dead_letter_is_documented() -> None:
    assert names("Dead letters") == [reason.value for reason in Reason]


def test_each_fate_of_a_character_is_documented() -> None:
    assert re.findall(r"`([a-z]+)`", section("Fates of characters")) == [fate.value for fate in Fate]


def test_each_dashboard_is_named_with_what_it_answers() -> None:
    boards = [json.loads(text) for text in dashboards().values()]
    assert rows("The stack") == [f"| `{board['title']}` | {board['description']} |" for board in boards]


def test_each_file_that_is_named_for_deploying_exists() -> None:
    named = re.findall(r"\b(?:deploy/[\w./-]+\w|docker-compose\.yml)", DEPLOY.read_text(encoding="utf-8"))
    assert len(named) > 5
    assert [name for name in named if not (PROJECT / name).exists()] == []


def test_each_alert_has_a_runbook_that_says_what_it_means_what_to_look_at_and_what_to_do() -> None:
    runbooks = re.split(r"^### ", section("Alarms"), flags=re.MULTILINE)[1:]
    assert [runbook.split("\n")[0] for runbook in runbooks] == alert_names()
    for runbook in runbooks:
        assert re.findall(r"^\*\*(.+?)\*\*", runbook, re.MULTILINE) == ["Means.", "Look at.", "Do."], runbook.split("\n")[0]


@pytest.mark.skipif(not README.exists(), reason="there is no README.md yet")
def test_each_command_is_named_in_the_readme() -> None:
    assert set(COMMANDS) - commands_in(README) == set()


@pytest.mark.parametrize("path", PAGES, ids=page_name)
def test_no_command_or_setting_is_named_that_does_not_exist(path: Path) -> None:
    settings = {ENVIRONMENT_PREFIX + setting.name.upper() for setting in fields(Settings)}
    assert commands_in(path) - set(COMMANDS) == set()
    assert set(re.findall(r"\bNEWS_[A-Z][A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8"))) - settings == set()


@pytest.mark.parametrize("path", PAGES, ids=page_name)
def test_no_option_is_shown_that_its_command_does_not_have(path: Path) -> None:
    assert [f"newsmill {words}" for words in code_of(path) if not has_its_options(words.split())] == []


def test_the_class_of_the_documentation_is_well_formed_and_its_examples_pass() -> None:
    (written,) = re.findall(r"```toml\n(.*?)```", CLASSES.read_text(encoding="utf-8"), re.DOTALL)
    assert check_examples(parse_classes({"fen.toml": written.encode()})) == []


def test_each_key_of_a_group_is_documented() -> None:
    text = CLASSES.read_text(encoding="utf-8")
    assert [
        setting.name
        for setting in fields(TermGroup)
        if setting.name not in ("name", "terms") and f"`{setting.name} = " not in text and f"\n{setting.name} = " not in text
    ] == []


def commands_in(path: Path) -> set[str]:
    """The words after `newsmill` where it is code."""
    return {words.split()[0] for words in code_of(path)}


def code_of(path: Path) -> Iterable[str]:
    """What follows `newsmill` up to the end of the command where it is code: in backticks, in fenced blocks and in indented ones."""
    fenced = False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            fenced = not fenced
        is_code = fenced or line.startswith("    ")
        for code in [line] if is_code else re.findall(r"`([^`]+)`", line):
            yield from re.findall(r"(?:^|[ /(])newsmill ([a-z][a-z-]*[^#|>);]*)", code)


def has_its_options(words: list[str]) -> bool:
    """Whether the command that these words name has each of their options."""
    command: click.Command | None = Commands().get_command(click.Context(newsmill), words[0])
    if isinstance(command, click.Group) and len(words) > 1:
        command = command.commands.get(words[1], command)
    known = {"--help"} | {option for parameter in command.params for option in parameter.opts} if command else set()
    return {word.partition("=")[0] for word in words if word.startswith("--")} <= known
