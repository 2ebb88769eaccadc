"""A limit on shared runs: what keeps it, and what does not."""

from __future__ import annotations

from typing import Any

import pytest
from tests.bench.creation_songs import a_song
from tests.domains.music.taught import taught_listener

from clinamen.bench import _creation_limits as limits
from clinamen.bench._creation_cast import Cast
from clinamen.bench._creation_limits import LimitFigures, limit_figures, limit_targets
from clinamen.domains.music.editing import notes_in_ticks, with_notes
from clinamen.domains.music.fingerprints import Fingerprints
from clinamen.domains.music.notes import Song
from clinamen.operations.variant import Variant

KNOWN, MINE = a_song(1), a_song(2)


class Copyist:
    """Puts a bit of a tune that is known into every song, as long as it is let."""

    def __init__(self, _listener: Any, _n: Any, _index: Any = None, limit: int | None = None):
        self.n_notes = 20 if limit is None else limit + self.over

    over = 0

    def swerve(self, _asked: Any, song: Song) -> list[Variant]:
        known, own = notes_in_ticks(KNOWN.melody), notes_in_ticks(song.melody)
        # Up a tone, and after a leap, so that the run begins there and nowhere before.
        mixed = [
            (onset, lasts, known[at][2] + 2 if at < self.n_notes else 30 + 7 * (at % 2))
            for at, (onset, lasts, _) in enumerate(own)
        ]
        return [_variant(with_notes(song, mixed))]

    def compose(self, _order: Any) -> Song:
        return self.swerve(None, MINE)[0].song


def _variant(song: Song) -> Any:
    class Made:
        pass

    made: Any = Made()
    made.song = song
    return made


def figures(monkeypatch: pytest.MonkeyPatch, over: int) -> tuple[LimitFigures, ...]:
    monkeypatch.setattr(limits, "Swerver", Copyist)
    monkeypatch.setattr(limits, "Composer", Copyist)
    monkeypatch.setattr(Copyist, "over", over)
    index = Fingerprints.of([a_song(5), KNOWN])
    listener = taught_listener()
    cast = Cast(listener, listener, (MINE,), (a_song(7), KNOWN), index)
    return limit_figures(cast, [MINE], 6, 40, 1, None)


def test_a_limit_that_is_kept_and_what_is_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    swerves, compositions = figures(monkeypatch, over=0)
    assert (swerves.n, swerves.n_exceeding, swerves.n_exceeding_tunes) == (38, 0, 0)
    assert (swerves.n_free, swerves.n_free_exceeding) == (7, 7)
    assert (compositions.n, compositions.n_exceeding, compositions.n_exceeding_tunes) == (2, 0, 0)
    assert [target.is_met for target in limit_targets((swerves, compositions))] == [True, True]


def test_a_limit_that_is_broken_by_a_note_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    swerves, compositions = figures(monkeypatch, over=1)
    assert (swerves.n, swerves.n_exceeding, swerves.n_exceeding_tunes) == (38, 38, 38)
    assert (compositions.n, compositions.n_exceeding, compositions.n_exceeding_tunes) == (2, 2, 2)
    assert [target.is_met for target in limit_targets((swerves, compositions))] == [False, False]


def test_nothing_that_can_be_made_does_not_go_on_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    from clinamen.errors import ConstraintError

    def never(*_: Any) -> Any:
        raise ConstraintError("max-shared 6", "it cannot be")

    monkeypatch.setattr(Copyist, "swerve", never)
    monkeypatch.setattr(Copyist, "compose", never)
    monkeypatch.setattr(limits, "MOST_ROUNDS", 2)
    swerves, compositions = figures(monkeypatch, over=0)
    assert swerves.n == compositions.n == 0
    assert [target.is_met for target in limit_targets((swerves, compositions))] == [None, None]
