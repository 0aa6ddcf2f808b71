import abc
from typing import Any, ClassVar, Generic, TypeVar

from aiokafka.protocol.types import Schema

_Struct = TypeVar("_Struct", bound=RequestStruct)

class Struct:
    SCHEMA: ClassVar[Schema]
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class Response(Struct):
    API_KEY: ClassVar[int]
    API_VERSION: ClassVar[int]

class RequestStruct(Struct):
    FLEXIBLE_VERSION: ClassVar[bool]
    API_KEY: ClassVar[int]
    API_VERSION: ClassVar[int]
    RESPONSE_TYPE: ClassVar[type[Response]]

class Request(abc.ABC, Generic[_Struct]):
    API_KEY: ClassVar[int]
    @abc.abstractmethod
    def build(self, request_struct_class: type[_Struct]) -> _Struct: ...
