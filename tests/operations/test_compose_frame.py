"""How notes of a melody to be written rub against the chords under them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from clinamen.domains.music.constraints import Bounds
from clinamen.domains.music.curve import parse_curve
from clinamen.domains.music.events import TICKS_PER_QUARTER as QUARTER
from clinamen.domains.music.notes import ChordSymbol, Key, KeyChange, Melody, Song
from clinamen.operations._compose_frame import Frame


def _frame(*chords: str) -> Frame:
    melody = Melody(
        notes=(), keys=(KeyChange(Fraction(0), Key(0)),), end_quarters=Fraction(4 * len(chords))
    )
    symbols = tuple(ChordSymbol(Fraction(4 * bar), each) for bar, each in enumerate(chords))
    song = Song(melody, chords=symbols)
    return Frame(song, parse_curve("home", melody), Bounds())


@pytest.mark.parametrize(
    ("onset", "beats", "pitch", "bits"),
    [
        (0, 4, 64, 0.0),  # a chord tone bears any length
        (0, 4, 65, 2.0),  # a fourth hides the third of C: half a bit a beat
        (0, 4, 62, 0.6),  # a ninth is a tension
        (0, 1, 65, 0.5),
        (2, 4, 65, 1.0),  # over the bar line it becomes the third of Dm
        (0, 8, 69, 0.6),  # a sixth of C, then the fifth of Dm
    ],
)
def test_what_lasts_must_sound_with_the_chord(
    onset: int, beats: int, pitch: int, bits: float
) -> None:
    note = (onset * QUARTER, beats * QUARTER, pitch)
    assert _frame("C", "Dm").rub(note) == pytest.approx(bits)


def test_passing_notes_may_rub() -> None:
    assert _frame("C").rub((0, QUARTER // 2, 65)) == 0.0


def test_without_chords_nothing_rubs() -> None:
    melody = Melody(notes=(), end_quarters=Fraction(4))
    frame = Frame(Song(melody), parse_curve("home", melody), Bounds())
    assert frame.rub((0, 4 * QUARTER, 61)) == 0.0


@pytest.mark.parametrize(
    ("begin", "following", "beats"),
    [
        (14, 16, 2),  # it fills its place up to the next phrase
        (13, 16, 2),  # of three beats one is for breath
        (12, 16, 4),
        (9, 12, 3),  # within a phrase
        (29, 32, 3),  # the song's last note
    ],
)
def test_the_last_note_of_a_phrase_fills_its_place(begin: int, following: int, beats: int) -> None:
    frame = _frame(*["C"] * 8)
    assert frame.duration(begin * QUARTER, following * QUARTER) == beats * QUARTER
