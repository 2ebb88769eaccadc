"""What experts on chords look at, in a musician's words, at one moment of a song.

An expert's text, such as ``chord | move@1 quality@1 quality@2``, says what it predicts (a
frame) from what it looks at (components). Here components are put into words with the values
that they have when a chord comes: ``after Am7 and D7 (in any key)``. Every clause says no more
than what the component holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from clinamen.domains.music._columns import quarters_words
from clinamen.domains.music.events import TICKS_PER_QUARTER
from clinamen.domains.music.notes import Key
from clinamen.domains.music.progression._words import (
    MAJOR,
    N_ORDINALS,
    ChordMoment,
    above_words,
    degree_of,
    family_name,
    higher_words,
    nth,
    quality_name,
    went_words,
)
from clinamen.texts import Message, joined

__all__ = ["condition_words"]

_Clause = Callable[[ChordMoment], str]


def condition_words(expert: str, moment: ChordMoment) -> tuple[str, ...]:
    """What the cases that an expert counted had in common with this moment, in clauses.

    Examples
    --------
    ``("after Am7 and D7 (in any key)",)`` for ``chord | move@1 quality@1 quality@2``.
    """
    frame, _, names = expert.partition("|")
    frame = frame.strip()
    lags: dict[str, int] = {}
    rest: list[str] = []
    for each in names.split():
        base, _, lag = each.partition("@")
        if lag:
            lags[base] = max(lags.get(base, 0), int(lag))
        elif re.fullmatch(r"guessed\d", base):
            lags["guessed"] = max(lags.get("guessed", 0), int(base[-1]))
        else:
            rest.append(base)
    clauses = _chain(lags, moment, has_moved="move" in rest)
    clauses += [_CLAUSES[base](moment) for base in rest]
    if frame in ("on_guess", "root_guessed", "bass_on_guess") and not any(
        "suggest" in clause for clause in clauses
    ):
        clauses.append(Message("chord.in_suggested"))
    return tuple(clause for clause in clauses if clause)


def _chain(lags: Mapping[str, int], moment: ChordMoment, *, has_moved: bool) -> list[str]:
    """The chords before: by name, by the steps between them, by degree.

    A name tells a root, so it stands only where roots are held together: by the steps between
    them, the last one perhaps to the chord itself (``has_moved``), or by their degrees.
    """
    n_moves = lags.get("move", 0)
    by = next((each for each in ("kind", "quality", "family") if each in lags), "")
    n_names = lags.get(by, 0)
    places = "degree" in lags or "guessed" in lags
    is_joined = n_names == n_moves + 1 and (n_moves > 0 or has_moved)
    clauses: list[str] = []
    if n_names:
        clauses.append(_named(by, n_names, moment, is_placed=is_joined or places))
    if clauses and "bass" in lags:
        clauses[0] = _with_bass_before(clauses[0], moment)
    if is_joined:
        clauses[0] = Message("chord.any_key", clause=clauses[0])
    elif n_moves:
        went = [went_words(_move(moment, lag)) for lag in range(n_moves, 0, -1)]
        clauses.append(Message("chord.after_root", went=went))
    if "degree" in lags and moment.key is not None:
        clauses.append(
            _degrees(lags["degree"], moment, moment.key, int(moment.columns.tonic[moment.event]))
        )
    if "guessed" in lags:
        tonic = int(moment.columns.guess[moment.event])
        degrees = _degrees(lags["guessed"], moment, MAJOR, tonic)
        clauses.append(Message("chord.of_suggested", clause=degrees))
    return clauses + [
        _CHAIN_BASS[each](moment, lag) for each, lag in lags.items() if each in _CHAIN_BASS
    ]


def _named(by: str, n_chords: int, moment: ChordMoment, *, is_placed: bool) -> str:
    """The last chords by name, by quality or by family."""
    past = [moment.event - lag for lag in range(n_chords, 0, -1)]
    named = moment.symbols if by == "kind" else [moment.name(each) for each in range(moment.event)]
    names = [named[each] for each in past]
    if is_placed:
        what = joined(names, "and")
        if by == "family":
            like = "chord.like_one" if n_chords == 1 else "chord.like_several"
            what = Message(like, names=what)
    elif n_chords > 1:
        what = Message("chord.of_kinds", names=joined(names, "and"))
    elif by == "kind":
        what = Message("chord.of_kind", names=names[0])
    elif by == "quality":
        what = quality_name(int(moment.columns.events.quality[past[0]]))
    else:
        what = family_name(int(moment.columns.family[past[0]]))
    return Message("when.after", what=what)


def _degrees(n_chords: int, moment: ChordMoment, key: Key, tonic: int) -> str:
    roots = [int(moment.columns.events.root[moment.event - lag]) for lag in range(n_chords, 0, -1)]
    degrees = [
        Message("chord.the_degree", degree=degree_of((root - tonic) % 12, key))
        for root in roots
        if root >= 0
    ]
    return Message("chord.from" if len(degrees) == 1 else "when.after", what=joined(degrees, "and"))


def _move(moment: ChordMoment, lag: int) -> int:
    columns, event = moment.columns, moment.event - lag
    return int(columns.events.root[event] - columns.before[event]) % 12


def _bass_steps(moment: ChordMoment, n_steps: int) -> str:
    columns = moment.columns
    events = [moment.event - lag for lag in range(n_steps, 0, -1)]
    went = [went_words(int(columns.bass[e] - columns.bass_before[e]) % 12) for e in events]
    return Message("chord.after_bass", went=went)


def _bass_degrees(moment: ChordMoment, n_chords: int) -> str:
    columns, key = moment.columns, moment.key or MAJOR
    events = [moment.event - lag for lag in range(n_chords, 0, -1)]
    found = [degree_of(int(columns.bass[e] - columns.tonic[e]) % 12, key) for e in events]
    return Message("chord.after_bass_degrees", degrees=found)


def _with_bass_before(clause: str, moment: ChordMoment) -> Message:
    over = int(moment.columns.events.detail[moment.event - 1]) >> 12
    if not over:
        return Message("chord.root_position", clause=clause)
    return Message("chord.with_bass", clause=clause, tone=above_words(over))


def _colours(moment: ChordMoment, n_chords: int) -> str:
    if n_chords == 1:
        return Message("chord.as_rich_one")
    return Message("chord.as_rich", count=n_chords)


_FUNCTIONS = ("chord.function_none", "chord.function_tonic", "chord.function_subdominant")


def _functions(moment: ChordMoment, n_chords: int) -> str:
    numbers = moment.columns.events.function
    past = [int(numbers[moment.event - lag]) for lag in range(n_chords, 0, -1)]
    return Message("when.after", what=joined([_function_name(each) for each in past], "and"))


def _function_name(number: int) -> Message:
    if number < len(_FUNCTIONS):
        return Message(_FUNCTIONS[number])
    degree = number - len(_FUNCTIONS)
    if degree == 0:
        return Message("chord.function_dominant")
    return Message("chord.function_dominant_of", nth=nth(degree))


_CHAIN_BASS: Mapping[str, Callable[[ChordMoment, int], str]] = {
    "bass_step": _bass_steps,
    "bass_degree": _bass_degrees,
    "colour": _colours,
    "function": _functions,
}


def _ago(n_chords: int) -> _Clause:
    return lambda m: Message("chord.chords_after", count=n_chords, name=m.name(m.event - n_chords))


def _same(n_chords: int) -> _Clause:
    """Whether the last chord was that of so many chords earlier."""

    def clause(moment: ChordMoment) -> str:
        symbol, event = moment.columns.symbol, moment.event
        was = symbol[event - 1] == symbol[event - 1 - n_chords]
        if n_chords == 1:
            return Message("chord.was_before" if was else "chord.was_not_before")
        return Message("chord.was_earlier" if was else "chord.was_not_earlier", count=n_chords)

    return clause


def _bars_ago(n_bars: int) -> _Clause:
    """The chord that sounded at this place some bars ago."""

    def clause(moment: ChordMoment) -> str:
        events = moment.columns.events
        time = moment.value("onset") - n_bars * moment.value("bar_length")
        place = int((events.onset <= time).sum()) - 1
        began = int(events.onset[place]) == time
        return Message(
            "chord.began_earlier" if began else "chord.sounded_earlier",
            name=moment.name(place),
            bars=Message("chord.bars", n=n_bars),
        )

    return clause


def _of_every(column: Callable[[ChordMoment], int], key: str, n: int) -> _Clause:
    return lambda m: Message(key, number=column(m) % n + 1, count=n)


def _number(moment: ChordMoment) -> str:
    if moment.event >= 12:
        return Message("chord.from_13th")
    return Message("chord.as_chord", number=moment.event + 1)


def _n_different(moment: ChordMoment) -> str:
    n = len(set(moment.columns.symbol[: moment.event].tolist()))
    return Message("chord.different_many") if n >= 9 else Message("chord.different", n=n)


def _loop(moment: ChordMoment) -> str:
    place, length = (int(each[moment.event]) for each in moment.columns.loop)
    name = moment.name(place)
    if length == 1:
        return Message("chord.loop_one", name=name)
    return Message("chord.loop", count=length, name=name)


def _place(moment: ChordMoment) -> str:
    return Message("chord.bar_begins" if moment.value("place") == 0 else "when.at_place")


def _bar_length(moment: ChordMoment) -> str:
    return Message("chord.in_bars_of", length=_quarters(moment.value("bar_length")))


def _lasted(moment: ChordMoment) -> str:
    ticks = int(moment.columns.events.duration[moment.event - 1])
    return Message("chord.after_chord_of", length=_quarters(ticks))


def _quarters(ticks: int) -> str:
    return quarters_words(Fraction(ticks, TICKS_PER_QUARTER))


def _section_bar(moment: ChordMoment) -> str:
    bars = int(moment.value("section")) // max(int(moment.value("bar_length")), 1)
    if bars >= N_ORDINALS:
        return Message("chord.late_in_section")
    return Message("chord.bar_of_section", nth=nth(bars))


def _tune(reference: str) -> _Clause:
    def clause(moment: ChordMoment) -> str:
        above = int(moment.value("melody") - getattr(moment.columns, reference)[moment.event]) % 12
        if reference == "before" and above == 0:
            return Message("chord.melody_on_root")
        if reference == "before":
            return Message("chord.melody_above_root", tone=above_words(above))
        key = moment.key if reference == "tonic" and moment.key else MAJOR
        under = Message("chord.under_degree", degree=degree_of(above, key))
        is_guess = reference == "guess"
        return Message("chord.counted_suggested", clause=under) if is_guess else under

    return clause


def _tune_above(moment: ChordMoment) -> str:
    above = (moment.value("melody") - moment.value("root")) % 12
    return Message("chord.with_melody_on", tone=above_words(above))


def _last_kind(moment: ChordMoment) -> str:
    symbol = moment.columns.symbol[: moment.event].tolist()
    place = len(symbol) - 1 - symbol[::-1].index(int(moment.columns.symbol[moment.event]))
    return Message("chord.was_last", name=moment.symbols[place])


def _over_bass(moment: ChordMoment) -> str:
    above = int(moment.value("root") - moment.columns.bass_before[moment.event]) % 12
    if above == 0:
        return Message("chord.bass_stays")
    return Message("chord.over_bass", higher=higher_words(above))


def _on_degree(reference: str) -> _Clause:
    def clause(moment: ChordMoment) -> str:
        above = int(moment.value("root") - getattr(moment.columns, reference)[moment.event]) % 12
        key = moment.key if reference == "tonic" and moment.key else MAJOR
        on = Message("chord.on_the", degree=degree_of(above, key))
        return Message("chord.of_suggested", clause=on) if reference == "guess" else on

    return clause


def _now_moved(moment: ChordMoment) -> str:
    return Message("chord.root_went", went=went_words(_move(moment, 0)))


_CLAUSES: Mapping[str, _Clause] = {
    "always": lambda m: "",
    "number": _number,
    "number_of_4": _of_every(lambda m: m.event, "chord.chord_of_every", 4),
    "number_of_8": _of_every(lambda m: m.event, "chord.chord_of_every", 8),
    "n_different": _n_different,
    "loop": _loop,
    **{f"ago{n}": _ago(n) for n in (2, 3, 4, 6, 8)},
    **{f"same{n}": _same(n) for n in (1, 2, 3, 4, 8)},
    **{f"bars{n}": _bars_ago(n) for n in (1, 2, 4, 8)},
    "mode": lambda m: Message("when.in_minor" if m.value("mode") else "when.in_major"),
    "place": _place,
    "bar_length": _bar_length,
    "bar_of_4": _of_every(lambda m: m.value("bar"), "chord.bar_of_every", 4),
    "bar_of_8": _of_every(lambda m: m.value("bar"), "chord.bar_of_every", 8),
    "section_bar": _section_bar,
    "lasted": _lasted,
    "tune_degree": _tune("tonic"),
    "tune_guessed": _tune("guess"),
    "tune_move": _tune("before"),
    "tune_above": _tune_above,
    # Of the chord itself, root and quality being known.
    "quality": lambda m: Message("chord.for", what=quality_name(m.value("quality"))),
    "family": lambda m: Message("chord.for", what=family_name(int(m.columns.family[m.event]))),
    "move": _now_moved,
    "degree": _on_degree("tonic"),
    "guessed": _on_degree("guess"),
    "over_bass": _over_bass,
    "last_kind": _last_kind,
}
