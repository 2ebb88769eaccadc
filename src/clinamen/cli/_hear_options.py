"""The options of `clinamen hear`."""

from __future__ import annotations

from dataclasses import dataclass

from clinamen.cli._arguments import Known
from clinamen.operations.hear import HearRequest

__all__ = ["HearOptions"]


@dataclass(frozen=True, slots=True)
class HearOptions:
    """The options of `clinamen hear` as typed."""

    json: bool
    csv: bool
    html: str | None
    plot: str | None
    listener: str | None
    model: str | None
    viewpoints: str | None
    known: Known
    target: str
    idyom: bool
    why: str | None = None
    pleasure: bool = False
    harmony: bool = False

    def request(self, file: str) -> HearRequest:
        """What these options ask of one file."""
        return HearRequest(
            path=file,
            listener=self.listener,
            model=self.model,
            viewpoints=self.viewpoints,
            target=self.target,
            **self.known,
        )
