"""Laws of what is expected of chords, and how it is told."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.progression.progressions import (
    events_of,
    progressions,
    song_of_symbols,
    transposed,
    upto,
)
from tests.domains.music.progression.taught import SONGS, taught

from clinamen.domains.music.chords import parse_chord
from clinamen.domains.music.notes import ChordSymbol, Key, Melody, Meter, MeterChange, Note, Song
from clinamen.domains.music.progression import (
    LearnedChords,
    chord_changes,
    harmony_events,
    kind_table,
    learn_chords,
    untimed_events,
)
from clinamen.domains.music.progression.events import QUALITIES
from clinamen.domains.music.progression.experts import CHORD_KNOWABLE, N_CHORDS
from clinamen.domains.music.progression.naming import chord_labels, kind_labels
from clinamen.errors import ParameterError

known_sets = st.sampled_from(
    [frozenset(), frozenset({"key", "timing"}), frozenset({"key", "timing", "melody"})]
)


@settings(deadline=None, max_examples=60)
@given(progressions(), known_sets)
def test_rows_are_distributions_and_every_chord_has_finite_bits(events, known):
    tables = taught(known).tables(events)
    for rows in (tables.chords, tables.kinds):
        assert np.isfinite(rows).all()
        np.testing.assert_allclose(rows.sum(axis=1), 1, atol=1e-12)
    assert (tables.chords > 0).all()
    assert ((tables.kinds > 0) == tables.detail.is_open).all()
    for bits in (tables.chord_bits, tables.detail_bits):
        assert np.isfinite(bits).all()
        assert (bits >= 0).all()
    np.testing.assert_allclose(tables.bits, tables.chord_bits + tables.detail_bits)


@settings(deadline=None, max_examples=60)
@given(progressions(min_size=2), st.data(), known_sets)
def test_what_comes_later_changes_nothing_that_was_expected(events, data, known):
    """Row `t` is the same whatever chord `t` is, and whatever follows; kinds may know its root and
    quality."""
    t = data.draw(st.integers(0, len(events) - 1))
    other = data.draw(progressions(len(events), len(events)))
    later = np.arange(len(events)) >= t
    mixed = {
        name: np.where(later, getattr(other, name), getattr(events, name))
        for name in ("root", "quality", "detail", "tones")
    }
    learned = taught(known)
    here, there = learned.tables(events), learned.tables(replace(events, **mixed))
    np.testing.assert_allclose(here.chords[: t + 1], there.chords[: t + 1], rtol=1e-10)
    np.testing.assert_allclose(here.bits[:t], there.bits[:t], rtol=1e-9)
    if events.root[t] >= 0:
        detail = events.detail.copy()
        detail[t] ^= 4
        kinds = learned.tables(replace(events, detail=detail)).kinds
        n_known = here.kinds.shape[1] if here.kinds.shape == kinds.shape else len(learned.table) + 1
        np.testing.assert_allclose(here.kinds[t, :n_known], kinds[t, :n_known], rtol=1e-9)


@settings(deadline=None, max_examples=40)
@given(progressions(min_size=2), st.data(), known_sets)
def test_a_beginning_is_heard_as_part_of_the_whole(events, data, known):
    n = data.draw(st.integers(1, len(events)))
    learned = taught(known)
    whole, part = learned.tables(events), learned.tables(upto(events, n))
    np.testing.assert_array_equal(whole.chords[:n], part.chords)
    np.testing.assert_allclose(whole.bits[:n], part.bits, rtol=1e-9)


@settings(deadline=None, max_examples=60)
@given(progressions(), st.integers(1, 11), known_sets)
def test_in_another_key_all_is_the_same(events, interval, known):
    learned = taught(known)
    here, there = learned.tables(events), learned.tables(transposed(events, interval))
    np.testing.assert_allclose(here.bits, there.bits, rtol=1e-9)
    rooted = here.chords[:, :-1].reshape(len(events), 12, -1)
    moved = np.roll(rooted, interval, axis=1).reshape(len(events), -1)
    np.testing.assert_allclose(moved, there.chords[:, :-1], rtol=1e-8)


@settings(deadline=None, max_examples=15)
@given(progressions(), st.permutations(sorted(CHORD_KNOWABLE)))
def test_what_is_not_known_is_not_seen(events, facts):
    fact = facts[0]
    n = len(events)
    hidden = {
        "key": {"tonic": np.full(n, 3), "mode": np.full(n, 9)},
        "melody": {"melody": np.full(n, 5)},
        "timing": {"onset": np.arange(n), "duration": np.ones(n, dtype=int),
                   "bar": np.zeros(n, dtype=int), "place": np.zeros(n, dtype=int)},
    }[fact]  # fmt: skip
    learned = taught(CHORD_KNOWABLE - {fact})
    here, there = learned.tables(events), learned.tables(replace(events, **hidden))
    np.testing.assert_array_equal(here.bits, there.bits)


def test_training_leaves_the_song_out_that_it_learns_from():
    """One song learnt alone teaches its own memory only: nothing else was heard before."""
    songs = [harmony_events(song) for song in SONGS]
    alone = learn_chords(songs[:1], frozenset())
    long_term = alone.chords.weights[0, : alone.chords.n_experts]
    np.testing.assert_array_equal(long_term, alone.chords.options.first_weight)
    versions = learn_chords(songs[:2], frozenset(), labels=["one", "one"])
    long_term = versions.chords.weights[0, : versions.chords.n_experts]
    np.testing.assert_array_equal(long_term, versions.chords.options.first_weight)
    apart = learn_chords(songs[:2], frozenset())
    long_term = apart.chords.weights[0, : apart.chords.n_experts]
    assert (long_term != apart.chords.options.first_weight).any()


def test_versions_of_a_song_do_not_make_a_kind_known():
    songs = [events_of([(0, 0, 145), (5, 0, 149)])] * 2
    assert len(learn_chords(songs, frozenset()).table) == 3
    assert len(learn_chords(songs, frozenset(), labels=["one", "one"]).table) == 1


def test_counting_a_song_makes_it_expected():
    learned = taught(frozenset())
    again = LearnedChords.new(learned.table, frozenset())
    assert again.tables(harmony_events(SONGS[0])).bits.sum() > 0
    fresh = again.tables(harmony_events(SONGS[0])).bits.sum()
    again.count([harmony_events(SONGS[0])])
    assert again.tables(harmony_events(SONGS[0])).bits.sum() < fresh


def test_progress_tells_of_both_parts():
    told = []
    songs = [harmony_events(song) for song in SONGS[:2]]
    learn_chords(songs, frozenset(), progress=lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == list(range(1, 13))
    assert {total for _, total in told} == {12}


def test_nothing_to_learn_from_is_said():
    with pytest.raises(ParameterError, match="no songs with chords"):
        learn_chords([])
    with pytest.raises(ParameterError, match="at least one chord"):
        untimed_events([])


def test_a_song_is_heard_chord_by_chord():
    song = song_of_symbols(["Eb", "Cm7", "Ab", "Bb7", "Eb", "Bb7#9/D"], key=Key(-3))
    learned = taught(CHORD_KNOWABLE)
    heard = learned.hear(song, "mine")
    tables = learned.tables(harmony_events(song))
    assert (heard.target, len(heard), list(heard.parts)) == ("harmony", 6, ["chord", "detail"])
    np.testing.assert_array_equal(heard.information_content, tables.bits)
    parts = heard.parts.values()
    np.testing.assert_allclose(heard.entropy, sum(part.entropy for part in parts))
    assert heard.columns["symbol"] == ["Eb", "Cm7", "Ab", "Bb7", "Eb", "Bb7#9/D"]
    assert heard.columns["bar"] == [1, 2, 3, 4, 5, 6]
    assert heard.columns["beat"] == [1.0] * 6
    assert heard.settings["listener"] == "mine"
    chord, detail = parts
    assert [chord.labels[s] for s in chord.symbols] == ["Eb", "Cm7", "Ab", "Bb7", "Eb", "Bb7"]
    assert [detail.labels[s] for s in detail.symbols][-1] == "another kind"
    assert chord.next_distribution.sum() == pytest.approx(1)
    longer = song_of_symbols([*heard.columns["symbol"], "Eb"], key=Key(-3))
    then = learned.tables(harmony_events(longer)).chords[-1]
    np.testing.assert_allclose(chord.next_distribution, then, rtol=1e-9)


@pytest.mark.parametrize("part", ["chord", "detail"])
def test_reasons_add_up(part):
    song = song_of_symbols(["C", "Am", "F", "G9", "C", "Am", "F", "Ab7"], key=Key(0))
    heard = taught(CHORD_KNOWABLE).hear(song).parts[part]
    for event in range(len(heard)):
        why = heard.why(event)
        assert why.came == heard.symbols[event]
        if why.probability_expected > 0:
            assert sum(reason.bits for reason in why.reasons) == pytest.approx(why.bits, abs=1e-4)


def test_a_song_without_chords_is_refused():
    melody = Melody((Note(Fraction(0), Fraction(1), 60),))
    with pytest.raises(ParameterError, match="at least one chord"):
        taught(CHORD_KNOWABLE).hear(Song(melody))


def test_columns_of_a_song():
    """A pickup, a chord twice in a row, one within a bar, a rest in the melody."""
    notes = (
        Note(Fraction(0), Fraction(1), 67),
        Note(Fraction(1), Fraction(2), 72),
        Note(Fraction(5), Fraction(1), 62),
    )
    melody = Melody(
        notes,
        meters=(MeterChange(Fraction(0), Meter(4, 4)),),
        bar_onsets=(Fraction(0), Fraction(1), Fraction(5)),
        pickup_quarters=Fraction(1),
        end_quarters=Fraction(9),
    )
    symbols = [(0, "G7"), (1, "C"), (3, "C"), (4, "N.C."), (5, "Dm7/G")]
    chords = tuple(ChordSymbol(Fraction(onset), text) for onset, text in symbols)
    song = Song(melody, chords=chords)
    events = harmony_events(song)
    assert [str(span.chord) for span in chord_changes(song)] == ["G7", "C", "N.C.", "Dm7/G"]
    assert [float(span.duration_quarters) for span in chord_changes(song)] == [1, 3, 1, 4]
    assert (events.onset // 10080).tolist() == [0, 1, 4, 5]
    assert (events.duration // 10080).tolist() == [1, 3, 1, 4]
    assert events.root.tolist() == [7, 0, -1, 2]
    assert [QUALITIES[q] if q >= 0 else None for q in events.quality] == ["7", "maj", None, "min7"]
    assert (events.detail >> 12).tolist() == [0, 0, 0, 5]
    assert events.tones[3] == sum(1 << tone for tone in (2, 5, 9, 0, 7))
    assert events.melody.tolist() == [7, 0, -1, 2]
    assert events.bar.tolist() == [-1, 0, 0, 1]
    assert (events.place // 10080).tolist() == [3, 0, 3, 0]
    assert events.tonic.tolist() == [-1] * 4
    longer = harmony_events(song, following=True)
    assert (longer.onset[-1] // 10080, longer.bar[-1], longer.place[-1]) == (9, 2, 0)
    assert (longer.root[-1], longer.melody[-1]) == (-1, -1)
    assert longer.duration[:-1].tolist() == events.duration.tolist()
    assert taught(CHORD_KNOWABLE).hear(song).columns["bar"] == [0, 1, 1, 2]


def test_neighbours_stay_apart_where_that_is_asked_for():
    chords = [parse_chord(symbol) for symbol in ("C", "C", "G")]
    assert len(untimed_events(chords)) == 2
    assert untimed_events(chords, merge=False).root.tolist() == [0, 0, 7]


def test_labels_of_chords_are_spelled_in_the_key():
    labels = chord_labels(Key(-4))
    assert len(labels) == len(set(labels)) == N_CHORDS
    assert labels[8 * 23], labels[1 * 23 + 1] == ("Ab", "Dbm")
    assert "C#m" in chord_labels(Key(4))
    assert len(set(chord_labels(None))) == N_CHORDS
    for place, label in enumerate(chord_labels(None)[:-1]):
        if QUALITIES[place % 23] not in ("other", "unknown"):
            chord = parse_chord(label)
            assert (chord.root_pitch_class, chord.quality) == (place // 23, QUALITIES[place % 23])


def test_labels_of_kinds():
    quality = np.array([QUALITIES.index("7")] * 3 + [-1, -2])
    ninth = 0b010010010101
    detail = np.array([0b010010010001, ninth & ~0b10000000, ninth | 4 << 12, 0, 0])
    wanted = ("7", "7(9,no5)", "7(9)/3", "N.C.", "another kind")
    assert kind_labels(quality, detail) == wanted


def test_more_kinds_than_can_be_kept_are_all_unknown():
    """Every chord of a kind of its own: those beyond the room stay finite and unnamed."""
    kinds = [(0, 0, 145 + (n << 1 & 0xF6E) + ((n % 12) << 12)) for n in range(100)]
    kinds = list(dict.fromkeys(kinds))
    tables = taught(frozenset()).tables(events_of([*kinds, *kinds]))
    assert np.isfinite(tables.bits).all()
    assert tables.kinds.shape[1] == len(taught(frozenset()).table) + 1 + 64
    assert len(kind_table([events_of(kinds)] * 2)) <= 384
