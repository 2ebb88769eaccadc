"""What we write, read by music21, which shares no code with us."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from tests.io.songs import songs

from clinamen.domains.music.notes import (
    ChordSymbol,
    Key,
    KeyChange,
    Melody,
    Meter,
    MeterChange,
    Note,
    Song,
)
from clinamen.io.musicxml import write_musicxml

music21 = pytest.importorskip("music21")


def parse(song: Song) -> object:
    """The first part, by music21's importer without its cache of pickled scores."""
    from music21.musicxml.xmlToM21 import MusicXMLImporter

    importer = MusicXMLImporter()
    importer.xmlText = write_musicxml(song).decode()
    importer.parseXMLText()
    return importer.stream


def sounding(part: object) -> list[tuple[F, F, int]]:
    """Onset, duration and pitch of every note, tied ones merged."""
    merged: list[tuple[F, F, int]] = []
    is_tied = False
    for note in part.recurse().getElementsByClass("Note"):  # type: ignore[attr-defined]
        onset, length = F(note.getOffsetInHierarchy(part)), F(note.quarterLength)
        if is_tied:
            start, before, pitch = merged.pop()
            assert (start + before, pitch) == (onset, note.pitch.midi)
            merged.append((start, before + length, pitch))
        else:
            merged.append((onset, length, note.pitch.midi))
        is_tied = note.tie is not None and note.tie.type in ("start", "continue")
    return merged


@given(songs())
@settings(deadline=None, max_examples=25)
def test_music21_hears_the_same_notes_keys_metres_and_bars(song: Song) -> None:
    part = parse(song).parts[0]  # type: ignore[attr-defined]
    melody = song.melody
    assert sounding(part) == [
        (n.onset_quarters, n.duration_quarters, n.pitch) for n in melody.notes
    ]
    bars = part.getElementsByClass("Measure")
    assert [F(bar.offset) for bar in bars] == list(melody.bar_onsets)
    metres = part.recurse().getElementsByClass("TimeSignature")
    assert [(F(m.getOffsetInHierarchy(part)), m.ratioString) for m in metres] == [
        (change.onset_quarters, str(change.meter)) for change in melody.meters
    ]
    keys = part.recurse().getElementsByClass("KeySignature")
    assert [(F(k.getOffsetInHierarchy(part)), k.sharps, k.mode) for k in keys] == [
        (change.onset_quarters, change.key.fifths, change.key.mode) for change in melody.keys
    ]


def test_a_silent_pickup_is_no_whole_bar_rest() -> None:
    melody = Melody(
        (Note(F(5, 4), F(1), 60),),
        meters=(MeterChange(F(0), Meter(2, 4)),),
        pickup_quarters=F(1, 4),
        end_quarters=F(17, 4),
    )
    assert sounding(parse(Song(melody)).parts[0]) == [(F(5, 4), F(1), 60)]  # type: ignore[attr-defined]
    assert write_musicxml(Song(melody)).count(b'<rest measure="yes"/>') == 1


def test_music21_reads_words_chords_breaths_and_title() -> None:
    notes = tuple(
        Note(F(i), F(1), 60 + i, lyric=lyric)
        for i, lyric in enumerate(("A-", "-ma-", "-zing", "x"))
    )
    melody = Melody(
        notes,
        keys=(KeyChange(F(0), Key(0)),),
        meters=(MeterChange(F(0), Meter(4, 4)),),
        phrase_starts=(0, 2),
    )
    chords = (ChordSymbol(F(0), "Am7"), ChordSymbol(F(2), "F#m7b5/C"))
    song = Song(melody, title="Tune", composer="Who", chords=chords)
    score = parse(song)
    assert (score.metadata.title or score.metadata.movementName) == "Tune"  # type: ignore[attr-defined]
    assert score.metadata.composer == "Who"  # type: ignore[attr-defined]
    found = list(score.recurse().getElementsByClass("Note"))  # type: ignore[attr-defined]
    assert [n.lyric for n in found] == ["A", "ma", "zing", "x"]
    assert [n.lyrics[0].syllabic for n in found] == ["begin", "middle", "end", "single"]
    marks = [[type(mark).__name__ for mark in n.articulations] for n in found]
    assert marks == [[], ["BreathMark"], [], []]
    symbols = list(score.recurse().getElementsByClass("ChordSymbol"))  # type: ignore[attr-defined]
    assert [(F(s.getOffsetInHierarchy(score)), s.root().name, s.bass().name) for s in symbols] == [
        (0, "A", "A"),
        (2, "F#", "C"),
    ]
    assert [s.chordKind for s in symbols] == ["minor-seventh", "half-diminished-seventh"]
