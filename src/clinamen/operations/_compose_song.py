"""Written notes as a song, and what a listener knows of its metre."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from clinamen.domains.music.editing import NoteTicks, with_notes
from clinamen.domains.music.notes import Melody, Note, Song
from clinamen.domains.music.spelling import spelled
from clinamen.texts import Message

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.operations._compose_setup import Setup

__all__ = ["finished_song", "metre_notice"]

_METRE_EXPERT = "bioi | posinbar@1 barlength@1"
"""What it has counted says how often a listener met a bar of this length."""

_FEW_TIMES = 20


def finished_song(setup: Setup, notes: Sequence[NoteTicks]) -> Song:
    """The song with the notes that were composed."""
    song = with_notes(setup.base, notes)
    if setup.source is None or not setup.base.melody.phrase_starts:
        song = song.replace(melody=_phrased(song.melody, setup, notes))
    if setup.source is None:
        song = song.replace(melody=spelled(song.melody))
    return song.replace(source="", source_format="", quantisation=None)


def _phrased(melody: Melody, setup: Setup, notes: Sequence[NoteTicks]) -> Melody:
    """Phrases from breath to breath."""
    frame = setup.plan.frame
    onsets = [onset for onset, _, _ in notes]
    lines = frame.lines[: -1 : frame.phrase_bars]
    starts = {0, *(bisect_left(onsets, line) for line in lines[1:])}
    kept = sorted(start for start in starts if start < len(notes))
    return melody.replace(phrase_starts=tuple(kept), phrase_source="given")


def metre_notice(listener: Listener, song: Song) -> tuple[str, ...]:
    """A sentence if the listener has hardly ever heard bars of this length."""
    meter = song.melody.meters[0].meter
    unit = Fraction(4, meter.denominator)
    n_notes = 2 * meter.numerator + 1
    line = Melody(
        tuple(Note(unit * place, unit, 60) for place in range(n_notes)),
        keys=song.melody.keys[:1],
        meters=song.melody.meters[:1],
    )
    heard = listener.hear(line, target="onset", model="mixture")
    assert heard.explain is not None
    reasons = heard.explain(meter.numerator + 1).reasons
    counts = [each for each in reasons if each.expert == _METRE_EXPERT]
    long_term = [each.n_seen for each in counts if each.memory == "long_term"]
    if not counts or sum(long_term) >= _FEW_TIMES:
        return ()
    known = "compose.hardly_heard" if sum(long_term) else "compose.never_heard"
    return (Message(known, listener=listener.name, meter=str(meter)),)
