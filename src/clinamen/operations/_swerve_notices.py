"""What to know about a place and the variants that were found for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from clinamen.domains.music.breaks import NOTES_TO_COME_HOME
from clinamen.operations._swerve_aim import STRENGTHS
from clinamen.operations._swerve_ground import Ground
from clinamen.operations._swerve_request import ANY, SwerveRequest
from clinamen.operations.text import percent
from clinamen.operations.variant import Variant

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song
    from clinamen.operations._harmony_ground import HarmonyGround

__all__ = ["asked_for_more", "at_chord", "at_place", "other_parts"]

_UNSURE = 0.3
"""Share of the likeliest note below which a listener has nothing to be surprised out of."""


def at_place(ground: Ground) -> Iterator[str]:
    """That the listener was not sure there, or does not know the metre."""
    melody, heard = ground.song.melody, ground.heard["pitch"]
    likeliest = float(heard.distribution[ground.note].max())
    if likeliest < _UNSURE:
        yield (
            f"The listener was not sure here: entropy {heard.entropy[ground.note]:.1f} bits, the "
            f"likeliest note has {percent(likeliest)}. A break tells more where one note is "
            "awaited; without a place, such places are proposed."
        )
    if not _knows_meter(ground):
        meter = melody.meter_at(melody.notes[ground.note].onset_quarters)
        yield (
            f"The listener has never heard {meter}: what it says of rhythm rests on other metres."
        )


def at_chord(ground: HarmonyGround) -> Iterator[str]:
    """That the listener was not sure which chord comes there."""
    awaited, likeliest = ground.awaited
    if likeliest < _UNSURE:
        yield (
            f"The listener was not sure of the chord here: the likeliest, {awaited or 'none'}, has "
            f"{percent(likeliest)}. A break tells more where one chord is awaited; without a "
            "place, such places are proposed."
        )


def other_parts(song: Song) -> Iterator[str]:
    """That a variant is no whole score."""
    sounding = [part for part in song.parts if part.n_notes]
    if len(sounding) > 1 or any(part.is_polyphonic for part in sounding):
        yield (
            "A variant holds the melody and the chord symbols, not the other parts and voices of "
            "the source."
        )


def _knows_meter(ground: Ground) -> bool:
    """Whether anything that was learnt speaks of a bar of this length, here or at the start."""
    heard = ground.heard["onset"]
    for note in {1, ground.note}:
        reasons = [each for each in heard.why(note).reasons if "barlength" in each.expert]
        if any(each.memory == "long_term" for each in reasons):
            return True
    return False


def asked_for_more(request: SwerveRequest, variants: Sequence[Variant]) -> Iterator[str]:
    """What a word means here, that there are fewer than asked for, or that they do not come
    home."""
    yield from _meant(request, variants)
    if len(variants) < request.n:
        yield f"{len(variants)} of {request.n}: there are no more that differ and keep to it."
    if variants[0].home_after is None:
        yield _not_home(variants[0])


def _not_home(variant: Variant) -> str:
    """That expectation does not come home: there may be nothing left to bring it."""
    if variant.is_last:
        return "The song ends on the break: no note follows that could bring expectation home."
    return f"Expectation is not home again within {NOTES_TO_COME_HOME} notes after the break."


def _meant(request: SwerveRequest, variants: Sequence[Variant]) -> Iterator[str]:
    """Such as: bold is 6.4 bits here: nothing nearer to 5 breaks clearly and comes home."""
    word = request.strength
    if not isinstance(word, str) or word not in STRENGTHS:
        return
    kinds = {each.kind: each.asked for each in variants}
    for kind, asked in kinds.items():
        if asked is not None and asked != STRENGTHS[word]:
            by = f" by {kind}" if request.kind == ANY else ""
            yield (
                f"{word} is {asked:.1f} bits here{by}: nothing nearer to {STRENGTHS[word]:g} "
                "breaks clearly and comes home at this place."
            )
