"""From songs that are read to a listener: course, lessons, what is kept between them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import clinamen
from clinamen.errors import FormatError, MissingError, ParameterError
from clinamen.operations._learn_request import LearnResult, training_options

if TYPE_CHECKING:
    from clinamen.domains.music.learned import Learned
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.training import Course, Lesson, Runner
    from clinamen.operations._learn_request import LearnSettings, Watcher
    from clinamen.operations._learn_songs import Material

__all__ = ["Part", "learnt"]

LONGEST_CONTEXT = 6
"""Longest context that the classic model keeps, as in the shipped listener."""


class Part:
    """The file that holds where a training stands.

    Parameters
    ----------
    path
        None keeps nothing.
    note
        Is told what was found there.
    """

    def __init__(self, path: str | None, note: Callable[[str], None]) -> None:
        self._path = path
        self._note = note
        self._key = ""

    def resume(self, key: str, begun: Sequence[Lesson]) -> list[Lesson]:
        """Where the training with this key stands; at its beginning if nothing was kept."""
        self._key = key
        if self._path is None or not os.path.exists(self._path):
            return list(begun)
        from clinamen.io._source import read_bytes
        from clinamen.io.lessons_file import read_lessons

        try:
            found = read_lessons(read_bytes(self._path), begun, key, source=self._path)
        except FormatError as error:
            self._note(f"{error}; it is begun anew")
            return list(begun)
        if found is None:
            self._note(f"{self._path} belongs to other songs or settings; it is begun anew")
            return list(begun)
        done = ", ".join(f"{each.target} {each.n_done}" for each in found)
        self._note(f"going on from {self._path} (passes done: {done})")
        return found

    def keep(self, lessons: Sequence[Lesson]) -> None:
        """Write where the training stands."""
        from clinamen.io._target import write_bytes
        from clinamen.io.lessons_file import write_lessons

        if self._path is not None:
            write_bytes(self._path, write_lessons(lessons, self._key))

    def remove(self) -> None:
        """The training is finished."""
        if self._path is not None:
            with suppress(FileNotFoundError):
                os.remove(self._path)


def learnt(
    material: Material,
    settings: LearnSettings,
    watcher: Watcher,
    run: Runner | None,
    part: Part | None = None,
) -> LearnResult:
    """The listener that comes of some melodies.

    Parameters
    ----------
    run
        Runs lessons (see `clinamen.operations._runners.runner`).

    Raises
    ------
    ParameterError
        If there is nothing to learn from, or listeners do not fit.
    MissingError
        If a listener does not exist, or has learnt no mixture.
    """
    from clinamen.domains.music.training import HALFWAY, first_lessons, train

    part = part if part is not None else Part(None, watcher.note)
    if not material.melodies:
        raise ParameterError("there is nothing to learn from: no song could be read")
    past = _past(settings)
    course = _course(material, settings, past)
    start = _start(settings, past, course.options.targets, watcher)
    is_own = past is not None and settings.weights is None
    begun = first_lessons(course, start, share=1.0 if is_own else HALFWAY)
    lessons = part.resume(_key(course, begun), begun)
    stand = {lesson.target: lesson for lesson in lessons}

    def keep(now: Sequence[Lesson]) -> None:
        stand.update({lesson.target: lesson for lesson in now})
        part.keep(now)

    learned = train(course, lessons, run=run, keep=keep, progress=watcher.learning)
    listener = _listener(material, settings, past, course)
    listener.learned = learned
    return LearnResult(
        listener,
        len(material.melodies),
        sum(len(events) for events in course.melodies),
        len(set(course.labels)),
        {target: lesson.costs for target, lesson in stand.items()},
    )


def _past(settings: LearnSettings) -> Listener | None:
    """The listener to add to."""
    if settings.add_to is None:
        return None
    past = _opened(settings.add_to)
    if set(past.learned) != set(settings.targets):
        learnt = ", ".join(past.learned) or "nothing"
        raise ParameterError(
            f"{past.name} has learnt a mixture for {learnt}: it can only be added to with the "
            f"same targets, not {', '.join(settings.targets)}"
        )
    return past


def _opened(given: Listener | str | os.PathLike[str]) -> Listener:
    from clinamen.domains.music.listener import Listener
    from clinamen.operations.listeners import load_listener

    return given if isinstance(given, Listener) else load_listener(given)


def _course(material: Material, settings: LearnSettings, past: Listener | None) -> Course:
    from clinamen.domains.music.events import melody_events
    from clinamen.domains.music.training import Course, opening_labels

    heard = tuple(melody_events(melody) for melody in material.melodies)
    before: Mapping[str, Learned] = past.learned if past is not None else {}
    units = [learned.mixture.options.unit for learned in before.values()]
    options = training_options(settings, max(units, default=1))
    return Course(heard, opening_labels(heard), options, dict(before))


def _start(
    settings: LearnSettings, past: Listener | None, targets: Sequence[str], watcher: Watcher
) -> Mapping[str, Learned]:
    """What has weights to begin with, by target."""
    from clinamen.operations.listeners import NEW_LISTENER, load_listener

    if settings.weights is None and past is not None:
        return past.learned
    if settings.weights == NEW_LISTENER:
        return {}
    listener = load_listener() if settings.weights is None else _opened(settings.weights)
    missing = [target for target in targets if target not in listener.learned]
    if missing and settings.weights is not None:
        raise MissingError(f"{listener.name} has no weights for {', '.join(missing)}")
    if missing:
        watcher.note(
            f"{listener.name} has no weights for {', '.join(missing)}; they are begun anew"
        )
    return listener.learned


def _key(course: Course, begun: Sequence[Lesson]) -> str:
    """Tells one training from any other."""
    digest = hashlib.sha256(f"{clinamen.__version__} {course.token}".encode())
    for lesson in begun:
        digest.update(lesson.weights.tobytes())
        digest.update(lesson.spread.tobytes())
    return digest.hexdigest()


def _listener(
    material: Material, settings: LearnSettings, past: Listener | None, course: Course
) -> Listener:
    """The listener with its classic model; the learned one is to come."""
    from clinamen.domains.music.listener import DEFAULT_VIEWPOINTS, Listener

    targets = course.options.targets
    if past is None:
        listener = Listener(
            viewpoints={target: DEFAULT_VIEWPOINTS[target] for target in sorted(targets)},
            longest_context=LONGEST_CONTEXT,
        )
    else:
        listener = Listener(
            viewpoints=past.viewpoints,
            options=past.options,
            longest_context=past.longest_context,
            alphabets=past.alphabets,
            memories={key: memory.copy() for key, memory in past.memories.items()},
            n_melodies=past.n_melodies,
            n_notes=past.n_notes,
        )
    listener.name = settings.name
    listener.learn(material.melodies)
    before = past.facts.get("corpora", ()) if past is not None else ()
    listener.facts = {
        "clinamen": clinamen.__version__,
        "corpora": [*(before if isinstance(before, list | tuple) else ()), *material.corpora],
        "settings": {
            "targets": list(targets),
            "n_passes": settings.n_passes,
            "seed": settings.seed,
            "half_life": settings.half_life,
            "weights": _named(settings.weights),
            "add_to": _named(settings.add_to),
        },
    }
    return listener


def _named(given: Listener | str | os.PathLike[str] | None) -> str | None:
    """A listener by its name, without folders."""
    from clinamen.domains.music.listener import Listener

    if given is None:
        return None
    return given.name if isinstance(given, Listener) else os.path.basename(os.fspath(given))
