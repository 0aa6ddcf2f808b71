from collections.abc import Awaitable
from enum import IntEnum
from typing import Any

from aiokafka.protocol.api import Request

class CloseReason(IntEnum):
    CONNECTION_BROKEN = 0
    CONNECTION_TIMEOUT = 1

class AIOKafkaConnection:
    _request_timeout: float
    def send(self, request: Request[Any]) -> Awaitable[Any]: ...
    def close(self, reason: CloseReason | None = ...) -> object: ...
