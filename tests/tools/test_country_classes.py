"""The generated class files equal the output of the generator; skipped without its packages in their versions."""

import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from streams.classify.class_set import shipped_files
from tools.demonyms import forms

ROOT = Path(__file__).parent.parent.parent


def missing() -> list[str]:
    """Return the packages of the group `countries` that are not installed in the version it names."""
    group = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]["countries"]
    return [package for package in group if not is_installed(*package.split("=="))]


def is_installed(name: str, wanted: str) -> bool:
    try:
        return version(name) == wanted
    except PackageNotFoundError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(bool(missing()), reason=f"pip install --group countries: {', '.join(missing())}")
def test_generated_files_equal_the_output_of_the_generator(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "tools.country_classes", str(tmp_path)], cwd=ROOT, check=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == shipped_files("countries")


@pytest.mark.parametrize(
    ("word", "language", "expected"),
    [
        ("peruano", "es", ("peruano", "peruana", "peruanos", "peruanas")),
        ("=canadiense", "es", ("canadiense",)),
        ("péruvien", "fr", ("péruvien", "péruvienne", "péruviens", "péruviennes")),
        ("québécois", "fr", ("québécois", "québécoise", "québécoises")),
        ("guatemalteco", "it", ("guatemalteco", "guatemalteca", "guatemaltechi", "guatemalteche")),
        ("kubanisch", "de", ("kubanisch", "kubanische", "kubanischen", "kubanischer", "kubanisches", "kubanischem")),
        ("Cuban", "en", ("Cuban", "Cubans")),
    ],
)
def test_demonym_gets_the_forms_of_its_language(word: str, language: str, expected: tuple[str, ...]) -> None:
    assert forms(word, language) == expected
