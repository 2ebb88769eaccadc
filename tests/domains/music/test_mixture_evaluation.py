"""How well experts predict, against the protocol written a second time."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.melodies import melodies, songs
from tests.engine.mixture_oracle import Oracle

from clinamen.domains.music.events import melody_events
from clinamen.domains.music.experts import KNOWABLE, Experts, parse_experts, usually_known
from clinamen.domains.music.frames import FRAMES, N_CLASSES
from clinamen.domains.music.mixture_evaluation import cross_validate_mixture
from clinamen.domains.music.notes import ChordSymbol, Melody, Note, Song
from clinamen.domains.music.projection import TARGETS, Alphabets
from clinamen.engine.mixture import MixtureOptions
from clinamen.errors import ParameterError

FEW = {
    "onset": parse_experts("bioi | bioi@1\nnext_beat | cpint@1\nbioi_ratio | always\nbioi | liph"),
    "pitch": parse_experts("cpint | cpint@1\ndegree | liph\ncpitch | always\nguessed | cpitch@1"),
    "duration": parse_experts("dur | posinbar\nend_beat | cpint\ndur_bioi | always\ndur | fiph"),
}
small_sets = st.lists(melodies(max_notes=6).map(melody_events), min_size=2, max_size=5)


def notes_of(pitches) -> tuple[Note, ...]:
    return tuple(Note(Fraction(t), Fraction(1), pitch) for t, pitch in enumerate(pitches))


def expected_bits(melodies, folds, target, known, options):
    """The protocol with the oracle's mixture: bits and entropy of every note."""
    lens = Experts(target, FEW[target], known)
    alphabet = Alphabets.of(melodies).of_target(target)
    views = [lens.view(events, alphabet) for events in melodies]
    frames = [FRAMES[target].index(expert.frame) for expert in lens.experts]
    found = {}
    for train, test in folds:
        oracle = Oracle(frames, N_CLASSES[target], options)
        oracle.count([views[place] for place in train])
        oracle.learn_weights([views[place] for place in train])
        for place in test:
            rows = oracle.predict(views[place])
            bits = -np.log2(rows[np.arange(len(rows)), views[place].came])
            found[place] = bits, -(rows * np.log2(rows)).sum(axis=1)
            oracle.count([views[place]])
    return found


@given(small_sets, st.sampled_from(TARGETS), st.data())
@settings(deadline=None, max_examples=20)
def test_cross_validation_is_the_protocol(melodies, target, data):
    known = frozenset(data.draw(st.sets(st.sampled_from(sorted(KNOWABLE[target])))))
    if target == "duration" or "duration" in known:
        known |= {"onset"}
    options = MixtureOptions(n_passes=2, rate=0.3, spread=1.0)
    found = cross_validate_mixture(
        melodies, 2, target=target, known=known, experts=FEW[target], options=options
    )
    expected = expected_bits(melodies, found.folds, target, known, options)
    for place, (bits, entropy) in expected.items():
        assert found.information_content[place] == pytest.approx(bits, abs=1e-8)
        assert found.entropy[place] == pytest.approx(entropy, abs=1e-8)
    assert (found.known, found.target) == (known, target)
    assert found.n_notes == sum(map(len, melodies))
    assert found.n_alphabet == len(Alphabets.of(melodies).of_target(target))


@given(small_sets, st.sets(st.sampled_from(["key", "phrase"])))
@settings(deadline=None, max_examples=10)
def test_joint_is_the_onset_and_then_the_pitch(melodies, known):
    options = MixtureOptions(n_passes=1)
    experts = (*FEW["onset"], *FEW["pitch"])
    found = cross_validate_mixture(
        melodies, 2, target="joint", known=known, experts=experts, options=options
    )
    onset, pitch = (
        cross_validate_mixture(
            melodies, 2, target=target, known=facts, experts=FEW[target], options=options
        )
        for target, facts in (("onset", known), ("pitch", known | {"onset"}))
    )
    assert set(found.parts) == {"onset", "pitch"}
    for place in range(len(melodies)):
        for name in ("information_content", "entropy"):
            one, other = getattr(onset, name)[place], getattr(pitch, name)[place]
            assert np.array_equal(getattr(found.parts["onset"], name)[place], one)
            assert np.array_equal(getattr(found.parts["pitch"], name)[place], other)
            assert np.array_equal(getattr(found, name)[place], one + other)
    assert found.n_alphabet == onset.n_alphabet * pitch.n_alphabet
    assert found.known == known
    assert found.to_plain()["parts"]["pitch"]["known"] == sorted(known | {"onset"})


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
    assert plain["known"] == sorted(usually_known("pitch"))
    assert plain["n_notes"] == 22
    assert found.viewpoints == (f"{len(Experts('pitch').experts)} experts",)
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
        tiny_corpus(), 2, experts=FEW["pitch"], progress=lambda done, of: told.append((done, of))
    )
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    told.clear()
    cross_validate_mixture(
        tiny_corpus(), 2, target="joint", progress=lambda done, of: told.append((done, of))
    )
    assert told == [(done, 8) for done in range(1, 9)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"options": 3},
        {"known": 3},
        {"known": "onset"},
        {"known": ["pitch"]},
        {"known": [[]]},
        {"experts": "cpint | always"},
        {"experts": ()},
        {"experts": parse_experts("bioi | always")},
        {"target": "chord"},
        {"target": "onset", "known": ["onset"]},
        {"target": "joint", "known": ["onset"]},
        {"target": "joint", "experts": parse_experts("bioi | always")},
        {"target": "joint", "experts": ["bioi | always"]},
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


@given(st.lists(songs(max_notes=6), min_size=2, max_size=4))
@settings(deadline=None, max_examples=10)
def test_chords_are_looked_at_only_where_they_are_said_to_be_known(several):
    options = MixtureOptions(n_passes=1)
    for target in (*TARGETS, "joint"):
        here = cross_validate_mixture(several, 2, target=target, options=options)
        bare = [song.melody for song in several]
        there = cross_validate_mixture(bare, 2, target=target, options=options)
        assert "chords" not in here.known
        for one, other in zip(here.information_content, there.information_content, strict=True):
            assert np.array_equal(one, other)


def test_songs_are_predicted_with_their_chords():
    """The notes are always the chord's root, which nothing else tells."""
    roots = np.random.default_rng(3).permutation(np.repeat([0, 5, 7, 9], 5)).tolist()
    names = {0: "C", 5: "F", 7: "G", 9: "Am"}
    several = []
    for turn in range(4):
        turned = roots[5 * turn :] + roots[: 5 * turn]
        chords = tuple(ChordSymbol(Fraction(t), names[root]) for t, root in enumerate(turned))
        several.append(Song(Melody(notes_of([60 + root for root in turned])), chords=chords))
    bits = {
        known: cross_validate_mixture(several, 4, known=known).mean_over_notes
        for known in (("onset",), ("onset", "chords"))
    }
    assert bits["onset", "chords"] < 0.6 * bits["onset",]
    joint = cross_validate_mixture(several, 4, target="joint", known=("chords",))
    assert joint.known == {"chords"}
    assert joint.parts["pitch"].known == {"chords", "onset"}
