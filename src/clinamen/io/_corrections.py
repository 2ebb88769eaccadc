"""Facts about a song that its user knows better than its file: key, metre, pickup."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from clinamen.domains.music.notes import Key, KeyChange, Melody, Meter, MeterChange, Song
from clinamen.domains.music.spelling import spelled
from clinamen.errors import ParameterError

__all__ = ["Corrections", "parse_key", "parse_meter", "parse_quarters"]

_KEY = re.compile(r"([A-Ga-g])\s*(#|b|-?sharp|-?flat)?\s*([A-Za-z]*)")
_ACCIDENTALS = {"#": 7, "sharp": 7, "b": -7, "flat": -7, "": 0}
_MODES = {"": "major", "M": "major", "maj": "major", "m": "minor", "min": "minor"}
_QUARTERS = re.compile(r"\d{1,4}(\.\d{1,4}|/[1-9]\d{0,3})?")


@dataclass(frozen=True, slots=True)
class Corrections:
    """What the user says about a song; None leaves what the file says or what we find.

    Parameters
    ----------
    key, meter
        Hold for the whole song, instead of all that the file has.
    pickup_quarters
        Length of the incomplete first bar, 0 for none.
    """

    key: Key | None = None
    meter: Meter | None = None
    pickup_quarters: Fraction | None = None

    @classmethod
    def parse(
        cls,
        *,
        key: str | Key | None = None,
        meter: str | Meter | None = None,
        pickup: str | float | Fraction | None = None,
    ) -> Corrections:
        """From words such as ``G minor``, ``3/4`` and ``1/2``, or from the values they mean.

        Raises
        ------
        ParameterError
            If one of them cannot be understood.
        """
        return cls(
            None if key is None else parse_key(str(key)),
            None if meter is None else parse_meter(str(meter)),
            None if pickup is None else parse_quarters(str(pickup)),
        )

    def apply(self, song: Song) -> Song:
        """The song with these facts instead of the file's.

        Bars follow from the given metre and pickup. Phrases that no file marked are
        forgotten, so that they are found anew. In MIDI, which has no spelling, notes are
        spelled anew in the given key.
        """
        melody = song.melody
        if self.meter is not None or self.pickup_quarters is not None:
            melody = self._with_bars(melody)
        if self.key is not None:
            keys = (KeyChange(Fraction(0), self.key),)
            melody = melody.replace(keys=keys, key_source="given")
            if song.source_format == "midi":
                melody = spelled(melody, key=self.key)
        return song.replace(melody=melody)

    def _with_bars(self, melody: Melody) -> Melody:
        meters = melody.meters
        if self.meter is not None:
            meters = (MeterChange(Fraction(0), self.meter),)
        pickup = self.pickup_quarters
        if pickup is None:
            was = melody.pickup_quarters
            pickup = was if was < meters[0].meter.bar_quarters else Fraction(0)
        found = melody.phrase_source != "file"
        return melody.replace(
            meters=meters,
            meter_source=melody.meter_source if self.meter is None else "given",
            bar_onsets=(),
            pickup_quarters=pickup,
            phrase_starts=() if found else melody.phrase_starts,
        )


def parse_key(text: str) -> Key:
    """A key by its name: ``G``, ``Gm``, ``F# minor``, ``Bb dorian``, ``e-flat minor``.

    Raises
    ------
    ParameterError
        If it is none, or needs more than seven accidentals.

    Examples
    --------
    >>> str(parse_key("G")), str(parse_key("f# minor")), str(parse_key("Bbm"))
    ('G major', 'F# minor', 'Bb minor')
    """
    match = _KEY.fullmatch(text.strip())
    if match is None:
        raise ParameterError(f"a key is a name such as 'G major' or 'F# minor', not {text!r}")
    letter, accidental, word = match[1].upper(), (match[2] or "").lstrip("-"), match[3]
    mode = _MODES.get(word) or word.lower()
    tonic = "FCGDAEB".index(letter) - 1 + _ACCIDENTALS[accidental]
    try:
        return Key(tonic - Key(0, mode).tonic_fifths, mode)
    except ParameterError as error:
        raise ParameterError(f"not a key, {text!r}: {error}") from None


def parse_meter(text: str) -> Meter:
    """A metre as a time signature: ``3/4``.

    Raises
    ------
    ParameterError
        If it is none.
    """
    match = re.fullmatch(r"\s*(\d{1,3})\s*/\s*(\d{1,3})\s*", text)
    if match is None:
        raise ParameterError(f"a metre is a time signature such as 3/4, not {text!r}")
    return Meter(int(match[1]), int(match[2]))


def parse_quarters(text: str) -> Fraction:
    """A length in quarters: ``1``, ``0.5``, ``3/2``.

    Raises
    ------
    ParameterError
        If it is none.
    """
    if not _QUARTERS.fullmatch(text.strip()):
        raise ParameterError(f"a pickup is a length in quarters such as 1 or 1/2, not {text!r}")
    return Fraction(text.strip())
