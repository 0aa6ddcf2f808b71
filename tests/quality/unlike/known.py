"""Templates on which the general fallback was improved."""

import textwrap

from tests.quality.unlike.made import Truth, aged, truth, word, words
from tests.quality.unlike.stories import Newsroom

Page = tuple[str, list[Truth]]


def river_age_first(room: Newsroom) -> Page:
    """Age, headline, outlet, story."""
    rows = aged(room, room.stories())
    return "".join(f"{a.text}\n{s.title}\n{s.outlet}\n{s.body}\n\n" for s, a in rows), [truth(s, a) for s, a in rows]


def river_stamp_below(room: Newsroom) -> Page:
    """Headline, story, outlet and age on one line under it."""
    sign = room.random.choice((" · ", " | ", " — ", " • ", ", "))
    rows = aged(room, room.stories())
    top = "\n".join(words(room, "menu")) + "\n\n"
    return top + "".join(f"{s.title}\n{s.body}\n{s.outlet}{sign}{a.text}\n\n" for s, a in rows), [truth(s, a) for s, a in rows]


def river_with_category(room: Newsroom) -> Page:
    """Outlet, age and category on one line over the headline; buttons under each story."""
    rows = aged(room, room.stories())
    menu = words(room, "menu")
    text = "".join(
        f"{s.outlet} • {a.text} • {room.random.choice(menu[1:6])}\n{s.title}\n\n{s.body}\n\n"
        f"{word(room, 'share')}\n{words(room, 'share')[2]}\n\n"
        for s, a in rows
    )
    return "\n".join(menu) + "\n\n" + text, [truth(s, a) for s, a in rows]


def blog_index(room: Newsroom) -> Page:
    """Headline, author and date, the first paragraph only, a button."""
    rows = aged(room, room.stories())
    text = "".join(f"{s.title}\n{word(room, 'by').format(s.author)} · {a.text}\n{s.summary}\n{word(room, 'more')} »\n\n" for s, a in rows)
    return text, [truth(s, a, outlet=False, body=s.summary) for s, a in rows]


def numbered(room: Newsroom) -> Page:
    """A list with numbers, an outlet behind each headline."""
    rows = room.stories(4, 7)
    head = words(room, "newsletter")[0]
    text = "".join(f"{n}. {s.title} ({s.outlet})\n{s.summary}\n\n" for n, s in enumerate(rows, 1))
    found = [Truth(title=f"{s.title} ({s.outlet})", body=s.summary) for s in rows]
    return f"{head}\n\n{text}", found


def ruled_with_sources(room: Newsroom) -> Page:
    """Stories between rules, with a line that names the source at their end."""
    rows = room.stories()
    rule = room.random.choice(("---", "* * *", "____________", "=========="))
    text = f"\n{rule}\n".join(f"{s.title}\n\n{s.body}\n\n{word(room, 'source')}: {s.outlet}\n" for s in rows)
    return text, [truth(s) for s in rows]


def digest(room: Newsroom) -> Page:
    """A newsletter: greeting, headline, summary and a link for each story, farewell."""
    rows = room.stories(4, 7)
    more, (greeting, thanks), farewell = word(room, "more"), words(room, "newsletter"), "\n".join(words(room, "farewell"))
    text = "".join(f"{s.title}\n\n{s.summary}\n\n{more}\n\n" for s in rows)
    return f"{greeting}\n\n{text}{thanks}\n{farewell}\n", [truth(s, outlet=False, body=s.summary) for s in rows]


def slugs(room: Newsroom) -> Page:
    """A wire: a line with time and slug over each story, which begins with its dateline."""
    rows = room.stories()
    roll = room.random
    lines = []
    for number, s in enumerate(rows):
        time = f"{roll.randrange(24):02d}:{roll.randrange(60):02d}"
        lines.append(f"{time} {s.town.upper().replace(' ', '-')}-{s.author.split()[-1].upper()}/{number}\n{s.title}\n{s.body}\n\n")
    return "".join(lines), [truth(s, outlet=False) for s in rows]


def front_page(room: Newsroom) -> Page:
    """Menu, headlines, a notice about cookies, footer: no article."""
    heads = [s.title for s in room.stories(9, 16, 1)]
    parts = [*words(room, "menu"), *heads[:6], word(room, "most_read"), *heads[6:], *words(room, "cookies"), *words(room, "footer")]
    return "\n".join(parts), []


def one_story(room: Newsroom) -> Page:
    """One story with everything that a browser shows around it."""
    s, *others = room.stories(6, 9, 4)
    ((_, age),) = aged(room, [s])
    menu, share = words(room, "menu"), words(room, "share")
    tail = [word(room, "most_read"), *(other.title for other in others), *words(room, "comments"), *words(room, "footer")]
    middle = len(s.paragraphs) // 2
    body = [*s.paragraphs[:middle], word(room, "related").format(others[0].title), *s.paragraphs[middle:]]
    byline = word(room, "by").format(s.author)
    caption = word(room, "caption").format(s.town, s.author)
    head = [*words(room, "cookies"), *menu, s.outlet, s.title, byline, age.text, *share, caption]
    return "\n".join([*head, *body, word(room, "promo"), *tail]), [truth(s, age, outlet=False)]


def wrapped(room: Newsroom) -> Page:
    """A river whose lines are wrapped at 72 columns, with empty lines between paragraphs."""
    rows = aged(room, room.stories(3, 5))
    return "".join(f"{s.title}\n{s.outlet} - {a.text}\n\n{_filled(s.body)}\n\n\n" for s, a in rows), [truth(s, a) for s, a in rows]


def _filled(text: str) -> str:
    return "\n\n".join(textwrap.fill(part, 72) for part in text.split("\n"))


def windows_capitals(room: Newsroom) -> Page:
    """Headlines in capitals, Windows line ends, no empty lines."""
    rows = aged(room, room.stories())
    text = "".join(f"{s.title.upper()}\n{s.outlet}\n{a.text}\n{s.body}\n" for s, a in rows)
    return text.replace("\n", "\r\n"), [truth(s, a) for s, a in rows]


TEMPLATES = (
    river_age_first,
    river_stamp_below,
    river_with_category,
    blog_index,
    numbered,
    ruled_with_sources,
    digest,
    slugs,
    front_page,
    one_story,
    wrapped,
    windows_capitals,
)
