"""Counts of batches add up, field by field."""

from collections import Counter
from dataclasses import fields

from streams.counts import Counts, RecordFate, StageName
from streams.errors import Reason
from streams.output import Output, merged
from streams.pipeline import STAGES
from streams.records import Fate


def counts() -> Counts:
    """Counts with something in each field."""
    return Counts(
        records=Counter({(StageName.SPLIT, RecordFate.SPLIT): 2}),
        dead_letters=Counter({(StageName.SPLIT, Reason.EMPTY): 3}),
        articles=Counter({"es": 4}),
        dump_characters=Counter({Fate.ARTICLE: 5}),
        confidences=Counter({0.61: 6}),
        duplicates=Counter({"near": 7}),
        events=Counter({("chile", True): 8}),
        countries=Counter({"CL": 10}),
        outlets={"Harbour Post": 9},
    )


def test_every_count_of_the_parts_of_a_batch_is_in_that_of_the_whole() -> None:
    whole = merged([Output(counts=counts()), Output(), Output(counts=counts())]).counts
    for field in fields(Counts):
        part = getattr(counts(), field.name)
        assert part, field.name
        doubled = part if field.name == "outlets" else {key: 2 * number for key, number in part.items()}
        assert getattr(whole, field.name) == doubled, field.name


def test_an_outlet_has_the_latest_time_of_all_parts_in_any_order() -> None:
    for times in ((50, 70, 60), (70, 60, 50)):
        whole = Counts()
        for time in times:
            whole.add(Counts(outlets={"Harbour Post": time}))
        assert whole.outlets == {"Harbour Post": 70}


def test_a_dead_record_is_counted_as_a_fate_and_by_its_reason() -> None:
    dead = Counts()
    dead.die(StageName.CLASSIFY, Reason.BUG)
    assert dead == Counts(
        records=Counter({(StageName.CLASSIFY, RecordFate.DEAD): 1}), dead_letters=Counter({(StageName.CLASSIFY, Reason.BUG): 1})
    )


def test_each_stage_takes_what_an_earlier_one_sends_and_every_fate_belongs_to_a_stage() -> None:
    assert [stage.name for stage in STAGES] == list(StageName)
    sent = set(STAGES[0].inputs)
    for stage in STAGES:
        assert set(stage.inputs) <= sent
        sent |= set(stage.outputs)
    assert {fate for stage in STAGES for fate in stage.fates} == set(RecordFate)
