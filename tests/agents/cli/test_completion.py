"""`newsmill completion`: its script, and the completions that a shell offers."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agents.cli.main import COMMANDS
from tests.command import newsmill

pytestmark = pytest.mark.slow

# A shell without its user's files, that reads what is printed and completes a line.
BASH = """
eval "$(newsmill completion bash)"
COMP_WORDS=({words}) COMP_CWORD={last}
_newsmill_completion newsmill
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def offered(*words: str) -> list[str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    script = BASH.format(words=" ".join(("newsmill", *(f"'{word}'" for word in words))), last=len(words))
    done = subprocess.run(["bash", "--norc", "-c", script], env={"PATH": path}, capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param([""], list(COMMANDS), id="commands"),
        pytest.param(["dead-letters", "re"], ["replay"], id="commands-of-a-command"),
        pytest.param(["subscribe", "--co"], ["--country", "--copies"], id="options"),
        pytest.param(["subscribe", "--format", ""], ["pretty", "jsonl", "csv", "ninjs"], id="values"),
    ],
)
def test_bash_completes_commands_and_options(words: list[str], expected: list[str]) -> None:
    assert offered(*words) == expected


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_own_script(shell: str) -> None:
    ran = newsmill("completion", shell)
    assert (ran.status, ran.notes) == (0, "")
    assert f"_NEWSMILL_COMPLETE={shell}_complete".encode() in ran.out
