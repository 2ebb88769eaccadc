"""Cross-validation against IDyOM's figures and against the plain-Python oracle."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
import tests.engine.oracle as oracle
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.melodies import melodies
from tests.engine.idyom_reference import ALPHABETS, EVENTS, FOLDS, TOLERANCE_BITS, parse, reference

from clinamen.domains.music.evaluation import cross_validate, link_candidates, select_viewpoints
from clinamen.domains.music.events import melody_events
from clinamen.domains.music.notes import Melody, Note
from clinamen.domains.music.projection import Alphabets
from clinamen.domains.music.viewpoints import Linked, find_viewpoint, parse_viewpoints
from clinamen.engine.model import ModelOptions
from clinamen.engine.resampling import Folds, explicit_folds, interleaved_folds
from clinamen.errors import ParameterError

NAMES = list(EVENTS)
GIVEN = list(EVENTS.values())
GIVEN_FOLDS = explicit_folds([[NAMES.index(name) for name in fold] for fold in FOLDS])
MEMORIES = ("stm", "ltm", "ltm+", "both", "both+")

small_sets = st.lists(melodies(max_notes=8).map(melody_events), min_size=3, max_size=5)


@pytest.mark.parametrize(
    "name",
    [
        *(f"cpintXcpintfref_cpintXdur.{memory}" for memory in MEMORIES),
        "cpint_cpintfref.both+",
        "cpitch.ltm+",
        "TGTbioi.bioi.both+",
        "variant.d.ob3.ue1.mix0.ltm+",
    ],
)
def test_means_are_idyom_means(name):
    configuration = parse(name)
    (target, viewpoints) = next(iter(configuration.viewpoints.items()))
    options = ModelOptions(
        configuration.memory,  # type: ignore[arg-type]
        long_term=configuration.long_term,
        idyom=True,
    )
    found = cross_validate(GIVEN, viewpoints, folds=GIVEN_FOLDS, target=target, options=options)
    printed = [reference(name, melody) for melody in NAMES]
    heard = [rows[:, 0] for rows in printed]
    for ours, theirs in zip(found.information_content, heard, strict=True):
        assert np.abs(ours - theirs).max() < TOLERANCE_BITS
    by_melody = np.mean([bits.mean() for bits in heard])
    assert abs(found.mean_over_melodies - by_melody) < TOLERANCE_BITS
    assert abs(found.mean_over_notes - np.concatenate(heard).mean()) < TOLERANCE_BITS
    entropies = [rows[:, 1].mean() for rows in printed]
    assert abs(found.mean_entropy - np.mean(entropies)) < TOLERANCE_BITS
    # The two means differ on this data, so that neither can stand in for the other.
    assert abs(by_melody - np.concatenate(heard).mean()) > 100 * TOLERANCE_BITS


def intervals(pitches):
    """Values of the oracle's two viewpoints: pitch and interval, with their images."""

    def value(index, pitch):
        return pitch, (pitch - pitches[index - 1] if index else None)

    return value


def oracle_bits(pitches, folds: Folds, memory):
    """The protocol in plain Python: information content of every note of every melody."""
    alphabet = sorted({pitch for melody in pitches for pitch in melody})
    bits = {}
    for train, test in folds:
        stores = [oracle.Counts(), oracle.Counts()]
        for melody in train:
            for store, seen in zip(stores, seen_as(pitches[melody]), strict=True):
                store.start()
                for symbol in seen:
                    store.observe(symbol)
                store.end()
        for melody in test:
            bits[melody] = oracle_melody(pitches[melody], alphabet, stores, memory)
    return [bits[melody] for melody in range(len(pitches))]


def seen_as(melody):
    return melody, [b - a for a, b in pairwise(melody)]


def oracle_melody(melody, alphabet, long_term, memory):
    value, n = intervals(melody), len(alphabet)
    short_term = [oracle.Counts(), oracle.Counts()]
    found = []
    for store in long_term:
        store.start()
    for index, pitch in enumerate(melody):
        images = list(zip(*(value(index, candidate) for candidate in alphabet), strict=True))
        layers = []
        if memory != "stm":
            layers.append([(store, oracle.LONG_TERM) for store in long_term])
        if memory in ("stm", "both", "both+"):
            layers.append([(store, oracle.SHORT_TERM) for store in short_term])
        rows = []
        for layer in layers:
            parts = [
                oracle.predict(store, image, n, options)
                for (store, options), image in zip(layer, images, strict=True)
            ]
            rows.append(oracle.combine(parts, n, 2.0))
        found.append(-np.log2(oracle.combine(rows, n, 7.0)[alphabet.index(pitch)]))
        for symbol, long, short in zip(value(index, pitch), long_term, short_term, strict=True):
            if symbol is not None:
                short.observe(symbol)
                (long.observe if memory.endswith("+") else long.walk)(symbol)
    for store in long_term:
        (store.end if memory.endswith("+") else store.end_known)()
    return found


@given(
    st.lists(st.lists(st.integers(60, 63), min_size=1, max_size=7), min_size=2, max_size=5),
    st.sampled_from(MEMORIES),
    st.data(),
)
@settings(deadline=None, max_examples=60)
def test_every_note_agrees_with_the_protocol_in_plain_python(pitches, memory, data):
    folds = interleaved_folds(len(pitches), data.draw(st.integers(2, len(pitches))))
    found = cross_validate(
        [events_of(melody) for melody in pitches],
        "pitch interval",
        folds=folds,
        options=ModelOptions(memory),
    )
    expected = oracle_bits(pitches, folds, memory)
    np.testing.assert_allclose(
        np.concatenate(found.information_content), np.concatenate(expected), atol=1e-9
    )


def events_of(pitches):
    notes = (Note(Fraction(i), Fraction(1), pitch) for i, pitch in enumerate(pitches))
    return melody_events(Melody(tuple(notes)))


@given(small_sets, st.sampled_from(["pitch", "onset", "duration"]))
@settings(deadline=None, max_examples=25)
def test_figures_are_finite_and_bounded(given_melodies, target):
    viewpoint = {"pitch": "cpint*posinbar", "onset": "bioi", "duration": "dur*cpint"}[target]
    folds = interleaved_folds(len(given_melodies), 2)
    found = cross_validate(given_melodies, viewpoint, folds=folds, target=target)
    widest = np.log2(found.n_alphabet)
    for bits, entropy, events in zip(
        found.information_content, found.entropy, given_melodies, strict=True
    ):
        assert len(bits) == len(entropy) == len(events)
        assert np.isfinite(bits).all()
        assert (bits >= -1e-12).all()
        assert (entropy >= -1e-12).all()
        assert (entropy <= widest + 1e-9).all()


def test_a_melody_is_not_heard_before_it_is_predicted():
    # Two tunes and their copies: with copies in other folds the tune is known, in one not.
    tune = [60, 62, 64, 65, 67, 69, 71, 72, 71, 67, 64, 60]
    other = [72, 60, 71, 62, 69, 64, 67, 65, 66, 61, 63, 68]
    given_melodies = [events_of(pitches) for pitches in (tune, tune, other, other)]
    options = ModelOptions("ltm")
    known = cross_validate(given_melodies, "cpitch", folds=interleaved_folds(4, 2), options=options)
    groups = interleaved_folds(4, 2, groups=[0, 0, 1, 1])
    unknown = cross_validate(given_melodies, "cpitch", folds=groups, options=options)
    assert known.mean_over_melodies < 2.5 < 3.5 < unknown.mean_over_melodies


def test_a_wider_alphabet_costs_bits():
    wide = Alphabets(ALPHABETS.onset, np.arange(128), ALPHABETS.duration)
    options = ModelOptions("ltm")  # combined models can gain: their weights change too
    narrow = cross_validate(GIVEN, "cpitch", folds=GIVEN_FOLDS, options=options)
    wider = cross_validate(GIVEN, "cpitch", folds=GIVEN_FOLDS, options=options, alphabets=wide)
    assert (narrow.n_alphabet, wider.n_alphabet) == (len(ALPHABETS.pitch), 128)
    assert wider.mean_over_melodies > narrow.mean_over_melodies


def test_what_is_known_is_stated_and_matters():
    timed = cross_validate(GIVEN, "cpint*bioi", folds=GIVEN_FOLDS)
    assert timed.known == {"onset"}
    untimed = cross_validate(GIVEN, "cpint*bioi", folds=GIVEN_FOLDS, known=frozenset())
    assert untimed.known == frozenset()
    assert untimed.mean_over_melodies != timed.mean_over_melodies


def test_statement_holds_what_is_needed_to_repeat_it():
    found = cross_validate(GIVEN, "cpint,cpintfref linked", folds=GIVEN_FOLDS)
    stated = json.loads(json.dumps(found.to_plain()))
    again = cross_validate(
        GIVEN,
        " ".join(stated["viewpoints"]),
        folds=Folds.from_plain(stated["folds"]),
        target=stated["target"],
        known=frozenset(stated["known"]),
    )
    assert again.to_plain() == found.to_plain()
    assert stated["n_notes"] == 550
    assert stated["options"]["memory"] == "both+"


def test_progress_counts_every_melody():
    told = []
    cross_validate(GIVEN, "cpitch", folds=GIVEN_FOLDS, progress=lambda *now: told.append(now))
    assert told == [(number, 24) for number in range(1, 25)]


def test_what_does_not_fit_is_refused():
    with pytest.raises(ParameterError, match="folds of 3 items do not fit 24"):
        cross_validate(GIVEN, "cpitch", folds=interleaved_folds(3, 3))
    with pytest.raises(ParameterError, match="says nothing about pitch"):
        cross_validate(GIVEN, "dur", folds=GIVEN_FOLDS)
    with pytest.raises(ParameterError, match="target must be"):
        cross_validate(GIVEN, "cpitch", folds=GIVEN_FOLDS, target="colour")
    narrow = Alphabets(ALPHABETS.onset, ALPHABETS.pitch[:-1], ALPHABETS.duration)
    with pytest.raises(ParameterError, match="not in the alphabet"):
        cross_validate(GIVEN, "cpitch", folds=GIVEN_FOLDS, alphabets=narrow)
    with pytest.raises(ParameterError, match="at least one"):
        cross_validate(GIVEN, [], folds=GIVEN_FOLDS)


@pytest.mark.parametrize("max_parts", [1, 2, 3])
def test_candidates_are_all_links_that_read_the_target(max_parts):
    basic = [find_viewpoint(name) for name in ("cpint", "cpintfref", "posinbar", "dur")]
    made = link_candidates(basic, max_parts=max_parts)
    subsets = {frozenset(choice) for choice in product(basic, repeat=max_parts)}
    wanted = {chosen for chosen in subsets if any("pitch" in part.reads for part in chosen)}
    parts = [frozenset(v.parts if isinstance(v, Linked) else (v,)) for v in made]
    assert len(parts) == len(set(parts))
    assert set(parts) == wanted


def test_a_link_that_was_given_stays_and_gives_its_parts():
    made = link_candidates("cpint*cpintfref*posinbar", max_parts=1)
    assert [v.idyom_name for v in made] == ["cpint", "cpintfref", "(cpint cpintfref posinbar)"]


@pytest.mark.parametrize("method", ["forward", "backward", "stepwise", "hill_climb"])
def test_selected_viewpoints_beat_each_one_change_away(method):
    chosen = select_viewpoints(
        GIVEN, "cpitch cpint cpintfref", folds=GIVEN_FOLDS, method=method, max_parts=2
    )
    again = cross_validate(GIVEN, chosen.members, folds=GIVEN_FOLDS)
    assert again.mean_over_melodies == chosen.score
    assert chosen.score <= chosen.start_score
    if "drop" in chosen.moves and len(chosen.members) > 1:
        for left_out in chosen.members:
            fewer = [member for member in chosen.members if member != left_out]
            assert (
                cross_validate(GIVEN, fewer, folds=GIVEN_FOLDS).mean_over_melodies >= chosen.score
            )


def test_selection_starts_where_told_and_refuses_what_it_cannot_use():
    start = parse_viewpoints("cpitch")
    chosen = select_viewpoints(GIVEN, "cpitch", folds=GIVEN_FOLDS, start=start)
    assert chosen.start == chosen.members == start
    with pytest.raises(ParameterError, match="method must be"):
        select_viewpoints(GIVEN, "cpitch", folds=GIVEN_FOLDS, method="magic")
    with pytest.raises(ParameterError, match="no candidate"):
        select_viewpoints(GIVEN, "dur posinbar", folds=GIVEN_FOLDS)
