"""Key estimation against correlations by NumPy, and against laws."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.domains.music.melodies import melodies

from clinamen.domains.music.key import PROFILES, estimate_key, estimate_mode, key_scores
from clinamen.domains.music.notes import Key, Melody, Note
from clinamen.errors import ParameterError


def line(pitches: list[int], lengths: list[int] | None = None) -> Melody:
    notes, onset = [], Fraction(0)
    for pitch, length in zip(pitches, lengths or [1] * len(pitches), strict=True):
        notes.append(Note(onset, Fraction(length), pitch))
        onset += length
    return Melody(tuple(notes))


@settings(deadline=None)
@given(melodies(), st.sampled_from(list(PROFILES)))
def test_scores_are_correlations_with_the_profile(melody: Melody, name: str) -> None:
    time = np.zeros(12)
    for note in melody.notes:
        time[note.pitch % 12] += float(note.duration_quarters)
    assume(time.std() > 1e-6)
    scores = key_scores(melody, profiles=(name,), use_edges=False)
    for mode, profile in enumerate(PROFILES[name]):
        for tonic in range(12):
            moved = [profile[(pitch_class - tonic) % 12] for pitch_class in range(12)]
            assert scores[12 * mode + tonic] == pytest.approx(np.corrcoef(time, moved)[0, 1])


@settings(deadline=None)
@given(melodies(), st.integers(-12, 12))
def test_scores_move_with_the_melody(melody: Melody, steps: int) -> None:
    moved = Melody(tuple(replace(note, pitch=note.pitch + steps) for note in melody.notes))
    here = key_scores(melody).reshape(2, 12)
    there = key_scores(moved).reshape(2, 12)
    np.testing.assert_allclose(there, np.roll(here, steps, axis=1), atol=1e-9)


@settings(deadline=None)
@given(melodies())
def test_the_estimate_has_the_best_score_and_few_accidentals(melody: Melody) -> None:
    key = estimate_key(melody)
    scores = key_scores(melody)
    assert scores[12 * (key.mode == "minor") + key.tonic_pitch_class] == scores.max()
    assert -5 <= key.fifths <= 6


C_MAJOR_TUNE = [60, 64, 67, 65, 64, 62, 60, 62, 64, 65, 67, 72, 71, 67, 65, 62, 60]
A_MINOR_TUNE = [69, 71, 72, 74, 76, 72, 69, 68, 69, 74, 72, 71, 69, 64, 68, 71, 69]


@pytest.mark.parametrize("steps", range(12))
def test_plain_tunes_in_every_key(steps: int) -> None:
    major = estimate_key(line([pitch + steps for pitch in C_MAJOR_TUNE]))
    minor = estimate_key(line([pitch + steps for pitch in A_MINOR_TUNE]))
    assert (major.tonic_pitch_class, major.mode) == (steps, "major")
    assert (minor.tonic_pitch_class, minor.mode) == ((9 + steps) % 12, "minor")


def test_the_last_note_decides_between_relatives() -> None:
    notes = [60, 62, 64, 65, 67, 69, 71]
    assert estimate_key(line([*notes, 72])) == Key(0)
    assert estimate_key(line([*notes, 64, 69])) == Key(0, "minor")


def test_long_notes_count_more() -> None:
    pitches = [60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71]
    lengths = [1, 1, 8, 1, 1, 1, 8, 1, 1, 8, 1, 1]
    key = estimate_key(line(pitches, lengths))
    assert key == Key(2)


def test_one_note_and_all_notes_alike_have_a_key() -> None:
    assert estimate_key(line([67])).tonic_pitch_class == 7
    assert isinstance(estimate_key(line(list(range(60, 72)))), Key)


def test_a_melody_without_notes_has_no_key() -> None:
    with pytest.raises(ParameterError, match="without notes"):
        estimate_key(Melody(()))


@pytest.mark.parametrize("profiles", [(), ("krumhansl",)])
def test_unknown_profiles_are_refused(profiles: tuple[str, ...]) -> None:
    with pytest.raises(ParameterError, match="albrecht-shanahan"):
        key_scores(line([60, 62]), profiles=profiles)


def test_a_signature_without_a_mode_is_major_or_its_relative_minor() -> None:
    a_minor_tune = [69, 71, 72, 74, 76, 72, 69, 68, 69, 64, 69]
    c_major_tune = [60, 62, 64, 65, 67, 64, 60, 59, 60, 67, 60]
    for pitches, mode in ((a_minor_tune, "minor"), (c_major_tune, "major")):
        notes = tuple(Note(Fraction(i), Fraction(1), pitch) for i, pitch in enumerate(pitches))
        assert estimate_mode(Melody(notes), Key(0)) == Key(0, mode)
