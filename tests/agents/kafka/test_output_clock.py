"""The time that outputs are stamped with: this machine's, and Kafka's once Kafka has refused that."""

from agents.kafka.output_clock import OutputClock

KAFKA_S, AHEAD_S = 1_000_000, 7_200


def test_the_client_stamps_its_records_until_kafka_refuses_one() -> None:
    clock = OutputClock(lambda: KAFKA_S + AHEAD_S)
    clock.observe(KAFKA_S)
    assert clock.timestamp_ms() is None
    assert clock.refuse(None)
    assert clock.timestamp_ms() == 1000 * KAFKA_S
    assert clock.refuse(None)  # of a batch that was under way
    assert not clock.refuse(1000 * KAFKA_S)


def test_inputs_that_waited_long_do_not_set_the_time_back() -> None:
    now = [float(KAFKA_S + AHEAD_S)]
    clock = OutputClock(lambda: now[0])
    clock.observe(KAFKA_S - 2)
    clock.observe(KAFKA_S - 86_400)
    clock.refuse(None)
    now[0] += 60
    assert clock.timestamp_ms() == 1000 * (KAFKA_S - 2 + 60)
