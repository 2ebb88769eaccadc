"""What a search asks of a tune: its objective and its measures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.constraints import Bounds
from clinamen.domains.music.tunes._laid_out import laid_out
from clinamen.domains.music.tunes.ear import Ear
from clinamen.domains.music.tunes.measures import Measuring, joint_bits, joint_gap
from clinamen.domains.music.tunes.quality import Judging, combined
from clinamen.domains.music.tunes.tune import Tune

__all__ = ["Evaluator"]

FloatArray = npt.NDArray[np.float64]


class Evaluator:
    """Hears, measures and judges tunes.

    Parameters
    ----------
    ear
        Who hears, and over which frame.
    bounds
        What tunes should keep to.

    Examples
    --------
    >>> import clinamen
    >>> from clinamen.domains.music.editing import notes_in_ticks
    >>> song = clinamen.read("examples/ode_to_joy.musicxml")
    >>> evaluate = Evaluator(Ear(clinamen.load_listener(), song), Bounds(55, 79))
    >>> objectives, measures = evaluate([Tune.of(notes_in_ticks(song.melody))])
    >>> objectives.shape, measures.shape
    ((1,), (1, 8))
    """

    def __init__(self, ear: Ear, bounds: Bounds) -> None:
        self.ear, self.bounds = ear, bounds
        self.measuring = Measuring(ear.frame)
        self.judging = Judging(ear.frame, bounds, self.measuring.ground)

    def __call__(self, tunes: Sequence[Tune]) -> tuple[FloatArray, FloatArray]:
        """Quality of each tune, shape ``(B,)``, and its measures, shape ``(B, 8)``.

        Raises
        ------
        ParameterError
            If a note is not among what could come.
        """
        heard = self.ear.hear(tunes)
        columns, ends = laid_out(tunes)
        bits, gap = joint_bits(tunes, heard), joint_gap(heard)
        terms = self.judging.judged(columns, ends, bits, gap)
        return combined(terms), self.measuring.measured(columns, ends, bits)
