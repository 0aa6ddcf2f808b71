"""ClassWatch: changed class files are taken when they are whole and their topics are there; else the old ones stay, and it shows."""

import asyncio
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from agents.classes import read_class_files
from agents.errors import UserError
from agents.worker.class_watch import ClassWatch
from agents.worker.metrics import Metrics
from streams.classify.class_set import ClassError, ClassSet, extra_files, parse_classes
from tests.agents.cli.test_classes import FEN


class Folder:
    """A folder of class files with a watch on it, and the class sets that topics were asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.write("fen", FEN)
        self.metrics = Metrics()
        self.prepared: list[str] = []
        self.obstacle: Exception | None = None
        self.watch = ClassWatch(path, parse_classes(read_class_files(path)), self.prepare, self.metrics)

    async def prepare(self, classes: ClassSet) -> None:
        assert self.watch.classes is not classes
        self.prepared.append(classes.hash)
        if self.obstacle is not None:
            raise self.obstacle

    def write(self, name: str, text: str) -> None:
        (self.path / f"{name}.toml").write_text(text, encoding="utf-8")

    @property
    def ids(self) -> list[str]:
        return [news_class.id for news_class in self.watch.classes.classes]

    @property
    def shown(self) -> dict[str, str]:
        lines = generate_latest(self.metrics.registry).decode().splitlines()
        return dict(line.rsplit(" ", 1) for line in lines if line.startswith("news_classes_"))

    def refused(self, reason: str) -> bool:
        return self.shown[f'news_classes_refused{{reason="{reason}"}}'] == "1.0"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


async def test_unchanged_files_are_not_read_into_classes_again(folder: Folder) -> None:
    classes = folder.watch.classes
    for _ in range(3):
        await folder.watch.poll()
    assert folder.watch.classes is classes
    assert folder.prepared == []
    assert folder.shown[f'news_classes_info{{hash="{classes.hash}"}}'] == "1.0"


async def test_changed_file_is_taken_once_two_looks_have_found_the_same(folder: Folder) -> None:
    before = folder.watch.classes.hash
    folder.write("moor", FEN.replace("fen", "moor"))
    await folder.watch.poll()
    assert folder.ids == ["fen"]
    folder.write("moor", FEN.replace("fen", "moor") + "# a second step\n")
    await folder.watch.poll()
    assert folder.ids == ["fen"]
    await folder.watch.poll()
    assert folder.ids == ["fen", "moor"]
    assert folder.prepared == [folder.watch.classes.hash]
    assert folder.shown == {
        f'news_classes_info{{hash="{folder.watch.classes.hash}"}}': "1.0",
        'news_classes_refused{reason="files"}': "0.0",
        'news_classes_refused{reason="topics"}': "0.0",
    }
    assert folder.watch.classes.hash != before


async def test_broken_file_is_refused_and_told_once_by_file_and_line(folder: Folder, caplog: pytest.LogCaptureFixture) -> None:
    classes = folder.watch.classes
    folder.write("fen", FEN.replace("0.95", "9"))
    for _ in range(4):
        await folder.watch.poll()
    assert folder.watch.classes is classes
    assert folder.prepared == []
    assert folder.refused("files")
    (told,) = caplog.messages
    assert "fen.toml:10: weight must be" in told
    assert "newsmill classes check" in told
    assert classes.hash in told


async def test_mended_file_ends_the_refusal(folder: Folder) -> None:
    folder.write("fen", FEN.replace("0.95", "9"))
    for _ in range(2):
        await folder.watch.poll()
    folder.write("fen", FEN.replace("0.95", "0.9"))
    for _ in range(2):
        await folder.watch.poll()
    assert folder.watch.classes.classes[0].groups[0].weight == 0.9
    assert not folder.refused("files")


async def test_file_that_goes_back_to_what_is_in_force_ends_the_refusal(folder: Folder) -> None:
    folder.write("fen", "id =")
    for _ in range(2):
        await folder.watch.poll()
    assert folder.refused("files")
    folder.write("fen", FEN)
    await folder.watch.poll()
    assert not folder.refused("files")


@pytest.mark.parametrize("broken", ["empty", "a folder of that name"])
async def test_files_that_can_not_be_read_leave_the_old_classes(folder: Folder, broken: str, caplog: pytest.LogCaptureFixture) -> None:
    (folder.path / "fen.toml").unlink()
    if broken != "empty":
        (folder.path / "fen.toml").mkdir()
    for _ in range(2):
        await folder.watch.poll()
    assert folder.ids == ["fen"]
    assert folder.refused("files")
    assert ("no *.toml file there" if broken == "empty" else "fen.toml: can't be read") in caplog.text


async def test_topics_that_can_not_be_created_leave_the_old_classes_until_they_can(
    folder: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    folder.write("moor", FEN.replace("fen", "moor"))
    folder.obstacle = UserError("no Kafka answers")
    for _ in range(4):
        await folder.watch.poll()
    assert folder.ids == ["fen"]
    assert folder.refused("topics")
    assert not folder.refused("files")
    assert len(caplog.messages) == 1
    folder.obstacle = None
    await folder.watch.poll()
    assert folder.ids == ["fen", "moor"]
    assert not folder.refused("topics")


async def test_swap_of_a_mounted_config_map_is_taken_as_one(tmp_path: Path) -> None:
    """Kubernetes links each file to ..data/NAME and ..data to a folder; a change swaps the one link."""
    mounted, old, new = tmp_path / "mounted", tmp_path / "old", tmp_path / "new"
    for path, weight in ((mounted, None), (old, "0.95"), (new, "0.8")):
        path.mkdir()
        if weight:
            (path / "fen.toml").write_text(FEN.replace("0.95", weight), encoding="utf-8")
    (mounted / "..data").symlink_to(old)
    (mounted / "fen.toml").symlink_to(Path("..data") / "fen.toml")
    watch = ClassWatch(mounted, parse_classes(read_class_files(mounted)), lambda _: asyncio.sleep(0), Metrics())
    (mounted / "..data_tmp").symlink_to(new)
    (mounted / "..data_tmp").replace(mounted / "..data")
    for _ in range(2):
        await watch.poll()
    assert watch.classes.classes[0].groups[0].weight == 0.8


def test_hidden_files_of_editors_do_not_count(folder: Folder) -> None:
    (folder.path / ".#fen.toml").symlink_to("nobody@nowhere")
    (folder.path / "._fen.toml").write_bytes(b"\0\5")
    assert list(read_class_files(folder.path)) == ["fen.toml"]
    (folder.path / "fen.toml").unlink()
    with pytest.raises(ClassError):
        read_class_files(folder.path)


async def test_extra_classes_stay_beside_a_folder_that_changes(tmp_path: Path) -> None:
    (tmp_path / "fen.toml").write_text(FEN, encoding="utf-8")
    extra = extra_files(["peru"])
    classes = parse_classes(read_class_files(tmp_path) | extra)
    watch = ClassWatch(tmp_path, classes, lambda _: asyncio.sleep(0), Metrics(), extra)
    await watch.poll()
    assert watch.classes is classes
    (tmp_path / "fen.toml").write_text(FEN.replace("0.95", "0.8"), encoding="utf-8")
    for _ in range(2):
        await watch.poll()
    assert [news_class.id for news_class in watch.classes.classes] == ["fen", "peru"]
    assert watch.classes.hash != classes.hash
