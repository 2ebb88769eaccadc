"""Lenses: symbols of notes and of candidates, and what is known about the current note."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.melodies import melodies

from clinamen.domains.music.events import melody_events
from clinamen.domains.music.notes import Melody, Note
from clinamen.domains.music.projection import KNOWN, TARGETS, Alphabets, Lens
from clinamen.domains.music.viewpoints import Linked, find_viewpoint, parse_viewpoints
from clinamen.engine.symbols import NO_SYMBOL
from clinamen.errors import ParameterError

# Viewpoints whose formula looks at the note's own onset, pitch and duration, and links.
SYSTEMS = {
    "pitch": "cpitch, cpint, cpintfref, cpint*cpintfref, cpint*dur, cpint*bioi, cpintfref*posinbar",
    "onset": "bioi, bioi-ratio, bioi*posinbar, bioi*cpint, bioi*dur",
    "duration": "dur, dur-ratio, dur*cpint, dur*bioi",
}
CASES = [(target, v) for target, text in SYSTEMS.items() for v in parse_viewpoints(text)]


def attribute(target: str, events: object) -> np.ndarray:
    values: np.ndarray = getattr(events, target)
    return np.diff(values, prepend=values[:1]) if target == "onset" else values


@pytest.mark.parametrize(
    ("target", "viewpoint"), CASES, ids=lambda case: getattr(case, "name", case)
)
@given(melody=melodies(), everything_known=st.booleans())
@settings(deadline=None, max_examples=25)
def test_the_note_that_came_is_among_the_candidates(
    target: str, viewpoint: object, melody: Melody, everything_known: bool
) -> None:
    events = melody_events(melody)
    alphabets = Alphabets.of([events])
    known = frozenset(TARGETS) - {target} if everything_known else None
    lens = Lens(viewpoint, target, known=known)  # type: ignore[arg-type]
    projection = lens.project(events, alphabets)
    values = alphabets.of_target(target)
    assert projection.n_alphabet == len(values)
    unknown = sorted(lens.viewpoint.reads - {target} - (lens.known or set()))
    assert not (everything_known and unknown)
    widths = [len(alphabets.of_target(name)) for name in [target, *unknown]]
    for note in range(len(events)):
        image = projection.images[projection.image_index[note]].reshape(widths)
        place = tuple(
            int(np.searchsorted(alphabets.of_target(name), attribute(name, events)[note]))
            for name in [target, *unknown]
        )
        assert image[place] == projection.symbols[note]


@given(melodies(), melodies())
@settings(deadline=None, max_examples=40)
def test_symbols_are_numbered_alike_in_every_melody(one: Melody, other: Melody) -> None:
    lens = Lens(parse_viewpoints("cpint*bioi")[0], "pitch")
    alphabets = Alphabets.of([melody_events(one), melody_events(other)])
    before = lens.project(melody_events(one), alphabets).symbols.tolist()
    lens.project(melody_events(other), alphabets)
    again = lens.project(melody_events(one), alphabets)
    assert again.symbols.tolist() == before
    assert lens.sequence(melody_events(one)).symbols.tolist() == before
    assert max(before) < again.n_symbols


def tune() -> Melody:
    notes = [(0, 1, 60), (1, 2, 62), (3, 1, 60), (4, 2, 64), (7, 1, 62)]
    return Melody(tuple(Note(Fraction(on), Fraction(length), p) for on, length, p in notes))


def test_durations_are_summed_over_unless_they_are_said_to_be_known() -> None:
    events = melody_events(tune())
    alphabets = Alphabets.of([events])
    viewpoint = parse_viewpoints("cpint*dur")[0]
    assert KNOWN["pitch"] == {"onset"}
    assert Lens(viewpoint, "pitch").project(events, alphabets).images.shape == (5, 3 * 2)
    known = Lens(viewpoint, "pitch", known=frozenset({"onset", "duration"}))
    assert known.project(events, alphabets).images.shape == (5, 3)


def test_onsets_are_known_unless_they_are_said_not_to_be() -> None:
    events = melody_events(tune())
    alphabets = Alphabets.of([events])  # 3 pitches, inter-onset intervals 0 1 2 3
    viewpoint = parse_viewpoints("cpitch*bioi")[0]
    known = Lens(viewpoint, "pitch").project(events, alphabets)
    assert known.images.shape == (5, 3)
    unknown = Lens(viewpoint, "pitch", known=frozenset()).project(events, alphabets)
    assert unknown.images.shape[1] == 3 * 4


def test_what_is_undefined_has_no_symbol() -> None:
    events = melody_events(tune())
    projection = Lens(find_viewpoint("cpint"), "pitch").project(events, Alphabets.of([events]))
    assert projection.symbols[0] == NO_SYMBOL
    assert (projection.images[projection.image_index[0]] == NO_SYMBOL).all()
    assert (projection.symbols[1:] >= 0).all()


def test_one_image_for_all_notes_where_nothing_depends_on_the_note() -> None:
    events = melody_events(tune())
    projection = Lens(find_viewpoint("cpitch"), "pitch").project(events, Alphabets.of([events]))
    assert projection.images.shape == (1, 3)
    assert projection.image_index.tolist() == [0] * 5


@given(melodies(), melodies())
@settings(deadline=None, max_examples=40)
def test_the_alphabet_of_two_melodies_is_the_union(one: Melody, other: Melody) -> None:
    first, second = melody_events(one), melody_events(other)
    together, united = (
        Alphabets.of([first, second]),
        Alphabets.of([first]).union(Alphabets.of([second])),
    )
    for target in TARGETS:
        values = together.of_target(target)
        assert values.tolist() == united.of_target(target).tolist()
        assert values.tolist() == sorted(
            {*attribute(target, first).tolist(), *attribute(target, second).tolist()}
        )


def test_no_melody_gives_empty_alphabets() -> None:
    assert all(len(Alphabets.of([]).of_target(target)) == 0 for target in TARGETS)


def test_wrong_targets_are_refused() -> None:
    with pytest.raises(ParameterError, match="target must be onset, pitch, duration, not 'cpitch'"):
        Lens(find_viewpoint("cpitch"), "cpitch")
    with pytest.raises(ParameterError, match="target must be onset, pitch, duration, not 'bpm'"):
        Alphabets.of([]).of_target("bpm")
    with pytest.raises(ParameterError, match="dur says nothing about pitch"):
        Lens(find_viewpoint("dur"), "pitch")
    with pytest.raises(ParameterError, match=r"\(dur bioi\) says nothing about pitch"):
        Lens(Linked((find_viewpoint("dur"), find_viewpoint("bioi"))), "pitch")
