"""What a job was asked to do, checked, and the steps that do it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from clinamen.errors import MissingError, ParameterError
from clinamen.ledger import Task
from clinamen.operations.compose import ComposeRequest, composing_steps
from clinamen.operations.compose_target import compose_request
from clinamen.operations.making_view import composition_view, sculpture_view
from clinamen.operations.song_view import swerve_view
from clinamen.operations.swerve import SwerveRequest, iter_swerves
from clinamen.studio._jobs import Steps
from clinamen.studio._requests import number, one_of, text

if TYPE_CHECKING:
    from clinamen.domains.music.fingerprints import Fingerprints
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song
    from clinamen.studio._studio import Studio

__all__ = ["KINDS", "asked", "steps_of"]

KINDS = ("swerve", "compose", "sculpt")
"""What can be asked."""

_Steps = Iterator[dict[str, Any] | float]


def asked(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """What a body asks for, with everything that was left out; the same can be asked again.

    Raises
    ------
    ParameterError
        If something of it is no value that it can have.
    """
    one_of(kind, "kind", KINDS)
    seed = number({"seed": 0, **data}, "seed")
    if kind == "swerve":
        return {
            "note": number(data, "note"),
            "strength": _strength(data),
            "kind": text(data, "kind", "any"),
            "seed": seed,
        }
    if kind == "sculpt":
        return {}
    return {
        "mode": text(data, "mode"),
        "bits": _bits(data),
        "first_bar": number({"first_bar": 1, **data}, "first_bar"),
        "seed": seed,
    }


def _strength(data: dict[str, Any]) -> str | float:
    value = data.get("strength", "bold")
    return (
        _real(value, "strength")
        if isinstance(value, int | float)
        else text(data, "strength", "bold")
    )


def _bits(data: dict[str, Any]) -> list[float]:
    given = data.get("bits")
    if not isinstance(given, list):
        raise ParameterError("bits must be a list of numbers, one for each bar")
    return [_real(each, "a bar's bits") for each in given]


def _real(value: object, name: str) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):  # type: ignore[arg-type]
        raise ParameterError(f"{name} must be a number, not {value!r}")
    return float(value)  # type: ignore[arg-type]


def steps_of(studio: Studio, task: Task, request: dict[str, Any]) -> Steps:
    """The steps of a task. Reads the store; what it returns does not.

    Raises
    ------
    ParameterError, MissingError
        If what is asked cannot be understood.
    """
    song = studio.song(task.project, task.revision)
    locks = studio.locks(task.project, task.revision)
    if task.kind == "swerve":
        wanted = SwerveRequest(
            at=str(request["note"] + 1),
            strength=request["strength"],
            kind=request["kind"],
            seed=request["seed"],
            locks=locks,
        )
        return partial(_swerves, studio, song, wanted)
    if task.kind == "sculpt":
        return partial(_sculpture, studio, song, locks)
    composed = compose_request(
        song, request["mode"], request["bits"], first_bar=request["first_bar"],
        locks=locks if request["mode"] == "fill" else (), seed=request["seed"],
    )  # fmt: skip
    return partial(_compositions, studio, composed)


def _swerves(studio: Studio, song: Song, request: SwerveRequest) -> _Steps:
    """Ways to break the pattern of a song, more and more of them."""
    for result in iter_swerves(song, request, listener=studio.listener):
        yield swerve_view(result)


def _sculpture(studio: Studio, song: Song, locks: tuple[str, ...]) -> _Steps:
    yield sculpture_view(studio.sculpture(song, locks))


def _compositions(studio: Studio, request: ComposeRequest) -> _Steps:
    """Better and better melodies, and how much of the work is done."""
    listener = studio.listener
    index = _index(listener)
    for step, made in composing_steps(request, listener=listener, index=index):
        if made is not None:
            yield composition_view(made)
        yield step / (request.n_steps or 1)


def _index(listener: Listener) -> Fingerprints | None:
    from clinamen.operations.fingerprints import load_fingerprints

    try:
        return load_fingerprints(listener)
    except MissingError:
        return None
