"""The class files that the settings name, or the built-in ones."""

from pathlib import Path

from agents.settings import Settings, SettingsError
from streams.classes import ClassError, ClassSet, builtin_classes, parse_classes


def load_classes(settings: Settings) -> ClassSet:
    """Return the classes to label with.

    Raises:
        SettingsError: where the folder of NEWS_CLASSES holds no class file, or one with mistakes; the text names each of them.
    """
    if not settings.classes:
        return builtin_classes()
    try:
        return parse_classes(read_class_files(Path(settings.classes)))
    except ClassError as error:
        raise SettingsError(f"NEWS_CLASSES={settings.classes!r}: {error}") from error


def read_class_files(folder: Path) -> dict[str, bytes]:
    """Return name -> content of each `.toml` file of a folder; hidden ones, which editors and file servers leave there, don't count.

    Raises:
        ClassError: there is none, or one can't be read.
    """
    try:
        files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.toml")) if not path.name.startswith(".")}
    except OSError as error:
        raise ClassError([f"{error.filename}: can't be read: {error.strerror}"]) from error
    if not files:
        raise ClassError(["no *.toml file there"])
    return files
