"""What is asked of an atlas that is built, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinamen.errors import ClinamenError, ParameterError

if TYPE_CHECKING:
    from clinamen.operations.atlas._atlas import Atlas

__all__ = ["DEFAULT_EVALUATIONS", "AtlasRequest", "AtlasResult", "AtlasWatcher"]

DEFAULT_EVALUATIONS = 40_000


@dataclass(frozen=True, slots=True)
class AtlasRequest:
    """What to build, and where.

    Parameters
    ----------
    output
        File of the atlas. If there is one already, it goes on.
    path
        The song whose key, metre, range, chords and bars tunes have; None for empty bars.
    bars
        Full bars of a tune; by default those of the song, else 16.
    track, key, meter, pickup
        How the song is read; without one, key and metre of the bars.
    measures
        Axes of the archive; None for four of them.
    cells
        Of each axis; None for as many as suit their number.
    evaluations
        Tunes to be heard with this seed in all; rounded up to whole rounds.
    minutes
        How long to go on, instead of `evaluations`.
    seed
        The same seed gives the same atlas, on however many processes.
    listener
        Who listens during the search.
    jobs
        Local processes.
    cluster
        Address of a Dask scheduler.
    mine
        Files and folders of the maker's songs, beside those of their projects.
    merge
        Atlases to be taken over.

    Raises
    ------
    ParameterError
        If two of these exclude each other, or a number is out of range.
    """

    output: str
    path: str | None = None
    bars: int | None = None
    track: int | str | None = None
    key: str | None = None
    meter: str | None = None
    pickup: str | None = None
    measures: tuple[str, ...] | None = None
    cells: int | None = None
    evaluations: int | None = None
    minutes: float | None = None
    seed: int = 0
    listener: str | None = None
    jobs: int = 1
    cluster: str | None = None
    mine: tuple[str, ...] = ()
    merge: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.evaluations is not None and self.minutes is not None:
            raise ParameterError("--evaluations and --minutes exclude each other")
        if self.evaluations is not None and self.evaluations < 0:
            raise ParameterError(f"evaluations are 0 or more, not {self.evaluations}")
        if self.minutes is not None and not 0 < self.minutes < float("inf"):
            raise ParameterError(f"minutes must be above 0, not {self.minutes}")
        if not 0 <= self.seed < 2**63:
            raise ParameterError(f"a seed is 0 or more and below 2 to the 63, not {self.seed}")
        if self.jobs < 1:
            raise ParameterError(f"jobs must be 1 or more, not {self.jobs}")
        if self.jobs > 1 and self.cluster is not None:
            raise ParameterError("--jobs and --cluster exclude each other")
        if self.cells is not None and not 2 <= self.cells <= 100:
            raise ParameterError(f"an axis has 2 to 100 cells, not {self.cells}")
        if self.output == "-":
            raise ParameterError("the output must be a file, not -")

    @property
    def asks_for_a_plan(self) -> bool:
        """Whether it says anything of what the atlas is of."""
        given = (
            self.path, self.bars, self.track, self.key, self.meter, self.pickup, self.measures,
            self.cells,
        )  # fmt: skip
        return any(each is not None for each in given)


@dataclass(frozen=True, slots=True)
class AtlasResult:
    """An atlas, and what was done to it.

    Parameters
    ----------
    atlas
        As it is in the file.
    n_evaluations
        Tunes that were heard this time.
    n_bytes
        Size of the file.
    """

    atlas: Atlas
    n_evaluations: int
    n_bytes: int


def _raise(error: ClinamenError, file: str) -> None:
    raise error


@dataclass(frozen=True, slots=True)
class AtlasWatcher:
    """Who is told what goes on.

    Parameters
    ----------
    error
        Is told of a song that cannot be read, and in which file; by default that is raised.
    note
        Is told what one should know, in a sentence.
    progress
        Is told how many tunes were heard, how many are to be (None if time decides), and the
        atlas as it is.
    """

    error: Callable[[ClinamenError, str], None] = _raise
    note: Callable[[str], None] = lambda sentence: None
    progress: Callable[[int, int | None, Atlas], None] = lambda done, total, atlas: None
