"""`streams/` is pure: it imports only what is listed here, opens no file, reads no clock and no environment."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
FILES = [pytest.param(path, id=str(path.relative_to(PROJECT))) for path in sorted((PROJECT / "streams").rglob("*.py"))]

STANDARD = "base64 binascii bisect codecs collections dataclasses datetime enum functools hashlib html io itertools json math operator re"
MORE = "csv email encodings statistics string struct tomllib types typing unicodedata zlib"
ALLOWED = frozenset({*STANDARD.split(), *MORE.split(), "ahocorasick_rs", "numpy", "orjson", "streams"})
# Modules that load the project's own data files, and the language model of a package.
LOADERS = {
    "streams/classify/class_set.py": {"importlib"},
    "streams/places/context.py": {"importlib"},
    "streams/places/gazetteer.py": {"importlib"},
    "streams/split/fields/ages.py": {"importlib"},
    "streams/split/fields/credits.py": {"importlib"},
    "streams/split/fields/language.py": {"fasttext", "importlib", "pathlib"},
    "streams/split/records/forwarded.py": {"importlib"},
    "streams/split/records/json_fields.py": {"importlib"},
    "streams/split/records/labelled_fields.py": {"importlib"},
    "streams/split/records/press_forms.py": {"importlib"},
    "streams/split/text/cohesion.py": {"importlib"},
    "streams/split/text/outlet_headings.py": {"importlib"},
    "streams/split/text/promotions.py": {"importlib"},
    "streams/split/text/shapes.py": {"importlib"},
}
IMPURE_BUILTINS = frozenset({"__import__", "breakpoint", "compile", "eval", "exec", "globals", "input", "open", "print"})
IMPURE_ATTRIBUTES = frozenset({"__builtins__", "__globals__", "environ", "import_module", "open_code", "system"})
CLOCKS = frozenset({"now", "today", "utcnow"})


@pytest.mark.parametrize("path", FILES)
def test_module_imports_only_what_is_allowed(path: Path) -> None:
    allowed = ALLOWED | LOADERS.get(str(path.relative_to(PROJECT)), set())
    assert {name.split(".")[0] for name in _imports(_tree(path))} <= allowed


@pytest.mark.parametrize("path", FILES)
def test_module_has_no_way_to_a_file_a_clock_or_another_import(path: Path) -> None:
    assert list(_impure(_tree(path))) == []


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("import subprocess", id="process"),
        pytest.param("from time import time", id="clock"),
        pytest.param("import os.path as p", id="environment"),
    ],
)
def test_an_import_that_is_not_listed_is_found(source: str) -> None:
    assert not {name.split(".")[0] for name in _imports(ast.parse(source))} <= ALLOWED


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("open('/etc/hosts')", id="file"),
        pytest.param("__import__('os').environ", id="environment by name"),
        pytest.param("from datetime import datetime as d\nd.now()", id="clock under another name"),
        pytest.param("import importlib\nimportlib.import_module('time')", id="import by name"),
        pytest.param("reader = open", id="function as a value"),
        pytest.param("clock = datetime.datetime.now", id="clock as a value"),
    ],
)
def test_an_impure_name_is_found(source: str) -> None:
    assert list(_impure(ast.parse(source)))


def test_whole_pipeline_loads_without_faust_and_kafka() -> None:
    program = "import sys, streams.pipeline, streams.local; print(sorted({'faust', 'aiokafka', 'mode', 'agents'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def _impure(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in IMPURE_BUILTINS:
            yield node.id
        elif isinstance(node, ast.Attribute) and node.attr in IMPURE_ATTRIBUTES:
            yield node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            yield node.func.attr
        elif isinstance(node, ast.Attribute) and node.attr in CLOCKS and ast.unparse(node.value).endswith(("date", "datetime")):
            yield node.attr
