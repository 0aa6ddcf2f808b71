"""Pages as sites look when they are saved as text: rivers, wires, mails, results of a search, stories amid their page, front pages.

Written without a look at the rules; first score: docs/measurements.md, Unknown page layouts. Then rules were improved on them.
"""

from textwrap import indent

from tests.quality.unlike.ages import printed
from tests.quality.unlike.made import Truth, aged, truth, word, words
from tests.quality.unlike.stories import Newsroom, moment

Page = tuple[str, list[Truth]]


def river_with_buttons(room: Newsroom) -> Page:
    """A river: headline, outlet and age on one line, text, buttons under each story, menu and footer around."""
    rows = [(s, printed(s, "relative", room.random)) for s in room.stories(4, 8)]
    body = "".join(f"{s.title}\n{s.outlet} - {a.text}\n{s.body}\n" + "\n".join(words(room, "lifelike actions")) + "\n\n" for s, a in rows)
    return "\n".join([*words(room, "lifelike top"), "", body, *words(room, "lifelike tail")]), [truth(s, a) for s, a in rows]


def river_of_cards(room: Newsroom) -> Page:
    """Cards: outlet, age, headline, text, each with empty lines around, the buttons on one line."""
    rows = aged(room, room.stories(4, 8))
    buttons = " · ".join(words(room, "lifelike actions"))
    cards = [f"{s.outlet}\n\n{a.text}\n\n{s.title}\n\n" + "\n\n".join(s.paragraphs) + f"\n\n{buttons}\n\n" for s, a in rows]
    return "\n".join(words(room, "lifelike top")) + "\n\n" + "".join(cards), [truth(s, a) for s, a in rows]


def story_in_its_page(room: Newsroom) -> Page:
    """One story amid consent, menu, deck, buttons, promotions, readers, other headlines and footer."""
    s, *others = room.stories(6, 8, 5)
    ((_, age),) = aged(room, [s])
    head = [*words(room, "lifelike consent"), *words(room, "lifelike top"), s.title, word(room, "lifelike deck")]
    head += [word(room, "lifelike signed").format(s.author, s.outlet), age.text, *words(room, "lifelike actions")]
    boxes = [line.format(other.title) for line, other in zip(words(room, "lifelike inside"), others, strict=False)]
    body = [s.paragraphs[0], boxes[0], *s.paragraphs[1:3], *words(room, "lifelike offer"), *s.paragraphs[3:-1], boxes[1], s.paragraphs[-1]]
    tail = [boxes[2], *words(room, "lifelike readers"), *words(room, "lifelike strips")[:1], *(other.title for other in others)]
    return "\n".join([*head, *body, *tail, *words(room, "lifelike tail")]), [truth(s, age, outlet=False)]


def plain_story(room: Newsroom) -> Page:
    """One story: outlet, headline, author and day, text, a notice and other headlines below."""
    s, *others = room.stories(4, 6, 4)
    age = printed(s, "clock", room.random)
    head = [s.outlet, "", s.title, "", word(room, "by").format(s.author), age.text, ""]
    tail = ["", word(room, "lifelike strips"), *(other.title for other in others), "", *words(room, "lifelike tail")]
    return "\n".join([*head, "\n\n".join(s.paragraphs), *tail]), [truth(s, age)]


def front_page(room: Newsroom) -> Page:
    """Sections of headlines, some with author or age, between notices, prices and the weather; no story."""
    roll = room.random
    rows = aged(room, room.stories(14, 20, 1))
    lines = [*words(room, "lifelike consent"), *words(room, "lifelike top"), *words(room, "lifelike weather")]
    for number, (s, a) in enumerate(rows):
        if number % 4 == 0:
            lines += ["", words(room, "lifelike strips")[number // 4 % 6]]
        lines.append(s.title)
        lines += [[], [a.text], [s.author], [f"{s.author} | {a.text}"]][roll.randrange(4)]
    return "\n".join([*lines, "", *words(room, "lifelike offer"), *words(room, "lifelike tail")]), []


def bare_front_page(room: Newsroom) -> Page:
    """Headlines with their outlets, numbers before the most read, and nothing else but a notice."""
    rows = room.stories(12, 18, 1)
    lines = [line for s in rows[:9] for line in (s.title, s.outlet, "")]
    lines += [f"{n}\n{s.title}" for n, s in enumerate(rows[9:], 1)]
    return "\n".join([*words(room, "lifelike top"), *lines, *words(room, "lifelike offer")]), []


def wire(room: Newsroom) -> Page:
    """A wire: a slug with the clock and the day, headline, text, a line of signs between."""
    roll = room.random
    rows = room.stories(3, 6, 4)
    text = "".join(
        f"{moment(s.age):%d.%m.%Y %H:%M} GMT  {s.town.upper()}  INV{roll.randint(1000, 9999)}\n{s.title}\n\n{s.body}\n\n"
        f"xx/{roll.randint(10, 99)}\n\n"
        for s in rows
    )
    return text, [Truth(title=s.title, body=s.body, published_at=moment(s.age).date().isoformat()) for s in rows]


def friday_mail(room: Newsroom) -> Page:
    """A mail: greeting, stories of two or three sentences under a headline with a sign, farewell."""
    rows = room.stories(4, 7, 1)
    hello, lead, farewell, why = words(room, "lifelike letter")
    text = "".join(f"▸ {s.title}\n{s.summary}\n({s.outlet})\n\n" for s in rows)
    return f"{hello}\n\n{lead}\n\n{text}{farewell}\n\n--\n{why}\n", [truth(s, outlet=False, body=s.summary) for s in rows]


def marked_down(room: Newsroom) -> Page:
    """A river as converters to Markdown write it."""
    rows = aged(room, room.stories(3, 7))
    text = "".join(
        f"## [{s.title}](https://news.invented.example/{n})\n\n**{s.outlet}** | {a.text}\n\n" + "\n\n".join(s.paragraphs) + "\n\n* * *\n\n"
        for n, (s, a) in enumerate(rows)
    )
    menu = "\n".join(f"  * [{line}](/{n})" for n, line in enumerate(words(room, "lifelike top")))
    return f"{menu}\n\n# {words(room, 'lifelike top')[0]}\n\n{text}", [truth(s, a) for s, a in rows]


def results(room: Newsroom) -> Page:
    """Results of a search: outlet, headline, the beginning of the text cut off, age below."""
    rows = aged(room, room.stories(5, 9, 2))
    cut = [" ".join(s.body.replace("\n", " ").split()[:28]) + " ..." for s, _ in rows]
    text = "".join(f"{s.outlet}\n{s.title}\n{teaser}\n{a.text}\n\n" for (s, a), teaser in zip(rows, cut, strict=True))
    found = [truth(s, a, body=teaser) for (s, a), teaser in zip(rows, cut, strict=True)]
    return "\n".join(words(room, "lifelike found")[:3]) + "\n\n" + text + words(room, "lifelike found")[3], found


def bullets(room: Newsroom) -> Page:
    """A digest: headline, outlet and age behind a bullet, the text indented below."""
    rows = aged(room, room.stories(4, 8))
    text = "".join(f"• {s.title} — {s.outlet}, {a.text}\n{indent(s.body, '    ')}\n" for s, a in rows)
    return text, [truth(s, a) for s, a in rows]


def signed_river(room: Newsroom) -> Page:
    """A river with headline, author and outlet, day with clock, text, and a count of replies."""
    rows = [(s, printed(s, "clock", room.random)) for s in room.stories(3, 7)]
    signed, replies = word(room, "lifelike signed"), words(room, "lifelike actions")[2]
    text = "".join(f"{s.title}\n{signed.format(s.author, s.outlet)}\n{a.text}\n{s.body}\n{replies}\n\n" for s, a in rows)
    return "\n".join(words(room, "lifelike top")) + f"\n\n{text}", [truth(s, a, outlet=False) for s, a in rows]


TEMPLATES = (
    river_with_buttons,
    river_of_cards,
    story_in_its_page,
    plain_story,
    front_page,
    bare_front_page,
    wire,
    friday_mail,
    marked_down,
    results,
    bullets,
    signed_river,
)
