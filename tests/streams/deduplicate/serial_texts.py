"""Invented serial texts: each kind is one form that its desk fills in anew, with other names and figures and some other phrases."""

import random
from collections.abc import Callable, Mapping

from tests.streams.invented_texts import words


def _name(chance: random.Random, count: int = 1) -> str:
    return " ".join(words(chance, count)).title()


def _number(chance: random.Random, low: int = 2, high: int = 99) -> str:
    return str(chance.randint(low, high))


def _decimal(chance: random.Random, high: int = 900) -> str:
    return f"{chance.randint(2, high)}.{chance.randint(0, 99):02}"


def weather(chance: random.Random) -> str:
    """Return a forecast in Spanish for one of several cities, most of its phrases chosen by the weather."""
    place, sky = (
        _name(chance),
        chance.choice(["cielo nublado y niebla", "lluvia débil y viento", "sol y algunas nubes", "chubascos aislados"]),
    )
    rain = chance.choice(
        [
            "No se esperan precipitaciones en los próximos días.",
            f"Se esperan {_number(chance)} milímetros de precipitaciones hasta la noche.",
            f"La probabilidad de lluvia será del {_number(chance)} %, sobre todo por la tarde.",
        ]
    )
    index, level = chance.choice([("1", "bajo"), ("4", "moderado"), ("7", "alto"), ("9", "muy alto")])
    following = chance.choice(["una mañana despejada", "lluvias por la tarde", "niebla hasta el mediodía", "viento fuerte en la costa"])
    return (
        f"El {chance.choice(['sábado', 'lunes', 'jueves'])} en {place} comenzará con {sky}, según el pronóstico del servicio "
        f"meteorológico. La temperatura mínima será de {_number(chance, 2, 14)} grados y la máxima de {_number(chance, 15, 38)} grados a "
        f"las {chance.choice(['tres', 'cuatro', 'cinco'])} de la tarde. El viento soplará del "
        f"{chance.choice(['norte', 'suroeste', 'este'])} con rachas de hasta {_number(chance)} kilómetros por hora. {rain} La humedad "
        f"relativa alcanzará el {_number(chance)} % al amanecer y el índice ultravioleta llegará a {index}, un nivel {level}. El sol "
        f"saldrá a las {_number(chance, 5, 8)}:{_number(chance, 10, 59)} y se pondrá a las "
        f"{_number(chance, 17, 21)}:{_number(chance, 10, 59)}. Para el día siguiente se prevé {following}, con una "
        f"máxima de {_number(chance, 15, 38)} grados."
    )


def market_close(chance: random.Random) -> str:
    """Return the report of one day at the exchange of one city."""
    rose = chance.choice(["rose", "fell", "edged up", "slipped"])
    sectors = chance.sample(["banks", "utilities", "retailers", "shipping companies", "chip makers", "brewers"], 3)
    reason = chance.choice(["hopes of lower rates", "fears of a trade dispute", "mixed company results", "thin holiday trading"])
    return (
        f"{_name(chance)} shares {rose} on {chance.choice(['Monday', 'Thursday'])} as {reason} moved the market. The main index of "
        f"{_number(chance, 20, 90)} companies closed at {_decimal(chance, 9000)} points, {_decimal(chance, 3)} percent from the previous "
        f"close. Turnover was {_decimal(chance)} million crowns, compared with {_decimal(chance)} million on the day before. Among the "
        f"winners were {sectors[0]}, led by {_name(chance, 2)}, which gained {_decimal(chance, 9)} percent, and {_name(chance)}, up "
        f"{_decimal(chance, 9)} percent. {sectors[1].capitalize()} and {sectors[2]} lost most, with {_name(chance, 2)} down "
        f"{_decimal(chance, 9)} percent. The crown traded at {_decimal(chance, 20)} to the dollar. Brent crude stood at "
        f"{_decimal(chance, 120)} dollars a barrel and gold at {_number(chance, 1500, 3500)} dollars an ounce. "
        f"Advancing shares outnumbered declining ones by {_number(chance)} to {_number(chance)}."
    )


def company_results(chance: random.Random) -> str:
    """Return what a company says of its quarter, in the words that all companies use."""
    name, ended = _name(chance, 2), chance.choice(["June 30", "June 28", "March 31"])
    result = chance.choice(["Net income was", "Net loss was", "Operating profit was"])
    return (
        f"{name} Inc. today reported results for its fiscal {chance.choice(['first', 'third'])} quarter ended {ended}. Revenue was "
        f"${_decimal(chance)} million, compared with ${_decimal(chance)} million in the same quarter of the previous year. {result} "
        f"${_decimal(chance)} million, or ${_decimal(chance, 3)} per diluted share, compared with ${_decimal(chance)} million, or "
        f"${_decimal(chance, 3)} per diluted share. The {chance.choice(['decline', 'increase', 'change'])} reflects "
        f"{' '.join(words(chance, 9)).lower()}. “{' '.join(words(chance, 12)).capitalize()},” said {_name(chance, 2)}, president and chief "
        f"executive officer. The company expects revenue for the full year of ${_decimal(chance)} million to ${_decimal(chance)} million. "
        f"Management will host a conference call at {_number(chance, 7, 11)} a.m. {chance.choice(['Central', 'Eastern'])} time. A replay "
        f"will be available on the company's website for {_number(chance, 10, 90)} days."
    )


def quarterly_production(chance: random.Random, company: str | None = None) -> str:
    """Return what a mining company says of its quarter, in the words that all of them use."""
    name, metal = company or _name(chance, 2), chance.choice(["Gold", "Copper", "Iron ore", "Zinc"])
    form = chance.choice(["Ltd.", "Corp.", "Inc."])
    return (
        f"{_name(chance).upper()}, July {_number(chance, 2, 31)} — {name} {form} today reported results for the quarter ended "
        f"{chance.choice(['June 30', 'March 31'])}. {metal} production from its mines in {_name(chance)} was {_decimal(chance)} thousand "
        f"tonnes, compared with {_decimal(chance)} thousand tonnes in the same quarter of the previous year. Ore shipped was "
        f"{_decimal(chance)} thousand tonnes at an average realised price of ${_number(chance)} a tonne. Unit cash costs were "
        f"${_decimal(chance)} a tonne, compared with ${_decimal(chance)} a tonne a year earlier, because of "
        f"{' '.join(words(chance, 6)).lower()}. “{' '.join(words(chance, 9)).capitalize()},” managing director {_name(chance, 2)} said. "
        f"The company confirmed its guidance for the full year of {_number(chance)} to {_number(chance)} million tonnes."
    )


def match_report(chance: random.Random) -> str:
    """Return the short report of a football match."""
    home, away = _name(chance), _name(chance)
    how = chance.choice(["with a header", "from the penalty spot", "after a corner", "with a low shot from outside the area"])
    return (
        f"{home} beat {away} {_number(chance, 2, 5)}-{_number(chance, 0, 1)} at {_name(chance)} Park on "
        f"{chance.choice(['Saturday', 'Sunday'])} in front of {_number(chance, 3000, 60000)} spectators. {_name(chance, 2)} opened the "
        f"scoring in the {_number(chance, 3, 40)}th minute {how}, and {_name(chance, 2)} doubled the lead after {_number(chance, 45, 70)} "
        f"minutes. The visitors had {_number(chance)} percent of the ball and {_number(chance, 3, 20)} shots, of which {_number(chance)} "
        f"were on target, but goalkeeper {_name(chance, 2)} was rarely tested. {_name(chance, 2)} was sent off {_number(chance, 5, 20)} "
        f"minutes before the end for a second yellow card. “ {' '.join(words(chance, 10)).capitalize()},” said coach {_name(chance, 2)}. "
        f"{home} are now {chance.choice(['third', 'ninth'])} in the table with {_number(chance)} points from {_number(chance, 10, 38)} "
        f"games, while {away} stay {chance.choice(['last', 'sixth'])} with {_number(chance)}. They meet {_name(chance)} next week."
    )


def earthquake(chance: random.Random) -> str:
    """Return the notice of an earthquake, in Spanish."""
    place = _name(chance)
    felt = chance.choice(["No se informó de víctimas ni de daños.", "Algunos vecinos salieron a la calle.", "Hubo cortes breves de luz."])
    return (
        f"Un sismo de magnitud {_decimal(chance, 6)} sacudió este {chance.choice(['martes', 'viernes'])} la zona de {place}, informó el "
        f"servicio sismológico. El movimiento se registró a las {_number(chance, 1, 23)}:{_number(chance, 10, 59)} hora local, con "
        f"epicentro a {_number(chance)} kilómetros al {chance.choice(['norte', 'sureste', 'oeste'])} de {_name(chance)} y a una "
        f"profundidad de {_number(chance, 5, 200)} kilómetros. {felt} La marina descartó que el sismo pudiera causar un maremoto en la "
        f"costa. Las autoridades llamaron a la población a mantener la calma y a informarse por los canales oficiales. El temblor se "
        f"sintió con una intensidad de {_number(chance, 2, 6)} en {_name(chance)}, de {_number(chance, 2, 6)} en "
        f"{_name(chance)} y con menos fuerza en {_name(chance)}."
    )


def exchange_rates(chance: random.Random) -> str:
    """Return the day's rates, in Spanish: nearly all figures."""
    rows = " ".join(f"El {unit} se cotiza a {_decimal(chance)} coronas." for unit in ("dólar", "euro", "yen", "franco suizo", "peso"))
    return (
        f"El banco central fijó este {chance.choice(['martes', 'viernes'])} el tipo de cambio oficial en {_decimal(chance)} coronas por "
        f"dólar, lo que supone una {chance.choice(['subida', 'baja'])} del {_decimal(chance, 4)} por ciento frente a la jornada anterior. "
        f"{rows} En lo que va del año la moneda ha {chance.choice(['perdido', 'ganado'])} un {_decimal(chance, 30)} por ciento de su "
        f"valor. Las reservas internacionales sumaron {_number(chance, 900, 90000)} millones de dólares, según "
        f"{_name(chance, 2)}, analista de {_name(chance, 2)}."
    )


KINDS: Mapping[str, Callable[[random.Random], str]] = {
    "weather": weather,
    "market close": market_close,
    "company results": company_results,
    "quarterly production": quarterly_production,
    "match report": match_report,
    "earthquake": earthquake,
    "exchange rates": exchange_rates,
}
