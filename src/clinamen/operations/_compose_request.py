"""What is asked of a composition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinamen.errors import ParameterError

if TYPE_CHECKING:
    from clinamen.domains.music.curve import Curve
    from clinamen.domains.music.notes import Song

__all__ = ["ComposeRequest"]

TARGETS = ("joint", "pitch", "onset")


@dataclass(frozen=True, slots=True)
class ComposeRequest:
    """What to compose.

    Parameters
    ----------
    curve
        Bits a note from place to place: words and numbers (see `parse_curve`), the name of a
        file (see `parse_curve_file`), or a curve.
    listener
        Name of a shipped listener or path of a trained one; None is the default one.
    like
        A song whose key, metre, range, density and style the melody has: it is heard first.
    begin
        A song to go on from, or its first bars: ``song.abc:4``.
    fill, first_bar, last_bar
        A song in which the bars from the first to the last are written anew; all else in it
        stays exactly as it is.
    form
        Sections that come back: ``AABA``; ``AA'BA'`` where the ends of those with a stroke
        differ.
    bars
        Full bars; 16 by default, and with `begin` as many again as are given.
    key, meter, pickup
        By default those of the song to be like, else C major, 4/4 and none.
    range, scale, max_leap, ending
        As `clinamen.domains.music.constraints` reads them; leaps are an octave at most by
        default, and the end is on the tonic unless the curve is high there.
    locks
        Bars and places of the song to be filled that stay.
    max_shared
        Longest run of notes that may be shared with the corpus of the listener, and with the
        song to be like; 0 for any. By default as long a one as songs of about that length
        usually share (see `Baseline.usual_run`), longer only where nothing else can be written.
    chords
        Whether to write chords first, and the melody over them.
    target
        Whose bits the curve counts: ``joint`` (onset and pitch), ``pitch``, or ``onset``.
    track
        Part of the song files.
    song
        The song that `like`, `begin` or `fill` names, where it has been read already.
    seed
        The same seed gives the same melody.
    n_steps
        How often bars are written anew; by default 3 for each bar.

    Raises
    ------
    ParameterError
        If two of these exclude each other, or the target is unknown.
    """

    curve: str | Curve = "home home break home"
    listener: str | None = None
    like: str | None = None
    begin: str | None = None
    fill: str | None = None
    first_bar: int | None = None
    last_bar: int | None = None
    form: str | None = None
    bars: int | None = None
    key: str | None = None
    meter: str | None = None
    pickup: str | None = None
    range: str | None = None
    scale: str | None = None
    max_leap: int | None = None
    ending: str | None = None
    locks: Sequence[str] = ()
    max_shared: int | None = None
    chords: bool = False
    target: str = "joint"
    track: int | str | None = None
    song: Song | None = None
    seed: int = 0
    n_steps: int | None = None

    def __post_init__(self) -> None:
        if self.target not in TARGETS:
            raise ParameterError(f"target must be one of {', '.join(TARGETS)}, not {self.target!r}")
        given = [name for name in ("like", "begin", "fill") if getattr(self, name) is not None]
        if len(given) > 1:
            raise ParameterError(f"--{given[0]} and --{given[1]} exclude each other")
        if self.fill is None and (self.first_bar, self.last_bar) != (None, None):
            raise ParameterError("--from and --to say which bars to --fill; there is no --fill")
        if self.fill is None and self.locks:
            raise ParameterError("--lock keeps bars of a song to --fill; there is no --fill")
        facts = [name for name in ("key", "meter", "pickup") if getattr(self, name) is not None]
        if facts and (self.fill or self.begin):
            verb = "fill" if self.fill else "begin"
            raise ParameterError(f"--{facts[0]}: with --{verb} it is that of the song")
        if self.seed < 0:
            raise ParameterError(f"a seed is 0 or more, not {self.seed}")
        if self.n_steps is not None and self.n_steps < 0:
            raise ParameterError(f"steps are 0 or more, not {self.n_steps}")
