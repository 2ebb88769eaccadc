"""ChordPro: words with chords in brackets, and sections.

Read are ``[Am]words``, sections (``{start_of_chorus}``, ``{soc}``, any ``{start_of_...}``),
``{chorus}`` (the last chorus again), ``{transpose}`` and the facts ``title``, ``artist``,
``composer``, ``key``, ``time`` and ``tempo``, also through ``{meta}``. Everything else is about
the look of the page and is passed over: other directives, comments, annotations
(``[*Coda]``), and sections that hold no words (tab, grid, abc, ly, svg, textblock).
Lines outside all sections form sections without a kind, divided by empty lines. Of several
songs in a file the first is read.

Source: the file format of ChordPro 6 (chordpro.org), in our own reading.
"""

from __future__ import annotations

from clinamen.io._chordpro_read import MAX_SHEET_LINES, read_chordpro
from clinamen.io._chordpro_write import write_chordpro

__all__ = ["MAX_SHEET_LINES", "read_chordpro", "write_chordpro"]
