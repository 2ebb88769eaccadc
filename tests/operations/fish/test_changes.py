"""Kinds of change, as shares of the changed time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import clinamen
from clinamen.operations.fish._changes import Line, kinds_of_change
from clinamen.operations.fish._ideas import Proposal
from clinamen.operations.fish._judging import Judge
from clinamen.operations.fish.passage import passage_of
from clinamen.operations.fish.wish import parse_wish

Q = 10080
BAR = 4 * Q
MINOR = ((0, "C"), (BAR, "Fm"), (2 * BAR, "C"))
TUNE = ((0, Q, 60), (Q, Q, 62), (2 * Q, 2 * Q, 64), (BAR, BAR, 65))
CHORDS = ((0, "C"), (BAR, "F"), (2 * BAR, "C"))
NOTHING = {"pitch": 0.0, "rhythm": 0.0, "harmony": 0.0, "silence": 0.0}


@pytest.mark.parametrize(
    ("notes", "chords", "kinds"),
    [
        (TUNE, CHORDS, {}),
        (((0, Q, 61), *TUNE[1:]), CHORDS, {"pitch": 1}),
        ((*TUNE[:2], *TUNE[3:]), CHORDS, {"rhythm": 1, "silence": 1}),
        ((TUNE[0], (Q, 3 * Q, 62), TUNE[3]), CHORDS, {"pitch": 1, "rhythm": 1}),
        (((0, Q // 2, 60), (Q // 2, Q // 2, 60), *TUNE[1:]), CHORDS, {"rhythm": 1}),
        (TUNE, MINOR, {"harmony": 1}),
        (
            ((0, Q, 61), *TUNE[1:]),
            MINOR,
            {"pitch": 0.2, "harmony": 0.8},
        ),
        # One tick less of a note is hardly silence where three others are new.
        (
            ((0, Q - 1, 60), (Q, Q, 67), (2 * Q, 2 * Q, 69), (BAR, BAR, 72)),
            CHORDS,
            {"pitch": 7 * Q / (7 * Q + 1), "rhythm": 1 / (7 * Q + 1), "silence": 1 / (7 * Q + 1)},
        ),
    ],
)
def test_the_share_of_each_kind(
    notes: tuple[tuple[int, int, int], ...],
    chords: tuple[tuple[int, str], ...],
    kinds: dict[str, float],
) -> None:
    found = kinds_of_change(Line(TUNE, CHORDS), Line(notes, chords), 0, 2 * BAR)
    assert found == pytest.approx(NOTHING | kinds)
    # What changes elsewhere is of no passage.
    assert kinds_of_change(Line(TUNE, CHORDS), Line(notes, chords), 2 * BAR, 3 * BAR) == NOTHING


def test_a_wish_for_silence_is_met_by_silence_and_not_by_a_shorter_note() -> None:
    song, wish = clinamen.read("examples/harbour_light.musicxml"), parse_wish("silence")
    listener = clinamen.load_listener("songs_quick")
    judge = Judge(song, listener, passage_of(song, wish), wish)
    *notes, last = judge.notes
    shorter = [(on, lasts, pitch + 1) for on, lasts, pitch in notes[:4]]
    shorter[0] = (shorter[0][0], shorter[0][1] - 1, shorter[0][2])
    proposals = [
        Proposal(tuple(made), judge.chords, "sculpt")
        for made in ([*shorter, *notes[4:], last], [*notes[:4], *notes[8:], last])
    ]
    few, many = judge.judge(proposals)
    assert few.fit == pytest.approx(0.3, abs=0.01)
    assert many.fit == 1.0


@st.composite
def lines(draw: st.DrawFn) -> Line:
    onsets = sorted(draw(st.sets(st.integers(0, 19), max_size=6)))
    notes = [
        (on, draw(st.integers(1, after - on)), draw(st.integers(60, 62)))
        for on, after in zip(onsets, [*onsets[1:], 20], strict=False)
    ]
    return Line(notes, [(0, draw(st.sampled_from("CF")))])


@given(lines(), lines())
def test_shares_are_those_of_counting_every_tick(old: Line, new: Line) -> None:
    def at(line: Line, time: int) -> tuple[int, int] | None:
        return next(((on, p) for on, n, p in line.notes if on <= time < on + n), None)

    pairs = [(at(old, time), at(new, time)) for time in range(3, 17)]
    is_other = old.chords != new.chords
    n = sum(was != now or is_other for was, now in pairs)
    found = kinds_of_change(old, new, 3, 17)
    silent = sum(was is not None and now is None for was, now in pairs)
    assert found["silence"] == pytest.approx(silent / max(n, 1))
    assert found["harmony"] == float(is_other)
    other = sum(bool(was and now and was[1] != now[1]) for was, now in pairs)
    assert found["pitch"] == pytest.approx(other / max(n, 1))
