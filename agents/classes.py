"""Load the class files named by the settings: a folder or the built-in ones, and extra shipped classes."""

from pathlib import Path

from agents.settings import Settings, SettingsError
from agents.toml_files import read_toml_files
from streams.classify.class_set import ClassError, ClassSet, extra_files, parse_classes, shipped_files


def load_classes(settings: Settings) -> ClassSet:
    """Load the classes that the settings name.

    Raises:
        SettingsError: the folder of NEWS_CLASSES has no class file, or files with mistakes, which the message lists; or
            NEWS_EXTRA_CLASSES names an unknown class.
    """
    extra = read_extra_files(settings)
    try:
        return parse_classes((read_class_files(Path(settings.classes)) if settings.classes else shipped_files()) | extra)
    except ClassError as error:
        raise SettingsError(f"NEWS_CLASSES={settings.classes!r}: {error}") from error


def read_extra_files(settings: Settings) -> dict[str, bytes]:
    """Return name -> content of the shipped class files that NEWS_EXTRA_CLASSES enables.

    Raises:
        SettingsError: it names an unknown class.
    """
    try:
        return extra_files(settings.extra_classes.replace(",", " ").split())
    except ClassError as error:
        raise SettingsError(f"NEWS_EXTRA_CLASSES={settings.extra_classes!r}: {error}") from error


def read_class_files(folder: Path) -> dict[str, bytes]:
    """Return name -> content of each `.toml` file of a folder, without hidden files, which editors and file servers leave behind.

    Raises:
        ClassError: the folder has no such file, or one can't be read.
    """
    try:
        files = read_toml_files(folder)
    except OSError as error:
        raise ClassError([f"{error.filename}: can't be read: {error.strerror}"]) from error
    if not files:
        raise ClassError(["no *.toml file there"])
    return files
