"""Generate HTML lists with markup modelled on real sites, and the story above related ones.

These templates were written last, and the rules then improved. The first scores were 0.74 (boundaries) and 0.56 (exact), and nearly each
`story_above_related` was split.
"""

import random
from collections.abc import Sequence
from html import escape

from tests.quality.html_pages import Story, Template
from tests.stories import headline


def linked_blocks(stories: Sequence[Story], _: random.Random) -> str:
    """Teasers that are links as a whole, without a full stop."""
    items = (
        f"<li><div data-testid='card'><a href='/n'><div><h2>{escape(story.title)}</h2>"
        f"<p>{escape(' '.join(story.paragraphs).rstrip('.'))}</p></div></a>"
        f"<div><span>{story.hours} hrs ago</span><span>World</span></div></div></li>"
        for story in stories
    )
    return f"<ul>{''.join(items)}</ul>"


def blog_archive(stories: Sequence[Story], _: random.Random) -> str:
    items = (
        f"<article id='post-{at}' class='post-{at} post type-post category-news tag-social'><header><h2>{story.link}</h2>"
        f"<div class='entry-meta'>Posted on <a href='/d'><time datetime='2025-08-02T{12 - story.hours:02d}:00:00+00:00'>August 2</time></a>"
        f" <span class='byline'>by <a href='/a'>Ana Ruiz</a></span></div></header><div class='entry-summary'>{story.text}"
        "<p><a href='/s'>Continue reading <span>→</span></a></p></div><footer>Posted in <a href='/c'>News</a></footer></article>"
        for at, story in enumerate(stories)
    )
    return f"<main><header class='page-header'><h1>Category: News</h1></header>{''.join(items)}</main>"


def sections(stories: Sequence[Story], chance: random.Random) -> str:
    """Sections with a name, one teaser, and bare headlines below it."""
    result = ""
    for at, story in enumerate(stories):
        bare = "".join(f"<li><a href='/x'>{escape(headline(chance.randrange(9999)))}</a></li>" for _ in range(3))
        lead = f"<div class='lead'><h3>{story.link}</h3><p>{escape(' '.join(story.paragraphs))}</p></div>"
        result += f"<section><h2><a href='/{at}'>Section {at}</a></h2>{lead}<ul>{bare}</ul></section>"
    return result


def nested_tables(stories: Sequence[Story], _: random.Random) -> str:
    items = (
        f"<table><tr><td><font size=4><b><a href='/x'>{escape(story.title)}</a></b></font></td></tr><tr><td><font size=2>"
        f"{escape(' '.join(story.paragraphs))}</font></td></tr><tr><td><i>{story.outlet}, {story.age}</i></td></tr></table>"
        for story in stories
    )
    return f"<table><tr><td>{''.join(items)}</td></tr></table>"


def timeline(stories: Sequence[Story], _: random.Random) -> str:
    """Headlines in paragraphs beside a clock time."""
    items = (
        f"<div class='entry'><div class='hour'>{12 - story.hours:02d}:00</div><div class='c'>"
        f"<p class='h'><a href='/x'>{escape(story.title)}</a></p><p>{escape(' '.join(story.paragraphs))}</p></div></div>"
        for story in stories
    )
    return f"<div class='timeline'>{''.join(items)}</div>"


def story_above_related(stories: Sequence[Story], _: random.Random) -> str:
    """One story without an element of its own, above others that have one each."""
    first = stories[0]
    related = "".join(
        f"<article><a href='/x'><img src=x></a><h3>{story.link}</h3><p>{escape(story.paragraphs[0])}</p>"
        "<time datetime='2025-08-01T10:00Z'>yesterday</time></article>"
        for story in stories[1:]
    )
    head = f"<h1>{escape(first.title)}</h1><div>By Ana Ruiz<br>{first.age}</div>"
    return f"<div class='page'>{head}<div>{first.text}</div><div class='row'>{related}</div></div>"


MORE_TEMPLATES: dict[str, Template] = {
    "linked blocks": linked_blocks,
    "blog archive": blog_archive,
    "sections": sections,
    "nested tables": nested_tables,
    "timeline": timeline,
}
