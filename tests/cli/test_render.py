"""Long sentences on a terminal and in a pipe."""

from __future__ import annotations

import io
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.text import Text

from clinamen.cli._render import say

_WORDS = st.lists(st.text("abcäあい", min_size=1, max_size=9), min_size=1, max_size=60)


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


_COLUMNS = 80
"""Of a terminal that can do nothing."""


def shown(content: object, stream: io.StringIO) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERM", "dumb")
        patch.setattr(sys, "stdout", stream)
        say(content)  # type: ignore[arg-type]
    return stream.getvalue().splitlines()


@settings(deadline=None)
@given(_WORDS, st.sampled_from(["", "  2. ", "Why: ", "    "]))
def test_a_long_line_goes_on_below_its_first_word(words: list[str], label: str) -> None:
    text = " ".join(words)
    lines = shown(label + text, Terminal())
    assert all(Text(line.rstrip()).cell_len <= _COLUMNS for line in lines)
    assert lines[0].startswith(label)
    assert all(line.startswith(" " * len(label)) for line in lines[1:])
    assert " ".join(line[len(label) :].strip() for line in lines).split() == words


def test_in_a_pipe_lines_are_whole() -> None:
    line = "  1. " + "word " * 60 + "end"
    assert shown(line, io.StringIO()) == [line]


def test_text_with_a_style_is_hung_too() -> None:
    lines = shown(Text("  1. " + "word " * 40 + "end", style="bold"), Terminal())
    assert [line[:5] for line in lines] == ["  1. ", "     ", "     "]
