"""Every topic once, and the partition that copies meet in."""

import pytest

from streams.topics import MAX_MESSAGE_BYTES, declared, partition_of

DAY_MS = 86_400_000


def topics_by_name(window_s: int = 7 * 86_400) -> dict[str, object]:
    return {topic.name: topic for topic in declared(regions=["chile"], topics=["mining"], partitions=4, window_s=window_s)}


def test_each_class_has_its_topic() -> None:
    assert {"region.chile", "topic.mining"} <= topics_by_name().keys()


def test_public_topics_have_six_partitions_and_keep_seven_days() -> None:
    for topic in declared(regions=["chile"], topics=[], partitions=4, window_s=60):
        if topic.public and topic.name != "stories":
            assert (topic.partitions, topic.retention_ms) == (6, 7 * DAY_MS)


def test_index_has_the_partitions_of_the_articles_and_outlives_the_window() -> None:
    known = {topic.name: topic for topic in declared(regions=[], topics=[], partitions=4, window_s=3 * 86_400)}
    assert known["index"].partitions == known["articles"].partitions == 4
    assert known["index"].retention_ms > 3 * DAY_MS
    assert known["index"].config()["retention.bytes"] == "-1"
    assert known["articles"].config()["message.timestamp.type"] == "LogAppendTime"
    assert known["events"].config()["max.message.bytes"] == str(MAX_MESSAGE_BYTES)


def test_the_latest_state_of_a_story_outlives_the_window() -> None:
    known = {topic.name: topic for topic in declared(regions=[], topics=[], partitions=4, window_s=3 * 86_400)}
    assert (known["stories"].retention_ms, known["stories"].config()["cleanup.policy"]) == (4 * DAY_MS, "compact,delete")


@pytest.mark.parametrize(("one", "other"), [("es", "pt"), ("gl", "ca"), ("nb", "sv")])
def test_languages_that_are_mistaken_for_each_other_meet(one: str, other: str) -> None:
    assert partition_of(one, 6) == partition_of(other, 6)


def test_groups_are_spread_and_always_within_the_partitions() -> None:
    assert len({partition_of(language, 8) for language in ("en", "es", "fr", "de", "it", "tr", None)}) == 7
    for partitions in (1, 2, 3):
        assert all(0 <= partition_of(language, partitions)[0] < partitions for language in ("en", "es", "xx", None))
