"""The image: built of files that exist, by hash, for nobody in particular."""

import re
import tomllib

from tests.deploy.files import PROJECT, SERVICES


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
