"""What changed between two drafts is what comparing all their rows finds."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.errors import FormatError
from clinamen.operations.edit import Draft
from clinamen.operations.story._draft_rows import N_CHORD, N_NOTE, DraftRows, changed

# Words that look like rows, and what stands for other characters in JSON.
WORDS = st.sampled_from(
    ["", "la", "],[", '"],[1,2,3,"', "],[1,2,3,", "\\", '],"chords":[', "音", "["]
)
NOTES = st.tuples(
    st.integers(0, 3), st.integers(1, 2), st.integers(60, 61), WORDS, st.booleans()
).map(list)
CHORDS = st.tuples(st.integers(0, 3), st.sampled_from(["C", "],[", '"', "Am"])).map(list)


def draft(notes: list[Any], chords: list[Any]) -> bytes:
    return Draft.from_plain({"notes": notes, "chords": chords}).to_json().encode("utf-8")


def check(before: list[Any], after: list[Any], n: int, change: Any) -> None:
    old, new = Counter(tuple(row[:n]) for row in before), Counter(tuple(row[:n]) for row in after)
    assert Counter(change.removed) == old - new
    assert Counter(change.added) == new - old


@settings(deadline=None, max_examples=400)
@given(st.lists(NOTES, max_size=6), st.lists(CHORDS, max_size=4), st.data())
def test_a_change_is_what_all_rows_say(notes: list[Any], chords: list[Any], data: Any) -> None:
    # A neighbour: some rows taken away, some put in, so that most of the text is the same.
    at = data.draw(st.integers(0, len(notes)))
    gone = data.draw(st.integers(0, 2))
    others = notes[:at] + data.draw(st.lists(NOTES, max_size=2)) + notes[at + gone :]
    other_chords = chords[: data.draw(st.integers(0, 4))] + data.draw(st.lists(CHORDS, max_size=1))
    before, after = DraftRows.of(draft(notes, chords)), DraftRows.of(draft(others, other_chords))
    change = changed(before.notes, after.notes, N_NOTE)
    check(notes, others, N_NOTE, change)
    check(chords, other_chords, N_CHORD, changed(before.chords, after.chords, N_CHORD))
    if len(notes) == len(others):
        beside = {}
        for old, new in zip(notes, others, strict=True):
            beside.setdefault(tuple(new[:3]), set()).add(tuple(old[:3]))
        for added in change.added:
            assert change.partners[added] in beside[added]
    else:
        assert not change.partners


def test_a_draft_written_otherwise_is_read_all_the_same() -> None:
    usual = DraftRows.of(draft([[0, 5, 60, "la"]], [[0, "C"]]))
    spaced = b'{ "chords": [[0, "C"]], "notes": [[0, 5, 60, "la", false]] }'
    assert DraftRows.of(spaced) == usual
    assert DraftRows.of(b'{"notes":[[0,5,60,"la"]]}').notes == usual.notes
    assert usual.note_marks == [(0, 5, 60)]
    assert usual.chord_marks == [(0, "C")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"chords":[]}',
        b'{"notes":[[0,5]],"chords":[]}',
        b'{"notes":[[0,5,true]],"chords":[]}',
        b'{"notes":["abc"],"chords":[]}',
        b'{"notes":[[[],5,60]],"chords":[]}',
        b'{"notes":[[0,5,60],"chords":[]}',
        b'{"notes":[\xff],"chords":[]}',
    ],
)
def test_what_is_no_draft_is_a_clear_error(data: bytes) -> None:
    with pytest.raises(FormatError):
        changed(b"", DraftRows.of(data).notes or b"nothing", N_NOTE)
