"""Why a record can't be processed: the reasons of docs/contract.md (Dead letters), and the exception that carries one."""

from enum import StrEnum


class Reason(StrEnum):
    """The reason of a dead letter, as its header and its metric name it."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    NOT_DECODABLE = "not-decodable"
    BAD_ENVELOPE = "bad-envelope"
    BAD_TIME = "bad-time"
    TOO_LONG = "too-long"
    LIMIT = "limit"
    CRASH = "crash"
    BUG = "bug"


class InvalidRecord(Exception):
    """A record that no retry can process; it ends as one dead letter.

    Attributes:
        reason: one of `Reason`; a metric label, so never free text.
        detail: for a person: what is wrong, where, and what to do.
    """

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
