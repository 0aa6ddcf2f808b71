"""The page shapes of the package, and the words that pages of any shape share."""

import functools
import importlib.resources

from streams.split.text.lines import PageWords
from streams.split.text.shape_files import parse_page_words, parse_shapes
from streams.split.text.shape_records import PageShape

_DATA = importlib.resources.files("streams.split").joinpath("data")


def shape_files() -> dict[str, bytes]:
    """Return name -> content of the package's files of page shapes."""
    return {entry.name: entry.read_bytes() for entry in _DATA.joinpath("shapes").iterdir() if entry.name.endswith(".toml")}


@functools.cache
def page_shapes() -> tuple[PageShape, ...]:
    """Return the page shapes of the package, in order of file name."""
    return parse_shapes(shape_files())


@functools.cache
def general_words() -> PageWords:
    """Return the words that pages of any shape share: names of buttons, menus and sections."""
    return parse_page_words("general.toml", _DATA.joinpath("general.toml").read_bytes())
