"""`bench harmony`: what is read, and figures against plain NumPy."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.bench._chord_classic import ClassicModel
from clinamen.bench._chord_ratings import chord_of_pitches, rated_chord
from clinamen.bench._decay import SYMBOLS, DecayModel, DecayOptions, symbols_of
from clinamen.bench.harmony import (
    HarmonyRequest,
    PredictedSongs,
    RatedSequences,
    bench_harmony,
)
from clinamen.bench.listeners import correlation
from clinamen.domains.music.chords import parse_chord
from clinamen.domains.music.progression import harmony_events, learn_chords
from clinamen.engine.resampling import kfold
from clinamen.errors import FormatError, ParameterError
from clinamen.io.jsonl import read_rows, song_of
from clinamen.operations.harmony import load_harmony

VOICED = {"C": [48, 60, 64, 67], "F": [53, 60, 65, 69], "G7": [43, 59, 62, 65], "Db": [49, 56, 65]}


def rated(names, surprise, index=2, **more):
    chords = [{"midi": VOICED[name], "pcs": []} for name in names]
    return {"chords": chords, "rated_index": index, "surprisal_mean": surprise, **more}


ROWS = [
    rated(["C", "F", "C"], -1.0, model_ic_bits_hvr=2.0),
    rated(["C", "F", "G7"], -0.5, model_ic_bits_hvr=1.0),
    rated(["C", "F", "Db"], 2.0, model_ic_bits_hvr=3.0),
    rated(["C", "Db", "F", "C"], 0.5, 1, model_ic_bits_hvr=4.0),
]


def written(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def test_agreement_is_the_correlation_with_the_shipped_profile(tmp_path):
    found = bench_harmony(HarmonyRequest(written(tmp_path / "rated.jsonl", ROWS)))
    assert isinstance(found, RatedSequences)
    profile = load_harmony()
    bits = [
        profile.information_content([parse_chord(name) for name in names])[index]
        for names, index in ((["C", "F", "C"], 2), (["C", "F", "G7"], 2), (["C", "F", "Db"], 2),
                             (["C", "Db", "F", "C"], 1))
    ]  # fmt: skip
    people = [-1.0, -0.5, 2.0, 0.5]
    assert found.pearson == pytest.approx(np.corrcoef(people, bits)[0, 1])
    assert found.published["HVR"]["pearson"] == pytest.approx(
        np.corrcoef(people, [2, 1, 3, 4])[0, 1]
    )
    assert found.published["HVR"]["spearman"] == pytest.approx(0.6)
    assert found.n_sequences == 4
    rng = np.random.default_rng(1)
    below = []
    for _ in range(10_000):
        draw = rng.integers(4, size=4)
        ours, theirs = (
            correlation(np.array(people)[draw], np.array(values)[draw])
            for values in (bits, [2, 1, 3, 4])
        )
        below.append(theirs < ours)
    assert found.published["HVR"]["draws_below"] == pytest.approx(np.mean(below))
    assert found.interval[0] <= found.pearson <= found.interval[1]
    plain = found.to_plain()
    assert json.loads(json.dumps(plain))["file"] == "rated.jsonl"
    again = bench_harmony(HarmonyRequest(str(tmp_path / "rated.jsonl")))
    assert again.interval == found.interval


def test_without_published_bits_there_are_none(tmp_path):
    rows = [{**ROWS[0], "model_ic_bits_hvr": None}, *ROWS[1:]]
    found = bench_harmony(HarmonyRequest(written(tmp_path / "rated.jsonl", rows)))
    assert found.published == {}


@pytest.mark.parametrize(
    ("pitches", "symbol"),
    [
        ([48, 64, 67], "C"),
        ([52, 60, 67], "C/E"),
        ([48, 55], "C5"),
        ([55, 60, 72], "C5/G"),
        ([45, 55], "A7"),
        ([48, 63], "Cm"),
        ([50], "D?"),
        ([50, 62], "D?"),
    ],
)
def test_sounding_notes_as_chords(pitches, symbol):
    assert str(chord_of_pitches(pitches)) == symbol


@settings(deadline=None)
@given(st.lists(st.integers(0, 127), min_size=1, max_size=10))
def test_any_notes_are_some_chord(pitches):
    assert chord_of_pitches(pitches).root_pitch_class is not None


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"chords": []}, "chords must be a list"),
        ({"chords": None}, "chords must be a list"),
        ({"chords": ["C", "F", "G"]}, "chord 1 must have midi"),
        ({"chords": [{"midi": []}]}, "chord 1 must have midi"),
        ({"chords": [{"midi": [60.5]}]}, "chord 1 must have midi"),
        ({"chords": [{"midi": [60]}, {"midi": [128]}]}, "chord 2 must have midi"),
        ({"rated_index": 3}, "one of the 3 chords from 0, not 3"),
        ({"rated_index": -1}, "one of the 3 chords"),
        ({"rated_index": True}, "one of the 3 chords"),
        ({"surprisal_mean": None}, "surprisal_mean must be a number"),
        ({"surprisal_mean": "high"}, "surprisal_mean must be a number"),
        ({"model_ic_bits_hvr": [1]}, "model_ic_bits_hvr must be a number"),
    ],
)
def test_a_bad_line_is_named(change, what):
    with pytest.raises(FormatError, match=what) as raised:
        rated_chord(ROWS[0] | change, source="x.jsonl", place="line 7")
    assert str(raised.value).startswith("x.jsonl, line 7: ")


def song(title, symbols, **more):
    return {"title": title, "chords": [[4 * n, s] for n, s in enumerate(symbols)], **more}


SONGS = [
    song("One", ["C", "Am", "F", "G7", "C", "Am"], key="C"),
    song("Two", ["D", "Bm", "G", "A9", "D", "G"], key="D", notes=[[0, 4, 62], [4, 8, 66]], end=24),
    song("one ", ["F", "Dm", "Bb", "C7", "F", "F", "Dm"], key="F"),
    song("", ["G", "Em", "C", "D7", "G"], key="G"),
    song("", ["A", "F#m", "D", "E7/G#", "N.C.", "A"], key="A"),
]


def test_songs_are_predicted_from_the_others(tmp_path):
    path = written(tmp_path / "songs.jsonl", SONGS)
    found = bench_harmony(HarmonyRequest(path, n_folds=3, seed=2))
    assert isinstance(found, PredictedSongs)
    assert (found.n_songs, found.n_chords, found.n_titles, found.n_folds) == (5, 29, 4, 3)
    known = [("key",), ("key", "timing"), ("key", "timing", "melody")]
    assert [model.known for model in found.models] == [(), *known]
    events = [harmony_events(song_of(row)) for _, row in read_rows(path)]
    labels = ["one", "two", "one", 3, 4]
    folds = kfold(5, 3, np.random.default_rng(2), groups=labels, seed=2)
    ours, theirs, classic = {}, {}, {}
    for train, test in folds:
        assert not {labels[n] for n in train} & {labels[n] for n in test}
        learned = learn_chords(
            [events[n] for n in train], frozenset(), labels=[labels[n] for n in train]
        )
        model = DecayModel(DecayOptions(**found.decay_options))
        symbols = [symbols_of(each, found.decay_options["symbols"]) for each in events]
        both = ClassicModel(SYMBOLS)
        for n in train:
            model.learn(symbols[n])
            both.learn(events[n])
        for n in test:
            ours[n] = learned.tables(events[n]).chord_bits
            learned.count([events[n]])
            theirs[n] = model.bits(symbols[n])
            model.learn(symbols[n])
            classic[n] = both.bits(events[n])
    assert found.classic.known == ("key",)
    measured = ((ours, found.models[0]), (theirs, found.decay), (classic, found.classic))
    for bits, figures in measured:
        macro = np.mean([bits[n].mean() for n in range(5)])
        assert figures.bits_per_chord_macro == pytest.approx(macro)
        micro = np.concatenate(list(bits.values())).mean()
        assert figures.bits_per_chord_micro == pytest.approx(micro)
    knowing = found.models[len(found.decay.known)]
    ratio = knowing.bits_per_chord_macro / found.decay.bits_per_chord_macro
    assert found.below_decay == pytest.approx(1 - ratio)
    ratio = found.models[1].bits_per_chord_macro / found.classic.bits_per_chord_macro
    assert found.below_classic == pytest.approx(1 - ratio)
    assert json.loads(json.dumps(found.to_plain()))["kind"] == "songs"


def test_songs_that_do_not_do(tmp_path):
    with pytest.raises(ParameterError, match="2 songs or more"):
        bench_harmony(HarmonyRequest(written(tmp_path / "one.jsonl", [SONGS[0], SONGS[2]])))
    tune = {"notes": [[0, 1, 60]]}
    with pytest.raises(FormatError, match="line 2"):
        bench_harmony(HarmonyRequest(written(tmp_path / "tune.jsonl", [SONGS[0], tune])))
    (tmp_path / "none.jsonl").write_text("\n")
    with pytest.raises(FormatError, match="blank lines"):
        bench_harmony(HarmonyRequest(str(tmp_path / "none.jsonl")))
    with pytest.raises(ParameterError, match="2 folds"):
        HarmonyRequest("x.jsonl", n_folds=1)
