"""What experts see of one melody or of several, and what they must not."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.expert_cases import FEW, random_events, settings_known, some_alphabet

from clinamen.domains.music import experts as experts_module
from clinamen.domains.music._moment_columns import Columns
from clinamen.domains.music.events import MelodyEvents, melody_events
from clinamen.domains.music.experts import (
    KNOWABLE,
    Expert,
    Experts,
    parse_experts,
    usually_known,
)
from clinamen.domains.music.frames import FRAMES, N_CLASSES, N_SYMBOLS
from clinamen.domains.music.moments import COMPONENTS, component_table
from clinamen.domains.music.notes import Melody, Note
from clinamen.domains.music.projection import TARGETS, target_values
from clinamen.domains.music.viewpoints import UNDEFINED
from clinamen.engine._mixture_kernels import NO_CONTEXT
from clinamen.engine.mixture import ExpertView
from clinamen.engine.symbols import NO_SYMBOL
from clinamen.errors import ParameterError


@given(random_events, settings_known())
@settings(deadline=None, max_examples=60)
def test_symbols_are_the_images_of_what_came(events, setting):
    target, known = setting
    alphabet = some_alphabet(target, events)
    view = Experts(target, known=known).view(events, alphabet)
    assert alphabet[view.came].tolist() == target_values(events, target).tolist()
    assert np.array_equal(view.symbols, view.images[view.image_index, :, view.came])
    assert view.symbols.shape == (len(events), len(FRAMES[target]))
    assert view.n_symbols == N_SYMBOLS[target]
    assert np.array_equal(view.classes[:, 0], np.minimum(np.arange(len(events)), 15))
    assert (view.classes >= 0).all()
    assert (view.classes < N_CLASSES[target]).all()


@given(st.lists(random_events, min_size=1, max_size=4))
@settings(deadline=None, max_examples=30)
def test_codes_differ_just_where_what_is_looked_at_differs(given_events):
    experts = FEW + parse_experts("cpint | posinbar bar_degree\ncpint | cpint@2\ncpitch | cpint@1")
    lens = Experts("pitch", experts)
    seen = {}
    for events in given_events:
        codes = lens.view(events, np.arange(128)).codes
        for number, expert in enumerate(experts):
            table = component_table(events, expert.looks_at)
            for code, row in zip(codes[:, number].tolist(), table.tolist(), strict=True):
                assert (code == NO_CONTEXT) == (UNDEFINED in row)
                if code != NO_CONTEXT:
                    assert seen.setdefault(code, (number, row)) == (number, row)
    assert len(set(map(str, seen.values()))) == len(seen)


def same_until(here: ExpertView, there: ExpertView, last: int) -> None:
    """Nothing that a prediction is made from differs up to a note; nor what came before it."""
    for name in ("codes", "classes"):
        one, other = getattr(here, name), getattr(there, name)
        assert np.array_equal(one[: last + 1], other[: last + 1]), name
    for event in range(last + 1):
        one, other = (view.images[view.image_index[event]] for view in (here, there))
        assert np.array_equal(one, other), event
    assert np.array_equal(here.symbols[:last], there.symbols[:last])


def seen_by_all(target: str, known: frozenset[str]) -> Experts:
    """Experts that look at all that may be looked at, in all frames."""
    frames = [Expert(frame, ("always",)) for frame in FRAMES[target]]
    looking = []
    for name in COMPONENTS:
        for lag in ("", "@1", "@2"):
            with suppress(ParameterError):
                looking.append(Expert(FRAMES[target][0], (name + lag,)))
    return Experts(target, frames + looking, known)


@given(random_events, settings_known(), st.data())
@settings(deadline=None, max_examples=150)
def test_a_view_shows_nothing_that_is_not_known_yet(events, setting, data):
    """Other values of the note where they are not known, of all later notes, and, before an
    onset, of how long the last note lasts. Phrase ends are known, and stay as they are."""
    target, known = setting
    first = data.draw(st.integers(0, len(events) - 1))
    n_later = len(events) - first
    numbers = st.lists(st.integers(0, 40), min_size=n_later, max_size=n_later).map(np.array)
    pitch, onset, duration = events.pitch.copy(), events.onset.copy(), events.duration.copy()
    pitch[first:] = 30 + data.draw(numbers)
    onset[first:] += np.cumsum(data.draw(numbers)) * 1260
    duration[first:] = 1 + data.draw(numbers) * 1260
    if "pitch" in known:
        pitch[first] = events.pitch[first]
    if target == "onset" and first:
        duration[first - 1] = 1
    elif target != "onset" and ("onset" in known or target == "duration"):
        onset[first:] += events.onset[first] - onset[first]
    if "duration" in known:
        duration[first] = events.duration[first]
    other = replace(events, pitch=pitch, onset=onset, duration=duration)
    lens, alphabet = seen_by_all(target, known), some_alphabet(target, events, other)
    here, there = lens.view(events, alphabet), lens.view(other, alphabet)
    if target == "duration" and first:
        assert np.array_equal(here.came[:first], there.came[:first])
    same_until(here, there, first)


@given(random_events, settings_known())
@settings(deadline=None, max_examples=60)
def test_a_view_depends_on_nothing_that_is_not_known(events, setting):
    target, known = setting
    blurred = events
    if "key" not in known:
        nothing = np.zeros_like(events.pitch)
        blurred = replace(blurred, tonic=nothing - 1, mode=nothing, fifths=nothing, scale=nothing)
    if "chords" not in known:
        nothing = np.empty(0, dtype=np.int64)
        blurred = replace(blurred, chord_onset=nothing, chord_root=nothing, chord_quality=nothing)
    if "phrase" not in known:
        blurred = replace(blurred, phrase_start=np.full(len(events), -1))
    if target == "pitch" and "onset" not in known:
        blurred = replace(
            blurred, onset=np.arange(len(events)) * 7, duration=np.ones_like(events.duration)
        )
    lens, alphabet = seen_by_all(target, known), some_alphabet(target, events)
    here, there = lens.view(events, alphabet), lens.view(blurred, alphabet)
    same_until(here, there, len(events) - 1)
    assert np.array_equal(here.symbols, there.symbols)


def assert_alike(here: ExpertView, there: ExpertView) -> None:
    for name in ("codes", "symbols", "came", "classes", "n_symbols"):
        assert np.array_equal(getattr(here, name), getattr(there, name)), name
    images = [view.images[view.image_index] for view in (here, there)]
    assert np.array_equal(*images)


@given(
    st.lists(random_events, max_size=6),
    settings_known(),
    st.sampled_from([1, 7, 25, 4096]),
    st.booleans(),
)
@settings(deadline=None, max_examples=100)
def test_melodies_look_together_as_they_do_one_by_one(several, setting, most_notes, following):
    """However many are looked at together."""
    target, known = setting
    lens, alphabet = seen_by_all(target, known), some_alphabet(target, *several)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(experts_module, "_MOST_NOTES", most_notes)
        views = list(lens.views(iter(several), alphabet, following=following))
    for events, view in zip(several, views, strict=True):
        assert_alike(view, lens.view(events, alphabet, following=following))


@given(st.lists(random_events, max_size=4), settings_known(), st.booleans())
@settings(deadline=None, max_examples=40)
def test_without_candidates_melodies_are_counted_alike(several, setting, following):
    target, known = setting
    lens, alphabet = Experts(target, known=known), some_alphabet(target, *several)
    whole = lens.views(several, alphabet, following=following)
    for here, there in zip(lens.views(several, following=following), whole, strict=True):
        assert np.array_equal(here.codes, there.codes)
        assert np.array_equal(here.symbols, there.symbols)
        assert (here.came == -1).all()
        assert here.images.shape == (1, len(FRAMES[target]), 0)


FAR = 2**42
"""As far apart as melodies are laid when they are looked at together."""


ODD = {
    "late": lambda events: replace(events, onset=events.onset + FAR),
    "early": lambda events: replace(events, onset=events.onset - FAR),
    "falling": lambda events: replace(events, onset=events.onset[::-1].copy()),
    "long bars": lambda events: replace(events, bar_length=events.bar_length + FAR, pickup=5040),
    "late bars": lambda events: replace(
        events, bar_onset=events.bar_onset + FAR * (events.bar_onset > 0)
    ),
    "late chords": lambda events: replace(events, chord_onset=events.chord_onset + FAR),
    "early chords": lambda events: replace(events, chord_onset=events.chord_onset - FAR),
    "falling chords": lambda events: replace(events, chord_onset=events.chord_onset[::-1].copy()),
    "falling bars": lambda events: replace(events, bar_onset=events.bar_onset[::-1].copy()),
    "pickup": lambda events: replace(events, pickup=FAR),
    "high": lambda events: replace(events, pitch=events.pitch + FAR),
    "low": lambda events: replace(events, pitch=events.pitch - FAR),
    "all of it": lambda events: replace(events, onset=events.onset + 2**62 // 3),
    "phrases": lambda events: replace(events, phrase_start=np.full(len(events), len(events))),
}


@given(random_events, random_events, st.sampled_from(sorted(ODD)), st.booleans())
@settings(deadline=None, max_examples=120)
def test_columns_made_by_hand_do_not_spoil_the_melodies_beside_them(events, other, name, first):
    odd = ODD[name](other)
    pair = [odd, events] if first else [events, odd]
    for target in TARGETS:
        known = usually_known(target) | (KNOWABLE[target] & {"chords"})
        lens, alphabet = seen_by_all(target, known), some_alphabet(target, *pair)
        views = lens.views(pair, alphabet)
        for each in pair:
            try:
                alone = lens.view(each, alphabet)
            except (ParameterError, IndexError) as error:
                with pytest.raises(type(error)):
                    next(views)
                break
            assert_alike(next(views), alone)


def test_melodies_are_looked_at_together_in_bounded_numbers():
    events = melody_events(Melody(notes_of([60, 62, 64])))
    sizes = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            experts_module, "Columns", lambda batch: sizes.append(len(batch)) or Columns(batch)
        )
        for n_alphabet, expected in ((2**7, [1365, 635]), (2**14, [21] * 95 + [5])):
            sizes.clear()
            alphabet = 10080 * np.arange(n_alphabet)
            for view in Experts("onset").views([events] * 2000, alphabet):
                assert len(view.came) == 3
            assert sizes == expected
        sizes.clear()
        patch.setattr(experts_module, "_MOST_IMAGES", 128)
        list(Experts("pitch", FEW).views([events] * 3, np.arange(128)))
        assert sizes == [1, 1, 1]
    assert list(Experts("pitch", FEW).views([], np.arange(128))) == []


def test_what_the_alphabet_lacks_is_told_of_all_melodies():
    several = [melody_events(Melody(notes_of(pitches))) for pitches in ([60, 61], [62], [60, 63])]
    with pytest.raises(ParameterError, match=r"for pitch: \[61, 63\]"):
        list(Experts("pitch", FEW).views(several, np.array([60, 62])))


def shortened(events: MelodyEvents, n_notes: int) -> MelodyEvents:
    names = ("onset", "duration", "pitch", "tonic", "mode", "fifths", "scale", "phrase_start")
    return replace(events, **{name: getattr(events, name)[:n_notes] for name in names})


@given(random_events, settings_known(), st.data())
@settings(deadline=None, max_examples=60)
def test_notes_so_far_give_the_same_view(events, setting, data):
    target, known = setting
    n_notes = data.draw(st.integers(1, len(events)))
    part = shortened(events, n_notes)
    lens, alphabet = Experts(target, known=known - {"phrase"}), some_alphabet(target, events)
    same_until(lens.view(events, alphabet), lens.view(part, alphabet), n_notes - 1)


@given(random_events, settings_known(), st.data())
@settings(deadline=None, max_examples=60)
def test_what_follows_is_seen_as_if_it_had_come_where_the_last_note_ends(events, setting, data):
    target, known = setting
    n_notes = data.draw(st.integers(1, len(events)))
    part = shortened(events, n_notes)
    known -= {"phrase", "duration"}
    lens = Experts(target, known=known)
    alphabet = some_alphabet(target, events)
    view = lens.view(part, alphabet, following=True)
    plain = lens.view(part, alphabet)
    same_until(plain, view, n_notes - 1)
    assert view.came.tolist() == [*plain.came.tolist(), -1]
    assert (view.symbols[-1] == NO_SYMBOL).all()
    legato = n_notes < len(events) and events.onset[n_notes] == (
        events.onset[n_notes - 1] + events.duration[n_notes - 1]
    )
    alike = n_notes < len(events) and events.tonic[n_notes] == events.tonic[n_notes - 1]
    alike = alike and events.mode[n_notes] == events.mode[n_notes - 1]
    # An onset is predicted from earlier notes alone, a pitch from when it comes as well.
    if alike and (target == "onset" or (target == "pitch" and legato)):
        same_until(view, lens.view(events, alphabet), n_notes)


def test_the_bar_after_the_last_one_is_there_for_what_follows():
    """Four quarters fill the bar: the next note comes on the first beat of the second bar."""
    events = melody_events(Melody(notes_of([60, 62, 64, 65])))
    assert len(events.bar_onset) == 1
    experts = parse_experts("cpint | posinbar\ncpint | bar_of_2\ncpint | notes_in_bar")
    five = replace(
        melody_events(Melody(notes_of([60, 62, 64, 65, 65]))),
    )
    lens = Experts("pitch", experts)
    view = lens.view(events, np.arange(128), following=True)
    assert np.array_equal(view.codes, lens.view(five, np.arange(128)).codes)


def test_values_outside_the_alphabet_are_refused():
    events = melody_events(Melody(notes_of([60, 62, 64])))
    for alphabet in ([60, 62], [62, 64], [60, 64]):
        with pytest.raises(ParameterError, match="alphabet lacks values of the melody for pitch"):
            Experts("pitch", FEW).view(events, np.array(alphabet))
    with pytest.raises(ParameterError, match=r"for duration: \[10080\]"):
        Experts("duration").view(events, np.array([5040]))


def test_every_pitch_of_midi_fits_every_frame():
    for pitches in ([0, 127, 0, 0, 127], [127, 0, 127]):
        for fifths_tonic in (0, 11):
            events = melody_events(Melody(notes_of(pitches)))
            events = replace(events, tonic=np.full(len(pitches), fifths_tonic))
            view = Experts("pitch", FEW).view(events, np.arange(128))
            # All but the last frame, which needs chords.
            assert view.images[view.image_index[1:], :-1].min() >= 0
            assert view.images.max() < view.n_symbols


def notes_of(pitches) -> tuple[Note, ...]:
    return tuple(Note(Fraction(t), Fraction(1), pitch) for t, pitch in enumerate(pitches))
