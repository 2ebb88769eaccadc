"""Which notes need an accidental printed: some programs show only those that are written."""

from __future__ import annotations

from clinamen.domains.music.notes import Key

__all__ = ["Accidentals"]

_SIGNS = {
    -3: "triple-flat",
    -2: "flat-flat",
    -1: "flat",
    0: "natural",
    1: "sharp",
    2: "double-sharp",
    3: "triple-sharp",
}
_SHARPS = "FCGDAEB"


class Accidentals:
    """Accidentals in force within a bar."""

    def __init__(self) -> None:
        self._signature: dict[str, int] = {}
        self._seen: dict[tuple[str, int], int] = {}

    def start_bar(self) -> None:
        """A barline: only the signature is left."""
        self._seen.clear()

    def set_key(self, key: Key) -> None:
        """A new signature."""
        letters = _SHARPS[: key.fifths] if key.fifths >= 0 else _SHARPS[key.fifths :]
        self._signature = dict.fromkeys(letters, 1 if key.fifths > 0 else -1)
        self._seen.clear()

    def sign(self, step: str, alter: int, octave: int) -> str:
        """Name of the accidental that this note needs, empty for none; it holds from here."""
        before = self._seen.get((step, octave), self._signature.get(step, 0))
        if alter == before:
            return ""
        self._seen[step, octave] = alter
        return _SIGNS.get(alter, "")
