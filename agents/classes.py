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
    files = {path.name: path.read_bytes() for path in sorted(Path(settings.classes).glob("*.toml"))}
    if not files:
        raise SettingsError(f"NEWS_CLASSES={settings.classes!r}: no *.toml file there")
    try:
        return parse_classes(files)
    except ClassError as error:
        raise SettingsError(f"NEWS_CLASSES={settings.classes!r}: {error}") from error
