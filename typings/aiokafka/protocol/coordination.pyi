from typing import Any, ClassVar

from aiokafka.protocol.api import Request

class FindCoordinatorRequest(Request[Any]):
    API_KEY: ClassVar[int]
    def build(self, request_struct_class: type[Any]) -> Any: ...
