"""No dump opens a file, a connection or a process, whatever it and its headers name; nothing of ours unpickles."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[3]
PROGRAM = """
import sys
import numpy.ma  # which numpy loads with its first `unique`
from streams.deduplicate.index import CopyConfig
from streams.local import Processor
from streams.records import Incoming
from tests.deliveries import config
from tests.streams.split.test_no_way_out import DUMPS

processor = Processor(config("news"), CopyConfig(), now=0)
made = []

def take(value, headers):
    made.extend(processor.process(Incoming(topic="news.dumps", key=b"../../../tmp/key", value=value, headers=headers)))

for value, headers in DUMPS:  # what is loaded with the first of each kind, is
    take(value, headers)
WATCHED = ("open", "os.", "socket.", "subprocess.", "shutil.", "urllib.", "ctypes.", "exec", "import", "pickle.", "tempfile.")

def refuse(event, arguments):
    if event.startswith(WATCHED):
        print("REACHED", event, arguments)

sys.addaudithook(refuse)
for value, headers in DUMPS:
    take(value + b" once more", headers)
print(len(made))
"""
UNSAFE = {"pickle", "marshal", "shelve", "eval", "exec"}
PLACES = ("../../../../etc/passwd", "file:///etc/passwd", "/proc/self/environ", "http://127.0.0.1:1/", "\\\\server\\share", "a\0b", "|id")
TEXT = "The ferry company opened a plan for the library after the storm, and the neighbours of {0} were asked what they thought of it."
HTML = (
    '<html><head><base href="{0}"><link rel=stylesheet href="{0}"><script src="{0}"></script></head><body><img src="{0}">'
    f'<iframe src="{{0}}"></iframe><article><h1>A headline</h1><p>{TEXT}</p></article></body></html>'
)
XML = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "{0}">]><html><body><p>&x; ' + TEXT + "</p></body></html>"
DUMPS = [
    (form.format(place).encode(), (("source-url", place.encode()), ("content-type", kind.encode())))
    for place in PLACES
    for form, kind in ((TEXT, "text/plain"), (HTML, "text/html"), (XML, "text/html"), (TEXT, f"text/plain; charset={place}"))
]


def test_dumps_that_name_files_and_addresses_reach_none_of_them() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert "REACHED" not in done.stdout
    assert int(done.stdout) > len(PLACES)


# The pipe between a worker and its own sandbox process, which nothing else can write to.
OWN_PIPE = {"sandbox.py: pickle"}


@pytest.mark.parametrize("folder", ["streams", "agents"])
def test_nothing_runs_code_out_of_bytes(folder: str) -> None:
    found = []
    for path in sorted((PROJECT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [node.func.id] if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else []
            found += [f"{path.name}: {name}" for name in names if name.split(".")[0] in UNSAFE]
    assert set(found) <= OWN_PIPE
