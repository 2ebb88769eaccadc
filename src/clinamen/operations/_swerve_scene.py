"""What is looked for at one place, kind by kind, and what has been found."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np

from clinamen.domains.music.constraints import Locks, parse_chord_locks, parse_locks
from clinamen.domains.music.editing import NoteTicks, notes_in_ticks
from clinamen.domains.music.events import TICKS_PER_QUARTER, to_ticks
from clinamen.domains.music.places import bar_and_beat, beat_span, place_at
from clinamen.errors import ClinamenError, ConstraintError, MissingError
from clinamen.operations._swerve_aim import STRENGTHS, TOLERANCE_BITS, Aim, OutOfReach
from clinamen.operations._swerve_ground import Draft, Ground
from clinamen.operations._swerve_notices import asked_for_more, at_chord, at_place, other_parts
from clinamen.operations._swerve_pitch import pitch_drafts
from clinamen.operations._swerve_rank import CLEAR_BITS, TARGETS, Choice, choices_of
from clinamen.operations._swerve_request import (
    ANY,
    SwerveRequest,
    SwerveResult,
    bounds_for,
    for_song,
    is_bound,
    note_at,
    onset_at,
    strength_bits,
)
from clinamen.operations._swerve_rhythm import rhythm_drafts, silence_drafts
from clinamen.operations._swerve_words import awaited_words
from clinamen.operations.reasons import Explainer
from clinamen.operations.variant import KINDS, Variant
from clinamen.texts import Message

if TYPE_CHECKING:
    from clinamen.domains.music.fingerprints import Fingerprints, Span
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song
    from clinamen.operations._harmony_ground import HarmonyGround

__all__ = ["Scene"]

_AROUND_BOLD = (6.5, 3.5, 8.0)
"""Contrasts in bits that are tried besides where none is asked for and there are few ideas."""

_LEAST_BITS = 0.1
"""A break of less is none: nothing below is proposed for what cannot be had."""

_CHORD_VARIANTS = 4
"""Variants of harmony among those of other kinds."""

_JITTER = 0.4
"""Deviation, in points, by which seeds other than 0 change the scores."""

_DRAFTS: dict[str, Callable[[Ground], list[Draft]]] = {
    "pitch": pitch_drafts,
    "rhythm": rhythm_drafts,
    "silence": silence_drafts,
}


@dataclass(eq=False)
class Scene:
    """A place, and what has been found there so far."""

    song: Song
    request: SwerveRequest
    listener: Listener
    given_index: Fingerprints | str | os.PathLike[str] | None
    found: list[Choice] = field(default_factory=list)
    problems: dict[str, ConstraintError] = field(default_factory=dict)

    index_problem: str = ""

    def __post_init__(self) -> None:
        self.request = for_song(self.request, self.song)
        self.onset = onset_at(self.song.melody, self.request.at)
        self.locks: Locks = parse_locks(self.request.locks, self.song.melody)
        self.chord_locks: Locks = parse_chord_locks(self.request.locks, self.song)
        if self.request.kind != "harmony":
            note = self.song.melody.notes[note_at(self.song.melody, self.request.at)]
            self.onset = note.onset_quarters
        here = self.chord_locks if self.request.kind == "harmony" else self.locks
        if here.covers(to_ticks(self.onset)):
            raise ConstraintError(
                f"the lock on {place_at(self.song.melody, self.onset)}",
                "this is where the song is to be broken",
                nearest="another place, or a lock beside it",
            )

    @cached_property
    def ground(self) -> Ground:
        """The place as the kinds of notes need it, for a bold break."""
        melody = self.song.melody
        return Ground(
            song=self.song,
            listener=self.listener,
            note=note_at(melody, self.request.at),
            beat_quarters=beat_span(melody, self.onset),
            aim=Aim.at(STRENGTHS["bold"]),
            bounds=bounds_for(melody, self.onset, self.request),
            locks=self.locks,
        )

    @cached_property
    def index(self) -> Fingerprints | None:
        """What the listener has heard; None if that is not known and no limit is asked for."""
        from clinamen.domains.music.fingerprints import Fingerprints
        from clinamen.operations.fingerprints import load_fingerprints

        if isinstance(self.given_index, Fingerprints):
            return self.given_index
        try:
            return load_fingerprints(self.given_index or self.listener)
        except MissingError as error:
            if self.request.max_shared is not None:
                raise
            self.index_problem = str(error)
            return None

    @cached_property
    def chord_ground(self) -> HarmonyGround:
        """The place as harmony needs it."""
        from clinamen.operations._harmony_ground import HarmonyGround

        return HarmonyGround.at(self.song, self.listener, self.onset)

    def frame(self) -> SwerveResult:
        """What can be said of the place before anything is changed."""
        melody = self.song.melody
        place = bar_and_beat(melody, self.onset)
        if self.request.kind == "harmony":
            from clinamen.operations._swerve_harmony import chord_awaited

            return SwerveResult(
                song=self.song,
                place=place,
                awaited=chord_awaited(self.chord_ground),
                because="",
                variants=(),
            )
        target = "pitch" if self.request.kind == ANY else TARGETS[self.request.kind]
        heard, note = self.ground.heard[target], self.ground.note
        return SwerveResult(
            song=self.song,
            place=place,
            awaited=awaited_words(self.ground, target),
            because=Explainer(heard, melody).sentence(note),
            variants=(),
            notices=tuple(at_place(self.ground)),
        )

    def kinds(self) -> tuple[str, ...]:
        """Kinds of break that are looked for, in order."""
        if self.request.kind != ANY:
            return (self.request.kind,)
        has_chords = bool(self.song.chords and self.listener.harmony)
        return (*_DRAFTS, "harmony") if has_chords else tuple(_DRAFTS)

    def search(self) -> Iterator[str]:
        """Fill `found`; tells of each kind after it was looked for."""
        strength = self.request.strength
        aim = Aim.at(self.bits)
        yield from self._search(aim, self.kinds())
        if strength is None:
            wide = Aim.above(_LEAST_BITS, self.bits)
        elif isinstance(strength, str) and strength in STRENGTHS:
            wide = Aim.near(strength)
        else:
            return
        if strength is None or not self._has_enough():
            there = {choice.kind for choice in self.found if not choice.is_led}
            yield from self._search(wide, [kind for kind in self.kinds() if kind not in there])
        for bits in _AROUND_BOLD if strength is None else ():
            if self._has_enough():
                return
            kinds = [kind for kind in self.kinds() if kind in _DRAFTS]
            yield from self._search(Aim.at(bits), kinds)

    @property
    def bits(self) -> float:
        """Contrast that was asked for; that of bold where none was."""
        strength = self.request.strength
        return STRENGTHS["bold"] if strength is None else strength_bits(strength)

    def _has_enough(self) -> bool:
        ideas = {(each.kind, each.idea) for each in self.found if not each.is_led}
        return len(ideas) >= self.request.n

    def _search(self, aim: Aim, kinds: Sequence[str]) -> Iterator[str]:
        for kind in kinds:
            try:
                self.found += self._shaken(self._choices(kind, aim), kind)
            except ConstraintError as error:
                self.problems[kind] = error
            yield kind

    def _choices(self, kind: str, aim: Aim) -> list[Choice]:
        """What can be done by one kind.

        Raises
        ------
        ConstraintError
            If nothing can, or none of it stands out in its phrase.
        """
        if kind == "harmony":
            found = self._chord_choices(aim)
        else:
            found = choices_of(ground := self.ground.aiming(aim), _DRAFTS[kind](ground))
        if not self.request.outdone and found:
            peaks = [choice for choice in found if choice.is_peak]
            if not peaks:
                raise self._outdone(kind, aim, found)
            found = _clear(peaks)
        found = _nearest(found, aim) if aim.is_wide else found
        return _one_an_idea(found) if kind == "silence" else found

    def _outdone(self, kind: str, aim: Aim, found: Sequence[Choice]) -> OutOfReach:
        """That none of what was found is the peak of its phrase, and what is."""
        least = min(found, key=lambda choice: choice.rival)
        reason = f"by {kind}, something else in the phrase would outdo it"
        if least.rival_onset is not None:
            where = place_at(self.song.melody, Fraction(least.rival_onset, TICKS_PER_QUARTER))
            reason = (
                f"by {kind}, the note at {where} costs {least.rival:.1f} bits more than is usual "
                "and would outdo it"
            )
        return OutOfReach(
            aim.name, reason, least.rival, rather=", or breaks that may be outdone (--outdone)"
        )

    def _chord_choices(self, aim: Aim) -> list[Choice]:
        from clinamen.operations._swerve_harmony import swerves_at

        try:
            found = swerves_at(
                self.chord_ground,
                aim,
                self.request.n if self.request.kind == "harmony" else _CHORD_VARIANTS,
                locks=self.chord_locks,
                seed=self.request.seed,
            )
        except ConstraintError:
            raise
        except ClinamenError:
            if self.request.kind != ANY:
                raise
            return []
        return [Choice.of(variant, aim.bits) for variant in found]

    def _shaken(self, choices: Sequence[Choice], kind: str) -> list[Choice]:
        """Scores changed a little at random, but for seed 0; each variant is made once."""
        seed = self.request.seed
        rng = np.random.default_rng((seed, KINDS.index(kind)))
        shifts = rng.normal(0.0, _JITTER, len(choices)) if seed else np.zeros(len(choices))
        return [
            replace(
                choice,
                score=choice.score + float(shift),
                make=cache(choice.make),
                off=math.ceil(max(abs(choice.contrast - self.bits) - TOLERANCE_BITS, 0.0)),
                is_strict=self.request.strength is not None,
            )
            for choice, shift in zip(choices, shifts, strict=True)
        ]

    def shares_too_much(self, notes: Sequence[NoteTicks]) -> bool:
        """Whether what is new in the song is part of too long a run of a known tune."""
        limit = self.request.max_shared
        if limit is None or not notes or self.index is None:
            return False
        return self.index.exceeds(notes, limit, span=self._new(notes))

    def with_originality(self, variant: Variant) -> Variant:
        """The variant with what its new notes share with known tunes, if those are known."""
        from clinamen.operations.originality import if_known, originality_of

        if self.index is None or variant.kind == "harmony":
            return variant
        notes, source = notes_in_ticks(variant.song.melody), self.ground.notes
        found = originality_of(notes, source=source, span=self._new(notes), listener=self.index)
        told = if_known(found, notes, self.index, source=source)
        return replace(variant, originality=told)

    def _new(self, notes: Sequence[NoteTicks]) -> Span:
        from clinamen.domains.music.fingerprints import changes

        return changes(notes, self.ground.notes)

    def _shared_too_much(self) -> ConstraintError:
        limit, runs = self.request.max_shared, []
        for choice in self.found:
            if choice.notes and self.index is not None:
                run = self.index.longest_run(choice.notes, span=self._new(choice.notes))
                runs.append(run.n_notes if run else 0)
        return ConstraintError(
            f"max-shared {limit}",
            "every variant shares a longer run with a tune that the listener knows",
            nearest=f"{min(runs)} notes" if runs else "",
        )

    def nothing_found(self) -> ConstraintError:
        """Why there is no variant."""
        if self.request.max_shared is not None and self.found:
            return self._shared_too_much()
        word = self.request.strength
        name = Aim.near(word).name if word in STRENGTHS else Aim.at(self.bits).name
        if not self.problems:
            return ConstraintError(name, "no variant keeps to it when it is heard whole")
        problems = {kind: self._with_nearest(kind, error) for kind, error in self.problems.items()}
        if len(problems) == 1:
            (only,) = problems.values()
            return only
        return ConstraintError(
            name,
            "; ".join(
                f"{kind}: {error.reason.removeprefix(f'by {kind}, ')}"
                for kind, error in problems.items()
            ),
            nearest="; ".join(
                f"{error.nearest} by {kind}" for kind, error in problems.items() if error.nearest
            ),
        )

    def notices(self, variants: Sequence[Variant]) -> Iterator[str]:
        """What to know of the variants that were found."""
        kinds = {variant.kind for variant in variants}
        if "harmony" in kinds:
            yield from at_chord(self.chord_ground)
        if "pitch" in self.problems and "pitch" not in kinds and is_bound(self.request):
            error = self.problems["pitch"]
            yield Message("swerve.no_pitch", error=str(error))
        yield from asked_for_more(self.request, variants)
        if self.index_problem and kinds != {"harmony"}:
            yield Message("swerve.not_told", problem=self.index_problem)
        yield from other_parts(self.song)

    def _with_nearest(self, kind: str, error: ConstraintError) -> ConstraintError:
        """A strength out of reach with the nearest that stands out in its phrase."""
        if not isinstance(error, OutOfReach) or self.request.strength is None:
            return error
        try:
            choices = self._choices(kind, Aim.above(_LEAST_BITS, self.bits))
            reached = choices[0].asked if choices else 0.0
        except ConstraintError:
            reached = 0.0
        reason = error.reason
        is_other = reached > 0 and abs(reached - error.reached) > 0.1
        if is_other and "can be reached" in reason:
            reason += ", and none such stands out in its phrase"
        return OutOfReach(error.constraint, reason, reached, rather=error.rather)


def _clear(choices: Sequence[Choice]) -> list[Choice]:
    """The clearest, those that nothing else leads to before all."""
    before = [choice for choice in choices if not choice.is_led] or choices
    margin = max(choice.margin for choice in before)
    least = next(bits for bits in CLEAR_BITS if margin >= bits)
    return [choice for choice in choices if choice.margin >= least]


def _one_an_idea(choices: Sequence[Choice]) -> list[Choice]:
    """The best of each idea: a rest of one length is heard as one, whatever comes after it."""
    best: dict[str, Choice] = {}
    for choice in sorted(choices, key=lambda each: (each.tier, -each.score)):
        best.setdefault(choice.idea, choice)
    return sorted(best.values(), key=lambda each: -each.score)


def _nearest(choices: Sequence[Choice], aim: Aim) -> list[Choice]:
    """Those about as strong as the one that comes nearest to what was asked, best of all one
    that comes home and that nothing else leads to."""
    if not choices:
        return []
    some = [choice for choice in choices if not choice.is_led] or choices
    some = [choice for choice in some if choice.is_home] or some
    bits = min((choice.contrast for choice in some), key=lambda each: abs(each - aim.bits))
    return [
        replace(choice, asked=bits)
        for choice in choices
        if abs(choice.contrast - bits) <= TOLERANCE_BITS and aim.holds(choice.contrast)
    ]
