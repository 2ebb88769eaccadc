"""Tunes by the thousand: what a search over melodies makes, hears and measures."""

from clinamen.domains.music.tunes.ear import Ear, Heard
from clinamen.domains.music.tunes.evaluating import Evaluator
from clinamen.domains.music.tunes.measures import MEASURES, Measure, measure_tunes
from clinamen.domains.music.tunes.quality import quality
from clinamen.domains.music.tunes.tune import Tune
from clinamen.domains.music.tunes.varying import Varying

__all__ = [
    "MEASURES",
    "Ear",
    "Evaluator",
    "Heard",
    "Measure",
    "Tune",
    "Varying",
    "measure_tunes",
    "quality",
]
