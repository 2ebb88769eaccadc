"""The verb `swerve`: break the pattern of a song at a place, and come back."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from clinamen.domains.music.constraints import (
    Bounds,
    bounds_of,
    parse_ending,
    parse_locks,
    parse_range,
    parse_scale,
)
from clinamen.domains.music.events import to_ticks
from clinamen.domains.music.places import Place, bar_and_beat, beat_span, onset_of, parse_place
from clinamen.errors import ConstraintError, MissingError, ParameterError
from clinamen.operations._swerve_ground import TOLERANCE_BITS, Draft, Ground
from clinamen.operations._swerve_pitch import pitch_drafts
from clinamen.operations._swerve_places import PlaceProposal, propose_places
from clinamen.operations._swerve_rank import TARGETS, Choice, choices_of, in_order
from clinamen.operations._swerve_rhythm import rhythm_drafts, silence_drafts
from clinamen.operations._swerve_words import awaited_words, place_name
from clinamen.operations.reasons import Explainer
from clinamen.operations.text import decimal, percent
from clinamen.operations.variant import KINDS, Variant

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Melody, Song

__all__ = [
    "ANY",
    "STRENGTHS",
    "PlaceProposal",
    "SwerveRequest",
    "SwerveResult",
    "iter_swerves",
    "propose_places",
    "strength_bits",
    "swerve",
]

STRENGTHS = {"gentle": 2.5, "bold": 5.0, "shocking": 8.0}
"""Contrasts in bits: at the break, above the median of the phrase before."""

ANY = "any"
"""All kinds, the best of each."""

_OCTAVE = 12
_UNSURE = 0.3
"""Share of the likeliest note below which a listener has nothing to be surprised out of."""

_AROUND_BOLD = (5.0, 6.0, 4.0, 7.0, 8.0, 3.0, 9.0, 10.0, 2.0)
"""Contrasts in bits that are tried where none is asked for."""

_JITTER = 0.4
"""Deviation, in points, by which seeds other than 0 change the scores."""

_DRAFTS: dict[str, Callable[[Ground], list[Draft]]] = {
    "pitch": pitch_drafts,
    "rhythm": rhythm_drafts,
    "silence": silence_drafts,
}


@dataclass(frozen=True, slots=True)
class SwerveRequest:
    """Where to break the pattern, how far, and what must hold.

    Parameters
    ----------
    at
        Bar and beat, such as ``12.3``, or the number of a note, such as ``27``.
    strength
        A name in `STRENGTHS`, or bits; None is what is nearest to bold and can be had.
    kind
        One of `variant.KINDS`, or `ANY`.
    n
        Variants at most.
    locks
        Bars and places that must stay, such as ``"1-4,12.1"``.
    pitch_range, scale, ending
        Of new notes; see `parse_range`, `parse_scale`, `parse_ending`. The range is by default
        the song's own, two semitones wider on either side. The ending is that of the last note
        of the song, where it is changed.
    largest_leap
        In semitones; by default an octave, or the song's own largest leap.
    max_shared
        Longest run, in notes, that the new part may share with a tune the listener has learnt.
    outdone
        Also breaks that another note of the phrase outdoes.
    seed
        Other seeds give other variants of about the same worth; the same gives the same.

    Raises
    ------
    ParameterError
        If strength or kind is none of these, or a number is out of range.
    """

    at: str
    strength: str | float | None = None
    kind: str = ANY
    n: int = 8
    locks: tuple[str, ...] = ()
    pitch_range: str | None = None
    scale: str | None = None
    ending: str | None = None
    largest_leap: int | None = None
    max_shared: int | None = None
    outdone: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        if self.strength is not None:
            strength_bits(self.strength)
        if self.kind not in (*KINDS, ANY):
            raise ParameterError(
                f"kind must be one of {', '.join(KINDS)} or {ANY}, not {self.kind!r}"
            )
        if self.n < 1:
            raise ParameterError(f"at least 1 variant must be asked for, not {self.n}")
        if self.seed < 0:
            raise ParameterError(f"a seed is a whole number from 0 on, not {self.seed}")


@dataclass(frozen=True)
class SwerveResult:
    """Ways to break the pattern at a place.

    Parameters
    ----------
    song
        As it was.
    place
        Bar and beat.
    awaited
        What the listener waited for there, in words.
    because
        Why, in words; empty where no single regularity shows clearly.
    variants
        Best first.
    notices
        What to know about them: that the listener was not sure here, that there are fewer than
        asked for, ...
    """

    song: Song
    place: Place
    awaited: str
    because: str
    variants: tuple[Variant, ...]
    notices: tuple[str, ...] = ()


def strength_bits(strength: str | float) -> float:
    """A strength as contrast in bits.

    Raises
    ------
    ParameterError
        If it is no name in `STRENGTHS`, and no number above 0.

    Examples
    --------
    >>> strength_bits("bold"), strength_bits("3.5"), strength_bits(4)
    (5.0, 3.5, 4.0)
    """
    if isinstance(strength, str) and strength in STRENGTHS:
        return STRENGTHS[strength]
    try:
        bits = float(strength)
    except ValueError:
        bits = math.nan
    if not 0 < bits < math.inf:
        raise ParameterError(
            f"strength must be {', '.join(STRENGTHS)} or bits above 0, not {strength!r}"
        )
    return bits


def swerve(
    song: Song,
    request: SwerveRequest,
    *,
    listener: Listener | None = None,
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
    >>> song = clinamen.read("examples/ode_to_joy.musicxml")
    >>> found = swerve(song, SwerveRequest(at="7.1", kind="pitch", n=2))
    >>> [abs(each.contrast - 5.0) <= 0.75 for each in found.variants]
    [True, True]
    """
    result: SwerveResult | None = None
    told = 0
    for result in iter_swerves(song, request, listener=listener):
        if on_variant is not None and len(result.variants) > told:
            on_variant(result.variants[-1])
            told = len(result.variants)
    assert result is not None
    return result


def iter_swerves(
    song: Song, request: SwerveRequest, *, listener: Listener | None = None
) -> Iterator[SwerveResult]:
    """The same as `swerve`, best so far: it can be stopped after any result.

    Yields
    ------
    SwerveResult
        After each kind, with the best variant of each kind so far; at last, the whole.

    Raises
    ------
    ClinamenError
        As `swerve`.
    """
    if listener is None:
        from clinamen.operations.listeners import load_listener

        listener = load_listener()
    wanted = _AROUND_BOLD if request.strength is None else (strength_bits(request.strength),)
    problem: ConstraintError | None = None
    for bits in wanted:
        ground = _ground(song, request, listener, bits)
        try:
            yield from _results(ground, request)
            return
        except ConstraintError as error:
            problem = problem or error
    assert problem is not None
    raise problem


def _results(ground: Ground, request: SwerveRequest) -> Iterator[SwerveResult]:
    """For one strength."""
    frame = _empty_result(ground)
    choices: list[Choice] = []
    problems: dict[str, ConstraintError] = {}
    first: list[Variant] = []
    for kind in _kinds(ground.song, request):
        try:
            found = _shaken(_choices(ground, kind, request), request.seed, kind)
        except ConstraintError as error:
            problems[kind] = error
            continue
        choices += found
        best = next(_made(ground, found, request), None)
        if best is not None:
            first.append(best)
            yield replace(frame, variants=_ranked(first))
    variants = [
        each for each, _ in zip(_made(ground, choices, request), range(request.n), strict=False)
    ]
    if not variants:
        raise _nothing_found(ground, problems)
    notices = (*frame.notices, *_notices(request, variants))
    yield replace(frame, variants=_ranked(variants), notices=notices)


def _kinds(song: Song, request: SwerveRequest) -> tuple[str, ...]:
    if request.kind != ANY:
        return (request.kind,)
    return tuple(kind for kind in ("pitch", "rhythm", "silence", "harmony") if kind in _DRAFTS)


def _choices(ground: Ground, kind: str, request: SwerveRequest) -> list[Choice]:
    """What can be done by one kind.

    Raises
    ------
    ConstraintError
        If nothing can, or none of it stands out in its phrase.
    """
    found = choices_of(ground, _DRAFTS[kind](ground))
    if request.outdone or not found:
        return found
    peaks = [choice for choice in found if choice.is_peak]
    if not peaks:
        rival = min(choice.rival for choice in found)
        raise ConstraintError(
            f"strength {ground.asked:g} bits",
            f"by {kind}, another note of the phrase costs {rival:.1f} bits and would outdo it",
            nearest=f"{rival - ground.median(TARGETS[kind]):.1f} bits, or breaks that are outdone",
        )
    return peaks


def _shaken(choices: Sequence[Choice], seed: int, kind: str) -> list[Choice]:
    """Scores changed a little at random, but for seed 0; each variant is made once."""
    rng = np.random.default_rng((seed, KINDS.index(kind)))
    shifts = rng.normal(0.0, _JITTER, len(choices)) if seed else np.zeros(len(choices))
    found = [
        replace(choice, score=choice.score + float(shift), make=cache(choice.make))
        for choice, shift in zip(choices, shifts, strict=True)
    ]
    return sorted(found, key=lambda choice: -choice.score)


def _made(ground: Ground, choices: Sequence[Choice], request: SwerveRequest) -> Iterator[Variant]:
    """Variants in their order, but those that, heard whole, do not keep to what was asked."""
    for choice in in_order(choices):
        variant = choice.make()
        is_near = abs(variant.contrast - ground.asked) <= TOLERANCE_BITS
        if is_near and (variant.is_peak or request.outdone):
            yield variant


def _ranked(variants: Sequence[Variant]) -> tuple[Variant, ...]:
    return tuple(replace(each, rank=rank) for rank, each in enumerate(variants, start=1))


def _ground(song: Song, request: SwerveRequest, listener: Listener, asked: float) -> Ground:
    melody = song.melody
    if len(melody.notes) < 2:
        raise ParameterError(
            f"a song of {len(melody.notes)} notes has no pattern: a break needs a note before it"
        )
    note = _note_at(melody, request.at)
    onset = melody.notes[note].onset_quarters
    locks = parse_locks(request.locks, melody)
    if locks.covers(to_ticks(onset)):
        raise ConstraintError(
            f"the lock on {place_name(melody, onset)}",
            "this is where the song is to be broken",
            nearest="another place, or a lock beside it",
        )
    return Ground(
        song=song,
        listener=listener,
        note=note,
        beat_quarters=beat_span(melody, onset),
        asked=asked,
        bounds=_bounds(melody, onset, request),
        locks=locks,
    )


def _bounds(melody: Melody, onset: Fraction, request: SwerveRequest) -> Bounds:
    own, key = bounds_of(melody), melody.key_at(onset)
    lowest, highest = own.lowest, own.highest
    if request.pitch_range is not None:
        lowest, highest = parse_range(request.pitch_range)
    leaps = [abs(b.pitch - a.pitch) for a, b in zip(melody.notes, melody.notes[1:], strict=False)]
    return Bounds(
        lowest=lowest,
        highest=highest,
        pitch_classes=None if request.scale is None else parse_scale(request.scale, key),
        largest_leap=request.largest_leap or max(_OCTAVE, *leaps),
        ending=None if request.ending is None else parse_ending(request.ending, key),
    )


def _note_at(melody: Melody, at: str) -> int:
    """The first note that begins at a place, or after it in its beat."""
    if at.strip().isascii() and at.strip().isdecimal():
        note = int(at) - 1
        if not 0 <= note < len(melody.notes):
            raise MissingError(f"there is no note {at}; there are 1 to {len(melody.notes)}")
    else:
        onset = onset_of(melody, parse_place(at))
        _, end = beat_span(melody, onset)
        inside = [i for i, n in enumerate(melody.notes) if onset <= n.onset_quarters < end]
        if not inside:
            raise _no_note_at(melody, at)
        note = inside[0]
    if note == 0:
        second = place_name(melody, melody.notes[1].onset_quarters)
        raise ParameterError(
            f"nothing is awaited before the first note; the first place to break is {second}"
        )
    return note


def _no_note_at(melody: Melody, at: str) -> MissingError:
    bar = parse_place(at)[0]
    places = [bar_and_beat(melody, note.onset_quarters) for note in melody.notes]
    here = ", ".join(f"{bar}.{decimal(beat)}" for number, beat in places if number == bar)
    there = f"notes begin at {here}" if here else f"no note begins in bar {bar}"
    return MissingError(f"no note begins on the beat at {at}; {there}")


def _empty_result(ground: Ground) -> SwerveResult:
    melody = ground.song.melody
    heard = ground.heard["pitch"]
    row = heard.distribution[ground.note]
    notices = []
    if row.max() < _UNSURE:
        notices.append(
            f"The listener was not sure here: entropy {heard.entropy[ground.note]:.1f} bits, the "
            f"likeliest note has {percent(float(row.max()))}. A break tells more where one note "
            "is awaited; without a place, such places are proposed."
        )
    if not _knows_meter(ground):
        meter = melody.meter_at(melody.notes[ground.note].onset_quarters)
        notices.append(
            f"The listener has never heard {meter}: what it says of rhythm rests on other metres."
        )
    return SwerveResult(
        song=ground.song,
        place=bar_and_beat(melody, melody.notes[ground.note].onset_quarters),
        awaited=awaited_words(ground, "pitch"),
        because=Explainer(heard, melody).sentence(ground.note),
        variants=(),
        notices=tuple(notices),
    )


def _knows_meter(ground: Ground) -> bool:
    """Whether anything that was learnt speaks of a bar of this length."""
    heard = ground.heard["onset"]
    reasons = heard.why(ground.note).reasons
    return any(
        reason.memory == "long_term" and "barlength" in reason.expert for reason in reasons
    ) or not any("barlength" in reason.expert for reason in reasons)


def _notices(request: SwerveRequest, variants: Sequence[Variant]) -> Iterator[str]:
    if len(variants) < request.n:
        yield f"{len(variants)} of {request.n}: no others keep to what was asked."
    if variants[0].home_after is None:
        yield "Expectation is not home again within 4 notes after the break."


def _nothing_found(ground: Ground, problems: dict[str, ConstraintError]) -> ConstraintError:
    if len(problems) == 1:
        (only,) = problems.values()
        return only
    name = f"strength {ground.asked:g} bits"
    if not problems:
        return ConstraintError(name, "no variant keeps to it when it is heard whole")
    return ConstraintError(
        name,
        "; ".join(
            f"{kind}: {error.constraint}: {error.reason}" for kind, error in problems.items()
        ),
        nearest="; ".join(
            f"{error.nearest} by {kind}" for kind, error in problems.items() if error.nearest
        ),
    )
