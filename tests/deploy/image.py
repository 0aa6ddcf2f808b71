"""The steps of deploy/Dockerfile, run on this machine as they stand: the folders of the image are moved below a folder of the test."""

import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.deploy.files import PROJECT

DOCKERFILE = PROJECT / "deploy" / "Dockerfile"


def instructions() -> list[tuple[str, str]]:
    """Return each instruction with its words, lines that go on joined."""
    lines = [line for line in DOCKERFILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(name, words) for name, _, words in (line.partition(" ") for line in joined.splitlines() if line)]


@dataclass
class Image:
    """A build below `root`. Its python and pip are those of a new environment, as an image of Python has them."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    folder: str = "/"

    def __post_init__(self) -> None:
        own = self.root / "python"
        subprocess.run([sys.executable, "-m", "venv", str(own)], check=True)
        self.environment = {"PATH": f"{own}/bin:/usr/bin:/bin", "HOME": str(self.root)}

    def build(self) -> str:
        """Run the stage that installs; return the entry point of the last one."""
        stages = 0
        for name, words in instructions():
            stages += name == "FROM"
            if name == "ENTRYPOINT":
                return str(shlex.split(words.strip("[]"))[0])
            if name == "ENV":
                self._set(words)
            elif stages == 1 and name in ("RUN", "COPY", "WORKDIR"):
                {"RUN": self._run, "COPY": self._copy, "WORKDIR": self._work_in}[name](words)
        raise AssertionError("no ENTRYPOINT")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command with the environment of the image, and nothing else of this machine's."""
        return subprocess.run(command, cwd=self.root, env=self.environment, capture_output=True, text=True, timeout=120, check=False)

    def _set(self, words: str) -> None:
        for name, value in (pair.split("=", 1) for pair in words.split()):
            # Pip may keep its downloads here: the same bytes by their hashes, without loading 60 MB each time.
            if name != "PIP_NO_CACHE_DIR":
                self.environment[name] = self._moved(value).replace("$PATH", self.environment["PATH"])

    def _work_in(self, words: str) -> None:
        self.folder = words
        self._here().mkdir(parents=True, exist_ok=True)

    def _copy(self, words: str) -> None:
        *sources, target = words.split()
        for source in sources:
            if (PROJECT / source).is_dir():
                shutil.copytree(PROJECT / source, self._here() / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(PROJECT / source, self._here() / target)

    def _run(self, words: str) -> None:
        done = subprocess.run(
            ["sh", "-ec", self._moved(words)], cwd=self._here(), env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"

    def _here(self) -> Path:
        return self.root / self.folder.lstrip("/")

    def _moved(self, words: str) -> str:
        return re.sub(r"(?<![\w/])/(venv|build)\b", rf"{self.root}/\1", words)
