"""Generate invented page dumps: the articles of `bench.news` as an aggregator's pages have them, and as pages of HTML.

The 60 most frequent words are those of a real language, so that a language is known and copies meet in its partition: of 20 dumps 11 are
English, 5 Spanish, 2 French, 2 German. Other words keep their frequencies, in another spelling for each language. Four articles in ten
have a sentence on a place or a mine, as the classes look for. A dump has four articles and 12 KB on average, an HTML page one article and
26 KB, or four and 33 KB; 45 % of the articles are copies, cut, edited, or with debris, and each has a headline and an outlet of its own.
"""

import json
import re
from collections.abc import Callable
from functools import cache

from bench.news import body_of
from streams.records import Incoming

COPIES, WINDOW = 0.45, 20_000
ARTICLES = 4
FETCHED = b"2025-08-02T12:00:00Z"
_TURNS = ("en", "es", "en", "fr", "en", "en", "es", "en", "de", "en", "es", "en", "en", "fr", "es", "en", "en", "de", "es", "en")
_COMMON = {
    "en": (
        "the of to and a in that is for on with as was he it by at from has his have be said are an not who had were "
        "they its this but been which would their will after more when one about up two there out than into also she "
        "her could first over new last other if before"
    ),
    "es": (
        "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin "
        "sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está mi porque qué "
        "sólo han yo hay vez puede todos así nos"
    ),
    "fr": (
        "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont la mais comme ou "
        "si leur y dont elle ont avec été aux fait bien nous cette sans son tout même ces deux très être après aussi "
        "entre encore peut ses depuis contre"
    ),
    "de": (
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat "
        "dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis "
        "mehr durch man sein wurde sei ihr"
    ),
}
_SPELLINGS = {"en": "bdfgklmnprst", "es": "dbgflkpnmsrt", "fr": "kdlgfbrnmpts", "de": "tdsgklmrnpbf"}
_SUBJECTS = {
    "en": (
        "Officials in Santiago, Chile, said the Codelco copper mine near Calama would extract 4,000 tonnes of ore more by autumn.",
        "The government of Venezuela met union leaders in Caracas, and both promised another round of talks within the month.",
        "Commissioners in Miami-Dade County voted for the plan, and residents of Little Havana asked Miami for a map of it.",
        "A gold mine in Nevada resumed underground mining after its owner repaired the shaft and the ore conveyor.",
    ),
    "es": (
        "El presidente de Chile visitó en Antofagasta la mina de cobre, donde los mineros extraen mineral desde hace décadas.",
        "En Caracas, el gobierno de Venezuela anunció un acuerdo con los sindicatos y citó a los alcaldes de Maracaibo y Valencia.",
        "Vecinos de Miami y de Hialeah, en Florida, pidieron a los comisionados del condado otra votación sobre el plan.",
        "La minera paralizó la extracción de oro en el yacimiento por una avería en la planta de concentrado.",
    ),
    "fr": (
        "Le Chili a rouvert la mine de cuivre près de Calama, où les mineurs extraient le minerai depuis des décennies.",
        "À Caracas, le gouvernement du Venezuela a promis aux syndicats de nouvelles discussions avant la fin du mois.",
    ),
    "de": (
        "Chile öffnet die Kupfermine bei Calama wieder, in der seit Jahrzehnten Erz gefördert wird, sagte ein Sprecher in Santiago.",
        "In Caracas versprach die Regierung von Venezuela den Gewerkschaften neue Gespräche noch vor Ende des Monats.",
    ),
}
_SUBJECT_SHARE = 0.4
_PAGE_END = "Hashtags\n\nTry Our AI Features\nExplore what Daily8 AI can do for you:\nComments\nNo comments yet...\nRelated Articles\n"
_WORD = re.compile(r"[^\W\d_]+")


def dumps(first: int, count: int, *, articles: int = ARTICLES) -> list[Incoming]:
    """Return text dumps `first` to `first + count`, in turns of shape A and B."""
    return [_incoming(number, b"text/plain", _text_page(number, articles)) for number in range(first, first + count)]


def html_pages(first: int, count: int) -> list[Incoming]:
    """Return HTML pages, every other one with four articles, the others with one."""
    return [_incoming(number, b"text/html", _html_page(number)) for number in range(first, first + count)]


def _incoming(number: int, content_type: bytes, page: str) -> Incoming:
    url = f"https://pages.example/{content_type.decode()[5:]}/{number}".encode()
    headers = (("content-type", content_type), ("source-url", url), ("fetched-at", FETCHED))
    return Incoming(topic="news.dumps", key=url, value=page.encode(), headers=headers, timestamp=1_754_136_000)


def _stories(number: int, count: int) -> list[tuple[str, str]]:
    """Return headline and body of the articles of a page, all of its language, numbered within it."""
    language = _TURNS[number % len(_TURNS)]
    in_turn = _TURNS[: number % len(_TURNS)].count(language)
    page = number // len(_TURNS) * _TURNS.count(language) + in_turn
    return [_story(language, page * max(count, ARTICLES) + at) for at in range(count)]


def _story(language: str, number: int) -> tuple[str, str]:
    spelt = _spelt(language)
    body = _WORD.sub(lambda word: spelt(word[0]), body_of(number, COPIES, WINDOW)).replace("\n ", "\n")
    words = body[:400].replace("\n", " ").split(" ")
    title = " ".join(words[4:14]).strip(" .“”").capitalize() + f" {number % 1000}"
    chance = number * 2654435761 % 2**32 / 2**32
    if chance * 7 % 1 < _SUBJECT_SHARE:
        subjects = _SUBJECTS[language]
        body = subjects[number % len(subjects)] + " " + body
    return title, body


@cache
def _spelt(language: str) -> Callable[[str], str]:
    """Return a function that turns a word of `bench.news` into one of the language."""
    common = _COMMON[language].split(" ")
    syllables = [first + vowel for first in "bdfgklmnprstvz" for vowel in "aeiou"]
    # Some letters become two, so that words are as long as in the language.
    table = str.maketrans(dict(zip(_SPELLINGS["en"], _SPELLINGS[language], strict=True)) | {"z": "st", "v": "gr"})
    known = {syllable: common[at % len(common)] for at, syllable in enumerate(syllables)}
    return cache(lambda word: known.get(word) or word.translate(table))


def _outlet(number: int, at: int) -> str:
    return f"The Invented Post {(number * ARTICLES + at) % 97}"


def _text_page(number: int, articles: int) -> str:
    (title, body), *related = _stories(number, articles)
    if number % 2:
        page = f"logo\n{title}\n\n{title}\n\n{_outlet(number, 0)}18 hours ago\n{body}\n\nOrange background\n\n{_PAGE_END}"
        for at, (other, text) in enumerate(related, 1):
            name = _outlet(number, at)
            page += f"\n{other}\n{other}\n\n{name}\n\ntime{at} hours ago\n\n  • {name}\n\n{other}\n\n{_one_line(text)}\n"
        return page
    page = f"{title}\n{body}\n{_PAGE_END}"
    for at, (other, text) in enumerate(related, 1):
        page += f"\n\n{_outlet(number, at)}\n{at} hours ago\n- {_outlet(number, at)}\n{other}\n{_one_line(text)}\n"
    return page


def _one_line(text: str) -> str:
    return text.replace("\n", " ")


def _html_page(number: int) -> str:
    stories = _stories(number, ARTICLES if number % 2 else 1)
    menu = "".join(
        f'<li class="menu-item"><a href="/section/{at}" data-track="menu-{at}"><span>Section {at}</span></a></li>\n' for at in range(60)
    )
    aside = "".join(
        f'<div class="teaser"><a href="/story/{number + at}"><img src="/img/{at}.jpg" alt=""><h3>Another story {at}</h3></a></div>\n'
        for at in range(40)
    )
    articles = "".join(_html_story(number, at, title, body, len(stories) > 1) for at, (title, body) in enumerate(stories))
    data = json.dumps({"@context": "https://schema.org", "@type": "WebPage", "name": stories[0][0]})
    style = "".join(f".c{at} {{ margin: {at}px; padding: 0 {at}px; color: #{at:03d}; }}\n" for at in range(120))
    return (
        f'<!DOCTYPE html>\n<html lang="{_TURNS[number % len(_TURNS)]}"><head><meta charset="utf-8"><title>{stories[0][0]}</title>\n'
        f'<style>{style}</style><script type="application/ld+json">{data}</script></head>\n<body><nav><ul>{menu}</ul></nav>\n'
        f"<main>{articles}</main><aside>{aside}</aside><footer><p>All rights reserved.</p></footer></body></html>"
    )


def _html_story(number: int, at: int, title: str, body: str, in_list: bool) -> str:
    text = "\n".join(f"<p>{_linked(line)}</p>" for line in body.split("\n") if line.strip())
    head = f'<h2><a href="/story/{number}-{at}">{title}</a></h2>' if in_list else f"<h1>{title}</h1>"
    time = f'<time datetime="2025-08-02T0{at}:00:00Z">{at + 1} hours ago</time>'
    return f'<article><header>{head}<span class="source">{_outlet(number, at)}</span> {time}</header>{text}</article>\n'


def _linked(line: str) -> str:
    words = line.strip().split(" ")
    if len(words) > 12:
        words[6] = f'<a href="/tag/{len(words)}"><b>{words[6]}</b></a>'
    return " ".join(words)
