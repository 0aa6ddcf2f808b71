from typing import Any, ClassVar

from aiokafka.protocol.api import Request

class HeartbeatRequest(Request[Any]):
    API_KEY: ClassVar[int]
    def __init__(self, group: str, generation_id: int, member_id: str) -> None: ...
    def build(self, request_struct_class: type[Any]) -> Any: ...

class JoinGroupRequest(Request[Any]):
    API_KEY: ClassVar[int]
    def build(self, request_struct_class: type[Any]) -> Any: ...

class SyncGroupRequest(Request[Any]):
    API_KEY: ClassVar[int]
    def build(self, request_struct_class: type[Any]) -> Any: ...
