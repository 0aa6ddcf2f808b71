"""The image: built of files that exist, by hash, for nobody in particular."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.deploy.files import PROJECT, SERVICES
from tests.deploy.image import DOCKERFILE, Image


def test_the_image_is_built_of_files_that_exist_and_that_docker_is_given() -> None:
    dockerfile = (PROJECT / SERVICES["topics"]["build"]["dockerfile"]).read_text(encoding="utf-8")
    copied = {name for names in re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE) for name in names.split()}
    ignored = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line.removeprefix("!") for line in ignored if line.startswith("!")} == copied
    assert {name for name in copied if not (PROJECT / name).exists()} == set()
    assert re.search(r"^setuptools==", (PROJECT / "requirements-dev.lock").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_image_installs_by_hash_and_runs_newsmill_as_nobody_in_particular() -> None:
    dockerfile = (PROJECT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    last = dockerfile.rpartition("\nFROM ")[2]
    scripts = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    for command in re.findall(r"pip (?:install|wheel) .*", dockerfile):
        assert "--require-hashes" in command or "--no-deps" in command
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", last, re.MULTILINE)
    assert re.search(r'^ENTRYPOINT \["newsmill"\]$', last, re.MULTILINE)
    assert "newsmill" in scripts


@pytest.mark.slow
def test_the_steps_of_the_image_make_a_newsmill_that_works_without_the_project(tmp_path: Path) -> None:
    image = Image(tmp_path)
    newsmill = image.build()
    page = tmp_path / "page.txt"
    page.write_text(
        "Copper mine in Chile opens\nThe copper mine in northern Chile opened on Monday after a strike of nine days.", encoding="utf-8"
    )
    found = image.run(newsmill, "process", str(page))
    [event] = [json.loads(line)["value"] for line in found.stdout.splitlines() if json.loads(line)["topic"] == "news.events"]
    assert (event["language"], [region["id"] for region in event["regions"]]) == ("en", ["chile"]), found.stderr
    assert "pip install 'newsmill[local]'" in image.run(newsmill, "kafka").stderr
    assert image.run("which", newsmill).stdout.strip() == f"{tmp_path}/venv/bin/newsmill"


@pytest.mark.slow
@pytest.mark.parametrize(("machine", "built_from_source"), [("x86_64", []), ("aarch64", ["faust-streaming"])], ids=["x86_64", "aarch64"])
def test_every_package_of_the_image_is_there_without_a_compiler(tmp_path: Path, machine: str, built_from_source: list[str]) -> None:
    """The slim image has none. Faust has no wheel for Linux on ARM; its source installs without a compiler too, as pure Python."""
    version = re.search(r"^FROM python:(\d+\.\d+)-slim$", DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE)
    assert version
    entries = re.findall(r"^\w.*?(?=^\w|\Z)", (PROJECT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    wanted = [entry for entry in entries if entry.partition("==")[0] not in built_from_source]
    assert len(entries) - len(wanted) == len(built_from_source)
    (tmp_path / "lock").write_text("".join(wanted), encoding="utf-8")
    tags = [f"--platform=manylinux{tag}_{machine}" for tag in ("2014", "_2_17", "_2_28")]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"]
    command += ["--require-hashes", f"--requirement={tmp_path}/lock", f"--python-version={version[1]}", f"--dest={tmp_path}", *tags]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
