"""`sculpt` for chords: the busiest harmony to its functional skeleton."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from clinamen.domains.music.chord_reduction import chord_weights, pillars, plain_chord
from clinamen.domains.music.constraints import parse_chord_locks
from clinamen.domains.music.events import to_ticks
from clinamen.domains.music.harmony import in_a_key
from clinamen.domains.music.notes import ChordSymbol
from clinamen.domains.music.progression.events import is_unreadable
from clinamen.errors import ConstraintError, UnsupportedError
from clinamen.operations._sculpt_levels import Levels
from clinamen.operations._sculpt_order import removal_order
from clinamen.texts import Message

if TYPE_CHECKING:
    from clinamen.domains.music.chords import Chord
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song

__all__ = ["ChordRemoval", "ChordSculpture", "sculpt_chords"]

LEAST_CHORDS = 2

_COLOUR, _CHORD, _PILLAR = 0, 1, 2
_REACH = 2
"""Chords after a chord whose bits count with its own."""

_GOES_ON = 20.0
"""Bits by which a symbol is worth less that only says that its chord goes on."""


@dataclass(frozen=True, slots=True)
class ChordRemoval:
    """A step on the way to the skeleton.

    Parameters
    ----------
    chord
        Index of the symbol in the song, from 0.
    kind
        ``colour``: the chord becomes its plain triad or dominant seventh; ``chord``: it goes,
        and the one before it goes on.
    cost
        Bits that it cost the song, as of `clinamen.operations.sculpt.Removal`; of a colour the
        weight of its chord.
    reason
        In a few words.
    """

    chord: int
    kind: Literal["colour", "chord"]
    cost: float
    reason: str


@dataclass(frozen=True, eq=False)
class ChordSculpture(Levels):
    """The chords of a song with the order in which colours and chords may go.

    A level is the share that is left of all chords and colours together.

    Parameters
    ----------
    song
        Unchanged.
    removals
        First to go first: colours, chords, then pillars (see `pillars`).
    n_things
        Chords and colours of the song.
    """

    song: Song
    removals: tuple[ChordRemoval, ...]
    n_things: int
    locked: frozenset[int]
    protected: frozenset[int]

    noun = "chord or colour"
    nouns = "chords and colours"
    target = "harmony"

    @property
    def n_total(self) -> int:
        """Chords and colours of the song."""
        return self.n_things

    @property
    def n_least(self) -> int:
        """Fewest that can be left."""
        return self.n_things - len(self.removals)

    @property
    def n_locked(self) -> int:
        """Chords that must stay."""
        return len(self.locked)

    def song_of(self, n_left: int, *, hold: bool = True) -> Song:
        """The song with so many chords and colours left; its notes are not touched."""
        n_gone = self.n_total - self.check_number(n_left)
        gone = self.removals[:n_gone]
        if not gone:
            return self.song
        removed = {each.chord for each in gone if each.kind == "chord"}
        plain = {each.chord for each in gone if each.kind == "colour"}
        return self.song.replace(
            chords=tuple(
                ChordSymbol(symbol.onset_quarters, str(self._plain[place]))
                if place in plain
                else symbol
                for place, symbol in enumerate(self.song.chords)
                if place not in removed
            )
        )

    @cached_property
    def _plain(self) -> list[Chord]:
        return [plain_chord(chord) for chord in _chords(self.song)]


def sculpt_chords(song: Song, listener: Listener, *, lock: Iterable[str] = ()) -> ChordSculpture:
    """Find the order in which the chords of a song go, colours first, pillars last.

    Raises
    ------
    UnsupportedError
        If the song has no chords that can be read, or one alone.
    ConstraintError
        If the locks hold every chord.
    MissingError
        If the listener has learnt nothing about chords, or a locked place does not exist.
    """
    song = _checked(song)
    chords = _chords(song)
    locked = _locked(song, lock)
    keyed = in_a_key(song)
    weights = chord_weights(keyed)
    coloured = [
        place
        for place, chord in enumerate(chords)
        if plain_chord(chord) != chord and place not in locked
    ]
    coloured.sort(key=lambda place: (weights[place], -place))
    colours = [
        ChordRemoval(place, "colour", weights[place], _colour_words(chords[place]))
        for place in coloured
    ]
    protected = pillars(keyed) - locked
    costs = _ChordCosts(keyed, listener, frozenset(coloured), weights)
    tiers: list[int | None] = [
        None if place in locked else _PILLAR if place in protected else _CHORD
        for place in range(len(chords))
    ]
    gone = removal_order(tiers, costs, before=_REACH, after=1)
    removals = [ChordRemoval(place, "chord", cost, costs.reasons[place]) for place, cost in gone]
    return ChordSculpture(
        song, (*colours, *removals), len(chords) + len(coloured), locked, protected
    )


def _checked(song: Song) -> Song:
    """The song with a symbol a chord."""
    source = song.source or None
    spans = song.harmony
    if all(is_unreadable(span.chord) or span.chord.root_pitch_class is None for span in spans):
        raise UnsupportedError("the song has no chords to sculpt", source=source)
    if len(spans) < LEAST_CHORDS:
        raise UnsupportedError("a song of one chord has nothing to sculpt", source=source)
    # Of several symbols at one time the last counts, and one at the end has no length.
    onsets = {span.onset_quarters for span in spans}
    last = {each.onset_quarters: each for each in song.chords if each.onset_quarters in onsets}
    return song if len(last) == len(song.chords) else song.replace(chords=tuple(last.values()))


def _chords(song: Song) -> list[Chord]:
    return [span.chord for span in song.harmony]


def _locked(song: Song, lock: Iterable[str]) -> frozenset[int]:
    locks = parse_chord_locks(lock, song)
    found = frozenset(
        place
        for place, span in enumerate(song.harmony)
        if locks.covers(to_ticks(span.onset_quarters))
    )
    if len(found) == len(song.harmony):
        reason = f"they hold all {len(found)} chords, so that none can go"
        raise ConstraintError("the locks", reason)
    return found


class _ChordCosts:
    """What the absence of chords costs a song whose colours are gone, with the reasons."""

    def __init__(
        self, song: Song, listener: Listener, coloured: frozenset[int], weights: Sequence[float]
    ) -> None:
        chords = _chords(song)
        self._symbols = [
            ChordSymbol(symbol.onset_quarters, str(plain_chord(chord)))
            if place in coloured
            else symbol
            for place, (symbol, chord) in enumerate(zip(song.chords, chords, strict=True))
        ]
        self._plain = [plain_chord(chord) for chord in chords]
        self._left = [
            plain if place in coloured else chord
            for place, (plain, chord) in enumerate(zip(self._plain, chords, strict=True))
        ]
        self._song, self._listener, self._weights = song, listener, weights
        self.reasons: dict[int, str] = {}

    def __call__(self, kept: Sequence[int], places: Sequence[int]) -> list[float]:
        # Chords are heard up to where the last of the places is felt, for all places at once.
        whole = self._bits(kept[: places[-1] + _REACH + 1])
        return [self._cost(kept, place, whole) for place in places]

    def _cost(self, kept: Sequence[int], place: int, whole: Mapping[float, float]) -> float:
        thing, end = kept[place], min(place + _REACH + 1, len(kept))
        before = self._left[kept[place - 1]] if place else None
        after = self._left[kept[place + 1]] if place + 1 < len(kept) else None
        goes_on = before is not None and plain_chord(before) == self._plain[thing]
        self.reasons[thing] = (
            Message("sculpt.goes_on", chord=str(before)) if goes_on else _chord_words(before, after)
        )
        if goes_on:
            return self._weights[thing] - _GOES_ON
        without = self._bits([*kept[:place], *kept[place + 1 : end]])
        felt = [float(self._symbols[each].onset_quarters) for each in kept[place:end]]
        bits = sum(whole.get(time, 0.0) - without.get(time, 0.0) for time in felt)
        return self._weights[thing] - bits

    def _bits(self, kept: Sequence[int]) -> dict[float, float]:
        """Bits of chords by onset; one that goes on has none."""
        song = self._song.replace(chords=tuple(self._symbols[each] for each in kept))
        if all(is_unreadable(span.chord) for span in song.harmony):
            return {}
        heard = self._listener.hear(song, target="harmony")
        onsets = map(float, heard.columns["onset_quarters"])
        return dict(zip(onsets, heard.information_content.tolist(), strict=True))


def _colour_words(chord: Chord) -> str:
    return Message("sculpt.becomes", chord=str(chord), plain=str(plain_chord(chord)))


def _chord_words(before: Chord | None, after: Chord | None) -> str:
    if before is None:
        return Message("sculpt.nothing_before")
    if after is None:
        return Message("sculpt.after", chord=str(before))
    if before == after:
        return Message("sculpt.returns", chord=str(before))
    return Message("sculpt.between", before=str(before), after=str(after))
