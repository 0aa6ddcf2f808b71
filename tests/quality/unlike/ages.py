"""How sites print an age, in six languages and several forms, with the time that it means."""

import random
from datetime import datetime, timedelta

from tests.quality.unlike.stories import Printed, Story, moment

RELATIVE = {
    "en": ("{} ago", ("minute", "minutes"), ("hour", "hours"), ("day", "days")),
    "es": ("Hace {}", ("minuto", "minutos"), ("hora", "horas"), ("día", "días")),
    "pt": ("Há {}", ("minuto", "minutos"), ("hora", "horas"), ("dia", "dias")),
    "fr": ("il y a {}", ("minute", "minutes"), ("heure", "heures"), ("jour", "jours")),
    "de": ("vor {}", ("Minute", "Minuten"), ("Stunde", "Stunden"), ("Tag", "Tagen")),
    "it": ("{} fa", ("minuto", "minuti"), ("ora", "ore"), ("giorno", "giorni")),
}
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
}
WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
}
YESTERDAY = {"en": "Yesterday", "es": "Ayer", "pt": "Ontem", "fr": "Hier", "de": "Gestern", "it": "Ieri"}
AT = {"en": "at", "es": "a las", "pt": "às", "fr": "à", "de": "um", "it": "alle"}
UPDATED = {"en": "Updated", "es": "Actualizado", "pt": "Atualizado", "fr": "Mis à jour", "de": "Aktualisiert", "it": "Aggiornato"}
FORMS = ("relative", "relative", "letter", "date", "iso", "yesterday", "digits", "clock", "updated", "weekday")


def printed(story: Story, form: str, roll: random.Random) -> Printed:
    """Return the age of `story` as a site prints it that uses `form` (one of `FORMS`); sites go over to days after 24 hours."""
    at, language = moment(story.age), story.language
    day = at.date().isoformat()
    if form == "yesterday" and not 24 <= story.age / timedelta(hours=1) < 30:
        form = "relative"
    if form == "relative":
        return _relative(story.age, language)
    if form == "letter":
        return _letter(story.age)
    if form == "updated":
        found = _relative(story.age, language)
        return Printed(f"{UPDATED[language]} {found.text[0].lower()}{found.text[1:]}", found.time)
    texts = {
        "date": _date(at, language),
        "iso": at.strftime(roll.choice(("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%SZ"))),
        "yesterday": f"{YESTERDAY[language]} {AT[language]} {at:%H:%M}",
        "digits": at.strftime("%d/%m/%Y" if language != "de" else "%d.%m.%Y"),
        "clock": f"{_date(at, language)}, {at:%H:%M}" + (" Uhr" if language == "de" else ""),
        "weekday": f"{WEEKDAYS[language].split()[at.weekday()]}, {_date(at, language)}",
    }
    return Printed(texts[form], day)


def _relative(age: timedelta, language: str) -> Printed:
    pattern, *units = RELATIVE[language]
    minutes = int(age / timedelta(minutes=1))
    number, (one, many), step = (
        (minutes, units[0], 1) if minutes < 60 else (minutes // 60, units[1], 60) if minutes < 1440 else (minutes // 1440, units[2], 1440)
    )
    at = moment(timedelta(minutes=number * step))
    time = at.date().isoformat() if step == 1440 else at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Printed(pattern.format(f"{number} {one if number == 1 else many}"), time)


def _letter(age: timedelta) -> Printed:
    found = _relative(age, "en")
    number, unit, _ = found.text.split()
    return Printed(f"{number}{unit[0]}", found.time)


def _date(at: datetime, language: str) -> str:
    month = MONTHS[language].split()[at.month - 1]
    if language == "en":
        return f"{month} {at.day}, {at.year}"
    if language in ("es", "pt"):
        return f"{at.day} de {month} de {at.year}"
    return f"{at.day}. {month} {at.year}" if language == "de" else f"{at.day} {month} {at.year}"
