"""Swerves as plain data."""

from __future__ import annotations

from typing import Any

from clinamen.operations._swerve_music import music_of
from clinamen.operations.originality import originality_record
from clinamen.operations.swerve import PlaceProposal, SwerveResult
from clinamen.operations.variant import Variant

__all__ = ["place_record", "variant_record"]

SCHEMA = "clinamen.swerve/1"
PLACES_SCHEMA = "clinamen.swerve-places/1"


def variant_record(result: SwerveResult, variant: Variant, *, file: str) -> dict[str, Any]:
    """A variant as plain data; times in quarters, notes counted from 1."""
    notes = variant.song.melody.notes
    is_harmony = variant.kind == "harmony"
    music = music_of(result.song, variant.song)
    return {
        "schema": SCHEMA,
        "file": file,
        "rank": variant.rank,
        "kind": variant.kind,
        "bar": variant.bar,
        "beat": float(variant.beat),
        "note": variant.note + 1,
        "span_quarters": [float(each) for each in variant.span_quarters],
        "asked": variant.asked,
        "bits": variant.bits,
        "median": variant.median,
        "contrast": variant.contrast,
        "is_peak": variant.is_peak,
        "home_after": variant.home_after,
        "joint_bits": variant.joint_bits,
        "score": variant.score,
        "idea": variant.idea,
        "music": {"bars": list(music.bars), "before": music.before, "after": music.after},
        "reason": variant.reason,
        "originality": None if variant.originality is None else variant.originality.line,
        "shared": None if variant.originality is None else originality_record(variant.originality),
        "changed": [] if is_harmony else [_note(notes[index], index) for index in variant.changed],
        "chords": [
            [float(chord.onset_quarters), chord.symbol]
            for chord in (variant.song.chords if is_harmony else ())
        ],
        "notices": list(result.notices),
    }


def _note(note: Any, index: int) -> dict[str, Any]:
    return {
        "note": index + 1,
        "onset_quarters": float(note.onset_quarters),
        "duration_quarters": float(note.duration_quarters),
        "pitch": note.pitch,
    }


def place_record(proposal: PlaceProposal, rank: int, *, file: str) -> dict[str, Any]:
    """A proposed place as plain data."""
    return {
        "schema": PLACES_SCHEMA,
        "file": file,
        "rank": rank,
        "bar": proposal.bar,
        "beat": float(proposal.beat),
        "note": proposal.note + 1,
        "awaited": proposal.awaited,
        "probability": proposal.probability,
        "bits": proposal.bits,
        "entropy": proposal.entropy,
        "times_before": proposal.n_before,
        "reason": proposal.reason,
        "score": proposal.score,
        "good_for": list(proposal.good_for),
    }
