"""A song with other notes: everything that stands around them stays."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction

from clinamen.domains.music.events import TICKS_PER_QUARTER, to_ticks
from clinamen.domains.music.notes import Melody, Note, Song
from clinamen.domains.music.spelling import spelled

__all__ = ["NoteTicks", "changed_bars", "notes_in_ticks", "with_notes"]

NoteTicks = tuple[int, int, int]
"""Onset and duration in ticks (`TICKS_PER_QUARTER`) and MIDI pitch of a note."""


def notes_in_ticks(melody: Melody) -> tuple[NoteTicks, ...]:
    """The notes of a melody as plain numbers."""
    return tuple(_ticks(note) for note in melody.notes)


def _ticks(note: Note) -> NoteTicks:
    # At least a tick, so that no note is lost that is shorter than one.
    duration = max(to_ticks(note.duration_quarters), 1)
    return to_ticks(note.onset_quarters), duration, note.pitch


def with_notes(song: Song, notes: Sequence[NoteTicks]) -> Song:
    """The same song with other notes.

    Notes that were there before stay as they were written. Others are spelled in the key of
    their place, by where they lead and as the same key is spelled in the bar, if the song's
    notes are spelled at all, and take the syllable of the note that
    began where they begin, and the velocity of the last one at or before. A phrase begins
    with the note nearest to where it began.

    Parameters
    ----------
    notes
        In order of onset, one at a time.

    Raises
    ------
    ParameterError
        If notes overlap, or one is out of range.

    Examples
    --------
    >>> import clinamen
    >>> song = clinamen.read("examples/ode_to_joy.musicxml")
    >>> notes = notes_in_ticks(song.melody)
    >>> with_notes(song, notes) == song
    True
    """
    melody = song.melody
    known = {_ticks(note): note for note in melody.notes}
    written = [known.get(note) or _new(note, melody) for note in notes]
    changed = melody.replace(notes=tuple(written), phrase_starts=_phrase_starts(melody, written))
    if any(note.spelling for note in melody.notes):
        kept = {place for place, note in enumerate(notes) if note in known}
        changed = spelled(changed, kept=kept)
    return song.replace(melody=changed)


def changed_bars(before: Song, after: Song) -> tuple[int, ...]:
    """Bars of a song, the first being 0, that sound or read otherwise than another did.

    Those are the bars in which a note sounds, or a chord begins, that only one of the two has.
    """
    spans = [
        (onset, onset + duration)
        for onset, duration, _ in {*notes_in_ticks(before.melody)} ^ {*notes_in_ticks(after.melody)}
    ]
    for onset, _ in _chords(before) ^ _chords(after):
        spans.append((onset, onset + 1))
    lines = [to_ticks(onset) for onset in after.melody.bar_onsets]
    found: set[int] = set()
    for start, end in spans:
        first = max(bisect_right(lines, start) - 1, 0)
        found.update(range(first, max(bisect_left(lines, end), first + 1)))
    return tuple(sorted(found))


def _chords(song: Song) -> set[tuple[int, str]]:
    return {(to_ticks(chord.onset_quarters), chord.symbol) for chord in song.chords}


def _new(note: NoteTicks, melody: Melody) -> Note:
    onset, duration, pitch = note
    place = bisect_left(melody.notes, onset + 1, key=lambda each: to_ticks(each.onset_quarters))
    before = melody.notes[place - 1] if place else None
    here = before if before is not None and to_ticks(before.onset_quarters) == onset else None
    lasts = Fraction(duration, TICKS_PER_QUARTER)
    if here is not None and to_ticks(here.duration_quarters) == duration:
        lasts = here.duration_quarters
    nearest = before or (melody.notes[0] if melody.notes else None)
    return Note(
        onset_quarters=here.onset_quarters if here else Fraction(onset, TICKS_PER_QUARTER),
        duration_quarters=lasts,
        pitch=pitch,
        tied=here.tied if here and here.duration_quarters == lasts else (),
        lyric=here.lyric if here else None,
        velocity=nearest.velocity if nearest else None,
    )


def _phrase_starts(melody: Melody, notes: Sequence[Note]) -> tuple[int, ...]:
    """Where phrases begin now: at the first note that is nearer to the old beginning of the
    phrase than to the note before it."""
    onsets = [note.onset_quarters for note in notes]
    starts = []
    for start in melody.phrase_starts:
        here = melody.notes[start].onset_quarters
        before = melody.notes[start - 1].onset_quarters if start else Fraction(0)
        starts.append(bisect_left(onsets, (before + here) / 2 if start else Fraction(0)))
    return tuple(sorted({start for start in starts if start < len(notes)}))
