"""Parse page shapes (TOML) and report every mistake with its line (format: docs/shapes.md)."""

from collections.abc import Iterable, Mapping

from streams.split.text.lines import PageWords, key_of
from streams.split.text.shape_records import OUTLET_TOKENS, TOKENS, Header, PageShape
from streams.toml_files import Table, TomlFile, actual_value, read_table, read_tables, refuse_unknown

# Signs are looked for in the short lines of a page: to fold the whole text took three times as long.
MAX_SIGN_CHARACTERS = 80
_SHAPE_KEYS = ("name", "signs", "chrome", "ends", "article")
_WORD_KEYS = ("chrome", "ends")
_ARTICLE_KEYS = ("lines", "lead")


class ShapeError(ValueError):
    """Invalid page shapes. `mistakes`: all of them, as "file:line: message"."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


def parse_shapes(files: Mapping[str, bytes]) -> tuple[PageShape, ...]:
    """Return the page shapes of `files` (file name -> TOML as saved), in order of file name.

    Raises:
        ShapeError: with every mistake of every file.
    """
    mistakes: list[str] = []
    shapes: dict[str, PageShape] = {}
    for file_name in sorted(files):
        file, table = _open(file_name, files[file_name], mistakes)
        if table is not None:
            shape = _read_shape(file, table)
            if isinstance(table.get("name"), str) and shapes.setdefault(shape.name, shape) is not shape:
                file.add_mistake(f"name {shape.name!r} is taken by another file", file.line_of_key("name"))
        mistakes += file.mistakes
    if mistakes:
        raise ShapeError(mistakes)
    return tuple(shapes.values())


def parse_page_words(name: str, data: bytes) -> PageWords:
    """Return the words of a file that has only those.

    Raises:
        ShapeError: with every mistake of the file.
    """
    mistakes: list[str] = []
    file, table = _open(name, data, mistakes)
    if table is not None:
        refuse_unknown(file, table, _WORD_KEYS)
        words = _read_page_words(file, table)
        if not file.mistakes:
            return words
    raise ShapeError(mistakes + file.mistakes)


def _open(name: str, data: bytes, mistakes: list[str]) -> tuple[TomlFile, Table | None]:
    try:
        table = read_table(name, data)
    except ValueError as error:
        mistakes.append(str(error))
        return TomlFile(name, ""), None
    return TomlFile(name, data.decode("utf-8-sig")), table


def _read_shape(file: TomlFile, table: Table) -> PageShape:
    """Return the shape in `table`. Mistakes are added to `file.mistakes`; a shape with mistakes must not be used."""
    refuse_unknown(file, table, _SHAPE_KEYS)
    if not isinstance(table.get("name"), str) or not table["name"].strip():
        file.add_mistake(f"name must be a text, {actual_value(table, 'name')}", file.line_of_key("name"))
    headers = [_read_header(file, index, article) for index, article in enumerate(read_tables(file, table, "article"))]
    if not headers:
        file.add_mistake("no [[article]]: a shape without headers finds no article")
    return PageShape(
        name=str(table.get("name")),
        signs=frozenset(_read_signs(file, table)),
        words=_read_page_words(file, table),
        headers=tuple(headers),
    )


def _read_signs(file: TomlFile, table: Table) -> list[str]:
    """Return the keys of the shape's signs; only such as `split.shape_candidates` can find on a page."""
    texts = _read_texts(file, table, "signs")
    if not texts:
        file.add_mistake("signs must name at least one text: a shape without signs fits every page", file.line_of_key("signs"))
    for text in texts:
        line = file.line_with(text, file.line_of_key("signs"))
        if len(text) > MAX_SIGN_CHARACTERS:
            file.add_mistake(f"a sign has at most {MAX_SIGN_CHARACTERS} characters, not {len(text)}: {text!r}", line)
        if key_of(text) not in text.casefold():
            file.add_mistake(f"a sign must be words with one space between, without punctuation inside: {text!r}", line)
    return list(map(key_of, texts))


def _read_page_words(file: TomlFile, table: Table) -> PageWords:
    ends = frozenset(map(key_of, _read_texts(file, table, "ends")))
    return PageWords(frozenset(map(key_of, _read_texts(file, table, "chrome"))) | ends, ends)


def _read_texts(file: TomlFile, table: Table, key: str) -> list[str]:
    texts = table.get(key, [])
    if not isinstance(texts, list):
        file.add_mistake(f"{key} must be a list of texts, not {texts!r}", file.line_of_key(key))
        return []
    for text in texts:
        if not isinstance(text, str) or not key_of(text):
            line = file.line_with(f'"{text}"' if isinstance(text, str) else str(text), file.line_of_key(key))
            file.add_mistake(f"{key}: a text with a letter or digit is expected, not {text!r}", line)
    return [text for text in texts if isinstance(text, str) and key_of(text)]


def _read_header(file: TomlFile, index: int, article: Table) -> Header:
    for key in sorted(article.keys() - set(_ARTICLE_KEYS)):
        known = ", ".join(_ARTICLE_KEYS)
        file.add_mistake(f"unknown key {key!r} in [[article]]; known: {known}", file.line_of("article", index, key))
    is_lead = article.get("lead", False)
    if not isinstance(is_lead, bool):
        file.add_mistake(f"lead must be true or false, not {is_lead!r}", file.line_of("article", index, "lead"))
    tokens = article.get("lines")
    line = file.line_of("article", index, "lines")
    if not isinstance(tokens, list) or not tokens:
        file.add_mistake(f"lines must be a list of at least one of: {', '.join(TOKENS)}; {actual_value(article, 'lines')}", line)
        return Header((), is_lead is True)
    _check_tokens(file, tokens, line)
    return Header(tuple((str(token).removesuffix("?"), str(token).endswith("?")) for token in tokens), is_lead is True)


def _check_tokens(file: TomlFile, tokens: Iterable[object], first_line: int) -> None:
    seen: set[str] = set()
    for token in tokens:
        name = token.removesuffix("?") if isinstance(token, str) else None
        line = file.line_with(str(token), first_line)
        if name not in TOKENS:
            file.add_mistake(f"unknown token {token!r}; known, each also with '?' behind: {', '.join(TOKENS)}", line)
        elif name == "headline-again" and "headline" not in seen:
            file.add_mistake("'headline-again' needs 'headline' before it", line)
        elif name == "outlet-again" and not seen.intersection(OUTLET_TOKENS):
            file.add_mistake("'outlet-again' needs 'outlet' or 'outlet-age' before it", line)
        seen.add(str(name))
