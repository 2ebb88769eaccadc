"""How good swerves and compositions are, judged by listeners that did not make them.

A *generator* makes, a *judge* that shares no tune with it hears the result, and the classic model
with the judge's memory is a third ear. Swerves are asked for at places drawn at random, where the
generator was sure, and at places that the product proposes; every variant is measured. Melodies
are composed along curves that are drawn at random, and compared with three plain methods that have
as much processor time. Results that were to keep a limit on shared runs are searched for longer
ones by other means. Seconds and memory are those of new processes.

By default the generator is the shipped listener, and the judge learns folk songs and chorales
that come with music21; the songs are others of them. Nobody has learnt what another has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

import numpy as np

from clinamen.bench._apart import Telling
from clinamen.bench._creation_cast import Cast, Given, cast_of
from clinamen.bench._creation_compositions import (
    N_BARS,
    Composed,
    ComposeFigures,
    compose_all,
    compose_figures,
    compose_targets,
    orders,
)
from clinamen.bench._creation_ears import Ear, ears_of
from clinamen.bench._creation_limits import LimitFigures, limit_figures, limit_targets
from clinamen.bench._creation_makers import Composer, Swerver
from clinamen.bench._creation_plain_swerves import PlainFigures, plain_figures
from clinamen.bench._creation_statistics import Target
from clinamen.bench._creation_summary import (
    SwerveFigures,
    cuts,
    reasons_of_misses,
    refusals,
    swerve_targets,
)
from clinamen.bench._creation_swerves import Refused, Swerved, asked_of, swerve_all, usable
from clinamen.bench._creation_times import TimeFigures, time_figures, time_targets
from clinamen.bench._machine import machine
from clinamen.domains.music.notes import Song
from clinamen.errors import ParameterError
from clinamen.operations.swerve import STRENGTHS

__all__ = [
    "PARTS",
    "SIZES",
    "ComposePart",
    "CreationRequest",
    "CreationResult",
    "Size",
    "SwervePart",
    "bench_creation",
]

Each = TypeVar("Each")

PARTS = ("swerve", "compose", "limit", "times")
"""What can be measured."""


@dataclass(frozen=True)
class Size:
    """How much is measured.

    Parameters
    ----------
    n_songs
        That are swerved.
    n_places
        In each of them: so many at random, and as many proposed.
    n_variants
        Of each place.
    n_curves
        Of each kind.
    n_limited
        Results that are to keep a limit.
    n_bars
        Of each composition.
    n_steps
        How often a composition's bars are written anew; by default as `clinamen compose` does.
    """

    n_songs: int
    n_places: int
    n_variants: int
    n_curves: int
    n_limited: int
    n_bars: int = N_BARS
    n_steps: int | None = None


SIZES: Mapping[str, Size] = {
    "quick": Size(n_songs=12, n_places=1, n_variants=4, n_curves=2, n_limited=200),
    "usual": Size(n_songs=60, n_places=2, n_variants=8, n_curves=12, n_limited=1000),
    "full": Size(n_songs=150, n_places=3, n_variants=8, n_curves=30, n_limited=10_000),
}
"""By name: some minutes, about half an hour, two hours or more."""


@dataclass(frozen=True)
class CreationRequest:
    """What shall be measured, and on what.

    Parameters
    ----------
    given
        Listeners and songs.
    size
        See `Size`, or a name in `SIZES`.
    parts
        Out of `PARTS`.
    max_shared
        The limit that is tried, in notes.
    seed
        Of all that is drawn.

    Raises
    ------
    ParameterError
        If a name is unknown, or a number too small.
    """

    given: Given = field(default_factory=Given)
    size: Size | str = "usual"
    parts: tuple[str, ...] = PARTS
    max_shared: int = 6
    seed: int = 1

    def __post_init__(self) -> None:
        if isinstance(self.size, str) and self.size not in SIZES:
            raise ParameterError(f"size must be {', '.join(SIZES)}, not {self.size!r}")
        strange = ", ".join(sorted(set(self.parts) - set(PARTS)))
        if strange or not self.parts:
            raise ParameterError(f"parts are {', '.join(PARTS)}, not {strange or 'none'}")
        if self.seed < 0:
            raise ParameterError(f"a seed is a whole number from 0 on, not {self.seed}")

    @property
    def sizes(self) -> Size:
        """How much is measured."""
        return SIZES[self.size] if isinstance(self.size, str) else self.size


@dataclass(frozen=True)
class SwervePart:
    """Swerves.

    Parameters
    ----------
    n_asked, n_refused, n_variants
        Places that were asked for, those where it could not be done, and all variants.
    refused
        How often what was asked could not be had, by kind and strength.
    reasons
        Why it was refused, in the product's words; up to five.
    figures
        Of all variants and of parts of them.
    plain
        The first-ranked of the places where a break of pitch was asked for, beside plain methods
        with as much processor time.
    misses
        Which notes are more surprising to the judge than the break, the commonest first.
    """

    n_asked: int
    n_refused: int
    n_variants: int
    refused: Mapping[str, int]
    reasons: tuple[str, ...]
    figures: tuple[SwerveFigures, ...]
    plain: tuple[PlainFigures, ...]
    misses: Mapping[str, int]


@dataclass(frozen=True)
class ComposePart:
    """Compositions.

    Parameters
    ----------
    n_asked, n_refused
        Curves, and those that nothing could be composed along.
    reasons
        Why, in the product's words; up to five.
    figures
        Of every method, over all curves and by kind; empty where nothing was composed.
    """

    n_asked: int
    n_refused: int
    reasons: tuple[str, ...]
    figures: tuple[ComposeFigures, ...]


@dataclass(frozen=True)
class CreationResult:
    """Figures beside targets, and how they were got.

    Parameters
    ----------
    facts
        Who made, who judged, on which songs.
    n_songs
        Songs that were long enough and drawn.
    size, seed
        How much was measured.
    swerve, compose, limit, times
        The parts; None or empty where not asked for.
    targets
        What was to be reached, with what was.
    """

    facts: Mapping[str, object]
    n_songs: int
    size: Size
    seed: int
    swerve: SwervePart | None
    compose: ComposePart | None
    limit: tuple[LimitFigures, ...]
    times: tuple[TimeFigures, ...]
    targets: tuple[Target, ...]

    def to_plain(self) -> dict[str, Any]:
        """Everything as plain values."""
        plain = asdict(self)
        plain["targets"] = [{**asdict(target), "is_met": target.is_met} for target in self.targets]
        return {**plain, "machine": machine()}


def bench_creation(request: CreationRequest, telling: Telling | None = None) -> CreationResult:
    """Measure swerves and compositions.

    Parameters
    ----------
    telling
        Is told about progress.

    Raises
    ------
    MissingError
        If a file does not exist, or music21 is needed and not installed.
    FormatError
        If a song or a listener cannot be read.
    ParameterError
        If there are too few songs, or none is long enough.
    """
    cast = cast_of(request.given, telling)
    songs = _drawn(cast.songs, request)
    bench = _Bench(request, cast, songs, ears_of(cast.generator, cast.judge), telling)
    swerve = bench.swerves() if "swerve" in request.parts else None
    compose = bench.compositions() if "compose" in request.parts else None
    limit = bench.limits() if "limit" in request.parts else ()
    times = bench.times() if "times" in request.parts else ()
    targets = [
        *(swerve_targets(swerve.figures) if swerve else ()),
        *(compose_targets(compose.figures) if compose else ()),
        *limit_targets(limit),
        *time_targets(times),
    ]
    return CreationResult(
        facts=cast.facts,
        n_songs=len(songs),
        size=request.sizes,
        seed=request.seed,
        swerve=swerve,
        compose=compose,
        limit=limit,
        times=times,
        targets=tuple(targets),
    )


def _drawn(songs: Sequence[Song], request: CreationRequest) -> list[Song]:
    """Songs that are long enough, at random."""
    enough = [song for song in songs if usable(song)]
    if not enough:
        raise ParameterError(
            "no song is long enough to be swerved: it needs 24 notes and 3 phrases or more"
        )
    order = np.random.default_rng(request.seed).permutation(len(enough))
    return [enough[int(place)] for place in order[: request.sizes.n_songs]]


@dataclass(frozen=True, eq=False)
class _Bench:
    """Listeners and songs at work."""

    request: CreationRequest
    cast: Cast
    songs: Sequence[Song]
    ears: Sequence[Ear]
    telling: Telling | None

    def swerves(self) -> SwervePart:
        size, generator = self.request.sizes, self.cast.generator
        swerver = Swerver(generator, size.n_variants)
        asked = asked_of(
            self.songs, generator, STRENGTHS, size.n_places, self.request.seed, swerver.propose
        )
        outcomes = swerve_all(self.songs, asked, swerver.swerve, self.ears)
        rows: list[Swerved] = []
        refused: list[Refused] = []
        for outcome in self._told("swerves", outcomes, len(asked)):
            if isinstance(outcome, Refused):
                refused.append(outcome)
            else:
                rows += outcome
        best = [row for row in rows if row.rank == 1 and row.asked.kind == "pitch"]
        plain = plain_figures(
            self.songs, generator, self.ears, best, swerver.seconds, self.request.seed
        )
        return SwervePart(
            n_asked=len(asked),
            n_refused=len(refused),
            n_variants=len(rows),
            refused=refusals(refused),
            reasons=tuple(dict.fromkeys(each.why for each in refused))[:5],
            figures=tuple(cuts(rows)),
            plain=plain,
            misses=reasons_of_misses(rows),
        )

    def compositions(self) -> ComposePart:
        seed, generator = self.request.seed, self.cast.generator
        size = self.request.sizes
        ordered = orders(self.songs, size.n_curves, seed, size.n_bars)
        composer = Composer(generator, seed, self.cast.index, n_steps=size.n_steps)
        made = compose_all(ordered, composer.compose, generator, self.ears, seed)
        rows: list[Composed] = []
        refused: list[str] = []
        for outcome in self._told("compositions", made, len(ordered)):
            if isinstance(outcome, str):
                refused.append(outcome)
            else:
                rows += outcome
        return ComposePart(
            n_asked=len(ordered),
            n_refused=len(refused),
            reasons=tuple(dict.fromkeys(refused))[:5],
            figures=tuple(compose_figures(rows)),
        )

    def limits(self) -> tuple[LimitFigures, ...]:
        return limit_figures(
            self.cast,
            self.songs,
            self.request.max_shared,
            self.request.sizes.n_limited,
            self.request.seed,
            self.telling,
        )

    def times(self) -> tuple[TimeFigures, ...]:
        return time_figures(self.cast.songs, self.request.given.generator, self.request.seed)

    def _told(self, what: str, each: Iterable[Each], total: int) -> Iterator[Each]:
        for done, item in enumerate(each, start=1):
            if self.telling is not None:
                self.telling(what, done, total)
            yield item
