"""Tunes by the thousand: what a search over melodies makes, hears and measures."""

from clinamen.domains.music.tunes.ear import Ear, Heard
from clinamen.domains.music.tunes.tune import Tune

__all__ = ["Ear", "Heard", "Tune"]
