"""Generate invented HTML pages that list stories, or have one story among teasers, with the true stories of each.

Every page has a menu, a footer and, at random, chrome beside the stories: most read, a newsletter, an advertisement, a cookie notice.
"""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from tests.stories import headline, story

OUTLETS = ["Harbour Post", "Channel 7", "El Faro", "The Mill Gazette", "Norland Today"]


@dataclass(frozen=True, slots=True)
class Story:
    """A story on a page, with the outlet and age printed beside it."""

    title: str
    paragraphs: tuple[str, ...]
    outlet: str
    hours: int

    @property
    def age(self) -> str:
        return f"{self.hours} hours ago"

    @property
    def time(self) -> str:
        return f'<time datetime="2025-08-02T{12 - self.hours:02d}:00:00Z">{self.age}</time>'

    @property
    def text(self) -> str:
        return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in self.paragraphs)

    @property
    def link(self) -> str:
        return f'<a href="/story/{len(self.title)}">{escape(self.title)}</a>'


@dataclass(frozen=True, slots=True)
class Sample:
    """A page and its true stories."""

    html: str
    stories: tuple[Story, ...]


Template = Callable[[Sequence[Story], random.Random], str]


def articles(stories: Sequence[Story], _: random.Random) -> str:
    items = (
        f'<article class="post-{number} post"><header><h2 class="title">{story.link}</h2>'
        f'<div class="by">{story.outlet} · {story.time}</div></header>'
        f'<div class="text">{story.text}</div><a href="#" class="more">Read more</a></article>'
        for number, story in enumerate(stories)
    )
    return f'<section class="river">{"".join(items)}</section>'


def cards(stories: Sequence[Story], chance: random.Random) -> str:
    items = (
        f'<div class="card"><img src="/{number}.jpg" alt="A picture of it"><div class="card-inner"><span class="label">World</span>'
        f'<h3>{story.link}</h3>{story.text}<div class="card-bottom"><span>{story.outlet}</span><span>{story.age}</span></div></div></div>'
        for number, story in enumerate(stories)
    )
    return f'<div class="grid grid-{chance.randint(2, 4)}">{"".join(items)}</div>'


def rows(stories: Sequence[Story], _: random.Random) -> str:
    items = (
        f'<tr><td class="when">{story.age}</td><td><a href="/s"><b>{escape(story.title)}</b></a><br>'
        f"{escape(' '.join(story.paragraphs))}</td><td>{story.outlet}</td></tr>"
        for story in stories
    )
    return f"<table><tbody>{''.join(items)}</tbody></table>"


def bullets(stories: Sequence[Story], _: random.Random) -> str:
    items = (
        f'<li><div class="head">{story.link}</div><div class="info">{story.outlet} | {story.time}</div>'
        f'{story.text}<span><a href="#">Share</a></span>'
        for story in stories
    )
    return f'<ul class="latest">{"".join(items)}</ul>'


def linked_cards(stories: Sequence[Story], _: random.Random) -> str:
    items = (
        f'<a class="tile" href="/s/{number}"><div class="tile-box"><h4>{escape(story.title)}</h4>'
        f"<p>{escape(' '.join(story.paragraphs))}</p></div></a>"
        for number, story in enumerate(stories)
    )
    return f'<main><div class="tiles">{"".join(items)}</div></main>'


def definitions(stories: Sequence[Story], _: random.Random) -> str:
    items = (f"<dt>{story.link}<dd class='info'>{story.outlet}, {story.age}<dd>{escape(' '.join(story.paragraphs))}" for story in stories)
    return f"<div id='content'><dl>{''.join(items)}</dl></div>"


def json_ld(stories: Sequence[Story], chance: random.Random) -> str:
    """A page that its script would fill: the stories are in JSON-LD, with at most their headlines on the page."""
    nodes = [
        {
            "@type": "NewsArticle",
            "headline": story.title,
            "articleBody": "\n\n".join(story.paragraphs),
            "publisher": {"@type": "Organization", "name": story.outlet},
            "datePublished": f"2025-08-02T{12 - story.hours:02d}:00:00Z",
        }
        for story in stories
    ]
    listed = {
        "@type": "ItemList",
        "itemListElement": [{"@type": "ListItem", "position": at, "item": node} for at, node in enumerate(nodes)],
    }
    shown = (
        "".join(f"<div><a href='/x'>{escape(story.title)}</a></div>" for story in stories)
        if chance.random() < 0.5
        else "<div id='app'></div>"
    )
    return f"<script type='application/ld+json'>{json.dumps({'@context': 'https://schema.org', **listed})}</script>{shown}"


def live_blog(stories: Sequence[Story], _: random.Random) -> str:
    node = {"@context": "https://schema.org", "@type": "LiveBlogPosting", "headline": "Storm over Norland: all that happens"}
    items = (
        f"<div class='update' id='u{at}'><div>{story.time}</div><h3>{escape(story.title)}</h3>{story.text}</div>"
        for at, story in enumerate(stories)
    )
    head = f"<script type='application/ld+json'>{json.dumps(node)}</script><h1>Storm over Norland: all that happens</h1>"
    return f"{head}<p>We bring you all that happens as it happens.</p><div class='updates'>{''.join(items)}</div>"


def flat(stories: Sequence[Story], _: random.Random) -> str:
    items = (f"<h2>{story.link}</h2><p><i>{story.outlet}</i> - {story.age}</p>{story.text}<hr>" for story in stories)
    return f"<div class='main-column'>{''.join(items)}</div>"


def columns(stories: Sequence[Story], _: random.Random) -> str:
    """A lead story with its own markup above two columns."""
    lead, *rest = stories
    items = [
        f"<div class='story'><span class='source'>{story.outlet}</span><span class='age'>{story.age}</span>"
        f"<h3>{story.link}</h3>{story.text}</div>"
        for story in rest
    ]
    half = len(items) // 2
    top = f"<div class='lead'><h2>{lead.link}</h2><span>{lead.outlet}</span> <span>{lead.age}</span>{lead.text}</div>"
    return f"<div class='front'>{top}<div class='columns'><div>{''.join(items[:half])}</div><div>{''.join(items[half:])}</div></div></div>"


def bold_headlines(stories: Sequence[Story], _: random.Random) -> str:
    items = (
        f"<div class='n'><strong>{escape(story.title)}</strong><br><em>{story.outlet} - {story.age}</em>{story.text}</div>"
        for story in stories
    )
    return f"<div>{''.join(items)}</div>"


def dated(stories: Sequence[Story], _: random.Random) -> str:
    """Headlines without links, a link to the full story, and the time below."""
    items = (
        f"<section class='entry'><h2>{escape(story.title)}</h2>{story.text}<a href='/s'>Continue reading</a>"
        f"<div class='below'>{story.outlet} · {story.time}</div></section>"
        for story in stories
    )
    return f"<div class='entries'>{''.join(items)}</div>"


def own_elements(stories: Sequence[Story], _: random.Random) -> str:
    items = (
        f"<news-item><news-title>{story.link}</news-title><news-source>{story.outlet}</news-source><news-age>{story.age}</news-age>"
        f"<news-text>{escape(' '.join(story.paragraphs))}</news-text></news-item>"
        for story in stories
    )
    return f"<news-list>{''.join(items)}</news-list>"


TEMPLATES: dict[str, Template] = {
    "article elements": articles,
    "cards": cards,
    "table rows": rows,
    "bullets": bullets,
    "linked cards": linked_cards,
    "definition list": definitions,
    "JSON-LD": json_ld,
    "live blog": live_blog,
    "flat": flat,
    "columns": columns,
    "bold headlines": bold_headlines,
    "dated": dated,
    "own elements": own_elements,
}


def one_story(stories: Sequence[Story], chance: random.Random) -> str:
    """The first story in full beside teasers of the others."""
    teasers = "".join(f'<div class="item"><h4>{other.link}</h4><p>{escape(other.paragraphs[0])}</p></div>' for other in stories[1:])
    first = stories[0]
    side = chance.choice(["<div class='more-box'>{}</div>", "<aside>{}</aside>", "<section><h2>Latest</h2>{}</section>"]).format(teasers)
    return f"<div class='main'><h1>{escape(first.title)}</h1><p class='by'>{first.outlet} {first.time}</p>{first.text}</div>{side}"


def front_page(stories: Sequence[Story], _: random.Random) -> str:
    return "".join(f"<div class='item'><h3>{story.link}</h3><span>{story.age}</span></div>" for story in stories)


def with_comments(stories: Sequence[Story], _: random.Random) -> str:
    first = stories[0]
    comments = "".join(
        f"<div class='reply'><b>Reader {other.hours}</b> <span>{other.age}</span><p>{escape(other.paragraphs[0])}</p></div>"
        for other in stories[1:]
    )
    return f"<article><h1>{escape(first.title)}</h1>{first.text}</article><section id='comments'><h3>Comments</h3>{comments}</section>"


def with_sections(stories: Sequence[Story], _: random.Random) -> str:
    """One long story with a heading over each part."""
    parts = "".join(f"<section><h2>{escape(part.title)}</h2>{part.text}</section>" for part in stories)
    return f"<div class='content'><h1>Everything about the old bridge</h1>{parts}</div>"


def sample(make: Template, seed: int) -> Sample:
    """Return a page that lists stories; equal seeds give equal pages."""
    chance = random.Random(f"{make.__name__} {seed}")
    stories = tuple(_story(chance) for _ in range(chance.randint(3, 14)))
    return Sample(_page(make(stories, chance), chance), stories)


def single(make: Template, seed: int) -> Sample:
    """Return a page that is no list; its one true story is the first."""
    chance = random.Random(seed)
    stories = (_story(chance, 6), *(_story(chance, 1) for _ in range(chance.randint(3, 9))))
    truth = () if make is front_page else (_whole(stories) if make is with_sections else stories[0],)
    return Sample(_page(make(stories, chance), chance), truth)


def _whole(parts: Sequence[Story]) -> Story:
    return Story("Everything about the old bridge", tuple(text for part in parts for text in (part.title, *part.paragraphs)), "", 1)


def _story(chance: random.Random, paragraphs: int = 0) -> Story:
    seed = chance.randrange(10**9)
    texts = tuple(story(seed + part, chance.randint(1, 3)) for part in range(paragraphs or chance.choice([1, 1, 2, 4])))
    return Story(headline(seed), texts, chance.choice(OUTLETS), chance.randint(1, 11))


def _page(main: str, chance: random.Random) -> str:
    links = "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in ("Home", "World", "Sports", "Opinion"))
    read = "".join(f"<li><a href='/r'>{escape(headline(chance.randrange(999)))}</a></li>" for _ in range(5))
    beside = [
        f"<div class='sidebar'><h3>Most read</h3><ol>{read}</ol></div>",
        "<div class='box'><h3>Our newsletter</h3><p>Sign up and get the best of the day in your inbox every morning.</p></div>",
        "<div class='ad'>Advertisement</div>",
        "<div class='notice'>We use cookies to make this page better for you. <button>Accept</button></div>",
    ]
    chance.shuffle(beside)
    before, after = beside[: chance.randint(0, 1)], beside[1 : chance.randint(1, 4)]
    head = "<title>Latest news | Norland Today</title><script>var a = '<article><p>no text</p>';</script><style>p { color: red }</style>"
    top = f"<div id='top'><a href='/'>Norland Today</a><ul class='nav'>{links}</ul></div>"
    foot = "<div class='footer'><p>© 2025 Norland Today. All rights reserved.</p><a href='/terms'>Terms of use</a></div>"
    return f"<!doctype html><html><head>{head}</head><body>{top}{''.join(before)}{main}{''.join(after)}{foot}</body></html>"
