"""What the user gives in place of what a file lacks or says wrongly."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinamen.domains.music.notes import Key, Meter
from clinamen.errors import ParameterError
from clinamen.io._corrections import parse_key, parse_meter, parse_quarters
from clinamen.io.files import read_song, write_song
from clinamen.io.midi import write_midi

EXAMPLES = Path(__file__).parents[2] / "examples"
PLAYED = EXAMPLES / "amazing_grace_played.mid"


@given(st.integers(-7, 7), st.sampled_from(["major", "minor", "dorian", "locrian", "lydian"]))
def test_every_key_is_understood_by_its_own_name(fifths: int, mode: str) -> None:
    key = Key(fifths, mode)
    assert parse_key(str(key)) == key


@pytest.mark.parametrize(
    ("text", "name"),
    [("g", "G major"), ("F#m", "F# minor"), ("e-flat minor", "Eb minor"), (" Bb dorian ", None)],
)
def test_short_names_of_keys(text: str, name: str | None) -> None:
    assert str(parse_key(text)) == (name or text.strip())


@pytest.mark.parametrize("text", ["", "H", "G mayor", "G# major", "C ##", "1"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="key"):
        parse_key(text)


@pytest.mark.parametrize("text", ["", "3", "3/0", "3/5", "0/4", "3/4/4", "-3/4"])
def test_what_is_no_metre_is_refused(text: str) -> None:
    with pytest.raises(ParameterError):
        parse_meter(text)


@pytest.mark.parametrize("text", ["", "-1", "1/0", "1e9", "nan", "9" * 9])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(ParameterError):
        parse_quarters(text)


def test_a_performance_put_right_has_the_bars_of_the_written_tune() -> None:
    written = read_song(EXAMPLES / "amazing_grace.abc").melody
    given = read_song(PLAYED, meter="3/4", pickup=1, key=Key(1)).melody
    assert given.bar_onsets[:15] == written.bar_onsets[:15]
    assert (given.meter_source, given.key_source) == ("given", "given")
    assert given.phrase_source == "estimated"
    assert given.phrase_starts != read_song(PLAYED).melody.phrase_starts


def test_phrases_of_the_file_are_kept_and_so_is_a_pickup_that_fits() -> None:
    path = EXAMPLES / "amazing_grace.abc"
    as_read, given = read_song(path).melody, read_song(path, meter=Meter(6, 4)).melody
    assert given.phrase_starts == as_read.phrase_starts
    assert given.phrase_source == "file"
    assert given.bar_onsets[:3] == (Fraction(0), Fraction(1), Fraction(7))


def test_a_pickup_as_long_as_the_bar_is_refused() -> None:
    with pytest.raises(ParameterError, match="a pickup must be shorter than the bar"):
        read_song(PLAYED, meter="3/4", pickup="3")


def test_midi_notes_are_spelled_in_the_given_key(tmp_path: Path) -> None:
    from clinamen.domains.music.notes import KeyChange, Melody, Note, Song

    note = Note(Fraction(0), Fraction(1), 70)
    sharp = Song(Melody((note,), keys=(KeyChange(Fraction(0), Key(2)),)))
    (tmp_path / "x.mid").write_bytes(write_midi(sharp))
    names = [read_song(tmp_path / "x.mid", key=key).melody.notes[0] for key in ("B", "F")]
    assert [each.spelling for each in names] == ["A#", "Bb"]


@pytest.mark.parametrize("name", ["x.abc", "x.mid", "x.musicxml"])
def test_what_was_given_is_the_new_files_own(tmp_path: Path, name: str) -> None:
    write_song(read_song(PLAYED, meter="3/4", key="G", pickup="1"), tmp_path / name)
    melody = read_song(tmp_path / name).melody
    assert (melody.meter_source, melody.key_source) == ("file", "file")
    assert str(melody.meters[0].meter) == "3/4"
    assert melody.pickup_quarters == 1
