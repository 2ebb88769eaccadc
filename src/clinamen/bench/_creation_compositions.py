"""Melodies are composed along random curves, by the search and by plain methods, and heard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from clinamen.bench._creation_baselines import BASELINES, Task, best_of, processor_seconds
from clinamen.bench._creation_curves import CURVE_KINDS, random_curve, spearman, spearman_by_bar
from clinamen.bench._creation_ears import GENERATOR, JUDGE, Ear
from clinamen.bench._creation_statistics import Estimate, Target, difference, estimate
from clinamen.domains.music.curve import Curve
from clinamen.domains.music.editing import with_notes
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Melody, MeterChange, Song
from clinamen.errors import ClinamenError

__all__ = ["N_BARS", "SEARCH", "Compose", "ComposeFigures", "Composed", "Ordered",
           "compose_all", "compose_figures", "compose_targets", "frame_like", "orders"]  # fmt: skip

N_BARS = 16

SEARCH = "compose"
"""Name of the product's own method."""


@dataclass(frozen=True, eq=False)
class Ordered:
    """One melody that is asked for.

    Parameters
    ----------
    number
        Of the curve.
    kind
        Of `CURVE_KINDS`.
    frame
        Key, metre and bars; a song without notes.
    curve
        What its bits shall follow.
    lowest, highest
        MIDI numbers, of the song whose frame it is.
    """

    number: int
    kind: str
    frame: Song
    curve: Curve
    lowest: int
    highest: int


Compose = Callable[[Ordered], Song]


@dataclass(frozen=True)
class Composed:
    """A melody as the ears hear it.

    Parameters
    ----------
    number, kind
        Of the curve.
    method
        `SEARCH`, or one of the baselines.
    by_note, by_bar
        By ear, rank correlation with the curve: of notes, and of means over bars.
    off
        By ear, mean distance of a note's bits from the curve.
    n_notes
        How many.
    seconds
        Processor time that it took.
    n_drawn
        How many whole melodies were drawn; 0 for the search.
    song
        The melody itself.
    """

    number: int
    kind: str
    method: str
    by_note: Mapping[str, float]
    by_bar: Mapping[str, float]
    off: Mapping[str, float]
    n_notes: int
    seconds: float
    n_drawn: int
    song: Song = field(repr=False)


def frame_like(song: Song, n_bars: int = N_BARS) -> Song:
    """An empty song in the key and metre in which another begins."""
    melody = song.melody
    meter = melody.meters[0].meter
    return Song(
        Melody(
            (),
            keys=melody.keys[:1],
            meters=(MeterChange(Fraction(0), meter),),
            end_quarters=n_bars * meter.bar_quarters,
        )
    )


def orders(
    songs: Sequence[Song], n_per_kind: int, seed: int, n_bars: int = N_BARS
) -> list[Ordered]:
    """Curves of every kind in turn, each in the frame of a song."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(n_per_kind * len(CURVE_KINDS)):
        song = songs[int(rng.integers(len(songs)))]
        frame, kind = frame_like(song, n_bars), CURVE_KINDS[number % len(CURVE_KINDS)]
        pitches = [note.pitch for note in song.melody.notes]
        curve = random_curve(kind, frame.melody, rng)
        found.append(Ordered(number, kind, frame, curve, min(pitches), max(pitches)))
    return found


def compose_all(
    ordered: Sequence[Ordered], compose: Compose, listener: Listener, ears: Sequence[Ear], seed: int
) -> Iterator[list[Composed] | str]:
    """Of every order what the search makes, and what each plain method makes in the same time.

    Where the search makes nothing, why not.
    """
    for order in ordered:
        started = processor_seconds()
        try:
            song = compose(order)
        except ClinamenError as error:
            yield str(error)
            continue
        spent = processor_seconds() - started
        found = [_heard(order, SEARCH, song, spent, 0, ears)]
        task = Task(listener, order.frame, order.curve, order.lowest, order.highest,
                    n_notes=len(song.melody.notes))  # fmt: skip
        for place, (name, draw) in enumerate(BASELINES.items()):
            best = best_of(task, draw, spent, np.random.default_rng([seed, order.number, place]))
            made = with_notes(order.frame, best.notes)
            found.append(_heard(order, name, made, best.seconds, best.n_drawn, ears))
        yield found


def _heard(
    order: Ordered, method: str, song: Song, seconds: float, n_drawn: int, ears: Sequence[Ear]
) -> Composed:
    melody = song.melody
    onsets = [note.onset_quarters for note in melody.notes]
    bits = {ear.name: ear.hear(song).bits("joint") for ear in ears}
    goals = np.array(order.curve.at_all([float(onset) for onset in onsets]))
    return Composed(
        number=order.number,
        kind=order.kind,
        method=method,
        by_note={name: spearman(order.curve, onsets, each) for name, each in bits.items()},
        by_bar={
            name: spearman_by_bar(order.curve, order.frame.melody, onsets, each)
            for name, each in bits.items()
        },
        off={name: float(np.abs(each - goals)[1:].mean()) for name, each in bits.items()},
        n_notes=len(onsets),
        seconds=seconds,
        n_drawn=n_drawn,
        song=song,
    )


@dataclass(frozen=True)
class ComposeFigures:
    """How well a method follows curves of a kind.

    Parameters
    ----------
    kind
        Of the curves, or ``all``.
    method
        `SEARCH`, or one of the baselines.
    n
        How many curves.
    by_note, by_bar, off
        By ear, as in `Composed`.
    ahead
        By ear: correlation by note of the search minus that of this method, curve by curve;
        empty for the search itself.
    n_notes, seconds, n_drawn
        Means.
    """

    kind: str
    method: str
    n: int
    by_note: Mapping[str, Estimate]
    by_bar: Mapping[str, Estimate]
    off: Mapping[str, Estimate]
    ahead: Mapping[str, Estimate]
    n_notes: float
    seconds: float
    n_drawn: float


def compose_figures(rows: Sequence[Composed]) -> list[ComposeFigures]:
    """Figures of every method, over all curves and by kind."""
    found = []
    for kind in ("all", *CURVE_KINDS):
        some = [row for row in rows if kind in ("all", row.kind)]
        found += [
            _figures(kind, method, some) for method in dict.fromkeys(row.method for row in some)
        ]
    return found


def _figures(kind: str, method: str, rows: Sequence[Composed]) -> ComposeFigures:
    mine = [row for row in rows if row.method == method]
    best = {row.number: row for row in rows if row.method == SEARCH}
    numbers = [row.number for row in mine]
    ears = list(mine[0].by_note)

    def means(value: Callable[[Composed, str], float]) -> dict[str, Estimate]:
        return {ear: estimate([value(row, ear) for row in mine], numbers) for ear in ears}

    ahead = {}
    if method != SEARCH:
        ahead = {
            ear: difference(
                [best[row.number].by_note[ear] for row in mine],
                [row.by_note[ear] for row in mine],
                numbers,
            )
            for ear in ears
        }
    return ComposeFigures(
        kind=kind,
        method=method,
        n=len(mine),
        by_note=means(lambda row, ear: row.by_note[ear]),
        by_bar=means(lambda row, ear: row.by_bar[ear]),
        off=means(lambda row, ear: row.off[ear]),
        ahead=ahead,
        n_notes=float(np.mean([row.n_notes for row in mine])),
        seconds=float(np.mean([row.seconds for row in mine])),
        n_drawn=float(np.mean([row.n_drawn for row in mine])),
    )


def compose_targets(figures: Sequence[ComposeFigures]) -> list[Target]:
    """What the figures should have been."""
    overall = {each.method: each for each in figures if each.kind == "all"}
    search = overall.get(SEARCH)
    wanted = ((GENERATOR, 0.80), (JUDGE, 0.60))
    found = [
        Target(f"correlation with the curve, {ear}",
               None if search is None else search.by_note[ear].mean, least)
        for ear, least in wanted
    ]  # fmt: skip
    for method, each in overall.items():
        found += [
            Target(f"ahead of {method}, {ear}: lower end of the interval", each.ahead[ear].low,
                   0.0)
            for ear, _ in wanted if ear in each.ahead
        ]  # fmt: skip
    return found
