"""Provide markup that the templates share: links, times, a story's paragraphs, page chrome."""

from html import escape

from tests.quality.unlike.made import Truth, word, words
from tests.quality.unlike.stories import Newsroom, Story, moment

Page = tuple[str, list[Truth]]


def link(text: str, to: str = "/n/20250802-a.html") -> str:
    """Return a link."""
    return f'<a href="{to}">{escape(text)}</a>'


def stamp(story: Story) -> str:
    """Return the time of a story as an attribute holds it."""
    return f"{moment(story.age):%Y-%m-%dT%H:%M:%SZ}"


def timed(story: Story, *, body: str | None = None, title: str | None = None, outlet: bool = False) -> Truth:
    """Return the truth of a story whose page declares its exact time."""
    found = stamp(story) if story.age.total_seconds() < 86_400 else stamp(story)[:10]
    return Truth(title=title or story.title, body=body or story.body, outlet=story.outlet if outlet else None, published_at=found)


def parts(story: Story, between: str = "") -> str:
    """Return the text in paragraphs, headings and lists, with `between` after the second paragraph."""
    blocks, items = [], []
    for text in [*story.paragraphs, ""]:
        if text.startswith("- "):
            items.append(f"<li>{escape(text[2:])}</li>")
            continue
        if items:
            blocks.append(f"<ul>{''.join(items)}</ul>")
            items = []
        if text:
            blocks.append(f"<p>{escape(text)}</p>" if len(text.split()) > 6 or text[-1] in '.!?”»"' else f"<h2>{escape(text)}</h2>")
    return "".join(blocks[:2]) + between + "".join(blocks[2:])


def menu(room: Newsroom) -> str:
    """Return a site's menu as a list of links."""
    return "".join(f"<li>{link(name, f'/s{at}')}</li>" for at, name in enumerate(words(room, room.random.choice(["menu", "unseen menu"]))))


def listed(lines: list[str], tag: str = "p") -> str:
    """Return each line in an element of its own."""
    return "".join(f"<{tag}>{escape(line)}</{tag}>" for line in lines)


def most_read(room: Newsroom) -> str:
    """Return a box of bare headlines."""
    items = "".join(f"<li>{link(story.title)}</li>" for story in room.stories(4, 6))
    return f"<h4>{word(room, 'most_read')}</h4><ol>{items}</ol>"


def footer(room: Newsroom) -> str:
    """Return the footer of a page."""
    return listed(words(room, room.random.choice(["footer", "unseen footer"])), "span")


def document(room: Newsroom, title: str, body: str, head: str = "") -> str:
    """Return a whole page."""
    return (
        f'<!DOCTYPE html>\n<html lang="{room.language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/m.css">{head}'
        '<script>window.dataLayer=window.dataLayer||[];if(1<2&&document.write("<p>never seen</p>")){}</script>'
        f"</head><body>{body}</body></html>"
    )
