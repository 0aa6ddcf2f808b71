from collections.abc import Sequence

class ConsumerProtocolMemberMetadata:
    subscription: list[str]
    def __init__(self, version: int, subscription: Sequence[str], user_data: bytes) -> None: ...

class ConsumerProtocolMemberAssignment:
    assignment: Sequence[tuple[str, Sequence[int]]]
    def __init__(self, version: int, assignment: Sequence[tuple[str, Sequence[int]]], user_data: bytes) -> None: ...
