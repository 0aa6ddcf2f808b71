"""Faults of three brokers and of the network between them and the workers.

A node that a fault took away stays away until the workers have recovered, or the limit is over: then it returns, and all replicas are
in sync before the next fault.
"""

import asyncio
from collections.abc import Mapping

from streams.topics import TopicName
from tests.chaos.faults import Fault
from tests.chaos.inflicted import Inflict, Inflicted
from tests.cluster.cluster import Cluster
from tests.cluster.node import Node
from tests.cluster.proxy import Direction
from tests.cluster.wire import Api

LED_TOPICS = (TopicName.INDEX, TopicName.ARTICLES, TopicName.JUDGED, TopicName.DUMPS)
LOSABLE = (
    (Api.PRODUCE,),
    (Api.INIT_PRODUCER_ID, Api.ADD_PARTITIONS_TO_TXN, Api.ADD_OFFSETS_TO_TXN),
    (Api.END_TXN, Api.TXN_OFFSET_COMMIT),
    (Api.JOIN_GROUP, Api.SYNC_GROUP, Api.HEARTBEAT),
    (Api.FETCH, Api.LIST_OFFSETS, Api.OFFSET_FETCH),
    (Api.METADATA, Api.FIND_COORDINATOR, Api.END_TXN),
)
LOST_SHARE = 0.2
DELAY_S = 0.3
NETWORK_S = 6.0
"""The faults of the network last so long and three times `hold_s`: shorter and longer than a session of 10 s."""


class ClusterFaults:
    """Faults of one cluster, whose topics, group and transactional ids have this prefix."""

    def __init__(self, cluster: Cluster, prefix: str) -> None:
        self._cluster = cluster
        self._prefix = prefix

    def by_kind(self) -> Mapping[str, Inflict]:
        """Return the function of each kind."""
        return {
            "rolling-brokers": self.rolling,
            "brokers-kill": self.kill_all,
            "leader-kill": self.kill_leader,
            "leader-freeze": self.freeze_leader,
            "coordinator-kill": self.kill_coordinator,
            "coordinator-freeze": self.freeze_coordinator,
            "delay": self.delay,
            "stall": self.stall,
            "lose-requests": self.lose_requests,
            "lose-responses": self.lose_responses,
        }

    async def rolling(self, _: Fault) -> Inflicted:
        """Restart one node after another in good order, each when all replicas are in sync again."""
        for node in self._cluster.nodes.values():
            await asyncio.to_thread(node.stop)
            node.start()
            await asyncio.to_thread(self._cluster.until_in_sync)
        return Inflicted(victim="all brokers")

    async def kill_all(self, fault: Fault) -> Inflicted:
        for node in self._cluster.nodes.values():
            node.kill()
        await asyncio.sleep(fault.hold_s)
        await self._heal()
        return Inflicted(victim="all brokers")

    async def kill_leader(self, fault: Fault) -> Inflicted:
        return await self._kill(*await asyncio.to_thread(self._leader, fault))

    async def freeze_leader(self, fault: Fault) -> Inflicted:
        return await self._freeze(*await asyncio.to_thread(self._leader, fault))

    async def kill_coordinator(self, fault: Fault) -> Inflicted:
        return await self._kill(*await asyncio.to_thread(self._coordinator, fault))

    async def freeze_coordinator(self, fault: Fault) -> Inflicted:
        return await self._freeze(*await asyncio.to_thread(self._coordinator, fault))

    async def delay(self, fault: Fault) -> Inflicted:
        self._cluster.proxy.delay(DELAY_S)
        return await self._heal_network_after(fault, "all frames")

    async def stall(self, fault: Fault) -> Inflicted:
        direction = list(Direction)[fault.victim % len(Direction)]
        self._cluster.proxy.stall(direction)
        return await self._heal_network_after(fault, f"all {direction}")

    async def lose_requests(self, fault: Fault) -> Inflicted:
        return await self._lose(fault, Direction.REQUESTS)

    async def lose_responses(self, fault: Fault) -> Inflicted:
        return await self._lose(fault, Direction.RESPONSES)

    async def _lose(self, fault: Fault, direction: Direction) -> Inflicted:
        apis = LOSABLE[fault.victim % len(LOSABLE)]
        self._cluster.proxy.drop(direction, apis, LOST_SHARE)
        return await self._heal_network_after(fault, ", ".join(api.name for api in apis))

    async def _heal_network_after(self, fault: Fault, victim: str) -> Inflicted:
        await asyncio.sleep(NETWORK_S + 3 * fault.hold_s)
        self._cluster.proxy.heal()
        return Inflicted(victim=victim)

    async def _kill(self, node: Node, role: str) -> Inflicted:
        node.kill()
        return Inflicted(victim=f"broker {node.id}, {role}", undo=self._heal)

    async def _freeze(self, node: Node, role: str) -> Inflicted:
        node.freeze()
        return Inflicted(victim=f"broker {node.id}, {role}", undo=self._heal)

    async def _heal(self) -> None:
        await asyncio.to_thread(self._cluster.heal)

    def _leader(self, fault: Fault) -> tuple[Node, str]:
        topic = f"{self._prefix}.{LED_TOPICS[fault.victim % len(LED_TOPICS)]}"
        return self._cluster.leader(topic, fault.victim), f"leader of {topic}-{fault.victim}"

    def _coordinator(self, fault: Fault) -> tuple[Node, str]:
        if fault.victim % 2:
            return self._cluster.group_coordinator(self._prefix), "coordinator of the group"
        # As agents/worker/publish.py names it.
        transactional_id = f"{self._prefix}-{self._prefix}.{TopicName.ARTICLES}-{fault.victim}"
        return self._cluster.transaction_coordinator(transactional_id), f"coordinator of {transactional_id}"
