"""A place in a text that moves over what is understood and says where it is not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clinamen.errors import FormatError

__all__ = ["ACCIDENTALS", "Cursor", "alter_of"]

ACCIDENTALS = r"(?:[#♯𝄪]{1,6}|[b♭𝄫]{0,6})"
"""Pattern of sharps or flats, perhaps none."""

_ALTERS = {"#": 1, "♯": 1, "𝄪": 2, "b": -1, "♭": -1, "𝄫": -2}
_MOST_SHOWN = 12


def alter_of(accidentals: str) -> int:
    """Semitones that a run of sharps or flats stands for."""
    return sum(_ALTERS[sign] for sign in accidentals)


@dataclass(slots=True)
class Cursor:
    """A text and how far it has been read.

    Parameters
    ----------
    text
        The whole symbol; columns of errors count its characters from 1.
    index
        Of the next character.
    end
        Index after the last character that counts.
    """

    text: str
    index: int
    end: int

    @classmethod
    def over(cls, text: str) -> Cursor:
        """At the first character of a text that is not white space."""
        bare = text.strip()
        start = text.index(bare) if bare else 0
        return cls(text, start, start + len(bare))

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What the pattern matches here, moved over, or None."""
        match = pattern.match(self.text, self.index, self.end)
        if match is not None:
            self.index = match.end()
        return match

    def sees(self, start: str) -> bool:
        """Whether the rest begins with a text."""
        return self.text.startswith(start, self.index, self.end)

    @property
    def at_end(self) -> bool:
        """Whether everything has been read."""
        return self.index >= self.end

    def error(
        self, expected: str, *, index: int | None = None, kind: type[FormatError] = FormatError
    ) -> FormatError:
        """An error that says what stands at a place and what could stand there."""
        place = self.index if index is None else index
        rest = self.text[place : self.end]
        shown = repr(rest[:_MOST_SHOWN]) + ("..." if len(rest) > _MOST_SHOWN else "")
        found = f"found {shown}" if rest else "the symbol ends here"
        return kind(f"{found}; {expected}", column=place + 1)
