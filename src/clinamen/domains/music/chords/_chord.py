"""The value: a chord as its root, its tones and its bass."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clinamen.domains.music.chords._function import HarmonicFunction, function_of
from clinamen.domains.music.chords._names import (
    Degree,
    PitchName,
    interval_fifths,
    semitone_fifths,
)
from clinamen.domains.music.chords._quality import Quality, quality_of
from clinamen.domains.music.chords._styles import Style
from clinamen.domains.music.chords._write import Parts, write_parts
from clinamen.domains.music.notes import Key
from clinamen.errors import ParameterError

__all__ = ["MAX_DEGREES", "NO_CHORD", "UNKNOWN_CHORD", "Chord"]

MAX_DEGREES = 16
"""Most tones of a chord."""

# Roots from C flat to A sharp stand in charts; outside, the other spelling is the usual one.
_LOWEST_ROOT, _HIGHEST_ROOT = -7, 10


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord symbol's meaning, without its time.

    Two chords are equal when root, tones and bass are spelled alike, however the symbol was
    written: ``C-7`` and ``Cmin7`` are. `same_sound` compares what sounds.

    Parameters
    ----------
    root
        As spelled, or None where there is no chord.
    degrees
        Tones counted from the root; kept sorted and without doubles. Empty where the tones
        are not known.
    bass
        Lowest note if it is not the root, whether or not it is a tone of the chord.
    is_unknown
        Something sounds, but the symbol does not say which tones (``X``, ``Eb?``).

    Raises
    ------
    ParameterError
        If there are tones or a bass without a root, more than 16 tones, or no tones where
        they should be known.

    Examples
    --------
    >>> chord = Chord(PitchName("C"), (Degree(1), Degree(3, -1), Degree(5)), PitchName("G"))
    >>> str(chord), sorted(chord.pitch_classes), chord.quality
    ('Cm/G', [0, 3, 7], 'min')
    """

    root: PitchName | None
    degrees: tuple[Degree, ...] = ()
    bass: PitchName | None = None
    is_unknown: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "degrees", tuple(sorted(set(self.degrees))))
        # A bass that is the root says something only where the root would not sound.
        if self.bass == self.root and (Degree(1) in self.degrees or not self.degrees):
            object.__setattr__(self, "bass", None)
        if len(self.degrees) > MAX_DEGREES:
            raise ParameterError(
                f"a chord has at most {MAX_DEGREES} tones, not {len(self.degrees)}"
            )
        if self.root is None and (self.degrees or self.bass):
            raise ParameterError("tones and a bass need a root")
        if self.root is not None and self.is_unknown == bool(self.degrees):
            raise ParameterError("a chord has tones, or says that they are not known")

    @property
    def root_pitch_class(self) -> int | None:
        """0 to 11, C being 0; None where there is no root."""
        return self.root.pitch_class if self.root else None

    @property
    def bass_pitch_class(self) -> int | None:
        """Pitch class of the lowest note: of the bass, else of the root."""
        return self.bass.pitch_class if self.bass else self.root_pitch_class

    @property
    def pitch_classes(self) -> frozenset[int]:
        """Everything that sounds, the bass included; of unknown tones the root alone."""
        if self.root is None:
            return frozenset()
        root = self.root.pitch_class
        sounding = {(root + degree.semitones) % 12 for degree in self.degrees} or {root}
        return frozenset(sounding | {self.bass.pitch_class} if self.bass else sounding)

    @property
    def quality(self) -> Quality:
        """Third, fifth and seventh in a word; extensions and bass are left out."""
        if self.is_unknown:
            return "unknown"
        return quality_of(self.degrees) if self.root else "none"

    def same_sound(self, other: Chord) -> bool:
        """Whether the same pitch classes sound over the same bass: C sharp 7 and D flat 7, or
        ``C6`` and ``Am7/C``."""
        return (
            self.pitch_classes == other.pitch_classes
            and self.bass_pitch_class == other.bass_pitch_class
            and self.is_unknown == other.is_unknown
        )

    def function(self, key: Key) -> HarmonicFunction:
        """What the chord does in a key: see `HarmonicFunction`."""
        return function_of(self.root_pitch_class, self.degrees, key)

    def transpose(self, interval: int | str, *, key: Key | None = None) -> Chord:
        """The chord moved, with its bass.

        Parameters
        ----------
        interval
            Semitones, or the name of an interval (``"m3"``, ``"-P4"``), which also says how
            the new root is spelled.
        key
            The key that is moved into: semitones are spelled as it has them. Without one the
            plain interval is taken, and a root beyond C flat or A sharp is respelled.

        Raises
        ------
        ParameterError
            If an interval's name is not understood.

        Examples
        --------
        >>> from clinamen.domains.music.chords import parse_chord
        >>> str(parse_chord("Am7/G").transpose(3)), str(parse_chord("C7").transpose("A4"))
        ('Cm7/Bb', 'F#7')
        """
        if isinstance(interval, str):
            return self._moved(interval_fifths(interval))
        steps = semitone_fifths(interval)
        if self.root is None or (steps == 0 and key is None):
            return self
        lowest, highest = _LOWEST_ROOT, _HIGHEST_ROOT
        if key is not None:
            lowest, highest = key.fifths - 5, key.fifths + 6
        while self.root.fifths + steps < lowest:
            steps += 12
        while self.root.fifths + steps > highest:
            steps -= 12
        return self._moved(steps)

    def _moved(self, fifths: int) -> Chord:
        if self.root is None:
            return self
        bass = PitchName.at_fifths(self.bass.fifths + fifths) if self.bass else None
        return replace(self, root=PitchName.at_fifths(self.root.fifths + fifths), bass=bass)

    def write(
        self, style: Style = "standard", *, key: Key | None = None, approximate: bool = False
    ) -> str:
        """The symbol in a style of spelling.

        Parameters
        ----------
        style
            One of `STYLES`. Every style but ``ireal``, whose qualities are a closed list,
            spells every chord whose tones are known.
        key
            What numbers and numerals count from; needed by ``nashville`` and ``roman``.
        approximate
            Write the nearest chord that the style has instead of raising.

        Raises
        ------
        ParameterError
            If the style is unknown, or has numbers and no key is given.
        UnsupportedError
            If the style has no symbol for this chord.

        Examples
        --------
        >>> from clinamen.domains.music.chords import parse_chord
        >>> chord = parse_chord("Cm7b5/Gb")
        >>> [chord.write(style) for style in ("realbook", "ireal", "harte")]
        ['Cø7/Gb', 'Ch7/Gb', 'C:hdim7/b5']
        >>> chord.write("roman", key=Key(-2))
        'iiø7/b6'
        """
        parts = Parts(self.root, frozenset(self.degrees), self.bass, self.is_unknown)
        return write_parts(parts, style, key=key, approximate=approximate)

    def __str__(self) -> str:
        return self.write()


NO_CHORD = Chord(None)
"""Silence of the harmony, ``N.C.``."""

UNKNOWN_CHORD = Chord(None, is_unknown=True)
"""A chord of which nothing is known, Harte's ``X``."""
