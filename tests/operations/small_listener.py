"""A listener with a learned mixture for every target, trained on a handful of tunes."""

from __future__ import annotations

from functools import cache

from tests.operations.fakes import PLAIN, a_song

from clinamen.domains.music.events import melody_events
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.projection import Alphabets
from clinamen.domains.music.training import Course, TrainingOptions, first_lessons, train
from clinamen.engine.mixture import MixtureOptions

TUNES = (
    PLAIN,
    tuple(pitch + 2 for pitch in PLAIN),
    (60, 62, 64, 65, 67, 65, 64, 62, 60, 62, 64, 65, 67, 67, 60),
    (67, 67, 69, 67, 72, 71, 67, 67, 69, 67, 74, 72),
)


@cache
def small_listener() -> Listener:
    """Trained once for all tests."""
    heard = tuple(melody_events(a_song(tune).melody) for tune in TUNES)
    course = Course(heard, TUNES, TrainingOptions(mixture=MixtureOptions(n_passes=1)))
    learned = train(course, first_lessons(course))
    return Listener("small", alphabets=Alphabets.of(heard), learned=learned)
