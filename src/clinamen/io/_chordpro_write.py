"""The writer of ChordPro files."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from clinamen.domains.music.chords import LyricLine, LyricSection, LyricSheet
from clinamen.domains.music.notes import Key
from clinamen.errors import UnsupportedError

__all__ = ["write_chordpro"]

_WORDLESS = ("tab", "grid", "abc", "ly", "svg", "textblock")
_DECIMALS = 10_000


def write_chordpro(sheet: LyricSheet) -> bytes:
    """A ChordPro file that `read_chordpro` reads as the same sheet.

    Raises
    ------
    UnsupportedError
        If words, a label or a fact hold what ChordPro cannot, such as brackets or a Dorian
        key; if a line is empty; if a section without a kind has a label or no lines.

    Examples
    --------
    >>> from clinamen.io.chordpro import read_chordpro
    >>> write_chordpro(read_chordpro(b"{t: Rose}\\n[Em7]Lo"))
    b'{title: Rose}\\n\\n[Em7]Lo\\n'
    """
    blocks = [list(_fact_lines(sheet))]
    blocks += [_section_lines(section) for section in sheet.sections]
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks if block).encode()


def _fact_lines(sheet: LyricSheet) -> Iterator[str]:
    facts = {"title": sheet.title, "artist": sheet.artist, "composer": sheet.composer}
    for name, value in facts.items():
        if value:
            yield f"{{{name}: {_checked(value)}}}"
    if sheet.key is not None:
        yield f"{{key: {_key_text(sheet.key)}}}"
    if sheet.meter is not None:
        yield f"{{time: {sheet.meter}}}"
    if sheet.quarters_per_minute is not None:
        yield f"{{tempo: {_tempo_text(sheet.quarters_per_minute)}}}"


def _checked(text: str) -> str:
    """A value of a directive that stays what it is when it is read."""
    if text != text.strip() or any(sign in text for sign in "{}\n\r"):
        raise UnsupportedError(f"ChordPro cannot hold {text[:40]!r} as a name or label")
    return text


def _key_text(key: Key) -> str:
    if key.mode not in ("major", "minor"):
        raise UnsupportedError(f"ChordPro has major and minor keys, not {key}")
    return key.tonic_name + ("m" if key.mode == "minor" else "")


def _tempo_text(tempo: Fraction) -> str:
    whole, rest = divmod(tempo * _DECIMALS, _DECIMALS)
    if not 0 < tempo < _DECIMALS or rest.denominator != 1:
        raise UnsupportedError(f"a tempo of {tempo} cannot be written with four decimals")
    return f"{whole}.{int(rest):04}".rstrip("0").rstrip(".") if rest else str(whole)


def _section_lines(section: LyricSection) -> list[str]:
    lines = [_line_text(line) for line in section.lines]
    kind = section.kind
    if not kind:
        if section.label or not lines:
            raise UnsupportedError("a section with a label, or without lines, needs a kind")
        return lines
    is_name = kind.isascii() and kind.replace("_", "a").isalnum() and kind == kind.lower()
    if not is_name or kind in _WORDLESS:
        raise UnsupportedError(f"ChordPro cannot hold words in a section {kind[:40]!r}")
    if 'label="' in section.label or "label='" in section.label:
        raise UnsupportedError(f"ChordPro cannot hold the label {section.label[:40]!r}")
    label = f": {_checked(section.label)}" if section.label else ""
    return [f"{{start_of_{kind}{label}}}", *lines, f"{{end_of_{kind}}}"]


def _line_text(line: LyricLine) -> str:
    words = [text for _, text in line.pieces]
    if any(sign in text for text in words for sign in "[]{}\n\r"):
        raise UnsupportedError(f"words cannot have brackets or braces: {''.join(words)[:40]!r}")
    first_is_bare = bool(line.pieces) and line.pieces[0][0] is None
    later = line.pieces[1:] if first_is_bare else line.pieces
    if any(chord is None for chord, _ in later) or (first_is_bare and not words[0]):
        raise UnsupportedError("only the first words of a line may have no chord over them")
    text = "".join(
        words if chord is None else f"[{chord.write('chordpro')}]{words}"
        for chord, words in line.pieces
    )
    if not text.strip() or text.startswith("#"):
        raise UnsupportedError(f"a line cannot be empty or begin with #: {text[:40]!r}")
    return text
