"""Texts with values: said at once or later."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.errors import MissingError, ParameterError
from clinamen.texts import LANGUAGES, Message, in_language, joined, say
from clinamen.texts._message import _shown


def test_a_message_is_its_english_text() -> None:
    both = Message("join.both_or", first="C", second="D")
    assert both == "C or D" == say("join.both_or", first="C", second="D")
    assert json.dumps(both) == '"C or D"'
    assert both.said("vi") == "C hoặc D"


@settings(deadline=None)
@given(st.text(), st.text(), st.sampled_from(LANGUAGES))
def test_values_are_shown_as_they_are(first: str, second: str, language: str) -> None:
    """Braces, percent signs and paths in a value mean nothing."""
    said = say("join.both_or", language, first=first, second=second)
    assert said.startswith(first)
    assert said.endswith(second)


@settings(deadline=None)
@given(st.lists(st.sampled_from("CDEFG")), st.sampled_from(["and", "comma", "or", "sentences"]))
def test_joined_keeps_order_and_number(parts: list[str], how: str) -> None:
    for language in LANGUAGES:
        said = in_language(joined(parts, how), language)
        assert [letter for letter in said if letter in "CDEFG"] == parts


def test_lists_are_joined_as_in_speech() -> None:
    assert [joined("abc"[:n], "or") for n in range(4)] == ["", "a", "a or b", "a, b or c"]


def test_joined_leaves_out_what_is_empty() -> None:
    assert joined(["", "C", ""], "and") == "C"
    assert joined(["", ""], "and") == ""
    assert joined(["C", "", "D", "E"], "and") == "C, D and E"


def test_messages_inside_are_said_in_the_same_language() -> None:
    inner = Message("join.both_or", first="C", second="D")
    outer = Message("join.both_and", first=inner, second="E")
    assert outer == "C or D and E"
    assert outer.said("ja") == "CまたはDとE"
    data = {"a": [outer, {"b": (inner, None, 1.5)}], "c": "C or D"}
    assert in_language(data, "ja") == {
        "a": ["CまたはDとE", {"b": ["CまたはD", None, 1.5]}],
        "c": "C or D",
    }


def test_numbers_have_the_marks_of_the_language() -> None:
    assert _shown(1234.56, ",.1f", "en") == "1,234.6"
    assert _shown(1234.56, ",.1f", "vi") == "1.234,6"
    assert _shown(2.5, "decimal", "vi") == "2,5"
    assert _shown(2.0, "decimal", "ja") == "2"
    assert _shown(3, "", "vi") == "3"


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(MissingError, match=r"no text 'join\.nothing'"):
        say("join.nothing")
    with pytest.raises(ParameterError, match="differ in second"):
        say("join.both_or", first="C")
    with pytest.raises(ParameterError, match="differ in third"):
        Message("join.both_or", first="C", second="D", third="E")
    with pytest.raises(ParameterError, match="language must be one of"):
        Message("join.both_or", first="C", second="D").said("fr")
    with pytest.raises(ParameterError, match="written as"):
        _shown("C", ".1f", "en")
    with pytest.raises(ParameterError, match="written as"):
        _shown(1, ">9", "en")


def test_a_message_is_never_changed_and_can_be_copied() -> None:
    both = Message("join.both_or", first="C", second="D")
    with pytest.raises(AttributeError):
        both.other = 1  # type: ignore[attr-defined]
    for copied in (copy.deepcopy(both), pickle.loads(pickle.dumps(both))):
        assert copied == both
        assert copied.said("vi") == both.said("vi")
