"""Plain text progressions: hand examples, places of errors, what is written is read again."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.chords.strategies import usual_chords

from clinamen.domains.music.chords import (
    NO_CHORD,
    Chart,
    Style,
    TimedChord,
    parse_chord,
)
from clinamen.domains.music.notes import Key, Meter, MeterChange, Section
from clinamen.errors import AmbiguousError, FormatError, ParameterError, UnsupportedError
from clinamen.io import chordtext
from clinamen.io.chordtext import format_chart, parse_chart, read_chordtext, write_chordtext


def onsets(text: str, **options: object) -> list[tuple[F, str]]:
    chart = parse_chart(text, **options)  # type: ignore[arg-type]
    return [(each.onset_quarters, str(each.chord)) for each in chart.chords]


EXAMPLES = {
    "| Am7 | F . G |": [(0, "Am7"), (4, "F"), (6, "G")],
    "| Am7 | F . G . |": [(0, "Am7"), (4, "F"), (6, "G")],
    "Am7 | F / / G": [(0, "Am7"), (4, "F"), (7, "G")],
    "| C F | % |": [(0, "C"), (2, "F"), (4, "C"), (6, "F")],
    "| C G | . F . . | % |": [(0, "C"), (2, "G"), (5, "F"), (9, "F")],
    "| C | . |": [(0, "C")],
    "3/4 | C | D E F |": [(0, "C"), (3, "D"), (4, "E"), (5, "F")],
    "6/8 | C F |": [(0, "C"), (F(3, 2), "F")],
    "6/8 | C . . F . G |": [(0, "C"), (F(3, 2), "F"), (F(5, 2), "G")],
    "| C . . . . F . . |": [(0, "C"), (F(5, 2), "F")],
    "||: C | N.C. :|| G |]": [(0, "C"), (4, "N.C."), (8, "G")],
    "| C |\n2/4 | F | G\n\n# words\n4/4 | C": [(0, "C"), (4, "F"), (6, "G"), (8, "C")],
    "| C:min7/b7 | C^7 |\r\n": [(0, "Cm7/Bb"), (4, "Cmaj7")],
    "| C | W/E |": [(0, "C"), (4, "C/E")],
}


@pytest.mark.parametrize("text", EXAMPLES)
def test_onsets_by_hand(text: str) -> None:
    assert onsets(text) == EXAMPLES[text]


def test_sections_metres_and_end() -> None:
    chart = parse_chart("[Intro]\n| C |\n[Verse 1]\n3/4 | F | G |\n[Coda]\n5/4 |\n")
    names = [(section.onset_quarters, section.label) for section in chart.sections]
    assert names == [(0, "Intro"), (4, "Verse 1"), (10, "Coda")]
    assert [(each.onset_quarters, str(each.meter)) for each in chart.meters] == [
        (0, "4/4"),
        (4, "3/4"),
    ]
    assert chart.end_quarters == 10
    assert chart.bar_onsets == (0, 4, 7)


def test_a_metre_corrected_at_once_is_one_metre() -> None:
    chart = parse_chart("3/4 | C |\n2/4 |\n3/4 | G |")
    assert [str(each.meter) for each in chart.meters] == ["3/4"]


def test_numbers_need_a_key() -> None:
    assert onsets("| 1 | 5/7 | 6- 4 |", key=Key(1)) == [(0, "G"), (4, "D/F#"), (8, "Em"), (10, "C")]
    with pytest.raises(FormatError, match="need a key"):
        onsets("| 1 |")


BAD = [
    ("", None, None, FormatError), ("# no\n", None, None, FormatError),
    ("C F G", "line 1", 1, FormatError), ("| C |\n  words here", "line 2", 3, FormatError),
    ("| C | Fx |", "line 1", 8, FormatError), ("| C |\n| G7zz |", "line 2", 5, FormatError),
    ("| C F G |", "line 1", 3, AmbiguousError), ("3/4 | C F |", "line 1", 7, AmbiguousError),
    ("| % |", "line 1", 3, FormatError), ("| C | % F |", "line 1", 9, FormatError),
    ("| C | F % |", "line 1", 9, FormatError), ("| . C |", "line 1", 3, FormatError),
    ("| C |  | F |", "line 1", 8, FormatError), ("3/5 | C |", "line 1", 1, FormatError),
    ("| C . . F |\n2/4 | % |", "line 2", 7, FormatError), ("| C+11 |", "line 1", 4, AmbiguousError),
    ("| C |\n| " + ". " * 193 + "|", "line 2", 2, FormatError),
]  # fmt: skip


@pytest.mark.parametrize(("text", "place", "column", "kind"), BAD)
def test_errors_say_line_and_column(
    text: str, place: str | None, column: int | None, kind: type[FormatError]
) -> None:
    with pytest.raises(FormatError) as caught:
        parse_chart(text, source="song.txt")
    assert (caught.value.place, caught.value.column) == (place, column)
    assert type(caught.value) is kind
    assert str(caught.value).startswith("song.txt")


def test_bars_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chordtext, "MAX_CHART_BARS", 3)
    assert parse_chart("| C | % | % |").end_quarters == 12
    with pytest.raises(FormatError, match="at most 3 bars"):
        parse_chart("| C | % | % | % |")


def test_bytes() -> None:
    assert onsets(read_chordtext(b"\xef\xbb\xbf| C |").chords and "| C |") == [(0, "C")]
    chart = read_chordtext("| B♭ |".encode())
    assert write_chordtext(chart, style="harte") == b"4/4 | Bb:maj |\n"
    with pytest.raises(FormatError, match=r"song.txt.*UTF-8"):
        read_chordtext(b"| \xff |", source="song.txt")


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    meters, chords, sections = [], [], []
    now = F(0)
    for _ in range(draw(st.integers(1, 4))):
        meter = Meter(*draw(st.sampled_from([(4, 4), (3, 4), (6, 8), (2, 2), (5, 4), (12, 8)])))
        if not meters or meters[-1].meter != meter:
            meters.append(MeterChange(now, meter))
        names = draw(st.lists(st.sampled_from(["A", "Verse 1", "Refrain (2)"]), max_size=2))
        sections += [Section(now, name) for name in names]
        for _ in range(draw(st.integers(1, 6))):
            grid = draw(st.sampled_from([1, 2, 3, 4, 8]))
            places = draw(st.sets(st.integers(0, grid - 1), max_size=4))
            first = set() if chords else {0}
            for place in sorted(places | first):
                chord = draw(usual_chords() | st.just(NO_CHORD))
                chords.append(TimedChord(now + meter.bar_quarters * place / grid, chord))
            now += meter.bar_quarters
    return Chart(tuple(chords), now, tuple(meters), tuple(sections))


@settings(deadline=None, max_examples=150)
@given(charts(), st.sampled_from(["standard", "realbook", "harte", "nashville", "roman"]))
def test_written_and_read_again(chart: Chart, style: Style) -> None:
    key = Key(-2)
    text = format_chart(chart, style=style, key=key)
    assert parse_chart(text, style=style, key=key) == chart
    assert write_chordtext(chart, style=style, key=key).decode() == text


def test_what_is_written() -> None:
    text = "[A]\n4/4 | C | Am7 F | G . . C | . |\n| C |\n3/4 | F |\n"
    assert format_chart(parse_chart(text)) == text


def test_what_a_text_cannot_hold() -> None:
    c = parse_chord("C")
    late = Chart((TimedChord(F(1), c),), F(4))
    with pytest.raises(ParameterError, match="begins with a chord"):
        format_chart(late)
    fine = Chart((TimedChord(F(0), c), TimedChord(F(1, 97), c)), F(4))
    with pytest.raises(UnsupportedError, match="388 chords and dots"):
        format_chart(fine)
    for name in ("", "a]b", "a|b", " a", "a\nb", "a\u2028b"):
        chart = Chart((TimedChord(F(0), c),), F(4), sections=(Section(F(0), name),))
        with pytest.raises(UnsupportedError, match="section"):
            format_chart(chart)


def test_what_a_chart_must_be() -> None:
    c = parse_chord("C")
    here = TimedChord(F(0), c)
    for chords in [(here, here), (TimedChord(F(4), c),), (TimedChord(F(-1), c),)]:
        with pytest.raises(ParameterError, match="follow each other"):
            Chart(chords, F(4))
    with pytest.raises(ParameterError, match="bar lines"):
        Chart((here,), F(5))
    with pytest.raises(ParameterError, match="bar lines"):
        Chart((here,), F(8), sections=(Section(F(1), "A"),))
    with pytest.raises(ParameterError, match="from onset 0"):
        Chart((here,), F(4), meters=(MeterChange(F(4), Meter(4, 4)),))


PIECES = [*"CFGabm7.%/|:[]# \n34", "| C | ", "3/4 |", "[A]\n", "N.C.", "||", "\u2028", "W", "|:"]


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=40) | st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_any_text_is_a_chart_or_a_format_error(text: str) -> None:
    try:
        chart = parse_chart(text)
    except FormatError as error:
        message = str(error)
    else:
        message = ""
        assert chart.chords[0].onset_quarters == 0
    assert "\n" not in message
