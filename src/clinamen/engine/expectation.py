"""What a model expected, event by event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from clinamen.engine._frame import idyom_frame, refuse_timebase
from clinamen.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from clinamen.engine.why import Why

__all__ = ["Expectation"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Expectation:
    """Information content and entropy of every event of one sequence, and why.

    Parameters
    ----------
    target
        What was predicted: ``pitch``, ``onset``, ``duration``, or ``joint``.
    information_content
        Bits of each event: how surprising it was. Shape ``(T,)``.
    entropy
        Bits: how open the moment before each event was. Shape ``(T,)``.
    alphabet
        Values that could have occurred, shape ``(A,)``; empty for a joint expectation.
    labels
        A name for people for each member of the alphabet, length ``A``.
    symbols
        Index into the alphabet of what occurred, shape ``(T,)``; empty for a joint one.
    distribution
        Probability of each member of the alphabet before each event, shape ``(T, A)``;
        rows sum to 1. Empty for a joint expectation: look at its `parts`.
    next_distribution
        What is expected after the last event, shape ``(A,)``; empty if not asked for.
    columns
        Facts about each event, each of length ``T``, such as ``onset_quarters``, ``bar``,
        ``beat``, ``name``.
    parts
        For a joint expectation, the targets it is the sum of, in chain-rule order.
    idyom_columns
        Our column name to IDyOM's, for `to_frame`.
    settings
        Model, viewpoints and listener, as plain values.
    identity
        Whose events these are, by IDyOM's names (``melody.name``), as far as known.
    explain
        From an event to the reasons for its surprise; None where the model has none.
    """

    target: str
    information_content: FloatArray
    entropy: FloatArray
    alphabet: npt.NDArray[np.int64]
    labels: tuple[str, ...]
    symbols: npt.NDArray[np.int64]
    distribution: FloatArray
    next_distribution: FloatArray = field(default_factory=lambda: np.empty(0))
    columns: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    parts: Mapping[str, Expectation] = field(default_factory=dict)
    idyom_columns: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    identity: Mapping[str, Any] = field(default_factory=dict)
    explain: Callable[[int], Why] | None = None

    def __repr__(self) -> str:
        if not len(self):
            return f"<Expectation of no events: {self.target}>"
        mean = self.mean_information_content
        return f"<Expectation of {len(self)} events: {self.target}, {mean:.2f} bits on average>"

    def __len__(self) -> int:
        return len(self.information_content)

    @property
    def mean_information_content(self) -> float:
        """Bits per event over the whole sequence."""
        return float(self.information_content.mean())

    def most_surprising(self, n: int = 3) -> npt.NDArray[np.int64]:
        """Indices of the `n` events of highest information content, highest first."""
        order = np.argsort(-self.information_content, kind="stable")
        return order[:n].astype(np.int64)

    def expected_at(self, event: int, n: int = 3) -> list[tuple[str, float]]:
        """The `n` likeliest members of the alphabet before an event, with probabilities.

        `event` may be ``len(self)``: what is expected after the last event.

        Raises
        ------
        ParameterError
            For a joint expectation, or when no such event was predicted.
        """
        return _likeliest(self._row(event), self.labels, n)

    def why(self, event: int) -> Why:
        """Which regularities an event kept or broke, and where they come from.

        Raises
        ------
        ParameterError
            If there is no such event, for a joint expectation (look at its `parts`), or when
            the model cannot say: only the learned mixture can.
        """
        if self.parts:
            raise ParameterError("a joint expectation has reasons in its parts only")
        if self.explain is None:
            raise ParameterError("this model gives no reasons; the learned mixture does")
        if not 0 <= event < len(self):
            raise ParameterError(f"event must be 0 to {len(self) - 1}, not {event}")
        return self.explain(event)

    def _row(self, event: int) -> FloatArray:
        if self.parts:
            raise ParameterError("a joint expectation has no single alphabet; look at its parts")
        if event == len(self) and len(self.next_distribution):
            return self.next_distribution
        if not 0 <= event < len(self):
            raise ParameterError(f"event must be 0 to {len(self) - 1}, not {event}")
        row: FloatArray = self.distribution[event]
        return row

    def to_frame(self, *, idyom: bool = False, timebase: int | None = None) -> pd.DataFrame:
        """One row per event as a pandas frame.

        Parameters
        ----------
        idyom
            Use IDyOM's column names (``cpitch``, ``onset``, ``information.content``,
            ``entropy``, ...) for people who move over, with `identity` in front.
        timebase
            With `idyom`: times in ticks, so many to a whole note, as IDyOM has them (96
            there by default). None leaves quarters; a quarter has a fourth of these ticks.

        Raises
        ------
        ParameterError
            If there is a timebase without `idyom`, or it is not a whole number above 0.
        """
        import pandas as pd

        data: dict[str, Any] = {name: list(values) for name, values in self.columns.items()}
        for name, part in self.parts.items():
            data[f"{name}_information_content"] = part.information_content
            data[f"{name}_entropy"] = part.entropy
        data["probability"] = np.exp2(-self.information_content)
        data["information_content"] = self.information_content
        data["entropy"] = self.entropy
        frame = pd.DataFrame(data)
        if not idyom:
            refuse_timebase(timebase)
            return frame
        return idyom_frame(frame, self.idyom_columns, timebase=timebase, first=self.identity)

    def plot(self) -> Figure:
        """Information content and entropy over time, as a matplotlib figure."""
        from clinamen.engine._plot import draw_expectation

        return draw_expectation(self)


def _likeliest(row: FloatArray, labels: Sequence[str], n: int) -> list[tuple[str, float]]:
    order = np.argsort(-row, kind="stable")[:n]
    return [(labels[index], float(row[index])) for index in order]
