"""The countries that are off by default: what shares a name with one is not it (all texts invented)."""

import pytest

from streams.classify.class_set import ClassSet, extra_files, parse_classes, shipped_files
from streams.classify.classify import check_examples, classify


@pytest.fixture(scope="module")
def classes() -> ClassSet:
    return parse_classes(shipped_files() | extra_files(["all"]))


def regions(text: str, classes: ClassSet, language: str = "en") -> set[str]:
    title, body = text.split("\n", 1)
    return {label.id for label in classify(title, body, language, classes).regions}


TRAPS = [
    pytest.param("A peach fair opens\nThe governor of Georgia cut the ribbon in Tbilisi.", set(), id="Georgia, the country"),
    pytest.param(
        "Friars sell their library\nThe Dominican friars will keep the maps, and the Dominican Order the rest.", set(), id="friars"
    ),
    pytest.param("Dominican vote is moved to May\nSanto Domingo had asked for June.", {"dominican-republic"}, id="not Dominica"),
    pytest.param("Ferry to Dominica sails again\nRoseau had waited since March.", {"dominica"}, id="not the Dominican Republic"),
    pytest.param("Rice of Guinea\nThe harvest in Guinea and in Equatorial Guinea was good.", set(), id="Guinea is not Guyana"),
    pytest.param("Guyanese vote\nGeorgetown counted all night; Guyana waits.", {"guyana"}, id="Guyana"),
    pytest.param("Guyane : le port rouvre\nEn Guyane française, les bateaux reviennent.", set(), id="French Guiana"),
    pytest.param(
        "Lee la carta de Granada\nEl poeta nació en Granada y vivió en Córdoba.",
        {"spain"},
        id="Granada and Córdoba alone",
        marks=pytest.mark.xfail(strict=True, reason="Córdoba in Argentina is the larger one"),
    ),
    pytest.param("Sequía en Córdoba\nLos productores argentinos de Córdoba piden ayuda.", {"argentina"}, id="Córdoba with company"),
    pytest.param("León gana en casa\nEl portero León Ferrolho paró dos penales.", set(), id="León, a name"),
    pytest.param(
        "Fire in Santa Cruz\nThe fire in Santa Cruz burned a boat house. San Jose sent two crews.",
        {"united-states"},
        id="Santa Cruz, San Jose",
    ),
    pytest.param("Barcos encallados en el río Paraguay\nEl nivel del río Paraguay bajó en julio.", set(), id="a river"),
    pytest.param("A Panama hat for the judge\nThe Panama Papers made him known, the Panama hat his friends.", set(), id="hat and papers"),
    pytest.param("Lagos bank lends to Niger\nNigeria and Niger signed.", set(), id="Niger and Nigeria"),
    pytest.param("Latin American writers meet\nSouth American and Central American poets read.", set(), id="not the United States"),
    pytest.param("An American tenor sings\nHe came from Ohio, and the Americans in the hall stood up.", {"united-states"}, id="American"),
    pytest.param("New Mexico opens a museum\nThe Gulf of Mexico is shown in oil.", {"united-states"}, id="New Mexico"),
    pytest.param("She teaches the Spanish language\nThirty children learn Spanish and French.", set(), id="a language"),
    pytest.param("El libro sale en español\nLa traducción al español es de Orla Fen.", set(), id="una lengua"),
    pytest.param("Spanish farmers sell oranges\nThe growers of Andalusia had rain.", {"spain"}, id="Spain"),
    pytest.param("Boy bitten in Jamaica, Queens\nA dog ran loose in Jamaica, Queens, on Monday.", {"united-states"}, id="Jamaica, Queens"),
    pytest.param("Mark Cuban buys a boat\nMark Cuban paid half.", set(), id="Mark Cuban"),
    pytest.param("Una barca en la cañada\nEn Cañada de Gómez llovió; la cañada creció.", {"argentina"}, id="cañada"),
    pytest.param("Os cariocas voltam à praia\nO Rio de Janeiro teve sol.", {"brazil"}, id="Brazil in Portuguese"),
    pytest.param("LULA VETA PROJETO\nO PRESIDENTE VETOU O PROJETO EM BRASILIA.", {"brazil"}, id="capitals"),
    pytest.param("Mujeres peruanas marchan en Lima\nLa policia cerro el centro.", {"peru"}, id="no accents"),
    pytest.param("Le Mexique ferme un port\nLes pêcheurs mexicains protestent.", {"mexico"}, id="French"),
    pytest.param("Kolumbien wählt\nDie kolumbianische Regierung zählt die Stimmen.", {"colombia"}, id="German"),
    pytest.param("Il Messico vota\nI messicani scelgono il sindaco.", {"mexico"}, id="Italian"),
    pytest.param("The equator runs through the hall\nA line marks the equator.", set(), id="equator"),
    pytest.param("Antigua bodega abre de noche\nLa antigua casa vende vino.", set(), id="antigua, old"),
    pytest.param(
        "Ajax draw in Surrey\nThe Dutch side met a Surrey team; Prince George watched.",
        set(),
        id="Ajax, Surrey, a prince",
        marks=pytest.mark.xfail(strict=True, reason="Surrey in Canada is the larger city"),
    ),
    pytest.param("Columbus day parade\nA statue of Columbus was carried past the harbour of Genoa.", set(), id="Columbus, the sailor"),
    pytest.param("Para los niños, el niño\nPara todos hubo pan; el niño rio.", set(), id="para and the child"),
    pytest.param("Kevin De Bruyne se queda\nLeaves of the lima bean were sold in Lima, Ohio.", {"united-states"}, id="lima"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("text", "expected"), TRAPS)
def test_country_is_labelled_if_the_text_means_it(text: str, expected: set[str], classes: ClassSet) -> None:
    assert regions(text, classes) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("El niño que pintaba\nLa niña le prestó el rojo, y el niño pintó un tren.", set()),
        ("Vuelve El Niño\nEl fenómeno de El Niño traerá lluvias torrenciales.", {"weather"}),
        ("Gas lacrimógeno en el estadio\nLa hinchada huyó; el partido siguió.", set()),
        ("A landslide for the mayor\nShe won by a landslide.", set()),
        ("Strike at the refinery\nCrude oil output falls by a tenth.", {"energy"}),
        ("Quarterback traded\nThe trade deadline passed at noon.", set()),
    ],
)
def test_topic_is_labelled_if_the_text_discusses_it(text: str, expected: set[str], classes: ClassSet) -> None:
    title, body = text.split("\n", 1)
    assert {label.id for label in classify(title, body, None, classes).topics} == expected


def test_every_example_of_every_shipped_class_has_its_expected_label(classes: ClassSet) -> None:
    assert check_examples(classes) == []
