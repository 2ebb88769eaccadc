"""A song in hand heard in all its curves: melody, rhythm and, where it has chords, harmony."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinamen.domains.music.progression.events import is_unreadable
from clinamen.errors import MissingError
from clinamen.operations.harmony_hearing import describe_harmony
from clinamen.operations.hear import describe_hearing

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song
    from clinamen.operations.harmony_hearing import HarmonyHearing
    from clinamen.operations.hear import HearResult

__all__ = ["SongHearing", "hear_song"]


@dataclass(frozen=True, eq=False)
class SongHearing:
    """A song as it was heard.

    Parameters
    ----------
    melody
        Onset and pitch of the notes; None in a song without notes.
    harmony
        The chords; None in a song without chords, or where the listener has learnt none.
    """

    song: Song
    melody: HearResult | None
    harmony: HarmonyHearing | None


def hear_song(song: Song, listener: Listener) -> SongHearing:
    """Hear a song that is read already.

    The melody is heard without the chords and the chords with the melody, so that the curves
    add up to what the listener paid for the whole song (see `hear_harmony`).
    """
    notes = listener.hear(song.melody, target="joint") if song.melody.notes else None
    melody = None if notes is None else describe_hearing(song, notes)
    if all(is_unreadable(span.chord) for span in song.harmony):
        return SongHearing(song, melody, None)
    try:
        chords = listener.hear(song, target="harmony")
    except MissingError:
        return SongHearing(song, melody, None)
    return SongHearing(song, melody, describe_harmony(song, chords, notes))
