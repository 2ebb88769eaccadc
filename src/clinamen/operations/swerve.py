"""The verb `swerve`: break the pattern of a song at a place, and come back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from clinamen.operations._swerve_aim import STRENGTHS, TOLERANCE_BITS
from clinamen.operations._swerve_places import PlaceProposal, propose_places
from clinamen.operations._swerve_rank import Choice, in_order
from clinamen.operations._swerve_request import (
    ANY,
    SwerveRequest,
    SwerveResult,
    bounds_for,
    onset_at,
    strength_bits,
)
from clinamen.operations._swerve_scene import Scene
from clinamen.operations.variant import Variant

if TYPE_CHECKING:
    from clinamen.domains.music.fingerprints import Fingerprints
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song

__all__ = [
    "ANY",
    "STRENGTHS",
    "PlaceProposal",
    "SwerveRequest",
    "SwerveResult",
    "check_swerve",
    "iter_swerves",
    "propose_places",
    "strength_bits",
    "swerve",
]


_OFF = 0.1
"""Points that a bit away from what was asked costs."""

_ALIKE = 3
"""One part in so many of the variants, but at least two, may tell the same story."""


def check_swerve(song: Song, request: SwerveRequest) -> None:
    """See that what is asked can be understood, before anything is looked for.

    Raises
    ------
    ClinamenError
        If not.
    """
    from clinamen.domains.music.fingerprints import check_limit

    bounds_for(song.melody, onset_at(song.melody, request.at), request)
    if request.max_shared is not None:
        check_limit(request.max_shared)


def swerve(
    song: Song,
    request: SwerveRequest,
    *,
    listener: Listener | None = None,
    index: Fingerprints | str | os.PathLike[str] | None = None,
    on_variant: Callable[[Variant], None] | None = None,
) -> SwerveResult:
    """Break the pattern of a song at a place: ranked variants that differ.

    All outside a small span around the place stays as it is. In the span the listener's
    expectation is broken by the asked amount, within 0.75 bits; the break is the peak of its
    phrase, and within 4 notes the line is home again, wherever that can be.

    Parameters
    ----------
    listener
        By default the shipped one.
    index
        Of what the listener has heard, or the path of the listener's file, beside which it
        lies; by default the shipped one, if it is the listener's.
    on_variant
        Told of the best variant of each kind as soon as there is one.

    Raises
    ------
    ConstraintError
        If what is asked cannot be had; it says which constraint cannot hold, and the nearest
        that can.
    MissingError
        If there is no such place, or the listener has learnt no mixture.
    ParameterError
        If the place or a constraint cannot be understood, or nothing comes before the place.

    Examples
    --------
    >>> import clinamen
    >>> song = clinamen.read("examples/harbour_light.musicxml")
    >>> found = swerve(song, SwerveRequest("10.1", strength="bold", kind="pitch", n=2))
    >>> [abs(each.contrast - 5.0) <= 0.75 for each in found.variants]
    [True, True]
    """
    result: SwerveResult | None = None
    told = 0
    for result in iter_swerves(song, request, listener=listener, index=index):
        if on_variant is not None and len(result.variants) > told:
            on_variant(result.variants[-1])
            told = len(result.variants)
    assert result is not None
    return result


def iter_swerves(
    song: Song,
    request: SwerveRequest,
    *,
    listener: Listener | None = None,
    index: Fingerprints | str | os.PathLike[str] | None = None,
) -> Iterator[SwerveResult]:
    """The same as `swerve`, best so far: it can be stopped after any result.

    Yields
    ------
    SwerveResult
        First with the best variant of the first kind that has one, then of two kinds, and so
        on; at last, the whole.

    Raises
    ------
    ClinamenError
        As `swerve`.
    """
    if listener is None:
        from clinamen.operations.listeners import load_listener

        listener = load_listener()
    scene = Scene(song, request, listener, index)
    frame = scene.frame()
    best: dict[str, Variant] = {}
    for kind in scene.search():
        if kind not in best:
            for _, variant in _made(scene, [each for each in scene.found if each.kind == kind]):
                best[kind] = variant
                yield replace(frame, variants=_ranked([*best.values()]))
                break
    merged = _merged(scene.found)
    made = [each for each, _ in zip(_made(scene, merged), range(request.n), strict=False)]
    # They were chosen for their variety; nearest to what was asked comes first.
    made.sort(key=lambda each: (*each[0].tier[:3], each[0].off))
    variants = [variant for _, variant in made]
    if not variants:
        raise scene.nothing_found()
    notices = (*frame.notices, *scene.notices(variants))
    yield replace(frame, variants=_ranked(variants), notices=notices)


def _merged(choices: Sequence[Choice]) -> list[Choice]:
    """Choices of several kinds, each measured by the best of its kind, and by how far it is off."""
    best = {
        kind: max(c.score for c in choices if c.kind == kind) for kind in {c.kind for c in choices}
    }
    return sorted(
        (
            replace(choice, score=choice.score - best[choice.kind] - _OFF * choice.off)
            for choice in choices
        ),
        key=lambda choice: -choice.score,
    )


def _made(scene: Scene, choices: Sequence[Choice]) -> Iterator[tuple[Choice, Variant]]:
    """Variants in their order; not those that, heard whole, do not keep to what was asked, nor
    more of one story than are wanted."""
    most = max(2, -(-scene.request.n // _ALIKE))
    told: dict[tuple[str, str], int] = {}
    made: list[Song] = []
    for choice in in_order(choices):
        story = (choice.kind, choice.idea)
        if told.get(story, 0) >= most:
            continue
        if scene.shares_too_much(choice.notes):
            continue
        variant = choice.make()
        is_near = abs(variant.contrast - choice.asked) <= TOLERANCE_BITS
        is_wanted = is_near and (variant.is_peak or scene.request.outdone)
        # Where several strengths were tried, both may have found it.
        if is_wanted and variant.song not in made:
            made.append(variant.song)
            told[story] = told.get(story, 0) + 1
            yield choice, scene.with_originality(replace(variant, asked=choice.asked))


def _ranked(variants: Sequence[Variant]) -> tuple[Variant, ...]:
    return tuple(replace(each, rank=rank) for rank, each in enumerate(variants, start=1))
