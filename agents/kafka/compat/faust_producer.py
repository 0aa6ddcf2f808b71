"""Faust's own producer, which starts with the app, with limited waits for a broker that does not answer."""

from aiokafka import AIOKafkaProducer
from faust.transport.drivers import aiokafka

from agents.kafka.compat import request_limits


class Producer(aiokafka.Producer):
    """Faust's producer, made of `request_limits.Producer`.

    XXX Faust gives its requests 20 minutes (`producer_request_timeout`): where the first broker of `NEWS_BROKERS` was frozen, a worker did
    not start, and logged nothing.
    """

    @property
    def _producer_type(self) -> type[AIOKafkaProducer]:
        return request_limits.Producer
