"""Laws of hearing: what a listener may and may not depend on."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.domains.music.listener import JOINT, Listener
from clinamen.domains.music.notes import Key, KeyChange, Melody, Meter, MeterChange, Note
from clinamen.errors import MissingError, ParameterError
from clinamen.io.listener_file import write_listener

MEMORIES = ("stm", "ltm", "ltm+", "both", "both+")

lines = st.lists(
    st.tuples(st.integers(52, 76), st.sampled_from((1, 2, 3))), min_size=1, max_size=24
)


def melody(line: list[tuple[int, int]], shift: int = 0) -> Melody:
    """Notes from (pitch, eighths) pairs in 3/4; key C major, moved along by `shift`."""
    notes, onset = [], Fraction(0)
    for pitch, eighths in line:
        notes.append(Note(onset, Fraction(eighths, 2), pitch + shift))
        onset += Fraction(eighths, 2)
    key = {0: Key(0), 2: Key(2), 5: Key(-1), 7: Key(1)}[shift]
    return Melody(
        tuple(notes),
        keys=(KeyChange(Fraction(0), key),),
        meters=(MeterChange(Fraction(0), Meter(3, 4)),),
    )


def taught(*taught_lines: list[tuple[int, int]]) -> Listener:
    listener = Listener()
    listener.learn([melody(line) for line in taught_lines])
    return listener


SCALE = [(60, 2), (62, 2), (64, 2), (65, 2), (67, 2), (65, 2), (64, 2), (62, 2), (60, 2)]


@settings(deadline=None, max_examples=30)
@given(lines, lines, st.sampled_from(MEMORIES), st.sampled_from(("pitch", "onset", "duration")))
def test_every_row_is_a_distribution_and_the_figures_follow_from_it(past, line, memory, target):
    heard = taught(past, SCALE).hear(melody(line), model=memory, target=target)
    rows = heard.distribution
    assert rows.shape == (len(line), len(heard.alphabet))
    assert (rows > 0).all()
    np.testing.assert_allclose(rows.sum(axis=1), 1.0, rtol=0, atol=1e-9)
    came = rows[np.arange(len(line)), heard.symbols]
    np.testing.assert_allclose(heard.information_content, -np.log2(came), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(heard.entropy, -(rows * np.log2(rows)).sum(axis=1), atol=1e-9)


@settings(deadline=None, max_examples=20)
@given(lines, st.sampled_from(MEMORIES))
def test_hearing_leaves_the_listener_as_it_was(line, memory):
    listener = taught(SCALE)
    before = write_listener(listener)
    first = listener.hear(melody(line), model=memory)
    assert write_listener(listener) == before
    second = listener.hear(melody(line), model=memory)
    assert np.array_equal(first.distribution, second.distribution)


@settings(deadline=None, max_examples=20)
@given(lines, st.sampled_from((2, 5, 7)))
def test_a_tune_in_another_key_is_as_surprising(line, shift):
    views = "cpint*cpintfref, cpint*posinbar"
    here = Listener().hear(melody(line), model="stm", viewpoints=views)
    there = Listener().hear(melody(line, shift), model="stm", viewpoints=views)
    np.testing.assert_allclose(here.information_content, there.information_content, atol=1e-9)


@settings(deadline=None, max_examples=20)
@given(lines)
def test_what_comes_later_does_not_change_what_was_expected(line):
    """The alphabet is kept the same by a listener who knows every pitch and length."""
    known = [(pitch, length) for pitch in range(52, 77) for length in (1, 2, 3)]
    listener = taught(known)
    whole = listener.hear(melody(line), model="both+")
    half = listener.hear(melody(line[: len(line) // 2 + 1]), model="both+")
    assert np.array_equal(half.distribution, whole.distribution[: len(half)])
    if len(half) < len(whole):
        row = whole.distribution[len(half)]
        np.testing.assert_allclose(half.next_distribution, row, atol=1e-12)


@settings(deadline=None, max_examples=15)
@given(lines)
def test_joint_is_when_and_then_what(line):
    listener = taught(SCALE)
    heard = listener.hear(melody(line), target="joint")
    assert tuple(heard.parts) == JOINT
    onset, pitch = (listener.hear(melody(line), target=target) for target in JOINT)
    total = onset.information_content + pitch.information_content
    np.testing.assert_array_equal(heard.information_content, total)
    np.testing.assert_array_equal(heard.entropy, onset.entropy + pitch.entropy)
    with pytest.raises(ParameterError, match="parts"):
        heard.expected_at(0)


def test_a_repeated_phrase_costs_less_the_second_time():
    heard = Listener().hear(melody(SCALE + SCALE), model="stm")
    first, second = np.split(heard.information_content, 2)
    assert second[1:].sum() < 0.5 * first[1:].sum()


def test_what_was_learnt_is_expected():
    heard = taught(*[SCALE] * 3).hear(melody(SCALE), model="ltm")
    assert heard.information_content[1:].max() < 1.0
    (label, probability), *_ = heard.expected_at(4, 1)
    assert label == "G4"
    assert probability > 0.5


def test_one_note_is_a_melody():
    heard = Listener().hear(melody([(60, 2)]), model="stm")
    assert len(heard) == 1
    assert heard.information_content[0] == pytest.approx(np.log2(len(heard.alphabet)))


def test_linked_and_idyom_names_mean_the_same():
    tune = melody(SCALE)
    texts = ("cpint,cpintfref linked", "cpint*cpintfref", "(cpint cpintfref)")
    rows = [Listener().hear(tune, model="stm", viewpoints=text).distribution for text in texts]
    assert np.array_equal(rows[0], rows[1])
    assert np.array_equal(rows[0], rows[2])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"model": "ltm"}, MissingError, "learnt nothing yet"),
        ({"target": "loudness"}, ParameterError, "target must be"),
        ({"model": "gut feeling"}, ParameterError, "model must be one of"),
        ({"model": "stm", "viewpoints": "dur"}, ParameterError, "says nothing about pitch"),
        ({"model": "stm", "viewpoints": "colour"}, MissingError, "colour"),
        (
            {"model": "stm", "viewpoints": "dur", "target": "joint"},
            ParameterError,
            "onset or pitch",
        ),
    ],
)
def test_clear_refusals(arguments, error, message):
    with pytest.raises(error, match=message):
        Listener().hear(melody(SCALE), **arguments)


def test_a_viewpoint_that_was_not_learnt_is_named_with_those_that_were():
    with pytest.raises(
        MissingError, match=r"has not learnt .*cpcint.* it knows \(cpint cpintfref\)"
    ):
        taught(SCALE).hear(melody(SCALE), model="both", viewpoints="cpcint")


def test_no_notes_no_hearing():
    with pytest.raises(ParameterError, match="at least one note"):
        Listener().hear(Melody(()))


def test_frames_for_people_and_for_those_who_come_from_idyom():
    heard = taught(SCALE).hear(melody(SCALE))
    frame = heard.to_frame()
    assert list(frame["name"][:3]) == ["C4", "D4", "E4"]
    assert list(frame["bar"][:4]) == [1, 1, 1, 2]
    assert list(frame["beat"][:4]) == [1.0, 2.0, 3.0, 1.0]
    assert list(frame["degree"][:5]) == ["1", "2", "3", "4", "5"]
    np.testing.assert_allclose(frame["probability"], 2.0**-heard.information_content)
    moved = heard.to_frame(idyom=True)
    assert {"note.id", "onset", "dur", "cpitch", "information.content", "entropy"} <= set(moved)


@pytest.mark.parametrize("target", ["onset", "duration", "joint"])
def test_a_listener_for_pitch_alone_says_what_it_has_learnt(target):
    listener = Listener(name="p", viewpoints={"pitch": "cpint"})
    listener.learn([melody(SCALE)])
    with pytest.raises(
        MissingError, match=r"^p has learnt pitch only \(clinamen learn --targets\)$"
    ):
        listener.hear(melody(SCALE), target=target)
