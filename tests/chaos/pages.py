"""What the chaos driver produces: pages of tests/deliveries.py, texts in other languages for the partitions of every stage, large dumps."""

import json
import random

from streams.messages.codec import MAX_BATCH_ARTICLES
from streams.messages.envelope import ENVELOPE_TYPE
from streams.records import Headers
from tests.contract import text_dump
from tests.deliveries import FETCHED, dumps
from tests.stories import headline, story

# One dump in so many rounds has more articles than a batch, so that they are passed on in turns: each its own story, in one language.
_ROUNDS_A_LARGE_DUMP = 100
_LARGE_ARTICLES = 2 * MAX_BATCH_ARTICLES + 50
_LARGE_STORIES = 10_000_000
# Three pages of three English articles, then one text of another language: ten articles in four dumps.
_ROUND = 4
_ARTICLES_A_ROUND = 10
# One language for each further group of streams/topics.py: subjects, verbs, objects, and when.
_WORDS = {
    "es": (
        ["La alcaldesa", "Un pescador", "Los vecinos", "La orquesta", "El jardinero"],
        ["inauguró", "rechazó", "vendió", "reparó", "describió"],
        ["la vieja biblioteca del barrio", "un puente de madera", "los planos de la escuela", "el mercado de los domingos"],
        ["después de la tormenta", "antes del desayuno", "porque nadie había preguntado", "mientras llovía sobre la ciudad"],
    ),
    "fr": (
        ["La mairesse", "Un pêcheur", "Les voisins", "La chorale", "Le jardinier"],
        ["a inauguré", "a refusé", "a vendu", "a réparé", "a décrit"],
        ["la vieille bibliothèque du quartier", "un pont de bois", "les plans de l'école", "le marché du dimanche"],
        ["après la tempête", "avant le petit déjeuner", "parce que personne n'avait demandé", "pendant qu'il pleuvait sur la ville"],
    ),
    "de": (
        ["Die Bürgermeisterin", "Ein Fischer", "Der Nachbar", "Das Orchester", "Der Gärtner"],
        ["eröffnete", "verweigerte", "verkaufte", "reparierte", "beschrieb"],
        ["die alte Bibliothek des Viertels", "eine Brücke aus Holz", "die Pläne der Schule", "den Markt am Sonntag"],
        ["nach dem Sturm", "noch vor dem Frühstück", "weil niemand gefragt hatte", "während es über der Stadt regnete"],
    ),
    "it": (
        ["La sindaca", "Un pescatore", "Il vicino", "Il coro", "Il giardiniere"],
        ["ha inaugurato", "ha rifiutato", "ha venduto", "ha riparato", "ha descritto"],
        ["la vecchia biblioteca del quartiere", "un ponte di legno", "i progetti della scuola", "il mercato della domenica"],
        ["dopo la tempesta", "prima di colazione", "perché nessuno lo aveva chiesto", "mentre pioveva sulla città"],
    ),
}
_PLACES = ("Santiago de Chile", "Caracas, Venezuela", "Miami, Florida", "Oslo", "Nairobi")
_COPIES = 0.3


def pages(articles: int, seed: int) -> list[tuple[bytes, Headers]]:
    """Return dumps with at least so many articles, copies among them; equal arguments give equal dumps."""
    rounds = -(-articles // _ARTICLES_A_ROUND)
    english = iter(dumps(rounds * (_ROUND - 1), seed))
    chance = random.Random(seed)
    found: list[tuple[bytes, Headers]] = []
    for number in range(rounds):
        found += [next(english) for _ in range(_ROUND - 1)]
        told = chance.randrange(number) if number and chance.random() < _COPIES else number
        found.append(_foreign(number, told))
        if number % _ROUNDS_A_LARGE_DUMP == _ROUNDS_A_LARGE_DUMP - 1:
            found.append(_large(number))
    return found


def _large(number: int) -> tuple[bytes, Headers]:
    seeds = range(_LARGE_STORIES + number * _LARGE_ARTICLES, _LARGE_STORIES + (number + 1) * _LARGE_ARTICLES)
    return text_dump("\n\n".join(f"{headline(seed)}\n3 hours ago\n{story(seed)}" for seed in seeds), f"https://large.example/{number}")


def _foreign(number: int, told: int) -> tuple[bytes, Headers]:
    """Return page `number` with the text `told`, in a language that follows from the text."""
    chance = random.Random(f"foreign {told}")
    words = _WORDS[list(_WORDS)[told % len(_WORDS)]]

    def sentence() -> str:
        who, did, what, when = (chance.choice(some) for some in words)
        return f"{who} {did} {what} {when} ({chance.randrange(100_000)})."

    place = _PLACES[told % len(_PLACES)]
    body = "\n".join([sentence().split(" (")[0], f"{place}. " + " ".join(sentence() for _ in range(8))])
    envelope = {"url": f"https://others.example/{number}", "fetched_at": FETCHED, "content_type": "text/plain", "body": body}
    return json.dumps(envelope).encode(), (("content-type", ENVELOPE_TYPE.encode()),)
