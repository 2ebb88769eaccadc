"""Experts: how they are written, what they see of a melody, how well they predict."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.melodies import melodies
from tests.domains.music.moment_oracle import best_keys
from tests.engine.mixture_oracle import Oracle

from clinamen.domains.music.events import MelodyEvents, melody_events
from clinamen.domains.music.experts import (
    FRAMES,
    N_CLASSES,
    Expert,
    PitchExperts,
    default_experts,
    parse_experts,
)
from clinamen.domains.music.mixture_evaluation import cross_validate_mixture
from clinamen.domains.music.moments import COMPONENTS, KNOWABLE, component_table, find_component
from clinamen.domains.music.notes import Melody, Note
from clinamen.domains.music.viewpoints import UNDEFINED
from clinamen.engine._mixture_kernels import NO_CONTEXT
from clinamen.engine.mixture import MixtureOptions
from clinamen.engine.symbols import NO_SYMBOL
from clinamen.errors import ClinamenError, MissingError, ParameterError

ALPHABET = np.arange(128)
FEW = parse_experts(
    """
    cpint  | cpint@1
    degree | bar_degree posinbar
    degree | liph
    cpitch | always
    cpintfip | cpitch@1 dur
    guessed | guessed_degree1
    """
)
random_events = melodies(max_notes=20).map(melody_events)
small_sets = st.lists(melodies(max_notes=6).map(melody_events), min_size=2, max_size=5)
subsets_known = st.sets(st.sampled_from(sorted(KNOWABLE))).map(frozenset)


# How experts are written


def test_lines_comments_and_blanks():
    text = "# all\n\n  cpint |  cpint@1   posinbar # why\ncpitch|always"
    assert parse_experts(text) == (
        Expert("cpint", ("cpint@1", "posinbar")),
        Expert("cpitch", ("always",)),
    )
    assert parse_experts("") == ()


@given(st.lists(st.sampled_from(default_experts()), unique=True))
def test_written_and_read_experts_are_the_same(experts):
    assert parse_experts("\n".join(map(str, experts))) == tuple(experts)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("cpint", ParameterError, "line 1: an expert is"),
        ("cpint |", ParameterError, "line 1: an expert is"),
        ("| always", ParameterError, "line 1: an expert is"),
        ("\nliph | always", ParameterError, "line 2: an expert is"),
        ("cpint | nothing", MissingError, "nothing"),
        ("cpint | always | cpitch@1", MissingError, "'|'"),
        ("cpint | always\ncpint|always", ParameterError, "line 2: .* is there already"),
        ("cpint | cpint", ParameterError, "cpint .* lag"),
        ("cpitch | dur cpitch@0", ParameterError, "cpitch@0 .* lag"),
        ("degree | cpintfref", ParameterError, "cpintfref .* lag"),
        ("cpint | contour", ParameterError, "contour .* lag"),
        ("cpint | cpintfip", ParameterError, "cpintfip .* lag"),
    ],
)
def test_lines_that_are_wrong(text, error, message):
    with pytest.raises(error, match=message):
        parse_experts(text)


@given(st.text(alphabet="cpint|@12#\n degrliph²", max_size=30))
def test_any_text_is_read_or_refused(text):
    with suppress(ClinamenError):
        parse_experts(text)


@given(subsets_known)
def test_shipped_experts_do_with_what_is_known(known):
    experts = default_experts(known)
    assert len(set(experts)) == len(experts) > 50
    lens = PitchExperts(known=known)
    assert lens.experts
    for expert in experts:
        needs = {"key"} if expert.frame == "degree" else set()
        for name in expert.looks_at:
            needs |= find_component(name)[0].needs
        assert (expert in lens.experts) == (needs <= known)
    assert set(default_experts()) == set(PitchExperts().experts)


def test_experts_for_pitches_alone_guess_the_key():
    experts = PitchExperts(known=frozenset()).experts
    assert experts == default_experts(frozenset())
    assert any(expert.frame == "guessed" for expert in experts)
    assert not any(expert.frame == "guessed" for expert in default_experts())


def test_experts_that_cannot_be():
    with pytest.raises(ParameterError, match="known must be among"):
        PitchExperts(known=frozenset({"pitch"}))
    with pytest.raises(ParameterError, match="no expert does with knowing pitches only"):
        PitchExperts(parse_experts("degree | always"), frozenset())
    with pytest.raises(ParameterError, match=r"no expert does with knowing \['onset'\]"):
        PitchExperts(parse_experts("cpint | dur"), frozenset({"onset"}))
    with pytest.raises(ParameterError, match="no expert"):
        PitchExperts(())
    for wrong in ("cpint | always", ["cpint | always"], 3):
        with pytest.raises(ParameterError, match="experts must be"):
            PitchExperts(wrong)


# What they see


@given(random_events, subsets_known)
@settings(deadline=None, max_examples=40)
def test_symbols_are_the_images_of_what_came(events, known):
    view = PitchExperts(known=known).view(events, ALPHABET)
    index = np.arange(len(events))
    assert view.came.tolist() == events.pitch.tolist()
    assert np.array_equal(view.symbols, view.images[view.image_index, :, view.came])
    assert view.symbols.shape == (len(events), len(FRAMES))
    # Candidates differ in every frame that is defined, or they would share their votes.
    for row in view.images.reshape(-1, len(ALPHABET)):
        assert (row == NO_SYMBOL).all() or len(np.unique(row)) == len(row)
    assert np.array_equal(view.classes[:, 0], np.minimum(index, 15))
    assert (view.classes >= 0).all()
    assert (view.classes < N_CLASSES).all()


@given(random_events)
@settings(deadline=None, max_examples=40)
def test_frames_are_what_they_say(events):
    view = PitchExperts(FEW).view(events, ALPHABET)
    symbol = dict(zip(FRAMES, view.symbols.T.tolist(), strict=True))
    pitches = events.pitch.tolist()
    for t, pitch in enumerate(pitches):
        tonic, first = int(events.tonic[t]), t == 0
        assert symbol["cpitch"][t] == pitch
        degree = pitch - tonic + 12 if tonic >= 0 else NO_SYMBOL
        assert symbol["degree"][t] == degree
        assert symbol["cpint"][t] == (NO_SYMBOL if first else pitch - pitches[t - 1] + 128)
        assert symbol["cpintfip"][t] == (NO_SYMBOL if first else pitch - pitches[0] + 128)
        guesses = {pitch - key % 12 + 12 for key in best_keys(pitches[:t])} if t else {NO_SYMBOL}
        assert symbol["guessed"][t] in guesses
        last = abs(pitches[t - 1] - pitches[t - 2]) if t >= 2 else 7
        assert view.classes[t].tolist() == [min(t, 15), min(last, 7)]


@given(st.lists(random_events, min_size=1, max_size=4))
@settings(deadline=None, max_examples=30)
def test_codes_differ_just_where_what_is_looked_at_differs(given_events):
    experts = FEW + parse_experts("cpint | posinbar bar_degree\ncpint | cpint@2\ncpitch | cpint@1")
    lens = PitchExperts(experts)
    seen = {}
    for events in given_events:
        codes = lens.view(events, ALPHABET).codes
        for number, expert in enumerate(experts):
            table = component_table(events, expert.looks_at)
            for code, row in zip(codes[:, number].tolist(), table.tolist(), strict=True):
                assert (code == NO_CONTEXT) == (UNDEFINED in row)
                if code != NO_CONTEXT:
                    assert seen.setdefault(code, (number, row)) == (number, row)
    assert len(set(map(str, seen.values()))) == len(seen)


def altered(events: MelodyEvents, first: int) -> MelodyEvents:
    """Other pitches from a note on, other times after it."""
    pitch, onset, duration = events.pitch.copy(), events.onset.copy(), events.duration.copy()
    pitch[first:] = 127 - pitch[first:]
    onset[first + 1 :] += 5040
    duration[first + 1 :] += 2520
    return replace(events, pitch=pitch, onset=onset, duration=duration)


@given(random_events, subsets_known, st.data())
@settings(deadline=None, max_examples=60)
def test_a_view_depends_on_nothing_later(events, known, data):
    """Phrase ends apart, which are known beforehand and which these changes leave alone."""
    first = data.draw(st.integers(0, len(events) - 1))
    lens = PitchExperts(known=known)
    here, there = lens.view(events, ALPHABET), lens.view(altered(events, first), ALPHABET)
    for name in ("codes", "images", "classes"):
        one, other = getattr(here, name), getattr(there, name)
        assert np.array_equal(one[: first + 1], other[: first + 1]), name
    assert np.array_equal(here.symbols[:first], there.symbols[:first])


@given(random_events, subsets_known)
@settings(deadline=None, max_examples=40)
def test_a_view_depends_on_nothing_that_is_not_known(events, known):
    blurred = events
    if "key" not in known:
        nothing = np.zeros_like(events.pitch)
        blurred = replace(blurred, tonic=nothing - 1, mode=nothing, fifths=nothing, scale=nothing)
    if "phrase" not in known:
        blurred = replace(blurred, phrase_start=np.full(len(events), -1))
    if "onset" not in known:
        blurred = replace(blurred, onset=np.arange(len(events)) * 7)
    if "duration" not in known:
        blurred = replace(blurred, duration=np.ones_like(events.duration))
    lens = PitchExperts(known=known)
    here, there = lens.view(events, ALPHABET), lens.view(blurred, ALPHABET)
    for name in ("codes", "images", "classes", "symbols"):
        assert np.array_equal(getattr(here, name), getattr(there, name)), name


def test_pitches_outside_the_alphabet_are_refused():
    events = melody_events(Melody(notes_of([60, 62, 64])))
    for alphabet in ([60, 62], [62, 64], [60, 64]):
        with pytest.raises(ParameterError, match="alphabet"):
            PitchExperts(FEW).view(events, np.array(alphabet))


def test_every_pitch_of_midi_fits_every_frame():
    for pitches in ([0, 127, 0, 0, 127], [127, 0, 127]):
        for fifths_tonic in (0, 11):
            events = melody_events(Melody(notes_of(pitches)))
            events = replace(events, tonic=np.full(len(pitches), fifths_tonic))
            view = PitchExperts(FEW).view(events, ALPHABET)
            assert view.images[1:].min() >= 0
            assert view.images.max() < view.n_symbols


# How well they predict


def notes_of(pitches) -> tuple[Note, ...]:
    return tuple(Note(Fraction(t), Fraction(1), pitch) for t, pitch in enumerate(pitches))


def expected_bits(melodies, folds, known, experts, options):
    """The protocol with the oracle's mixture: bits and entropy of every note."""
    lens = PitchExperts(experts, known)
    alphabet = np.unique(np.concatenate([events.pitch for events in melodies]))
    views = [lens.view(events, alphabet) for events in melodies]
    frames = [FRAMES.index(expert.frame) for expert in lens.experts]
    found = {}
    for train, test in folds:
        oracle = Oracle(frames, N_CLASSES, options)
        oracle.count([views[place] for place in train])
        oracle.learn_weights([views[place] for place in train])
        for place in test:
            rows = oracle.predict(views[place])
            bits = -np.log2(rows[np.arange(len(rows)), views[place].came])
            found[place] = bits, -(rows * np.log2(rows)).sum(axis=1)
            oracle.count([views[place]])
    return found


@given(small_sets, subsets_known)
@settings(deadline=None, max_examples=15)
def test_cross_validation_is_the_protocol(melodies, known):
    options = MixtureOptions(n_passes=2, rate=0.3, spread=1.0)
    found = cross_validate_mixture(melodies, 2, known=known, experts=FEW, options=options)
    expected = expected_bits(melodies, found.folds, known, FEW, options)
    for place, (bits, entropy) in expected.items():
        assert found.information_content[place] == pytest.approx(bits, abs=1e-8)
        assert found.entropy[place] == pytest.approx(entropy, abs=1e-8)
    assert found.known == known
    assert found.n_notes == sum(map(len, melodies))


def tiny_corpus() -> list[Melody]:
    rng = np.random.default_rng(3)
    return [
        Melody(notes_of(60 + np.cumsum(rng.integers(-2, 3, length)) % 12))
        for length in (9, 5, 7, 1)
    ]


def test_results_tell_what_they_are():
    options = MixtureOptions(n_passes=1)
    found = cross_validate_mixture(tiny_corpus(), 2, options=options)
    assert "learned mixture" in repr(found)
    plain = json.loads(json.dumps(found.to_plain()))
    assert plain["options"]["n_passes"] == 1
    assert plain["known"] == sorted(KNOWABLE)
    assert plain["n_notes"] == 22
    assert found.viewpoints == (f"{len(PitchExperts().experts)} experts",)
    frame = found.to_frame()
    assert len(frame) == 22
    assert (
        frame["information_content"].tolist() == np.concatenate(found.information_content).tolist()
    )
    assert len(found.to_frame(idyom=True)) == 22


def test_same_corpus_and_seed_give_the_same_bits():
    one, same = (cross_validate_mixture(tiny_corpus(), 2, seed=5) for _ in range(2))
    for bits, others in zip(one.information_content, same.information_content, strict=True):
        assert np.array_equal(bits, others)


def test_progress_is_told():
    told = []
    cross_validate_mixture(
        tiny_corpus(), 2, experts=FEW, progress=lambda done, of: told.append((done, of))
    )
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"options": 3},
        {"known": None},
        {"known": "onset"},
        {"known": ["pitch"]},
        {"known": [[]]},
        {"experts": "cpint | always"},
        {"experts": ()},
        {"folds": 1},
        {"folds": 5},
        {"folds": "ten"},
    ],
)
def test_arguments_of_the_wrong_kind(wrong):
    with pytest.raises(ParameterError):
        cross_validate_mixture(tiny_corpus(), **{"folds": 2, **wrong})


def test_no_melodies():
    with pytest.raises(ParameterError):
        cross_validate_mixture([], 2)


def test_every_component_may_be_looked_at_with_a_lag():
    lens = PitchExperts([Expert("cpint", (f"{name}@1",)) for name in COMPONENTS])
    assert len(lens.experts) == len(COMPONENTS)
