"""Recognize the notes below a story: who else worked on it, and who its author is. They are no part of the news."""

import re

from streams.split.fields.credits import MIN_AUTHOR_WORDS, NAME, UPPER

MAX_NOTE_CHARACTERS = 400
# "(Reporting by Ana Ruiz in Caracas; editing by Tom Hall)", "Additional reporting by Ole Brandt."
WORK = re.compile(
    r"\W{0,3}(?:with )?(?:additional |further )?(?:reporting|writing|editing|research|production|graphics|translation)"
    r"(?:(?:,| and| &) (?:reporting|writing|editing|research))* by ",
    re.IGNORECASE,
)
# "(Reportagem de Ana Ruiz em Caracas)", "Con información de Ana Ruiz", "Ana Ruiz reported from Caracas."
WORK_WORDS = (
    "reporte|reportaje|edici[oó]n|con informaci[oó]n|con reportes|editado|escrito|traducido|reportagem|edição|com informações|traduzido|"
    "reportage|avec|rédigé|édité|traduit|bericht|mitarbeit|redigiert|übersetzt|servizio|a cura|traduzione"
)
# "Text and research: Ana Ruiz, Tom Hall", "Faktencheck: Ole Brandt"
PERSON = rf"[{UPPER}][\w.'’-]+(?: (?:de|del|la|van|von|da|[{UPPER}][\w.'’-]*)){{1,3}}"
LABELLED = re.compile(rf"[{UPPER}][^\W\d]*(?:,? [^\W\d]+){{0,3}}: ?{PERSON}(?:(?:,| and| und| y| et| e|/) ?{PERSON}){{0,5}}\.?")
PEOPLE = rf"{PERSON}(?:(?:,| and| und| y| et| e) {PERSON}){{0,4}}"
WORK_OF_OTHERS = re.compile(
    rf"\W{{0,3}}(?i:{WORK_WORDS}):? (?:de|por|da|do|del|di|par|von)? ?{PEOPLE}[^.]{{0,60}}\W{{0,2}}$"
    rf"|{PEOPLE} reported (?:from|in) [^.]{{2,60}}\.?$"
)
ROLES = (
    "reporter|correspondent|editor|journalist|writer|columnist|author|contributor|professor|lecturer|director|fellow|redakteur|redakteurin|"
    "korrespondent|korrespondentin|journalistin|autor|autorin|periodista|redactora?|corresponsal|journaliste|rédact\\w+|giornalista|jornalista"
)
AUTHOR = re.compile(rf"(?P<name>{NAME})(?: \([^)]{{1,40}}\))?,? (?:is|was|ist|war|es|est|è|é) (?:[^.]{{0,80}}\W)?(?i:{ROLES})\b")


# "A version of this article appears in print on Nov. 20, 2026", "This story was originally published in the Harbour Post."
PUBLISHED = re.compile(
    r"(?:A version of this|This) (?:article|story|column|piece|essay) (?:(?:was|has been|is|appears|appeared|ran)\b) ?"
    r"(?:first |originally |also |re)?(?:published|printed|posted|in print|in the print)\b"
)


def is_about_author(text: str, author: str | None) -> bool:
    """Return whether a line begins with the full name of the story's author: a note on who wrote it, above the text."""
    names = [name for name in re.split(r",\s| and ", author or "") if " " in name]
    return len(text) <= MAX_NOTE_CHARACTERS and any(text.startswith(f"{name} ") for name in names)


def is_closing_note(text: str, author: str | None = None) -> bool:
    """Return whether the last line of a story is a credit, or a note on a person: on `author`, or one by a role ("is a reporter")."""
    if len(text) > MAX_NOTE_CHARACTERS:
        return False
    if WORK.match(text) or LABELLED.fullmatch(text) or PUBLISHED.match(text) or WORK_OF_OTHERS.match(text) or text.startswith("© "):
        return True
    note = AUTHOR.match(text)
    if note is None or len(note["name"].split()) < MIN_AUTHOR_WORDS:
        return False
    return not author or note["name"].casefold() in author.casefold() or author.casefold() in text.casefold()
