"""The hostile dumps: each about as large as a dump may be, and made so that its format, or a later stage, has as much work as it can."""

import json
import random
from base64 import b64encode
from collections.abc import Callable, Iterable
from functools import cache

from streams.classify.class_set import builtin_classes
from streams.dumps.decode import MAX_BODY_BYTES
from streams.places.names import names
from streams.split.records.markup import MAX_NODES
from streams.split.text.lines import MAX_LINES
from tests.hostile.containers import CONTAINERS, Made
from tests.hostile.forms import FORMS
from tests.streams.dumps.memory_of_dumps import FAMILIES
from tests.streams.split.hostile_lines import LINES, PARTS
from tests.streams.split.hostile_pages import PAGES, SENTENCE, SLOWEST, STAMP, TEXTS, Family
from tests.streams.split.test_time_of_formats import DUMPS

SIZE = MAX_BODY_BYTES - 1000
MAX_STORIES = 4_990
BODY_CHARACTERS = 990_000  # below the limit of a body
MAIL_HEAD = "From: a@b.example\nSubject: Old bridge\nDate: Fri, 1 Aug 2025 10:00:00 +0200\nMIME-Version: 1.0\n"
LINKED_HEAD = "Some headline of words here\n"
_MADE_UP = "bridge river mayor copper mine council harbour ferry school market water road train night storm paper".split()  # noqa: SIM905


def _text(family: Family, content_type: str) -> Callable[[], Made]:
    return lambda: (family(SIZE).encode()[:MAX_BODY_BYTES], content_type)


def _format(name: str) -> Callable[[], Made]:
    head, unit, end = DUMPS[name]
    return lambda: ((head + unit * ((SIZE - len(head) - len(end)) // len(unit)) + end).encode(), "")


def _filled(unit: str, head: str = "", end: str = "", content_type: str = "") -> Callable[[], Made]:
    return lambda: ((head + unit * ((SIZE - len((head + end).encode())) // len(unit.encode())) + end).encode(), content_type)


def stories(body: Callable[[int, random.Random], str], count: int = MAX_STORIES) -> Callable[[], Made]:
    """Return a page of articles, each with a body of its own."""

    def make() -> Made:
        chance = random.Random(1)
        page = "".join(f"Headline {number} of it\n{STAMP}\n{body(number, chance)}\n" for number in range(count))
        return page.encode()[:MAX_BODY_BYTES], "text/plain"

    return make


def _cycled(words: Iterable[str], size: int, joint: str = " ") -> str:
    """Return so many characters of these words in turn."""
    words = list(words)
    text = joint.join(words)
    return (f"{text}{joint}" * (size // len(text) + 1))[:size]


@cache
def _place_names() -> list[str]:
    """Return the capitalised names of the gazetteer's largest places."""
    gazetteer = names().gazetteer
    return sorted({gazetteer.name(place) for place in range(20_000)})


@cache
def _terms() -> list[str]:
    return sorted({term for one in builtin_classes().classes for group in one.groups for terms in group.terms.values() for term in terms})


def _long_bodies(text: str, count: int = 10) -> str:
    return "".join(f"Headline {number} of it\n{STAMP}\n{SENTENCE} {text}\n" for number in range(count))


def _shuffled_places(_: int, chance: random.Random) -> str:
    return f"{SENTENCE} " + ", ".join(chance.sample(_place_names(), 110))


def _one_story(number: int, chance: random.Random) -> str:
    """Return a text of the same event as all others: their names, numbers and most words are equal, their order is not."""
    return " ".join(f"The {' '.join(chance.sample(_MADE_UP, 12))} of Port Clare and Quellmar." for _ in range(24)) + f" {number}."


def _one_form(_: int, chance: random.Random) -> str:
    return " ".join(
        f"On day {chance.randrange(9999)} the {chance.choice(_MADE_UP)} of Port {chance.choice(_MADE_UP)} had it." for _ in range(46)
    )


def _shared_blocks(_: int, chance: random.Random) -> str:
    """Return blocks of twenty words, each of which many other texts have: every text is a candidate of every other."""
    return " ".join(_BLOCKS[chance.randrange(len(_BLOCKS))] for _ in range(16))


_BLOCKS = [" ".join(random.Random(seed).choices(_MADE_UP, k=19)) + f" {seed}." for seed in range(40)]


def _xml(unit: str, elements: int, end: str = "") -> Callable[[], Made]:
    """Return the most elements that XML may have, with spaces up to the size of a dump. `elements`: of a unit."""
    head, count = "<?xml version='1.0'?><r>", MAX_NODES // elements - 1
    space = " " * max(0, (SIZE - len(head)) // count - len((unit + end).encode()))
    return lambda: ((head + (unit + space) * count + end * count + "</r>").encode()[:MAX_BODY_BYTES], "")


def _nested_lines(depth: int) -> Callable[[], Made]:
    line = f"{'<title>' * depth}<![CDATA[{'<b></b>' * 130}a]]>{'</title>' * depth}<text>{SENTENCE}</text>"
    return _filled(f"<a>{line}</a>", "<?xml version='1.0'?><r>", "</r>")


def _csv(columns: int, cell: str) -> Callable[[], Made]:
    header = ",".join(["title", "body", *(f"c{number}" for number in range(columns))])
    return _filled(f'"Old bridge to close","{SENTENCE}",' + ",".join([cell] * columns) + "\n", f"{header}\n", content_type="text/csv")


def _objects_with_keys(keys: int) -> Callable[[], Made]:
    made = json.dumps({f"k{number}": "Old bridge to close" for number in range(keys)} | {"t": SENTENCE * 2}) + ","
    return _filled(made, "[", "{}]", "application/json")


def _nested_json(depth: int) -> Callable[[], Made]:
    unit = '{"a":' * depth + f'[{{"q":"{SENTENCE}"}},{{"q":"{SENTENCE}"}}]' + "}" * depth + ","
    return _filled(unit, "[", "1]", "application/json")


def _wide_dict_in_lists() -> Made:
    row = "{" + ",".join(f'"k{number}":{{"a":"b"}}' for number in range(140_000)) + "}"
    return ("[" * 5 + row + "," + row + "]" * 5).encode()[:MAX_BODY_BYTES], "application/json"


LATER_STAGES: dict[str, Callable[[], Made]] = {
    "places in long bodies": lambda: (_long_bodies(_cycled(_place_names(), BODY_CHARACTERS, ", ")).encode()[:MAX_BODY_BYTES], "text/plain"),
    "places one after another": lambda: (_long_bodies(_cycled(_place_names(), BODY_CHARACTERS)).encode()[:MAX_BODY_BYTES], "text/plain"),
    "places in every article": stories(_shuffled_places),
    "one place with all its namesakes": _filled("San Juan, Santa Maria, Springfield, San Antonio, ", f"Old bridge\n{STAMP}\n{SENTENCE} "),
    "short places of a body": lambda: (
        _long_bodies(_cycled([one for one in _place_names() if len(one) < 5], BODY_CHARACTERS)).encode()[:MAX_BODY_BYTES],
        "text/plain",
    ),
    "demonyms": lambda: (
        _long_bodies(_cycled(["chileno", "Chilean", "venezuelan", "peruano", "cuban"], BODY_CHARACTERS)).encode()[:MAX_BODY_BYTES],
        "text/plain",
    ),
    "terms in long bodies": lambda: (_long_bodies(_cycled(_terms(), BODY_CHARACTERS)).encode()[:MAX_BODY_BYTES], "text/plain"),
    "terms in every article": stories(lambda _, chance: f"{SENTENCE} " + " ".join(chance.sample(_terms(), 140))),
    "articles of one event": stories(_one_story),
    "articles of one form": stories(_one_form),
    "articles of shared blocks": stories(_shared_blocks),
    "copies of one article": stories(lambda number, _: f"{SENTENCE * 23} {number}."),
    "short articles": stories(
        lambda _, chance: f"Chile miners in Miami and Venezuela dig copper {' '.join(chance.sample(_MADE_UP, 6))} {chance.random()}."
    ),
    "long articles of few words": stories(lambda _, chance: " ".join(chance.choices(_MADE_UP, k=300)), MAX_STORIES),
    "ten bodies of few words": stories(lambda _, chance: " ".join(chance.choices(_MADE_UP, k=160_000)), 10),
    "ten bodies of numbers": stories(lambda _, chance: " ".join(str(chance.randrange(10**6)) for _ in range(140_000)), 10),
    "ten bodies of names": stories(
        lambda _, chance: " ".join(f"{chance.choice(_MADE_UP)} {chance.choice(_MADE_UP)}".title() for _ in range(70_000)), 10
    ),
    "ten bodies of capitals": stories(lambda _, chance: " ".join(chance.choice(_MADE_UP).upper() for _ in range(160_000)), 10),
}
FORMATS: dict[str, Callable[[], Made]] = {
    "JSON of 98 keys an object": _objects_with_keys(98),
    "JSON of 5,000 keys an object": _objects_with_keys(5_000),
    "JSON in 4 levels": _nested_json(4),
    "JSON in 35 levels": _nested_json(35),
    "JSON of wide objects": _wide_dict_in_lists,
    "JSON of numbers": _filled("1,", "[", "1]", "application/json"),
    "JSON lines": _filled(json.dumps({"title": "Old bridge", "content": SENTENCE * 3, "url": "https://a.example/1"}) + "\n"),
    "JSON of HTML": _filled(
        json.dumps({"title": "Old bridge", "content": f"<p>{SENTENCE}</p>" * 19, "url": "https://a.example/1"}) + ",", "[", "{}]"
    ),
    "JSON articles with long lists": _filled(json.dumps({"title": "Old bridge", "content": [SENTENCE] * 23}) + ",", "[", "{}]"),
    "a table of 500 columns": _csv(500, "x"),
    "a table of wide cells": _csv(1, f'"{SENTENCE * 20}"'),
    "a table of empty cells": _filled(",,,,,,\n", "id,headline,body,a,b,c,d\n", content_type="text/csv"),
    "a table of doubled quotes": _filled('""', 'id,headline,body\n1,a,"', content_type="text/csv"),
    "a table of HTML": _filled(f'1,Old bridge to close,"<p>{SENTENCE * 23}</p>"\n', "id,headline,body\n", content_type="text/csv"),
    "feed of HTML": _filled(
        f"<item><title>Old bridge</title><description><![CDATA[<p>{SENTENCE}</p>]]></description></item>",
        "<rss><channel>",
        "</channel></rss>",
    ),
    "feed of 4,990 long items": _filled(
        f"<item><title>Old bridge</title><description>{SENTENCE * 24}</description></item>", "<rss><channel>", "</channel></rss>"
    ),
    "feed of escaped HTML": _filled(
        "&lt;p&gt;a&lt;/p&gt;", "<rss><channel><item><title>Old</title><description>", "</description></item></channel></rss>"
    ),
    "feed of authors": _filled(
        "<author>a@b.example (Ana Ruiz)</author>", "<rss><channel><item><title>Old bridge</title>", "</item></channel></rss>"
    ),
    "feed of namespaces": _filled("<x:a y:b='c'>", "<rss><channel>", "</channel></rss>"),
    "chat of short messages": _filled("12/11/2026 08:04 - N: ok\n"),
    "chat of one sender a line": _filled(f"[12/11/2026, 08:04:11] Neide: {SENTENCE}\n"),
    "digest of sources": _filled(f"Old bridge to close. {SENTENCE} (Harbour Post, 24.11.26, p. 3)\n\n"),
    "digest of bullets": _filled(f"- Old bridge to close: {SENTENCE}\n"),
    "Markdown of headings": _filled(
        "## [Old bridge](https://x.example)\n", "# The week\n\n[a](https://x.example)\n", content_type="text/markdown"
    ),
    "Markdown of links": _filled("[a](https://x.example) ", "# The week\n\n## b\n\n", content_type="text/markdown"),
    "Markdown of brackets": _filled(
        "[", "# The week\n\n[a](https://x.example) [b](https://x.example)\n**a b**\n", content_type="text/markdown"
    ),
    "Markdown of emphasis": _filled(
        "*_", "# The week\n\n[a](https://x.example) [b](https://x.example)\n**a b**\n", content_type="text/markdown"
    ),
    "a line of signs above an address": _filled(
        "!", LINKED_HEAD, f"a\ntext\nhttps://a.example/1\n\n{LINKED_HEAD}text\nhttps://a.example/2\n"
    ),
    "lines of signs above addresses": _filled(f"{'!' * 4_000}a\nhttps://a.example/1\n", LINKED_HEAD),
    "addresses without a blank line": _filled("a b c d\nhttps://a.example/1\n"),
    "items that end in addresses": _filled(f"Old bridge to close now\nHarbour Post\n{SENTENCE}\n<https://a.example/1>\n\n"),
    "XML of bodies in each other": _xml("<body><title>t</title>", 2, "</body>"),
    "XML of bodies without words in each other": _xml("<body><title name='t'/>", 2),
    "XML of titles in each other": _xml("<title>t", 1),
    "XML of titles of one element": _xml("<title>a &amp; b</title>", 1),
    "XML of times of one element": _xml("<title>t</title><url>https://a.example/1</url><date>1 or 2</date>", 3),
    "XML of lines in each other": _nested_lines(2),
    "XML of lines deep in each other": _nested_lines(8),
    "XML of one body of tags": _filled(
        "<b></b>", f"<?xml version='1.0'?><r><title>a b</title><body><body><![CDATA[{SENTENCE}", "]]></body></body></r>"
    ),
    "XML of one title of attributes": _filled("a='b' ", "<?xml version='1.0'?><r><title ", "/></r>"),
    "mail of blank lines in HTML": _filled("\n", f"{MAIL_HEAD}Content-Type: text/html\n\n<p>", content_type="message/rfc822"),
    "mail of white space behind tags": _filled(
        f">{' ' * 190}", f"{MAIL_HEAD}Content-Type: text/html\n\n<p>", content_type="message/rfc822"
    ),
    "mail of tags below a header": _filled(
        "<b>", f"{MAIL_HEAD}Content-Type: text/html\n\n<p>From: a</p><p>Date: b</p><p>Subject: c</p>", content_type="message/rfc822"
    ),
    "mail of quoted lines": _filled(">\n", f"{MAIL_HEAD}\n", content_type="message/rfc822"),
    "mail of quotation signs": _filled("> ", f"{MAIL_HEAD}\n", content_type="message/rfc822"),
    "mail of header lines": _filled("From: a\nDate: b\nSubject: c\n\nd\ne\n", f"{MAIL_HEAD}\n", content_type="message/rfc822"),
    "front matter of spaces": _filled(" ", "---\ntitle:", f"{'x' * 600}\n---\n# Old bridge\n\n{SENTENCE}", "text/markdown"),
    "front matter of a list": _filled(" ", "---\ntitle: a\n-", f"{'x' * 600}\n---\n# Old bridge\n\n{SENTENCE}", "text/markdown"),
    "records of own tags": _filled(f"<DOC><TITLE>Old bridge</TITLE><TEXT>{SENTENCE}</TEXT></DOC>\n"),
    "own tags in each other": _filled("<DOC><A>"),
    "labels without texts": _filled("Title: Old bridge\nDate: July 4, 2019\n\n"),
    "press records": _filled(
        f"Old bridge to close\nHarbour Post\nJuly 4, 2019 Thursday\n\nLength: 200 words\n\nBody\n\n{SENTENCE}\n\nEnd of Document\n\n"
    ),
    "headings in HTML": _filled("<h2>Old bridge to close now</h2>", "<html><body>", "</body></html>", "text/html"),
    "headings and teasers in HTML": _filled(
        f"<h2><a href=/a>Old bridge to close now</a></h2><p>{SENTENCE}</p>", "<html><body>", "</body></html>", "text/html"
    ),
    "class names in HTML": lambda: (
        ("<html><body>" + "".join(f'<p class="related-{n:06d}\U0001f600{"x" * 99_900}">' for n in range(104))).encode()[:MAX_BODY_BYTES],
        "text/html",
    ),
    "short class names in HTML": lambda: (
        ("<html><body>" + "".join(f'<p class="c{n} byline-{n}">{n}</p>' for n in range(260_000))).encode()[:MAX_BODY_BYTES],
        "text/html",
    ),
    "most stories of two lines": stories(lambda number, _: f"{SENTENCE} {number}.\n{SENTENCE} {number}.", MAX_STORIES),
    "most lines of prose": lambda: (
        "".join(f"The mayor {n} spoke of the old bridge and ferries, said {n} people.\n" for n in range(MAX_LINES - 2)).encode(),
        "text/plain",
    ),
    "most lines of headlines": lambda: ("".join(f"Old Bridge To Close In {n}\n" for n in range(MAX_LINES - 2)).encode(), "text/plain"),
    "most lines in base64": lambda: (
        json.dumps({"body_base64": b64encode(b"Old bridge to close\n" * (MAX_LINES - 2)).decode()}).encode(),
        "application/vnd.newsmill.dump+json",
    ),
}


def hostile_dumps() -> dict[str, Callable[[], Made]]:
    """Return the maker of each dump by its name."""
    return {
        **{f"text: {name}": _text(family, "text/plain") for name, family in (TEXTS | LINES | PARTS).items()},
        **{f"HTML: {name}": _text(family, "text/html") for name, family in (PAGES | SLOWEST).items()},
        **{f"memory: {name}": family for name, family in FAMILIES.items()},
        **{f"format: {name}": _format(name) for name in DUMPS},
        **{f"format: {name}": family for name, family in FORMATS.items()},
        **{f"form: {name}": family for name, family in FORMS.items()},
        **{f"container: {name}": family for name, family in CONTAINERS.items()},
        **{f"later: {name}": family for name, family in LATER_STAGES.items()},
    }
