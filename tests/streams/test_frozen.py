"""A record can be a key, is compared by its fields, and passes between processes, like one that is frozen at run time."""

import pickle

from streams.records import Evidence

EVIDENCE = Evidence(field="body", start=1, end=3, text="ox")


def test_records_with_equal_fields_are_equal_and_one_key() -> None:
    assert {EVIDENCE: 1}[Evidence(field="body", start=1, end=3, text="ox")] == 1


def test_record_passes_between_processes() -> None:
    assert pickle.loads(pickle.dumps(EVIDENCE)) == EVIDENCE
