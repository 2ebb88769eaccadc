"""Text from strangers made safe, numbers as people write them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinamen.operations.text import a_count, clean, decimal, percent, text_bar


@given(st.text(st.characters()))
def test_cleaned_text_is_one_line_without_hidden_characters(text: str) -> None:
    shown = clean(text)
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in shown)
    assert shown == shown.strip()
    shown.encode("utf-8")


@given(st.text(st.characters()))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_escape_sequences_and_overrides_are_taken_out() -> None:
    assert clean("\x1b[31mred\u202e evil\x00\n\tname") == "[31mred evil name"
    assert clean("Hò ơi, em bé 🎵") == "Hò ơi, em bé 🎵"


@given(st.floats(0, 1))
def test_only_impossible_and_certain_are_written_as_such(probability: float) -> None:
    words = percent(probability)
    assert (words == "0 %") == (probability == 0)
    assert (words == "100 %") == (probability == 1)


@pytest.mark.parametrize(
    ("value", "words"), [(3.0, "3"), (2.5, "2.5"), (1 / 3, "0.33"), (100.0, "100"), (0.0, "0")]
)
def test_decimals_have_no_trailing_zeros(value: float, words: str) -> None:
    assert decimal(value) == words


def test_counts_agree_with_their_noun() -> None:
    assert [a_count(n, "note") for n in (0, 1, 2, 1200)] == [
        "0 notes",
        "1 note",
        "2 notes",
        "1,200 notes",
    ]


@given(st.floats(-1, 3), st.integers(1, 40))
def test_a_bar_keeps_to_its_width_and_shows_what_is_there(share: float, width: int) -> None:
    assert (0 if share <= 0 else 1) <= len(text_bar(share, width)) <= width
