"""Templates written after the general fallback was improved on those of `known.py`, to see what it does with pages nobody thought of."""

from tests.quality.unlike.ages import AT, printed
from tests.quality.unlike.made import Truth, aged, truth, word, words
from tests.quality.unlike.stories import Newsroom, moment

Page = tuple[str, list[Truth]]
JUNK = (
    "undefined",
    "null",
    "{{ story.byline }}",
    "https://img.invented.example/a/1x1.gif?w=40&h=40",
    "[object Object]",
    "•••",
    "1 / 7",
    "×",
)


def live_page(room: Newsroom) -> Page:
    """A live page: posts under a time of day, a button under each."""
    rows = room.stories(4, 8)
    parts = ["\n".join(words(room, "unseen live")), ""]
    for s in rows:
        at = moment(s.age)
        clock = {"en": f"{at:%I:%M} {'AM' if at.hour < 12 else 'PM'} ET", "de": f"{at:%H:%M} Uhr", "es": f"{at:%H:%M} hs"}
        parts += [clock.get(room.language, f"{at:%H:%M}"), s.title, s.body, words(room, "share")[2], ""]
    return "\n".join(parts), [truth(s, outlet=False) for s in rows]


def clusters(room: Newsroom) -> Page:
    """Headlines of several outlets on each event, and no story."""
    rows = aged(room, room.stories(9, 15, 1))
    coverage = word(room, "unseen coverage")
    lines = [f"{s.outlet}\n{s.title}\n{a.text}" + (f"\n{coverage}\n" if n % 3 == 2 else "") for n, (s, a) in enumerate(rows)]
    return "\n".join([*words(room, "unseen menu"), *lines]), []


def whole_site(room: Newsroom) -> Page:
    """One story as "select all, copy" gives it, with all that a site puts around and between."""
    s, *others = room.stories(6, 9, 5)
    (_, age), *ages = aged(room, [s, *others])
    menu, (mark, also) = words(room, "unseen menu"), words(room, "unseen related")
    half = len(s.paragraphs) // 2
    head = [*menu, word(room, "unseen crumbs"), s.title, f"{word(room, 'by').format(s.author)}, {s.outlet}"]
    head += [word(room, "unseen published").format(age.text), *words(room, "unseen buttons")]
    head += [word(room, "unseen caption").format(s.town, s.author)]
    ad = word(room, "unseen ad")
    first = [s.paragraphs[0], ad, *s.paragraphs[1:half], mark.format(others[0].title)]
    rest = [*s.paragraphs[half:-1], ad, also.format(others[1].title), s.paragraphs[-1], word(room, "unseen promo")]
    tail = [*words(room, "unseen tags"), word(room, "unseen bio").format(s.author, s.outlet), word(room, "unseen also")]
    tail += [line for other, (_, old) in zip(others, ages, strict=True) for line in (other.title, old.text)]
    return "\n".join([*head, *first, *rest, *tail, *words(room, "unseen footer")]), [truth(s, age, outlet=False)]


def videos(room: Newsroom) -> Page:
    """An index of videos: length, title, channel, views, age."""
    rows = aged(room, room.stories(8, 14, 1))
    roll = room.random
    text = "".join(
        f"{roll.randint(0, 15)}:{roll.randrange(60):02d}\n{s.title}\n{s.outlet}\n"
        f"{word(room, 'unseen views').format(roll.randint(3, 999))}\n{a.text}\n"
        for s, a in rows
    )
    return "\n".join(words(room, "unseen menu")) + "\n" + text, []


def reading_times(room: Newsroom) -> Page:
    """A newsletter: headline with its reading time, summary; headings between, and an advertisement."""
    rows = room.stories(5, 8, 2)
    parts = [s.title + " " + word(room, "unseen reading").format(room.random.randint(2, 9)) + f"\n\n{s.summary}\n\n" for s in rows]
    parts.insert(2, "\n".join(words(room, "unseen sponsor")) + "\n\n")
    return "".join(parts) + "\n".join(words(room, "farewell")), [truth(s, outlet=False, body=s.summary) for s in rows]


def votes(room: Newsroom) -> Page:
    """A list of links with points and comments: no story."""
    roll = room.random
    rows = aged(room, room.stories(8, 14, 1))
    line = word(room, "unseen points")
    text = "".join(
        f"{n}. {s.title} ({s.outlet.lower().replace(' ', '')}.example)\n"
        + line.format(roll.randint(3, 400), f"user{n}", a.text, roll.randint(0, 90))
        + "\n"
        for n, (s, a) in enumerate(rows, 1)
    )
    return text, []


def messages(room: Newsroom) -> Page:
    """A channel's messages as an export writes them: name and time in brackets, headline, text."""
    rows = room.stories(4, 8)
    outlet = rows[0].outlet
    lines = [f"{outlet}, [{moment(s.age):%d.%m.%Y %H:%M}]\n{s.title}\n\n{s.body}\n\n" for s in rows]
    found = [Truth(title=s.title, body=s.body, outlet=outlet, published_at=moment(s.age).date().isoformat()) for s in rows]
    return "".join(lines), found


def agency_ends(room: Newsroom) -> Page:
    """Reports of an agency: headline in capitals, byline with date, text, a sign at the end of each."""
    rows = aged(room, room.stories())
    end = word(room, "unseen end")
    text = "".join(f"{s.title.upper()}\n{word(room, 'by').format(s.author)} | {a.text}\n\n{s.body}\n{end}\n\n" for s, a in rows)
    return text, [truth(s, a, outlet=False) for s, a in rows]


def by_day(room: Newsroom) -> Page:
    """Stories under the day on which they came out, headline and outlet over each."""
    rows = sorted(room.stories(5, 8), key=lambda story: story.age)
    lines, found, day = [], [], ""
    for s in rows:
        age = printed(s, "weekday", room.random)
        lines += [f"{age.text}\n\n"] if age.text != day else []
        day = age.text
        lines.append(f"{s.title}\n{s.outlet}\n{s.body}\n\n")
        found.append(truth(s, age))
    return "".join(lines), found


def sentences(room: Newsroom) -> Page:
    """A river whose headlines end with a period, outlet and age above them."""
    rows = aged(room, room.stories())
    text = "".join(f"{s.outlet} · {a.text}\n{s.title.rstrip(' ?')}.\n{s.body}\n\n" for s, a in rows)
    return text, [truth(s, a) for s, a in rows]


def posted(room: Newsroom) -> Page:
    """A weblog: a sentence with date, author and category under the headline; the first paragraph and a link."""
    rows = [(s, printed(s, "date", room.random)) for s in room.stories()]
    menu = words(room, "unseen menu")
    text = "".join(
        f"{s.title}\n\n{word(room, 'unseen posted').format(a.text, s.author, room.random.choice(menu[2:6]))}\n\n{s.summary}\n\n"
        f"{word(room, 'unseen onwards')}\n\n"
        for s, a in rows
    )
    return "\n".join(menu) + "\n\n" + text, [truth(s, a, outlet=False, body=s.summary) for s, a in rows]


def labelled(room: Newsroom) -> Page:
    """A feed reader's export: a label before each field."""
    rows = room.stories()
    title, link, date, source = words(room, "unseen labels")
    text = "".join(
        f"{title}: {s.title}\n{link}: https://news.invented.example/{n}\n{date}: {moment(s.age):%a, %d %b %Y %H:%M:%S} GMT\n"
        f"{source}: {s.outlet}\n\n{s.body}\n\n"
        for n, s in enumerate(rows)
    )
    return text, [Truth(title=s.title, body=s.body, outlet=s.outlet, published_at=moment(s.age).date().isoformat()) for s in rows]


def littered(room: Newsroom) -> Page:
    """A river with what scripts leave: holes of templates, addresses, captions, links to the source."""
    rows = aged(room, room.stories())
    roll = room.random
    text = "".join(
        f"{roll.choice(JUNK)}\n{s.title}\n{s.outlet}\n{roll.choice(JUNK)}\n{a.text}\n"
        f"{word(room, 'unseen caption').format(s.town, s.author)}\n{s.body}\n"
        f"{word(room, 'unseen full').format(s.outlet)}\n{roll.choice(JUNK)}\n{' '.join(words(room, 'unseen buttons'))}\n\n"
        for s, a in rows
    )
    return text, [truth(s, a) for s, a in rows]


def teasers(room: Newsroom) -> Page:
    """A front page with a sentence under each headline, and nothing between them."""
    rows = room.stories(6, 10, 1)
    text = "\n".join(f"{s.title}\n{s.summary}" for s in rows)
    found = [truth(s, outlet=False, body=s.summary) for s in rows]
    return "\n".join([*words(room, "unseen menu"), text, *words(room, "unseen footer")]), found


def gaps(room: Newsroom) -> Page:
    """Stories parted by nothing but wider gaps."""
    rows = room.stories(3, 6)
    return "\n\n\n\n".join(s.title + "\n\n" + "\n\n".join(s.paragraphs) for s in rows), [truth(s, outlet=False) for s in rows]


def column(room: Newsroom) -> Page:
    """One story in a narrow column, with its day and clock over the headline and a date line in the language's own words."""
    s = room.story(5)
    at = moment(s.age)
    age = printed(s, "weekday", room.random)
    head = f"{s.outlet}\n{age.text} {AT[room.language]} {at:%H:%M}\n\n{s.title}\n{word(room, 'by').format(s.author)}\n\n"
    return head + "\n\n".join(s.paragraphs) + "\n\n" + word(room, "unseen also") + "\n", [truth(s, age)]


TEMPLATES = (
    live_page,
    clusters,
    whole_site,
    videos,
    reading_times,
    votes,
    messages,
    agency_ends,
    by_day,
    sentences,
    posted,
    labelled,
    littered,
    teasers,
    gaps,
    column,
)
