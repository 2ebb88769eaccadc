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

from clinamen.domains.music.events import TICKS_PER_QUARTER
from clinamen.domains.music.notes import Key
from clinamen.domains.music.progression._words import (
    ABOVE,
    FAMILY_NAMES,
    HIGHER,
    MAJOR,
    ORDINALS,
    WENT,
    ChordMoment,
    degree_of,
    listed,
    quality_name,
)

__all__ = ["condition_words"]


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
        clauses.append("in the key that the chords suggest")
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
    joined = n_names == n_moves + 1 and (n_moves > 0 or has_moved)
    clauses = [_named(by, n_names, moment, is_placed=joined or places)] if n_names else []
    if clauses and "bass" in lags:
        clauses[0] += _bass_before(moment)
    if joined:
        clauses[0] += " (in any key)"
    elif n_moves:
        went = [WENT[_move(moment, lag)] for lag in range(n_moves, 0, -1)]
        clauses.append(f"after the root {listed(went)}")
    if "degree" in lags and moment.key is not None:
        clauses.append(
            _degrees(lags["degree"], moment, moment.key, int(moment.columns.tonic[moment.event]))
        )
    if "guessed" in lags:
        tonic = int(moment.columns.guess[moment.event])
        clauses.append(_degrees(lags["guessed"], moment, MAJOR, tonic) + _SUGGESTED)
    return clauses + [
        _CHAIN_BASS[each](moment, lag) for each, lag in lags.items() if each in _CHAIN_BASS
    ]


_SUGGESTED = " of the key that the chords suggest"


def _named(by: str, n_chords: int, moment: ChordMoment, *, is_placed: bool) -> str:
    """The last chords by name, by quality or by family."""
    past = [moment.event - lag for lag in range(n_chords, 0, -1)]
    named = moment.symbols if by == "kind" else [moment.name(each) for each in range(moment.event)]
    names = [named[each] for each in past]
    if is_placed:
        like = "" if by != "family" else "a chord like " if n_chords == 1 else "chords like "
        return f"after {like}{listed(names)}"
    if n_chords > 1:
        return f"after chords of the kinds of {listed(names)}"
    if by == "kind":
        return f"after a chord of the kind of {names[0]}"
    if by == "quality":
        return f"after {quality_name(int(moment.columns.events.quality[past[0]]))}"
    return f"after {FAMILY_NAMES[int(moment.columns.family[past[0]])]}"


def _degrees(n_chords: int, moment: ChordMoment, key: Key, tonic: int) -> str:
    roots = [int(moment.columns.events.root[moment.event - lag]) for lag in range(n_chords, 0, -1)]
    degrees = [f"the {degree_of((root - tonic) % 12, key)}" for root in roots if root >= 0]
    return f"{'from' if len(degrees) == 1 else 'after'} {listed(degrees)}"


def _move(moment: ChordMoment, lag: int) -> int:
    columns, event = moment.columns, moment.event - lag
    return int(columns.events.root[event] - columns.before[event]) % 12


def _bass_steps(moment: ChordMoment, n_steps: int) -> str:
    columns = moment.columns
    events = [moment.event - lag for lag in range(n_steps, 0, -1)]
    went = [WENT[int(columns.bass[e] - columns.bass_before[e]) % 12] for e in events]
    return f"after the bass {listed(went)}"


def _bass_degrees(moment: ChordMoment, n_chords: int) -> str:
    columns, key = moment.columns, moment.key or MAJOR
    events = [moment.event - lag for lag in range(n_chords, 0, -1)]
    found = [degree_of(int(columns.bass[e] - columns.tonic[e]) % 12, key) for e in events]
    return f"after the {listed(found)} in the bass"


def _bass_before(moment: ChordMoment) -> str:
    over = int(moment.columns.events.detail[moment.event - 1]) >> 12
    return f" with its {ABOVE[over]} in the bass" if over else " in root position"


def _colours(moment: ChordMoment, n_chords: int) -> str:
    return "after a chord as rich" if n_chords == 1 else f"after {n_chords} chords as rich"


_FUNCTION_NAMES = ("a chord without function", "a tonic chord", "a subdominant chord")


def _functions(moment: ChordMoment, n_chords: int) -> str:
    numbers = moment.columns.events.function
    past = [int(numbers[moment.event - lag]) for lag in range(n_chords, 0, -1)]
    return f"after {listed([_function_name(each) for each in past])}"


def _function_name(number: int) -> str:
    if number < len(_FUNCTION_NAMES):
        return _FUNCTION_NAMES[number]
    degree = number - len(_FUNCTION_NAMES)
    of = "" if degree == 0 else f" of the {ORDINALS[degree]} degree"
    return f"a dominant chord{of}"


_CHAIN_BASS: Mapping[str, Callable[[ChordMoment, int], str]] = {
    "bass_step": _bass_steps,
    "bass_degree": _bass_degrees,
    "colour": _colours,
    "function": _functions,
}


def _ago(n_chords: int) -> Callable[[ChordMoment], str]:
    return lambda m: f"{n_chords} chords after {m.name(m.event - n_chords)}"


def _same(n_chords: int) -> Callable[[ChordMoment], str]:
    """Whether the last chord was that of so many chords earlier."""

    def clause(moment: ChordMoment) -> str:
        symbol, event = moment.columns.symbol, moment.event
        was = "was" if symbol[event - 1] == symbol[event - 1 - n_chords] else "was not"
        earlier = "the one before it" if n_chords == 1 else f"that {n_chords} chords earlier"
        return f"where the last chord {was} {earlier}"

    return clause


def _bars_ago(n_bars: int) -> Callable[[ChordMoment], str]:
    """The chord that sounded at this place some bars ago."""

    def clause(moment: ChordMoment) -> str:
        events = moment.columns.events
        time = moment.value("onset") - n_bars * moment.value("bar_length")
        place = int((events.onset <= time).sum()) - 1
        began = "began" if int(events.onset[place]) == time else "sounded"
        return f"where {moment.name(place)} {began} {_bars(n_bars)} earlier"

    return clause


def _bars(n_bars: int) -> str:
    return "a bar" if n_bars == 1 else f"{n_bars} bars"


def _of_every(
    column: Callable[[ChordMoment], int], what: str, n: int
) -> Callable[[ChordMoment], str]:
    return lambda m: f"in {what} {column(m) % n + 1} of every {n}"


def _number(moment: ChordMoment) -> str:
    if moment.event >= 12:
        return "from the 13th chord on"
    return f"as chord {moment.event + 1} of the song"


def _n_different(moment: ChordMoment) -> str:
    n = len(set(moment.columns.symbol[: moment.event].tolist()))
    return f"after {'9 or more' if n >= 9 else n} different chord{'s' if n != 1 else ''}"


def _loop(moment: ChordMoment) -> str:
    place, length = (int(each[moment.event]) for each in moment.columns.loop)
    last = "the last chord" if length == 1 else f"the last {length} chords"
    return f"where {last} came before and {moment.name(place)} followed"


def _place(moment: ChordMoment) -> str:
    return "at the beginning of a bar" if moment.value("place") == 0 else "at this place in the bar"


def _bar_length(moment: ChordMoment) -> str:
    return f"in bars of {_quarters(moment.value('bar_length'))}"


def _lasted(moment: ChordMoment) -> str:
    ticks = int(moment.columns.events.duration[moment.event - 1])
    return f"after a chord of {_quarters(ticks)}"


def _quarters(ticks: int) -> str:
    quarters = Fraction(ticks, TICKS_PER_QUARTER)
    whole, rest = divmod(quarters, 1)
    text = f"{whole}" if not rest else f"{rest}" if not whole else f"{whole} {rest}"
    return f"{text} quarter{'' if quarters <= 1 else 's'}"


def _section_bar(moment: ChordMoment) -> str:
    bars = int(moment.value("section")) // max(int(moment.value("bar_length")), 1)
    if bars >= len(ORDINALS):
        return "late in the section"
    return f"in the {ORDINALS[bars]} bar of the section"


def _tune(reference: str) -> Callable[[ChordMoment], str]:
    def clause(moment: ChordMoment) -> str:
        above = int(moment.value("melody") - getattr(moment.columns, reference)[moment.event]) % 12
        if reference == "before":
            what = "note of the last root" if above == 0 else f"{ABOVE[above]} above the last root"
            return f"under a melody on the {what}"
        key = moment.key if reference == "tonic" and moment.key else MAJOR
        return f"under the {degree_of(above, key)} in the melody" + _key_clause(reference)

    return clause


def _key_clause(reference: str) -> str:
    return ", counted in the key that the chords suggest" if reference == "guess" else ""


def _tune_above(moment: ChordMoment) -> str:
    above = (moment.value("melody") - moment.value("root")) % 12
    return f"with the melody on its {ABOVE[above]}"


def _last_kind(moment: ChordMoment) -> str:
    symbol = moment.columns.symbol[: moment.event].tolist()
    place = len(symbol) - 1 - symbol[::-1].index(int(moment.columns.symbol[moment.event]))
    return f"where this chord was last {moment.symbols[place]}"


def _over_bass(moment: ChordMoment) -> str:
    above = int(moment.value("root") - moment.columns.bass_before[moment.event]) % 12
    return (
        "on the bass before"
        if above == 0
        else f"with the root {HIGHER[above]} than the bass before"
    )


def _on_degree(reference: str) -> Callable[[ChordMoment], str]:
    def clause(moment: ChordMoment) -> str:
        above = int(moment.value("root") - getattr(moment.columns, reference)[moment.event]) % 12
        key = moment.key if reference == "tonic" and moment.key else MAJOR
        return f"on the {degree_of(above, key)}" + (_SUGGESTED if reference == "guess" else "")

    return clause


def _now_moved(moment: ChordMoment) -> str:
    return f"where the root {WENT[_move(moment, 0)]}"


_CLAUSES: Mapping[str, Callable[[ChordMoment], str]] = {
    "always": lambda m: "",
    "number": _number,
    "number_of_4": _of_every(lambda m: m.event, "chord", 4),
    "number_of_8": _of_every(lambda m: m.event, "chord", 8),
    "n_different": _n_different,
    "loop": _loop,
    **{f"ago{n}": _ago(n) for n in (2, 3, 4, 6, 8)},
    **{f"same{n}": _same(n) for n in (1, 2, 3, 4, 8)},
    **{f"bars{n}": _bars_ago(n) for n in (1, 2, 4, 8)},
    "mode": lambda m: "in minor" if m.value("mode") else "in major",
    "place": _place,
    "bar_length": _bar_length,
    "bar_of_4": _of_every(lambda m: m.value("bar"), "bar", 4),
    "bar_of_8": _of_every(lambda m: m.value("bar"), "bar", 8),
    "section_bar": _section_bar,
    "lasted": _lasted,
    "tune_degree": _tune("tonic"),
    "tune_guessed": _tune("guess"),
    "tune_move": _tune("before"),
    "tune_above": _tune_above,
    # Of the chord itself, root and quality being known.
    "quality": lambda m: f"for {quality_name(m.value('quality'))}",
    "family": lambda m: f"for {FAMILY_NAMES[int(m.columns.family[m.event])]}",
    "move": _now_moved,
    "degree": _on_degree("tonic"),
    "guessed": _on_degree("guess"),
    "over_bass": _over_bass,
    "last_kind": _last_kind,
}
