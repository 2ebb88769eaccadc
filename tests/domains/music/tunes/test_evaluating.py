"""An evaluator says what ear, measures and quality say each by itself."""

from __future__ import annotations

import numpy as np
from tests.domains.music.taught import EXAMPLES, taught_listener

from clinamen.domains.music.constraints import Bounds
from clinamen.domains.music.editing import notes_in_ticks
from clinamen.domains.music.tunes import Ear, Evaluator, Tune, measure_tunes, quality
from clinamen.io.files import read_song


def test_it_hears_measures_and_judges() -> None:
    song = read_song(str(EXAMPLES / "harbour_light.musicxml"))
    ear, bounds = Ear(taught_listener(), song), Bounds(60, 72)
    tune = Tune.of(notes_in_ticks(song.melody))
    tunes = [tune, Tune.of([]), Tune.of(tune.notes[5:20])]
    objectives, measures = Evaluator(ear, bounds)(tunes)
    heard = ear.hear(tunes)
    np.testing.assert_array_equal(objectives, quality(song, bounds, tunes, heard))
    np.testing.assert_array_equal(measures, measure_tunes(song, tunes, heard))
    np.testing.assert_allclose(measures[0, 0], heard[0].bits.sum(axis=0).mean())
