"""An ear hears what its listener hears."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clinamen
from clinamen.domains.music.editing import notes_in_ticks, with_notes
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Key, KeyChange, Song
from clinamen.domains.music.tunes import Ear, Tune
from clinamen.errors import MissingError, ParameterError

QUARTER = 10080
FRAMES = ("ode_to_joy.musicxml", "harbour_light.musicxml", "amazing_grace.abc", "new key")


@lru_cache(maxsize=2)
def listener_of(name: str) -> Listener:
    return clinamen.load_listener(name)


@lru_cache(maxsize=8)
def frame_of(name: str) -> Song:
    if name != "new key":
        return clinamen.read(f"examples/{name}")
    song = frame_of("ode_to_joy.musicxml")
    changed = KeyChange(Fraction(16), Key(-3, "minor"))
    return song.replace(melody=song.melody.replace(keys=(*song.melody.keys, changed)))


@lru_cache(maxsize=8)
def ear_of(listener: str, frame: str) -> Ear:
    return Ear(listener_of(listener), frame_of(frame))


def alone(ear: Ear, tune: Tune, target: str) -> Any:
    """The listener's own hearing of a song of those notes."""
    assert isinstance(ear.frame, Song)
    return ear.listener.hear(with_notes(ear.frame, tune.notes), target=target)


@st.composite
def tunes(draw: st.DrawFn) -> Tune:
    """Notes with rests between, on and off the grid, beyond the frame's last bar too."""
    notes, time = [], draw(st.sampled_from([0, 0, QUARTER, 16 * QUARTER]))
    previous = None
    for _ in range(draw(st.integers(0, 30))):
        step = draw(st.sampled_from([QUARTER, QUARTER, QUARTER // 2, 2 * QUARTER, 3360, 80640]))
        rest = draw(st.sampled_from([0, 0, 0, 840, 1680]))
        pitch = draw(st.integers(50, 80)) if previous is None else previous
        notes.append((time, step - rest, pitch))
        previous = draw(st.sampled_from([pitch, min(pitch + 2, 90), max(pitch - 1, 40), 64]))
        time += step
    return Tune.of(notes)


@pytest.mark.parametrize("listener", ["songs_quick", "songs"])
@pytest.mark.parametrize("frame", FRAMES)
def test_it_hears_the_song_of_its_frame_as_the_listener_does(listener: str, frame: str) -> None:
    ear = ear_of(listener, frame)
    tune = Tune.of(notes_in_ticks(frame_of(frame).melody))
    (heard,) = ear.hear([tune])
    for row, target in enumerate(("onset", "pitch")):
        expected = listener_of(listener).hear(frame_of(frame), target=target)
        np.testing.assert_array_equal(heard.bits[row], expected.information_content)
        np.testing.assert_array_equal(heard.entropy[row], expected.entropy)
        (table,) = ear.chances([tune], target)
        np.testing.assert_array_equal(table, expected.distribution)
        np.testing.assert_array_equal(ear.alphabet(target), expected.alphabet)


@pytest.mark.parametrize("frame", FRAMES)
@given(st.lists(tunes(), max_size=6))
@settings(deadline=None, max_examples=15)
def test_it_hears_any_tunes_together_as_the_listener_hears_each(
    frame: str, some: list[Tune]
) -> None:
    ear = ear_of("songs_quick", frame)
    heard = ear.hear(some)
    tables = {target: ear.chances(some, target) for target in ("onset", "pitch")}
    for place, tune in enumerate(some):
        assert heard[place].bits.shape == heard[place].entropy.shape == (2, len(tune))
        for row, (target, found) in enumerate(tables.items()):
            assert found[place].shape == (len(tune), len(ear.alphabet(target)))
            if not len(tune):
                continue
            expected = alone(ear, tune, target)
            np.testing.assert_array_equal(heard[place].bits[row], expected.information_content)
            # What could come is the frame's too, in an ear.
            if len(expected.alphabet) == len(ear.alphabet(target)):
                np.testing.assert_array_equal(heard[place].entropy[row], expected.entropy)
                np.testing.assert_array_equal(found[place], expected.distribution)


def test_hundreds_of_tunes_are_heard_as_each_alone() -> None:
    """More than fit in one batch, some longer than a batch."""
    ear = ear_of("songs_quick", "ode_to_joy.musicxml")
    notes = notes_in_ticks(frame_of("ode_to_joy.musicxml").melody)
    rng = np.random.default_rng(2)
    some = [
        Tune.of((a, b, c + int(rng.integers(0, 3))) for a, b, c in notes[: rng.integers(0, 62)])
        for _ in range(80)
    ]
    some[40] = Tune.of((k * QUARTER, QUARTER, 60 + k % 7) for k in range(4200))
    together = ear.hear(some)
    for tune, heard in zip(some, together, strict=True):
        (apart,) = ear.hear([tune])
        np.testing.assert_array_equal(heard.bits, apart.bits)
        np.testing.assert_array_equal(heard.entropy, apart.entropy)


def test_what_could_not_come_is_refused() -> None:
    ear = ear_of("songs_quick", "ode_to_joy.musicxml")
    with pytest.raises(ParameterError, match="lacks values of the melody for pitch"):
        ear.hear([Tune.of([(0, QUARTER, 127)])])
    with pytest.raises(ParameterError, match="for onset"):
        ear.hear([Tune.of([(0, 10, 60), (17, 10, 60)])])
    with pytest.raises(ParameterError, match="begin at 0 or later"):
        ear.hear([Tune.of([(-QUARTER, QUARTER, 60)])])
    with pytest.raises(ParameterError, match="onset or pitch"):
        ear.chances([], "duration")


def test_who_has_learnt_no_mixture_has_no_ear() -> None:
    with pytest.raises(MissingError):
        Ear(Listener(), frame_of("ode_to_joy.musicxml"))
