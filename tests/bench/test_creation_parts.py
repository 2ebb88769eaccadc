"""The measures of the benchmark of creation against hand-made cases and plain oracles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bench.creation_songs import a_song
from tests.domains.music.taught import taught_listener

from clinamen.bench import _creation_baselines as baselines
from clinamen.bench._creation_baselines import BASELINES, Task, best_of
from clinamen.bench._creation_compositions import (
    SEARCH,
    Composed,
    compose_all,
    compose_figures,
    compose_targets,
    frame_like,
    orders,
)
from clinamen.bench._creation_curves import CURVE_KINDS, random_curve, spearman, spearman_by_bar
from clinamen.bench._creation_ears import Ear, break_of
from clinamen.bench._creation_runs import Limited, offences, offences_in_index
from clinamen.bench._creation_statistics import Target, difference, estimate
from clinamen.bench._creation_summary import cuts, reasons_of_misses, swerve_targets
from clinamen.bench._creation_swerves import (
    Asked,
    Refused,
    Swerved,
    asked_of,
    measured,
    swerve_all,
    usable,
)
from clinamen.bench._creation_times import cut_to_bars
from clinamen.domains.music.curve import CURVE_WORDS, Curve
from clinamen.domains.music.editing import NoteTicks, notes_in_ticks
from clinamen.domains.music.fingerprints import Fingerprints
from clinamen.domains.music.notes import Melody, Song
from clinamen.domains.music.places import bar_and_beat
from clinamen.errors import ConstraintError, ParameterError
from clinamen.operations.variant import Variant

# Statistics


def test_songs_are_drawn_whole() -> None:
    """Values of one song are no evidence about others: the interval is that of single values."""
    together = estimate([0.0, 0.0, 1.0, 1.0] * 5, [0, 0, 1, 1] * 5)
    alone = estimate([0.0, 1.0], [0, 1])
    assert (together.mean, together.low, together.high) == (0.5, 0.0, 1.0)
    assert (alone.low, alone.high) == (0.0, 1.0)
    many = estimate([0.0, 1.0] * 200, list(range(400)))
    assert 0.44 < many.low < 0.47 < 0.53 < many.high < 0.56


def test_differences_are_paired() -> None:
    rng = np.random.default_rng(1)
    hard = rng.normal(0, 10, size=50)
    found = difference(list(hard + 1), list(hard), list(range(50)))
    assert (round(found.mean, 9), round(found.low, 9), round(found.high, 9)) == (1, 1, 1)
    with pytest.raises(ParameterError, match="cannot be paired"):
        difference([1.0], [1.0, 2.0], [0])
    with pytest.raises(ParameterError, match="no values"):
        estimate([], [])


@pytest.mark.parametrize(
    ("found", "at_least", "is_met"),
    [(0.9, True, True), (0.89, True, False), (0.9, False, True), (0.91, False, False),
     (None, True, None)],
)  # fmt: skip
def test_a_target_is_met_or_not(found: float | None, at_least: bool, is_met: bool | None) -> None:
    assert Target("it", found, 0.9, at_least).is_met is is_met


# What the ears hear


@dataclass
class Heard:
    information_content: np.ndarray
    entropy: np.ndarray


@dataclass
class Fixed:
    """A listener to whom notes cost what they are said to cost, by target."""

    bits: dict[str, list[float]]
    harmony: tuple[()] = ()

    def hear(self, song: Song, *, target: str, model: str) -> Heard:
        given = np.array(self.bits[target])
        assert len(given) == len(song.melody.notes)
        return Heard(given, given)


def fixed(pitch: list[float], onset: list[float] | None = None, name: str = "judge") -> Ear:
    listener: Any = Fixed({"pitch": pitch, "onset": onset or [1.0] * len(pitch)})
    return Ear(name, listener)


def variant_of(
    song: Song, kind: str, note: int, changed: tuple[int, ...], rank: int = 1
) -> Variant:
    return Variant(
        song=song, kind=kind, bar=1, beat=Fraction(1), note=note,
        span_quarters=(Fraction(0), Fraction(0)), bits=99.0, median=0.0, contrast=99.0,
        is_peak=True, home_after=1, joint_bits=99.0, changed=changed, reason="", idea="",
        score=0.0, rank=rank,
    )  # fmt: skip


SONG = a_song(1, n_bars=4)  # two phrases of eight quarters


def asked_at(note: int, kind: str = "pitch", bits: float = 5.0) -> Asked:
    onset = SONG.melody.notes[note].onset_quarters
    return Asked(0, "at random", bar_and_beat(SONG.melody, onset), onset, kind, "bold", bits)


def test_a_break_is_measured_by_the_ear_not_by_what_the_variant_says() -> None:
    pitch = [1.0] * 16
    pitch[10], pitch[11], pitch[14] = 7.0, 4.0, 6.5
    row = measured(asked_at(10), SONG, variant_of(SONG, "pitch", 10, (10,)), [fixed(pitch)])
    heard = row.breaks["judge"]
    assert (heard.bits, heard.median, heard.contrast) == (7.0, 1.0, 6.0)
    assert (heard.is_peak, heard.home_after, row.outdone, row.in_beat) == (True, 2, None, True)
    assert row.joint["judge"].bits == 8.0


def test_what_outdoes_a_break_is_named() -> None:
    pitch = [1.0] * 16
    pitch[10], pitch[14] = 5.0, 6.5
    row = measured(asked_at(10), SONG, variant_of(SONG, "pitch", 10, (10,)), [fixed(pitch)])
    assert not row.breaks["judge"].is_peak
    assert row.outdone is not None
    assert (row.outdone.steps, row.outdone.is_new, row.outdone.starts_phrase) == (4, False, False)
    assert row.outdone.excess_bits == 1.5
    assert reasons_of_misses([row]) == {"pitch bold, a note 4 after, as in the source": 1}
    pitch[8] = 9.0
    row = measured(asked_at(10), SONG, variant_of(SONG, "pitch", 10, (8, 10)), [fixed(pitch)])
    assert reasons_of_misses([row]) == {"pitch bold, a note before, first of the phrase, new": 1}


def test_rhythm_and_silence_are_measured_on_onsets() -> None:
    onset = [1.0] * 16
    onset[11] = 6.0
    ear = fixed([3.0] * 16, onset)
    silence = break_of(ear.hear(SONG), "silence", 11, Fraction(10))
    rhythm = break_of(ear.hear(SONG), "rhythm", 11, Fraction(10))
    assert silence.contrast == rhythm.contrast == 5.0
    late = measured(asked_at(10, "rhythm"), SONG, variant_of(SONG, "rhythm", 11, (11,)), [ear])
    assert not late.in_beat


def rows_of(peaks: list[bool], bits: list[float], name: str = "judge") -> list[Swerved]:
    """Variants of songs 0, 0, 1, 1, ... whose break is, or is not, the peak."""
    found = []
    for number, (is_peak, cost) in enumerate(zip(peaks, bits, strict=True)):
        pitch = [1.0] * 16
        pitch[10], pitch[15] = cost, 1.0 if is_peak else cost + 1
        asked = replace(asked_at(10), song=number // 2)
        ears = [fixed(pitch), fixed(pitch, name="generator")]
        found.append(measured(asked, SONG, variant_of(SONG, "pitch", 10, (10,)), ears))
    return found


def test_figures_are_shares_of_all_variants() -> None:
    rows = rows_of([True, True, True, False], [6.0, 6.5, 7.0, 3.0])
    figures = {each.name: each for each in cuts(rows)}
    everything = figures["all"]
    assert (everything.n, everything.n_songs) == (4, 2)
    assert everything.peak["judge"].mean == 0.75
    assert everything.error.mean == (0 + 0.5 + 1 + 3) / 4
    assert everything.within.mean == 0.5
    assert everything.above_bold["judge"].mean == 0.75
    assert everything.median_contrast["judge"] == 5.25
    assert set(figures) == {"all", "ranked first", "places at random", "asked: pitch",
                            "kind pitch", "bold"}  # fmt: skip
    met = {target.what: target.is_met for target in swerve_targets(list(figures.values()))}
    assert met["largest of the phrase in the beat, judge"] is False
    assert met["contrast of bold, median bits, judge"] is True
    assert met["home in 4 notes, judge"] is True


def test_what_is_refused_is_counted_and_not_left_out() -> None:
    def swerve(asked: Asked, song: Song) -> list[Variant]:
        if asked.bits > 5:
            raise ConstraintError("strength", "it cannot be")
        return [variant_of(song, "pitch", 10, (10,))]

    asked = [asked_at(10), asked_at(10, bits=8.0)]
    found = list(swerve_all([SONG], asked, swerve, [fixed([1.0] * 16)]))
    assert isinstance(found[0], list)
    assert isinstance(found[1], Refused)
    assert "it cannot be" in found[1].why


def test_places_are_past_the_first_phrase_and_sure() -> None:
    song = a_song(3)
    listener = taught_listener()
    found = asked_of([song], listener, {"gentle": 2.5, "bold": 5.0}, 8, 1)
    assert len({each.place for each in found}) == len(found) == 8
    entropy = listener.hear(song, target="pitch", model="mixture").entropy
    onsets = [note.onset_quarters for note in song.melody.notes]
    for each in found:
        note = onsets.index(each.onset_quarters)
        assert 8 <= note < len(onsets) - 4
        assert entropy[note] <= np.median(entropy)
    assert {(each.kind, each.strength) for each in found} == {
        (kind, strength)
        for kind in ("pitch", "any", "rhythm", "silence")
        for strength in ("gentle", "bold")
    }
    assert found == asked_of([song], listener, {"gentle": 2.5, "bold": 5.0}, 8, 1)
    assert found != asked_of([song], listener, {"gentle": 2.5, "bold": 5.0}, 8, 2)


def test_short_songs_are_not_swerved() -> None:
    assert usable(a_song(1))
    assert not usable(SONG)  # two phrases
    bare = a_song(1)
    assert not usable(bare.replace(melody=bare.melody.replace(phrase_starts=())))


# Curves and baselines

FRAME = Melody((), end_quarters=Fraction(64))


@pytest.mark.parametrize("kind", CURVE_KINDS)
def test_curves_vary_and_are_drawn(kind: str) -> None:
    rng = np.random.default_rng(3)
    drawn = [random_curve(kind, FRAME, rng) for _ in range(20)]
    assert len(set(drawn)) >= (8 if kind == "two levels" else 20)
    for curve in drawn:
        heights = {bits for _, bits in curve.points}
        assert len(heights) >= 2
        assert all(1.5 <= bits <= CURVE_WORDS["shock"] for bits in heights)
        if kind == "two levels":
            assert heights == {CURVE_WORDS["home"], CURVE_WORDS["break"]}
    again = np.random.default_rng(3)
    assert drawn == [random_curve(kind, FRAME, again) for _ in range(20)]


def test_correlation_leaves_out_the_first_note_and_shares_ties() -> None:
    curve = Curve(((Fraction(0), 1.0), (Fraction(2), 1.0), (Fraction(2), 5.0), (Fraction(4), 5.0)))
    onsets = [Fraction(n) for n in range(4)]
    # Of the last three 1 5 5 were asked for: ranks 1, 2.5, 2.5 against 1, 2, 3.
    assert round(spearman(curve, onsets, np.array([9.0, 1.0, 2.0, 3.0])), 6) == round(3**0.5 / 2, 6)
    assert spearman(curve, onsets, np.array([9.0, 2.0, 2.0, 2.0])) == 0.0
    melody = Melody((), end_quarters=Fraction(8))
    two = Curve(((Fraction(0), 1.0), (Fraction(4), 1.0), (Fraction(4), 5.0), (Fraction(8), 5.0)))
    all_ = [Fraction(n) for n in range(8)]
    bits = np.array([9.0, 1, 2, 1, 0, 9, 9, 9])
    assert spearman_by_bar(two, melody, all_, bits) == pytest.approx(1.0)


@pytest.mark.parametrize("name", BASELINES)
def test_plain_methods_fill_the_bars_within_the_range(name: str) -> None:
    frame = frame_like(a_song(1))
    frame = frame.replace(melody=frame.melody.replace(end_quarters=Fraction(16), bar_onsets=()))
    curve = Curve(((Fraction(0), 1.5), (Fraction(8), 1.5), (Fraction(8), 7.0), (Fraction(16), 7.0)))
    task = Task(taught_listener(), frame, curve, 60, 72)
    found = best_of(task, BASELINES[name], 0.0, np.random.default_rng(1))
    assert found.n_drawn == baselines.N_AT_ONCE
    assert all(60 <= pitch <= 72 for _, _, pitch in found.notes)
    assert found.notes[0][0] == 0
    ends = [onset + lasts for onset, lasts, _ in found.notes]
    assert ends[:-1] == [onset for onset, _, _ in found.notes[1:]]
    assert ends[-1] == 16 * 10080
    # The bits that were added up while drawing are those of hearing.
    from clinamen.domains.music.editing import with_notes

    song = with_notes(frame, found.notes)
    bits = Ear("generator", task.listener).hear(song).bits("joint")
    onsets = [note.onset_quarters for note in song.melody.notes]
    assert found.score == pytest.approx(spearman(curve, onsets, bits), abs=1e-9)


class Clock:
    """A second passes whenever somebody looks, and more when it is told so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


def test_plain_methods_get_the_time_that_the_search_took(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(baselines, "processor_seconds", clock)
    monkeypatch.setattr("clinamen.bench._creation_compositions.processor_seconds", clock)
    song = a_song(1, n_bars=2)

    def compose(_order: object) -> Song:
        clock.now += 3.0
        return song

    ear = Ear("generator", taught_listener())
    (rows,) = compose_all(orders([song], 1, 1, n_bars=2)[:1], compose, ear.listener, [ear], 1)
    assert [row.method for row in rows] == [SEARCH, *BASELINES]
    assert [row.seconds for row in rows] == [4.0] * 4  # one look more, and three at work
    assert [row.n_drawn for row in rows] == [0, *[4 * baselines.N_AT_ONCE] * 3]


def composed(number: int, method: str, judge: float, generator: float) -> Composed:
    both = {"judge": judge, "generator": generator}
    return Composed(number, "steps", method, both, both, both, 10, 1.0, 0, SONG)


def test_the_lead_is_measured_curve_by_curve() -> None:
    rows = [composed(n, SEARCH, 0.5 + n / 10, 0.9) for n in range(4)]
    rows += [composed(n, "best of N", 0.4 + n / 10, 0.9 - n) for n in range(4)]
    by_name = {(each.kind, each.method): each for each in compose_figures(rows) if each.n}
    plain = by_name["all", "best of N"]
    assert (round(plain.ahead["judge"].low, 6), round(plain.ahead["judge"].high, 6)) == (0.1, 0.1)
    assert plain.ahead["generator"].low < 1.5 < plain.ahead["generator"].high
    assert not by_name["all", SEARCH].ahead
    met = {target.what: target.is_met for target in compose_targets(list(by_name.values()))}
    assert met["correlation with the curve, judge"] is True
    assert met["ahead of best of N, judge: lower end of the interval"] is True


# Shared runs

pitches = st.lists(st.integers(60, 66), min_size=6, max_size=16)
lengths = st.sampled_from([1, 2])


@st.composite
def lines(draw: st.DrawFn) -> list[NoteTicks]:
    at, found = 0, []
    for pitch in draw(pitches):
        lasts = draw(lengths)
        found.append((at, lasts, pitch))
        at += lasts
    return found


def longest_common(one: list[NoteTicks], other: list[NoteTicks]) -> int:
    """By comparing every run with every run, note by note, as numbers."""
    best = 1
    for i in range(len(one)):
        for j in range(len(other)):
            n = 1
            while i + n < len(one) and j + n < len(other) and all(
                (one[i + k][2] - one[i][2] == other[j + k][2] - other[j][2])
                and (one[i + k][0] - one[i][0]) * (other[j + 1][0] - other[j][0])
                == (other[j + k][0] - other[j][0]) * (one[i + 1][0] - one[i][0])
                for k in range(1, n + 1)
            ):  # fmt: skip
                n += 1
            best = max(best, n)
    return best


@given(lines(), st.lists(lines(), min_size=1, max_size=3), st.integers(-7, 7), st.integers(1, 3))
@settings(deadline=None, max_examples=60)
def test_both_finders_find_what_comparing_note_by_note_finds(
    line: list[NoteTicks], tunes: list[list[NoteTicks]], shift: int, stretch: int
) -> None:
    moved = [(stretch * onset, lasts, pitch + shift) for onset, lasts, pitch in line]
    limit = 4
    wanted = [number for number, tune in enumerate(tunes) if longest_common(line, tune) > limit]
    found = {each.tune for each in offences([Limited(moved)], tunes, limit)}
    assert sorted(found) == wanted
    songs = [_song_of(tune) for tune in tunes]
    index = Fingerprints.of(songs)
    assert {each.tune for each in offences_in_index([Limited(moved)], index, limit)} == found


def _song_of(line: list[NoteTicks]) -> Song:
    from clinamen.domains.music.editing import with_notes

    return with_notes(Song(Melody(())), [(5040 * a, 5040 * b, c) for a, b, c in line])


def test_only_runs_that_touch_what_is_new_count() -> None:
    source = notes_in_ticks(a_song(1, n_bars=4).melody)
    assert not offences([Limited(source, source)], [source], 6)
    changed = [*source[:12], (source[12][0], source[12][1], 73), *source[13:]]
    tune = [(onset, lasts, pitch + 1) for onset, lasts, pitch in changed]
    found = offences([Limited(changed, source)], [tune], 6)
    assert {each.first for each in found} == {6, 7, 8, 9}
    assert not offences([Limited(changed, source)], [source[:12]], 6)


# Times


@pytest.mark.parametrize("n_bars", [3, 8, 20])
def test_a_song_is_cut_or_begun_anew_to_so_many_bars(n_bars: int) -> None:
    song = cut_to_bars(a_song(1, n_bars=8), n_bars)
    assert len(song.melody.bar_onsets) == n_bars
    assert song.melody.end_quarters == 4 * n_bars
    own = [note.pitch for note in a_song(1).melody.notes]
    assert [note.pitch for note in song.melody.notes] == (own * 3)[: len(song.melody.notes)]
