"""Numbers of works and of recordings, held against their own rules."""

from __future__ import annotations

import re

from clinamen.errors import ParameterError

__all__ = ["checked_isrc", "checked_iswc"]

_ISWC = re.compile(r"T-?(\d{3})\.?(\d{3})\.?(\d{3})-?(\d)", re.ASCII)
_ISRC = re.compile(r"([A-Z]{2})-?([A-Z0-9]{3})-?(\d{2})-?(\d{5})", re.ASCII)


def checked_iswc(text: str) -> str:
    """An ISWC, the number of a musical work, as it is written: ``T-034.524.680-1``.

    Raises
    ------
    ParameterError
        If it is none, or its check digit is another.

    Notes
    -----
    Source: ISO 15707. One and the nine digits, each times its place, add up with the check
    digit to a multiple of ten.

    Examples
    --------
    >>> checked_iswc("T0345246801")
    'T-034.524.680-1'
    """
    match = _ISWC.fullmatch(text.strip().upper())
    if match is None:
        raise ParameterError(f"an ISWC is written T-034.524.680-1, not {text!r}")
    digits = "".join(match.groups()[:3])
    check = -(1 + sum(place * int(digit) for place, digit in enumerate(digits, start=1))) % 10
    if check != int(match[4]):
        raise ParameterError(f"{text.strip()} is no ISWC: its check digit would be {check}")
    return f"T-{match[1]}.{match[2]}.{match[3]}-{match[4]}"


def checked_isrc(text: str) -> str:
    """An ISRC, the number of a recording, as it is written: ``SE-A12-26-00001``.

    Raises
    ------
    ParameterError
        If it is none.

    Notes
    -----
    Source: ISO 3901: two letters, three letters or digits, the year, five digits. It has no
    check digit.

    Examples
    --------
    >>> checked_isrc("sea122600001")
    'SE-A12-26-00001'
    """
    match = _ISRC.fullmatch(text.strip().upper())
    if match is None:
        raise ParameterError(f"an ISRC is written SE-A12-26-00001, not {text!r}")
    return "-".join(match.groups())
