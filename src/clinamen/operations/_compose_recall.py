"""What comes back in a melody: which bar is to sound like which earlier one, and how far it does.

A song is at home in what it has said before. The second and the fourth phrase begin as the
phrase before them; after a break the first one comes back; and within a phrase the rhythm of the
first two bars is that of the next two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clinamen.domains.music.editing import NoteTicks
from clinamen.operations._compose_frame import Frame

__all__ = ["NOTHING", "Recall", "bars_that_return", "recall_costs", "recalled"]

_HOME_BITS = 3.2
"""Bits that the curve asks of a bar at most, for the bar to be like another one."""

_SAME_BITS = 2.4
_SAME_LEVEL = 0.3
"""For pitches to come back as well, the curve is low, and as high as it was."""

_OTHER_RHYTHM = 1.5
_OTHER_PITCH = 2.0


@dataclass(frozen=True)
class Recall:
    """What a bar is to sound like.

    Parameters
    ----------
    pitch_at
        By ticks after the bar line, the pitches of the earlier bar; empty for no such bar.
    with_pitch
        Whether pitches come back as well as the rhythm.
    """

    pitch_at: dict[int, int]
    with_pitch: bool = False

    def cost(self, place: int, pitch: int) -> float:
        """Bits for a note that is not as in the earlier bar."""
        if not self.pitch_at:
            return 0.0
        if place not in self.pitch_at:
            return _OTHER_RHYTHM
        return _OTHER_PITCH if self.with_pitch and self.pitch_at[place] != pitch else 0.0

    def skipped(self, after: int, before: int) -> float:
        """Bits for the notes of the earlier bar that are left out between two places."""
        return _OTHER_RHYTHM * sum(after < place < before for place in self.pitch_at)


NOTHING = Recall({})


def bars_that_return(frame: Frame) -> dict[int, int]:
    """Bars whose pitches are to come back, each with the earlier bar that it is to be like."""
    models = {bar: _model(frame, bar) for bar in range(frame.n_bars)}
    return {
        bar: model
        for bar, (model, with_pitch) in models.items()
        if with_pitch and model is not None
    }


def recalled(frame: Frame, bar: int, notes: Iterable[NoteTicks]) -> Recall:
    """What a bar is to sound like, of notes that include those of earlier bars."""
    model, with_pitch = _model(frame, bar)
    if model is None:
        return _theme(frame, bar)
    start, end = frame.lines[model], frame.lines[model + 1]
    found = {onset - start: pitch for onset, _, pitch in notes if start <= onset < end}
    return Recall(found, with_pitch)


def _theme(frame: Frame, bar: int) -> Recall:
    """The rhythm with which phrases begin."""
    place = bar % frame.phrase_bars
    if place >= len(frame.theme) or not _is_home(frame, bar):
        return NOTHING
    return Recall(dict.fromkeys(frame.theme[place], -1))


def _model(frame: Frame, bar: int) -> tuple[int | None, bool]:
    """The earlier bar that one is to be like, and whether in its pitches too."""
    if not _is_home(frame, bar):
        return None, False
    n_bars = frame.phrase_bars
    phrase, place = divmod(bar, n_bars)
    begins = place < (n_bars + 1) // 2
    if phrase and begins:
        # The phrase before an even one is its question; an odd one begins anew, unless the
        # song comes home from a break: then with its first phrase.
        is_answer = phrase % 2 == 1
        comes_home = not _is_home(frame, (phrase - 1) * n_bars)
        source = (phrase - 1 if is_answer and not comes_home else 0) * n_bars + place
        if _is_home(frame, source):
            return source, (is_answer or comes_home) and _is_same(frame, source, bar)
    if frame.closes_phrase(bar):
        return (bar - n_bars, False) if phrase and _is_home(frame, bar - n_bars) else (None, False)
    if place >= 2 and _is_home(frame, bar - 2):
        return bar - 2, False
    return None, False


def _is_home(frame: Frame, bar: int) -> bool:
    return 0 <= bar < frame.n_bars and frame.target(frame.lines[bar]) <= _HOME_BITS


def _is_same(frame: Frame, bar: int, other: int) -> bool:
    levels = [frame.target(frame.lines[each]) for each in (bar, other)]
    return max(levels) <= _SAME_BITS and abs(levels[0] - levels[1]) <= _SAME_LEVEL


def recall_costs(frame: Frame, notes: Sequence[NoteTicks]) -> list[float]:
    """Of each bar, the mean of its notes' bits for not being what it is to sound like."""
    found = []
    by_bar: dict[int, list[NoteTicks]] = {}
    for note in notes:
        by_bar.setdefault(frame.bar_of(note[0]), []).append(note)
    for bar in range(frame.n_bars):
        model, with_pitch = _model(frame, bar)
        here = by_bar.get(bar, [])
        if not here:
            found.append(0.0)
            continue
        start, recall = frame.lines[bar], _theme(frame, bar)
        if model is not None:
            before = frame.lines[model]
            earlier = {onset - before: pitch for onset, _, pitch in by_bar.get(model, [])}
            recall = Recall(earlier, with_pitch)
        costs = [recall.cost(onset - start, pitch) for onset, _, pitch in here]
        missing = set(recall.pitch_at) - {onset - start for onset, _, _ in here}
        missed = _OTHER_RHYTHM * len(missing) if recall.pitch_at else 0.0
        found.append((sum(costs) + missed) / len(here))
    return found
