"""Inflect demonyms in six languages."""

_ENGLISH_INVARIABLE = ("s", "sh", "ch", "ese")
_GERMAN = ("", "e", "en", "er", "es", "em")


def forms(word: str, language: str) -> tuple[str, ...]:
    """Return the forms of `word` by gender and number; a word that begins with "=" has no other forms."""
    stem, last = word[:-1], word[-1]
    if word.startswith("="):
        return (word[1:],)
    if language in ("es", "pt") and last == "o":
        return (word, stem + "a", word + "s", stem + "as")
    if language == "it" and last == "o":
        return (word, stem + "a", stem + ("hi" if stem.endswith("c") else "i"), stem + ("he" if stem.endswith("c") else "e"))
    if language == "fr":
        feminine = word + ("ne" if word.endswith("en") else "e")
        return (word, feminine, feminine + "s") if last == "s" else (word, feminine, word + "s", feminine + "s")
    if language == "de":
        return tuple(word + ending for ending in _GERMAN)
    takes_s = not word.endswith(_ENGLISH_INVARIABLE) if language == "en" else language == "es" and last == "e"
    return (word, word + "s") if takes_s else (word,)
