"""Texts made to be slow by their lines: each family has at most as many lines as a page may have, each line about 100 characters long."""

from collections.abc import Callable

from streams.dumps.decode import MAX_BODY_BYTES
from streams.split.text.lines import MAX_LINES
from tests.streams.split.hostile_pages import SENTENCE, STAMP, Family

LINE_CHARACTERS = 99  # longer lines are no stamps, and shorter ones are fewer bytes
WORDS = "bridge river mayor copper council harbour ferry school market water road train night storm paper".split()  # noqa: SIM905
STORY = f"{SENTENCE} " * 20 + "\n"


def _lines(line: Callable[[int], str]) -> Family:
    """Return a page of lines of equal length: the end of the line of each number."""
    return lambda size: "".join(f"{line(number)[-LINE_CHARACTERS:]}\n" for number in range(size * (MAX_LINES - 100) // MAX_BODY_BYTES))


def _ending(end: Callable[[int], str]) -> Family:
    return _lines(lambda number: " ".join(WORDS[number % 7 :] + WORDS) + f" {end(number)}")


def _units(unit: str, head: str = "", end: str = "", head_lines: int = 0) -> Family:
    """Return a page of as many numbered units as fit, `head_lines` of each ten of its lines being blank ones above them."""

    def page(size: int) -> str:
        lines = size * (MAX_LINES - 1_000) // MAX_BODY_BYTES
        blank = lines * head_lines // 10
        count = min((lines - blank) // unit.count("\n"), size // len(unit))
        return "\n" * blank + head + "".join(unit.replace("{0}", str(number)) for number in range(count)) + end

    return page


def _prose(number: object = "{0}") -> str:
    return f"{SENTENCE[:-1]} {number}.\n"


# The time of a line of these is that of the searches in it.
LINES: dict[str, Family] = {
    "ends in month and year": _ending(lambda number: f"May {1990 + number % 40}"),
    "ends in a day": _ending(lambda number: f"{number % 28 + 1} March {1990 + number % 40}"),
    "ends in a number": _ending(str),
    "ends in a time": _ending(lambda number: f"{number % 24}:{number % 60:02}"),
    "ends in an age": _ending(lambda number: f"{number % 24} hours ago"),
    "addresses": _lines(lambda number: f"https://www.example.com/2025/05/{number % 28}/{'old-bridge-' * 4}{number}.{number * 7919}"),
    "names of places": _ending(lambda number: f"Santiago {number}".title()),
    "runs of digits": _lines(lambda number: f"{number * 7919:0>98}h"),
    "days without a year": _lines(lambda number: f"{number} {'may 3 ' * 16}may 3"),
    "days with a year": _lines(lambda number: f"{number} {'3 may 2019 ' * 9}ago"),
    "short ages": _lines(lambda number: f"{number} {'1 h 2 min ' * 9}h"),
    "zones and numbers": _lines(lambda number: f"{number} {'AB 12 ' * 14}3 hours ago"),
    "handles": _lines(lambda number: f"{'a.' * 44}{number}@"),
    "credits": _lines(lambda number: f"{number}: the old quay / of the town by the sea. and ) a credit of it - photo of the / river x y z"),
}
# Each pair of parts of these was compared, or a part was read again for each other one.
PARTS: dict[str, Family] = {
    "short lines between gaps": _units(f"{_prose()}{_prose('it {0}')}\nZq wx\n\n"),
    "lines of the frame in the story": _units("Zq wx.\n", f"Zq wx.\nOld bridge to close now\n{_prose()}", "".join(map(_prose, range(900)))),
    "numbered items below blank lines": _units(f"{{0}}. Old bridge\nOld bridge to close\n{_prose()}", head_lines=5),
    "runs of prose": _units(f"Zq\nWx\nYz\nAb\nCd\n{_prose()}", f"Headline of it\n{STORY * 110}"),
    "stamps below names": _units(f"El Faro {{0}}\nHeadline number {{0}} of the day\n{_prose()}{STAMP}\n"),
    "own tags of many names": _units("<t{0}>x</t{0}>\n", "<title>Old bridge\n<text>a\n"),
    "one line of labels": lambda size: ":|" * (size // 2),
    "marks of all databases": _units(f"{SENTENCE} {{0}}\n", "news· Document \nHD \nEnd of Document\n DOKUMENTE\nProQuest\nTY  - \n"),
}
