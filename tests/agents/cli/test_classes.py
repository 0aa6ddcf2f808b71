"""`newsmill classes` and `newsmill doctor` without a broker."""

from dataclasses import fields
from pathlib import Path

import click
import pytest

from agents.kafka.topics import declared_topics
from agents.settings import Settings
from agents.terminal.show import show_changes
from streams.classify.diff import LabelChange
from streams.records import Label
from tests.command import newsmill

FEN = """\
id = "fen"
kind = "region"
name = "The Fen"
counts = "mention"

[standard]
wikidata = "Q1"

[[terms]]
weight = 0.95
any = ["Fenland"]

[[examples]]
expect = "about"
title = "Fenland buys a second ferry"
body = "The council of Fenland voted for the ferry on Monday, and Fenland will pay for it."
"""
NO_BROKER = {"NEWS_BROKERS": "127.0.0.1:1"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "fen.toml").write_text(FEN, encoding="utf-8")
    return tmp_path


def test_list_shows_the_built_in_classes() -> None:
    ran = newsmill("classes", "list")
    assert [line.split()[:2] for line in ran.out.decode().splitlines()] == [
        ["chile", "region"],
        ["miami", "region"],
        ["mining", "topic"],
        ["venezuela", "region"],
    ]


def test_folder_overrides_the_setting_and_the_setting_the_built_in_classes(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "moor.toml").write_text(FEN.replace("fen", "moor"), encoding="utf-8")
    env = {"NEWS_CLASSES": str(folder)}
    assert newsmill("classes", "list", env=env).out == b"fen              region  The Fen              mention     wikidata=Q1\n"
    assert newsmill("classes", "list", str(other), env=env).out.startswith(b"moor")


def test_check_reports_every_mistake_by_file_and_line(folder: Path) -> None:
    (folder / "fen.toml").write_text(FEN.replace('kind = "region"', 'kind = "place"').replace("0.95", "7"), encoding="utf-8")
    ran = newsmill("classes", "check", str(folder))
    assert ran.status == 1
    assert "fen.toml:2: kind must be" in ran.notes
    assert "weight must be above 0" in ran.notes
    assert ran.notes.startswith(f"newsmill: {folder}: ")


def test_check_of_valid_files_succeeds(folder: Path) -> None:
    ran = newsmill("classes", "check", str(folder))
    assert ran.status == 0
    assert ran.out.startswith(b"1 classes are valid")


def test_test_passes_if_all_examples_have_their_expected_label(folder: Path) -> None:
    ran = newsmill("classes", "test", str(folder))
    assert (ran.status, ran.out) == (0, b"1 examples of 1 classes pass\n")


def test_test_reports_the_failed_example(folder: Path) -> None:
    (folder / "fen.toml").write_text(FEN.replace('"about"', '"none"'), encoding="utf-8")
    ran = newsmill("classes", "test", str(folder))
    assert ran.status == 1
    assert "1 of 1 examples fail" in ran.notes
    assert "fen.toml:13: expected none, got about" in ran.notes


@pytest.mark.slow
def test_the_examples_of_the_built_in_classes_pass() -> None:
    assert newsmill("classes", "test").status == 0


MOOR = FEN.replace("fen", "moor").replace("Fenland", "Moorland").replace("The Fen", "The Moor")


@pytest.fixture
def changed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another folder: Moorland is added, Fenland is a hint only."""
    path = tmp_path_factory.mktemp("changed")
    (path / "fen.toml").write_text(FEN.replace("0.95", "0.3"), encoding="utf-8")
    (path / "moor.toml").write_text(MOOR, encoding="utf-8")
    return path


def test_diff_without_paths_compares_the_examples_of_both_and_exits_1_on_changes(folder: Path, changed: Path) -> None:
    ran = newsmill("classes", "diff", str(folder), str(changed))
    assert ran.status == 1
    assert [(line["name"], line["id"]) for line in ran.lines] == [("fen.toml:13", None), ("moor.toml:13", None)]
    (lost,), (gained,) = (line["changes"] for line in ran.lines)
    assert (lost["id"], lost["what"], lost["new"]) == ("fen", "lost", None)
    assert (gained["id"], gained["what"], gained["old"]) == ("moor", "gained", None)
    assert {evidence["text"] for evidence in gained["new"]["evidence"]} == {"Moorland"}
    assert "2 of 2 texts change labels (fen lost: 1, moor gained: 1)" in ran.notes


def test_diff_of_equal_classes_exits_0_and_prints_nothing(folder: Path) -> None:
    ran = newsmill("classes", "diff", str(folder), str(folder))
    assert (ran.status, ran.out) == (0, b"")
    assert "0 of 1 texts change labels" in ran.notes


def test_diff_of_dumps_has_the_event_ids_of_process(folder: Path, changed: Path, tmp_path: Path) -> None:
    (page := tmp_path / "page.txt").write_text(
        "A ferry is bought\nThe council of Moorland voted for the ferry on Monday, and will pay for it.", encoding="utf-8"
    )
    (tmp_path / "picture.png").write_bytes(b"x")
    (tmp_path / "empty.txt").write_bytes(b"")
    (event,) = (line["value"] for line in newsmill("process", str(page)).lines)
    ran = newsmill("classes", "diff", str(folder), str(changed), str(page), str(tmp_path / "picture.png"), str(tmp_path / "empty.txt"))
    (line,) = ran.lines
    assert (line["name"], line["id"], line["title"]) == (str(page), event["id"], "A ferry is bought")
    assert [(change["id"], change["what"]) for change in line["changes"]] == [("moor", "gained")]
    assert "picture.png: refused" in ran.notes
    assert "empty.txt: refused: became a dead letter" in ran.notes


@pytest.mark.parametrize("place", [0, 1])
def test_diff_of_invalid_files_reports_the_mistake_only(folder: Path, changed: Path, place: int) -> None:
    (changed / "fen.toml").write_text("id = 3", encoding="utf-8")
    folders = [str(folder), str(folder)]
    folders[place] = str(changed)
    ran = newsmill("classes", "diff", *folders)
    assert (ran.status, ran.out) == (1, b"")
    assert "fen.toml:1: id must be" in ran.notes


@pytest.mark.slow
def test_diff_accepts_built_in_and_refuses_a_missing_folder(folder: Path) -> None:
    assert newsmill("classes", "diff", "built-in", "built-in").status == 0
    assert "nowhere: no such folder" in newsmill("classes", "diff", "nowhere", str(folder)).notes


def test_change_is_shown_with_the_label_before_and_after() -> None:
    labels = [Label(id="fen", name="The Fen", score=0.9, about=about, evidence=()) for about in (False, True)]
    shown = show_changes("page.txt", "A ferry\x1b[2J", [LabelChange(id="fen", what="about", old=labels[0], new=labels[1])])
    assert "was The Fen mentioned 0.90; is The Fen about 0.90" in click.unstyle(shown)
    assert "\x1b[2J" not in shown


@pytest.mark.slow
def test_doctor_lists_every_setting_and_hides_secrets() -> None:
    shown = newsmill("doctor", env=NO_BROKER | {"NEWS_SASL_PASSWORD": "geheim", "NEWS_PARTITIONS": "4"}).out.decode()
    for setting in fields(Settings):
        assert f"NEWS_{setting.name.upper()} " in shown
    assert "NEWS_PARTITIONS           4 [default: 6]" in shown
    assert "geheim" not in shown


@pytest.mark.slow
def test_doctor_reports_that_no_broker_answers_with_advice() -> None:
    ran = newsmill("doctor", env=NO_BROKER)
    assert ran.status == 1
    assert "problem  broker    no Kafka answers at 127.0.0.1:1 (PLAINTEXT)\n" in ran.out.decode()
    assert "newsmill kafka" in ran.out.decode()
    assert "1 problem found" in ran.out.decode()


def test_doctor_reports_invalid_class_files(folder: Path) -> None:
    (folder / "fen.toml").write_text("id = 3", encoding="utf-8")
    shown = newsmill("doctor", env=NO_BROKER | {"NEWS_CLASSES": str(folder)}).out.decode()
    assert "problem  classes" in shown
    assert "fen.toml:1: kind must be" in shown


def test_unknown_setting_is_refused_with_a_suggestion() -> None:
    ran = newsmill("classes", "list", env={"NEWS_CLASES": "x"})
    assert ran.status == 1
    assert "did you mean NEWS_CLASSES?" in ran.notes


@pytest.mark.slow
def test_extra_classes_are_listed_checked_and_tested_and_disabled_ones_named() -> None:
    ran = newsmill("classes", "list", env={"NEWS_EXTRA_CLASSES": "countries, energy"})
    ids = [line.split()[0] for line in ran.out.decode().splitlines()]
    assert len(ids) == 4 + 34 + 1
    assert {"argentina", "spain", "chile", "energy"} <= set(ids)
    assert ran.notes == "newsmill: off (topics, see NEWS_EXTRA_CLASSES): crime, migration, trade, weather\n"
    assert newsmill("classes", "check", env={"NEWS_EXTRA_CLASSES": "all"}).out.startswith(b"43 classes are valid")
    assert newsmill("classes", "test", env={"NEWS_EXTRA_CLASSES": "trade"}).out.endswith(b"of 5 classes pass\n")


def test_extra_classes_are_added_to_those_of_a_folder(folder: Path) -> None:
    env = {"NEWS_CLASSES": str(folder), "NEWS_EXTRA_CLASSES": "peru"}
    assert [line.split()[0] for line in newsmill("classes", "list", env=env).out.decode().splitlines()] == ["fen", "peru"]


@pytest.mark.slow
def test_class_of_a_folder_takes_the_place_of_a_shipped_one_with_its_id(folder: Path) -> None:
    (folder / "mine.toml").write_text(FEN.replace('"fen"', '"chile"'), encoding="utf-8")
    env = {"NEWS_CLASSES": str(folder), "NEWS_EXTRA_CLASSES": "built-in"}
    lines = newsmill("classes", "list", env=env).out.decode().splitlines()
    assert [line.split()[0] for line in lines] == ["chile", "fen", "miami", "mining", "venezuela"]
    assert "The Fen" in lines[0]


def test_unknown_extra_class_is_refused_with_the_known_ones() -> None:
    ran = newsmill("classes", "list", env={"NEWS_EXTRA_CLASSES": "atlantis"})
    assert ran.status == 1
    assert "NEWS_EXTRA_CLASSES='atlantis': 'atlantis' is none of: all, built-in, countries, topics, chile, miami, " in ran.notes


@pytest.mark.slow
def test_each_extra_class_has_its_topic_declared() -> None:
    names = {topic.name for topic in declared_topics(Settings(extra_classes="countries,crime"))}
    assert {"region.argentina", "region.spain", "region.chile", "topic.crime", "topic.mining"} <= names
    assert "topic.trade" not in names


def test_diff_from_kafka_takes_no_pages_and_says_that_no_broker_answers(folder: Path) -> None:
    arguments = ("classes", "diff", "built-in", str(folder), "--from-kafka", "--since", "36h")
    assert newsmill(*arguments, "page.txt").status == 2
    ran = newsmill(*arguments, env=NO_BROKER)
    assert ran.status == 1
    assert "no Kafka answers at 127.0.0.1:1" in ran.notes


@pytest.mark.slow
@pytest.mark.parametrize("since", ["7d", "24h", "2025-08-02T12:00:00Z"])
def test_backfill_of_an_unknown_class_is_refused_before_kafka_is_asked(since: str) -> None:
    ran = newsmill("classes", "backfill", "fen", "--since", since, env=NO_BROKER)
    assert ran.status == 1
    assert "no class 'fen'; there are: chile, miami, mining, venezuela" in ran.notes


def test_since_is_a_duration_or_a_time() -> None:
    assert newsmill("classes", "backfill", "fen", "--since", "yesterday").status == 2
