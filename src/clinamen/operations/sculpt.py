"""The verb `sculpt`: chip notes away from a busy take until the tune is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clinamen.domains.music.constraints import parse_locks
from clinamen.domains.music.events import to_ticks
from clinamen.domains.music.reduction import (
    NoteWeight,
    accents,
    note_weights,
    phrase_ends,
    with_notes_left,
)
from clinamen.errors import ConstraintError, UnsupportedError
from clinamen.operations._sculpt_bits import REACH, NotesTold
from clinamen.operations._sculpt_chords import ChordRemoval, ChordSculpture, sculpt_chords
from clinamen.operations._sculpt_levels import Levels
from clinamen.operations._sculpt_order import removal_order
from clinamen.operations.text import a_count

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song

__all__ = [
    "LEAST_NOTES",
    "ChordRemoval",
    "ChordSculpture",
    "Removal",
    "SculptRequest",
    "Sculpture",
    "open_take",
    "sculpt",
    "sculpt_chords",
]

LEAST_NOTES = 3
"""Notes of a take, so that there is something to choose from."""

_FREE, _PHRASE_END = 0, 1


@dataclass(frozen=True, slots=True)
class SculptRequest:
    """What to sculpt and what must stay.

    Parameters
    ----------
    path
        The take, or ``"-"`` for standard input.
    track, key, meter, pickup
        As `clinamen.io.files.read_song`.
    listener
        Name of a shipped listener, or the path of one; by default the shipped one.
    lock
        Bars and places whose notes stay, such as ``("1-4", "12.1")``.
    """

    path: str
    track: int | str | None = None
    key: str | None = None
    meter: str | None = None
    pickup: str | None = None
    listener: str | None = None
    lock: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Removal:
    """A note that goes, and why it was its turn.

    Parameters
    ----------
    note
        Index in the take, from 0.
    cost
        Bits that its absence cost the tune at that moment: `weight` less `bits`, and what its
        accent gives back of them. The lower, the sooner it goes.
    bits
        What the note took up in the take as it was then (see `NotesTold.bits`).
    weight
        What spoke for it apart from the listener.
    """

    note: int
    cost: float
    bits: float
    weight: NoteWeight


@dataclass(frozen=True, eq=False)
class Sculpture(Levels):
    """A take with the order in which its notes may go; any level can be had, and undone.

    Parameters
    ----------
    song
        The take, unchanged.
    removals
        First to go first. Notes that are not among them stay.
    locked
        Notes that must stay.
    protected
        Notes on which phrases end: they go after all others.
    """

    song: Song
    removals: tuple[Removal, ...]
    locked: frozenset[int]
    protected: frozenset[int]

    noun = "note"
    nouns = "notes"
    target = "joint"

    @property
    def n_total(self) -> int:
        """Notes of the take."""
        return len(self.song.melody.notes)

    @property
    def n_least(self) -> int:
        """Fewest notes that can be left."""
        return self.n_total - len(self.removals)

    @property
    def n_protected(self) -> int:
        """Notes left when nothing but locked notes and ends of phrases is."""
        return len(self.locked | self.protected)

    @property
    def n_locked(self) -> int:
        """Notes that must stay."""
        return len(self.locked)

    def notes_left(self, n_left: int) -> tuple[int, ...]:
        """Indices in the take of the notes that are left when so many are, rising."""
        n_gone = self.n_total - self.check_number(n_left)
        gone = {removal.note for removal in self.removals[:n_gone]}
        return tuple(note for note in range(self.n_total) if note not in gone)

    def song_of(self, n_left: int, *, hold: bool = True) -> Song:
        """The song with so many notes left; as `song_at`."""
        return with_notes_left(self.song, self.notes_left(n_left), hold=hold)


def open_take(request: SculptRequest) -> Song:
    """Read the take.

    Raises
    ------
    MissingError, FormatError
        As `clinamen.io.files.read_song`.
    """
    from clinamen.io.files import read_song

    return read_song(
        request.path, request.track, key=request.key, meter=request.meter, pickup=request.pickup
    )


def sculpt(song: Song, listener: Listener, *, lock: Iterable[str] = ()) -> Sculpture:
    """Find the order in which notes go: the one next whose absence costs the tune least.

    The cost of an absence is in bits: the structural weight of the note (`note_weights`) less
    what it takes to tell it to the listener (`NotesTold.bits`). So a wrong or passing note on
    a weak place goes first: it takes much and holds up nothing. An accent (`accents`) shields
    a surprise: where a note is clearly meant, what it takes beyond the take's median note is
    not held against it. Ends of phrases go last, locked notes never.

    Parameters
    ----------
    song
        A take with three notes or more.
    listener
        With a learned mixture.
    lock
        See `SculptRequest`.

    Raises
    ------
    UnsupportedError
        If the song has no melody, or one of fewer than three notes.
    ConstraintError
        If the locks hold every note.
    MissingError
        If the listener has learnt no mixture, or a locked place does not exist.

    Examples
    --------
    >>> import clinamen
    >>> song = clinamen.read("examples/ode_to_joy.musicxml")
    >>> sculpture = sculpt(song, clinamen.load_listener())
    >>> len(song.melody.notes), len(sculpture.song_at(50).melody.notes)
    (62, 31)
    """
    _check_take(song)
    locked = _locked(song, lock)
    costs = _Costs(song, listener)
    ends = phrase_ends(song.melody, costs.at_first) - locked
    tiers: list[int | None] = [
        None if note in locked else _PHRASE_END if note in ends else _FREE
        for note in range(len(song.melody.notes))
    ]
    gone = removal_order(tiers, costs, before=REACH, after=REACH)
    removals = tuple(
        Removal(note, cost, costs.bits[note], costs.weights[note]) for note, cost in gone
    )
    return Sculpture(song, removals, locked, ends)


def _check_take(song: Song) -> None:
    n_notes, source = len(song.melody.notes), song.source or None
    if not n_notes:
        message = "there is no melody to sculpt"
        if song.chords:
            message += "; its chords are sculpted with --chords"
        raise UnsupportedError(message, source=source)
    if n_notes < LEAST_NOTES:
        raise UnsupportedError(
            f"a take needs at least {LEAST_NOTES} notes to be sculpted, "
            f"and this one has {a_count(n_notes, 'note')}",
            source=source,
        )


def _locked(song: Song, lock: Iterable[str]) -> frozenset[int]:
    locks = parse_locks(lock, song.melody)
    notes = song.melody.notes
    found = frozenset(
        place for place, note in enumerate(notes) if locks.covers(to_ticks(note.onset_quarters))
    )
    if len(found) == len(notes):
        raise ConstraintError("the locks", f"they hold all {len(notes)} notes, so that none can go")
    return found


class _Costs:
    """What the absence of notes costs, and the bits that this was reckoned from last."""

    def __init__(self, song: Song, listener: Listener) -> None:
        self.weights = note_weights(song)
        self.bits: dict[int, float] = {}
        self._told = NotesTold(listener, song)
        self._accents = accents(song)
        everything = range(len(self.weights))
        bits = self._told.bits(everything, everything)
        self._usual = float(np.median(bits))
        self.at_first = [self._cost(note, each) for note, each in enumerate(bits)]

    def __call__(self, kept: Sequence[int], places: Sequence[int]) -> list[float]:
        found = self._told.bits(kept, places)
        self.bits.update(zip((kept[place] for place in places), found, strict=True))
        return [self._cost(kept[place], bits) for place, bits in zip(places, found, strict=True)]

    def _cost(self, note: int, bits: float) -> float:
        shielded = float(self._accents[note]) * max(bits - self._usual, 0.0)
        return self.weights[note].total - bits + shielded
