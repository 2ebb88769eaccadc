"""Times in words, of whatever language the story is told in."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from clinamen.errors import ParameterError
from clinamen.texts import Message

__all__ = ["duration_words", "parse_offset", "when_words"]

_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})", re.ASCII)
_DAY = 86_400
# Each unit, in seconds, and the number that is rather told in the next one.
_UNITS = (("tell.seconds", 1, 60), ("tell.minutes", 60, 60), ("tell.hours", 3_600, 48))


def parse_offset(text: str) -> tzinfo | None:
    """A difference from UTC, such as ``+07:00``; None for ``local``, that of this computer.

    Raises
    ------
    ParameterError
        If the text is neither.
    """
    if text == "local":
        return None
    match = _OFFSET.fullmatch("+00:00" if text.upper() == "UTC" else text)
    if match is None or int(match[2]) > 14 or int(match[3]) > 59:
        raise ParameterError(f"a difference from UTC is as +07:00, or local; not {text!r}")
    minutes = int(match[2]) * 60 + int(match[3])
    return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))


def when_words(at: datetime, zone: tzinfo | None = UTC) -> Message:
    """Day and time, with the difference from UTC."""
    there = at.astimezone(zone)
    offset = there.strftime("%z")
    return Message(
        "tell.when",
        day=there.day,
        month=Message(f"tell.month.{there.month}"),
        year=str(there.year),
        time=there.strftime("%H:%M"),
        offset=f"UTC{offset[:3]}:{offset[3:5]}",
    )


def duration_words(seconds: float) -> Message:
    """How long, to the nearest unit that says enough."""
    for key, unit, most in _UNITS:
        n = round(abs(seconds) / unit)
        if n < most:
            return Message(key, n=n)
    return Message("tell.days", n=round(abs(seconds) / _DAY))
