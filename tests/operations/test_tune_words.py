"""Titles from collections, made fit to show."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.domains.music.fingerprints import SharedRun
from clinamen.operations._tune_words import bars_words, shown_title, tune_words


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("'THREE LITTLE DRUMMERS' -- JIG", "THREE LITTLE DRUMMERS (jig)"),
        ('"CHEESE IT!" -- REEL', "CHEESE IT! (reel)"),
        ("THREE LITTLE DRUMMERS' -- JIG", "THREE LITTLE DRUMMERS' (jig)"),
        ("MUGBY JIM'S -- HIGHLAND FLING", "MUGBY JIM'S (highland fling)"),
        ("Prat:ies are Dug", "Prat:ies are Dug"),
        ('"Swallow" Sloop of War -- Reel', "‘Swallow’ Sloop of War (reel)"),
        ("La diva de “L’Empire”", "La diva de ‘L’Empire’"),
        ("Lied aus dem Gedicht „Ivan“", "Lied aus dem Gedicht ‘Ivan’"),
        ("“One” and “Two”", "‘One’ and ‘Two’"),
        ("'Tis Midnight and On Olive's Brow", "'Tis Midnight and On Olive's Brow"),
        ("'Take Up Thy Cross', the Savior Said", "'Take Up Thy Cross', the Savior Said"),
        ('WALK AROUND. -- "HEY, DADDY."', "WALK AROUND. -- ‘HEY, DADDY.’"),
        ("Rayan's Rant,", "Rayan's Rant"),
        ("Reel", "Reel"),
        ('""', ""),
        (" \x1b ", ""),
    ],
)
def test_a_title_is_shown_without_the_marks_of_its_collection(title: str, shown: str) -> None:
    assert shown_title(title) == shown


@settings(deadline=None)
@given(st.text(alphabet="ab ,;'\"“”‘’„:-\x1b\n", max_size=12))
def test_a_shown_title_stays_within_its_quotation_marks(title: str) -> None:
    words = tune_words(SharedRun(4, 0, 0, 0, title))
    assert words.isprintable()
    if words != "a tune without a title":
        pairs = title.count('"') == 0 and not set(title) & set("“”„")
        assert words.startswith("“")
        assert words.endswith("”")
        assert words[1:-1].strip()
        assert not pairs or not set(words[1:-1]) & set('“”"')


def test_a_tune_has_its_credit_in_brackets_as_it_is() -> None:
    assert tune_words(SharedRun(4, 0, 0, 0, "A 'B'", 'C "D"')) == "“A 'B'” (C \"D\")"
    assert tune_words(SharedRun(4, 0, 0, 0, "", "Ai\x1brd")) == "a tune without a title (Aird)"


def test_one_bar_is_one() -> None:
    assert (bars_words((3, 3)), bars_words((0, 4))) == ("bar 3", "bars 0-4")
