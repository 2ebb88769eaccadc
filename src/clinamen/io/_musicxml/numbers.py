"""Numbers as MusicXML writes them, within bounds."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from clinamen.errors import FormatError
from clinamen.io._musicxml.tree import Element

__all__ = ["Reporter", "read_decimal", "read_integer"]

# ASCII digits, few of them, and no exponent: Fraction("1e999999999") would fill the memory.
_DECIMAL = re.compile(r"[+-]?([0-9]{1,12}(\.[0-9]{0,20})?|\.[0-9]{1,20})")
_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")


class Reporter:
    """Makes errors that name the file and the place."""

    def __init__(self, source: str):
        self.source = source

    def fail(self, message: str, element: Element | None = None) -> FormatError:
        """An error at the line of an element."""
        place = f"line {element.line}" if element is not None else None
        return FormatError(message, source=self.source or None, place=place)


def read_decimal(text: str, what: str, element: Element, reporter: Reporter) -> Fraction:
    """A decimal number, exact."""
    if not _DECIMAL.fullmatch(text):
        raise reporter.fail(f"{what} must be a number, not {text[:40]!r}", element)
    return _fraction(text)


@lru_cache(maxsize=4096)
def _fraction(text: str) -> Fraction:
    return Fraction(text)


def read_integer(text: str, what: str, element: Element, reporter: Reporter) -> int:
    """A whole number."""
    if not _INTEGER.fullmatch(text):
        raise reporter.fail(f"{what} must be a whole number, not {text[:40]!r}", element)
    return int(text)
