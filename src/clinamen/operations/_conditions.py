"""What the cases that an expert counted had in common with this moment, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from clinamen.domains.music.regularities import MEANINGS, Looks
from clinamen.operations._intervals import degree_words, distance_words
from clinamen.operations._moment import N_ORDINALS, Moment, length_of, nth
from clinamen.operations.text import clean
from clinamen.texts import Message, joined

__all__ = ["condition_words", "conditions_text"]

_Left = set[tuple[str, int]]
_Say = Callable[[Moment, int, int], str]

_BARS_AGO = (1, 2, 4, 8)
_WAYS = {1: "up", 0: "level", -1: "down"}
_AFTER_ONE = {"up": "when.after_rise", "level": "when.after_level", "down": "when.after_fall"}
_AFTER_ALIKE = {"up": "when.moves_up", "down": "when.moves_down"}
_LONGEST_RUN = 8
_MOST = {"since_phrase": 6, "since_break": 12}


def condition_words(looks: Looks, moment: Moment) -> list[str]:
    """Clauses such as ``after the degrees 5 and 4`` and ``at this place in the bar``.

    Together they say all that the expert looks at, but for the length of the bar where its
    place in the bar is said.
    """
    left: _Left = set(looks.at)
    clauses = [clause for rule in _RULES for clause in rule(moment, left)]
    rest = sorted(left, key=lambda each: (each[1], each[0]))
    clauses += [_one(moment, name, lag) for name, lag in rest]
    return [clause for clause in dict.fromkeys(clauses) if clause]


_CLOSE = ("at ", "in ", "on ", "off ", "from ")


def conditions_text(clauses: Sequence[str]) -> str:
    """Clauses as one: ``after a rise at this place in the bar, a quarter after the last note``."""
    text = ""
    for clause in clauses:
        key = "when.close" if clause.startswith(_CLOSE) else "when.next"
        text = Message(key, before=text, clause=clause) if text else clause
    return text


def _run(left: _Left, name: str, lag: int) -> int:
    """How many notes in a row a component looks at, taking them out."""
    n_notes = 0
    while (name, lag + n_notes) in left:
        left.discard((name, lag + n_notes))
        n_notes += 1
    return n_notes


def _degrees(moment: Moment, left: _Left) -> Iterator[str]:
    n_degrees = _run(left, "cpintfref", moment.known)
    if not n_degrees:
        return
    n_notes = max(n_degrees, 1 + _run(left, "cpint", moment.known))
    last = moment.event - moment.known
    notes = range(max(last - n_notes + 1, 0), last + 1)
    is_on = moment.target == "duration"
    if n_notes == 1:
        key = moment.heard.key(last)
        degree = degree_words(moment.heard.spelled(last), key) if key is not None else ""
        what = degree or Message("when.this_degree")
        yield Message("when.on" if is_on else "when.after", what=what)
        return
    signs = [clean(sign) for sign in moment.heard.columns.get("degree", ())]
    named = [signs[note] for note in notes] if signs else [""]
    if all(named) and n_notes <= 5:
        yield Message("when.on_last_degree" if is_on else "when.after_degrees", named=named)
    else:
        yield Message("when.after_n_degrees", count=n_notes)


def _intervals(moment: Moment, left: _Left) -> Iterator[str]:
    n_intervals = _run(left, "cpint", moment.known)
    if not n_intervals:
        return
    if n_intervals > 2:
        yield Message("when.after_n_intervals", count=n_intervals)
        return
    lags = range(moment.known + n_intervals - 1, moment.known - 1, -1)
    distances = [distance_words(moment.value("cpint", lag)) for lag in lags]
    yield Message("when.after", what=joined(distances, "and"))


def _ways(moment: Moment, left: _Left) -> Iterator[str]:
    n_ways = _run(left, "contour", moment.known)
    if not n_ways:
        return
    lags = range(moment.known + n_ways - 1, moment.known - 1, -1)
    ways = [_WAYS[moment.value("contour", lag)] for lag in lags]
    if n_ways == 1:
        yield Message(_AFTER_ONE[ways[0]])
    elif len(set(ways)) > 1:
        yield Message("when.after_going", ways=[Message(f"when.way_{way}") for way in ways])
    elif ways[0] == "level":
        yield Message("when.after_repeats")
    else:
        yield Message(_AFTER_ALIKE[ways[0]], count=n_ways)


def _pitches(moment: Moment, left: _Left) -> Iterator[str]:
    n_notes = _run(left, "cpitch", moment.known)
    if n_notes:
        last = moment.event - moment.known
        names = [moment.written(note) for note in range(max(last - n_notes + 1, 0), last + 1)]
        yield Message("when.after", what=joined(names, "and"))


def _copies(moment: Moment, left: _Left) -> Iterator[str]:
    """What stood bars before, and for how long the melody has gone along with it."""
    for n_bars in _BARS_AGO:
        earlier = Message("when.earlier", ago=Message(f"when.ago_{n_bars}"))
        length = 0
        for what, lag in (("rhythm", moment.now), ("melody", moment.known)):
            name = f"bars{n_bars}_{'run' if what == 'rhythm' else what}"
            if (name, lag) in left:
                left.discard((name, lag))
                length = moment.value(name, lag)
                yield _run_words(length, Message(f"when.{what}_of", earlier=earlier))
        for what in ("cpint", "degree"):
            name = f"bars{n_bars}_{what}"
            if (name, moment.now) in left:
                left.discard((name, moment.now))
                yield _stood(moment, name, earlier, goes_on=length > 0)


def _stood(moment: Moment, name: str, earlier: Message, *, goes_on: bool) -> Message:
    value, began = moment.stood(name, moment.now)
    if name.endswith("degree"):
        what = moment.degree(value) or Message("when.this_degree")
    else:
        what = distance_words(value)
        what = what if began else Message("when.note_after", interval=what)
    if goes_on and began:
        return Message("when.went_on", what=what)
    return Message("when.came_where" if began else "when.held_where", what=what, earlier=earlier)


def _run_words(length: int, what: Message) -> Message:
    if length == 0:
        return Message("when.no_repeat", what=what)
    key = "when.repeats_more" if length >= _LONGEST_RUN else "when.repeats"
    return Message(key, count=length + 1, what=what)


def _metre(moment: Moment, left: _Left) -> Iterator[str]:
    now = moment.now
    whole = {("beat_place", now), ("beat_number", now), ("n_beats", now)}
    placed = ("posinbar", now) in left or whole <= left
    if placed:
        left -= whole | {("posinbar", now), ("on_beat", now)}
        yield Message("when.from_place" if moment.target == "onset" else "when.at_place")
    # Bars of another length have other places, and other rhythms.
    if placed or any(name.endswith("rhythm") for name, lag in left):
        left.discard(("barlength", now))
    if ("on_beat", now) in left:
        left.discard(("on_beat", now))
        yield Message("when.on_beat" if moment.value("on_beat", now) else "when.off_beat")
    for n_bars in (2, 4, 8):
        if (f"bar_of_{n_bars}", now) in left:
            left.discard((f"bar_of_{n_bars}", now))
            number = moment.value(f"bar_of_{n_bars}", now)
            count = Message(f"number.count_{n_bars}")
            yield Message("when.bar_of_every", nth=nth(number), count=count)


def _waits(moment: Moment, left: _Left) -> Iterator[str]:
    if ("bioi", moment.now) not in left:
        return
    wait = moment.value("bioi", moment.now)
    if moment.event == 0:
        left.discard(("bioi", 0))
        yield Message("when.tune_begins")
    elif _run(left, "bioi", moment.now) > 1:
        yield Message("when.after_rhythm" if moment.target == "onset" else "when.in_rhythm")
    else:
        key = "when.after_wait" if moment.target == "onset" else "when.after_last"
        yield Message(key, length=moment.heard.length(wait))


def _phrase(moment: Moment, left: _Left) -> Iterator[str]:
    ends = {(name, lag) for name, lag in left if name in ("fiph", "liph")}
    if not ends:
        return
    left -= ends
    held = {name for name, lag in ends if moment.value(name, lag)}
    if held == {"fiph", "liph"}:
        yield Message("when.only_of_phrase")
    elif held:
        yield Message("when.first_of_phrase" if "fiph" in held else "when.last_of_phrase")
    elif len(ends) == 2:
        yield Message("when.inside_phrase")
    else:
        name = next(iter(ends))[0]
        yield Message("when.before_last" if name == "liph" else "when.after_first")


_RULES = (_degrees, _intervals, _ways, _pitches, _metre, _phrase, _waits, _copies)


def _one(moment: Moment, name: str, lag: int) -> str:
    """A component on its own."""
    base = moment.known if name in _OF_NOTES else moment.now
    say = _SAY.get(name)
    if say is not None:
        return say(moment, moment.value(name, lag), lag)
    if lag > base:
        return Message("when.as_here", noun=MEANINGS[name].noun, ago=_lag_words(lag))
    return MEANINGS[name].clause


def _lag_words(lag: int) -> Message:
    if lag == 1:
        return Message("when.note_before")
    return Message("when.notes_before", count=lag)


_OF_NOTES = {"cpitch", "cpint", "cpintfref", "contour", "cpintfip"}


def _mode(moment: Moment, value: int, lag: int) -> Message:
    key = moment.heard.key(moment.event)
    if key is not None and key.mode in ("major", "minor"):
        return Message("when.in_major" if key.mode == "major" else "when.in_minor")
    return Message("when.third_major" if value == 0 else "when.third_minor")


def _length(moment: Moment, value: int, lag: int) -> Message:
    length = length_of(value)
    if not length[:1].isalpha():
        is_many = length.endswith("quarters")
        note = Message("when.note_of" if is_many else "when.note_value", length=length)
    else:
        note = Message("theory.an_note" if length[0] in "aeiou" else "theory.a_note", value=length)
    if lag == 0:
        return Message("when.on", what=note)
    if lag == 1:
        return Message("when.after", what=note)
    return Message("when.with_before", note=note, ago=_lag_words(lag))


def _number(moment: Moment, value: int, lag: int) -> Message:
    if value >= N_ORDINALS:
        return Message("when.after_twelve")
    return Message("when.nth_of_tune", nth=nth(value))


def _count_from(what: str, start: str) -> _Say:
    def say(moment: Moment, value: int, lag: int) -> Message:
        if value >= min(_MOST[what], N_ORDINALS):
            return Message("when.into_line", count=_MOST[what])
        return Message(f"when.{'after' if lag else 'on'}_nth_{start}", nth=nth(value))

    return say


def _rest(moment: Moment, value: int, lag: int) -> Message:
    return Message("when.after_rest" if value > 0 else "when.no_rest")


def _break(moment: Moment, value: int, lag: int) -> Message:
    return Message("when.right_after_break" if value else "when.not_right_after_break")


def _degree_of(name: str) -> _Say:
    def say(moment: Moment, value: int, lag: int) -> Message:
        degree = moment.degree(value) or Message("when.this_degree")
        return Message(name, degree=degree)

    return say


def _beats_since(moment: Moment, value: int, lag: int) -> Message:
    ticks = moment.value("bioi", lag)
    if ticks == 0 and lag == 0:  # There is no note before the first.
        return Message("when.tune_begins")
    return Message("when.since", length=moment.heard.length(ticks))


def _wait_ratio(moment: Moment, value: int, lag: int) -> Message:
    times = _fraction(value)
    if times == 1:
        return Message("when.equal_waits")
    often = {Fraction(2): "when.wait_twice", Fraction(1, 2): "when.wait_half"}.get(times)
    return Message("when.wait_times", times=times) if often is None else Message(often)


def _fraction(value: int) -> Fraction:
    """A fraction that a component holds in one number (see `rhythm.ratio`)."""
    above, below = divmod(value, 2**31)
    return Fraction(above, below)


def _beat_place(moment: Moment, value: int, lag: int) -> Message:
    if value < 2**31:
        return Message("when.on_beat")
    return Message("when.half_way" if _fraction(value) == Fraction(1, 2) else "when.off_beat")


def _notes_in_bar(moment: Moment, value: int, lag: int) -> Message:
    if value >= N_ORDINALS:
        return Message("when.dozen_in_bar")
    return Message("when.nth_in_bar", nth=nth(value))


_SAY: Mapping[str, _Say] = {
    "mode": _mode,
    "dur": _length,
    "note_number": _number,
    "since_phrase": _count_from("since_phrase", "of_phrase"),
    "since_break": _count_from("since_break", "after_break"),
    "rest_before": _rest,
    "after_break": _break,
    "break_degree": _degree_of("when.break_degree"),
    "begin_degree": _degree_of("when.begin_degree"),
    "bar_degree": _degree_of("when.bar_degree"),
    "beat_degree": _degree_of("when.beat_degree"),
    "phrase_degree": _degree_of("when.phrase_degree"),
    "previous_end": _degree_of("when.previous_end"),
    "place_degree": _degree_of("when.place_degree"),
    "bioi_beats": _beats_since,
    "beat_place": _beat_place,
    "notes_in_bar": _notes_in_bar,
    "bioi_ratio": _wait_ratio,
}
