"""What is measured: a model, and what it shall predict from what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from clinamen.engine.model import Memory

__all__ = ["Job", "Model"]

Model = Literal["mixture", "classic"]


@dataclass(frozen=True)
class Job:
    """A model, and what it shall predict from what.

    Parameters
    ----------
    model, memory
        The mixture always has ``both+``.
    viewpoints
        Of the classic model, as text, or as text by target.
    known
        What may be read besides earlier notes; the classic model's viewpoints must fit.
    target
        ``pitch``, ``onset``, ``duration`` or ``joint``.
    """

    model: Model
    memory: Memory
    viewpoints: str | Mapping[str, str]
    known: frozenset[str]
    target: str = "pitch"
