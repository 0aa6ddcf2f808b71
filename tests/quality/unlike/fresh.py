"""Templates written last: their score says what to expect of a page that nobody has seen, since no rule was made for them."""

from tests.quality.unlike.ages import printed
from tests.quality.unlike.made import Truth, aged, truth, word, words
from tests.quality.unlike.stories import Newsroom, moment

Page = tuple[str, list[Truth]]


def magazine(room: Newsroom) -> Page:
    """Kicker in capitals, headline, a deck, author and date apart, the first paragraph."""
    rows = aged(room, room.stories(3, 6))
    menu = words(room, "menu")
    text = "".join(
        f"{room.random.choice(menu[1:6]).upper()}\n{s.title}\n{room.story(1).title}\n{s.author}\n{a.text}\n{s.body}\n\n" for s, a in rows
    )
    return text, [truth(s, a, outlet=False) for s, a in rows]


def columns_of_a_table(room: Newsroom) -> Page:
    """Rows of a table: date, outlet and headline with tabs between, the text below."""
    rows = room.stories(3, 7)
    text = "".join(f"{moment(s.age):%Y-%m-%d}\t{s.outlet}\t{s.title}\n{s.body}\n" for s in rows)
    found = [Truth(title=s.title, body=s.body, outlet=s.outlet, published_at=moment(s.age).date().isoformat()) for s in rows]
    return text, found


def quoted(room: Newsroom) -> Page:
    """A river in a quoted mail."""
    rows = aged(room, room.stories(3, 5))
    text = "".join(f"{s.title}\n{s.outlet} - {a.text}\n\n{s.body}\n\n" for s, a in rows)
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n")), [truth(s, a) for s, a in rows]


def inline_clock(room: Newsroom) -> Page:
    """A ticker: time and headline on one line, text below."""
    rows = room.stories(4, 8)
    text = "".join(f"{moment(s.age):%H:%M} – {s.title}\n{s.body}\n\n" for s in rows)
    return text, [Truth(title=s.title, body=s.body) for s in rows]


def author_first(room: Newsroom) -> Page:
    """A platform of weblogs: author, age, headline, text, reading time and counts."""
    rows = [(s, printed(s, "date", room.random)) for s in room.stories(3, 6)]
    text = "".join(
        f"{s.author}\n·\n{a.text}\n{s.title}\n{s.body}\n{room.random.randint(2, 9)} min\n"
        f"{room.random.randint(10, 900)}\n{room.random.randint(1, 9)}\n"
        for s, a in rows
    )
    return text, [truth(s, a, outlet=False) for s, a in rows]


def spread_out(room: Newsroom) -> Page:
    """A river with an empty line under each line."""
    rows = aged(room, room.stories())
    text = "".join(f"{s.title}\n{s.outlet}\n{a.text}\n{s.body}\n{word(room, 'share')}\n" for s, a in rows)
    return text.replace("\n", "\n\n"), [truth(s, a) for s, a in rows]


def discussed(room: Newsroom) -> Page:
    """One story with comments that have ages of their own."""
    s, *others = room.stories(5, 8, 4)
    (_, age), *ages = aged(room, [s, *others])
    posts = []
    for number, (other, old) in enumerate(ages):
        posts.append(f"reader{number}\n{old.text}\n{other.paragraphs[-1]}\n{words(room, 'comments')[3]}\n")
    head = f"{s.title}\n{word(room, 'by').format(s.author)}\n{age.text}\n\n"
    return head + s.body + "\n\n" + f"{len(posts)} {words(room, 'comments')[0].split()[1]}\n" + "".join(posts), [
        truth(s, age, outlet=False)
    ]


def search_results(room: Newsroom) -> Page:
    """Results of a search: address, headline, age and the beginning of the text on one line."""
    rows = aged(room, room.stories(5, 9, 1))
    text = "".join(f"https://{s.outlet.lower().replace(' ', '')}.example › news\n{s.title}\n{a.text} — {s.summary}\n\n" for s, a in rows)
    return text, [Truth(title=s.title, body=s.summary) for s, a in rows]


def figures(room: Newsroom) -> Page:
    """A page of results and prices: no story."""
    roll = room.random
    names = [*room.words["towns"], *room.words["outlets"]]
    lines = [f"{roll.choice(names)} {roll.randint(0, 5)} - {roll.randint(0, 5)} {roll.choice(names)}" for _ in range(12)]
    lines += [f"{name}\t{roll.randint(10, 99)}.{roll.randint(10, 99)}\t+{roll.randint(0, 4)}.{roll.randint(10, 99)}%" for name in names]
    return "\n".join([*words(room, "menu"), *lines, *words(room, "footer")]), []


def with_teasers_between(room: Newsroom) -> Page:
    """One story, with boxes of other stories between its paragraphs."""
    s, *others = room.stories(4, 6, 6)
    parts = [s.title, word(room, "by").format(s.author), *s.paragraphs[:2]]
    for paragraph, other in zip(s.paragraphs[2:], [*others, *others, *others], strict=False):
        parts += [word(room, "most_read"), other.title, paragraph] if room.random.random() < 0.4 else [paragraph]
    return "\n".join([*words(room, "menu"), *parts, *words(room, "footer")]), [truth(s, outlet=False)]


TEMPLATES = (
    magazine,
    columns_of_a_table,
    quoted,
    inline_clock,
    author_first,
    spread_out,
    discussed,
    search_results,
    figures,
    with_teasers_between,
)
