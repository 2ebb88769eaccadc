"""A find heard again by the full listener, who alone speaks to people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clinamen.domains.music.editing import notes_in_ticks, with_notes
from clinamen.operations.hear import describe_hearing

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song
    from clinamen.domains.music.tunes.tune import Tune
    from clinamen.operations.atlas._plan import Plan
    from clinamen.operations.hear import HearResult

__all__ = ["HeardFind", "hear_find", "song_of"]


@dataclass(frozen=True, eq=False)
class HeardFind:
    """A find as the full listener heard it.

    Parameters
    ----------
    song
        It, in the bars, key and chords of the atlas.
    result
        Its notes and remarks, rhythm and pitch together.
    """

    song: Song
    result: HearResult

    @property
    def mean(self) -> float:
        """Bits a note."""
        bits = self.result.expectation.information_content
        return float(bits.mean()) if len(bits) else 0.0

    @property
    def peak(self) -> str:
        """The most surprising note, and why it was; "" of a tune without notes."""
        return self.result.remarks[0].sentence if self.result.remarks else ""

    @property
    def rows(self) -> tuple[tuple[int, int, int], ...]:
        """Onset, duration and pitch of every note, in ticks."""
        return notes_in_ticks(self.song.melody)


def song_of(plan: Plan, tune: Tune, title: str) -> Song:
    """A tune of an atlas as a song; words that were sung to other notes are left out."""
    made = with_notes(plan.song, tune.notes)
    notes = tuple(replace(note, lyric=None) for note in made.melody.notes)
    return made.replace(
        melody=made.melody.replace(notes=notes),
        title=title,
        composer="",
        words=(),
        parts=(),
        part_index=None,
        notices=(),
        quantisation=None,
        source="",
        source_format="",
    )


def hear_find(plan: Plan, tune: Tune, title: str, listener: Listener) -> HeardFind:
    """Hear a tune of an atlas."""
    song = song_of(plan, tune, title)
    expectation = listener.hear(song.melody, target="joint")
    return HeardFind(song, describe_hearing(song, expectation))
