"""What experts look at, in a musician's words.

An expert's text, such as ``cpint | cpintfref@1 posinbar``, says what it predicts (a frame)
from what it looks at (components). Here is what each of them means, and to which family of
regularities an expert belongs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from clinamen.texts import Message, joined

__all__ = [
    "FAMILIES",
    "MEANINGS",
    "OTHER",
    "PREDICTED",
    "Looks",
    "Meaning",
    "family_of",
    "family_words",
    "predicted_words",
]

OTHER = "other"
"""Family of experts that look at something without words here."""

FAMILIES = (
    "earlier_bars",
    "phrase",
    "register",
    "chords",
    "metre",
    "rhythm",
    "degree",
    "interval",
    "common",
    OTHER,
)
"""Families of regularities. An expert belongs to the first family that one of its components
belongs to."""

PREDICTED = (
    "cpint",
    "degree",
    "cpitch",
    "cpintfip",
    "guessed",
    "chord_tone",
    "bioi",
    "bioi_ratio",
    "bioi_beats",
    "next_place",
    "next_beat",
    "dur",
    "dur_ratio",
    "dur_bioi",
    "dur_beats",
    "end_place",
    "end_beat",
)
"""Frames that there are words for."""


def family_words(family: str) -> Message:
    """One of `FAMILIES` by a name for people: ``place in the bar``."""
    return Message(f"looks.family_{family}")


def predicted_words(frame: str) -> Message:
    """One of `PREDICTED` in words: ``the interval``."""
    return Message(f"looks.frame_{frame}")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A component in words.

    Parameters
    ----------
    family
        One of `FAMILIES`.
    text
        Name of its texts.
    values
        What is in the places of those texts.
    """

    family: str
    text: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def noun(self) -> Message:
        """What is looked at: ``the scale degree``."""
        return Message(f"looks.noun_{self.text}", **self.values)

    @property
    def clause(self) -> str:
        """That it is the same now as in the cases counted: ``at this place in the bar``.

        "" where that goes without saying.
        """
        if self.text == "always":
            return ""
        # The same is said of any of the last degrees.
        name = self.text.rstrip("123") if self.text.startswith("guessed") else self.text
        return Message(f"looks.clause_{name}", **self.values)


_COMPONENTS: Mapping[str, str] = {
    "common": "always note_number mode",
    "interval": "cpitch cpint",
    "degree": "cpintfref",
    "register": "contour cpintfip register below_highest above_lowest",
    "phrase": (
        "fiph liph since_phrase phrase_degree previous_end time_in_phrase bars_in_phrase "
        "rest_before after_break since_break time_since_break break_degree begin_degree"
    ),
    "earlier_bars": "phrase_ago_degree phrase_ago_cpint place_degree place_dur place_next",
    "rhythm": "bioi bioi_ratio bioi_beats dur dur_ratio pace bar_rhythm bars_alike",
    "metre": (
        "posinbar barlength on_beat beat_place beat_number n_beats notes_in_bar bar_degree "
        "beat_degree"
    ),
    "chords": (
        "chord_degree chord_family chord_quality chord_new chord_notes chord_move in_chord "
        "until_chord next_chord_move next_chord_degree next_chord_family chord_tone "
        "tone_before first_tone earlier_tone"
    ),
}
"""Components by family, those of a kind left out that are written below."""

_OF_BARS = ("degree", "cpint", "dur", "next", "rhythm", "run", "melody")
_BARS_AGO = (1, 2, 4, 8)


def _of_earlier_bars(what: str, n_bars: int) -> Meaning:
    """A component that looks at what stood some bars ago."""
    ago = Message("when.earlier", ago=Message(f"when.ago_{n_bars}"))
    if what != "rhythm":
        return Meaning("earlier_bars", f"bars_{what}", {"ago": ago})
    bar = Message("looks.bar_before") if n_bars == 1 else Message("looks.bar_ago", ago=ago)
    return Meaning("earlier_bars", f"bars_{what}", {"bar": bar})


MEANINGS: Mapping[str, Meaning] = {
    **{
        name: Meaning(family, name)
        for family, names in _COMPONENTS.items()
        for name in names.split()
    },
    **{f"guessed_degree{n}": Meaning("degree", f"guessed_degree{n}") for n in (1, 2, 3)},
    **{f"bar_of_{n}": Meaning("metre", "bar_of", {"count": n}) for n in (2, 4, 8)},
    **{
        f"bars{n_bars}_{what}": _of_earlier_bars(what, n_bars)
        for n_bars in _BARS_AGO
        for what in _OF_BARS
    },
}
"""Every component in words, by name without lag."""

_LAGS_NAMED = 3


@dataclass(frozen=True, slots=True)
class Looks:
    """An expert's text, taken apart.

    Parameters
    ----------
    frame
        What it predicts, one of `PREDICTED` if it is known here.
    at
        Components with their lags: ``("cpintfref", 1)``.
    """

    frame: str
    at: tuple[tuple[str, int], ...]

    @classmethod
    def parse(cls, expert: str) -> Looks:
        """From text such as ``cpint | cpintfref@1 posinbar``."""
        frame, _, names = expert.partition("|")
        at = []
        for name in names.split():
            base, _, lag = name.partition("@")
            at.append((base, int(lag) if lag.isascii() and lag.isdigit() else 0))
        return cls(frame.strip(), tuple(at))

    @property
    def is_known(self) -> bool:
        """True if there are words for all of it."""
        return self.frame in PREDICTED and all(name in MEANINGS for name, _ in self.at)

    @property
    def words(self) -> str:
        """What it looks at: ``the scale degree of the note before, the place in the bar``."""
        nouns = [_noun(name, lag) for name, lag in self.at if name != "always"]
        return joined(nouns, "comma") or Message("looks.nothing")


def _noun(name: str, lag: int) -> str:
    noun = MEANINGS[name].noun if name in MEANINGS else name.replace("_", " ")
    if lag == 0:
        return noun
    if lag > _LAGS_NAMED:
        return Message("looks.lag_more", noun=noun, count=lag)
    return Message(f"looks.lag_{lag}", noun=noun)


def family_of(expert: str) -> str:
    """The family that an expert belongs to; `OTHER` if it has parts without words here.

    Examples
    --------
    >>> family_of("cpint | cpintfref@1 posinbar"), family_of("degree | something_new")
    ('metre', 'other')
    """
    return _family(expert)


@lru_cache(maxsize=1024)
def _family(expert: str) -> str:
    looks = Looks.parse(expert)
    if not looks.is_known or not looks.at:
        return OTHER
    families = {MEANINGS[name].family for name, _ in looks.at}
    return next(family for family in FAMILIES if family in families)
