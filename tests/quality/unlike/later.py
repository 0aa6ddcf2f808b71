"""Templates written after all rules, for which none was made since: what to expect of a page that nobody has seen."""

from tests.quality.unlike.ages import printed
from tests.quality.unlike.made import Truth, aged, truth, word, words
from tests.quality.unlike.stories import Newsroom, moment

Page = tuple[str, list[Truth]]


def counted_mail(room: Newsroom) -> Page:
    """A mail: numbers with a bracket, the outlet in brackets behind the headline, one paragraph."""
    rows = room.stories(4, 7, 1)
    hello, lead, farewell, why = words(room, "lifelike letter")
    text = "".join(f"{n}) {s.title} ({s.outlet})\n\n{s.summary}\n\n" for n, s in enumerate(rows, 1))
    return f"{hello}\n{lead}\n\n{text}{farewell}\n{why}\n", [Truth(title=f"{s.title} ({s.outlet})", body=s.summary) for s in rows]


def social_river(room: Newsroom) -> Page:
    """Posts of outlets: outlet, its handle with a short age, headline, text, hearts and answers."""
    roll = room.random
    rows = [(s, printed(s, "letter", roll)) for s in room.stories(4, 8, 2)]
    text = "".join(
        f"{s.outlet}\n@{s.outlet.lower().replace(' ', '')} · {a.text}\n{s.title}\n{s.body}\n"
        f"♥ {roll.randint(2, 900)}  ↻ {roll.randint(2, 90)}\n\n"
        for s, a in rows
    )
    return text, [truth(s, a, outlet=False) for s, a in rows]


def press_review(room: Newsroom) -> Page:
    """A press review: outlet and headline in one line with a colon, the text below."""
    rows = room.stories(4, 7, 2)
    return "\n\n".join(f"{s.outlet}: “{s.title}”\n{s.body}" for s in rows), [
        Truth(title=f"{s.outlet}: “{s.title}”", body=s.body) for s in rows
    ]


def printed_story(room: Newsroom) -> Page:
    """One story as a page for the printer has it: address, day and clock of coming out, text, address and rights again."""
    s = room.story(5)
    at = moment(s.age)
    url = f"https://www.{s.outlet.lower().replace(' ', '')}.example/2025/08/01/story-4711.html"
    text = f"{s.title} | {s.outlet}\n{url}\n\n{s.title}\n\n{s.author}\n{at:%d/%m/%Y %H:%M}\n\n" + "\n\n".join(s.paragraphs)
    return text + f"\n\n{url}\n{word(room, 'lifelike tail')}\n", [
        Truth(title=s.title, body=s.body, outlet=s.outlet, published_at=at.date().isoformat())
    ]


def ages_under_headlines(room: Newsroom) -> Page:
    """A river: section, headline, age and outlet with a bar, the lead in one line, a link to the rest."""
    roll = room.random
    rows = [(s, printed(s, "relative", roll)) for s in room.stories(5, 9)]
    sections = words(room, "menu")[1:6]
    text = "".join(f"{roll.choice(sections)}\n{s.title}\n{a.text} | {s.outlet}\n{s.summary}\n{word(room, 'more')}\n\n" for s, a in rows)
    return "\n".join([*words(room, "menu"), "", text, *words(room, "footer")]), [truth(s, a, body=s.summary) for s, a in rows]


def opinions_up_front(room: Newsroom) -> Page:
    """A front page: sections, headlines with a line of their own below, columns with their writers; no story."""
    rows = room.stories(12, 18, 1)
    lines = [*words(room, "cookies"), *words(room, "menu")]
    for number, s in enumerate(rows):
        lines += [words(room, "menu")[number % 5 + 1]] if number % 3 == 0 else []
        lines += [f"{s.author}: {s.title}"] if number % 4 == 3 else [s.title, word(room, "lifelike deck")] if number % 4 == 1 else [s.title]
    return "\n".join([*lines, word(room, "promo"), *words(room, "footer")]), []


def feed(room: Newsroom) -> Page:
    """A feed's items: headline, address, day and clock with its zone, text, an empty line."""
    rows = room.stories(3, 8)
    text = "".join(
        f"{s.title}\nhttps://news.invented.example/item/{n}\n{moment(s.age):%a, %d %b %Y %H:%M:%S} +0000\n{s.body}\n\n"
        for n, s in enumerate(rows)
    )
    return text, [Truth(title=s.title, body=s.body, published_at=moment(s.age).date().isoformat()) for s in rows]


def channel(room: Newsroom) -> Page:
    """A channel: headline, text with gaps, views and a clock below each."""
    roll = room.random
    rows = room.stories(3, 7, 2)
    text = "".join(
        f"{s.title}\n\n" + "\n\n".join(s.paragraphs) + f"\n\n{roll.randint(1, 9)}.{roll.randint(1, 9)}K, {moment(s.age):%H:%M}\n\n"
        for s in rows
    )
    return text, [truth(s, outlet=False) for s in rows]


def reader(room: Newsroom) -> Page:
    """A database of newspapers: which document of how many, headline, outlet, day and pages, text, a line of rights."""
    rows = [(s, printed(s, "date", room.random)) for s in room.stories(3, 6)]
    text = "".join(
        f"{n} / {len(rows)}\n{s.title}\n{s.outlet}\n{a.text}\nA{n}\n\n{s.body}\n\n© 2025 {s.outlet}\n\n" for n, (s, a) in enumerate(rows, 1)
    )
    return text, [truth(s, a) for s, a in rows]


def story_with_offers(room: Newsroom) -> Page:
    """One story in its page: consent, menu, kicker, text with gaps, an offer to subscribe, other headlines with ages, footer."""
    s, *others = room.stories(5, 7, 6)
    (_, age), *ages = aged(room, [s, *others])
    head = [*words(room, "cookies"), *words(room, "menu"), "", s.town.upper(), s.title, "", f"{s.author} • {age.text}", ""]
    tail = [*words(room, "lifelike offer"), "", word(room, "most_read")]
    tail += [line for other, (_, old) in zip(others, ages, strict=True) for line in (other.title, old.text)]
    return "\n".join([*head, "\n\n".join(s.paragraphs), "", *tail, "", *words(room, "footer")]), [truth(s, age, outlet=False)]


TEMPLATES = (
    counted_mail,
    social_river,
    press_review,
    printed_story,
    ages_under_headlines,
    opinions_up_front,
    feed,
    channel,
    reader,
    story_with_offers,
)
