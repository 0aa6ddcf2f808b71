"""Generate pages as an estimate for unseen sites: they were written after the rules were improved, and no rule was made for them.

First score: 0.815 (boundaries), 0.517 (exact).
"""

from html import escape

from tests.quality.sites.markup import Page, document, footer, link, listed, menu, most_read, parts, stamp, timed
from tests.quality.unlike.ages import printed
from tests.quality.unlike.made import Truth, truth, word, words
from tests.quality.unlike.stories import Newsroom


def press_room(room: Newsroom) -> Page:
    """Releases by year, the date before the headline, a summary below."""
    rows = [(s, printed(s, "date", room.random)) for s in room.stories(4, 8)]
    items = "".join(
        f'<li class="release"><span class="date">{a.text}</span> {link(s.title)}<div class="summary">{escape(s.summary)}</div>'
        f'<div class="files">{link("PDF", "/r.pdf")}</div></li>'
        for s, a in rows
    )
    body = f'<nav>{menu(room)}</nav><div id="press"><h1>{words(room, "menu")[1]}</h1><h4>2025</h4><ul>{items}</ul></div><footer>{footer(room)}</footer>'
    return document(room, "Press", body), [truth(s, a, outlet=False, body=s.summary) for s, a in rows]


def by_section(room: Newsroom) -> Page:
    """A front page of sections, each with a name and three teasers."""
    found, text = [], ""
    for at in range(3):
        rows = [(s, printed(s, "relative", room.random)) for s in room.stories(3, 3)]
        cards = "".join(
            f'<div class="c-card"><a href="/n"><img></a><h3 class="c-card__h">{link(s.title)}</h3><p class="c-card__p">{escape(s.summary)}</p>'
            f'<span class="c-card__t">{a.text}</span></div>'
            for s, a in rows
        )
        text += f'<section class="zone"><header><h2>{link(words(room, "menu")[at + 1])}</h2></header><div class="zone-in">{cards}</div></section>'
        found += [truth(s, a, outlet=False, body=s.summary) for s, a in rows]
    return document(room, "Norland", f"<ul>{menu(room)}</ul><main>{text}</main><aside>{most_read(room)}</aside>{footer(room)}"), found


def cards_as_figures(room: Newsroom) -> Page:
    """Each card is a figure, its text the caption."""
    rows = [(s, printed(s, "date", room.random)) for s in room.stories(4, 8)]
    items = "".join(
        f"<figure class='tile'><img><figcaption><h2>{link(s.title)}</h2><p>{escape(s.summary)}</p><small>{a.text}</small></figcaption></figure>"
        for s, a in rows
    )
    return document(room, "n", f"<nav>{menu(room)}</nav><div class='wall'>{items}</div>"), [
        truth(s, a, outlet=False, body=s.summary) for s, a in rows
    ]


def accordion(room: Newsroom) -> Page:
    """A collapsed briefing: headlines as `<summary>` of `<details>`."""
    rows = room.stories(4, 7)
    items = "".join(f"<details><summary>{escape(s.title)}</summary><div>{parts(s)}<p>{link(s.outlet)}</p></div></details>" for s in rows)
    return document(room, "n", f"<h1>{words(room, 'newsletter')[0]}</h1><div class='briefing'>{items}</div>{footer(room)}"), [
        Truth(title=s.title, body=s.body) for s in rows
    ]


def reader(room: Newsroom) -> Page:
    """A feed reader: whole stories with outlet, author and age, buttons below each."""
    rows = [(s, printed(s, "letter", room.random)) for s in room.stories(3, 6)]
    items = "".join(
        f'<div class="entry"><div class="entryHeader"><a class="entryTitle" href="/n">{escape(s.title)}</a><div class="metadata"><a class="source" '
        f'href="/f">{escape(s.outlet)}</a><span> / {escape(s.author)} / {a.text}</span></div></div><div class="entryBody"><figure><img><figcaption>'
        f'{escape(word(room, "caption").format(s.town, s.author))}</figcaption></figure>{parts(s)}</div><div class="entryActions">'
        f"{listed(words(room, 'share'), 'span')}</div></div>"
        for s, a in rows
    )
    return document(room, "Reader", f'<div id="feeds">{menu(room)}</div><div id="timeline">{items}</div>'), [truth(s, a) for s, a in rows]


def boxes(room: Newsroom) -> Page:
    """A portal of boxes: a linked headline, text and a link to more on one line each."""
    rows = room.stories(4, 8)
    items = "".join(
        f'<div class="box"><div class="box-head">{words(room, "menu")[at % 6]}</div><div class="box-body"><a class="t" href="/n"><b>{escape(s.title)}</b>'
        f'</a><br><span>{escape(s.summary)}</span> <a href="/n">{word(room, "more")} »</a></div></div>'
        for at, s in enumerate(rows)
    )
    return document(room, "Portal", f'<div id="menu">{menu(room)}</div>{items}<div id="foot">{footer(room)}</div>'), [
        Truth(title=s.title, body=s.summary) for s in rows
    ]


def accelerated(room: Newsroom) -> Page:
    """An AMP page: elements of its own for pictures, advertisements and the menu."""
    s = room.story(8)
    between = f'<amp-ad width="300"></amp-ad><amp-img src="/p.jpg"></amp-img><div class="cap">{escape(word(room, "caption").format(s.town, s.author))}</div>'
    body = (
        f'<amp-sidebar id="side"><ul>{menu(room)}</ul></amp-sidebar><article class="amp-wp-article"><header class="amp-wp-article-header"><h1>'
        f'{escape(s.title)}</h1><div class="amp-wp-meta">{escape(s.author)}</div><time datetime="{stamp(s)}">{printed(s, "date", room.random).text}</time>'
        f'</header><div class="amp-wp-article-content">{parts(s, between)}</div><footer class="amp-wp-article-footer"><div>'
        f'{word(room, "unseen posted").format("x", s.author, s.town)}</div></footer></article><amp-list src="/r.json"></amp-list>{footer(room)}'
    )
    return document(room, s.title, body), [timed(s)]


def with_a_fact_box(room: Newsroom) -> Page:
    """A standfirst below the headline, key points on top, a fact box beside the story."""
    s, facts, lead = room.story(9), room.story(3), room.story(1).summary
    points = "".join(f"<li>{escape(other.title)}</li>" for other in room.stories(3, 3))
    box = f'<aside class="factbox"><h3>{escape(facts.title)}</h3>{listed(list(facts.paragraphs))}</aside>'
    body = (
        f'<header>{menu(room)}</header><main><h1>{escape(s.title)}</h1><p class="deck">{escape(lead)}</p><div class="by">'
        f'{word(room, "by").format(escape(s.author))}</div><div class="date">{printed(s, "clock", room.random).text}</div><ul class="keypoints">{points}'
        f'</ul><div class="copy">{parts(s, box)}</div></main><div class="more">{most_read(room)}</div><footer>{footer(room)}</footer>'
    )
    return document(room, s.title, body), [Truth(title=s.title, body=f"{lead}\n{s.body}")]


def weblog_post(room: Newsroom) -> Page:
    """A weblog of 2008: text with line breaks, labels, a profile, archives."""
    s = room.story(6)
    text = "<br /><br />".join(escape(line) for line in s.paragraphs)
    months = "".join(f"<li>{link(f'2008-{at:02d}')} ({at})</li>" for at in range(1, 13))
    body = (
        f'<div id="header-wrapper"><h1 class="title">{escape(s.outlet)}</h1><p class="description">{words(room, "unseen live")[2]}</p></div>'
        f'<div id="main"><h2 class="date-header">{printed(s, "weekday", room.random).text}</h2><div class="post hentry"><h3 class="post-title entry-title">'
        f'{link(s.title)}</h3><div class="post-body entry-content">{text}<div style="clear: both;"></div></div><div class="post-footer">'
        f'{escape(s.author)} 10:42 {link(words(room, "comments")[0])}</div></div></div><div id="sidebar"><h2>2008</h2><ul>{months}</ul>'
        f'<div class="profile">{escape(word(room, "unseen bio").format(s.author, s.outlet))}</div></div>'
    )
    return document(room, f"{s.outlet}: {s.title}", body), [Truth(title=s.title, body=s.body)]


def print_view(room: Newsroom) -> Page:
    """A page to print: hardly any markup."""
    s = room.story(5)
    body = (
        f"<b>{escape(s.title)}</b><br>{escape(s.author)}<br>{printed(s, 'date', room.random).text}<hr>{listed(list(s.paragraphs))}<hr>"
        "<small>https://norland.example/n/1.html</small>"
    )
    return document(room, s.title, body), [Truth(title=s.title, body=s.body)]


TEMPLATES = (
    press_room,
    by_section,
    cards_as_figures,
    accordion,
    reader,
    boxes,
    accelerated,
    with_a_fact_box,
    weblog_post,
    print_view,
)
