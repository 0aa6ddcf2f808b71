"""The class files that the settings name: those of a folder or the built-in ones, and more of the shipped ones."""

from pathlib import Path

from agents.settings import Settings, SettingsError
from streams.classify.class_set import ClassError, ClassSet, extra_files, parse_classes, shipped_files


def load_classes(settings: Settings) -> ClassSet:
    """Return the classes to label with.

    Raises:
        SettingsError: where the folder of NEWS_CLASSES holds no class file, or one with mistakes; the text names each of them. Where
            NEWS_EXTRA_CLASSES names a class that is not shipped.
    """
    extra = read_extra_files(settings)
    try:
        return parse_classes((read_class_files(Path(settings.classes)) if settings.classes else shipped_files()) | extra)
    except ClassError as error:
        raise SettingsError(f"NEWS_CLASSES={settings.classes!r}: {error}") from error


def read_extra_files(settings: Settings) -> dict[str, bytes]:
    """Return name -> content of the shipped class files that NEWS_EXTRA_CLASSES switches on.

    Raises:
        SettingsError: it names a class that is not shipped.
    """
    try:
        return extra_files(settings.extra_classes.replace(",", " ").split())
    except ClassError as error:
        raise SettingsError(f"NEWS_EXTRA_CLASSES={settings.extra_classes!r}: {error}") from error


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
