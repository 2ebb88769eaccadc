"""Wishes in three languages: what is understood, and what is said not to be."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinamen.errors import ParameterError
from clinamen.operations.fish._judging import FEATURES
from clinamen.operations.fish._vocabulary import TERMS, terms_in
from clinamen.operations.fish.wish import MAX_WISH, parse_wish
from clinamen.operations.variant import KINDS
from clinamen.texts import LANGUAGES, Message


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a bridge that breaks home", {"place": "bridge", "home": "leave"}),
        ("an ending that comes home, gently", {"place": "ending", "home": "return",
                                               "strength": "gentle"}),
        ("break the rhythm in bars 9-12", {"bars": (9, 12), "kinds": ("rhythm",),
                                           "strength": "bold"}),
        ("wander off and come back", {"home": "both"}),
        ("darker chords, fewer notes", {"kinds": ("harmony",),
                                        "leanings": (("brightness", -1), ("density", -1))}),
        ("a Chorus  with SILENCE", {"place": "chorus", "kinds": ("silence",)}),
        ("điệp khúc táo bạo, rồi trở về", {"place": "chorus", "strength": "bold",
                                           "home": "return"}),
        ("đoạn bridge rời nhà", {"place": "bridge", "home": "leave"}),
        ("phá vỡ hoà âm ở ô nhịp 5 đến 8", {"bars": (5, 8), "kinds": ("harmony",),
                                            "strength": "bold"}),
        ("サビを大胆に", {"place": "chorus", "strength": "bold"}),
        ("9〜12小節のリズムを崩してほしい", {"bars": (9, 12), "kinds": ("rhythm",),
                                       "strength": "bold"}),
        ("ブリッジでホームを離れて、最後に戻る", {"home": "both"}),
        ("not too busy, less surprising", {"leanings": (("density", -1), ("surprise", -1))}),
        ("brighter, don't make it so dark", {"leanings": (("brightness", 1),)}),
        ("đừng quá nhanh, bớt lạ", {"leanings": (("density", -1), ("surprise", -1))}),
        ("明るくない", {"leanings": (("brightness", -1),)}),
        ("", {}),
        ("something", {}),
    ],
)  # fmt: skip
def test_a_wish_is_understood(text: str, meant: dict[str, Any]) -> None:
    wish = parse_wish(text)
    assert {name: getattr(wish, name) for name in meant} == meant
    if "leanings" not in meant:
        assert wish.leanings == ()
    assert wish.unknown == ()
    if not meant:
        assert wish.words() == ""


@given(st.sampled_from(sorted(TERMS)))
def test_every_word_is_understood_as_what_it_stands_for(phrase: str) -> None:
    """No longer phrase of another meaning swallows it, and nothing of it is left over."""
    found, unknown = terms_in(phrase)
    assert [term for _, term in found] == [TERMS[phrase]]
    assert unknown == ()


@given(st.sampled_from(sorted(TERMS)))
def test_what_is_not_wished_for_is_never_looked_for(phrase: str) -> None:
    texts = (
        (f"{phrase}ではない",) if max(phrase) > "\u3000" else (f"not {phrase}", f"không {phrase}")
    )
    for text in texts:
        found, unknown = terms_in(text)
        assert TERMS[phrase] not in [term for _, term in found]
        assert found or unknown == (text,)


def test_a_little_by_little_is_no_negation() -> None:
    assert parse_wish("少しずつ").strength == "gentle"


def test_every_meaning_can_be_told_and_weighed() -> None:
    for term in TERMS.values():
        if term.aspect == "kind":
            assert term.value in KINDS
        if term.aspect in ("more", "less"):
            assert term.value in FEATURES
            assert Message(f"fish.{term.aspect}_{term.value}").said("ja")


def test_words_that_are_not_known_are_told() -> None:
    wish = parse_wish("a bridge with more cowbell like Björk")
    assert wish.place == "bridge"
    assert wish.unknown == ("cowbell", "Björk")


def test_a_part_of_a_word_is_no_word() -> None:
    assert parse_wish("friendship").unknown == ("friendship",)  # There is an end in it.


def test_the_first_part_that_is_named_is_meant_and_bars_say_more() -> None:
    assert parse_wish("the bridge and the ending").place == "bridge"
    assert (parse_wish("bar 7 of the bridge").bars, parse_wish("bar 7 of the bridge").place) == (
        (7, 7),
        "",
    )


def test_what_was_understood_is_said_in_every_language() -> None:
    words = parse_wish("a shocking bridge, wider, that breaks home and comes back").words()
    assert isinstance(words, Message)
    said = [words.said(language) for language in LANGUAGES]
    assert said[0] == "a shocking break, away from home, home again at the end, wider"
    assert len(set(said)) == len(LANGUAGES)


@pytest.mark.parametrize("text", ["x" * (MAX_WISH + 1), "a \x07 bell"])
def test_what_is_no_wish_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="printable characters"):
        parse_wish(text)


@given(st.text(max_size=80))
def test_any_text_is_a_wish_or_refused(text: str) -> None:
    try:
        wish = parse_wish(text)
    except ParameterError:
        return
    assert parse_wish(wish.text) == wish
