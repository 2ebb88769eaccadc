"""The verb `swerve`: break the pattern of a song at a place, and come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np

from clinamen.domains.music.constraints import Locks, parse_locks
from clinamen.domains.music.editing import NoteTicks, notes_in_ticks
from clinamen.domains.music.events import to_ticks
from clinamen.domains.music.places import bar_and_beat, beat_span
from clinamen.errors import ClinamenError, ConstraintError, MissingError
from clinamen.operations._swerve_ground import TOLERANCE_BITS, Draft, Ground, OutOfReach
from clinamen.operations._swerve_notices import asked_for_more, at_place
from clinamen.operations._swerve_pitch import pitch_drafts
from clinamen.operations._swerve_places import PlaceProposal, propose_places
from clinamen.operations._swerve_rank import TARGETS, Choice, choices_of, in_order
from clinamen.operations._swerve_request import (
    ANY,
    STRENGTHS,
    SwerveRequest,
    SwerveResult,
    bounds_for,
    note_at,
    onset_at,
    strength_bits,
)
from clinamen.operations._swerve_rhythm import rhythm_drafts, silence_drafts
from clinamen.operations._swerve_words import awaited_words, place_name
from clinamen.operations.reasons import Explainer
from clinamen.operations.variant import KINDS, Variant

if TYPE_CHECKING:
    from clinamen.domains.music.fingerprints import Fingerprints, Span
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song

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

_AROUND_BOLD = (5.0, 6.0, 4.0, 7.0, 8.0, 3.0, 9.0, 10.0, 2.0)
"""Contrasts in bits that are tried in turn where none is asked for."""

_OFF_BOLD = 0.3
"""Points that each bit away from bold costs there."""

_JITTER = 0.4
"""Deviation, in points, by which seeds other than 0 change the scores."""

_ALIKE = 3
"""At most every so manieth variant may tell the same story, and two always may."""

_DRAFTS: dict[str, Callable[[Ground], list[Draft]]] = {
    "pitch": pitch_drafts,
    "rhythm": rhythm_drafts,
    "silence": silence_drafts,
}


def swerve(
    song: Song,
    request: SwerveRequest,
    *,
    listener: Listener | None = None,
    index: Fingerprints | None = None,
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
        Of what the listener has heard; by default the shipped one, if it is the listener's.
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
    index: Fingerprints | None = None,
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
    scene = _Scene(song, request, listener, index)
    frame = scene.frame()
    best: dict[str, Variant] = {}
    for kind in scene.search():
        if kind not in best:
            for variant in _made(scene, [each for each in scene.found if each.kind == kind]):
                best[kind] = variant
                yield replace(frame, variants=_ranked([*best.values()]))
                break
    merged = _merged(scene.found)
    variants = [each for each, _ in zip(_made(scene, merged), range(request.n), strict=False)]
    if not variants:
        raise scene.nothing_found()
    notices = (*frame.notices, *asked_for_more(request, variants))
    awaited = frame.awaited or variants[0].reason.partition("; ")[0]
    yield replace(frame, awaited=awaited, variants=_ranked(variants), notices=notices)


@dataclass(eq=False)
class _Scene:
    """A place, and what has been found there so far."""

    song: Song
    request: SwerveRequest
    listener: Listener
    given_index: Fingerprints | None
    found: list[Choice] = field(default_factory=list)
    problems: dict[str, ConstraintError] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.onset = onset_at(self.song.melody, self.request.at)
        self.locks: Locks = parse_locks(self.request.locks, self.song.melody)
        if self.request.kind != "harmony":
            note = self.song.melody.notes[note_at(self.song.melody, self.request.at)]
            self.onset = note.onset_quarters
        if self.locks.covers(to_ticks(self.onset)):
            raise ConstraintError(
                f"the lock on {place_name(self.song.melody, self.onset)}",
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
            asked=STRENGTHS["bold"],
            bounds=bounds_for(melody, self.onset, self.request),
            locks=self.locks,
        )

    @cached_property
    def index(self) -> Fingerprints | None:
        """What the listener has heard; None if that is not known and no limit is asked for."""
        from clinamen.operations.fingerprints import load_fingerprints

        if self.given_index is not None:
            return self.given_index
        try:
            return load_fingerprints(self.listener)
        except MissingError:
            if self.request.max_shared is None:
                return None
            raise

    def frame(self) -> SwerveResult:
        """What can be said of the place before anything is changed."""
        melody = self.song.melody
        place = bar_and_beat(melody, self.onset)
        if self.request.kind == "harmony":
            return SwerveResult(self.song, place, awaited="", because="", variants=())
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
        asked = self.request.strength
        for bits in _AROUND_BOLD if asked is None else (strength_bits(asked),):
            is_enough = len({(each.kind, each.idea) for each in self.found}) >= self.request.n
            has_some = {each.kind for each in self.found} if is_enough else set()
            yield from self._search(bits, [kind for kind in self.kinds() if kind not in has_some])
        reached = [e.reached for e in self.problems.values() if isinstance(e, OutOfReach)]
        if asked is None and not self.found and reached:
            nearest = min(reached, key=lambda each: abs(each - STRENGTHS["bold"]))
            yield from self._search(nearest, self.kinds())

    def _search(self, bits: float, kinds: Sequence[str]) -> Iterator[str]:
        for kind in kinds:
            try:
                self.found += self._shaken(self._choices(kind, bits), kind, bits)
            except ConstraintError as error:
                self.problems.setdefault(kind, error)
            yield kind

    def _choices(self, kind: str, bits: float) -> list[Choice]:
        """What can be done by one kind.

        Raises
        ------
        ConstraintError
            If nothing can, or none of it stands out in its phrase.
        """
        if kind == "harmony":
            found = self._chord_choices(bits)
        else:
            found = choices_of(ground := self.ground.asking(bits), _DRAFTS[kind](ground))
        peaks = [choice for choice in found if choice.is_peak]
        if self.request.outdone or peaks or not found:
            return found if self.request.outdone else peaks
        rival = min(choice.rival for choice in found)
        raise OutOfReach(
            bits,
            f"by {kind}, something else in the phrase is {rival:.1f} bits above what is usual and "
            "would outdo it",
            rival,
            rather=", or breaks that may be outdone",
        )

    def _chord_choices(self, bits: float) -> list[Choice]:
        from clinamen.operations._swerve_harmony import harmony_swerves

        try:
            found = harmony_swerves(
                self.song,
                self.listener,
                self.onset,
                bits,
                max(self.request.n, len(KINDS)),
                locks=self.locks,
                seed=self.request.seed,
            )
        except ConstraintError:
            raise
        except ClinamenError:
            if self.request.kind != ANY:
                raise
            return []
        return [Choice.of(variant, bits) for variant in found]

    def _shaken(self, choices: Sequence[Choice], kind: str, bits: float) -> list[Choice]:
        """Scores changed a little at random, but for seed 0; each variant is made once."""
        seed = self.request.seed
        rng = np.random.default_rng((seed, KINDS.index(kind)))
        shifts = rng.normal(0.0, _JITTER, len(choices)) if seed else np.zeros(len(choices))
        off = _OFF_BOLD * abs(bits - STRENGTHS["bold"]) if self.request.strength is None else 0.0
        return [
            replace(choice, score=choice.score + float(shift) - off, make=cache(choice.make))
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
        from clinamen.operations.originality import originality_of

        if self.index is None or variant.kind == "harmony":
            return variant
        notes, source = notes_in_ticks(variant.song.melody), self.ground.notes
        found = originality_of(notes, source=source, span=self._new(notes), listener=self.index)
        return replace(variant, originality=found)

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
        if len(self.problems) == 1:
            (only,) = self.problems.values()
            return only
        asked = self.request.strength
        name = f"strength {STRENGTHS['bold'] if asked is None else strength_bits(asked):g} bits"
        if not self.problems:
            return ConstraintError(name, "no variant keeps to it when it is heard whole")
        return ConstraintError(
            name,
            "; ".join(f"{kind}: {error.reason}" for kind, error in self.problems.items()),
            nearest="; ".join(
                f"{error.nearest} by {kind}"
                for kind, error in self.problems.items()
                if error.nearest
            ),
        )


def _merged(choices: Sequence[Choice]) -> list[Choice]:
    """Choices of several kinds, each measured by the best of its kind."""
    best = {
        kind: max(c.score for c in choices if c.kind == kind) for kind in {c.kind for c in choices}
    }
    return sorted(
        (replace(choice, score=choice.score - best[choice.kind]) for choice in choices),
        key=lambda choice: -choice.score,
    )


def _made(scene: _Scene, choices: Sequence[Choice]) -> Iterator[Variant]:
    """Variants in their order; not those that, heard whole, do not keep to what was asked, nor
    more of one story than are wanted."""
    most = max(2, -(-scene.request.n // _ALIKE))
    told: dict[tuple[str, str], int] = {}
    for choice in in_order(choices):
        story = (choice.kind, choice.idea)
        if told.get(story, 0) >= most:
            continue
        if scene.shares_too_much(choice.notes):
            continue
        variant = choice.make()
        is_near = abs(variant.contrast - choice.asked) <= TOLERANCE_BITS
        if is_near and (variant.is_peak or scene.request.outdone):
            told[story] = told.get(story, 0) + 1
            yield scene.with_originality(variant)


def _ranked(variants: Sequence[Variant]) -> tuple[Variant, ...]:
    return tuple(replace(each, rank=rank) for rank, each in enumerate(variants, start=1))
