"""Melodies as JSON lines: what is read, what is refused, and at which line."""

from __future__ import annotations

import json
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.io.songs import keys, meters

from clinamen.domains.music.notes import Key, Meter
from clinamen.errors import FormatError, MissingError, ParameterError
from clinamen.io import jsonl
from clinamen.io.jsonl import melody_of, parse_rows, read_melodies, read_rows

NOTES = [[0, 1, 60], [1, 0.5, 62], [1.5, 1.5, 64]]


def written(tmp_path: Path, *rows: object) -> Path:
    path = tmp_path / "corpus.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_full_line() -> None:
    melody = melody_of(
        {
            "id": "made up",
            "notes": [[0, 1, 60], [1, 0.333333, 62], [1.333333, 0.666667, 64.0], [2, 2, 65]],
            "key": "F#",
            "mode": "dorian",
            "meter": "3/4",
            "bars": [1, 4],
            "phrases": [0, 1.5],
        }
    )
    assert melody is not None
    assert [note.duration_quarters for note in melody.notes] == [1, F(1, 3), F(2, 3), 2]
    assert [note.pitch for note in melody.notes] == [60, 62, 64, 65]
    assert melody.keys[0].key == Key(4, "dorian")
    assert melody.meters[0].meter == Meter(3, 4)
    assert melody.bar_onsets == (0, 1, 4)
    assert melody.pickup_quarters == 1
    assert melody.phrase_starts == (0, 3)  # the first note at or after 1.5


def test_what_is_missing_or_null_is_not_known() -> None:
    missing = melody_of({"notes": NOTES})
    names = ("key", "mode", "meter", "bars", "phrases")
    assert melody_of({"notes": NOTES, **dict.fromkeys(names)}) == missing
    assert missing is not None
    assert missing.keys == ()
    assert missing.phrase_starts == ()
    assert missing.meter_source == "assumed"


def test_a_full_bar_at_the_start_is_no_pickup() -> None:
    melody = melody_of({"notes": NOTES, "bars": [0, 4], "meter": "4/4"})
    assert melody is not None
    assert melody.pickup_quarters == 0


def test_a_key_of_too_many_flats_is_respelled() -> None:
    melody = melody_of({"notes": NOTES, "key": "Db", "mode": "minor"})
    assert melody is not None
    assert melody.keys[0].key == Key(4, "minor")  # C sharp minor


def test_phrases_after_the_last_note_are_no_phrases() -> None:
    melody = melody_of({"notes": NOTES, "phrases": [7]})
    assert melody is not None
    assert melody.phrase_starts == ()


@given(keys(), meters)
def test_keys_and_metres_come_back(key: Key, meter: Meter) -> None:
    row = {"notes": NOTES, "key": key.tonic_name, "mode": key.mode, "meter": str(meter)}
    melody = melody_of(row)
    assert melody is not None
    assert (melody.keys[0].key, melody.meters[0].meter) == (key, meter)


@given(
    st.lists(
        st.tuples(st.integers(1, 400), st.sampled_from([1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 32])),
        min_size=1,
        max_size=30,
    )
)
def test_times_printed_with_six_decimals_come_back(steps: list[tuple[int, int]]) -> None:
    onsets, onset = [], F(0)
    for step, division in steps:
        onsets.append(onset)
        onset += F(step, division).limit_denominator(96)
    kept = [at for at in onsets if at.denominator <= 96]
    row = {"notes": [[round(float(at), 6), 0.001, 60] for at in kept]}
    melody = melody_of(row)
    assert melody is not None
    assert [note.onset_quarters for note in melody.notes] == kept


def test_overlapping_notes() -> None:
    row = {"notes": [[0, 2, 60], [1, 1, 67], [1, 1, 64], [2, 1, 62]]}
    melody = melody_of(row)
    assert melody is not None
    assert [(n.onset_quarters, n.duration_quarters, n.pitch) for n in melody.notes] == [
        (0, 1, 60),
        (1, 1, 67),
        (2, 1, 62),
    ]
    assert melody_of(row, overlaps="skip") is None
    with pytest.raises(FormatError, match="one note at a time"):
        melody_of(row, overlaps="refuse")


def test_notes_out_of_order_are_refused_where_overlaps_are() -> None:
    row = {"notes": [[1, 1, 60], [0, 1, 62]]}
    with pytest.raises(FormatError, match="one note at a time"):
        melody_of(row, overlaps="refuse")
    melody = melody_of(row)
    assert melody is not None
    assert [note.pitch for note in melody.notes] == [62, 60]


def test_skipped_lines_and_blank_ones(tmp_path: Path) -> None:
    path = written(tmp_path, {"notes": NOTES}, "", {"notes": [[0, 2, 60], [1, 1, 67]]})
    assert len(list(read_melodies(path))) == 2
    assert len(list(read_melodies(path, overlaps="skip"))) == 1
    with pytest.raises(FormatError, match=r"corpus\.jsonl, line 3"):
        list(read_melodies(path, overlaps="refuse"))


def test_a_wrong_word_for_overlaps_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="skyline, skip, refuse, not 'cut'"):
        read_melodies(tmp_path, overlaps="cut")  # type: ignore[arg-type]


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="no such file"):
        list(read_melodies(tmp_path / "none.jsonl"))


def test_a_line_separator_inside_text_ends_no_line(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    line = json.dumps({"notes": NOTES, "title": "a\u2028b"}, ensure_ascii=False)
    path.write_bytes(b"\xef\xbb\xbf" + line.encode() + b"\r\n" + line.encode())
    assert len(list(read_melodies(path))) == 2


def test_rows_keep_everything(tmp_path: Path) -> None:
    path = written(tmp_path, {"a": 1}, "", {"b": [2]})
    assert list(read_rows(path)) == [("line 1", {"a": 1}), ("line 3", {"b": [2]})]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[1, 2]", "a line must be one JSON object"),
        ("{", "not JSON: Expecting property name enclosed in double quotes at column 2"),
        ('{"notes": [[NaN, 1, 60]]}', "NaN is not a number"),
        ('{"notes": [[0, Infinity, 60]]}', "Infinity is not a number"),
        ('{"a": ' + "9" * 5000 + "}", "not JSON"),
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "lists too deep"),
    ],
    ids=["no object", "no JSON", "NaN", "infinity", "digits", "depth"],
)
def test_lines_that_are_refused(line: str, message: str) -> None:
    data = b'{"notes": [[0, 1, 60]]}\n' + line.encode()
    with pytest.raises(FormatError) as raised:
        list(parse_rows(data, source="x.jsonl"))
    assert str(raised.value).startswith("x.jsonl, line 2: ")
    assert message in str(raised.value)


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(FormatError, match="line 1: not UTF-8"):
        list(parse_rows(b'{"a": "\xff"}'))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({}, "a melody needs notes"),
        ({"notes": []}, "a melody needs notes"),
        ({"notes": "CDE"}, "a melody needs notes"),
        ({"notes": [[0, 0, 60]]}, "all notes have length 0"),
        ({"notes": [[0, 1]]}, "note 1 must be [onset, duration, pitch]"),
        ({"notes": [*NOTES, [3, 1, 60, 1]]}, "note 4 must be"),
        ({"notes": [[0, -1, 60]]}, "note 1: a time must be 0 to 1,000,000 quarters, not -1"),
        ({"notes": [[-0.5, 1, 60]]}, "note 1: a time must be 0"),
        ({"notes": [[0, 1e9, 60]]}, "note 1: a number up to 1,000,000"),
        ({"notes": [[0, 1e999, 60]]}, "note 1: a number up to 1,000,000"),
        ({"notes": [[0, 10**400, 60]]}, "note 1: a number up to 1,000,000"),
        ({"notes": [[0, True, 60]]}, "note 1: a number is needed, not true"),
        ({"notes": [[0, "1", 60]]}, 'note 1: a number is needed, not "1"'),
        ({"notes": [[0, 1, 60.5]]}, "note 1: pitch must be a whole number, not 60.5"),
        ({"notes": [[0, 1, 128]]}, "note 1: pitch must be a MIDI number"),
        ({"notes": NOTES, "meter": "C"}, 'meter must be text like "3/4", not "C"'),
        ({"notes": NOTES, "meter": "3/5"}, "not a time signature: 3/5"),
        ({"notes": NOTES, "meter": 4}, 'meter must be text like "3/4", not 4'),
        ({"notes": NOTES, "key": "H"}, 'key must be the name of a tonic like "F#", not "H"'),
        ({"notes": NOTES, "key": ["C"]}, "key must be the name of a tonic"),
        ({"notes": NOTES, "key": "C", "mode": "blue"}, "unknown mode 'blue'"),
        ({"notes": NOTES, "key": "C", "mode": {}}, "mode must be text"),
        ({"notes": NOTES, "bars": 4}, "bars must be a list of onsets"),
        ({"notes": NOTES, "bars": [[4]]}, "bars: a number is needed, not [4]"),
        ({"notes": NOTES, "phrases": [-1]}, "phrases: a time must be 0"),
        ({"notes": [[999_999, 1, 60]], "meter": "1/128"}, "at most 1,000,000 bars"),
    ],
)
def test_melodies_that_are_refused(row: dict[str, Any], message: str) -> None:
    with pytest.raises(FormatError) as raised:
        melody_of(row, source="x.jsonl", place="line 7")
    assert str(raised.value).startswith("x.jsonl, line 7: ")
    assert message in str(raised.value)


def test_limits_on_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "MAX_NOTES", 2)
    with pytest.raises(FormatError, match="at most 2 notes, not 3"):
        melody_of({"notes": NOTES})
    with pytest.raises(FormatError, match="at most 2 bars, not 3"):
        melody_of({"notes": NOTES[:2], "bars": [0, 1, 2]})
    monkeypatch.setattr(jsonl, "MAX_LINE_BYTES", 20)
    with pytest.raises(FormatError, match="line 1: a line has at most"):
        list(parse_rows(b'{"title": "a long title"}'))


SEED = (
    b'{"id":"a","notes":[[0,1,60],[1,0.5,62],[1.5,1.5,64]],"key":"F#","mode":"minor",'
    b'"meter":"6/8","bars":[0,3],"phrases":[0,1]}\n{"notes":[[0.333333,2,71]]}\n'
)
BITS = [b"", b"[", b"]", b"{", b"}", b'"', b",", b":", b"-", b"1e9", b"1e999", b"null", b"true",
    b"\n", b"\xff", b"0.1", b"99999999", b"NaN", b"\\u0000", b'"key"', b'"H"', b"3/0"]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    data = SEED
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(data)))
        data = data[:at] + draw(st.sampled_from(BITS)) + data[at + draw(st.integers(0, 9)) :]
    return data


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=4),
    max_leaves=8,
)
rows = st.fixed_dictionaries(
    {"notes": st.just(NOTES) | st.lists(st.lists(json_values, max_size=4), max_size=4)},
    optional=dict.fromkeys(("key", "mode", "meter", "bars", "phrases"), json_values),
)


def reads_or_refuses(data: bytes) -> None:
    try:
        found = [melody_of(row, source="fuzz", place=place) for place, row in parse_rows(data)]
    except FormatError as error:
        message = str(error)
    else:
        message = ""
        assert all(melody is not None and melody.notes for melody in found)
    assert "\n" not in message


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=60) | damaged())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    reads_or_refuses(data)


@settings(deadline=None, max_examples=300)
@given(rows)
def test_any_json_is_read_or_refused(row: dict[str, Any]) -> None:
    reads_or_refuses(json.dumps(row, allow_nan=True).encode())
