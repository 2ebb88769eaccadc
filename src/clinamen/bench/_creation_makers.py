"""What is measured: the product's own operations, asked as a user would."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from clinamen.bench._creation_baselines import processor_seconds
from clinamen.bench._creation_compositions import Ordered
from clinamen.bench._creation_swerves import Asked
from clinamen.domains.music.curve import Curve
from clinamen.domains.music.fingerprints import Fingerprints
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Song
from clinamen.domains.music.places import Place, place_name
from clinamen.domains.music.spelling import pitch_name
from clinamen.errors import ConstraintError
from clinamen.operations.compose import ComposeRequest, compose, composing
from clinamen.operations.swerve import SwerveRequest, propose_places, swerve
from clinamen.operations.variant import Variant

__all__ = ["Composer", "Swerver", "timed_compose", "timed_swerve"]


N_TRIED = 12
N_BARS = 32


class Swerver:
    """`clinamen swerve` for one listener.

    Parameters
    ----------
    listener
        Who expects.
    n
        Variants of each place.
    index
        What the listener has heard, where it is not the shipped one.
    max_shared
        Longest run that a variant may share with that; None for any.
    """

    def __init__(
        self,
        listener: Listener,
        n: int,
        index: Fingerprints | None = None,
        max_shared: int | None = None,
    ) -> None:
        self._listener = listener
        self._n = n
        self._index = index
        self._max_shared = max_shared
        self.seconds: dict[Asked, float] = {}
        """Processor time that each place took."""

    def swerve(self, asked: Asked, song: Song) -> Sequence[Variant]:
        """Ranked variants."""
        request = SwerveRequest(
            at=place_name(asked.place),
            strength=asked.bits,
            kind=asked.kind,
            n=self._n,
            max_shared=self._max_shared,
        )
        started = processor_seconds()
        found = swerve(song, request, listener=self._listener, index=self._index).variants
        self.seconds[asked] = processor_seconds() - started
        return found

    def propose(self, song: Song, kind: str, bits: float) -> list[Place]:
        """Places for a break of a kind and strength, the best first."""
        request = SwerveRequest("1.1", strength=bits, kind=kind)
        return [(each.bar, each.beat) for each in propose_places(song, self._listener, request)]


class Composer:
    """`clinamen compose` for one listener.

    Parameters
    ----------
    listener
        Who expects.
    seed
        The first; every curve has another.
    index, max_shared
        As of `Swerver`; by default the limit that the product has, 0 for any.
    n_steps
        How often bars are written anew; by default as many times as the product does.
    """

    def __init__(
        self,
        listener: Listener,
        seed: int,
        index: Fingerprints | None = None,
        max_shared: int | None = None,
        n_steps: int | None = None,
    ) -> None:
        self._n_steps = n_steps
        self._listener = listener
        self._seed = seed
        self._index = index
        self._max_shared = max_shared

    def compose(self, order: Ordered) -> Song:
        """The best melody that was found."""
        melody = order.frame.melody
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "curve.csv"
            path.write_text(_table(order.curve), encoding="utf-8")
            request = ComposeRequest(
                str(path),
                bars=len(melody.bar_onsets),
                key=str(melody.keys[0].key) if melody.keys else None,
                meter=str(melody.meters[0].meter),
                range=f"{pitch_name(order.lowest)}-{pitch_name(order.highest)}",
                max_shared=self._max_shared,
                seed=self._seed + order.number,
                n_steps=self._n_steps,
            )
            made = compose(request, listener=self._listener, index=self._index)
        return made[0].song


def _table(curve: Curve) -> str:
    """The file of a curve."""
    lines = [f"{float(place):.9f},{bits:.9f}" for place, bits in curve.points]
    return "\n".join(["quarters,bits", *lines])


def timed_swerve(song: Song, listener: Listener, run: int) -> tuple[float, float]:
    """Seconds to the first and to the last of eight variants, at another place each time.

    Raises
    ------
    ConstraintError
        If it cannot be done at any of the places.
    """
    places = propose_places(song, listener, SwerveRequest("1.1", n=N_TRIED))
    if not places:
        raise ConstraintError("a place", "none is proposed in this song")
    for number in range(len(places)):
        place = places[(run + number) % len(places)]
        try:
            return _timed_at(place_name((place.bar, place.beat)), song, listener)
        except ConstraintError as error:
            refused = error
    raise refused


def _timed_at(at: str, song: Song, listener: Listener) -> tuple[float, float]:
    firsts: list[float] = []
    started = time.perf_counter()
    swerve(
        song,
        SwerveRequest(at=at),
        listener=listener,
        on_variant=lambda variant: firsts.append(time.perf_counter() - started),
    )
    spent = time.perf_counter() - started
    return firsts[0] if firsts else spent, spent


def timed_compose(song: Song, listener: Listener, run: int) -> tuple[float, float]:
    """Seconds to the first and to the last answer of 32 bars, with another seed each time."""
    key, meter = song.melody.key_at(Fraction(0)), song.melody.meter_at(Fraction(0))
    request = ComposeRequest(bars=N_BARS, key=str(key) if key else None, meter=str(meter), seed=run)
    started = time.perf_counter()
    answers = composing(request, listener=listener)
    next(answers)
    first = time.perf_counter() - started
    for _ in answers:
        pass
    return first, time.perf_counter() - started
