"""What followed in the cases that an expert counted, in the terms it counted in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from clinamen.domains.music.regularities import Looks
from clinamen.operations._intervals import (
    SpelledPitch,
    degree_words,
    interval_words,
    plain_interval,
)
from clinamen.operations._moment import Moment
from clinamen.texts import Message

__all__ = ["outcome_words"]

_TIMES = {
    Fraction(1): "then.as_long",
    Fraction(2): "then.twice",
    Fraction(1, 2): "then.half",
    Fraction(3): "then.thrice",
    Fraction(1, 3): "then.third",
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
        return Message("then.same_again")
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
        return Message("theory.same_pitch")
    way = "theory.up" if here.pitch > before.pitch else "theory.down"
    return Message(way, interval=interval_words(before, here))


def _degree(moment: Moment, value: int, index: int) -> str:
    key = moment.heard.key(moment.event)
    degree = degree_words(_spelled(moment, index), key) if key is not None else ""
    return degree or Message("then.degree_of", name=moment.name(index))


def _pitch(moment: Moment, value: int, index: int) -> str:
    return moment.name(index)


def _from_first(moment: Moment, value: int, index: int) -> str:
    distance = value - moment.heard.spelled(0).pitch
    if distance == 0:
        return Message("theory.at_first")
    way = "theory.above_first" if distance > 0 else "theory.below_first"
    return Message(way, interval=plain_interval(abs(distance)))


def _guessed(moment: Moment, value: int, index: int) -> str:
    return Message("then.guessed", name=moment.name(index))


def _wait(moment: Moment, value: int, index: int) -> str:
    return Message("then.later", length=moment.heard.length(value))


def _times(value: int, before: int, what: str) -> Message:
    share = Fraction(value, before) if before > 0 else Fraction(0)
    times, named = _TIMES.get(share), Message(what)
    if times is None:
        return Message("then.times", times=share, what=named)
    return Message(times, what=named)


def _wait_ratio(moment: Moment, value: int, index: int) -> str:
    before = moment.heard.column("bioi")[moment.event - 1]
    return Message("then.after_wait", times=_times(value, before, "then.the_one_before"))


def _place(moment: Moment, ticks: int) -> tuple[float, str]:
    """Beat of a time and in which bar it is."""
    beat, n_bars = moment.beat_at(ticks)
    return beat, ("same", "next", "later")[min(n_bars, 2)]


def _next_place(moment: Moment, value: int, index: int) -> str:
    beat, bar = _place(moment, value)
    return Message(f"then.beat_{bar}", beat=beat)


def _is_on_beat(moment: Moment, ticks: int) -> bool:
    beat, _ = moment.beat_at(ticks)
    return beat == int(beat)


def _next_beat(moment: Moment, value: int, index: int) -> str:
    key = "then.on_beat" if _is_on_beat(moment, value) else "then.between_beats"
    return Message(key, length=moment.heard.length(value))


def _length(moment: Moment, value: int, index: int) -> str:
    return moment.heard.length(value)


def _length_ratio(moment: Moment, value: int, index: int) -> str:
    before = int(moment.heard.events.duration[moment.event - 1])
    return _times(value, before, "then.note_before")


def _length_to_wait(moment: Moment, value: int, index: int) -> str:
    before = moment.heard.column("bioi")[moment.event]
    return _times(value, before, "then.wait_before")


def _end_place(moment: Moment, value: int, index: int) -> str:
    beat, bar = _place(moment, value)
    return Message(f"then.until_{bar}", beat=beat)


def _end_beat(moment: Moment, value: int, index: int) -> str:
    key = "then.ended_on_beat" if _is_on_beat(moment, value) else "then.ended_between"
    return Message(key, length=moment.heard.length(value))


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
