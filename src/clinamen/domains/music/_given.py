"""What callers may hand over, and what is made of it: songs, targets, viewpoints, folds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.events import MelodyEvents
from clinamen.domains.music.notes import Melody, Song
from clinamen.domains.music.projection import TARGETS
from clinamen.domains.music.song_events import song_events
from clinamen.domains.music.viewpoints import AnyViewpoint, Linked, Viewpoint, parse_viewpoints
from clinamen.engine.model import ModelOptions
from clinamen.engine.resampling import Folds, explicit_folds, interleaved_folds, kfold
from clinamen.errors import ParameterError, UnsupportedError

__all__ = [
    "JOINT",
    "FoldsGiven",
    "Given",
    "MelodySet",
    "Viewpoints",
    "events_of_song",
    "joint_entropy",
    "melody_of_song",
    "melody_set",
    "name_of",
    "shared_viewpoints",
    "some_folds",
    "some_known",
    "some_options",
    "some_viewpoints",
    "target_named",
]

FloatArray = npt.NDArray[np.float64]

JOINT = ("onset", "pitch")
"""Parts of a joint expectation: when the note comes, then which it is, given when."""

Given = Song | Melody | MelodyEvents
"""A melody in any of its forms."""

Viewpoints = str | AnyViewpoint | Sequence[AnyViewpoint | str]
"""Viewpoints as text (see `parse_viewpoints`), as such, or several of either."""

FoldsGiven = Folds | int | Sequence[Sequence[int]]
"""Folds as such, how many there should be, or the item numbers of each."""

_TARGETS = {
    **{target: target for target in TARGETS},
    "cpitch": "pitch",
    "bioi": "onset",
    "dur": "duration",
}


def target_named(given: object) -> str:
    """Our name of a target that may bear IDyOM's; `joint` for pitch and time together;
    `harmony` for the chords.

    Examples
    --------
    >>> target_named("bioi"), target_named("(cpitch bioi)"), target_named(["pitch", "onset"])
    ('onset', 'joint', 'joint')
    """
    if given in ("joint", "harmony"):
        return str(given)
    words = re.split(r"[\s,()*]+", given) if isinstance(given, str) else given
    if isinstance(words, Sequence) and all(isinstance(word, str) for word in words):
        found = {_TARGETS.get(word, "") for word in words if word}
        if found == set(JOINT):
            return "joint"
        if len(found) == 1 and "" not in found:
            return str(found.pop())
    raise ParameterError(
        f"target must be {', '.join(TARGETS)} or joint (IDyOM: bioi, cpitch, dur, "
        f"(cpitch bioi)), not {given!r}"
    )


def joint_entropy(
    one: FloatArray, other: FloatArray, p: FloatArray | float, q: FloatArray | float
) -> FloatArray:
    """Entropy of the product of two rows, H(p) sum(q) + H(q) sum(p).

    Parameters
    ----------
    one, other
        Entropies of both rows, shape ``(T,)``.
    p, q
        Their sums: 1 but for rows that IDyOM leaves unscaled.
    """
    result: FloatArray = one * q + other * p
    return result


@dataclass(frozen=True)
class MelodySet:
    """Melodies as columns, and what people call them (empty where nothing is known)."""

    events: tuple[MelodyEvents, ...]
    names: tuple[str, ...]


def melody_set(given: Iterable[Given], *, idyom: bool) -> MelodySet:
    """Columns of melodies; with IDyOM's tonic if asked, unless they are columns already."""
    if isinstance(given, Song | Melody | MelodyEvents | str) or not isinstance(given, Iterable):
        raise ParameterError(
            f"melodies must be several Songs, Melodies or MelodyEvents, not one {_kind(given)}"
        )
    found = tuple(given)
    return MelodySet(
        tuple(_events(each, number, idyom) for number, each in enumerate(found)),
        tuple(name_of(each) for each in found),
    )


def _events(given: object, number: int, idyom: bool) -> MelodyEvents:
    if isinstance(given, MelodyEvents):
        return given
    if not isinstance(given, Song | Melody):
        raise ParameterError(
            f"melodies must be Songs, Melodies or MelodyEvents; number {number} is {_kind(given)}"
        )
    melody = melody_of_song(given)
    if not melody.notes:
        raise ParameterError(f"a melody needs at least one note; number {number} has none")
    return song_events(given, idyom_tonic=idyom)


def events_of_song(given: object, *, idyom_tonic: bool = False) -> MelodyEvents:
    """Columns of a song, with its chords, or of a melody (see `song_events`).

    Raises
    ------
    ParameterError
        If it is neither, or has no notes.
    UnsupportedError
        If the song has chords alone.
    """
    melody = melody_of_song(given)
    return song_events(given if isinstance(given, Song) else melody, idyom_tonic=idyom_tonic)


def melody_of_song(given: object) -> Melody:
    """The melody of a song, or a melody itself.

    Raises
    ------
    UnsupportedError
        If the song has chords alone.
    """
    if isinstance(given, Song):
        if given.chords and not given.melody.notes:
            message = (
                "the song has chords and no melody yet; its chords are heard with --harmony "
                '(target="harmony" in Python)'
            )
            raise UnsupportedError(message, source=given.source or None)
        return given.melody
    if isinstance(given, Melody):
        return given
    raise ParameterError(f"a song must be a Song or a Melody, not {_kind(given)}")


def name_of(given: object) -> str:
    """Name of a song's file without extension, or its title; empty if there is neither."""
    if not isinstance(given, Song):
        return ""
    return PurePath(given.source).stem or given.title


def _kind(given: object) -> str:
    return type(given).__name__


def some_folds(given: FoldsGiven, n_items: int, seed: int | None) -> Folds:
    """Folds of so many items: interleaved for a number alone, random for one with a seed."""
    if isinstance(given, int) and not isinstance(given, bool):
        if seed is None:
            return interleaved_folds(n_items, given)
        return kfold(n_items, given, np.random.default_rng(seed), seed=seed)
    if seed is not None:
        raise ParameterError("a seed goes with a number of folds, not with folds that are made")
    if not isinstance(given, Folds):
        given = _explicit(given)
    if given.n_items != n_items:
        raise ParameterError(f"folds of {given.n_items} items do not fit {n_items} melodies")
    return given


def some_options(given: ModelOptions | None, otherwise: ModelOptions) -> ModelOptions:
    """Options given, or others where there are none."""
    if given is None:
        return otherwise
    if not isinstance(given, ModelOptions):
        raise ParameterError(
            f"options must be ModelOptions, such as ModelOptions('both+'), not {given!r}"
        )
    return given


def some_known(given: Iterable[str] | None) -> frozenset[str] | None:
    """Attributes that are taken as known, by our names."""
    if given is None:
        return None
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise ParameterError(f"known must be several names, such as {{'onset'}}, not {given!r}")
    return frozenset(target_named(name) for name in given)


def _explicit(given: object) -> Folds:
    try:
        return explicit_folds([[int(item) for item in fold] for fold in given])  # type: ignore[attr-defined]
    except (TypeError, ValueError) as error:
        if isinstance(error, ParameterError):
            raise
        raise ParameterError(
            f"folds must be a number, Folds, or a list of lists of melody numbers from 0, "
            f"not {_kind(given)}"
        ) from None


def some_viewpoints(given: Viewpoints) -> tuple[AnyViewpoint, ...]:
    """Viewpoints from text or from viewpoints."""
    if isinstance(given, str):
        return parse_viewpoints(given)
    if isinstance(given, Viewpoint | Linked):
        return (given,)
    if not isinstance(given, Iterable):
        raise ParameterError(f"viewpoints must be text or viewpoints, not {_kind(given)}")
    found: list[AnyViewpoint] = []
    for each in given:
        if not isinstance(each, str | Viewpoint | Linked):
            raise ParameterError(f"viewpoints must be text or viewpoints, not {_kind(each)}")
        found.extend(some_viewpoints(each))
    return tuple(found)


def shared_viewpoints(
    given: Viewpoints | Mapping[str, Viewpoints], targets: Sequence[str] = JOINT
) -> dict[str, tuple[AnyViewpoint, ...]]:
    """Share out viewpoints among targets: each goes to the last target that it reads.

    So what reads pitch predicts pitch, and what reads only the time predicts the onset. A
    mapping says it target by target.
    """
    if isinstance(given, Mapping):
        return {target_named(target): some_viewpoints(views) for target, views in given.items()}
    shares: dict[str, list[AnyViewpoint]] = {target: [] for target in targets}
    for viewpoint in some_viewpoints(given):
        first = next((target for target in reversed(targets) if target in viewpoint.reads), None)
        if first is None:
            raise ParameterError(
                f"viewpoint {viewpoint.idyom_name} says nothing about {' or '.join(targets)}"
            )
        shares[first].append(viewpoint)
    return {target: tuple(found) for target, found in shares.items() if found}
