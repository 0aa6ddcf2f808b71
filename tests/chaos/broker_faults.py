"""Faults of the only broker: while it is away, nobody can work."""

import asyncio
from collections.abc import Mapping

from agents.local_kafka.broker import LocalKafka
from tests.chaos.faults import AWAY_S, Fault
from tests.chaos.inflicted import Inflict, Inflicted


class BrokerFaults:
    """Faults of one local broker."""

    def __init__(self, kafka: LocalKafka) -> None:
        self._kafka = kafka

    def by_kind(self) -> Mapping[str, Inflict]:
        """Return the function of each kind."""
        return {"broker-stop": self.stop, "broker-kill": self.kill, "broker-away": self.away}

    async def stop(self, fault: Fault) -> Inflicted:
        await asyncio.to_thread(self._kafka.stop)
        return await self._start_after(fault.hold_s)

    async def kill(self, fault: Fault) -> Inflicted:
        await asyncio.to_thread(self._kafka.kill)
        return await self._start_after(fault.hold_s)

    async def away(self, _: Fault) -> Inflicted:
        await asyncio.to_thread(self._kafka.kill)
        return await self._start_after(AWAY_S)

    async def _start_after(self, seconds: float) -> Inflicted:
        address = self._kafka.bootstrap
        await asyncio.sleep(seconds)
        await asyncio.to_thread(self._kafka.start)
        assert self._kafka.bootstrap == address
        return Inflicted(victim="the broker")
