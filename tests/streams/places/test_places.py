"""The places and countries of an article: evidence, datelines, containment, company, names that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.classify.fold import fold
from streams.places.places import MAX_EVIDENCE, MAX_PLACES, places_of
from streams.records import Place
from tests.cpu import quiet_s


def found(title: str | None, body: str, language: str | None = "en", dateline: str | None = None) -> dict[str, tuple[str, str | None]]:
    """Return name -> country and division of each place."""
    return {place.name: (place.country, place.division) for place in places_of(title, body, language, dateline).places}


def only(title: str | None, body: str, name: str, dateline: str | None = None) -> Place:
    (place,) = (place for place in places_of(title, body, "en", dateline).places if place.name == name)
    return place


def test_evidence_is_the_span_of_its_field() -> None:
    title, body = "Rain floods Lima", "The rain came to Lima on Monday.\nBuses in Cusco ran late."
    for place in places_of(title, body, "en").places:
        for evidence in place.evidence:
            text = title if evidence.field == "title" else body
            assert text[evidence.start : evidence.end] == evidence.text
    assert [place.name for place in places_of(title, body, "en").places] == ["Lima", "Cusco"]


def test_city_has_its_country_division_and_coordinates() -> None:
    lima = only(None, "A parade of llamas walked through Lima on Monday, and the police stopped the traffic for it.", "Lima")
    assert (lima.id, lima.kind, lima.country, lima.lat, lima.lon) == ("geonames:3936456", "city", "PE", -12.04, -77.03)


def test_country_has_no_division() -> None:
    assert only(None, "The wine growers of Chile sold more bottles to China than in any year before.", "Chile").division is None


@pytest.mark.parametrize(
    ("body", "country"),
    [
        pytest.param("El puente de Valencia, Carabobo, abre en marzo.", "VE", id="division after a comma"),
        pytest.param("El puente de Valencia, España, abre en marzo.", "ES", id="country after a comma"),
        pytest.param("Alicante y Castellón miran a Valencia: el puente de Valencia abre en marzo.", "ES", id="company"),
    ],
)
def test_place_is_chosen_by_what_the_text_says(body: str, country: str) -> None:
    assert {place.country for place in places_of(None, body, "es").places if place.name == "Valencia"} == {country}


def test_place_of_the_dateline_alone_is_listed_as_such_and_never_what_it_is_about() -> None:
    body = "SANTIAGO, Aug 2 (Reuters) - The price of copper rose again, and traders said that it would rise further."
    santiago = only("Copper rises", body, "Santiago", dateline="SANTIAGO")
    assert (santiago.about, [evidence.field for evidence in santiago.evidence]) == (False, ["dateline"])
    assert "SANTIAGO"[santiago.evidence[0].start : santiago.evidence[0].end] == "SANTIAGO"


def test_demonym_is_evidence_of_a_country_and_of_no_other_place() -> None:
    named = places_of(None, "The Chilean-born director won a prize for a film about a lighthouse keeper.", "en")
    assert [(place.kind, place.evidence[0].text) for place in named.places] == [("country", "Chilean-born")]
    assert named.countries == ("CL",)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("The clinic of Dr. Santiago opened on Monday, with a room for owls.", id="title before"),
        pytest.param("He lives at 12 Memphis Street and keeps nine dogs.", id="street"),
        pytest.param("The swimmer Paula Valencia won the race by a hand.", id="given name before"),
    ],
)
def test_name_of_a_person_or_street_is_no_place(body: str) -> None:
    assert found(None, body) == {}


def test_places_and_their_evidence_are_limited() -> None:
    cities = "Lima Cusco Bogotá Quito Caracas Madrid Toledo Sevilla Bilbao Lisboa Porto Roma Milano Torino Napoli Berlin Paris Oslo "
    cities += "Bergen Stockholm Uppsala Helsinki Tampere Warsaw Moscow Kazan Tokyo Osaka Kyoto Seoul Beijing Shanghai Delhi Mumbai"
    body = ". ".join(f"The evening train to {city} was an hour late again" for city in cities.split() for _ in range(MAX_EVIDENCE))
    places = places_of(None, body, "en").places
    assert len(places) == MAX_PLACES
    assert {len(place.evidence) for place in places} == {MAX_EVIDENCE}


def test_a_text_of_nothing_but_names_takes_no_longer_for_its_length() -> None:
    names = "Lima, Cusco, Chilean, Bogotá, chilean, San Juan, Tennessee, in Athens, Quito, "
    short, long = (names * (size // len(names)) for size in (50_000, 900_000))
    folded = fold(f"\n{long}")
    places_of(None, names, "en")  # reads the gazetteer
    assert quiet_s(lambda: places_of(None, long, "en", folded=folded)) < max(0.1, 4 * quiet_s(lambda: places_of(None, short, "en")))


@given(
    st.text(alphabet="ABCabc é.,\n-'’ÁÑñ\u00ad\u0130ß", max_size=60),
    st.sampled_from(["Lima", "St. Louis, Mo.", "U.S.", "Chile"]),
    st.text(max_size=20),
)
def test_any_text_has_places_whose_evidence_is_in_it(before: str, name: str, after: str) -> None:
    body = f"{before} in {name} {after}"
    named = places_of(None, body, None)
    spans = [(evidence.start, evidence.end) for place in named.places for evidence in place.evidence]
    assert all(body[evidence.start : evidence.end] == evidence.text for place in named.places for evidence in place.evidence)
    assert len(spans) == len(set(spans))


@pytest.mark.parametrize(
    ("body", "name"),
    [
        pytest.param("A storm closed the schools of McAllen, Texas, on Monday.", "McAllen", id="capital inside of a word"),
        pytest.param("LIMA: the port opens again.", "Lima", id="capitals"),
        pytest.param("Floods in RIO DE JANEIRO closed the port.", "Rio de Janeiro", id="words in capitals"),
        pytest.param("Floods in Rio De Janeiro closed the port.", "Rio de Janeiro", id="capitalised particle"),
        pytest.param("O porto abriu em São Paulo.", "São Paulo", id="accents"),
        pytest.param("El barco salió de los Estados unidos en mayo.", "United States", id="first word alone capitalised"),
    ],
)
def test_name_is_found_in_each_of_its_spellings(body: str, name: str) -> None:
    assert name in found(None, body, None)


def test_demonym_in_small_letters_inside_a_name_is_a_part_of_it() -> None:
    (place,) = places_of(None, "El barco salió de la República dominicana en mayo.", "es").places
    assert [evidence.text for evidence in place.evidence] == ["República dominicana"]


def test_small_city_of_a_division_in_the_text_is_meant_before_a_larger_namesake() -> None:
    body = "The council of McMinn County, Tennessee, met in Athens on Monday to plan a fair. Athens has a new mayor."
    assert found(None, body)["Athens"] == ("US", "US-TN")


def test_country_is_meant_before_a_city_of_its_name() -> None:
    assert found(None, "The parliament of Armenia voted for a dam on Thursday.")["Armenia"] == ("AM", None)


def test_abbreviated_state_with_a_full_stop_is_the_division() -> None:
    assert found(None, "A bakery in Valdosta, Ga., opened at four in the morning.")["Georgia"] == ("US", "US-GA")


def test_evidence_of_a_province_is_its_name() -> None:
    place = only(None, "Growers in Punjab province sold more mangoes.", "Punjab")
    assert [evidence.text for evidence in place.evidence] == ["Punjab"]


@pytest.mark.parametrize(
    ("body", "language"),
    [
        pytest.param("El nivel del río Paraguay bajó en julio.", "es", id="river"),
        pytest.param("The oil rig in the Gulf of Mexico leaked.", "en", id="gulf"),
        pytest.param("Mark Cuban paid half of the boat.", "en", id="demonym as a surname"),
        pytest.param("A prize for Latin American poets was given.", "en", id="demonym of a part of the world"),
        pytest.param("La tienda de Raúl Valencia abre en mayo; Valencia viste a tres actrices.", "es", id="name of a person all through"),
    ],
)
def test_name_of_water_or_of_a_person_is_no_place(body: str, language: str) -> None:
    assert found(None, body, language) == {}


@pytest.mark.parametrize(
    ("body", "language"),
    [
        pytest.param("Portuguesa de nacimiento, la cantante llenó el teatro con tres guitarras.", "es", id="begins a sentence"),
        pytest.param("She teaches at the University and paints owls.", "en", id="a generic word"),
        pytest.param("Firefighters from the Central station came first.", "en", id="part of a place"),
        pytest.param("The trainer was Walter Granger, a neighbour said, and nobody saw him leave.", "en", id="a person with an apposition"),
    ],
)
def test_word_that_is_a_name_elsewhere_is_no_place(body: str, language: str) -> None:
    assert found(None, body, language) == {}


def test_division_that_begins_a_sentence_is_one_where_the_text_has_more_of_its_country() -> None:
    named = found(None, "Portuguesa perdió la mitad de su maíz. Los silos de Acarigua y de Barquisimeto están vacíos.", "es")
    assert named["Portuguesa"] == ("VE", "VE-P")


def test_town_of_a_politician_is_a_place() -> None:
    assert "Florence" in found(
        None, "The bill of Senator Hugh Oakes, R-Florence, was sent back. Voters in Columbia, South Carolina, like it."
    )


def test_dateline_in_capitals_names_a_smaller_city() -> None:
    body = "HELENA, Mont. (AP) - The library will open on Sundays, a spokesman said, and the cafe will too."
    assert found(None, body, dateline="HELENA, Mont")["Helena"] == ("US", "US-MT")


@pytest.mark.parametrize(
    ("body", "language"),
    [
        pytest.param("She teaches the Spanish language to thirty children.", "en", id="the language by name"),
        pytest.param("The notice was read in Spanish, and nobody left.", "en", id="in it"),
        pytest.param("He learned Spanish and French at night.", "en", id="two in a row"),
        pytest.param("Nurses who speak German, Polish or Italian are paid more.", "en", id="three in a row"),
        pytest.param("A Spanish-language paper printed the list.", "en", id="with a hyphen"),
        pytest.param("Spanish-speaking drivers wrote to the mayor.", "en", id="its speakers"),
        pytest.param("The poems were translated into Welsh by a baker.", "en", id="translated"),
        pytest.param("La novela sale en español y en francés.", "es", id="en español"),
        pytest.param("La traducción al español es de una vecina.", "es", id="al español"),
        pytest.param("Las clases de alemán empiezan en marzo.", "es", id="clases de"),
        pytest.param("O livro foi traduzido para o espanhol por ela.", "pt", id="para o espanhol"),
        pytest.param("Fala espanhol com os vizinhos.", "pt", id="fala"),
        pytest.param("Elle parle espagnol avec ses voisins.", "fr", id="parle"),
        pytest.param("Sie spricht Spanisch mit den Nachbarn.", "de", id="spricht"),
        pytest.param("Il romanzo esce in spagnolo a maggio.", "it", id="in spagnolo"),
        pytest.param("The Dominican friars sold the library of their convent.", "en", id="friars"),
        pytest.param("A plate of French fries cost nine coins.", "en", id="a dish"),
        pytest.param("The German shepherd found the boy behind the mill.", "en", id="a dog"),
        pytest.param("The Panama Papers made the judge known, and a Panama hat his friends.", "en", id="papers and a hat"),
    ],
)
def test_name_of_a_language_or_a_thing_is_no_country(body: str, language: str) -> None:
    assert places_of(None, body, language).countries == ()


@pytest.mark.parametrize(
    ("body", "language", "country"),
    [
        pytest.param("Spanish farmers sold oranges in May.", "en", "ES", id="its people"),
        pytest.param("The boat was seen in Spanish waters on Monday.", "en", "ES", id="in its waters"),
        pytest.param("He spoke Spanish to a French teacher who had moved.", "en", "FR", id="a teacher from there"),
        pytest.param("El español ganó la carrera por dos segundos.", "es", "ES", id="el español"),
        pytest.param("Venció al español en cinco juegos largos.", "es", "ES", id="al español, who lost"),
        pytest.param("Los aceites españoles suben de precio.", "es", "ES", id="its oil"),
        pytest.param("Das deutsche Parlament zählte die Stimmen.", "de", "DE", id="its parliament"),
        pytest.param("O governo espanhol fechou o porto.", "pt", "ES", id="its government"),
        pytest.param("The Dominican president opened a port.", "en", "DO", id="its president"),
    ],
)
def test_demonym_beside_a_language_is_a_country(body: str, language: str, country: str) -> None:
    assert places_of(None, body, language).countries == (country,)


@pytest.mark.parametrize(
    ("body", "language", "country"),
    [
        pytest.param("El incendio cerca de Granada quemó dos casas.", "es", "ES", id="Spanish"),
        pytest.param("O incêndio em Santarém queimou duas casas.", "pt", "BR", id="Portuguese"),
        pytest.param("The fire near Grenada burned two boats.", "en", "GD", id="English"),
        pytest.param("La isla caribeña de Santa Lucía sufrió un huracán.", "es", "LC", id="the state has more people"),
        pytest.param("A fire in Granada, Nicaragua, burned two boats.", "en", "NI", id="the text says which"),
    ],
)
def test_name_of_many_places_is_one_where_the_language_of_the_text_is_spoken(body: str, language: str, country: str) -> None:
    assert places_of(None, body, language).countries[:1] == (country,)


def test_state_that_is_one_city_is_a_country() -> None:
    (monaco,) = places_of(None, "Monaco vote dimanche, et le port de Monaco ferme.", "fr").places
    assert (monaco.kind, monaco.country) == ("country", "MC")
