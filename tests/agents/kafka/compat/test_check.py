"""A private name that a library renames is refused at start, with the library, its version, the purpose, and what to install."""

import importlib
import importlib.metadata
import tomllib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from click.testing import CliRunner

from agents.cli import worker
from agents.client.diagnose import Finding, diagnose
from agents.errors import UserError
from agents.kafka.compat.check import check_compatibility, installed
from agents.kafka.compat.names import PRIVATE_NAMES, REQUIREMENTS, PrivateName
from agents.settings import Settings

ROOT = Path(__file__).parents[4]
EACH = [pytest.param(private, id=f"{private.owner.partition(':')[2]}.{private.name}") for private in PRIVATE_NAMES]
EACH_READER = [
    pytest.param(private, reader, id=f"{private.owner.partition(':')[2]}.{private.name} in {reader}")
    for private in PRIVATE_NAMES
    for reader in private.readers
]
OWNERS = sorted({private.owner for private in PRIVATE_NAMES})


def owner_of(private: PrivateName) -> type:
    module, _, class_name = private.owner.partition(":")
    owner = getattr(importlib.import_module(module), class_name)
    assert isinstance(owner, type)
    return owner


def functions(owner: type, name: str = "") -> Iterator[FunctionType]:
    """Yield the methods of a class and its bases, or only those named `name`."""
    for each in owner.__mro__[:-1]:
        yield from (value for key, value in vars(each).items() if isinstance(value, FunctionType) and name in ("", key))


def renamed(code: CodeType, name: str) -> CodeType:
    """Return a function's code as it would be compiled after a rename."""
    constants = tuple(renamed(constant, name) if isinstance(constant, CodeType) else constant for constant in code.co_consts)
    return code.replace(co_names=tuple("_renamed" if each == name else each for each in code.co_names), co_consts=constants)


def rename(owner: type, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rename a method or attribute in a library's class, in its definition and wherever its class uses it."""
    for function in functions(owner):
        monkeypatch.setattr(function, "__code__", renamed(function.__code__, name))
    for each in owner.__mro__[:-1]:
        if name in vars(each):
            monkeypatch.setattr(each, "_renamed", vars(each)[name], raising=False)
            monkeypatch.delattr(each, name)


def refusal() -> str:
    with pytest.raises(UserError) as refused:
        check_compatibility()
    return str(refused.value)


def test_installed_libraries_are_compatible() -> None:
    check_compatibility()


@pytest.mark.parametrize("private", EACH)
def test_renamed_name_is_refused(private: PrivateName, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = owner_of(private)
    rename(owner, private.name, monkeypatch)
    library = private.owner.partition(".")[0]
    first, *rest = refusal().splitlines()
    assert first == f"{installed(library)}: not compatible with this newsmill"
    assert f"  {owner.__name__}.{private.name} is missing (needed to {private.purpose})" in rest
    assert rest[-1].endswith(f"pip install '{REQUIREMENTS[library]}'")


@pytest.mark.parametrize(("private", "reader"), EACH_READER)
def test_name_that_the_library_no_longer_reads_is_refused(private: PrivateName, reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = owner_of(private)
    for function in functions(owner, reader):
        monkeypatch.setattr(function, "__code__", renamed(function.__code__, private.name))
    assert f"{owner.__name__}.{private.name} is no longer read by {reader}()" in refusal()


@pytest.mark.parametrize("owner", OWNERS)
def test_missing_class_is_refused(owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, _, class_name = owner.partition(":")
    monkeypatch.delattr(importlib.import_module(module), class_name)
    assert f"{module}.{class_name} is missing" in refusal()


def test_missing_module_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_module(name: str) -> object:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", no_module)
    assert refusal().count("is missing") == len(PRIVATE_NAMES)


def test_refusal_names_each_library_once_with_its_installed_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _: "99.1")
    for private in PRIVATE_NAMES:
        if private.name in {"_sender", "_thread"} or private.owner.startswith("mode"):
            rename(owner_of(private), private.name, monkeypatch)
    lines = refusal().splitlines()
    assert lines[0] == "aiokafka 99.1, faust-streaming 99.1, mode-streaming 99.1: not compatible with this newsmill"
    assert lines[-1].endswith("pip install " + " ".join(f"'{requirement}'" for requirement in REQUIREMENTS.values()))


def test_worker_refuses_to_start_with_an_incompatible_library(monkeypatch: pytest.MonkeyPatch) -> None:
    rename(owner_of(PRIVATE_NAMES[0]), PRIVATE_NAMES[0].name, monkeypatch)
    result = CliRunner().invoke(worker.command, obj=Settings())
    assert isinstance(result.exception, UserError)
    assert PRIVATE_NAMES[0].name in str(result.exception)


@pytest.mark.slow
async def test_doctor_reports_an_incompatible_library_and_the_versions_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [finding.advice async for finding in _until_clients()] == [""]
    rename(owner_of(PRIVATE_NAMES[0]), PRIVATE_NAMES[0].name, monkeypatch)
    (finding,) = [finding async for finding in _until_clients()]
    assert PRIVATE_NAMES[0].name in finding.state
    assert "pip install" in finding.advice


async def _until_clients() -> AsyncIterator[Finding]:
    """Yield the finding about Kafka's clients, without going on to those that need a broker."""
    async for finding in diagnose(Settings()):
        if finding.subject == "clients":
            yield finding
            return


def test_names_that_newsmill_sets_or_overrides_are_checked_for_a_reader() -> None:
    """Without a reader, a rename of these would fail nowhere: the library would ignore what newsmill set."""
    assert {private.name for private in PRIVATE_NAMES if private.readers} == {
        *(
            "_isolation_level",
            "_fetch_max_bytes",
            "_get_actions_per_node",
            "_records",
            "_partition_records",
            "_do_txn_offset_commit",
            "create_request",
            "handle_response",
        ),
        *("_request_timeout_ms", "_get_conn", "get_random_node", "send", "_request_timeout", "_push_error_to_user"),
        *("_producer_type", "_new_consumer_thread", "_create_worker_consumer", "_schedule_shutdown", "_sentinel_task"),
    }


def test_requirements_are_those_of_the_package() -> None:
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert set(REQUIREMENTS.values()) <= set(dependencies)
