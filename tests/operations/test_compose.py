"""Compositions: what is given stays, limits hold, figures are those of hearing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.operations.compositions import GRACE, GREENSLEEVES, HARBOUR, ODE, made, opened

from clinamen.domains.music.constraints import Bounds, parse_scale
from clinamen.domains.music.curve import Curve
from clinamen.domains.music.editing import notes_in_ticks, with_notes
from clinamen.domains.music.fingerprints import Baseline, RunLimit, changes
from clinamen.domains.music.notes import Key, Song
from clinamen.engine.ranks import rank_correlation
from clinamen.errors import ConstraintError
from clinamen.io.files import read_song
from clinamen.operations import compose as module
from clinamen.operations._compose_harmony import with_chords
from clinamen.operations._compose_recall import bars_that_return
from clinamen.operations._compose_search import _Composer, composed
from clinamen.operations._compose_setup import set_up
from clinamen.operations.compose import (
    Anytime,
    ComposeRequest,
    Composition,
    compose,
    composing,
)

pytestmark = pytest.mark.slow_without_jit


def heard_again(song: Song) -> np.ndarray:
    return opened()[0].hear(song, target="joint").information_content


# -- figures -------------------------------------------------------------------------------


@given(
    st.sampled_from(("4/4", "3/4", "6/8", "2/2")),
    st.sampled_from(("C", "F# minor", "Bb dorian")),
    st.integers(0, 1000),
)
@settings(deadline=None, max_examples=4)
def test_bits_are_those_of_hearing_and_limits_hold(meter: str, key: str, seed: int) -> None:
    bounds = Bounds(60, 74, None, 7)
    found = made(
        bars=4, n_steps=3, meter=meter, key=key, seed=seed, range="C4-D5", max_leap=7, form="AB"
    )
    np.testing.assert_allclose(found.bits, heard_again(found.song), atol=1e-9)
    assert bounds.keeps([note.pitch for note in found.song.melody.notes])
    assert len(found.song.melody.bar_onsets) == 4


def test_the_search_scores_what_is_heard() -> None:
    """Bits that were carried over from before a change are still true."""
    setup = set_up(ComposeRequest("home rise", bars=6, form="ABA"))
    listener = opened()[0]
    for draft in composed(setup.plan, listener, seed=4, n_steps=8):
        heard = heard_again(with_notes(setup.base, draft.notes))
        np.testing.assert_allclose(draft.score.bits, heard, atol=1e-9)


def test_a_curve_of_one_part_counts_that_part() -> None:
    found = made("home open", bars=4, target="pitch")
    parts = opened()[0].hear(found.song, target="joint").parts
    np.testing.assert_allclose(found.bits, parts["pitch"].information_content, atol=1e-9)


def test_it_follows_the_curve() -> None:
    found = made("1 2.5 4 6 2 1", bars=12, n_steps=12)
    assert found.correlation is not None
    assert found.correlation > 0.7
    means = [each.heard for each in found.bars]
    assert max(means[:4]) < min(means[6:8])
    assert len(found.breaks) == 3


def test_better_answers_follow_one_another() -> None:
    listener, index = opened()
    request = ComposeRequest("home break", bars=4, n_steps=12)
    found = list(composing(request, listener=listener, index=index))
    assert len(found) > 1
    assert [each.n_steps for each in found] == sorted({each.n_steps for each in found})


# -- chance --------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_and_another_another() -> None:
    one, same, other = (made(bars=4, seed=seed).song for seed in (5, 5, 6))
    assert one == same
    assert one.melody.notes != other.melody.notes


def test_several_have_seeds_one_after_the_other() -> None:
    listener, index = opened()
    request = ComposeRequest("home open", bars=2, seed=3, n_steps=0)
    found = compose(request, n=3, listener=listener, index=index)
    assert [each.seed for each in found] == [3, 4, 5]
    assert len({each.song.melody.notes for each in found}) == 3
    assert "seed 4" in found[1].song.title


# -- what is given -------------------------------------------------------------------------


def test_filling_leaves_all_else_exactly() -> None:
    source = read_song(ODE)
    found = made("open", fill=ODE, first_bar=5, last_bar=6, seed=1)
    start, end = source.melody.bar_onsets[4], source.melody.bar_onsets[6]

    def outside(song: Song) -> list[Any]:
        return [n for n in song.melody.notes if not start <= n.onset_quarters < end]

    assert outside(found.song) == outside(source)
    assert found.song.melody.bar_onsets == source.melody.bar_onsets
    inside = [n.onset_quarters for n in found.song.melody.notes if start <= n.onset_quarters < end]
    assert len(inside) == found.written.sum()
    for bar in (start, start + 4):
        assert any(bar <= onset < bar + 4 for onset in inside)
    np.testing.assert_allclose(found.bits, heard_again(found.song), atol=1e-9)


def test_what_is_locked_stays_within_what_is_filled() -> None:
    source = read_song(ODE)
    found = made("open", fill=ODE, first_bar=5, last_bar=7, locks=("6",), n_steps=4)
    start, end = source.melody.bar_onsets[5], source.melody.bar_onsets[6]
    kept = [n for n in source.melody.notes if start <= n.onset_quarters < end]
    assert [n for n in found.song.melody.notes if start <= n.onset_quarters < end] == kept


def test_a_beginning_stays_exactly() -> None:
    source = read_song(GREENSLEEVES)
    found = made("home open", begin=f"{GREENSLEEVES}:3", bars=6, n_steps=4)
    end = source.melody.pickup_quarters + 3 * source.melody.meters[0].meter.bar_quarters
    given = [n for n in source.melody.notes if n.end_quarters <= end]
    notes = found.song.melody.notes
    assert list(notes[: len(given)]) == given
    assert notes[len(given)].onset_quarters >= end
    assert [each.is_written for each in found.bars] == [False] * 3 + [True] * 3


def test_a_beginning_of_two_notes_goes_on(tmp_path: Path) -> None:
    short = tmp_path / "short.abc"
    short.write_text("X:1\nM:4/4\nL:1/2\nK:G\nGA|\n", encoding="utf-8")
    found = made("home", begin=str(short), bars=3)
    assert [note.pitch for note in found.song.melody.notes[:2]] == [67, 69]
    assert "2 notes" in found.notices[0]


# -- sections ------------------------------------------------------------------------------


def tune(found: Composition, first: int, last: int) -> list[tuple[Fraction, int]]:
    """Onsets from the first bar line, and pitches, of some bars."""
    lines = [*found.song.melody.bar_onsets, found.song.melody.end_quarters]
    return [
        (note.onset_quarters - lines[first], note.pitch)
        for note in found.song.melody.notes
        if lines[first] <= note.onset_quarters < lines[last]
    ]


def test_sections_come_back() -> None:
    found = made(bars=8, form="AABA", n_steps=10)
    assert tune(found, 0, 2) == tune(found, 2, 4) == tune(found, 6, 8)
    assert tune(found, 4, 6) != tune(found, 0, 2)
    assert found.song.melody.notes[-1].pitch % 12 == 0


def test_with_a_stroke_the_end_differs() -> None:
    found = made(bars=16, form="AA'BA'", n_steps=6)
    assert tune(found, 0, 3) == tune(found, 4, 7) == tune(found, 12, 15)
    assert tune(found, 3, 4) != tune(found, 7, 8)
    assert tune(found, 7, 8) == tune(found, 15, 16)


# -- singing -------------------------------------------------------------------------------


def test_phrases_breathe_and_the_end_is_at_home() -> None:
    for seed in range(2):
        melody = made("home", bars=8, seed=seed, key="G", n_steps=4).song.melody
        for bar in (3, 7):
            end = Fraction(4 * bar + 4)
            last = [n for n in melody.notes if n.onset_quarters < end][-1]
            assert end - last.onset_quarters >= 2
        assert melody.notes[-1].pitch % 12 == 7
        assert melody.notes[-1].onset_quarters % 1 == 0


def test_where_the_curve_is_high_the_end_may_be_anywhere() -> None:
    ends = {made("7", bars=2, seed=seed, n_steps=0).song.melody.notes[-1].pitch % 12
            for seed in range(5)}  # fmt: skip
    assert ends != {0}


def test_scale_and_ending_are_kept() -> None:
    found = made(bars=4, scale="pentatonic", ending="5", key="F", n_steps=4)
    classes = parse_scale("pentatonic", Key(-1))
    pitches = [note.pitch % 12 for note in found.song.melody.notes]
    assert set(pitches) <= classes
    assert pitches[-1] == 0


def test_it_is_like_a_song() -> None:
    source = read_song(GRACE)
    found = made("home", like=GRACE, bars=8, max_shared=5)
    melody = found.song.melody
    assert (melody.keys[0].key, melody.meters) == (source.melody.keys[0].key, source.melody.meters)
    assert melody.pickup_quarters == source.melody.pickup_quarters
    lowest = min(note.pitch for note in source.melody.notes)
    assert min(note.pitch for note in melody.notes) >= lowest - 2
    assert found.originality is not None
    assert found.originality.source is None or found.originality.source.n_notes <= 5


@pytest.mark.parametrize("limit", [3, 5])
def test_no_longer_run_is_shared_than_may_be(limit: int) -> None:
    index = opened()[1]
    for form, seed in (("A", 0), ("ABA", 1)):
        found = made(bars=3, max_shared=limit, seed=seed, form=form, n_steps=4)
        assert not index.limit(limit).exceeded(notes_in_ticks(found.song.melody))
    free = made(bars=4, max_shared=0)
    assert index.limit(limit).exceeded(notes_in_ticks(free.song.melody))


def test_by_default_no_more_is_shared_than_songs_usually_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index = opened()[1]
    usual = index.baseline.usual_run(18)
    assert 5 <= usual <= 9
    monkeypatch.setattr(Baseline, "usual_run", lambda *given: 3)
    bound = made(bars=4)
    assert not index.limit(3).exceeded(notes_in_ticks(bound.song.melody))
    assert "limit" not in " ".join(map(str, bound.notices))


def test_a_usual_limit_that_cannot_be_kept_is_lifted_and_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(RunLimit, "exceeded_by_next", lambda self, notes, at, pitches: pitches > 0)
    found = made(bars=2)
    assert any("runs of 7 notes" in str(each) for each in found.notices)
    with pytest.raises(ConstraintError, match="max-shared 7"):
        made(bars=2, max_shared=7)


def test_what_is_reachable_is_what_ties_leave() -> None:
    found = made("home break", bars=4)
    asked, bits = found.asked[1:], found.bits[1:]
    best = max(
        rank_correlation(asked, rng.permutation(bits))
        for rng in map(np.random.default_rng, range(50))
    )
    assert found.most[0] is not None
    assert found.correlation is not None
    assert max(best, found.correlation) <= found.most[0] + 1e-12 < 1
    order = np.argsort(np.argsort(asked, kind="stable"))
    assert found.most[0] == pytest.approx(rank_correlation(asked, np.sort(bits)[order]))


def test_titles_tell_melodies_apart_and_name_no_maker() -> None:
    titles = {made(bars=2, n_steps=0, seed=seed, key=key).song.title for seed in (0, 1)
              for key in ("C", "G minor")}  # fmt: skip
    assert titles == {f"Melody in {key}, seed {seed}" for seed in (0, 1)
                      for key in ("C major", "G minor")}  # fmt: skip
    filled = made("home", fill=ODE, first_bar=5, last_bar=5, n_steps=0).song
    assert filled.title == "Ode to Joy (bar 5 anew, seed 0)"
    source = read_song(ODE).composer
    assert filled.composer == ", ".join(filter(None, [source, "clinamen, listener songs, seed 0"]))


def test_a_limit_holds_for_what_is_filled() -> None:
    index = opened()[1]
    found = made("home", fill=ODE, first_bar=5, last_bar=8, max_shared=4, n_steps=4)
    notes = notes_in_ticks(found.song.melody)
    new = changes(notes, notes_in_ticks(read_song(ODE).melody))
    run = index.longest_run(notes, span=new)
    assert run is None or run.n_notes <= 4


def test_chords_come_first_and_come_back() -> None:
    found = made(bars=9, form="ABA", chords=True, n_steps=0)
    symbols = {float(each.onset_quarters): each.symbol for each in found.song.chords}
    assert [symbols[4.0 * bar] for bar in range(3)] == [symbols[24 + 4.0 * bar] for bar in range(3)]


@pytest.mark.parametrize(("form", "bars"), [(None, 8), ("AABA", 16), ("AABA", 24), ("ABA", 12)])
def test_chords_return_with_the_melody_and_end_at_home(form: str | None, bars: int) -> None:
    for seed in range(2):
        request = ComposeRequest("home", bars=bars, form=form, chords=True, seed=seed)
        setup = with_chords(set_up(request), request, opened()[0])
        frame = setup.plan.frame
        symbols = {each.onset_quarters: each.symbol for each in setup.base.chords}
        returns = {
            bar: model
            for bar, model in bars_that_return(frame).items()
            if setup.plan.writes(frame.lines[bar])
        }
        assert returns or form
        for bar, model in returns.items():
            assert form or symbols[Fraction(4 * bar)] == symbols[Fraction(4 * model)]
        assert symbols[Fraction(4 * bars - 4)] == "C"


def test_chords_of_a_beginning_stay() -> None:
    source = read_song(HARBOUR)
    request = ComposeRequest("home", begin=f"{HARBOUR}:4", bars=8, chords=True)
    chords = with_chords(set_up(request), request, opened()[0]).base.chords
    given = [each for each in source.chords if each.onset_quarters < 16]
    assert [each for each in chords if each.onset_quarters < 16] == given
    assert {each.onset_quarters for each in chords} >= {Fraction(4 * bar) for bar in range(4, 8)}


# -- stopping ------------------------------------------------------------------------------


def test_what_is_found_stays_when_it_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    listener, index = opened()
    drafts = module._drafts

    def broken(*args: Any, **kwargs: Any) -> Iterator[Any]:
        yield from islice(drafts(*args, **kwargs), 2)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_drafts", broken)
    work = Anytime(ComposeRequest("home", bars=4), listener=listener, index=index)
    assert not work.has_found
    with pytest.raises(KeyboardInterrupt):
        work.run()
    (found,) = work.found()
    np.testing.assert_allclose(found.bits, heard_again(found.song), atol=1e-9)
    assert found.song.melody.end_quarters == 16


def test_time_ends_it() -> None:
    listener, index = opened()
    request = ComposeRequest("home", bars=2, n_steps=0)
    (found,) = compose(request, seconds=1e-6, listener=listener, index=index)
    # At least one step is made, however short the time, and not the number that was given.
    assert found.n_steps == 1


def test_a_curve_may_be_given_itself() -> None:
    curve = Curve(((Fraction(0), 1.5), (Fraction(8), 5.0)))
    found = made(curve, bars=2, n_steps=0)  # type: ignore[arg-type]
    onsets = [note.onset_quarters for note in found.song.melody.notes]
    np.testing.assert_allclose(found.asked, curve.at_all([float(each) for each in onsets]))


def test_notes_begin_on_eighths() -> None:
    assert all(note.onset_quarters * 2 % 1 == 0 for note in made(bars=4).song.melody.notes)


def test_no_bar_becomes_empty_where_bars_are_rewritten() -> None:
    setup = set_up(ComposeRequest("home break home", bars=8, form="AABA"))
    frame = setup.plan.frame
    for seed in range(3):
        for draft in composed(setup.plan, opened()[0], seed=seed, n_steps=10):
            assert {frame.bar_of(onset) for onset, _, _ in draft.notes} == set(range(8))


def test_bars_that_were_rewritten_in_vain_are_left_to_others() -> None:
    """Of bars that are equally bad, each has its turn."""
    setup = set_up(ComposeRequest("home", bars=6))
    composer = _Composer(setup.plan, opened()[0], np.random.default_rng(0), None, None)
    score = replace(composer.first().score, bar_costs=np.ones(6))
    for _ in range(40):
        composer._worst(score)
    assert composer._n_tried.min() > 0.5 * composer._n_tried.mean()
