from typing import Any, ClassVar

from aiokafka.protocol.api import Request

class FindCoordinatorRequest(Request[Any]):
    API_KEY: ClassVar[int]
