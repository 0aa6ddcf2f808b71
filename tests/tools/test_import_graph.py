"""The import graph: imports are found wherever they are, and cycles and upward imports among them."""

from pathlib import Path

import pytest

from tools.import_graph import broken_layers, cycles, import_graph


def test_imports_of_packages_modules_and_names_are_found_inside_functions_too(tmp_path: Path) -> None:
    for folder in ("streams/split", "agents"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "__init__.py").write_text('"""Imports nothing."""\n')
    (tmp_path / "streams" / "times.py").write_text("import json\n\nDAY_S = 86_400\n")
    (tmp_path / "streams" / "split" / "text.py").write_text("from streams.times import DAY_S\n")
    (tmp_path / "agents" / "app.py").write_text("import streams.times\n\ndef late() -> None:\n    from streams.split import text\n")
    assert import_graph(tmp_path) == {
        "streams.times": frozenset(),
        "streams.split.text": {"streams.times"},
        "agents.app": {"streams.times", "streams.split.text"},
    }


def test_relative_import_is_refused_and_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "streams").mkdir()
    (tmp_path / "streams" / "times.py").write_text("\nfrom . import errors\n")
    with pytest.raises(ValueError, match="line 2: a relative import"):
        import_graph(tmp_path)


def test_cycle_is_found_with_all_its_modules_and_once() -> None:
    graph = {"a": ["b"], "b": ["c"], "c": ["a", "d"], "d": ["e"], "e": []}
    assert cycles(graph) == [("a", "b", "c")]


@pytest.mark.parametrize(
    ("module", "target"),
    [
        ("streams.times", "agents.settings"),
        ("streams.classify.score", "streams.pipeline"),
        ("streams.messages.codec", "streams.local"),
        ("streams.split.fields.ages", "streams.split.text.lines"),
        ("streams.split.fields.ages", "streams.split.html.tree"),
        ("streams.split.text.split", "streams.split.html.split"),
        ("agents.log", "agents.settings"),
        ("agents.kafka.compat.check", "agents.kafka.connect"),
        ("agents.kafka.connect", "agents.worker.runner"),
        ("agents.inputs.warc", "agents.local_kafka.broker"),
        ("agents.worker.app", "agents.split"),
        ("agents.worker.health", "agents.web.server"),
        ("agents.worker.health", "agents.client.send"),
        ("agents.worker.health", "agents.terminal.output"),
        ("agents.terminal.output", "agents.client.send"),
        ("agents.web.server", "agents.service"),
        ("agents.service", "agents.cli.main"),
    ],
)
def test_import_against_the_layers_is_found(module: str, target: str) -> None:
    assert broken_layers({module: [target], target: []}) == [f"{module} imports {target}"]


@pytest.mark.parametrize(
    ("module", "target"),
    [
        ("streams.split", "streams.split.html.split"),
        ("streams.split.html.split", "streams.split.text.split"),
        ("agents.worker.app", "agents.worker.runner"),
        ("agents.web.topic_reader", "agents.terminal.explain"),
        ("agents.web.topic_reader", "agents.worker.health"),
        ("agents.split", "streams.pipeline"),
        ("agents.cli.worker", "agents.service"),
    ],
)
def test_import_of_the_same_unit_or_a_lower_layer_is_allowed(module: str, target: str) -> None:
    assert broken_layers({module: [target], target: []}) == []


def test_module_without_a_layer_is_found() -> None:
    assert broken_layers({"agents.helpers": []}) == ["agents.helpers: belongs to no layer"]
