"""What followed in the cases that an expert counted, in the terms it counted in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from clinamen.domains.music.regularities import Looks
from clinamen.operations._intervals import (
    SpelledPitch,
    degree_words,
    distance_words,
    interval_words,
)
from clinamen.operations._moment import Moment
from clinamen.operations.text import decimal

__all__ = ["outcome_words"]

_TIMES = {
    Fraction(1): "as long as",
    Fraction(2): "twice as long as",
    Fraction(1, 2): "half as long as",
    Fraction(3): "three times as long as",
    Fraction(1, 3): "a third as long as",
}


def outcome_words(looks: Looks, moment: Moment, index: int) -> str:
    """What an expert calls a member of the alphabet: ``a major second up``, ``a quarter later``.

    An expert counts what followed in its own terms: an interval, a degree, a pitch, a
    multiple of the time before; beats are said as the note values that they are here. So the
    same candidate is said in several ways. Pitches are nouns; an onset completes ``the next
    note came``, a duration ``the note lasted``.
    """
    value = int(moment.heard.part.alphabet[index])
    if _repeats(looks, moment, value):
        return "the same again"
    say = _SAY.get(looks.frame)
    return say(moment, value, index) if say is not None else moment.name(index)


def _repeats(looks: Looks, moment: Moment, value: int) -> bool:
    """True if an expert looks at what stood in an earlier bar, and a candidate is just that."""
    if moment.event == 0 or looks.frame not in ("cpint", "degree"):
        return False
    places = [name for name, lag in looks.at if name.startswith("bars") and lag == 0]
    if looks.frame == "cpint":
        interval = value - moment.heard.spelled(moment.event - 1).pitch
        same = [moment.stood(name) for name in places if name.endswith("_cpint")]
        return bool(same) and all(each == (interval, True) for each in same)
    key = moment.heard.key(moment.event)
    same = [moment.stood(name) for name in places if name.endswith("_degree")]
    return (
        key is not None
        and bool(same)
        and all(each == ((value - key.tonic_pitch_class) % 12, True) for each in same)
    )


def _spelled(moment: Moment, index: int) -> SpelledPitch:
    return SpelledPitch(int(moment.heard.part.alphabet[index]), moment.name(index))


def _interval(moment: Moment, value: int, index: int) -> str:
    if moment.event == 0:
        return moment.name(index)
    before, here = moment.heard.spelled(moment.event - 1), _spelled(moment, index)
    if here.pitch == before.pitch:
        return "the same pitch"
    return f"{interval_words(before, here)} {'up' if here.pitch > before.pitch else 'down'}"


def _degree(moment: Moment, value: int, index: int) -> str:
    key = moment.heard.key(moment.event)
    degree = degree_words(_spelled(moment, index), key) if key is not None else ""
    return degree or f"the degree of {moment.name(index)}"


def _pitch(moment: Moment, value: int, index: int) -> str:
    return moment.name(index)


def _from_first(moment: Moment, value: int, index: int) -> str:
    distance = value - moment.heard.spelled(0).pitch
    if distance == 0:
        return "the pitch of the first note"
    size, _, way = distance_words(distance).rpartition(" ")
    return f"{size} {'above' if way == 'up' else 'below'} the first note"


def _guessed(moment: Moment, value: int, index: int) -> str:
    return f"what {moment.name(index)} is in the key that the notes suggest"


def _wait(moment: Moment, value: int, index: int) -> str:
    return f"{moment.heard.length(value)} later"


def _times(value: int, before: int) -> str:
    share = Fraction(value, before) if before > 0 else Fraction(0)
    return _TIMES.get(share, f"{decimal(share)} times as long as")


def _wait_ratio(moment: Moment, value: int, index: int) -> str:
    before = moment.heard.column("bioi")[moment.event - 1]
    return f"after a wait {_times(value, before)} the one before"


def _place(moment: Moment, ticks: int) -> str:
    beat, n_bars = moment.beat_at(ticks)
    if n_bars == 0:
        return f"on beat {decimal(beat)} of the same bar"
    return f"on beat {decimal(beat)} of {'the next' if n_bars == 1 else 'a later'} bar"


def _next_place(moment: Moment, value: int, index: int) -> str:
    return _place(moment, value)


def _against_beat(moment: Moment, ticks: int) -> str:
    beat, _ = moment.beat_at(ticks)
    where = "on a beat" if beat == int(beat) else "between beats"
    return where


def _next_beat(moment: Moment, value: int, index: int) -> str:
    return f"{_against_beat(moment, value)}, {moment.heard.length(value)} on"


def _length(moment: Moment, value: int, index: int) -> str:
    return moment.heard.length(value)


def _length_ratio(moment: Moment, value: int, index: int) -> str:
    before = int(moment.heard.events.duration[moment.event - 1])
    return f"{_times(value, before)} the note before"


def _length_to_wait(moment: Moment, value: int, index: int) -> str:
    before = moment.heard.column("bioi")[moment.event]
    return f"{_times(value, before)} the wait before it"


def _end_place(moment: Moment, value: int, index: int) -> str:
    return f"until {_place(moment, value).removeprefix('on ')}"


def _end_beat(moment: Moment, value: int, index: int) -> str:
    return f"{moment.heard.length(value)} and ended {_against_beat(moment, value)}"


_SAY: Mapping[str, Callable[[Moment, int, int], str]] = {
    "cpint": _interval,
    "degree": _degree,
    "cpitch": _pitch,
    "cpintfip": _from_first,
    "guessed": _guessed,
    "bioi": _wait,
    "bioi_ratio": _wait_ratio,
    "bioi_beats": _wait,
    "next_place": _next_place,
    "next_beat": _next_beat,
    "dur": _length,
    "dur_ratio": _length_ratio,
    "dur_bioi": _length_to_wait,
    "dur_beats": _length,
    "end_place": _end_place,
    "end_beat": _end_beat,
}
