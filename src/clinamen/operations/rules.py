"""The verb `atlas rules`: break a rule of the game, and see what songs there are beyond it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from clinamen.domains.music.editing import notes_in_ticks
from clinamen.domains.music.rules import (
    KINDS,
    VIEWPOINTS,
    Break,
    Rules,
    both,
    breaks_of,
    rules_of,
)
from clinamen.domains.music.tunes.ear import Ear
from clinamen.domains.music.tunes.measures import measure_tunes
from clinamen.domains.music.tunes.tune import Tune
from clinamen.errors import ClinamenError, MissingError, ParameterError
from clinamen.operations._rules_search import Found, Hunt, kept_share
from clinamen.operations._rules_words import break_words
from clinamen.operations._worth import FloatArray, Worth, corpus_measures, with_own

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song

__all__ = ["NAMES", "RuleFind", "RulesRequest", "RulesResult", "search_rules"]

NAMES = ("scale", "metre", "plan", "viewpoint", *VIEWPOINTS)
"""What may be asked for; ``viewpoint`` is all habits of the line."""

_FIRST_SHARE = 0.4
"""Of all evaluations, so many go to every break alike; the rest to those that did best."""

_N_PAIRS = 3


@dataclass(frozen=True, slots=True)
class RulesRequest:
    """Which rules to break, and how long to look.

    Parameters
    ----------
    kinds
        Out of `NAMES`; all by default.
    evaluations
        Tunes that are tried, over all breaks.
    seconds
        To stop after, where it is given; how far that goes depends on the machine.
    pairs
        Whether to break two rules at once as well.
    n
        Finds at most.
    seed
        The same gives the same.

    Raises
    ------
    ParameterError
        If a kind is unknown, or a number out of range.
    """

    kinds: tuple[str, ...] = ()
    evaluations: int = 12_000
    seconds: float | None = None
    pairs: bool = True
    n: int = 12
    seed: int = 0

    def __post_init__(self) -> None:
        for kind in self.kinds:
            if kind not in NAMES:
                raise ParameterError(f"rules are {', '.join(NAMES)}, not {kind!r}")
        if self.evaluations < 1:
            raise ParameterError(f"one tune or more is tried, not {self.evaluations}")
        if self.seconds is not None and not 0 < self.seconds < float("inf"):
            raise ParameterError(f"the time must be above 0, not {self.seconds} seconds")
        if self.n < 1:
            raise ParameterError(f"at least 1 find must be asked for, not {self.n}")
        if self.seed < 0:
            raise ParameterError(f"a seed is a whole number from 0 on, not {self.seed}")

    @property
    def wanted(self) -> tuple[str, ...]:
        """The same as kinds of rules, each once."""
        named = self.kinds or KINDS
        spread = [VIEWPOINTS if kind == "viewpoint" else (kind,) for kind in named]
        return tuple(dict.fromkeys(kind for kinds in spread for kind in kinds))


@dataclass(frozen=True, eq=False)
class RuleFind:
    """A song beyond a rule.

    Parameters
    ----------
    song
        In its own key, metre and bars.
    broken
        The rules that it breaks, what holds instead, and what is kept.
    reason
        The same in words, with figures.
    worth
        In the ears of the search.
    kept
        How much of the song it still is, 0 to 1 (see `kept_share`), after the song has been told
        by the new rule in the plainest way.
    n_chords_left_out
        Chords of the song that have notes outside the new scale.
    rank
        Place among the finds, from 1.
    """

    song: Song
    broken: Break
    reason: str
    worth: Worth
    kept: float
    n_chords_left_out: int
    rank: int

    @property
    def kinds(self) -> tuple[str, ...]:
        """What is broken."""
        return self.broken.kinds


@dataclass(frozen=True, eq=False)
class RulesResult:
    """What lies beyond the rules of a song.

    Parameters
    ----------
    song
        As it is.
    rules
        What it follows.
    finds
        The best find beyond each rule first, then others, by worth.
    n_breaks
        Ways to break a rule that were tried.
    n_without
        Of these, ways along which no song was found that breaks this rule alone.
    n_evaluations
        Tunes that were tried.
    was_stopped
        Whether it ended early.
    """

    song: Song
    rules: Rules
    finds: tuple[RuleFind, ...]
    n_breaks: int
    n_without: int
    n_evaluations: int
    was_stopped: bool


@dataclass(eq=False)
class _Search:
    """One search over the rules."""

    song: Song
    request: RulesRequest
    quick: Listener
    mine: FloatArray
    watch: Callable[[str, int, int], None]
    stop: Callable[[], bool]

    def run(self) -> list[Hunt]:
        """All ways along which something was looked for."""
        breaks = [*breaks_of(self.song, self.request.wanted)]
        if not breaks:
            raise MissingError("the song follows none of these rules, so none can be broken")
        corpus, total = corpus_measures(), self.request.evaluations
        hunts = self._begun(breaks, corpus)
        share = max(int(total * _FIRST_SHARE) // len(breaks), 1)
        self._go_on(hunts, share)
        best = _of_each_kind(hunts)
        if self.request.pairs:
            pairs = [pair for a, b in combinations(best, 2) if (pair := _pair(a, b)) is not None]
            pairs.sort(key=lambda pair: -pair[0])
            both_broken = self._begun([each for _, each in pairs[:_N_PAIRS]], corpus)
            self._go_on(both_broken, share)
            best += both_broken
            hunts += both_broken
        left = total - sum(hunt.n_evaluations for hunt in hunts)
        if best and left > 0:
            self._go_on(best, max(left // len(best), 1))
        return hunts

    def _begun(self, breaks: Sequence[Break], corpus: FloatArray) -> list[Hunt]:
        hunts = []
        for broken in breaks:
            if self.stop():
                break
            try:
                hunts.append(Hunt(broken, self.quick, self.mine, corpus))
            except ClinamenError:
                continue  # No note fits, or the listener cannot imagine such times.
        return hunts

    def _go_on(self, hunts: Sequence[Hunt], n_evaluations: int) -> None:
        for hunt in hunts:
            if self.stop():
                return
            # Its own chance each: what is tried beside does not change what is found here.
            token = (*map(ord, repr((hunt.broken.new, hunt.n_evaluations))),)
            rng = np.random.default_rng([self.request.seed, *token])
            hunt.go_on(n_evaluations, rng, self.stop)
            name = " + ".join(hunt.broken.kinds)
            self.watch(name, hunt.n_evaluations, len(hunts))


def search_rules(
    song: Song,
    request: RulesRequest,
    *,
    quick: Listener,
    mine: FloatArray | None = None,
    watch: Callable[[str, int, int], None] = lambda name, n, of: None,
    stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = time.monotonic,
) -> RulesResult:
    """Look for songs beyond the rules of one: each breaks one rule, or two, and keeps the others.

    For each way to break a rule the song is told by the new one in the plainest way, and a
    short search goes on from there, for what is worth most among tunes that break that rule,
    keep the others, and are still half the song; the best one of each kind of rule, and of
    pairs of them, is then searched on.

    Parameters
    ----------
    quick
        Who listens.
    mine
        Measures of what the maker has made, beside the song itself, shape ``(P, M)``.
    watch
        Told, after each break, what was broken, how many tunes were tried for it, and how many
        breaks there are in this pass.
    stop
        Asked again and again; once it says yes, the search ends with what there is.
    clock
        Seconds.

    Raises
    ------
    MissingError
        If the song follows none of these rules.
    """
    tune = Tune.of(notes_in_ticks(song.melody))
    own = measure_tunes(song, [tune], Ear(quick, song).hear([tune]))
    stops = _Stop(stop, None if request.seconds is None else clock() + request.seconds, clock)
    mine = own if mine is None else with_own(mine, own)
    hunts = _Search(song, request, quick, mine, watch, stops).run()
    finds = _finds(song, hunts, request.n)
    return RulesResult(
        song=song,
        rules=rules_of(song.melody),
        finds=finds,
        n_breaks=len(hunts),
        n_without=sum(hunt.best is None for hunt in hunts),
        n_evaluations=sum(hunt.n_evaluations for hunt in hunts),
        was_stopped=stops.was_stopped,
    )


@dataclass(eq=False)
class _Stop:
    """Says yes when someone else does or it is late, and remembers."""

    asked: Callable[[], bool]
    ends: float | None
    clock: Callable[[], float]
    was_stopped: bool = False

    def __call__(self) -> bool:
        late = self.ends is not None and self.clock() >= self.ends
        self.was_stopped = self.was_stopped or late or self.asked()
        return self.was_stopped


def _of_each_kind(hunts: Sequence[Hunt]) -> list[Hunt]:
    """The hunt with the best find of each kind of rule."""
    best: dict[tuple[str, ...], Hunt] = {}
    for hunt in hunts:
        kinds = hunt.broken.kinds
        if hunt.best is not None and (kinds not in best or _value(hunt) > _value(best[kinds])):
            best[kinds] = hunt
    return [*best.values()]


def _value(hunt: Hunt) -> float:
    return 0.0 if hunt.best is None else hunt.best.worth.pull


def _pair(one: Hunt, other: Hunt) -> tuple[float, Break] | None:
    """Both rules broken, with the worth of the less good of the two finds."""
    pair = both(one.broken, other.broken) or both(other.broken, one.broken)
    return None if pair is None else (min(_value(one), _value(other)), pair)


def _finds(song: Song, hunts: Sequence[Hunt], n: int) -> tuple[RuleFind, ...]:
    """The best of each break; those of a kind that has none yet come first, then by worth."""
    made = []
    for hunt in hunts:
        first = next(hunt.found(), None)
        if first is not None:
            made.append((hunt, *first))
    made.sort(key=lambda each: (-each[2].worth.pull, each[2].tune.key))
    seen: dict[tuple[str, ...], int] = {}
    order: list[tuple[bool, int, tuple[Hunt, Song, Found]]] = []
    for each in made:
        kinds = each[0].broken.kinds
        seen[kinds] = seen.get(kinds, 0) + 1
        order.append((seen[kinds] > 1, len(order), each))
    order.sort(key=lambda each: each[:2])
    finds = []
    for rank, (_, _, (hunt, found, best)) in enumerate(order[:n], start=1):
        start = Tune.of(notes_in_ticks(hunt.broken.song.melody))
        is_scale = "scale" in hunt.broken.kinds
        finds.append(
            RuleFind(
                song=found,
                broken=hunt.broken,
                reason=break_words(hunt.broken, song, found),
                worth=best.worth,
                kept=kept_share(start, best.tune),
                n_chords_left_out=len(song.chords) - len(found.chords) if is_scale else 0,
                rank=rank,
            )
        )
    return tuple(finds)
