"""Strings that a regular expression is slow on, if on any: each of its repeats fed with what it takes, then a sign that fits nothing."""

import re
import re._constants as ops  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterator
from typing import Any

# What a class of characters is asked for; those that several repeats take are where backtracking comes from.
ASKED = " a1A.-'\"<>:\n\x00~é("
NO_FIT = "\x01"
REPEATS = {ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT}


def pumps(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str]]:
    """Yield (prefix, repeated text) for each repeat of `pattern`, for the whole of it, and for its first sign."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    parsed = parser.parse(source, pattern.flags & ~re.UNICODE)
    yield from dict.fromkeys([*_pumps(parsed, ""), ("", _texts(parsed)[0]), *(("", text[:1]) for text in _texts(parsed))])


def _pumps(parsed: Any, before: str) -> Iterator[tuple[str, str]]:
    for op, argument in parsed:
        if op in REPEATS:
            _, max_count, item = argument
            yield from _pumps(item, before)
            if max_count > 20:
                yield from ((before, text) for text in _texts(item) if text)
        elif op is ops.BRANCH:
            for branch in argument[1]:
                yield from _pumps(branch, before)
        elif op is ops.SUBPATTERN:
            yield from _pumps(argument[-1], before)
        elif op is ops.ATOMIC_GROUP:
            yield from _pumps(argument, before)
        before += _texts([(op, argument)])[0]


def _texts(parsed: Any) -> list[str]:
    """Return short texts that fit: the first choice everywhere; of a lone class each sign of `ASKED` that fits."""
    if len(parsed) == 1 and parsed[0][0] in (ops.IN, ops.ANY, ops.NOT_LITERAL):
        return _signs(*parsed[0])
    return ["".join(_text(op, argument) for op, argument in parsed)]


def _text(op: Any, argument: Any) -> str:
    if op is ops.LITERAL:
        return chr(int(argument))
    if op in (ops.IN, ops.ANY, ops.NOT_LITERAL):
        return _signs(op, argument)[0]
    if op in REPEATS:
        return _texts(argument[2])[0] * (int(argument[0]) or 1)
    if op is ops.BRANCH:
        return _texts(argument[1][0])[0]
    if op is ops.SUBPATTERN:
        return _texts(argument[-1])[0]
    return _texts(argument)[0] if op is ops.ATOMIC_GROUP else ""


def _signs(op: Any, argument: Any) -> list[str]:
    if op is ops.ANY:
        return ["a", " "]
    taken = re.compile(_class(op, argument))
    own = [chr(value) for kind, value in (argument if op is ops.IN else ()) if kind is ops.LITERAL]
    return [sign for sign in dict.fromkeys([*own[:3], *ASKED, *own]) if taken.fullmatch(sign)] or ["a"]


def _class(op: Any, argument: Any) -> str:
    if op is ops.NOT_LITERAL:
        return "[^" + re.escape(chr(argument)) + "]"
    names = {ops.CATEGORY_DIGIT: r"\d", ops.CATEGORY_NOT_DIGIT: r"\D", ops.CATEGORY_SPACE: r"\s", ops.CATEGORY_NOT_SPACE: r"\S"}
    names |= {ops.CATEGORY_WORD: r"\w", ops.CATEGORY_NOT_WORD: r"\W"}
    parts = []
    for kind, value in argument:
        if kind is ops.NEGATE:
            parts.append("^")
        elif kind is ops.LITERAL:
            parts.append(re.escape(chr(value)))
        elif kind is ops.RANGE:
            parts.append(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
        else:
            parts.append(names[value])
    return f"[{''.join(parts)}]"
