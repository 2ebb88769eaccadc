"""One way to break the pattern of a song at a place."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from clinamen.domains.music.places import place_name

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song
    from clinamen.operations.originality import Originality

__all__ = ["KINDS", "Variant"]

KINDS = ("pitch", "rhythm", "harmony", "silence")
"""What can be broken. A pitch break keeps the rhythm; a rhythm break moves notes in time; a
harmony break changes a chord; a silence is an expected note that does not come."""


@dataclass(frozen=True)
class Variant:
    """A song with its pattern broken at one place, as the listener hears it.

    Parameters
    ----------
    song
        The whole song. Outside the span it is the source note for note.
    kind
        One of `KINDS`. It says which bits the figures below count: those of pitch, of onset
        (rhythm, and silence at the first note after it), or of the chord (harmony).
    bar, beat
        The place of the break, as the tables show it; the pickup is bar 0.
    note
        Index, in the variant, of the note that breaks (of the chord for harmony). It may begin
        a little before or after the place: a rhythm that comes early, the note after a silence.
    span_quarters
        Where the change begins and ends, in quarters from the start.
    bits
        Information content at the break.
    median
        Median of the phrase before it, in bits.
    contrast
        `bits` minus `median`.
    is_peak
        Whether nothing else in the phrase costs more.
    home_after
        How many events later the bits are first back within 1 bit of the median; None if not
        within 4.
    joint_bits
        Onset and pitch together at the break; for harmony the same as `bits`.
    changed
        Indices, in the variant, of the notes that are new or other than before; of the chords
        for harmony.
    reason
        What was awaited and what comes instead, in one sentence.
    idea
        What this variant shares with others that would tell the same story, such as
        ``"up to 6"``: results are chosen to differ in it.
    score
        Higher is better: how near to what was asked, how clear a peak, how well it comes home.
    asked
        Contrast that was asked for, in bits: where a word was, what it means here. None where
        nothing was.
    originality
        The longest run shared with other tunes; None where it was not looked for.
    rank
        Place among the results, from 1; 0 before they are ranked.
    """

    song: Song
    kind: str
    bar: int
    beat: Fraction
    note: int
    span_quarters: tuple[Fraction, Fraction]
    bits: float
    median: float
    contrast: float
    is_peak: bool
    home_after: int | None
    joint_bits: float
    changed: tuple[int, ...]
    reason: str
    idea: str
    score: float
    asked: float | None = None
    originality: Originality | None = None
    rank: int = 0

    @property
    def is_last(self) -> bool:
        """Whether the melody ends on the break, so that no note could bring expectation home."""
        return self.kind != "harmony" and self.note == len(self.song.melody.notes) - 1

    def __repr__(self) -> str:
        where = place_name((self.bar, self.beat))
        return f"<Variant {self.rank} at {where}: {self.kind}, {self.contrast:+.1f} bits>"
