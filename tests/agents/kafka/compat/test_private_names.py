"""Private names of libraries are used in agents/kafka/compat only, and each is in its table."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType

import pytest

from agents.kafka.compat.names import PRIVATE_NAMES, PrivateName

ROOT = Path(__file__).parents[4]
COMPAT = ROOT / "agents" / "kafka" / "compat"
OUTSIDE = [path for path in sorted((ROOT / "agents").rglob("*.py")) if COMPAT not in path.parents]
INSIDE = [path for path in sorted(COMPAT.glob("*.py")) if path.name not in {"names.py", "check.py"}]
LIBRARIES = ("aiokafka", "faust", "mode")
STANDARD = {"os._exit"}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def foreign_names(tree: ast.AST) -> set[str]:
    """Return the private attributes that a module uses and does not define, such as those of a library's objects or base classes."""
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and is_private(node.attr)]
    of_self = [node for node in attributes if isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}]
    defined = {node.attr for node in of_self if isinstance(node.ctx, ast.Store)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            defined |= {member.name for member in node.body if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef)}
            defined |= {
                member.target.id for member in node.body if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name)
            }
    foreign = {ast.unparse(node) for node in attributes if node not in of_self or node.attr not in defined}
    return {name.rpartition(".")[2] for name in foreign - STANDARD}


def overridden_names(path: Path) -> Iterator[str]:
    """Yield the private names that classes of a module override in a base class of a library."""
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for _, owner in inspect.getmembers(module, inspect.isclass):
        if owner.__module__ == module.__name__:
            bases = [base for base in owner.__mro__ if base.__module__.partition(".")[0] in LIBRARIES]
            names = [name for name, value in vars(owner).items() if is_private(name) and isinstance(value, FunctionType | property)]
            yield from (name for name in names if any(name in vars(base) for base in bases))


def id_of(path: Path) -> str:
    return str(path.relative_to(ROOT / "agents"))


@pytest.mark.parametrize("path", OUTSIDE, ids=id_of)
def test_no_module_outside_compat_uses_a_private_name_of_another(path: Path) -> None:
    assert foreign_names(ast.parse(path.read_text())) == set()


@pytest.mark.parametrize("path", [path for path in OUTSIDE if any(f" {library}" in path.read_text() for library in LIBRARIES)], ids=id_of)
def test_no_module_outside_compat_overrides_a_private_name(path: Path) -> None:
    assert set(overridden_names(path)) == set()


def test_table_has_each_private_name_that_compat_uses_and_no_other() -> None:
    used = {name for path in INSIDE for name in (*foreign_names(ast.parse(path.read_text())), *overridden_names(path))}
    assert used == {private.name for private in PRIVATE_NAMES if is_private(private.name)}


@pytest.mark.parametrize("private", [private for private in PRIVATE_NAMES if not is_private(private.name)], ids=lambda each: each.name)
def test_public_name_in_the_table_is_used_in_compat(private: PrivateName) -> None:
    assert any(private.name in path.read_text() for path in INSIDE)
