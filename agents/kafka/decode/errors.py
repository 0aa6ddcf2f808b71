"""Reasons why records are skipped: the label of `news_records_skipped_total`, and the exception that carries one."""

from enum import StrEnum


class SkipReason(StrEnum):
    """Why a consumer skipped records."""

    CHECKSUM = "checksum"
    FORMAT = "format"
    COMPRESSION = "compression"
    RECORD = "record"


class UnreadableBatch(Exception):
    """The rest of a record batch cannot be read."""

    def __init__(self, reason: SkipReason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
