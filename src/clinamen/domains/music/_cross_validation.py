"""What cross-validation found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from clinamen.domains.music._note_table import note_table
from clinamen.domains.music.events import MelodyEvents
from clinamen.engine.mixture import MixtureOptions
from clinamen.engine.model import ModelOptions
from clinamen.engine.resampling import Folds

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CrossValidation"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CrossValidation:
    """Bits of every note, each predicted by a model that had not heard its fold.

    Parameters
    ----------
    information_content, entropy
        Bits of each note, one array of shape ``(T,)`` a melody, in the order given. The
        first note is scored like any other.
    folds
        Which melodies were predicted together.
    target
        ``pitch``, ``onset``, ``duration`` or ``joint``.
    viewpoints
        IDyOM's names of the viewpoints.
    known
        Attributes of the current note that were taken as known.
    n_alphabet
        Members of the target alphabet; of all pairs for ``joint``.
    options
        Memory, escape methods and combination; or how the mixture's weights were learned.
    melodies, names
        What was predicted, and what people call it (empty where nothing is known).
    parts
        For ``joint``: the results for onset and for pitch.
    """

    information_content: tuple[FloatArray, ...]
    entropy: tuple[FloatArray, ...]
    folds: Folds
    target: str
    viewpoints: tuple[str, ...]
    known: frozenset[str]
    n_alphabet: int
    options: ModelOptions | MixtureOptions
    melodies: tuple[MelodyEvents, ...] = ()
    names: tuple[str, ...] = ()
    parts: Mapping[str, CrossValidation] = field(default_factory=dict)

    def __repr__(self) -> str:
        options = self.options
        model = options.memory if isinstance(options, ModelOptions) else "learned mixture"
        return (
            f"<CrossValidation: {self.mean_over_melodies:.4f} bits per note; "
            f"{len(self.information_content)} melodies, {self.n_notes} notes; {self.target} from "
            f"{', '.join(self.viewpoints)}; {model}; "
            f"{len(self.folds)} {self.folds.method} folds>"
        )

    @property
    def n_notes(self) -> int:
        """Notes scored."""
        return sum(map(len, self.information_content))

    @property
    def bits_per_melody(self) -> FloatArray:
        """Mean information content of each melody, shape ``(n_melodies,)``."""
        return np.array([bits.mean() for bits in self.information_content])

    @property
    def mean_over_melodies(self) -> float:
        """Bits per note, every melody counting alike: the field's figure."""
        return float(self.bits_per_melody.mean())

    @property
    def mean_over_notes(self) -> float:
        """Bits per note, every note counting alike."""
        return float(np.concatenate(self.information_content).mean())

    @property
    def mean_entropy(self) -> float:
        """Mean entropy over melodies, in bits."""
        return float(np.mean([bits.mean() for bits in self.entropy]))

    def to_plain(self) -> dict[str, Any]:
        """Figures and everything that is needed to get them again, as plain values."""
        plain = {
            "n_melodies": len(self.information_content),
            "n_notes": self.n_notes,
            "mean_over_melodies": self.mean_over_melodies,
            "mean_over_notes": self.mean_over_notes,
            "mean_entropy": self.mean_entropy,
            "target": self.target,
            "viewpoints": list(self.viewpoints),
            "known": sorted(self.known),
            "n_alphabet": self.n_alphabet,
            "options": asdict(self.options),
            "folds": self.folds.to_plain(),
        }
        if self.parts:
            plain["parts"] = {name: part.to_plain() for name, part in self.parts.items()}
        return plain

    def to_frame(
        self, *, idyom: bool = False, timebase: int | None = None, dataset_id: int = 1
    ) -> pd.DataFrame:
        """One row per note, melody by melody, as a pandas frame.

        Parameters
        ----------
        idyom
            IDyOM's column names: ``dataset.id``, ``melody.id``, ``note.id``,
            ``melody.name``, ``cpitch``, ``onset``, ``dur``, ``information.content``,
            ``entropy`` and so on. Melodies and notes count from 1.
        timebase
            With `idyom`: times in ticks, so many to a whole note, as IDyOM has them (96
            there by default). None leaves quarters.
        dataset_id
            What stands in the column ``dataset.id``.

        Raises
        ------
        ParameterError
            If there is a timebase without `idyom`, or it is not a whole number above 0.
        """
        bits: dict[str, Sequence[FloatArray]] = {}
        for name, part in self.parts.items():
            bits[f"{name}_information_content"] = part.information_content
            bits[f"{name}_entropy"] = part.entropy
        bits["information_content"] = self.information_content
        bits["entropy"] = self.entropy
        folds = {melody: fold for fold, test in enumerate(self.folds.test) for melody in test}
        frame = note_table(self.melodies, self.names, folds, bits)
        return frame.renamed(timebase, dataset_id) if idyom else frame.plain(timebase)
