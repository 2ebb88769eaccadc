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
from clinamen.texts import Message

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
        yield Message(
            "swerve.not_sure_note",
            bits=float(heard.entropy[ground.note]),
            share=percent(likeliest),
        )
    if not _knows_meter(ground):
        meter = melody.meter_at(melody.notes[ground.note].onset_quarters)
        yield Message("swerve.metre_unheard", meter=str(meter))


def at_chord(ground: HarmonyGround) -> Iterator[str]:
    """That the listener was not sure which chord comes there."""
    awaited, likeliest = ground.awaited
    if likeliest < _UNSURE:
        name = Message("chord.none") if awaited is None else str(awaited)
        yield Message("swerve.not_sure_chord", name=name, share=percent(likeliest))


def other_parts(song: Song) -> Iterator[str]:
    """That a variant is no whole score."""
    sounding = [part for part in song.parts if part.n_notes]
    if len(sounding) > 1 or any(part.is_polyphonic for part in sounding):
        yield Message("swerve.no_score")


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
        yield Message("swerve.no_more", found=len(variants), asked=request.n)
    if variants[0].home_after is None:
        yield _not_home(variants[0])


def _not_home(variant: Variant) -> str:
    """That expectation does not come home: there may be nothing left to bring it."""
    if variant.is_last:
        return Message("swerve.ends_on_break")
    return Message("swerve.not_home", count=NOTES_TO_COME_HOME)


def _meant(request: SwerveRequest, variants: Sequence[Variant]) -> Iterator[str]:
    """Such as: bold is 6.4 bits here: nothing nearer to 5 breaks clearly and comes home."""
    word = request.strength
    if not isinstance(word, str) or word not in STRENGTHS:
        return
    kinds = {each.kind: each.asked for each in variants}
    for kind, asked in kinds.items():
        if asked is not None and asked != STRENGTHS[word]:
            said = {
                "word": Message(f"swerve.word_{word}"),
                "bits": asked,
                "wanted": STRENGTHS[word],
            }
            if request.kind == ANY:
                named = Message(f"swerve.kind_{kind}")
                yield Message("swerve.word_means_by", kind=named, **said)
            else:
                yield Message("swerve.word_means", **said)
