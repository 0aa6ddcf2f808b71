"""Tell the single-byte charset of bytes without a right declaration by the letters that it makes of them, and undo UTF-8 encoded twice."""

import codecs
import re

# Charset -> the letters outside ASCII that texts of its languages are made of: most of them, for a script of its own the frequent ones.
# Earlier ones win a tie. DOS and Mac charsets: files outlive their systems.
_WEST = "áéíóúñüàèìòùâêîôûäëïöçãõåæøßœÿº‘’“”«»–—…€¿¡£°"
_CENTRE = "áčďéěíňóřšťúůýžąćęłńśźżöőüűäôĺľŕăâîşţșțđ„”“’‚‘–—…§"
_CYRILLIC = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэёіїєъ«»–—…№"
LETTERS: dict[str, str] = {
    "cp1252": _WEST,
    "cp1251": _CYRILLIC,
    "koi8-r": _CYRILLIC,
    "cp866": _CYRILLIC,
    "iso8859-5": _CYRILLIC,
    "cp1250": _CENTRE,
    "iso8859-2": _CENTRE,
    "cp1253": "αοιετσνηυρπκμλωάέίόύήώςγδχθβφ«»–—…’",
    "cp1254": "çğıöşüâîû‘’“”–—…",
    "cp1255": "יוהלאתרמבשנעקדחפסטצגזךםןףץ–—”“",
    "cp1256": "المنيوترةدبعسكفقحجطصشخضذزغأإءئىظآؤث،؛؟",
    "cp874": "านรอกเงมยลวดทสตะปคบหชแไใโพขจธศซณผถภ่้ีัิ์ึืุู็ำๆ",
    "iso8859-15": _WEST,
    "mac-roman": _WEST,
    "cp850": _WEST,
}
CAPITAL_SHARE = 0.5  # what a capital is worth, in its place at the start of a word
MIN_LIKENESS = 0.6  # of bytes with a charset to their letters; in a wrong charset of the same script half as much
CLEARLY_BETTER = 0.25  # by so much, another charset is more like a text than the declared one
SAMPLE_CHARACTERS = 2_000  # outside ASCII
LAST_LATIN = "\u024f"
LATIN_RUN = re.compile(r"[^\W\d_a-zA-Z]{3,}")  # letters in a row that no language with Latin letters has
MIN_DOUBLED = 2  # sequences of UTF-8 in UTF-8; one may be a text about charsets
MIN_DOUBLED_SHARE = 0.8  # of the characters outside ASCII that are in such sequences
MAX_ENCODINGS = 3  # how often a text can have been encoded

HIGH_WORD = re.compile(rb"[^\s<>\x80-\xff]{0,30}[\x80-\xff][^\s<>]*")
NOT_ASCII = re.compile(r"(?<=([^\W\d_]))?([^\x00-\x7f])")
# A character's bytes in UTF-8, each read as a character of windows-1252 or latin-1.
_HIGH = "".join(chr(byte) for byte in range(0x80, 0xC0)) + bytes(range(0x80, 0xA0)).decode("cp1252", "ignore")
_ONE, _TWO, _THREE = (f"[{re.escape(_HIGH)}]{{{number}}}" for number in (1, 2, 3))
DOUBLED = re.compile(f"[\u00c2-\u00df]{_ONE}|[\u00e0-\u00ef]{_TWO}|[\u00f0-\u00f4]{_THREE}")
DOUBLED_LEADS = "ÃÂÄÅâÐÑÎÏ×ØÙ"  # first bytes of letters and quotation marks; a search for `DOUBLED` in each page took a third of its time
# The same, a little wider, in the bytes of a page: the search is cheap, as it begins with a byte.
_BYTES = rb"(?:[\xc2-\xcb][\x80-\xbf]|\xe2[\x80-\xbf]{2})"
DOUBLED_BYTES = re.compile(rb"\xc3(?:[\x82-\x9f]%b|[\xa0-\xaf]%b{2}|[\xb0-\xb4]%b{3})" % (_BYTES, _BYTES, _BYTES))
_BYTE_OF = {char: byte for byte in range(0x80, 0xA0) for char in (chr(byte), bytes([byte]).decode("cp1252", "ignore")) if char}


def likeness(text: str, letters: str) -> float:
    """Return how much the characters of `text` outside ASCII are like those of texts written with `letters`: at most 1, 1 for none."""
    known = frozenset(letters)
    score, count = 0.0, 0
    is_latin = letters[0] <= LAST_LATIN
    if is_latin:
        text, runs = LATIN_RUN.subn(" ", text)
        count = runs * 3  # at least
    for found in NOT_ASCII.finditer(text):
        before, char = found[1], found[2]
        count += 1
        if before and before.isascii() and not is_latin:
            score -= 1  # two scripts in a word
        elif char in known:
            score += 1
        elif char.lower() in known and char != char.lower():
            score += -1 if before and before.islower() else CAPITAL_SHARE
        elif not char.isspace() and before:
            score -= 1  # a sign inside a word
        if count >= SAMPLE_CHARACTERS:
            break
    return score / count if count else 1.0


def detect_single_byte(body: bytes) -> tuple[str, float] | None:
    """Return the single-byte charset in which `body` is most like a text, and how much it is; None where it is in none."""
    sample = _high_parts(body)
    scored = [(codec, likeness(sample.decode(codec, "replace"), letters)) for codec, letters in LETTERS.items()]
    best = max(scored, key=lambda pair: pair[1])
    return best if best[1] >= MIN_LIKENESS else None


def likeness_in(codec: str, body: bytes) -> float:
    """Return how much `body` read in `codec` is like a text of the charset's languages; 1 for a charset of several bytes a character."""
    name = codecs.lookup(codec).name
    letters = next((letters for known, letters in LETTERS.items() if codecs.lookup(known).name == name), None)
    return 1.0 if letters is None else likeness(_high_parts(body).decode(codec, "replace"), letters)


def _high_parts(body: bytes) -> bytes:
    """Return the words of `body` with bytes outside ASCII, up to a limit."""
    pieces, size = [], 0
    for word in HIGH_WORD.findall(body):
        pieces.append(word)
        size += len(word)
        if size > 4 * SAMPLE_CHARACTERS:
            break
    return b" ".join(pieces)


def decode_utf_8(body: bytes) -> str:
    """Return the text of UTF-8, also where it was encoded twice. Raise UnicodeDecodeError for other bytes."""
    text = body.decode("utf-8")
    return undo_double_encoding(text) if DOUBLED_BYTES.search(body) else text


def undo_double_encoding(text: str) -> str:
    """Return `text` as it was before it was read as windows-1252 and encoded as UTF-8 again, once or more; any other text is unchanged."""
    for _ in range(MAX_ENCODINGS):
        if text.isascii() or sum(map(text.count, DOUBLED_LEADS)) < MIN_DOUBLED:
            return text
        doubled = DOUBLED.findall(text)
        if len(doubled) < MIN_DOUBLED or sum(map(len, doubled)) < MIN_DOUBLED_SHARE * sum(char > "\x7f" for char in text):
            return text
        text = DOUBLED.sub(_once, text)
    return text


def _once(found: re.Match[str]) -> str:
    try:
        return bytes(_BYTE_OF.get(char, ord(char)) for char in found[0]).decode("utf-8")
    except ValueError:
        return found[0]
