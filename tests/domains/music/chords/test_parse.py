"""What is read, what is refused and where; whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clinamen.domains.music.chords import (
    MAX_SYMBOL,
    NO_CHORD,
    STYLES,
    UNKNOWN_CHORD,
    Chord,
    parse_chord,
)
from clinamen.domains.music.chords._scan import Cursor
from clinamen.domains.music.notes import Key
from clinamen.errors import AmbiguousError, FormatError, ParameterError, UnsupportedError

SAME = [
    ("Cm7", "C-7", "C−7", "C–7", "Cmi7", "Cmin7", "CMI7", "Cminor7", "Cminor-seventh", "C:min7"),
    ("Cmaj7", "CM7", "Cma7", "CMaj7", "CMAJ7", "C△7", "CΔ7", "C^7", "C△", "C^", "Cj7", "C:maj7"),
    ("C", "CM", "Cmaj", "Cmajor", "C:maj", "C/C", "C:(3,5)"),
    ("Cm7b5", "Cø", "Cø7", "CØ7", "Ch", "Ch7", "Cm7(b5)", "C-7-5", "Cmin7♭5", "Chdim7", "C:hdim7",
     "Chalf-diminished"),
    ("Cdim7", "C°7", "Cº7", "Co7", "Cdiminished-seventh", "C:dim7"),
    ("C7#5", "C+7", "C7+", "C7+5", "C7(#5)", "Caug7", "C7♯5"),
    ("C7(b9,#11)", "C7b9#11", "C7 (b9 #11)", "C7(b9/#11)", "C7(b9)(#11)", "C7-9+11", "C7(#11b9)"),
    ("Cm(maj7)", "CmM7", "Cm△7", "C-^7", "Cm/maj7", "Cmin(M7)", "Cm(add maj7)", "Cmajor-minor"),
    ("C7alt", "C7(alt)", "C7 alt", "Calt", "C7b5#5b9#9"),
    ("C6/9", "C69", "C6add9", "C6(9)", "Cmaj69", "C6,9"),
    ("C7sus4", "C7sus", "Csus7", "Csus4(add7)", "C:sus4(b7)"),
    ("C13sus", "Csus13", "Csus4(add7,9,13)"),
    ("C7", "Cdom", "Cdom7", "Cdominant", "C dominant", "Cdominant-seventh", "C:7"),
    ("C11", "C dominant-11th"), ("Cm6", "C minor-sixth"), ("Csus4", "C suspended-fourth"),
    ("C5", "Cno3", "C(no3)", "C(omit 3)", "C(no 3rd)", "C:5"),
    ("Bbm7/Ab", "B♭m7/A♭", " Bb-7/Ab\n"),
    ("Bbb7", "B♭♭7", "B𝄫7"),
    ("F##", "F𝄪"),
    ("N.C.", "NC", "n.c.", "N", "n", "No chord"),
    ("X", "?"),
]  # fmt: skip


@pytest.mark.parametrize("group", SAME, ids=lambda group: group[0])
def test_spellings_of_one_chord(group: tuple[str, ...]) -> None:
    assert {parse_chord(text) for text in group} == {parse_chord(group[0])}


def test_no_chord_and_the_unknown_chord() -> None:
    assert parse_chord("N.C.") is NO_CHORD
    assert parse_chord("X") is UNKNOWN_CHORD
    half_known = parse_chord("Eb?/G")
    assert half_known.quality == "unknown"
    assert half_known.pitch_classes == {3, 7}
    assert NO_CHORD.quality == "none"


def test_styles_disagree_as_documented() -> None:
    assert parse_chord("C2") == parse_chord("Cadd2")
    assert parse_chord("C2", style="ireal") == parse_chord("Csus2")
    assert parse_chord("C13") != parse_chord("C:13")
    assert parse_chord("Cm7(b5)") != parse_chord("C:min7(b5)")
    assert parse_chord("IV6", key=Key(0)) == parse_chord("F/A")
    assert parse_chord("46", key=Key(0)) == parse_chord("F6")


def test_german_names() -> None:
    assert parse_chord("H7/D#", german=True) == parse_chord("B7/D#")
    assert parse_chord("B7", german=True) == parse_chord("Bb7")
    assert parse_chord("Bb", german=True) == parse_chord("Bb")
    assert parse_chord("B#", german=True) == parse_chord("B#")
    assert parse_chord("G/H", german=True) == parse_chord("G/B")
    assert parse_chord("H:min", german=True) == parse_chord("B:min")
    with pytest.raises(FormatError, match="column 3"):
        parse_chord("G/H")


def test_the_invisible_root_of_ireal() -> None:
    before = parse_chord("C-7")
    assert parse_chord("W/Bb", previous=before) == parse_chord("Cm7/Bb")
    assert parse_chord("W", style="ireal", previous=parse_chord("F/A")) == parse_chord("F/A")
    for nothing in (None, NO_CHORD):
        with pytest.raises(FormatError, match=r"column 2.*chord before"):
            parse_chord(" W/E", previous=nothing)


REFUSED = [
    ("", 1, FormatError), ("H", 1, FormatError), ("-", 1, FormatError), ("c7", 1, FormatError),
    ("Am7z", 4, FormatError), ("  Am7z", 6, FormatError), ("Cx", 2, FormatError),
    ("C7(", 4, FormatError), ("C7()", 4, FormatError), ("C7(b9", 6, FormatError),
    ("C7(b9,", 7, FormatError), ("C77", 3, FormatError), ("C/", 3, FormatError),
    ("C/E/G", 4, FormatError), ("C/9", 3, FormatError), ("C###", 1, FormatError),
    ("C/Fbbb", 3, FormatError), ("Cadd", 5, FormatError), ("Cadd8", 5, FormatError),
    ("Cadd###9", 5, FormatError), ("Cm9alt", 4, FormatError), ("Cm5", 3, FormatError),
    ("Cdim6", 5, FormatError), ("Cmaj4", 5, FormatError), ("C5no1no5", 9, FormatError),
    ("C-5", 2, AmbiguousError), ("C+11", 2, AmbiguousError), ("C+13", 2, AmbiguousError),
    ("C|G", 2, UnsupportedError), ("C/E|G", 4, UnsupportedError),
    ("C:", 3, FormatError), ("C:foo", 3, FormatError), ("C:maj(", 7, FormatError),
    ("C:maj(9", 8, FormatError), ("C:maj(99)", 8, FormatError), ("C:maj/", 7, FormatError),
    ("C:maj/*3", 7, FormatError), ("C:(*1)", 3, FormatError), ("C:maj(###4)", 7, FormatError),
    ("Cbb:maj/bbb3", 9, FormatError), ("C:majG", 6, FormatError),
    ("1", 1, FormatError), ("ii7", 1, FormatError),
]  # fmt: skip
REFUSED_IN_C = [
    ("8", 1, FormatError), ("1/8", 3, FormatError), ("1x", 2, FormatError),
    ("bbb2", 1, FormatError), ("IX", 2, FormatError), ("V2", 2, AmbiguousError),
    ("V4", 2, AmbiguousError), ("V7/", 4, FormatError), ("V6/3", 3, FormatError),
    ("V7/V/V", 5, FormatError), ("bbbbI", 1, FormatError), ("V7/####V", 4, FormatError),
]  # fmt: skip


@pytest.mark.parametrize(("text", "column", "kind"), REFUSED)
def test_refused_with_the_column(text: str, column: int, kind: type[FormatError]) -> None:
    with pytest.raises(FormatError) as caught:
        parse_chord(text)
    assert caught.value.column == column
    assert type(caught.value) is kind
    assert str(caught.value).startswith(f"column {column}: ")


@pytest.mark.parametrize(("text", "column", "kind"), REFUSED_IN_C)
def test_refused_in_a_key(text: str, column: int, kind: type[FormatError]) -> None:
    with pytest.raises(FormatError) as caught:
        parse_chord(text, key=Key(0))
    assert (caught.value.column, type(caught.value)) == (column, kind)


def test_a_message_says_what_was_found_and_what_could_stand() -> None:
    with pytest.raises(FormatError, match=r"found 'zz'; here may stand a quality .* a bass note$"):
        parse_chord("C7zz")
    with pytest.raises(FormatError, match=r"the symbol ends here; a bass note A to G is needed"):
        parse_chord("C7/")


def test_a_style_reads_only_its_own() -> None:
    with pytest.raises(FormatError, match="column 2"):
        parse_chord("Cm7", style="harte")
    with pytest.raises(FormatError, match="column 2"):
        parse_chord("C:maj", style="standard")
    with pytest.raises(FormatError, match="column 1"):
        parse_chord("C7", style="roman", key=Key(0))


def test_wrong_arguments() -> None:
    with pytest.raises(ParameterError, match="style must be one of standard"):
        parse_chord("C", style="jazz")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="give a key"):
        parse_chord("1", style="nashville")
    with pytest.raises(FormatError, match="text, not int"):
        parse_chord(7)  # type: ignore[arg-type]


def test_length_is_limited() -> None:
    longest = "C7" + "b9" * ((MAX_SYMBOL - 2) // 2)
    assert len(longest) == MAX_SYMBOL
    assert parse_chord(longest) == parse_chord("C7b9")
    with pytest.raises(FormatError, match="at most 200 characters") as caught:
        parse_chord("(" * 1_000_000)
    assert caught.value.column == MAX_SYMBOL + 1


PIECES = [
    *"ABCDEFGHNXW#b♯♭𝄪𝄫/|:()-+*,? .%°ºoøh△^mM135679dIiVv", "maj", "min", "dim", "aug", "sus",
    "add", "no", "omit", "alt", "11", "13", "6/9", "hdim7", "minmaj7", "V7/", "major-", "\x00",
    "\n",
]  # fmt: skip
texts = st.text(max_size=30) | st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@settings(deadline=None, max_examples=600)
@given(texts, st.none() | st.sampled_from(STYLES), st.booleans(), st.booleans())
@example("C(((((((", None, False, False)
@example("C" + "(b9)" * 49, None, False, False)
def test_any_text_is_a_chord_or_an_error_with_a_column(
    text: str, style: str | None, german: bool, has_key: bool
) -> None:
    key = Key(-3, "minor") if has_key or style in ("nashville", "roman") else None
    try:
        chord = parse_chord(text, style=style, key=key, german=german)  # type: ignore[arg-type]
    except FormatError as error:
        column, message = error.column, str(error)
        chord = NO_CHORD
    else:
        column, message = 1, ""
    assert column is not None
    assert 1 <= column <= len(text) + 1
    assert "\n" not in message
    assert chord.pitch_classes or chord.root is None
    assert parse_chord(chord.write()) == chord


@settings(deadline=None, max_examples=300)
@given(texts)
def test_columns_do_not_depend_on_space_around(text: str) -> None:
    def outcome(given: str) -> tuple[Chord | None, int]:
        try:
            return parse_chord(given, key=Key(0)), 0
        except FormatError as error:
            return None, error.column or 0

    bare = text.strip() or "C"
    chord, column = outcome(bare)
    assert outcome(f"  {bare} ") == (chord, column and column + 2)


def test_the_cursor_of_an_empty_text() -> None:
    assert Cursor.over("   ").at_end
