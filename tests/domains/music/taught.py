"""A small listener that has learnt the examples, for tests of the learned mixture."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from clinamen.domains.music.events import melody_events
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.projection import Alphabets
from clinamen.domains.music.training import (
    Course,
    TrainingOptions,
    first_lessons,
    opening_labels,
    train,
)
from clinamen.engine.mixture import MixtureOptions
from clinamen.io.files import read_song

EXAMPLES = Path(__file__).parents[3] / "examples"
TUNES = ("sakura.abc", "frere_jacques.krn", "greensleeves.abc", "ru_chieu.abc", "knots.abc")


@lru_cache(maxsize=1)
def taught_listener() -> Listener:
    """Not to be changed: tests share it."""
    songs = [read_song(str(EXAMPLES / name)) for name in TUNES]
    heard = tuple(melody_events(song.melody) for song in songs)
    options = TrainingOptions(mixture=MixtureOptions(n_passes=1, rate=0.1))
    course = Course(heard, opening_labels(heard), options)
    listener = Listener("taught")
    listener.learned = train(course, first_lessons(course))
    listener.alphabets = Alphabets.of(heard)
    return listener
