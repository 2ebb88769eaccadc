"""Which bars of a song a wish is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from clinamen.domains.music.events import to_ticks
from clinamen.domains.music.notes import Song
from clinamen.domains.music.sections import with_sections
from clinamen.errors import MissingError
from clinamen.operations._bar_words import span_words
from clinamen.operations.fish.wish import Wish
from clinamen.operations.text import clean
from clinamen.texts import Message

__all__ = ["Passage", "passage_of"]

_NAMES = {
    "intro": ("intro", "dạo đầu", "イントロ"),
    "verse": ("verse", "phiên khúc", "aメロ"),
    "chorus": ("chorus", "refrain", "điệp khúc", "サビ"),
    "bridge": ("bridge", "middle eight", "middle 8", "cầu", "ブリッジ", "cメロ"),
    "ending": ("outro", "coda", "ending", "kết", "アウトロ"),
}
"""How the parts of a song are called in files."""

_SHARES = {
    "intro": (0.0, 0.125),
    "beginning": (0.0, 0.25),
    "verse": (0.0, 0.25),
    "middle": (0.25, 0.75),
    "chorus": (0.25, 0.5),
    "bridge": (0.5, 0.75),
    "ending": (0.75, 1.0),
}
"""Where a part lies in a song of four parts, as shares of its bars, where nothing tells."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Bars of a song that may change.

    Parameters
    ----------
    first_bar, last_bar
        As they are counted; the pickup is bar 0.
    first_tick, end_tick
        When they begin and are over.
    why
        How they were chosen, in words.
    """

    first_bar: int
    last_bar: int
    first_tick: int
    end_tick: int
    why: str

    @property
    def bars(self) -> str:
        """``in bars 9 to 12``."""
        return span_words(self.first_bar, self.last_bar)

    def holds(self, tick: int) -> bool:
        """Whether a time lies in it."""
        return self.first_tick <= tick < self.end_tick


def passage_of(song: Song, wish: Wish, part: tuple[int, int] | None = None) -> Passage:
    """The bars that a wish is about: named ones; the section it names, by its name in the file,
    or by what comes back; else where such a section usually is. All bars where it names none.

    Parameters
    ----------
    part
        First and last bar of that part of them which is fished; None for all.

    Raises
    ------
    MissingError
        If it names bars that the song does not have.
    """
    first = 0 if song.melody.pickup_quarters else 1
    last = first + len(song.melody.bar_onsets) - 1
    if wish.bars is not None:
        low, high = wish.bars
        if not first <= low <= high <= last:
            raise MissingError(f"there are no bars {low} to {high}; there are {first} to {last}")
        return _passage(song, low, high, "fish.place_bars", {})
    if not wish.place:
        key = "fish.place_whole" if part is None else "fish.place_chosen"
        return _passage(song, *(part or (first, last)), key, {})
    found = _section(song, wish.place)
    name = Message(f"fish.part_{wish.place}")
    if found is not None:
        low, high, label = found
        values = {"part": name, "label": label}
        return _passage(song, *(part or (low, high)), "fish.place_section", values)
    share = _SHARES[wish.place]
    n_bars = last - first + 1
    low = first + int(share[0] * n_bars)
    high = max(low, first + int(share[1] * n_bars) - 1)
    return _passage(song, *(part or (low, high)), "fish.place_guessed", {"part": name})


def _passage(song: Song, low: int, high: int, key: str, values: Mapping[str, object]) -> Passage:
    melody = song.melody
    lines = [to_ticks(onset) for onset in melody.bar_onsets]
    index = low - (0 if melody.pickup_quarters else 1)
    after = index + high - low + 1
    end = melody.bar_onsets[-1] + melody.meter_at(melody.bar_onsets[-1]).bar_quarters
    last_tick = to_ticks(max(end, melody.end_quarters))
    end_tick = lines[after] if after < len(lines) else last_tick
    named = {} if key == "fish.place_whole" else {"bars": span_words(low, high)}
    why = Message(key, **values, **named)
    return Passage(low, high, lines[index], end_tick, why)


def _section(song: Song, part: str) -> tuple[int, int, str] | None:
    """First and last bar of a section, and its label."""
    sections = with_sections(song).sections
    labels = [section.label for section in sections]
    wanted = _named(labels, part)
    if wanted is None:
        wanted = _by_form(labels, part)
    if wanted is None:
        return None
    lines = song.melody.bar_onsets
    base = 0 if song.melody.pickup_quarters else 1
    # A section may begin with upbeats to the bar that it is named after.
    starts = [sum(line <= each.onset_quarters for line in lines) - 1 for each in sections]
    low = starts[wanted]
    high = starts[wanted + 1] - 1 if wanted + 1 < len(starts) else len(lines) - 1
    return base + low, base + max(low, high), clean(labels[wanted])


def _named(labels: list[str], part: str) -> int | None:
    for index, label in enumerate(labels):
        if any(name in label.casefold() for name in _NAMES.get(part, ())):
            return index
    return None


def _by_form(labels: list[str], part: str) -> int | None:
    """A section by what comes back: the verse is the first, the chorus another that comes
    back, the bridge a late one that comes once."""
    if len(labels) < 2:
        return None
    counts = Counter(labels)
    if part == "verse":
        return 0
    if part == "ending":
        return len(labels) - 1
    if part == "chorus":
        back = [each for each in labels if counts[each] > 1 and each != labels[0]]
        return labels.index(back[0]) if back else None
    if part == "bridge":
        once = [i for i, each in enumerate(labels) if counts[each] == 1 and i > 0]
        inside = [i for i in once if i < len(labels) - 1]
        return next(iter(reversed(inside or once)), None)
    return None
