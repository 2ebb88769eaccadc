"""Why a note or a chord cost what it did, as much of it as a notebook shows."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from clinamen.errors import MissingError
from clinamen.operations.song_view import chord_view, note_view

if TYPE_CHECKING:
    from clinamen.operations.song_hearing import SongHearing

__all__ = ["all_answers", "answer", "first_answers"]

_N_REASONS = 4


def answer(hearing: SongHearing, kind: str, index: int) -> dict[str, Any]:
    """Why of one note or chord; where nothing is to be told, a sentence that says so.

    Parameters
    ----------
    kind
        ``note`` or ``chord``.
    index
        Among the notes, or among the chord symbols as written.
    """
    try:
        view = note_view(hearing, index) if kind == "note" else _chord_view(hearing, index)
    except MissingError as error:
        view = {"sentence": str(error), "parts": []}
    # The panel shows the strongest reasons; the others would fill the notebook's file.
    parts = [{**part, "reasons": part["reasons"][:_N_REASONS]} for part in view["parts"]]
    return {"kind": kind, "index": index, "sentence": view["sentence"], "parts": parts}


def _chord_view(hearing: SongHearing, index: int) -> dict[str, Any]:
    if hearing.harmony is None:
        raise MissingError("the chords were not heard")
    # A chord that is written twice is heard once.
    heard = [float(each) for each in hearing.harmony.harmony.columns["onset_quarters"]]
    onset = float(hearing.song.harmony[index].onset_quarters)
    return chord_view(hearing, bisect_right(heard, onset) - 1)


def first_answers(hearing: SongHearing) -> list[dict[str, Any]]:
    """Why of the notes that stand out."""
    remarks = () if hearing.melody is None else hearing.melody.remarks
    return [answer(hearing, "note", remark.event) for remark in remarks]


def all_answers(hearing: SongHearing) -> list[dict[str, Any]]:
    """Why of every note and chord."""
    notes = [answer(hearing, "note", note) for note in range(len(hearing.song.melody.notes))]
    return notes + [answer(hearing, "chord", chord) for chord in range(len(hearing.song.harmony))]
