"""What is written in a style is read back in that style."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.domains.music.chords.strategies import any_chords, keys, usual_chords

from clinamen.domains.music.chords import (
    NO_CHORD,
    STYLES,
    UNKNOWN_CHORD,
    Chord,
    Style,
    parse_chord,
)
from clinamen.domains.music.notes import Key
from clinamen.errors import ParameterError, UnsupportedError

OPEN_STYLES = [style for style in STYLES if style != "ireal"]


@settings(deadline=None, max_examples=400)
@given(any_chords | usual_chords(), keys, st.sampled_from(OPEN_STYLES))
@example(parse_chord("Csus2/F"), Key(0), "nashville")  # sus2/4 is not sus2 and sus4
def test_written_and_read_again(chord: Chord, key: Key, style: Style) -> None:
    assert parse_chord(chord.write(style, key=key), style=style, key=key) == chord


@settings(deadline=None, max_examples=300)
@given(any_chords | usual_chords(), keys, st.sampled_from(OPEN_STYLES))
def test_the_style_need_not_be_said(chord: Chord, key: Key, style: Style) -> None:
    assert parse_chord(chord.write(style, key=key), key=key) == chord


@settings(deadline=None, max_examples=300)
@given(usual_chords() | any_chords)
def test_ireal_writes_its_own_qualities_exactly_and_others_when_asked(chord: Chord) -> None:
    near = parse_chord(chord.write("ireal", approximate=True), style="ireal")
    assert near.root == chord.root
    assert near.bass_pitch_class == chord.bass_pitch_class
    if near == chord:
        assert parse_chord(chord.write("ireal"), style="ireal") == chord
    else:
        with pytest.raises(UnsupportedError, match=f"no quality for {chord.root}"):
            chord.write("ireal")


def test_ireal_keeps_the_quality_when_it_approximates() -> None:
    assert parse_chord("Cm13").write("ireal", approximate=True) == "C-11"
    assert parse_chord("Cm7(add13)").write("ireal", approximate=True) == "C-7"
    assert parse_chord("C13(b9,#11)").write("ireal", approximate=True) in ("C13b9", "C7b9#11")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("chord", [NO_CHORD, UNKNOWN_CHORD])
def test_no_chord_and_unknown_in_every_style(style: Style, chord: Chord) -> None:
    assert parse_chord(chord.write(style, key=Key(0)), style=style, key=Key(0)) is chord


@pytest.mark.parametrize("style", STYLES)
def test_a_root_with_unknown_tones(style: Style) -> None:
    chord = parse_chord("Eb?/G")
    if style == "harte":
        with pytest.raises(UnsupportedError, match="unknown tones"):
            chord.write("harte")
        assert chord.write("harte", approximate=True) == "Eb:1/3"
    else:
        assert parse_chord(chord.write(style, key=Key(0)), style=style, key=Key(0)) == chord


def test_canonical_spelling_is_the_plainest() -> None:
    for text in [
        "C", "Cm", "Caug", "C7#5", "Cmaj7#11", "C7(b9,#11)", "C(add9)", "Cm(maj7)", "C6/9",
        "C7sus4(b9)", "C13#11", "C7alt", "Cm7b5", "C9#5", "C5", "C7(no5)", "C(b5)", "Cm9b5",
    ]:  # fmt: skip
        assert str(parse_chord(text)) == text


def test_wrong_arguments() -> None:
    chord = parse_chord("C")
    with pytest.raises(ParameterError, match="style must be one of"):
        chord.write("jazz")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="give a key"):
        chord.write("roman")
