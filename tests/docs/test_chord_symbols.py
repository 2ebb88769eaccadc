"""The page on chord symbols says what the program does, cell by cell."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from clinamen.domains.music.chords import MAX_SYMBOL, STYLES, parse_chord
from clinamen.domains.music.notes import Key
from clinamen.errors import FormatError

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "chord-symbols.md"
TEXT = PAGE.read_text(encoding="utf-8")
KEYS = {"C major": Key(0), "A minor": Key(0, "minor"), "E flat major": Key(-3)}


def rows(heading: str) -> list[list[str]]:
    """Cells of the table in a section, without the code marks of single spellings."""
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert section is not None
    lines = [line for line in section[1].splitlines() if line.startswith("|")]
    assert len(lines) > 2
    return [
        [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in [lines[0], *lines[2:]]
    ]


def test_spellings_of_letters() -> None:
    for spellings, canonical, tones, quality in rows("Letter symbols and Harte's syntax")[1:]:
        for spelling in re.findall(r"`([^`]+)`", spellings):
            chord = parse_chord(spelling)
            assert f"`{chord}`" == canonical, spelling
            assert (" ".join(map(str, chord.degrees)) or "–") == tones
            assert f"`{chord.quality}`" == quality
            assert chord == parse_chord(canonical.strip("`"))


def test_every_style() -> None:
    header, *chords = rows("In every style")
    assert header == [f"`{style}`" for style in STYLES]
    for cells in chords:
        chord = parse_chord(cells[0].strip("`"))
        assert [f"`{chord.write(style, key=Key(0))}`" for style in STYLES] == cells


def test_numbers_and_numerals() -> None:
    for symbol, key, chord in rows("Numbers and numerals")[1:]:
        assert f"`{parse_chord(symbol.strip('`'), key=KEYS[key])}`" == chord


def test_refusals() -> None:
    for symbol, column, _ in rows("What is refused")[1:]:
        with pytest.raises(FormatError) as caught:
            parse_chord(symbol.strip("`"), key=Key(0))
        assert str(caught.value.column) == column, symbol
    assert f"at most {MAX_SYMBOL} characters" in " ".join(TEXT.split())


def test_functions() -> None:
    for symbol, key, family, leads_to in rows("Function in a key")[1:]:
        function = parse_chord(symbol.strip("`")).function(KEYS[key])
        assert (function.family, str(function.of or "–")) == (family, leads_to)


def test_symbols_named_in_the_text_are_read() -> None:
    prose = "\n".join(line for line in TEXT.splitlines() if not line.startswith(("|", ">>>")))
    named = re.findall(r"`([A-G](?:m|maj|add|7|[0-9]|-|:|\()[^` ]*)`", prose)
    assert len(named) > 10
    for symbol in named:
        assert parse_chord(symbol)


def test_the_example_runs() -> None:
    source = "\n".join(re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL))
    test = doctest.DocTestParser().get_doctest(source, {}, PAGE.name, PAGE.name, 0)
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0
