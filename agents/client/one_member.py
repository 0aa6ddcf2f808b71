"""Let one member of a consumer group read all partitions, for what cannot be decided from some of them."""

from collections.abc import Iterable, Mapping

from aiokafka.cluster import ClusterMetadata
from aiokafka.coordinator.assignors.abstract import AbstractPartitionAssignor
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment, ConsumerProtocolMemberMetadata


def one_member(counts: Mapping[str, int]) -> type[AbstractPartitionAssignor]:
    """Return the assignor of a member that knows the number of partitions of its topics; its client may know a part of a new one."""
    return type("OneMember", (OneMember,), {"counts": dict(counts)})


class OneMember(AbstractPartitionAssignor):
    """Assign all partitions to one member of the group; the others take over from it."""

    name = "newsmill-one-member"
    counts: Mapping[str, int] = {}

    @classmethod
    def assign(
        cls, cluster: ClusterMetadata, members: Mapping[str, ConsumerProtocolMemberMetadata]
    ) -> dict[str, ConsumerProtocolMemberAssignment]:
        """Return the assignment of each member."""
        reading = min(members)
        topics = sorted({topic for member in members.values() for topic in member.subscription})
        every = [(topic, list(range(cls.counts[topic])) if topic in cls.counts else _known(cluster, topic)) for topic in topics]
        return {member: ConsumerProtocolMemberAssignment(0, every if member == reading else [], b"") for member in members}

    @classmethod
    def metadata(cls, topics: Iterable[str]) -> ConsumerProtocolMemberMetadata:
        """Return what a member sends as it joins."""
        return ConsumerProtocolMemberMetadata(0, list(topics), b"")

    @classmethod
    def on_assignment(cls, assignment: ConsumerProtocolMemberAssignment) -> None:
        """Do nothing."""


def _known(cluster: ClusterMetadata, topic: str) -> list[int]:
    return sorted(cluster.partitions_for_topic(topic) or ())
