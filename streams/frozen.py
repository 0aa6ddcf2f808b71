"""`dataclass` for records of which each article makes several: `frozen` is enforced by the type checker alone.

One that is frozen at run time sets each field by a function call: 4 microseconds for an `Article`, 1 without.
"""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool, **options: bool) -> Callable[[type], type]:
        """Return the decorator of `dataclasses` with these options; a frozen class is hashable, and its fields can be set."""
        return dataclasses.dataclass(unsafe_hash=frozen, **options)
