"""What changes, on one line."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.domains.music.notes import ChordSymbol, Melody, Note, Song
from clinamen.operations._swerve_music import length_sign, music_of

_NAMES = {60: "C4", 62: "D4", 64: "E4", 65: "F4", 67: "G4"}
_LINES = st.lists(
    st.tuples(st.integers(1, 4), st.integers(0, 2), st.sampled_from(sorted(_NAMES))),
    min_size=2,
    max_size=14,
)


def _song(line: list[tuple[int, int, int]]) -> Song:
    """Notes of so many eighths after rests of so many."""
    notes, onset = [], Fraction(0)
    for lasts, rest, pitch in line:
        onset += Fraction(rest, 2)
        notes.append(Note(onset, Fraction(lasts, 2), pitch))
        onset += Fraction(lasts, 2)
    return Song(Melody(tuple(notes), bar_onsets=tuple(Fraction(4 * k) for k in range(20))))


def _quarters(sign: str) -> Fraction:
    """An own reading of a length as a musician writes it."""
    total = Fraction(0)
    for part in sign.split("+"):
        dotted, triplet = part.endswith("."), part.endswith("t")
        total += (
            Fraction(part.rstrip(".t"))
            * 4
            * (Fraction(3, 2) if dotted else Fraction(2, 3) if triplet else 1)
        )
    return total


def _read(side: str) -> tuple[list[str], list[str], list[str]]:
    """Names before, in and after the brackets."""
    head, _, rest = side.partition("[")
    inner, _, tail = rest.partition("]")
    return tuple([w for w in part.split() if w != "|"] for part in (head, inner, tail))  # type: ignore[return-value]


@settings(deadline=None, max_examples=150)
@given(_LINES, st.data())
def test_what_is_in_brackets_changes_and_the_rest_does_not(
    line: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(line) - 1))
    other = (line[place][0], line[place][1], data.draw(st.sampled_from(sorted(_NAMES))))
    if data.draw(st.booleans()):
        other = (data.draw(st.integers(1, 4)), other[1], other[2])
    new_line = [*line[:place], other, *line[place + 1 :]]
    old, new = _song(line), _song(new_line)
    if old == new:
        return
    shown = music_of(old, new)
    (head, was, tail), (new_head, comes, new_tail) = _read(shown.before), _read(shown.after)
    assert head == new_head
    assert tail == new_tail
    assert was != comes
    for song, side in ((old, [*head, *was, *tail]), (new, [*head, *comes, *tail])):
        names = [re.sub(r"\(.*", "", word) for word in side if not word.startswith("rest")]
        whole = [_NAMES[note.pitch] for note in song.melody.notes]
        assert any(whole[k : k + len(names)] == names for k in range(len(whole)))
    if other[0] != line[place][0]:
        total = sum(_quarters(word[word.index("(") + 1 : -1]) for word in [*was, *comes])
        assert total > 0
        assert all("(" in word for word in [*head, *was, *comes, *tail])
    else:
        assert "(" not in shown.line


@pytest.mark.parametrize("eighths", [*range(1, 33)])
def test_a_length_is_written_so_that_it_is_read_as_the_same(eighths: int) -> None:
    for quarters in (Fraction(eighths, 2), Fraction(eighths, 4), Fraction(2, 3) * eighths):
        if quarters.denominator < 3 or eighths in (1, 2, 4):
            assert _quarters(length_sign(quarters)) == quarters


def test_rests_and_bar_lines_are_shown() -> None:
    old = _song([(2, 0, 60), (2, 0, 62), (4, 0, 64), (4, 0, 65)])
    new = _song([(2, 0, 60), (1, 1, 62), (4, 0, 64), (4, 0, 65)])
    assert music_of(old, new).line == (
        "bar 1: C4(1/4) [D4(1/4)] E4(1/2) -> C4(1/4) [rest(1/8) D4(1/8)] E4(1/2)"
    )
    new = _song([(2, 0, 60), (2, 0, 62), (4, 0, 64), (4, 0, 67)])
    assert music_of(old, new).line == "bars 1-2: E4 | [F4] -> E4 | [G4]"


def test_chords_are_shown_where_the_notes_stay() -> None:
    plain = _song([(4, 0, 60), (4, 0, 62), (4, 0, 64)])

    def over(*symbols: str) -> Song:
        spans = [ChordSymbol(Fraction(2 * k), each) for k, each in enumerate(symbols)]
        return plain.replace(chords=tuple(spans))

    assert music_of(over("C", "F", "G"), over("C", "Db", "G")).line == (
        "bars 1-2: C [F] | G -> C [Db] | G"
    )


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.sampled_from("CFG"), min_size=8, max_size=8), st.integers(0, 7),
    st.sampled_from(["Db", "Ab"]), st.booleans(),
)  # fmt: skip
def test_chords_are_shown_by_whole_bars(
    line: list[str], place: int, other: str, goes_on: bool
) -> None:
    """Two halves a bar: each side reads as the chords of its bars, changed ones in brackets."""
    plain = _song([(8, 0, 60)] * 4)

    def over(symbols: list[str]) -> Song:
        halves = [ChordSymbol(Fraction(2 * k), each) for k, each in enumerate(symbols)]
        return plain.replace(chords=tuple(halves))

    new = [*line[:place], other, *line[place + 1 :]]
    if goes_on:
        new[place:] = [other] * (8 - place)
    shown = music_of(over(line), over(new))
    first, last = shown.bars
    starts_bar = place % 2 == 0 or line[place - 1] == line[place]
    assert first == max(place // 2 + 1 - starts_bar, 1)
    for symbols, side in ((line, shown.before), (new, shown.after)):
        bars = side.split(" | ")
        assert len(bars) == last - first + 1
        for bar, cells in enumerate(bars, start=first):
            one, two = symbols[2 * bar - 2 : 2 * bar]
            words = cells.split()
            assert [word.strip("[]") for word in words] == ([one] if one == two else [one, two])
            halves = range(2 * bar - 2, 2 * bar)
            odd = [line[k] != new[k] for k in halves]
            assert [word.startswith("[") for word in words] == ([any(odd)] if one == two else odd)


def test_nothing_stands_in_empty_brackets() -> None:
    old = _song([(2, 0, 60), (2, 0, 62), (4, 0, 64)])
    new = _song([(2, 0, 60), (2, 0, 62), (4, 0, 64), (2, 0, 65)])
    assert music_of(old, new).line == ("bars 1-2: D4(1/4) [E4(1/2)] -> D4(1/4) [E4(1/2) | F4(1/4)]")
