"""Songs in notebooks: the studio's roll and curves, offline, in Jupyter and marimo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clinamen.notebook._show import show

if TYPE_CHECKING:
    from clinamen.notebook._widget import SongView

__all__ = ["SongView", "show"]


def __getattr__(name: str) -> type[SongView]:
    # What it stands on is an extra.
    if name != "SongView":
        raise AttributeError(f"module 'clinamen.notebook' has no attribute {name!r}")
    from clinamen.notebook._widget import SongView

    return SongView
