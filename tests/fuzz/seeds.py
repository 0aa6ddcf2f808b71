"""What fuzzing starts from: valid inputs of each target, each with the bytes in front that choose target and headers."""

import json
import quopri
from importlib import resources

from streams.classify.class_set import builtin_classes
from streams.deduplicate.index import CopyConfig, CopyIndex
from streams.pipeline import PipelineConfig, deduplicate, split
from streams.records import Incoming
from tests.fuzz.stories import COPIES, judged, story_log
from tests.fuzz.targets import CONTENT_TYPES, NOW
from tests.record_batches import CODECS, compress, raw_record
from tests.samples import samples
from tests.streams.dumps.test_docx import docx, paragraph
from tests.streams.split.records.documents import ANSWER, ATOM, JSON_FEED, RDF, RSS

_TOLD = "The council of Port Clare voted on Monday to repair the old bridge, which has carried the road to the harbour for eighty years."
_LD = {"@type": ["NewsArticle"], "headline": "Old bridge", "author": [{"name": "Ana Ruiz"}], "publisher": {"name": "El Faro"}}
_HTML = (
    f'<html><head><meta charset="utf-8"><title>Old bridge - El Faro</title><script type="application/ld+json">{json.dumps(_LD)}</script>'
    f'<meta property="og:type" content="article"></head><body><h1>Old bridge</h1><time datetime="2025-08-01T10:00+02:00">2 hours ago</time>'
    f"<article><h2>Old bridge to close</h2><p>{_TOLD}</p></article><table><tr><td><p>{_TOLD}</p><p>b</p></td></tr></table></body></html>"
)
# Pieces that parsers trip over: of pages, of JSON, of class files.
PIECES = tuple(
    text.encode("utf-8", "surrogatepass")
    for text in (
        *("\n", "\r\n", "\r", "\n\n\n", "\t", " " * 9, "\x00", "\x1b[2J", "\x7f", "\x9b", "\x85", "\u2028", "\ufeff", "\ud800", "\u202e"),
        *("\u200b", "٣", "²", "新聞。", "İ", "ß", "\U0001f600", "e\u0301", "\ufffd", "\ufdd0", "…", "”", "• ", "1. ", "#a ", "----\n", ":"),
        *(
            "3 hours ago",
            "Hace 3 horas",
            "10-07-2025",
            "31-02-2025",
            "99999999 hours ago",
            "Related Articles\nNo comments yet...\n",
            "logo\n",
        ),
        *(
            "Copy the Story Link\n",
            "READ MORE: ",
            "Sign up for our newsletter.",
            "Title: ",
            "<TEXT>\n",
            "</TEXT>\n",
            "Sorry.",
            "By Ana Ruiz",
            "SANTA VELA (AP) — ",
            _TOLD,
            "(Photo",
        ),
        *(
            "<p>",
            "</p>",
            "<",
            ">",
            "<!--",
            "-->",
            "<article>",
            "<li>",
            "<table>",
            "<h1>",
            "<script>",
            "<time datetime='",
            "&#0;",
            "&#xD800;",
        ),
        *(
            "&#155;",
            "&",
            '"',
            "'",
            "null",
            "true",
            "-1",
            "1e999",
            "99999999999999999999",
            "[]",
            "{}",
            "\\u0000",
            "\\ud800",
            "[[[[",
            "]",
            "=",
        ),
        *('"@type":{}', '"@type":[{}]', '"@type":[[1]]', "'''", '["@none"]', "[[terms]]", "weight = nan", "any = [1]", "inf", "[standard]"),
    )
)


def seeds() -> list[bytes]:
    """Return the inputs, the same ones in the same order each time."""
    return [*_dumps(), *_records(), *_class_files(), *_record_batches(), *_places(), *_stories()]


def _places() -> list[bytes]:
    texts = (
        "Rain floods Lima\nLIMA: Buses in Cusco, Peru, and St. Louis, Mo. ran late.",
        "\nEl río de McAllen, República dominicana; São Paulo",
    )
    return [b"\x05" + text.encode() for text in texts]


def _stories() -> list[bytes]:
    """Return logs of reports on two events, and the records of the index that the first of them gives."""
    ferry = "The ferry Alvara with 90 passengers aboard ran onto rocks near Lomaverde{}, officers of the coast guard said."
    reports = [f"Ferry Alvara aground near Lomaverde\t{ferry.format(more)}" for more in ("", " on Sunday", " in a storm, at 4:30", "")]
    notices = [
        f"Water level at Lomaverde: {level} cm\tThe river stands at {level} cm, {level - 9} cm on the day before." for level in (210, 364)
    ]
    heads = (b"\x11\x00", b"\x25\x01", b"\x0f\x00", b"\x3f\x00", b"\xd1\x00", b"\x08\x09")
    log = b"\n".join(head + text.encode() for head, text in zip(heads, [*reports, *notices], strict=True))
    records = judged(story_log(log), CopyIndex(COPIES))[1]
    return [b"\x06" + log, b"\x07" + b"".join(len(record).to_bytes(2) + record for record in records)]


def _record_batches() -> list[bytes]:
    records = b"".join(raw_record(text, delta=delta, headers=[(b"a", b"1")]) for delta, text in enumerate((b"one", b"", b"three" * 50)))
    payloads = {0: records, **{number: compress(codec, records) for codec, number in CODECS.items() if number}}
    return [bytes([4, codec, 3]) + payload for codec, payload in payloads.items()]


def _dumps() -> list[bytes]:
    found = []
    for sample in samples():
        value, headers = sample.dump()
        found.append(_dump(value, dict(headers)["content-type"].decode()))
    tagged = f"<DOC>\n<DATE> 04/25/1998 </DATE>\n<HEADLINE>\nOld bridge\n</HEADLINE>\n<TEXT>\n{_TOLD}\n</TEXT>\n</DOC>\n" * 2
    labelled = f"Title: Old bridge\nDate: July 4, 2019\nSource: El Faro\n\n{_TOLD}\n\n" * 2
    table = f'id;headline;body;source\n1;Old bridge;"{_TOLD}";El Faro\n2;Strike;{_TOLD};El Faro\n'
    found += [_dump(text.encode(), "") for text in (tagged, labelled, table, table.replace(";", "\t"), *_keepsakes())]
    feeds = [_dump(text.encode(), "application/rss+xml") for text in (RSS, ATOM, RDF)]
    found += [_dump(text.encode(), content_type) for text, content_type in _containers()]
    found.append(_dump(docx(paragraph("Old bridge") + paragraph(_TOLD)), ""))
    feeds += [_dump(json.dumps(document).encode(), "application/json") for document in (JSON_FEED, ANSWER)]
    return [*found, _dump(_HTML.encode(), "text/html"), _dump(_TOLD.encode("utf-16"), ""), *feeds]


def _keepsakes() -> list[str]:
    """Return what people keep news in: chats, press reviews of three forms, a document, records of a reference manager, lines of JSON."""
    chat = "".join(f"[12/11/26, 08:0{n}:45] Ana: *Old bridge to close*\n\n{_TOLD}\nFonte: El Faro\n" for n in range(3))
    run_in = (
        f"Review of 24/11/2026\n\nEL FARO DE CLARE\n\n*Old bridge.* {_TOLD} (La Gaceta, 23.11.26)\n\n" + f"• Old bridge - {_TOLD}\n\n" * 3
    )
    led_to = f"OLD BRIDGE TO CLOSE\n\n{_TOLD}\n\nRead it at El Faro: <https://faro.example/1>\n\n" * 3
    sourced = f"1. Old bridge to close (El Faro, 24/11/2026)\n{_TOLD}\n\n+++ 14.20 Uhr: Old bridge +++\n{_TOLD}\n\n" * 2
    document = rf"{{\rtf1\ansi\ansicpg1252 {{\fonttbl{{\f0 Arial;}}}}{{\b HD}}\tab Old bridge\par \'e9\u233 ? {_TOLD}\par }}"
    ris = f"TY  - NEWS\nTI  - Old bridge\nT2  - El Faro\nDA  - 2024/11/24/\nAB  - {_TOLD}\nER  - \n\n" * 2
    lines = "".join(json.dumps({"headline": "Old bridge", "maintext": _TOLD, "date_publish": "2024-11-24"}) + "\n" for _ in range(2))
    note = f"<note><title>Old bridge</title><created>20241124T080000Z</created><content><![CDATA[<div>{_TOLD}</div>]]></content></note>"
    notes = f"<?xml version='1.0'?><!DOCTYPE en-export SYSTEM 'x'><en-export>{2 * note}</en-export>"
    return [notes, chat, run_in, led_to, sourced, document, ris, lines, *_clippings()]


def _clippings() -> list[str]:
    """Return what people clip and copy: channels, an alert, rows of a spreadsheet, a note with front matter, a review with labels."""
    message = {"id": 1, "type": "message", "date": "2024-11-24T08:30:00", "text": [{"type": "bold", "text": "Old bridge"}, f"\n\n{_TOLD}"]}
    channel = json.dumps({"name": "Canal Claro", "type": "public_channel", "messages": [message, message]})
    window = f"Canal Claro, [24.11.24 08:30]\n[ Photo ]\nOld bridge to close now\n\n{_TOLD}\nhttps://faro.example/1\n@claro\n\n" * 2
    alert = f"=== News - 2 results for [bridge] ===\n\nOld bridge to close now\nEl Faro\n{_TOLD}\n<https://faro.example/1>\n\n" * 2
    rows = f"24/11/2024\tEl Faro\tOld bridge to close\t{_TOLD}\thttps://faro.example/1\n" * 3
    fields = '---\ntitle: "Old bridge"\nsource: https://faro.example/1\nauthor:\n  - "[[Ana Ruiz]]"\n---\n'
    front = f"{fields}![[a.jpg]]\n\n{_TOLD} [[b|c]]\n\n#old\n"
    labels = "Source : El Faro\nParution : 24/11/2024\nJournaliste : Ana Ruiz"
    review = f"{labels}\n\nOLD BRIDGE TO CLOSE\n\n{_TOLD}\n\nLinks:\n[1]: x\n\n" * 2
    return [channel, window, alert, rows, front, review]


def _containers() -> list[tuple[str, str]]:
    """Return mail, a mailbox, a saved page, Markdown, and exports of press databases."""
    head = "From: Ana Ruiz <ana@faro.example>\nSubject: =?utf-8?q?Old_bridge?=\nDate: Fri, 1 Aug 2025 10:00:00 +0200\nMIME-Version: 1.0\n"
    quoted = quopri.encodestring(_HTML.encode()).decode()
    part = f"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n{quoted}"
    parts = f'boundary="=_1"\n\n--=_1\nContent-Type: text/plain\n\n{_TOLD}\n--=_1\n{part}\n--=_1--\n'
    mail = f"{head}Content-Type: multipart/alternative; {parts}"
    saved = f"Snapshot-Content-Location: https://faro.example/1\nMIME-Version: 1.0\nContent-Type: multipart/related; {parts}"
    original = f"--- Forwarded ---\nFrom: El Faro <a@elfaro.example>\nDate: 1 Aug 2025\nSubject: Old bridge\n\n{_TOLD}\n\n-- \nAna\n"
    forward = f"{head}\nSee below.\n\n> {original.replace(chr(10), chr(10) + '> ')}"
    box = f"From ana@faro.example Fri Aug  1 10:00:00 2025\n{head}\n{_TOLD}\n\n" * 2
    digest = (
        f"# The week of 1 May 2025\n\n## [Old bridge](https://faro.example/1)\n**Source:** El Faro\n\n{_TOLD}\n\n- **Bridge**: {_TOLD}\n"
        * 2
    )
    nexis = (
        f"1 of 2 DOCUMENTS\n\nEl Faro\n\nMay 8, 2010\n\nOld bridge\n\nBYLINE: Ana Ruiz\n\nLENGTH: 9 words\n\n{_TOLD}\n\nLANGUAGE: EN\n\n"
    )
    factiva = f"HD  Old bridge\nWC  9 words\nPD  8 May 2010\nSN  El Faro\n\nLP\n{_TOLD}\n\nAN  Document FARO0000\n\n"
    texts = [(text, "") for text in (saved, box, 2 * nexis, 2 * factiva)]
    return [*texts, (forward, "message/rfc822"), (mail, "message/rfc822"), (digest, "text/markdown")]


def _dump(value: bytes, content_type: str) -> bytes:
    # The header byte also holds which time, the next one whether shapes are on.
    return bytes([0, CONTENT_TYPES.index(content_type) + len(CONTENT_TYPES), 0]) + value


def _records() -> list[bytes]:
    config = PipelineConfig(classes=builtin_classes(), version="fuzz", partitions=1)
    text = Incoming(topic="news.dumps", key=None, value=f"Old bridge to close\n{_TOLD}".encode(), timestamp=NOW)
    (articles,) = split([text], config).messages
    received = Incoming(topic="news.articles", key=None, value=articles.value, timestamp=NOW, partition=0)
    judged = deduplicate([received], config, CopyIndex(CopyConfig())).messages[-1].value
    copy = judged.replace(b'"duplicate":null', b'"duplicate":{"of":"' + b"a" * 32 + b'","kind":"near","similarity":0.5,"fuller":false}')
    return [b"\x01" + articles.value, b"\x02" + judged, b"\x02" + copy]


def _class_files() -> list[bytes]:
    chile = resources.files("streams.classify").joinpath("classes/chile.toml").read_bytes()
    small = b'id = "a"\nkind = "topic"\nname = "A"\ncounts = "mention"\n[standard]\nmedtop = "medtop:20000001"\n'
    small += b'[[terms]]\nweight = 0.9\nany = ["mine"]\nnear = ["gold"]\n[[homonyms]]\nen = ["mine water"]\n'
    small += b'[[examples]]\nexpect = "about"\nbody = "a mine"\n'
    return [b"\x03" + chile[:3000], b"\x03" + small]
