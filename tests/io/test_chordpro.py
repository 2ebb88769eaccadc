"""ChordPro: hand examples, places of errors, what is written is read again."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.chords.strategies import keys, usual_chords

from clinamen.domains.music.chords import (
    NO_CHORD,
    LyricLine,
    LyricSection,
    LyricSheet,
    parse_chord,
)
from clinamen.domains.music.notes import Key, Meter
from clinamen.errors import AmbiguousError, FormatError, UnsupportedError
from clinamen.io import _chordpro_read
from clinamen.io.chordpro import read_chordpro, write_chordpro

SONG = """# a comment
{title: The Stone}
{t: second title}
{artist:Nobody}
{meta: composer Some One}
{key: F#m}
{time: 3/4}
{tempo: 92.5}
{columns: 2}

[F#m]Round and [*softly]round, [Bm7]stone

Second [C#7]verse\r
{comment: louder}
[A][E/G#]still

{soc}
A [N.C.]call

[Bm]again
{eoc}
{start_of_verse: label="Verse 2"}
no chord here
{end_of_verse}
{sot}
e|--[0]--{2}--|
{eot}
{chorus: Last time}
{new_song}
{title: Another}
[C]other
"""


def lines(section: LyricSection) -> list[list[tuple[str, str]]]:
    return [[(str(c) if c else "", words) for c, words in line.pieces] for line in section.lines]


def test_a_song_by_hand() -> None:
    sheet = read_chordpro(SONG.encode())
    assert (sheet.title, sheet.artist, sheet.composer) == ("The Stone", "Nobody", "Some One")
    assert (sheet.key, sheet.meter) == (Key(3, "minor"), Meter(3, 4))
    assert sheet.quarters_per_minute == F(185, 2)
    kinds = [(section.kind, section.label) for section in sheet.sections]
    assert kinds == [("", ""), ("", ""), ("chorus", ""), ("verse", "Verse 2"), ("chorus", "")]
    assert lines(sheet.sections[0]) == [[("F#m", "Round and round, "), ("Bm7", "stone")]]
    assert lines(sheet.sections[1]) == [
        [("", "Second "), ("C#7", "verse")],
        [("A", ""), ("E/G#", "still")],
    ]
    assert lines(sheet.sections[2]) == [[("", "A "), ("N.C.", "call")], [("Bm", "again")]]
    assert lines(sheet.sections[3]) == [[("", "no chord here")]]
    assert sheet.sections[4] == sheet.sections[2]


def test_chords_move_after_transpose_and_numbers_follow_the_latest_key() -> None:
    text = "{key: C}\n[C]a[5/7]b\n{transpose: 2}\n[C]c\n{transpose}\n{key: G}\n[1]d"
    sheet = read_chordpro(text.encode())
    found = [[str(chord) for chord, _ in line.pieces] for line in sheet.sections[0].lines]
    assert found == [["C", "G/B"], ["D"], ["G"]]
    assert sheet.key == Key(0)


def test_a_chorus_that_is_not_there_and_one_inside_a_section_are_passed_over() -> None:
    assert read_chordpro(b"{chorus}\n").sections == ()
    inside = read_chordpro(b"{soc}\na\n{eoc}\n{sov}\n{chorus}\nb\n{eov}")
    assert [section.kind for section in inside.sections] == ["chorus", "verse"]


def test_directives_for_one_instrument_and_meta_that_is_no_fact() -> None:
    sheet = read_chordpro(
        b"{start_of_verse-guitar}\n{meta: start_of_chorus x}\na\n{end_of_verse}\n"
    )
    assert [section.kind for section in sheet.sections] == ["verse"]


BAD = [
    ("[Am words", 1, 1, FormatError), ("la [C]la [G", 1, 10, FormatError),
    ("a\n  [Cx]la", 2, 5, FormatError), ("[]la", 1, 2, FormatError), ("[C|G]", 1, 3, FormatError),
    ("[C-5]", 1, 3, AmbiguousError), ("[1]a", 1, 2, FormatError), ("la ]", 1, 4, FormatError),
    ("la {x}", 1, 4, FormatError), ("{soc\nla", 1, 1, FormatError), ("  {so c", 1, 3, FormatError),
    ("{soc}\nla", 1, 1, FormatError), ("{soc}\nla\n{sov}", 3, 2, FormatError),
    ("{eoc}", 1, 2, FormatError), ("{soc}\n{eov}", 2, 2, FormatError),
    ("{start_of_}", 1, 2, FormatError), ("{key: H}", 1, 7, FormatError),
    ("{key: A#}", 1, 7, FormatError), ("{time:  3/5}", 1, 9, FormatError),
    ("{time: three}", 1, 8, FormatError), ("{tempo: 0}", 1, 9, FormatError),
    ("{tempo: fast}", 1, 9, FormatError), ("{meta: key H}", 1, 12, FormatError),
    ("{transpose: up}", 1, 13, FormatError),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "kind"), BAD)
def test_errors_say_line_and_column(
    text: str, line: int, column: int, kind: type[FormatError]
) -> None:
    with pytest.raises(FormatError) as caught:
        read_chordpro(text.encode(), source="song.cho")
    assert (caught.value.place, caught.value.column) == (f"line {line}", column)
    assert isinstance(caught.value, kind)
    assert str(caught.value).startswith(f"song.cho, line {line}, column {column}: ")


def test_bytes_that_are_no_text() -> None:
    assert read_chordpro(b"\xef\xbb\xbf{t: A}").title == "A"
    with pytest.raises(FormatError, match=r"song.cho.*UTF-8"):
        read_chordpro(b"\xff", source="song.cho")


def test_lines_are_limited_also_when_a_chorus_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_chordpro_read, "MAX_SHEET_LINES", 4)
    assert len(read_chordpro(b"{soc}\na\nb\n{eoc}\n{chorus}").sections) == 2
    for text in (b"{soc}\na\nb\n{eoc}\n{chorus}\n{chorus}", b"a\nb\nc\nd\ne"):
        with pytest.raises(FormatError, match="at most 4 lines"):
            read_chordpro(text)
    with pytest.raises(FormatError, match="at most 4 lines"):
        read_chordpro(b"{soc}\n{eoc}\n" + b"{chorus}\n" * 5)


_words = st.text("abc é'-,. ", max_size=8)
_facts = st.just("") | st.text("abc é:-", min_size=1, max_size=8).map(str.strip)


@st.composite
def lyric_lines(draw: st.DrawFn) -> LyricLine:
    chord = usual_chords() | st.just(NO_CHORD)
    pieces = draw(st.lists(st.tuples(chord, _words), max_size=3))
    before = draw(_words)
    if before or not pieces:
        pieces = [(None, before if before.strip() or pieces else "a"), *pieces]
    return LyricLine(tuple(pieces))


@st.composite
def sections(draw: st.DrawFn) -> LyricSection:
    kind = draw(st.sampled_from(["", "verse", "chorus", "bridge", "pre_chorus_2"]))
    content = tuple(draw(st.lists(lyric_lines(), min_size=0 if kind else 1, max_size=4)))
    return LyricSection(kind, draw(_facts) if kind else "", content)


sheets = st.builds(
    LyricSheet,
    st.lists(sections(), max_size=4).map(tuple),
    _facts,
    _facts,
    _facts,
    st.none() | keys.filter(lambda key: key.mode in ("major", "minor")),
    st.none() | st.sampled_from([Meter(3, 4), Meter(12, 8)]),
    st.none() | st.integers(1, 9_999_999).map(lambda number: F(number, 10_000)),
)


@settings(deadline=None, max_examples=150)
@given(sheets)
def test_written_and_read_again(sheet: LyricSheet) -> None:
    assert read_chordpro(write_chordpro(sheet)) == sheet


def test_what_is_written() -> None:
    written = write_chordpro(read_chordpro(SONG.encode())).decode()
    assert written.startswith(
        "{title: The Stone}\n{artist: Nobody}\n{composer: Some One}\n{key: F#m}\n{time: 3/4}\n"
        "{tempo: 92.5}\n\n[F#m]Round and round, [Bm7]stone\n\n"
    )
    assert "{start_of_verse: Verse 2}\nno chord here\n{end_of_verse}\n" in written


C = parse_chord("C")


@pytest.mark.parametrize(
    "section",
    [
        LyricSection("", "label", (LyricLine(((C, "a"),)),)),
        LyricSection("", "", ()),
        LyricSection("tab", "", ()),
        LyricSection("a b", "", ()),
        LyricSection("Verse", "", ()),
        LyricSection("verse", "a}", ()),
        LyricSection("verse", " a", ()),
        LyricSection("verse", 'label="x"', ()),
        LyricSection("verse", "", (LyricLine(()),)),
        LyricSection("verse", "", (LyricLine(((None, "  "),)),)),
        LyricSection("verse", "", (LyricLine(((None, "# a"),)),)),
        LyricSection("verse", "", (LyricLine(((C, "a[b"),)),)),
        LyricSection("verse", "", (LyricLine(((C, "a\nb"),)),)),
        LyricSection("verse", "", (LyricLine(((None, ""), (C, "a"))),)),
        LyricSection("verse", "", (LyricLine(((C, "a"), (None, "b"))),)),
    ],
)
def test_what_chordpro_cannot_hold(section: LyricSection) -> None:
    with pytest.raises(UnsupportedError):
        write_chordpro(LyricSheet((section,)))


def test_facts_that_chordpro_cannot_hold() -> None:
    for sheet in (
        LyricSheet((), title="a}"),
        LyricSheet((), title="a\nb"),
        LyricSheet((), key=Key(0, "dorian")),
        LyricSheet((), quarters_per_minute=F(1, 3)),
        LyricSheet((), quarters_per_minute=F(0)),
    ):
        with pytest.raises(UnsupportedError):
            write_chordpro(sheet)


PIECES = [*"CGab7[]{}:#|* \n", "{soc}", "{eoc}", "{chorus}", "[C]", "{key: G}", "\n\n", "{t: a}"]


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=40) | st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_any_text_is_a_sheet_or_a_format_error(text: str) -> None:
    try:
        read_chordpro(text.encode("utf-8", "surrogatepass"))
        message = ""
    except FormatError as error:
        message = str(error)
    assert "\n" not in message
