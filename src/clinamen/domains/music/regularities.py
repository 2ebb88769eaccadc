"""What experts look at, in a musician's words.

An expert's text, such as ``cpint | cpintfref@1 posinbar``, says what it predicts (a frame)
from what it looks at (components). Here is what each of them means, and to which family of
regularities an expert belongs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["FAMILIES", "MEANINGS", "OTHER", "PREDICTED", "Looks", "Meaning", "family_of"]

OTHER = "other"
"""Family of experts that look at something without words here."""

FAMILIES: Mapping[str, str] = {
    "earlier_bars": "what stood in earlier bars",
    "phrase": "phrases, rests and long notes",
    "register": "height and direction of the line",
    "chords": "the chords",
    "metre": "place in the bar",
    "rhythm": "rhythm and tempo of the notes",
    "degree": "the last scale degrees",
    "interval": "the last intervals",
    "common": "what is common everywhere",
    OTHER: "other habits",
}
"""Families of regularities with a name for people. An expert belongs to the first family
that one of its components belongs to."""

PREDICTED: Mapping[str, str] = {
    "cpint": "the interval",
    "degree": "the scale degree",
    "cpitch": "the pitch",
    "cpintfip": "the interval from the first note",
    "guessed": "the scale degree in the key that the notes suggest",
    "chord_tone": "the interval above the root of the chord",
    "bioi": "the time to the next note",
    "bioi_ratio": "the time to the next note against the one before",
    "bioi_beats": "the beats to the next note",
    "next_place": "the place in the bar of the next note",
    "next_beat": "the place in the beat of the next note",
    "dur": "the length",
    "dur_ratio": "the length against the note before",
    "dur_bioi": "the length against the wait before the note",
    "dur_beats": "the length in beats",
    "end_place": "the place in the bar where the note ends",
    "end_beat": "the place in the beat where the note ends",
}
"""Frames in words."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A component in words.

    Parameters
    ----------
    family
        One of `FAMILIES`.
    noun
        What is looked at: ``the scale degree``.
    clause
        That it is the same now as in the cases counted: ``at this place in the bar``; ""
        where that goes without saying.
    """

    family: str
    noun: str
    clause: str


_PLAIN: Mapping[str, tuple[str, str, str]] = {
    "always": ("common", "nothing", ""),
    "note_number": ("common", "the number of notes so far", "this far into a tune"),
    "mode": ("common", "major or minor", "in this mode"),
    "cpitch": ("interval", "the pitch", "after this pitch"),
    "cpint": ("interval", "the interval", "after this interval"),
    "cpintfref": ("degree", "the scale degree", "after this degree"),
    "contour": ("register", "the direction", "after this motion"),
    "cpintfip": ("register", "the interval from the first note", "this far from the first note"),
    "register": ("register", "the distance from the middle of the line", "this high in the line"),
    "below_highest": (
        "register",
        "the distance from the highest note so far",
        "this far below the highest note so far",
    ),
    "above_lowest": (
        "register",
        "the distance from the lowest note so far",
        "this far above the lowest note so far",
    ),
    "fiph": ("phrase", "whether a phrase begins", "here in a phrase"),
    "liph": ("phrase", "whether a phrase ends", "here in a phrase"),
    "since_phrase": (
        "phrase",
        "the notes since the phrase began",
        "so many notes into a phrase",
    ),
    "phrase_degree": ("phrase", "the degree the phrase began on", "in a phrase that began so"),
    "previous_end": (
        "phrase",
        "the degree the last phrase ended on",
        "after a phrase that ended like the last",
    ),
    "time_in_phrase": ("phrase", "the time since the phrase began", "at this time in a phrase"),
    "bars_in_phrase": ("phrase", "the bars since the phrase began", "in this bar of a phrase"),
    "phrase_ago_degree": (
        "earlier_bars",
        "the degree at this place in the phrase before",
        "where the phrase before had this degree",
    ),
    "phrase_ago_cpint": (
        "earlier_bars",
        "the interval at this place in the phrase before",
        "where the phrase before had this interval",
    ),
    "bioi": ("rhythm", "the time since the note before", "after this wait"),
    "bioi_ratio": (
        "rhythm",
        "the wait against the one before",
        "after a wait that compares so with the one before",
    ),
    "bioi_beats": ("rhythm", "the beats since the note before", "after so many beats"),
    "dur": ("rhythm", "the length", "with this length"),
    "dur_ratio": (
        "rhythm",
        "the length against the note before",
        "with lengths that compare so",
    ),
    "pace": ("rhythm", "how fast the notes come", "at this pace"),
    "rest_before": ("phrase", "the rest before the note", "after this rest"),
    "after_break": (
        "phrase",
        "whether a rest or a long note came before",
        "this close to a rest or a long note",
    ),
    "since_break": (
        "phrase",
        "the notes since the last rest or long note",
        "this many notes after a rest or a long note",
    ),
    "time_since_break": (
        "phrase",
        "the time since the last rest or long note",
        "this long after a rest or a long note",
    ),
    "break_degree": (
        "phrase",
        "the degree before the last rest or long note",
        "after a line that ended on this degree",
    ),
    "begin_degree": (
        "phrase",
        "the degree after the last rest or long note",
        "in a line that began on this degree",
    ),
    "posinbar": ("metre", "the place in the bar", "at this place in the bar"),
    "barlength": ("metre", "the length of the bar", "in a bar of this length"),
    "on_beat": ("metre", "whether it is on a beat", "at this place against the beat"),
    "beat_place": ("metre", "the place in the beat", "at this place in the beat"),
    "beat_number": ("metre", "the number of the beat", "on this beat"),
    "n_beats": ("metre", "the beats in the bar", "in a bar of so many beats"),
    "notes_in_bar": (
        "metre",
        "the notes in the bar so far",
        "after this many notes in the bar",
    ),
    "bar_rhythm": (
        "rhythm",
        "the rhythm of the bar so far",
        "after this rhythm in the bar so far",
    ),
    "bars_alike": (
        "rhythm",
        "whether bars repeat their rhythm",
        "where bars repeat their rhythm so",
    ),
    "bar_degree": (
        "metre",
        "the degree at the last beginning of a bar",
        "after this degree at the last beginning of a bar",
    ),
    "beat_degree": ("metre", "the degree on the last beat", "after this degree on the last beat"),
    "place_degree": (
        "earlier_bars",
        "the degree last time at this place in the bar",
        "where this degree stood last time at this place in the bar",
    ),
    "place_dur": (
        "earlier_bars",
        "the length last time at this place in the bar",
        "where the note was this long last time at this place in the bar",
    ),
    "place_next": (
        "earlier_bars",
        "the wait that followed last time at this place in the bar",
        "where this wait followed last time at this place in the bar",
    ),
}

_CHORDS = {
    "chord_degree": ("the degree of the chord", "over a chord on this degree"),
    "chord_family": (
        "whether the chord is major, minor, dominant or diminished",
        "over a chord of this family",
    ),
    "chord_quality": ("the quality of the chord", "over a chord of this quality"),
    "chord_new": ("whether the chord has just changed", "this soon after a change of chord"),
    "chord_notes": ("the notes under the chord so far", "after this many notes under a chord"),
    "chord_move": ("the step of the root", "after this step of the root"),
    "in_chord": ("the time since the chord began", "this long after a chord began"),
    "until_chord": ("the time until the next chord", "this long before the next chord"),
    "next_chord_move": ("the step of the root to come", "before this step of the root"),
    "next_chord_degree": ("the degree of the next chord", "before a chord on this degree"),
    "next_chord_family": (
        "whether the next chord is major, minor, dominant or diminished",
        "before a chord of this family",
    ),
    "chord_tone": ("the place in the chord", "after this place in the chord"),
    "tone_before": (
        "the place of the note before in this chord",
        "after a note at this place in the chord",
    ),
    "first_tone": (
        "the place in the chord of its first note",
        "under a chord whose first note had this place",
    ),
    "earlier_tone": (
        "what stood here when the chord came last",
        "where this stood when the chord came last",
    ),
}

_GUESSED = {
    f"guessed_degree{n}": (
        "degree",
        f"the scale degree {words} in the key that the notes suggest",
        "after this degree of the key that the notes suggest",
    )
    for n, words in ((1, "before"), (2, "two notes before"), (3, "three notes before"))
}

_BAR_OF = {
    f"bar_of_{n}": ("metre", f"which bar of {n} it is", f"in this bar of every {n}")
    for n in (2, 4, 8)
}


def _of_earlier_bars(n_bars: int, ago: str) -> dict[str, tuple[str, str, str]]:
    bar = "the bar before" if n_bars == 1 else f"the bar {ago}"
    rows = {
        "degree": (f"the scale degree {ago}", f"where this degree stood {ago}"),
        "cpint": (f"the interval {ago}", f"where this interval stood {ago}"),
        "dur": (f"the length {ago}", f"where the note {ago} was this long"),
        "next": (
            f"the time to the next note {ago}",
            f"where the next note came after this time {ago}",
        ),
        "rhythm": (f"the rhythm of {bar}", f"where {bar} had this rhythm"),
        "run": (
            f"how long the rhythm has been that of {ago}",
            f"where the rhythm has been that of {ago} for so long",
        ),
        "melody": (
            f"how long the melody has been that of {ago}",
            f"where the melody has been that of {ago} for so long",
        ),
    }
    return {f"bars{n_bars}_{what}": ("earlier_bars", *words) for what, words in rows.items()}


_BARS_AGO = {
    1: "one bar earlier",
    2: "two bars earlier",
    4: "four bars earlier",
    8: "eight bars earlier",
}

MEANINGS: Mapping[str, Meaning] = {
    name: Meaning(*words)
    for table in (
        _PLAIN,
        _GUESSED,
        {name: ("chords", *words) for name, words in _CHORDS.items()},
        _BAR_OF,
        *(_of_earlier_bars(n_bars, ago) for n_bars, ago in _BARS_AGO.items()),
    )
    for name, words in table.items()
}
"""Every component in words, by name without lag."""

_LAGS = {0: "", 1: " of the note before", 2: " two notes before", 3: " three notes before"}


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
        nouns = [_noun(name, lag) for name, lag in self.at]
        return ", ".join(noun for noun in nouns if noun != "nothing") or "nothing in particular"


def _noun(name: str, lag: int) -> str:
    noun = MEANINGS[name].noun if name in MEANINGS else name.replace("_", " ")
    return noun + _LAGS.get(lag, f" {lag} notes before")


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
