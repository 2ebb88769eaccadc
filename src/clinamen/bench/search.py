"""What the searches of atlas and fish promise, measured.

*Methods*: coverage and QD-score of an atlas beside random sampling, hill climbing and MAP-Elites
without the listener's prior, all with the same first tunes, the same judge and as many
evaluations, over many seeds. *Speed*: evaluations a second of one core. *Ears*: how far the
quick listener, who judges in a search, and the full one agree. *Night*: memory and database of
hours of fishing, simulated at speed. *Kills*: what is lost when searches are killed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any

from clinamen.bench._machine import machine
from clinamen.bench._search_part import SIZES, Asked, PartFigures, Size, Telling
from clinamen.errors import ParameterError

__all__ = ["PARTS", "SearchFigures", "SearchRequest", "bench_search"]

PARTS: Mapping[str, str] = {
    "methods": "clinamen.bench._search_lead:methods_part",
    "speed": "clinamen.bench._search_speed:speed_part",
    "ears": "clinamen.bench._search_ears:ears_part",
    "night": "clinamen.bench._search_fish:night_part",
    "kills": "clinamen.bench._search_fish:kills_part",
}
"""Who measures each part: a function of `Asked` and `Telling` that returns `PartFigures`."""


@dataclass(frozen=True)
class SearchRequest:
    """What is measured.

    Parameters
    ----------
    parts
        Out of `PARTS`.
    size
        See `Size`, or a name in `SIZES`.
    song
        A file that gives key, metre, bars and range; None for sixteen bars in C major.
    seed
        The first one; runs take it and those that follow.
    folder
        On the disk that is measured; None for where the system puts what is temporary.

    Raises
    ------
    ParameterError
        If a name is unknown, or the seed below 0.
    """

    parts: tuple[str, ...] = tuple(PARTS)
    size: Size | str = "usual"
    song: str | None = None
    seed: int = 1
    folder: str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.size, str) and self.size not in SIZES:
            raise ParameterError(f"size must be {', '.join(SIZES)}, not {self.size!r}")
        strange = ", ".join(sorted({*self.parts} - {*PARTS}))
        if strange or not self.parts:
            raise ParameterError(f"parts are {', '.join(PARTS)}, not {strange or 'none'}")
        if self.seed < 0:
            raise ParameterError(f"a seed is a whole number from 0 on, not {self.seed}")

    @property
    def asked(self) -> Asked:
        """What each part is told."""
        size = SIZES[self.size] if isinstance(self.size, str) else self.size
        return Asked(size, self.song, self.seed, self.folder)


@dataclass(frozen=True)
class SearchFigures:
    """What was measured.

    Parameters
    ----------
    parts
        In the order of `PARTS`.
    """

    request: SearchRequest
    parts: tuple[PartFigures, ...]

    def to_plain(self) -> dict[str, Any]:
        """As plain values, with the machine."""
        asked = self.request.asked
        return {
            "bench": "search",
            "size": asdict(asked.size),
            "song": asked.song,
            "seed": asked.seed,
            **{part.name: dict(part.facts) for part in self.parts},
            "targets": [
                {**asdict(target), "is_met": target.is_met}
                for part in self.parts
                for target in part.targets
            ],
            "machine": machine(),
        }


def bench_search(request: SearchRequest, telling: Telling = None) -> SearchFigures:
    """Measure some parts, one after the other.

    Parameters
    ----------
    telling
        Is told about progress.

    Raises
    ------
    MissingError, FormatError
        If the song, or a listener, does not exist or cannot be read.
    """
    return SearchFigures(
        request,
        tuple(_measure(name, request.asked, telling) for name in PARTS if name in request.parts),
    )


def _measure(name: str, asked: Asked, telling: Telling) -> PartFigures:
    module, function = PARTS[name].split(":")
    found = getattr(import_module(module), function)(asked, telling)
    assert isinstance(found, PartFigures)
    return found
