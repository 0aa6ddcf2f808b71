"""The fields of an article: ages, stamps, credits, promotions, languages."""

import time
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from streams.split.fields.ages import publication_time
from streams.split.fields.credits import Credits, credits_of
from streams.split.fields.language import language_of
from streams.split.text.bodies import clean_text
from streams.split.text.lines import PageWords, lines_of
from streams.split.text.promotions import promotion_start
from streams.split.text.stamps import stamp_of

FETCHED_AT = 1754136000  # 2025-08-02T12:00:00Z


@pytest.mark.parametrize(
    ("line", "outlet", "time", "precision"),
    [
        pytest.param("a few seconds ago", None, "2025-08-02T12:00:00Z", "second", id="few seconds"),
        pytest.param("an hour ago", None, "2025-08-02T11:00:00Z", "hour", id="an hour"),
        pytest.param("time9 minutes ago", None, "2025-08-02T11:51:00Z", "minute", id="glued to the icon"),
        pytest.param("time04-07-2025", None, "2025-07-04", "day", id="date glued to the icon"),
        pytest.param("3 weeks ago", None, "2025-07-12", "day", id="weeks"),
        pytest.param("2 months ago", None, None, None, id="months name no day"),
        pytest.param("04/25/2025", None, "2025-04-25", "day", id="month first only where day first is none"),
        pytest.param("05-08-2025", None, None, None, id="future"),
        pytest.param("03-08-2025", None, "2025-08-03", "day", id="tomorrow in the east"),
        pytest.param("01-01-1901", None, None, None, id="absurd"),
        pytest.param("99999999 hours ago", None, None, None, id="absurd count"),
        pytest.param("July 4, 2025 10:30 am", None, "2025-07-04", "day", id="american date"),
        pytest.param("Vie 4 jul 2025", None, "2025-07-04", "day", id="weekday"),
        pytest.param("2025-07-04T10:30:00Z", None, "2025-07-04", "day", id="iso"),
        pytest.param("09.07.2025, 10:15 Uhr", None, "2025-07-09", "day", id="german date"),
        pytest.param("1 de marzo de 2025", None, "2025-03-01", "day", id="spanish date"),
        pytest.param("Hace un día", None, "2025-08-01", "day", id="es"),
        pytest.param("há 2 dias", None, "2025-07-31", "day", id="pt"),
        pytest.param("il y a 2 heures", None, "2025-08-02T10:00:00Z", "hour", id="fr"),
        pytest.param("vor einer Stunde", None, "2025-08-02T11:00:00Z", "hour", id="de"),
        pytest.param("3 ore fa", None, "2025-08-02T09:00:00Z", "hour", id="it"),
        pytest.param("5h", None, "2025-08-02T07:00:00Z", "hour", id="letter"),
        pytest.param("Updated 3 hours ago", None, "2025-08-02T09:00:00Z", "hour", id="lead word"),
        pytest.param("Shore Sports18 hours ago", "Shore Sports", "2025-08-01T18:00:00Z", "hour", id="glued"),
        pytest.param("Harbour Posta few seconds ago", "Harbour Post", "2025-08-02T12:00:00Z", "second", id="glued words"),
        pytest.param("Channel 2409-07-2025", "Channel 24", "2025-07-09", "day", id="number before a glued date"),
        pytest.param("Channel 2418 hours ago", "Channel 24", "2025-08-01T18:00:00Z", "hour", id="number before a glued count"),
        pytest.param("Channel 249 minutes ago", "Channel 24", "2025-08-02T11:51:00Z", "minute", id="ambiguous: longer name"),
        pytest.param("Channel 43 hours ago", "Channel 4", "2025-08-02T09:00:00Z", "hour", id="43 hours would be printed as days"),
        pytest.param("7TIMES18 days ago", "7TIMES", "2025-07-15", "day", id="number in front"),
        pytest.param("Fuente: El Faro, hace 3 horas", "El Faro", "2025-08-02T09:00:00Z", "hour", id="named as the source"),
        pytest.param("El Faro · hace 3 horas", "El Faro", "2025-08-02T09:00:00Z", "hour", id="dot"),
        pytest.param("3 hours ago | Harbour Post", "Harbour Post", "2025-08-02T09:00:00Z", "hour", id="age first"),
        pytest.param("Le Phare il y a 3 jours", "Le Phare", "2025-07-30", "day", id="article that is also a lead word"),
        pytest.param("El Faro • Ayer • Economía", "El Faro", "2025-08-01", "day", id="fields"),
        pytest.param("Harbour Post, Updated 3 hours ago", "Harbour Post", "2025-08-02T09:00:00Z", "hour", id="lead word behind the name"),
        pytest.param("By Ana Ruiz · 3h · 5 min read", None, "2025-08-02T09:00:00Z", "hour", id="author and reading time"),
        pytest.param("Posted on July 3, 2025 by Ana Ruiz in Harbour", None, "2025-07-03", "day", id="sentence of a weblog"),
        pytest.param("ontem às 14:30", None, "2025-08-01", "day", id="yesterday with a clock"),
        pytest.param("sexta-feira, 1 de agosto de 2025", None, "2025-08-01", "day", id="weekday"),
        pytest.param("[02.08.2025 10:42]", None, "2025-08-02", "day", id="brackets"),
        pytest.param("Harbour Post - Jul 31", "Harbour Post", "2025-07-31", "day", id="no year"),
        pytest.param("3 Dec", None, "2024-12-03", "day", id="no year, the last one"),
        pytest.param("10:42 AM ET", None, None, None, id="time of day"),
        pytest.param("1 ora fa", None, "2025-08-02T11:00:00Z", "hour", id="ora is an hour, not now"),
        pytest.param("31-07-2203", None, None, None, id="absurd"),
        pytest.param("July 4, 2019 Politics", None, "2019-07-04", "day", id="a year ends a date, a section follows"),
        pytest.param("March 14, 2013 Thursday 11:21 AM GMT", None, "2013-03-14", "day", id="weekday and clock behind the year"),
        pytest.param("9 January 1993", None, "1993-01-09", "day", id="before the news web"),
        pytest.param("hace 1 h 20 min", None, "2025-08-02T10:40:00Z", "minute", id="two units"),
        pytest.param("hace media hora", None, "2025-08-02T11:30:00Z", "minute", id="half an hour"),
        pytest.param("anoche", None, "2025-08-01", "day", id="last night, es"),
        pytest.param("Harbour Post · last night", "Harbour Post", "2025-08-01", "day", id="last night"),
        pytest.param("anteayer", None, "2025-07-31", "day", id="the day before yesterday"),
        pytest.param("há pouco", None, "2025-08-02T12:00:00Z", "hour", id="a short while ago"),
        pytest.param("2025.07.30", None, "2025-07-30", "day", id="year first with dots"),
        pytest.param("18:00 h", None, None, None, id="a time of day has no outlet"),
        pytest.param("3 May 2024 | p.23", None, "2024-05-03", "day", id="a page is no outlet"),
        pytest.param("Photograph: Ana Ruiz, 3 May 2024", None, "2024-05-03", "day", id="a label is no outlet"),
        pytest.param("UPDATE 3 May 2024", None, "2024-05-03", "day", id="a lead word is no outlet"),
        pytest.param("Published on Friday, July 4, 2025", None, "2025-07-04", "day", id="several lead words"),
        pytest.param("LOAD-DATE: January 11, 2010", None, "2010-01-11", "day", id="a label of the date"),
        pytest.param("Time18 hours ago", "Time", "2025-08-01T18:00:00Z", "hour", id="outlet that is the icon's name"),
    ],
)
def test_a_stamp_has_outlet_and_time(line: str, outlet: str | None, time: str | None, precision: str | None) -> None:
    stamp = stamp_of(line)
    assert stamp is not None
    assert stamp.outlet == outlet
    assert publication_time(stamp.age, FETCHED_AT) == (time, precision)


@pytest.mark.parametrize(
    "line",
    [
        "He said it happened 3 days ago",
        "Two boats collided 3 days ago",
        "Harbour Today",
        "31-02-2025",
        "Channel 24",
        "Nine days in May",
        "5 de mayo",
        "Fair opens July 12",
        "3.50",
        "5 min read",
        "Grain store sold for $9m",
        "Club signs striker for £12m",
        "iPhone 5s",
        "Losses of 40m",
        "in 2024",
        ".",
    ],
)
def test_a_sentence_or_a_name_is_no_stamp(line: str) -> None:
    assert stamp_of(line) is None


def test_an_outlet_known_from_the_page_decides_where_a_count_begins() -> None:
    stamp = stamp_of("Channel 249 minutes ago", frozenset({"Channel 2"}))
    assert stamp is not None
    assert (stamp.outlet, stamp.age.count) == ("Channel 2", 49)


@given(st.text(max_size=120))
def test_any_line_is_a_stamp_or_none(line: str) -> None:
    stamp = stamp_of(line)
    assert stamp is None or stamp.outlet is None or stamp.outlet in line


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("THE QUAY, Norland (AP) — Judges", Credits("AP", "THE QUAY, Norland", None), id="ap"),
        pytest.param("(Reuters) -Miners said", Credits("Reuters", None, None), id="agency only"),
        pytest.param("SANTA VELA, 3 ago (Xinhua) -- El", Credits("Xinhua", "SANTA VELA", None), id="date in the dateline"),
        pytest.param("VELA, March 12 (Reuters) - Boats", Credits("Reuters", "VELA", None), id="english date"),
        pytest.param("Por EFE\nEl puerto", Credits("EFE", None, None), id="agency as author"),
        pytest.param(
            "By Ana Ruiz and Tom Hall VELA, March 12 (Reuters) - Boats",
            Credits("Reuters", "VELA", "Ana Ruiz and Tom Hall"),
            id="author and dateline",
        ),
        pytest.param("By Ana Ruiz\nThe harbour", Credits(None, None, "Ana Ruiz"), id="by"),
        pytest.param("Por Ana de la Vega\nEl puerto", Credits(None, None, "Ana de la Vega"), id="por"),
        pytest.param("SANTA VELA (NORLANDIA), 3 ago (EFE) -- El", Credits("EFE", "SANTA VELA (NORLANDIA)", None), id="country in brackets"),
        pytest.param("VILLA SERENA (Norlandia) (EFE).- El", Credits("EFE", "VILLA SERENA (Norlandia)", None), id="country, no date"),
        pytest.param("SANTA VELA (Norlandia).- El", Credits(None, "SANTA VELA", None), id="brackets that may be an unknown agency"),
        pytest.param("SANTA VELA — The harbour", Credits(None, "SANTA VELA", None), id="dateline without agency"),
        pytest.param("The mayor (NLP) said", Credits(), id="brackets in a sentence"),
        pytest.param("La Asociación (EFE) dijo", Credits(), id="an agency's name in a sentence"),
        pytest.param("VELA, 02 AGO - (ANSA) - Il porto", Credits("ANSA", "VELA", None), id="dash before the brackets"),
        pytest.param("Aug 2 (Reuters) - A ferry", Credits("Reuters", None, None), id="day without a place"),
        pytest.param("By ANA RUIZ, Associated Press\nVELA (AP) — A", Credits("AP", "VELA", "ANA RUIZ"), id="author of an agency"),
        pytest.param("By Ana Ruiz, Harbour Post\nThe council", Credits(None, None, "Ana Ruiz"), id="author of an outlet"),
        pytest.param("Por Redacción El Faro\nEl puerto", Credits(), id="a desk is nobody"),
        pytest.param("By Monday the harbour was open", Credits(), id="by a day"),
        pytest.param("By Port Clare standards the harbour was quiet", Credits(), id="by a place"),
        pytest.param("Por primera vez el puerto", Credits(), id="por in a sentence"),
    ],
)
def test_credits_are_read_at_the_start_of_a_body(body: str, expected: Credits) -> None:
    assert credits_of(body) == expected


STORY = "The bridge will close in May. The council voted for it on Monday."


@pytest.mark.parametrize(
    "tail",
    [
        "Play today's sudoku",
        "Get the harbour newsletter by mail",
        "READ MORE: Ten walks along the river: our guide",
        "A captcha guards these pages; our terms of service hold for all of them.",
        "Sorry, that did not work. Please try again. Prove with the captcha that you are a person.",
        "Suscríbete a nuestro boletín",
        "Lea también: Diez paseos junto al río",
    ],
)
def test_promotions_behind_a_story_are_cut_off(tail: str) -> None:
    assert f"{STORY} {tail}"[: promotion_start(f"{STORY} {tail}")] == STORY


@pytest.mark.parametrize(
    "line",
    [
        "Receive the morning's stories in your inbox: it takes a minute.",
        "Seguí nuestro canal de WhatsApp con lo último del puerto.",
        "Das Wichtigste des Tages in Ihrem Postfach, jetzt kostenlos.",
        "Ana Ruiz writes about the coast. Reach her at ana@harbour.example.",
    ],
)
def test_a_line_that_invites_the_reader_is_all_promotion(line: str) -> None:
    assert promotion_start(line) == 0


@pytest.mark.parametrize(
    "text",
    [
        STORY,
        "The channel will be free of ice by May, the captain said of the harbour.",
        "“Join the channel,” the mayor of the town said to the fishermen on Monday.",
        "The paper ended its newsletter. Readers were sad.",
        f"The site asks users to sign up. {STORY}",
        "He was sorry. He said: thanks.",
        "",
    ],
)
def test_a_story_about_services_keeps_its_text(text: str) -> None:
    assert promotion_start(text) == len(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("El consejo de la ciudad votó el lunes", "es"),
        ("The council of the town voted on Monday", "en"),
        ("Der Stadtrat stimmte am Montag darüber ab", "de"),
        ("Le conseil municipal a voté lundi soir", "fr"),
        ("O conselho da cidade votou na segunda-feira", "pt"),
        ("Bystyret stemte for dette på mandag kveld", "no"),
        ("市議会は月曜日に古い橋について議論しました。", "ja"),
        ("12:30 — 14:00", None),
        ("", None),
    ],
)
def test_language_is_detected_in_a_sentence(text: str, language: str | None) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        pytest.param("CÂMARA APROVA CRECHE NOVA\nVEREADORES PROMETEM ABRIR EM MARÇO", "pt", id="pt"),
        pytest.param("LE CONSEIL REFUSE LE STADE\nLES HABITANTS FÊTENT LEUR VICTOIRE", "fr", id="fr"),
        pytest.param("RATHAUS SPERRT BRÜCKE\nAUTOFAHRER MÜSSEN AUSWEICHEN", "de", id="de"),
        pytest.param("COUNCIL DELAYS SCHOOL PLAN", "en", id="en"),
    ],
)
def test_capitals_do_not_change_the_language(text: str, language: str) -> None:
    assert language_of(text) == language_of(text.lower()) == language


@given(st.text(alphabet=st.characters()))
def test_language_of_any_text_is_a_code_of_two_letters_or_none(text: str) -> None:
    assert len(language_of(text) or "xx") == 2


@example("0 \x08\r0")
@given(st.text(alphabet=st.characters()))
def test_cleaned_text_can_be_sent_and_stays_as_it_is(text: str) -> None:
    clean = clean_text(text)
    assert b"\x00" not in clean.encode("utf-8")
    assert clean_text(clean) == clean


@given(st.text())
def test_lines_cover_a_text_once(text: str) -> None:
    assert "".join(text[line.start : line.end] for line in lines_of(text, PageWords(frozenset(), frozenset()))) == text


def seconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.parametrize("pattern", ["1 ", "1 hour ", "By Aa ", "! ", '."', "AA, ", "&a=", "#a ", "(A", "- ", "20-20-2020"])
def test_patterns_take_linear_time(pattern: str) -> None:
    """Twice the lines and twice the length take about twice the time; a pattern that backtracks takes four times and more."""

    def work(length: int) -> Callable[[], object]:
        text = pattern * (length // len(pattern))
        return lambda: (
            promotion_start(text),
            credits_of(text),
            clean_text(text),
            [stamp_of(text[:width]) for width in range(length // 100)],
        )

    assert seconds(lambda: (work(20_000)(), lines_of((pattern * 20 + "\n") * 400, PageWords(frozenset(), frozenset())))) < 10 * max(
        0.002, seconds(lambda: (work(10_000)(), lines_of((pattern * 20 + "\n") * 200, PageWords(frozenset(), frozenset()))))
    )
