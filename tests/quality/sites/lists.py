"""Generate pages that list many stories: archives, feeds, search results, newsletters."""

import json
from html import escape

from tests.quality.sites.markup import Page, document, footer, link, listed, menu, most_read, parts, stamp, timed
from tests.quality.unlike.ages import printed
from tests.quality.unlike.made import Truth, truth, word, words
from tests.quality.unlike.stories import Newsroom, moment


def weblog_archive(room: Newsroom) -> Page:
    """The archive of a weblog with whole posts, a sidebar of widgets, and links to older posts."""
    rows = room.stories(3, 7)
    posts = "".join(
        f'<article id="post-{900 + at}" class="post-{900 + at} post type-post status-publish format-standard hentry category-port">'
        f'<header class="entry-header"><h2 class="entry-title"><a href="/2025/08/p{at}/" rel="bookmark">{escape(s.title)}</a></h2>'
        f'<div class="entry-meta"><span class="posted-on"><time class="entry-date published" datetime="{stamp(s)}">'
        f'{printed(s, "date", room.random).text}</time></span><span class="byline"> {word(room, "by").format("")}'
        f'<span class="author vcard"><a class="url fn n" href="/author/x/">{escape(s.author)}</a></span></span></div></header>'
        f'<div class="entry-content">{parts(s)}</div><footer class="entry-footer"><span class="cat-links">{link(words(room, "menu")[1])}'
        f'</span><span class="comments-link"><a href="#respond">0</a></span></footer></article>\n'
        for at, s in enumerate(rows)
    )
    aside = (
        f'<aside id="secondary" class="widget-area"><section class="widget widget_recent_entries">{most_read(room)}</section>'
        f'<section class="widget widget_text"><p>{word(room, "promo")}</p></section></aside>'
    )
    body = (
        f'<div id="page" class="hfeed site"><header id="masthead"><p class="site-title">{link("Norland", "/")}</p>'
        f'<nav id="site-navigation"><ul class="menu">{menu(room)}</ul></nav></header><div id="content" class="site-content">'
        f'<main id="main" class="site-main"><h1 class="page-title">{words(room, "menu")[2]}</h1>{posts}'
        f'<nav class="navigation posts-navigation"><div class="nav-previous">{link("←", "/page/2")}</div></nav></main>{aside}</div>'
        f'<footer id="colophon">{footer(room)}</footer></div>'
    )
    return document(room, "Norland", body), [timed(s) for s in rows]


def volanta_river(room: Newsroom) -> Page:
    """A river with a kicker above the headline, one paragraph below it, then outlet and relative age."""
    rows = [(s, printed(s, "relative", room.random)) for s in room.stories(4, 9)]
    items = "".join(
        f'<div class="noticia"><div class="foto"><a href="/n"><img src="/f.jpg" alt="{escape(s.town)}"></a></div>'
        f'<span class="volanta">{room.random.choice(words(room, "menu")[1:6])}</span><h2>{link(s.title)}</h2>'
        f'<p class="bajada">{escape(s.summary)}</p><div class="datos"><span class="medio">{escape(s.outlet)}</span>'
        f'<time datetime="{stamp(s)}">{a.text}</time></div></div>'
        for s, a in rows
    )
    body = (
        f"<header><ul>{menu(room)}</ul></header><section class='listado'>{items}<button>{word(room, 'more')}</button></section>"
        f"<section class='masleidas'>{most_read(room)}</section><footer>{footer(room)}</footer>"
    )
    return document(room, "Últimas", body), [timed(s, body=s.summary, outlet=True) for s, _ in rows]


def nested_cards(room: Newsroom) -> Page:
    """Cards of a main story with its first sentences, and other outlets' bare headlines inside of the same card."""
    rows = [(s, printed(s, "relative", room.random)) for s in room.stories(3, 7)]
    cards = ""
    for s, a in rows:
        others = "".join(
            f'<article class="UwIKyb"><div class="vr1PYe">{escape(o.outlet)}</div><h4 class="ipQwMb">{link(o.title, "./read/x")}</h4>'
            f'<time class="hvbAAd" datetime="{stamp(o)}">{printed(o, "relative", room.random).text}</time></article>'
            for o in room.stories(2, 3)
        )
        cards += (
            f'<c-wiz class="PO9Zff"><article class="IFHyqb"><figure><img src="x.jpg"></figure><div class="MCAGUe"><img src="i.png">'
            f'<div class="vr1PYe">{escape(s.outlet)}</div></div><h3 class="JtKRv">{link(s.title, "./read/y")}</h3>'
            f'<div class="Zr4Jx">{escape(s.summary)}</div><time class="hvbAAd" datetime="{stamp(s)}">{a.text}</time></article>'
            f'<div class="Ccj79">{others}</div><a href="./stories/z"><span>{word(room, "unseen coverage")}</span></a></c-wiz>'
        )
    body = f'<div role="banner"><ul>{menu(room)}</ul></div><main class="HKt8rc">{cards}</main>'
    return document(room, "Norland News", body), [timed(s, body=s.summary, outlet=True) for s, _ in rows]


def old_tables(room: Newsroom) -> Page:
    """The layout of 2003: tables in tables, fonts, spacers, line breaks for paragraphs."""
    rows = [(s, printed(s, "digits", room.random)) for s in room.stories(3, 6)]
    news = "<hr noshade size=1>".join(
        f'<IMG SRC="dot.gif" WIDTH=5 HEIGHT=5> <FONT SIZE=1 COLOR="#999999">{a.text}</FONT><BR><FONT FACE=Verdana SIZE=3><B>'
        f"<A HREF='n.asp?id={at}'>{escape(s.title)}</A></B></FONT><BR><FONT FACE=Verdana SIZE=2>"
        f"{'<BR><BR>'.join(escape(text) for text in s.paragraphs)}</FONT><BR><A HREF='n.asp?id={at}'>{word(room, 'more')}...</A>"
        for at, (s, a) in enumerate(rows)
    )
    left = "<BR>".join(link(name, "s.asp") for name in words(room, "menu"))
    body = (
        f"<TABLE WIDTH=760 BORDER=0 CELLPADDING=0><TR><TD COLSPAN=3 BGCOLOR=#003366><IMG SRC=logo.gif ALT=Norland></TD></TR><TR>"
        f"<TD WIDTH=120 VALIGN=top BGCOLOR=#eeeeee>{left}</TD><TD VALIGN=top>{news}</TD><TD WIDTH=150>{most_read(room)}</TD></TR>"
        f"<TR><TD COLSPAN=3 ALIGN=center><FONT SIZE=1>{footer(room)}</FONT></TD></TR></TABLE>"
    )
    return document(room, "Norland Online", body), [truth(s, a, outlet=False) for s, a in rows]


def div_soup(room: Newsroom) -> Page:
    """Nothing but divs and spans, with no class and no id."""
    rows = [(s, printed(s, room.random.choice(["relative", "letter"]), room.random)) for s in room.stories(4, 8)]
    items = "".join(
        f"<div><div><div>{link(s.title)}</div><div><span>{escape(s.outlet)}</span><span> · </span><span>{a.text}</span></div>"
        f"<div>{''.join(f'<div>{escape(text)}</div>' for text in s.paragraphs[:2])}</div></div><div><div>{words(room, 'share')[0]}</div></div></div>"
        for s, a in rows
    )
    body = f"<div><div>{menu(room).replace('li>', 'div>')}</div><div>{items}</div><div>{footer(room)}</div></div>"
    return document(room, "n", body), [truth(s, a, body="\n".join(s.paragraphs[:2])) for s, a in rows]


def listed_data(room: Newsroom) -> Page:
    """An ItemList in JSON-LD of addresses and headlines, and cards with the text."""
    rows = [(s, printed(s, "date", room.random)) for s in room.stories(4, 8)]
    nodes = [
        {"@type": "ListItem", "position": at, "url": f"https://norland.example/{at}", "name": s.title} for at, (s, _) in enumerate(rows)
    ]
    data = {
        "@context": "https://schema.org",
        "@graph": [{"@type": "CollectionPage", "mainEntity": {"@type": "ItemList", "itemListElement": nodes}}],
    }
    items = "".join(
        f'<li class="grid__item"><div class="card"><a class="card__media" href="/{at}"><picture><img alt="{escape(s.title)}"></picture></a>'
        f'<div class="card__body"><h3 class="card__title">{link(s.title, f"/{at}")}</h3><p class="card__dek">{escape(s.summary)}</p>'
        f'<p class="card__meta"><span>{word(room, "by").format(escape(s.author))}</span> <span>{a.text}</span></p></div></div></li>'
        for at, (s, a) in enumerate(rows)
    )
    body = (
        f'<nav><ul>{menu(room)}</ul></nav><main><h1>{words(room, "menu")[3]}</h1><ul class="grid">{items}</ul></main>'
        f"<div class='signup'><p>{word(room, 'promo')}</p></div><footer>{footer(room)}</footer>"
    )
    head = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    return document(room, words(room, "menu")[3], body, head), [truth(s, a, outlet=False, body=s.summary) for s, a in rows]


def minute_by_minute(room: Newsroom) -> Page:
    """A live blog: a summary on top, then updates with a clock, every third without a headline."""
    rows = room.stories(5, 9)
    points = "".join(f"<li>{escape(s.title)}</li>" for s in room.stories(3, 4))
    heads = ["" if at % 3 == 2 else f'<h2 class="block-title">{escape(s.title)}</h2>' for at, s in enumerate(rows)]
    items = "".join(
        f'<div class="block" id="block-{at}"><p class="block-time"><a href="#block-{at}"><time datetime="{stamp(s)}">'
        f"{moment(s.age):%H:%M}</time></a></p>{heads[at]}"
        f'<div class="block-elements">{parts(s)}</div><div class="block-share">{listed(words(room, "share")[:2], "button")}</div></div>'
        for at, s in enumerate(rows)
    )
    live = words(room, "unseen live")
    body = (
        f'<nav><ul>{menu(room)}</ul></nav><header><span>{live[0]}</span><h1>{live[1]}</h1><p class="standfirst">{live[2]}</p></header>'
        f'<div class="key-events"><h2>{word(room, "most_read")}</h2><ul>{points}</ul></div><div class="liveblog">{items}</div>'
        f"<footer>{footer(room)}</footer>"
    )
    found = [timed(s) if at % 3 != 2 else Truth(title=None, body=s.body, published_at=timed(s).published_at) for at, s in enumerate(rows)]
    return document(room, live[1], body), found


def mailed(room: Newsroom) -> Page:
    """A newsletter as HTML mail: presentation tables, inline styles, a hidden first line, buttons."""
    rows = room.stories(3, 6)
    items = "".join(
        '<tr><td style="padding:24px 30px 0"><table role="presentation" width="100%"><tr><td><img src="i.jpg" width="540"></td></tr>'
        f'<tr><td style="font:bold 22px Georgia">{escape(s.title)}</td></tr><tr><td style="font:16px/24px Arial">'
        f'{listed(list(s.paragraphs[:3]), "p").replace("<p>", "<p style=margin:0>")}</td></tr><tr><td><a href="https://t.example/c" '
        f'style="background:#036;color:#fff">{word(room, "unseen full").format(escape(s.outlet))}</a></td></tr></table></td></tr>'
        for s in rows
    )
    hello, ask = words(room, "newsletter")
    body = (
        f'<div style="display:none;max-height:0">{hello}</div><center><table role="presentation" width="600"><tr><td align="center">'
        f'<a href="https://t.example/v">{words(room, "share")[-1]}</a></td></tr><tr><td style="font:18px Arial">{hello}</td></tr>{items}'
        f'<tr><td>{ask}</td></tr><tr><td style="font:11px Arial">{"<br>".join(words(room, "farewell"))}</td></tr></table></center>'
    )
    return document(room, "Norland", body), [Truth(title=s.title, body="\n".join(s.paragraphs[:3])) for s in rows]


def search_results(room: Newsroom) -> Page:
    """Results of a search: address, headline, a dated piece of the text with the words sought in bold."""
    rows = [(s, printed(s, "date", room.random)) for s in room.stories(5, 10)]
    items = "".join(
        f'<div class="result"><cite>norland.example › {s.town.lower()}</cite><h3>{link(s.title)}</h3><div class="snippet"><span class="date">'
        f"{a.text} — </span>{escape(s.summary).replace(' ', ' <em>', 1).replace(' ', '</em> ', 2).replace('</em> <em>', ' <em>', 1)}</div></div>"
        for s, a in rows
    )
    pages = "".join(f"<a href='?p={at}'>{at}</a>" for at in range(1, 11))
    body = (
        f'<form><input name="q" value="x"><button>OK</button></form><div class="stats">1–{len(rows)} / 2,481 (0.24 s)</div>'
        f'<div class="results">{items}</div><div class="pages">{pages}</div><footer>{footer(room)}</footer>'
    )
    return document(room, "x", body), [truth(s, a, outlet=False, body=s.summary) for s, a in rows]


def tag_page(room: Newsroom) -> Page:
    """Teasers of a sentence under a tag's name, with a label and a date."""
    rows = [(s, printed(s, "clock", room.random)) for s in room.stories(5, 9)]
    items = "".join(
        f'<div class="td-block-span6"><div class="td_module_mx"><div class="td-module-thumb"><a href="/n" title="{escape(s.title)}"><img></a>'
        f'<a class="td-post-category" href="/c">{words(room, "menu")[4]}</a></div><div class="item-details"><h3 class="entry-title td-module-title">'
        f'{link(s.title)}</h3><div class="td-excerpt">{escape(s.summary)}</div><div class="td-module-meta-info"><span class="td-post-author-name">'
        f'<a href="/a">{escape(s.author)}</a> <span>-</span> </span><span class="td-post-date"><time datetime="{stamp(s)}">{a.text}</time>'
        "</span></div></div></div></div>"
        for s, a in rows
    )
    body = (
        f'<ul class="top-menu">{menu(room)}</ul><div class="td-crumbs">{word(room, "unseen crumbs")}</div><h1>#{rows[0][0].town}</h1>'
        f'<div class="td-main">{items}</div><div class="td-sidebar">{most_read(room)}</div><div class="sub-footer">{footer(room)}</div>'
    )
    return document(room, rows[0][0].town, body), [timed(s, body=s.summary) for s, _ in rows]


def briefs(room: Newsroom) -> Page:
    """News in brief: headlines that lead nowhere, two paragraphs each, one column."""
    rows = room.stories(4, 8)
    items = "".join(f"<h3>{escape(s.title)}</h3>{listed(list(s.paragraphs[:2]))}" for s in rows)
    body = (
        f'<div class="nav">{menu(room)}</div><div class="wrap"><h1>{words(room, "unseen menu")[2]}: {words(room, "menu")[1]}</h1>{items}</div>'
        f"<div class='foot'>{footer(room)}</div>"
    )
    return document(room, "n", body), [Truth(title=s.title, body="\n".join(s.paragraphs[:2])) for s in rows]


TEMPLATES = (
    weblog_archive,
    volanta_river,
    nested_cards,
    old_tables,
    div_soup,
    listed_data,
    minute_by_minute,
    mailed,
    search_results,
    tag_page,
    briefs,
)
