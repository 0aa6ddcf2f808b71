"""Pages made to be slow or large for the splitter: each family gives a page of about so many characters."""

import itertools
from collections.abc import Callable

from tests.stories import story

Family = Callable[[int], str]
SENTENCE = "The council of Port Clare met on Monday to talk about the old bridge over the river."
STAMP = "3 hours ago"


def _lines(block: str, before: str = "", behind: str = "") -> Family:
    return lambda size: before + block * (size // len(block)) + behind


def _counted(block: str, before: str = "") -> Family:
    """A block with its number in it, so that no two are equal."""
    return lambda size: before + "".join(block.format(number) for number in range(1, size // len(block)))


def _html(block: str, before: str = "", behind: str = "") -> Family:
    return _lines(block, f"<html><body>{before}", f"{behind}</body></html>")


SHAPE_A, SHAPE_C = "Related Articles\nNo comments yet...\n", "Copy the Story Link\n"
TEXTS: dict[str, Family] = {
    "many stamps": _lines(f"Headline of the day\n{STAMP}\n{SENTENCE}\n"),
    "stamps alone": _lines(f"{STAMP}\n"),
    "stamps and short lines": _lines(f"{STAMP}\nZq\n"),
    "ages on one line": _lines(f"{STAMP} "),
    "outlets glued to ages": _lines("Harbour Post3 hours ago\n"),
    "stamps below": _counted(f"Headline number {{0}} of it\n{SENTENCE} {{0}}.\nHarbour Post · {STAMP}\n"),
    "short lines between two stamps": lambda size: f"{STAMP}\n{SENTENCE}\n" + "Zq wx\n" * (size // 6) + f"{STAMP}\n{story(1)}",
    "chrome and short lines before prose": _lines("Home\nZq\n", behind=f"{SENTENCE}\n{story(1)}"),
    "many bullets": _lines("• An item of a list\n"),
    "bullets with prose": _counted(f"• {SENTENCE} {{0}}.\n"),
    "repeated headlines": _lines("Headline of it\n"),
    "repeated headlines that are sentences": _lines("The mayor spoke to us of bridges and ferries.\n"),
    "alternating kinds": _counted(f"Headline {{0}} of it\n{SENTENCE} {{0}}.\n"),
    "hashtags": _lines("#abc #def\n"),
    "one long hashtag": _lines("#a"),
    "numbered lists": _counted("{0}. A headline with a number\n" + SENTENCE + " {0}.\n"),
    "rules": _counted(f"----\nHeadline {{0}} of it\n{SENTENCE} {{0}}.\n"),
    "one line of links": _lines("READ MORE: a headline. "),
    "lines of links": _lines("READ MORE: a headline\n"),
    "one line of promotions": _lines("Sign up for our newsletter. "),
    "one line of notices": _lines("Sorry. Please try again. "),
    "bare headlines under a story": _counted("A linked headline {0}\n", f"{story(1)}\n"),
    "full stops": _lines(". "),
    "spaces": lambda size: "a" + " " * size + "b",
    "carriage returns": _lines("a\r"),
    "lines that go on": _counted("and {0} so on\n"),
    "open sentences and names": _counted("The mayor said {0} times that the\nNews\nwould be there for a while and\n"),
    "headlines and clocks on one line": _counted(f"10:42 – Headline {{0}} of the day\n{SENTENCE} {{0}}.\n"),
    "signs": _lines("a | b | c | d | e\n"),
    "tables": _counted("2025-07-03\tHarbour Post\tHeadline {0} of the day\n"),
    "boxes": _counted(f"Most read\nHeadline {{0}} of the day\n{SENTENCE} {{0}}.\n", f"{story(1)}\n"),
    "posts": _counted(f"reader{{0}}\n{STAMP}\n{SENTENCE} {{0}}.\n", f"Headline of the day\n{STAMP}\n{SENTENCE}\n"),
    "titles with sites": _lines("Headline of the day | Harbour Post\n", behind=f"{SENTENCE}\n"),
    "Markdown": _counted("## [Headline {0} of it](https://a.example/{0})\n**Harbour Post**\n"),
    "brackets of Markdown": _lines("[a](", "", SENTENCE),
    "prices": _lines("Our reporters need $2 a month\n"),
    "ends": _counted(f"Comments\n{SENTENCE} {{0}}.\n"),
    "debris": _lines(".jpg&w=3840&q=100)\n"),
    "credits": _lines("Photo: Tom Hall / Harbour Post\n"),
    "bylines": _lines("By Ana Ruiz\n"),
    "capitals": _lines("SANTA VELA "),
    "no spaces": _lines("新聞"),
    "zero bytes": _lines("a\x00"),
    "zero width": _lines("\u200ba"),
    "shape A": _counted(f"Harbour Post\n{STAMP}\n- Harbour Post\nHeadline {{0}} of it\n{SENTENCE} {{0}}.\n", SHAPE_A),
    "headers of shape A": _lines(f"Harbour Post\n{STAMP}\n", SHAPE_A),
    "headlines of shape B": _lines("Headline of it\n", f"{SHAPE_A}logo\n"),
    "shape C": _counted(
        f"Headline {{0}}\nHeadline {{0}}\nHarbour Post\n{STAMP}\n• Cat\n• Harbour Post\nHeadline {{0}}\n{SENTENCE} {{0}}.\n", SHAPE_C
    ),
    "bullets of shape C": _lines("• Cat\n", f"{SHAPE_C}{STAMP}\n"),
}
PAGES: dict[str, Family] = {
    "paragraphs": _html(f"<p>{SENTENCE}</p>"),
    "paragraphs with entities": _counted(f"<p>Caf&eacute; {{0}} {SENTENCE}</p>", "<html><body>"),
    "articles": _html(f"<article><h2>Headline of it</h2><p>{SENTENCE}{SENTENCE}</p></article>"),
    "articles with entities": _counted(
        f"<article><h2>H&eacute;adline {{0}}</h2><p>Caf&eacute; {{0}} {SENTENCE}{SENTENCE}</p></article>", "<html><body>"
    ),
    "empty articles": _html("<article></article>"),
    "articles in articles": _html("<article>a</article>", "<article>" * 300),
    "inline elements": _html("<i>word</i> ", "<p>", "</p>"),
    "open inline elements": _html("<p><b>"),
    "links": _html("<a href=/x>word word</a>"),
    "line breaks": _html("word<br>"),
    "rows": _html("<tr><td>word word</td></tr>", "<table>", "</table>"),
    "cells with paragraphs": _html("<td><p>a</p><p>b</p></td>", "<table><tr>", "</tr></table>"),
    "tables in tables": _html("<table><tr><td>x</td></tr></table>", "<table><tr><td>" * 60),
    "tables with headings": _html("<table><tr><td><h1>a</h1></td></tr></table>"),
    "headings": _html("<h1>Headline of it</h1>"),
    "headings in headings": _html("word ", "<div><h1>" * 150),
    "list items": _html("<li>Item of it</li>", "<ul>", "</ul>"),
    "lists in lists": _html("<li>a", "<ul><li>" * 150),
    "definitions": _html("<dt>a<dd>b", "<dl>"),
    "times": _html(f"<time datetime=2025-01-01>{STAMP}</time>"),
    "meta elements": _html("<meta name=a content=b>"),
    "attributes": _html("a=b ", "<p ", f">{SENTENCE}"),
    "JSON-LD": lambda size: f'<html><script type="application/ld+json">[{"[]," * (size // 3)}[]]</script><body><p>{SENTENCE}',
    "title": _lines("word | ", "<html><head><title>", f"</title></head><body><p>{SENTENCE}"),
    "entities": _html("&amp;"),
    "comments": _html("<!-- -->"),
    "open comments": _html("<!--"),
    "less-than signs": _html("<"),
    "scripts": _html("<script>x</script>"),
    "spaces behind a charset": lambda size: "<html><meta charset=" + " " * size + f"<body><p>{SENTENCE}",
}


def _spellings(name: str) -> list[str]:
    return ["".join(letters) for letters in itertools.product(*((letter, letter.upper()) for letter in name))]


RAW_NAMES = "title textarea noscript template svg math iframe select button object video audio canvas".split()  # noqa: SIM905  readable
SPELLED_RAW_TAGS = "".join(f"<{spelling}>" for name in RAW_NAMES for spelling in _spellings(name))
LINKED = "<h2><a href=/{0}>Old bridge {0} to close</a></h2><p>One two three four five six seven eight {0}.</p>"
STORY_NODE = '{{"@type":"Article","headline":"t {0}","articleBody":"one two three four five six seven eight {0}."}}'


def _stories(per_script: int, scripts: int) -> str:
    nodes = (",".join(STORY_NODE.format(script * per_script + number) for number in range(per_script)) for script in range(scripts))
    return "".join(f'<script type="application/ld+json">[{script}]</script>' for script in nodes)


# The slowest pages that we know, by their time before it was bounded.
SLOWEST: dict[str, Family] = {
    "raw tags in every spelling": lambda size: f"<html><body>{SPELLED_RAW_TAGS}".ljust(size, "x"),
    "raw tags and signs": lambda size: f"<html><body>{SPELLED_RAW_TAGS}" + "<</" * ((size - len(SPELLED_RAW_TAGS)) // 3),
    "less-than signs": _html("<"),
    "stories in JSON-LD": lambda size: f"<html>{_stories(1_990, size // 230_000)}<body><p>{SENTENCE}",
    "entities in a title": _lines("&" + "a" * 33, "<html><title>", f"</title><body><p>{SENTENCE}"),
    "times": _html("<time>"),
    "stray end tags": _html("</x>"),
    "line breaks": _html("<br>"),
}
