"""Swerves as plain data, and as files beside the song."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinamen.errors import MissingError, ParameterError
from clinamen.operations._swerve_music import music_of
from clinamen.operations.swerve import PlaceProposal, SwerveResult
from clinamen.operations.variant import Variant

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song

__all__ = ["VariantFiles", "place_record", "variant_record"]

SCHEMA = "clinamen.swerve/1"
PLACES_SCHEMA = "clinamen.swerve-places/1"

NAME, NUMBER = "{name}", "{n}"


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


@dataclass(frozen=True)
class VariantFiles:
    """Where variants are written.

    Parameters
    ----------
    pattern
        A path; ``{name}`` is the song file's name without extension, ``{n}`` the rank.
    source
        The song's file.
    overwrite
        Whether files that exist may be replaced; the source never is.
    """

    pattern: str
    source: str
    overwrite: bool = False

    @classmethod
    def parse(cls, value: str, source: str, *, overwrite: bool = False) -> VariantFiles:
        """What the user gave: a folder, a file, or a pattern.

        A folder stands for ``{name}-{n}`` in it. Without an extension, that of the source is
        taken if we write it, else ``.mid``.

        Raises
        ------
        ParameterError
            If the extension is none that we write.
        """
        from clinamen.io.files import CHORD_SHEETS, WRITABLE

        if value == "-":
            raise ParameterError("--out must name a folder or files, not -")
        if value.endswith(("/", os.sep)) or os.path.isdir(value):
            value = os.path.join(value, f"{NAME}-{NUMBER}")
        suffix = Path(value).suffix.lower()
        holds_notes = [each for each in WRITABLE if each not in CHORD_SHEETS]
        if not suffix:
            own = Path(source).suffix.lower()
            value += own if own in holds_notes else ".mid"
        elif suffix not in holds_notes:
            raise ParameterError(
                f"--out must name a folder or end in {', '.join(holds_notes)}, not {value!r}"
            )
        return cls(value, source, overwrite)

    def paths(self, n: int) -> list[Path]:
        """Files for ranks 1 to `n`; a pattern without ``{n}`` holds the best alone."""
        stem = "stdin" if self.source == "-" else Path(self.source).stem
        ranks = range(1, n + 1 if NUMBER in self.pattern else 2)
        return [Path(self.pattern.replace(NAME, stem).replace(NUMBER, str(rank))) for rank in ranks]

    def check(self, n: int) -> None:
        """Before anything is made or written: nothing that exists is lost.

        Raises
        ------
        ParameterError
            If a file exists and may not be replaced, or is the source.
        """
        for path in self.paths(n):
            if not path.exists():
                continue
            if os.path.exists(self.source) and path.samefile(self.source):
                raise ParameterError(f"{path}: --out would overwrite the song itself")
            if not self.overwrite:
                raise ParameterError(f"{path}: exists already and may not be replaced (--force)")

    def write(self, songs: Sequence[Song]) -> list[Path]:
        """Write songs in the order of their ranks; folders are made as needed.

        Raises
        ------
        ParameterError
            As `check`.
        MissingError, UnsupportedError
            If a file cannot be written, or its format cannot hold the song.
        """
        from clinamen.io.files import write_song

        self.check(len(songs))
        paths = self.paths(len(songs))
        for path, song in zip(paths, songs, strict=False):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise MissingError(f"{path}: cannot be written ({error.strerror})") from None
            write_song(song, path)
        return paths
