"""Templates that hardly any rule can be right on, for the calibration of the confidence: it must say so where a cut is doubtful."""

from tests.quality.unlike.ages import printed
from tests.quality.unlike.made import Truth, aged, truth, word, words
from tests.quality.unlike.stories import Newsroom, moment

Page = tuple[str, list[Truth]]


def thread(room: Newsroom) -> Page:
    """A story and the answers of readers under it, each with name, day and clock."""
    s, *others = room.stories(5, 9, 3)
    posts = "".join(f"gull{n}\n{moment(o.age):%d/%m/%Y %H:%M}\n{o.paragraphs[-1]}\n\n" for n, o in enumerate(others))
    return f"{s.title}\n{moment(s.age):%d/%m/%Y %H:%M}\n{s.body}\n\n{posts}", [truth(s, outlet=False)]


def timeline(room: Newsroom) -> Page:
    """One story that holds a timeline: a day on a line of its own, a sentence under it."""
    s, *events = room.stories(5, 8, 3)
    lines = [s.title, word(room, "by").format(s.author), *s.paragraphs]
    for event in events:
        lines += [printed(event, "date", room.random).text, event.paragraphs[-1]]
    return "\n".join(lines), [Truth(title=s.title, body="\n".join(lines[2:]))]


def embedded(room: Newsroom) -> Page:
    """One story with messages of a network between its paragraphs, each with name and age."""
    s, *others = room.stories(4, 6, 5)
    lines = [s.title, s.paragraphs[0]]
    for paragraph, (other, age) in zip(s.paragraphs[1:], aged(room, others), strict=False):
        lines += [paragraph, f"{other.author} @gull · {age.text}", other.title]
    return "\n".join(lines), [Truth(title=s.title, body="\n".join(s.paragraphs[: len(others) + 1]))]


def interleaved(room: Newsroom) -> Page:
    """Two columns of stories read as one: a line of the left, a line of the right."""
    left, right = room.stories(2, 2, 4), room.stories(2, 2, 4)
    columns = [[line for s, a in aged(room, side) for line in (s.title, s.outlet, a.text, *s.paragraphs)] for side in (left, right)]
    text = "\n".join(line for pair in zip(*columns, strict=False) for line in pair)
    return text, [truth(s) for s in (*left, *right)]


def without_headlines(room: Newsroom) -> Page:
    """A river of texts without headlines under outlet and age."""
    rows = aged(room, room.stories())
    text = "".join(f"{s.outlet} · {a.text}\n{s.body}\n\n" for s, a in rows)
    return text, [Truth(title=None, body=s.body, outlet=s.outlet, published_at=a.time) for s, a in rows]


def half_dated(room: Newsroom) -> Page:
    """A river of which every other story has no age."""
    rows = aged(room, room.stories(4, 8))
    text = "".join(f"{s.title}\n{s.outlet}\n" + (f"{a.text}\n" if n % 2 else "") + f"{s.body}\n\n" for n, (s, a) in enumerate(rows))
    return text, [truth(s, outlet=False) for s, _ in rows]


def transcript(room: Newsroom) -> Page:
    """A conversation: a name before each paragraph, boxes of other headlines between."""
    s, *others = room.stories(5, 7, 6)
    names = room.random.sample([o.author for o in [s, *others]], 2)
    body = [f"{names[n % 2].upper()}: {paragraph}" for n, paragraph in enumerate(s.paragraphs)]
    middle = [word(room, "unseen also"), *(o.title for o in others[:4])]
    return "\n".join([s.title, *body[:3], *middle, *body[3:], *words(room, "unseen footer")]), [Truth(title=s.title, body="\n".join(body))]


def leaves(room: Newsroom) -> Page:
    """One story on several leaves, the headline again and a new date line over each."""
    s = room.story(7)
    ((_, age),) = aged(room, [s])
    third = max(1, len(s.paragraphs) // 3)
    parts = [s.paragraphs[at : at + third] for at in range(0, len(s.paragraphs), third)]
    text = "".join(
        f"{s.title}\n{s.outlet} | {age.text}\n" + "\n".join(part) + f"\n{n} / {len(parts)}\n\n" for n, part in enumerate(parts, 1)
    )
    return text, [truth(s, age)]


TEMPLATES = (thread, timeline, embedded, interleaved, without_headlines, half_dated, transcript, leaves)
