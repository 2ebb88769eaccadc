"""What the cases that an expert counted had in common with this moment, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from clinamen.domains.music.regularities import MEANINGS, Looks
from clinamen.operations._intervals import degree_words, distance_words
from clinamen.operations._moment import ORDINALS, Moment
from clinamen.operations.text import clean, decimal, join_or

__all__ = ["condition_words", "conditions_text"]

_Left = set[tuple[str, int]]

_AGO = {"1": "one bar", "2": "two bars", "4": "four bars", "8": "eight bars"}
_WAYS = {1: "up", 0: "level", -1: "down"}
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
    text = "".join(f"{' ' if clause.startswith(_CLOSE) else ', '}{clause}" for clause in clauses)
    return text.lstrip(", ")


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
    preposition = "on" if moment.target == "duration" else "after"
    if n_notes == 1:
        key = moment.heard.key(last)
        degree = degree_words(moment.heard.spelled(last), key) if key is not None else ""
        yield f"{preposition} {degree or 'this degree'}"
        return
    signs = [clean(sign) for sign in moment.heard.columns.get("degree", ())]
    named = [signs[note] for note in notes] if signs else [""]
    if all(named) and n_notes <= 5:
        last_of = "on the last of the degrees" if moment.target == "duration" else "after degrees"
        yield f"{last_of} {join_or(named, 'and')}"
    else:
        yield f"after these {n_notes} degrees in a row"


def _intervals(moment: Moment, left: _Left) -> Iterator[str]:
    n_intervals = _run(left, "cpint", moment.known)
    if not n_intervals:
        return
    if n_intervals > 2:
        yield f"after these {n_intervals} intervals in a row"
        return
    lags = range(moment.known + n_intervals - 1, moment.known - 1, -1)
    distances = [distance_words(moment.value("cpint", lag)) for lag in lags]
    yield f"after {' and '.join(distances)}"


def _ways(moment: Moment, left: _Left) -> Iterator[str]:
    n_ways = _run(left, "contour", moment.known)
    if not n_ways:
        return
    lags = range(moment.known + n_ways - 1, moment.known - 1, -1)
    ways = [_WAYS[moment.value("contour", lag)] for lag in lags]
    if n_ways == 1:
        yield {"up": "after a rise", "level": "after a repeated note", "down": "after a fall"}[
            ways[0]
        ]
    elif len(set(ways)) == 1:
        yield f"after {n_ways} moves {ways[0]}" if ways[0] != "level" else "after repeated notes"
    else:
        yield f"after going {join_or(ways, 'and')}"


def _pitches(moment: Moment, left: _Left) -> Iterator[str]:
    n_notes = _run(left, "cpitch", moment.known)
    if n_notes:
        last = moment.event - moment.known
        names = [moment.written(note) for note in range(max(last - n_notes + 1, 0), last + 1)]
        yield f"after {join_or(names, 'and')}"


def _copies(moment: Moment, left: _Left) -> Iterator[str]:
    """What stood bars before, and for how long the melody has gone along with it."""
    for n_bars, ago in _AGO.items():
        earlier = f"{ago} earlier"
        length = 0
        for what, lag in (("rhythm", moment.now), ("melody", moment.known)):
            name = f"bars{n_bars}_{'run' if what == 'rhythm' else what}"
            if (name, lag) in left:
                left.discard((name, lag))
                length = moment.value(name, lag)
                yield _run_words(length, f"the {what} of {earlier}")
        for what in ("cpint", "degree"):
            name = f"bars{n_bars}_{what}"
            if (name, moment.now) in left:
                left.discard((name, moment.now))
                yield _stood(moment, name, earlier, goes_on=length > 0)


def _stood(moment: Moment, name: str, where: str, *, goes_on: bool) -> str:
    value, began = moment.stood(name, moment.now)
    if name.endswith("degree"):
        what = moment.degree(value) or "this degree"
    else:
        what = distance_words(value) if began else f"the note after {distance_words(value)}"
    if goes_on and began:
        return f"which went on with {what}"
    return f"where {what} {'came' if began else 'was held'} {where}"


def _run_words(length: int, what: str) -> str:
    if length == 0:
        return f"where the last note did not repeat {what}"
    more = " or more" if length >= _LONGEST_RUN else ""
    return f"when the last {length + 1} notes{more} repeat {what}"


def _metre(moment: Moment, left: _Left) -> Iterator[str]:
    now = moment.now
    whole = {("beat_place", now), ("beat_number", now), ("n_beats", now)}
    placed = ("posinbar", now) in left or whole <= left
    if placed:
        left -= whole | {("posinbar", now), ("on_beat", now)}
        yield f"{'from' if moment.target == 'onset' else 'at'} this place in the bar"
    # Bars of another length have other places, and other rhythms.
    if placed or any(name.endswith("rhythm") for name, lag in left):
        left.discard(("barlength", now))
    if ("on_beat", now) in left:
        left.discard(("on_beat", now))
        yield "on a beat" if moment.value("on_beat", now) else "off the beat"
    for n_bars in (2, 4, 8):
        if (f"bar_of_{n_bars}", now) in left:
            left.discard((f"bar_of_{n_bars}", now))
            number = moment.value(f"bar_of_{n_bars}", now)
            every = _AGO[str(n_bars)].removesuffix(" bars")
            yield f"in the {ORDINALS[number]} bar of every {every}"


def _waits(moment: Moment, left: _Left) -> Iterator[str]:
    if ("bioi", moment.now) not in left:
        return
    wait = moment.value("bioi", moment.now)
    if moment.event == 0:
        left.discard(("bioi", 0))
        yield "at the beginning of a tune"
    elif _run(left, "bioi", moment.now) > 1:
        yield "after this rhythm" if moment.target == "onset" else "in this rhythm"
    elif moment.target == "onset":
        yield f"after a wait of {moment.heard.length(wait)}"
    else:
        yield f"{moment.heard.length(wait)} after the last note"


def _phrase(moment: Moment, left: _Left) -> Iterator[str]:
    ends = {(name, lag) for name, lag in left if name in ("fiph", "liph")}
    if not ends:
        return
    left -= ends
    held = {name for name, lag in ends if moment.value(name, lag)}
    if held == {"fiph", "liph"}:
        yield "on the only note of a phrase"
    elif held:
        yield f"on the {'first' if 'fiph' in held else 'last'} note of a phrase"
    elif len(ends) == 2:
        yield "inside a phrase"
    else:
        name = next(iter(ends))[0]
        yield "before a phrase's last note" if name == "liph" else "after a phrase's first note"


_RULES = (_degrees, _intervals, _ways, _pitches, _metre, _phrase, _waits, _copies)


def _one(moment: Moment, name: str, lag: int) -> str:
    """A component on its own."""
    meaning = MEANINGS[name]
    base = moment.known if name in _OF_NOTES else moment.now
    say = _SAY.get(name)
    if say is not None:
        return say(moment, moment.value(name, lag), lag)
    if lag > base:
        return f"with {meaning.noun} as here, {_lag_words(lag)}"
    return meaning.clause


def _lag_words(lag: int) -> str:
    return "a note before" if lag == 1 else f"{lag} notes before"


_OF_NOTES = {"cpitch", "cpint", "cpintfref", "contour", "cpintfip"}


def _mode(moment: Moment, value: int, lag: int) -> str:
    key = moment.heard.key(moment.event)
    if key is not None and key.mode in ("major", "minor"):
        return f"in {key.mode}"
    return f"in keys with a {'major' if value == 0 else 'minor'} third"


def _length(moment: Moment, value: int, lag: int) -> str:
    words = moment.heard.length(value).removesuffix(" note")
    note = f"a note of {words}" if words.endswith("quarters") else f"{words} note"
    if lag == 0:
        return f"on {note}"
    return f"after {note}" if lag == 1 else f"with {note} {_lag_words(lag)}"


def _number(moment: Moment, value: int, lag: int) -> str:
    if value >= len(ORDINALS):
        return "after the first twelve notes"
    return f"on the {ORDINALS[value]} note of a tune"


def _count_from(what: str) -> Callable[[Moment, int, int], str]:
    def say(moment: Moment, value: int, lag: int) -> str:
        start = "of a phrase" if what == "since_phrase" else "after a rest or a long note"
        preposition = "after" if lag else "on"
        if value >= min(_MOST[what], len(ORDINALS)):
            return f"{_MOST[what]} notes or more into a phrase or line"
        return f"{preposition} the {ORDINALS[value]} note {start}"

    return say


def _rest(moment: Moment, value: int, lag: int) -> str:
    return "after a rest like this" if value > 0 else "with no rest before"


def _break(moment: Moment, value: int, lag: int) -> str:
    return f"{'right' if value else 'not right'} after a rest or a long note"


def _degree_of(before: str, after: str = "") -> Callable[[Moment, int, int], str]:
    def say(moment: Moment, value: int, lag: int) -> str:
        return f"{before} {moment.degree(value) or 'this degree'}{after}"

    return say


def _beats_since(moment: Moment, value: int, lag: int) -> str:
    return f"{moment.heard.length(moment.value('bioi', lag))} after the note before"


def _wait_ratio(moment: Moment, value: int, lag: int) -> str:
    times = _fraction(value)
    if times == 1:
        return "after two equal waits"
    often = {Fraction(2): "twice", Fraction(1, 2): "half"}.get(times, f"{decimal(times)} times")
    return f"after a wait {often} as long as the one before"


def _fraction(value: int) -> Fraction:
    """A fraction that a component holds in one number (see `rhythm.ratio`)."""
    above, below = divmod(value, 2**31)
    return Fraction(above, below)


def _beat_place(moment: Moment, value: int, lag: int) -> str:
    if value < 2**31:
        return "on a beat"
    return "half-way between two beats" if _fraction(value) == Fraction(1, 2) else "off the beat"


def _notes_in_bar(moment: Moment, value: int, lag: int) -> str:
    if value >= len(ORDINALS):
        return "after a dozen notes in the bar"
    return f"on the {ORDINALS[value]} note of the bar"


_SAY: Mapping[str, Callable[[Moment, int, int], str]] = {
    "mode": _mode,
    "dur": _length,
    "note_number": _number,
    "since_phrase": _count_from("since_phrase"),
    "since_break": _count_from("since_break"),
    "rest_before": _rest,
    "after_break": _break,
    "break_degree": _degree_of("after a line that ended on"),
    "begin_degree": _degree_of("in a line that began on"),
    "bar_degree": _degree_of("when the last note on a downbeat was"),
    "beat_degree": _degree_of("when the last note on a beat was"),
    "phrase_degree": _degree_of("in a phrase that began on"),
    "previous_end": _degree_of("after a phrase that ended on"),
    "place_degree": _degree_of("where last time", " stood at this place in the bar"),
    "bioi_beats": _beats_since,
    "beat_place": _beat_place,
    "notes_in_bar": _notes_in_bar,
    "bioi_ratio": _wait_ratio,
}
