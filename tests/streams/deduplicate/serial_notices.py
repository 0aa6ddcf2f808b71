"""More invented serial texts: notices of a few sentences, nearly all of it the form, with few figures and names to tell them apart."""

from collections.abc import Callable, Mapping
from random import Random

_TOWNS = ["Altamar", "Bordevilla", "Dosaguas", "Higueral", "Jaramillo", "Lomaverde", "Nogales", "Ojoclaro", "Quintera", "Tresmares"]
_DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def lottery(chance: Random) -> str:
    """Return the numbers of one drawing."""
    one, two, three, extra = chance.choices(range(10), k=4)
    written = f"{_DIGITS[one]}, {_DIGITS[two]}, {_DIGITS[three]}; Fireball: {_DIGITS[extra]}"
    return (
        f"The winning numbers in {chance.choice(['Monday', 'Friday'])} {chance.choice(['evening', 'afternoon'])}'s drawing of the "
        f"{chance.choice(['Lakeshore', 'Prairie'])} Lottery's “Pick 3” game were: {one}-{two}-{three}, Fireball: {extra} ({written}). "
        "Players must match all three numbers in the exact order to win the top prize. The odds of "
        "winning the top prize are one in one thousand. Tickets are sold until ten minutes before the drawing, which is held twice a day."
    )


def tremor(chance: Random) -> str:
    """Return the notice of a small earthquake, in Spanish."""
    return (
        f"Un sismo de magnitud {chance.randint(3, 6)},{chance.randint(0, 9)} se registró este {chance.choice(['martes', 'sábado'])} a las "
        f"{chance.randint(0, 23)}:{chance.randint(10, 59)} horas a {chance.randint(5, 90)} kilómetros al "
        f"{chance.choice(['norte', 'suroeste', 'este'])} de {chance.choice(_TOWNS)}, informó el Centro Sismológico. El movimiento tuvo una "
        f"profundidad de {chance.randint(5, 180)} kilómetros. Hasta el momento no se reportan daños a personas, alteración de servicios "
        "básicos ni de la infraestructura. El servicio de la Armada indicó que las características del sismo no reúnen las condiciones "
        "necesarias para generar un tsunami en las costas del país."
    )


def forecast(chance: Random) -> str:
    """Return the forecast for a county, in English."""
    part = chance.choice(["today", "this morning"])
    sky = chance.choice(["Partly cloudy", "Mostly sunny", "Scattered thunderstorms", "Rain"])
    night = chance.choice(["mostly clear", "mostly cloudy", "a chance of showers"])
    return (
        f"{sky} {part} with a high near {chance.randint(40, 99)} in {chance.choice(_TOWNS)}, according to "
        f"the weather office. {chance.choice(['North', 'West', 'East'])} wind around {chance.randint(3, 25)} mph. Chance of precipitation "
        f"is {chance.randint(1, 9)}0 percent. Tonight, {night}, with a low around {chance.randint(20, 70)}. "
        f"{chance.choice(['Tuesday', 'Friday', 'Sunday'])} will be {chance.choice(['sunny', 'breezy', 'cloudy'])}, with a high near "
        f"{chance.randint(40, 99)} and a low around {chance.randint(20, 70)}. Sunrise is at "
        f"{chance.randint(5, 7)}:{chance.randint(10, 59)} a.m. and sunset at {chance.randint(5, 8)}:{chance.randint(10, 59)} p.m. A "
        f"{chance.choice(['heat', 'wind', 'flood'])} advisory is in effect until {chance.randint(1, 11)} p.m. for parts of "
        f"{chance.choice(_TOWNS)} County."
    )


def currency(chance: Random) -> str:
    """Return the day's dollar, in Portuguese."""

    def price() -> str:
        return f"R$ {chance.randint(4, 6)},{chance.randint(1000, 9999)}"

    def change() -> str:
        return f"{chance.randint(0, 5)},{chance.randint(10, 99)}%"

    return (
        f"O dólar comercial fechou em {chance.choice(['alta', 'queda'])} de {change()} nesta {chance.choice(['terça', 'sexta'])}-feira, "
        f"cotado a {price()} na venda. Na mínima do dia, a moeda chegou a {price()}; na máxima, a {price()}. Na semana, a divisa acumula "
        f"{chance.choice(['alta', 'queda'])} de {change()} e, no mês, de {change()}. O euro {chance.choice(['subiu', 'caiu'])} {change()}, "
        f"a {price()}. O Banco Central ofertou {chance.randint(5, 40)} mil contratos de swap cambial na sessão. Operadores citaram "
        f"{chance.choice(['o cenário fiscal', 'os juros americanos', 'o preço do minério'])} como fator para o movimento do câmbio."
    )


NOTICES: Mapping[str, Callable[[Random], str]] = {
    "lottery": lottery,
    "tremor": tremor,
    "forecast": forecast,
    "currency": currency,
}
