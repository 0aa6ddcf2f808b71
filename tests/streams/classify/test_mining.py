"""Texts on mining and texts that only resemble it; every text and name is invented."""

import pytest

from tests.streams.classify.test_classify import LONG, found, label_of


def test_the_price_of_a_metal_is_not_mining() -> None:
    assert found("Iron ore falls", "Iron ore fell on Monday. Iron ore is at its lowest in a month.") == set()


def test_passing_mention_of_a_miner_is_not_mining() -> None:
    assert found("Runner wins in the last metre", LONG * 8 + "Her father had been a miner. " + LONG * 4) == set()


@pytest.mark.parametrize(
    ("title", "body"),
    [
        pytest.param("Fire at Ferrolho mine", "Two people were brought out.", id="a mine by its name"),
        pytest.param("A plant by the lake", "It will extract lithium from the brine, and give the water back.", id="a mineral taken out"),
        pytest.param("Nueva planta de litio", "La firma extraerá el mineral de la salmuera.", id="a mineral taken out, in Spanish"),
    ],
)
def test_extraction_is_mining_under_any_name(title: str, body: str) -> None:
    assert found(title, body) == {"mining"}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("The dentist extracts two teeth a day, and keeps a dog.", id="no mineral"),
        pytest.param("They dig for the drains, and the pits stay open.", id="pits without a mine"),
        pytest.param("Hallaron una mina antipersonal. Limpiar de minas el camino llevará un año.", id="one land mine stands for all"),
    ],
)
def test_text_that_resembles_extraction_is_not_mining(body: str) -> None:
    assert found("Notes of the day", body) == set()


def test_a_paragraph_on_mining_in_a_text_on_something_else_is_mentioned() -> None:
    told = "Illegal gold mining has browned the river. She wants the pits refilled, and half of the royalty kept in the district. "
    label = label_of("mining", "Five seek the seat of the valley", LONG * 4 + told + LONG * 2)
    assert not label.about
