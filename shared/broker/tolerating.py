"""Reading AMQP properties that nobody can read, without losing the connection over them.

A publisher may put any eight bytes into ``timestamp`` and any bytes into a short string: a broker passes them on
unread. pamqp raises on them while it reads the frame, before any message exists, so aiormq ends the connection, the
broker delivers the same message again, and a queue stands still for ever. Nothing of ours reads these properties, so
what is unreadable becomes nothing, or visible rubbish, and the message comes through to whoever judges its body.
"""

import struct
from collections.abc import Callable
from typing import Any

from pamqp import decode

_Read = Callable[[bytes], tuple[int, Any]]
UNREADABLE_HEADERS = {"x-shangda-headers": "unreadable"}


def _timestamp(value: bytes) -> tuple[int, Any]:
    try:
        return decode.timestamp(value)
    except (ValueError, OverflowError, OSError):
        return 8, None


def _short_string(value: bytes) -> tuple[int, Any]:
    try:
        return decode.short_str(value)
    except UnicodeDecodeError:
        length = value[0]
        return 1 + length, value[1 : 1 + length].decode(errors="backslashreplace")


def _table(value: bytes) -> tuple[int, Any]:
    try:
        return decode.field_table(value)
    except (ValueError, OverflowError, OSError, IndexError):
        (length,) = struct.unpack_from(">I", value)
        return 4 + length, dict(UNREADABLE_HEADERS)


def tolerate() -> None:
    """Let pamqp read whatever a broker hands over. Doing it again changes nothing."""
    readers: dict[str, _Read] = {"timestamp": _timestamp, "shortstr": _short_string, "table": _table}
    decode.METHODS.update(readers)
    decode.TABLE_MAPPING.update({b"T": _timestamp, b"F": _table})
