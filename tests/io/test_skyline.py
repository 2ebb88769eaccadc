"""Laws and examples of the reduction to one voice."""

from __future__ import annotations

from fractions import Fraction as F

from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.domains.music.notes import Melody, Note
from clinamen.io._skyline import cut_note, is_polyphonic, skyline

quarters = st.integers(0, 32).map(lambda n: F(n, 4))
notes = st.lists(
    st.builds(Note, quarters, st.integers(1, 16).map(lambda n: F(n, 4)), st.integers(40, 90)),
    max_size=30,
)
settings.register_profile("clinamen", deadline=None)
settings.load_profile("clinamen")


@given(notes)
def test_the_line_is_a_melody_made_of_given_notes(given_notes: list[Note]) -> None:
    line, n_changed = skyline(given_notes)
    Melody(notes=line)  # raises when two notes overlap
    starts = {(n.onset_quarters, n.pitch) for n in given_notes}
    assert {(n.onset_quarters, n.pitch) for n in line} <= starts
    assert bool(line) == bool(given_notes)
    untouched = sum(note in given_notes for note in line)
    assert untouched <= len(given_notes) - (n_changed > 0)
    assert (n_changed == 0) == (not is_polyphonic(given_notes))


@given(notes, st.randoms(use_true_random=False))
def test_the_order_of_the_notes_does_not_matter(given_notes: list[Note], random: object) -> None:
    shuffled = list(given_notes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert skyline(shuffled) == skyline(given_notes)


@given(notes)
def test_a_single_voice_is_left_alone(given_notes: list[Note]) -> None:
    line, _ = skyline(given_notes)
    assert skyline(line) == (line, 0)


def test_of_a_chord_the_highest_note_is_kept() -> None:
    chord = [Note(F(0), F(1), pitch) for pitch in range(128)]
    assert skyline(chord) == ((chord[-1],), 127)


def test_a_bass_note_under_a_held_note_is_left_out() -> None:
    held, bass = Note(F(0), F(4), 72), Note(F(1), F(1), 48)
    assert skyline([held, bass]) == ((held,), 1)


def test_a_legato_overlap_is_cut() -> None:
    line, n_changed = skyline([Note(F(0), F(9, 8), 72), Note(F(1), F(1), 71)])
    assert [(n.onset_quarters, n.duration_quarters, n.pitch) for n in line] == [
        (F(0), F(1), 72),
        (F(1), F(1), 71),
    ]
    assert n_changed == 1


def test_a_higher_entry_cuts_the_lower_note() -> None:
    line, n_changed = skyline([Note(F(0), F(4), 60), Note(F(1), F(1), 72)])
    assert [n.duration_quarters for n in line] == [F(1), F(1)]
    assert n_changed == 1


def test_tied_parts_are_cut_with_the_note() -> None:
    tied = Note(F(0), F(4), 60, tied=(F(1), F(2), F(1)))
    assert cut_note(tied, F(2)).tied == (F(1), F(1))
    assert cut_note(tied, F(1)).tied == ()
