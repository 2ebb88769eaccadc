"""What a job was asked to do, checked, the steps that do it, and how to have the same elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from clinamen.errors import ClinamenError, ParameterError
from clinamen.ledger import Task
from clinamen.operations.compose import ComposeRequest, composing_steps
from clinamen.operations.compose_target import check_composition, compose_request
from clinamen.operations.making_view import composition_view, sculpture_view
from clinamen.operations.recipes import Recipe, compose_recipe, sculpt_recipe, swerve_recipe
from clinamen.operations.song_view import swerve_view
from clinamen.operations.story.recording import plain_request
from clinamen.operations.swerve import SwerveRequest, check_swerve, iter_swerves
from clinamen.operations.text import clean
from clinamen.studio._atlas import ATLAS, atlas_asked, atlas_steps
from clinamen.studio._choices import choices_of, chosen
from clinamen.studio._export import file_stem
from clinamen.studio._jobs import Steps
from clinamen.studio._requests import invalid, number, one_of, text

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song
    from clinamen.studio._studio import Studio

__all__ = ["KINDS", "asked", "recipe_of", "settings_of", "steps_of"]

KINDS = ("swerve", "compose", "sculpt", ATLAS)
"""What can be asked."""

_Steps = Iterator["dict[str, Any] | tuple[Song, ...] | float"]


def asked(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """What a body asks for, with everything that was left out; the same can be asked again.

    Raises
    ------
    ParameterError, Refusal
        If something of it is no value that it can have.
    """
    one_of(kind, "kind", KINDS)
    if kind == ATLAS:
        return atlas_asked(data)
    seed = number({"seed": 0, **data}, "seed")
    if kind == "swerve":
        return {
            "note": number(data, "note"),
            "strength": _strength(data),
            "kind": text(data, "kind", "any"),
            "seed": seed,
            **chosen(kind, data),
        }
    if kind == "sculpt":
        return {}
    return {
        "mode": text(data, "mode"),
        "bits": _bits(data),
        "first_bar": number({"first_bar": 1, **data}, "first_bar"),
        "seed": seed,
        **chosen(kind, data),
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
    ClinamenError, Refusal
        If what is asked cannot be understood.
    """
    if task.kind == ATLAS:
        return atlas_steps(studio, task.project, task.revision, request)  # type: ignore[no-any-return]
    song = studio.song(task.project, task.revision)
    if task.kind == "sculpt":
        return partial(_sculpture, studio, song, studio.locks(task.project, task.revision))
    if task.kind == "swerve":
        swerving = partial(_swerve_request, studio, task, request)
        _check(lambda choices: check_swerve(song, swerving(choices)), choices_of(request))
        return partial(_swerves, studio, song, swerving(choices_of(request)))
    composing = partial(_compose_request, studio, task, request)
    _check(lambda choices: check_composition(composing(choices)), choices_of(request))
    return partial(_compositions, studio, composing(choices_of(request)))


def _check(attempt: Callable[[dict[str, Any]], None], choices: dict[str, Any]) -> None:
    """See that choices can be understood; of what cannot, say which it is."""
    try:
        attempt(choices)
    except ClinamenError:
        attempt({})
        for field, value in choices.items():
            try:
                attempt({field: value})
            except ClinamenError as error:
                raise invalid(field, clean(error)) from None
        raise


def _swerve_request(
    studio: Studio, task: Task, request: dict[str, Any], choices: dict[str, Any]
) -> SwerveRequest:
    return SwerveRequest(
        at=str(request["note"] + 1),
        strength=request["strength"],
        kind=request["kind"],
        seed=request["seed"],
        locks=studio.locks(task.project, task.revision),
        **choices,
    )


def _compose_request(
    studio: Studio, task: Task, request: dict[str, Any], choices: dict[str, Any]
) -> ComposeRequest:
    locks = studio.locks(task.project, task.revision)
    return compose_request(
        studio.song(task.project, task.revision),
        request["mode"],
        request["bits"],
        first_bar=request["first_bar"],
        locks=locks if request["mode"] == "fill" else (),
        seed=request["seed"],
        like=request.get("like", True),
        choices=choices,
    )


def recipe_of(studio: Studio, task: Task, request: dict[str, Any], left: int | None) -> Recipe:
    """What has the same result as a task, on the song saved as MusicXML.

    Parameters
    ----------
    left
        Notes that are left of a sculpture; None is half of them.
    """
    project = studio.store.project(task.project)
    stem, listener = file_stem(project.title), studio.listener_name
    if task.kind == ATLAS:
        raise ParameterError("a map has no recipe: clinamen atlas build draws one of a file")
    file = f"{stem}.musicxml"
    if task.kind == "swerve":
        wanted = _swerve_request(studio, task, request, choices_of(request))
        return swerve_recipe(wanted, file, listener=listener)
    if task.kind == "compose":
        composed = _compose_request(studio, task, request, choices_of(request))
        is_new = request["mode"] == "new" and not request.get("like", True)
        name = "new_song.musicxml" if is_new else f"{stem}-composed.musicxml"
        return compose_recipe(composed, file, name=name, listener=listener)
    locks = studio.locks(task.project, task.revision)
    if left is None:
        left = len(studio.song(task.project, task.revision).melody.notes) // 2
    return sculpt_recipe(file, left, locks=locks, listener=listener)


def settings_of(studio: Studio, task: Task, request: dict[str, Any]) -> dict[str, Any]:
    """What a task was asked for, as the story tells it and can run it again."""
    if task.kind in ("sculpt", ATLAS):
        return {}
    choices = choices_of(request)
    if task.kind == "swerve":
        return {"request": plain_request(_swerve_request(studio, task, request, choices))}
    composed = _compose_request(studio, task, request, choices)
    return {"request": plain_request(composed, without=("listener", "song"))}


def _swerves(studio: Studio, song: Song, request: SwerveRequest) -> _Steps:
    """Ways to break the pattern of a song, more and more of them."""
    # Without an index, the name lets it be said what is missing.
    index = studio.listener_name if studio.index is None else studio.index
    for result in iter_swerves(song, request, listener=studio.listener, index=index):
        yield tuple(variant.song for variant in result.variants)
        yield swerve_view(result)


def _sculpture(studio: Studio, song: Song, locks: tuple[str, ...]) -> _Steps:
    yield sculpture_view(studio.sculpture(song, locks))


def _compositions(studio: Studio, request: ComposeRequest) -> _Steps:
    """Better and better melodies, and how much of the work is done."""
    index = studio.index
    if request.max_shared and index is None:
        raise ParameterError("the listener has no index of tunes, so that no limit can be kept")
    for step, made in composing_steps(request, listener=studio.listener, index=index):
        if made is not None:
            yield (made.song,)
            yield composition_view(made)
        yield step / (request.n_steps or 1)
