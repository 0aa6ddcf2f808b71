"""The forms of a demonym in six languages."""

_GERMAN = ("", "e", "en", "er", "es", "em")


def forms(word: str, language: str) -> tuple[str, ...]:
    """Return `word` and what it becomes for gender and number; a word that begins with "=" stays as it is."""
    if word.startswith("="):
        return (word[1:],)
    match language, word[-1]:
        case ("es" | "pt", "o"):
            return (word, word[:-1] + "a", word + "s", word[:-1] + "as")
        case ("it", "o"):
            plural = word[:-2] + "chi" if word.endswith("co") else word[:-1] + "i"
            return (word, word[:-1] + "a", plural, word[:-1] + ("he" if word.endswith("co") else "e"))
        case ("fr", "s"):
            return (word, word + "e", word + "es")
        case ("fr", _):
            feminine = word + ("ne" if word.endswith("en") else "e")
            return (word, feminine, word + "s", feminine + "s")
        case ("de", _):
            return tuple(word + ending for ending in _GERMAN)
        case ("es", "e"):
            return (word, word + "s")
        case _:
            return (word,)
