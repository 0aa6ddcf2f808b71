"""Refuse versions of aiokafka, Faust or mode that lack a private name which newsmill depends on."""

import dis
import importlib
import importlib.metadata
import re
from collections.abc import Iterator
from types import CodeType

from agents.errors import UserError
from agents.kafka.compat.names import PRIVATE_NAMES, REQUIREMENTS, PrivateName

_READ = frozenset({"LOAD_ATTR", "LOAD_METHOD"})
_STORED = frozenset({"STORE_ATTR"})


def check_compatibility() -> None:
    """Check that the installed libraries have each private name that newsmill uses.

    Connects to nothing: an instance attribute exists if a method of its class sets it, which the method's bytecode shows.

    Raises:
        UserError: names each library with its version, each missing name with its purpose, and in the last line what to install.
    """
    missing = [(private, problem) for private in PRIVATE_NAMES if (problem := _problem(private))]
    if not missing:
        return
    libraries = dict.fromkeys(_library(private) for private, _ in missing)
    lines = [f"{', '.join(map(installed, libraries))}: not compatible with this newsmill"]
    lines += [f"  {problem} (needed to {private.purpose})" for private, problem in missing]
    requirements = " ".join(f"'{REQUIREMENTS[library]}'" for library in libraries)
    raise UserError("\n".join((*lines, f"Install the versions that newsmill is tested with: pip install {requirements}")))


def installed(library: str) -> str:
    """Return the distribution and version of a library (a key of REQUIREMENTS), as "aiokafka 0.14.0"."""
    distribution = re.split(r"[^\w-]", REQUIREMENTS[library], maxsplit=1)[0]
    return f"{distribution} {importlib.metadata.version(distribution)}"


def _library(private: PrivateName) -> str:
    return private.owner.partition(".")[0]


def _problem(private: PrivateName) -> str:
    """Return why newsmill cannot use the name; empty if it can."""
    module, _, class_name = private.owner.partition(":")
    try:
        owner = getattr(importlib.import_module(module), class_name)
    except (ImportError, AttributeError):
        return f"{module}.{class_name} is missing"
    is_stored = any(_uses(code, private.name, _STORED) for codes in _methods(owner).values() for code in codes)
    if not hasattr(owner, private.name) and not is_stored:
        return f"{class_name}.{private.name} is missing"
    for reader in private.readers:
        if not any(_uses(code, private.name, _READ) for code in _methods(owner).get(reader, ())):
            return f"{class_name}.{private.name} is no longer read by {reader}()"
    return ""


def _methods(owner: type) -> dict[str, list[CodeType]]:
    """Return the code of each method of a class by name, those of its base classes included."""
    methods: dict[str, list[CodeType]] = {}
    for each in owner.__mro__:
        for name, value in vars(each).items():
            code = getattr(value, "__code__", None)
            if isinstance(code, CodeType):
                methods.setdefault(name, []).append(code)
    return methods


def _uses(code: CodeType, name: str, operations: frozenset[str]) -> bool:
    return any(
        name in each.co_names and any(step.argval == name and step.opname in operations for step in dis.get_instructions(each))
        for each in _nested(code)
    )


def _nested(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of a function and of the functions inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)
