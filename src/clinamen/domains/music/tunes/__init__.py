"""Tunes by the thousand: what a search over melodies makes, hears and measures."""

from clinamen.domains.music.tunes.ear import Ear, Heard
from clinamen.domains.music.tunes.evaluating import Evaluator
from clinamen.domains.music.tunes.measures import MEASURES, Measure, measure_tunes
from clinamen.domains.music.tunes.quality import quality
from clinamen.domains.music.tunes.tune import Tune

__all__ = [
    "MEASURES",
    "Ear",
    "Evaluator",
    "Heard",
    "Measure",
    "Tune",
    "measure_tunes",
    "quality",
]
