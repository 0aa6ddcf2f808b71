"""Generate pages of one story, with the chrome that sites put around and into it."""

import json
from html import escape

from tests.quality.sites.markup import Page, document, footer, link, listed, menu, most_read, parts, stamp, timed
from tests.quality.unlike.ages import printed
from tests.quality.unlike.made import Truth, word, words
from tests.quality.unlike.stories import Newsroom, Story


def _figure(room: Newsroom, kind: str = "caption") -> str:
    town, person = room.random.choice(room.words["towns"]), room.random.choice(room.words["people"])
    return f'<figure class="image"><img src="/p.jpg"><figcaption>{escape(word(room, kind).format(town, person))}</figcaption></figure>'


def _comments(room: Newsroom, long: bool = False) -> str:
    count, *fields = words(room, "comments")
    items = "".join(
        f"<li><div class='c-author'>{name}</div><p>{text}</p><a href='#'>{reply}</a></li>"
        for name, text, reply in zip(*[iter(fields)] * 3, strict=False)
    )
    if long:
        items += "".join(
            f"<li><div class='c-author'>{escape(s.author)}</div><div class='c-text'>{listed(list(s.paragraphs))}</div></li>"
            for s in room.stories(4, 6, 4)
        )
    return f"<h3>{count}</h3><ol>{items}</ol>"


def _teasers(room: Newsroom, tag: str) -> str:
    return "".join(
        f"<{tag} class='teaser'><a href='/n'><img src='t.jpg'></a><h3>{link(s.title)}</h3><p>{escape(s.summary)}</p>"
        f"<time datetime='{stamp(s)}'>{printed(s, 'relative', room.random).text}</time></{tag}>"
        for s in room.stories(4, 8)
    )


def broadsheet(room: Newsroom) -> Page:
    """Everything at once: cookies, crumbs, caption, share buttons, advertisements, a pull quote, a form, teasers, comments."""
    s = room.story(9)
    inside = (
        f'<div class="ad-slot"><span>{word(room, "unseen ad")}</span></div><aside class="pullquote"><p>{escape(s.paragraphs[1])}</p></aside>'
        f'<div class="related-inline"><strong>{words(room, "unseen related")[0].format("")}</strong>{link(room.story(1).title)}</div>'
        f'<div class="nl"><h4>{words(room, "newsletter")[0]}</h4><p>{word(room, "promo")}</p><form><input type=email><button>OK</button></form></div>'
    )
    body = (
        f'<div id="cookie-wall">{listed(words(room, "cookies"))}</div><header><ul>{menu(room)}</ul></header><main><div class="crumbs">'
        f'{word(room, "unseen crumbs")}</div><article><span class="kicker">{words(room, "menu")[3]}</span><h1>{escape(s.title)}</h1>'
        f'<div class="byline">{word(room, "by").format(link(s.author, "/a"))} <time datetime="{stamp(s)}">{printed(s, "clock", room.random).text}'
        f'</time></div>{_figure(room)}<div class="tools">{listed(words(room, "unseen buttons"), "button")}</div><div class="story-body">'
        f'{parts(s, inside)}</div><p class="bio">{escape(word(room, "unseen bio").format(s.author, s.outlet))}</p></article>'
        f'<section class="more"><h2>{word(room, "unseen also")}</h2>{_teasers(room, "article")}</section><section class="comments">'
        f"{_comments(room)}</section></main><aside>{most_read(room)}</aside><footer>{footer(room)}</footer>"
    )
    return document(room, f"{s.title} | {s.outlet}", body), [timed(s)]


def behind_a_wall(room: Newsroom) -> Page:
    """The first paragraphs, then offers to subscribe, more words than the story has."""
    s = room.story(4)
    offer = f"<div class='offer'><h3>{words(room, 'menu')[-2]}</h3>{listed([word(room, 'promo'), *words(room, 'unseen sponsor')])}<button>OK</button></div>"
    wall = f"<div class='gate'>{listed(words(room, 'newsletter'))}{offer * 3}{listed(words(room, 'farewell'))}</div>"
    body = (
        f'<nav>{menu(room)}</nav><article class="post-premium"><h1>{escape(s.title)}</h1><p class="author">{word(room, "by").format(escape(s.author))}</p>'
        f"<p>{printed(s, 'date', room.random).text}</p>{parts(s)}{wall}</article><footer>{footer(room)}</footer>"
    )
    head = f'<meta property="og:title" content="{escape(s.title)}"><meta property="og:site_name" content="{escape(s.outlet)}">'
    return document(room, s.title, body, head), [Truth(title=s.title, body=s.body, outlet=s.outlet)]


def in_sections(room: Newsroom) -> Page:
    """A long report with headings, lists, a small table, and links to its own parts on top."""
    s = room.story(12)
    heads = room.words["subheads"]
    text = list(s.paragraphs)
    for at, head in zip((2, 5, 8), heads, strict=False):
        text.insert(at, head.format(t=s.town))
    text[7:7] = [f"- {item.format(t=s.town, u=s.town, n=4 + at)}" for at, item in enumerate(room.words["items"])]
    whole = Story(title=s.title, paragraphs=tuple(text), outlet=s.outlet, author=s.author, town=s.town, age=s.age, language=s.language)
    table = "<table><tr><th>2023</th><th>2024</th></tr><tr><td>4.1</td><td>5.2</td></tr></table>"
    parts_list = "".join(f"<li><a href='#p{at}'>{head.format(t=s.town)}</a></li>" for at, head in enumerate(heads[:3]))
    body = (
        f'<div class="top"><ul>{menu(room)}</ul></div><div class="report"><h1>{escape(s.title)}</h1><div class="meta">{escape(s.author)} · '
        f'{printed(s, "date", room.random).text}</div><div class="toc"><ul>{parts_list}</ul></div><div class="text">{parts(whole, table)}</div>'
        f'</div><div class="side">{most_read(room)}</div><div class="end">{footer(room)}</div>'
    )
    return document(room, s.title, body), [Truth(title=s.title, body=whole.body)]


def with_a_gallery(room: Newsroom) -> Page:
    """Pictures with captions and counters between the paragraphs."""
    s = room.story(7)
    slides = "".join(f"<div class='slide'>{_figure(room, 'unseen caption')}<span class='count'>{at} / 6</span></div>" for at in range(1, 7))
    gallery = f"<div class='gallery'><button>‹</button>{slides}<button>›</button></div>"
    body = (
        f'<header><ul>{menu(room)}</ul></header><div class="article"><h1>{escape(s.title)}</h1><time datetime="{stamp(s)}">'
        f'{printed(s, "digits", room.random).text}</time><div class="lead-image"><img><div class="caption">{escape(word(room, "caption").format(s.town, s.author))}'
        f'</div></div><div class="body">{parts(s, gallery)}{_figure(room)}</div><div class="tags">{listed(words(room, "unseen tags"), "a")}</div></div>'
        f"<div class='rel'>{_teasers(room, 'div')}</div><footer>{footer(room)}</footer>"
    )
    return document(room, s.title, body), [timed(s)]


def line_breaks(room: Newsroom) -> Page:
    """A story of one cell, its paragraphs parted by line breaks, with menu and headlines in other cells."""
    s = room.story(6)
    text = "<br><br>\n".join(escape(line.removeprefix("- ")) for line in s.paragraphs)
    body = (
        f"<table width=100%><tr><td valign=top>{'<br>'.join(link(name) for name in words(room, 'unseen menu'))}</td><td><font size=5>"
        f"{escape(s.title)}</font><br><i>{escape(s.author)}, {printed(s, 'date', room.random).text}</i><br><br>{text}<br><br>"
        f"<a href='p.asp'>{words(room, 'share')[-1]}</a></td><td>{most_read(room)}</td></tr></table><center>{footer(room)}</center>"
    )
    return document(room, f"{s.title} - Norland", body), [Truth(title=s.title, body=s.body)]


def much_discussed(room: Newsroom) -> Page:
    """A short post under which readers wrote more than its author."""
    s = room.story(3)
    body = (
        f'<div id="wrapper"><ul id="menu">{menu(room)}</ul><div class="post"><h1 class="entry-title">{escape(s.title)}</h1>'
        f'<div class="postmeta">{escape(word(room, "unseen posted").format(printed(s, "date", room.random).text, s.author, s.town))}</div>'
        f'<div class="entry">{parts(s)}</div><div class="sharedaddy">{listed(words(room, "share"), "li")}</div></div>'
        f'<div class="nav-single">{link(room.story(1).title)} {link(room.story(1).title)}</div><div id="discussion">{_comments(room, True)}'
        f"</div></div><footer>{footer(room)}</footer>"
    )
    return document(room, s.title, body), [Truth(title=s.title, body=s.body)]


def short_above_grid(room: Newsroom) -> Page:
    """Three paragraphs above a grid of teasers that together are much longer, each with its time."""
    s = room.story(3)
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": s.title,
        "datePublished": stamp(s),
        "author": {"name": s.author},
    }
    body = (
        f'<div class="hd">{menu(room)}</div><div class="col"><h1>{escape(s.title)}</h1><div class="info">{printed(s, "clock", room.random).text}</div>'
        f'<div class="txt">{parts(s)}</div></div><div class="grid">{_teasers(room, "div")}{_teasers(room, "div")}</div><div>{footer(room)}</div>'
    )
    head = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    return document(room, s.title, body, head), [timed(s)]


def by_components(room: Newsroom) -> Page:
    """Each paragraph in a component of its own, hashed classes, an advertisement between any two."""
    s = room.story(8)
    ad = f'<div class="css-1xdh"><div id="ad"><p>{word(room, "unseen ad")}</p></div></div>'
    text = ad.join(
        f'<div class="css-s99g StoryColumn"><div class="css-53u6"><p class="css-at9m">{escape(line.removeprefix("- "))}</p></div></div>'
        for line in s.paragraphs
    )
    body = (
        f'<div id="app"><div data-testid="masthead">{menu(room)}</div><div data-testid="story"><div class="css-1v0"><h1 data-testid="headline">'
        f'{escape(s.title)}</h1></div><div class="css-8a">{word(room, "by").format(escape(s.author))}</div><time datetime="{stamp(s)}">x</time>'
        f'<section name="articleBody">{text}</section></div><div data-testid="recirc">{_teasers(room, "div")}</div><div>{footer(room)}</div></div>'
    )
    return document(room, s.title, body), [timed(s)]


def interview(room: Newsroom) -> Page:
    """Questions in bold, answers below, a box on the person asked."""
    s = room.story(8)
    text = "".join(
        f"<p><strong>{escape(line)}</strong></p>" if at % 2 else f"<p>{escape(line.removeprefix('- '))}</p>"
        for at, line in enumerate(s.paragraphs)
    )
    box = f"<div class='infobox'><h4>{escape(s.author)}</h4><p>{escape(word(room, 'unseen bio').format(s.author, s.outlet))}</p></div>"
    body = (
        f'<ul class="menu">{menu(room)}</ul><section id="content"><h1>{escape(s.title)}</h1>{box}<div class="content-text">{text}</div></section>'
        f"<section>{most_read(room)}</section><footer>{footer(room)}</footer>"
    )
    return document(room, s.title, body), [Truth(title=s.title, body=s.body)]


TEMPLATES = (
    broadsheet,
    behind_a_wall,
    in_sections,
    with_a_gallery,
    line_breaks,
    much_discussed,
    short_above_grid,
    by_components,
    interview,
)
