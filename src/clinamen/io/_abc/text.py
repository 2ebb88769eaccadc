"""ABC text: bytes to characters, files to tunes, tunes to lines."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from html import unescape

from clinamen.domains.music.notes import PartSummary
from clinamen.errors import FormatError

__all__ = ["Line", "Tune", "decode_text", "plain_text", "split_tunes", "summarise_tunes"]

MAX_TUNES = 100_000
"""Most tunes in one file; the largest public collections have some tens of thousands."""

_FIELD = re.compile(r"([A-Za-z+]):")
_TEXT_BLOCK = re.compile(r"%%\s*begin(\w+)")
_ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    '"': "\u0308",
    "u": "\u0306",
    "v": "\u030c",
    "c": "\u0327",
    "H": "\u030b",
}
_LIGATURES = {"ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å"}
_LIGATURES |= {"/o": "ø", "/O": "Ø", "/d": "đ", "/D": "Đ"}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_MNEMONIC = re.compile(
    r"\\(?:u(?P<code>[0-9A-Fa-f]{4})|(?P<pair>ss|[ao]e|AE|OE|aa|AA|/[oOdD])"
    r"|(?P<accent>[`'^~\"uvcH])(?P<letter>[A-Za-z])|(?P<plain>[%&\\]))"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a tune without its comment.

    Parameters
    ----------
    number
        Its place in the file, from 1.
    field
        The letter of an information field, or empty for music.
    text
        The field's value, or the music.
    column
        Where `text` begins in the line, from 0.
    """

    number: int
    field: str
    text: str
    column: int = 0


@dataclass
class Tune:
    """One tune of a file: its number, titles and lines from ``X:`` on."""

    number: str = ""
    lines: list[Line] = field(default_factory=list)
    has_key: bool = False
    has_music: bool = False
    is_followed_by_music: int = 0

    @property
    def title(self) -> str:
        """The first ``T:`` field, empty when there is none."""
        return next((plain_text(line.text) for line in self.lines if line.field == "T"), "")


def decode_text(data: bytes, *, source: str) -> str:
    """Characters of a file: UTF-8, else UTF-16 by its mark, else Latin-1.

    Raises
    ------
    FormatError
        If it is not text.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise FormatError(
                "not readable as UTF-16 text", source=source, place=f"byte {error.start}"
            ) from None
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
    nul = text.find("\0")
    if nul >= 0:
        number = text.count("\n", 0, nul) + 1
        raise FormatError("a NUL byte: not a text file", source=source, place=f"line {number}")
    return text


def plain_text(text: str) -> str:
    """Text with its mnemonics (``\\'e``, ``&eacute;``) resolved and without control signs."""
    resolved = _MNEMONIC.sub(_character, text)
    if "&" in resolved:
        resolved = unescape(resolved)
    return _CONTROL.sub("", resolved).strip()


def _character(match: re.Match[str]) -> str:
    if match["code"]:
        code = int(match["code"], 16)
        return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)
    if match["pair"]:
        return _LIGATURES[match["pair"]]
    if match["plain"]:
        return "&amp;" if match["plain"] == "&" else match["plain"]
    return unicodedata.normalize("NFC", match["letter"] + _ACCENTS[match["accent"]])


def split_tunes(text: str, *, source: str) -> tuple[list[Line], list[Tune]]:
    """The file header's fields and every tune.

    A tune begins at ``X:`` (or, in a snippet without one, at its first field) and ends
    at an empty line once it has music.

    Raises
    ------
    FormatError
        If there are more than `MAX_TUNES`.
    """
    header: list[Line] = []
    tunes: list[Tune] = []
    tune: Tune | None = None
    is_ended = False
    block = ""
    for number, raw in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if block or raw.startswith("%%begin"):
            block = _text_block(raw, block)
            continue
        line = _line(number, raw, in_body=tune is not None and tune.has_key)
        if line is None:
            is_ended = is_ended or (not raw.strip() and tune is not None and tune.has_music)
            continue
        if line.field == "X":
            tune = Tune(number=line.text.strip())
            is_ended = False
            tunes.append(tune)
            if len(tunes) > MAX_TUNES:
                raise FormatError(f"more than {MAX_TUNES} tunes", source=source)
        if tune is None:
            header.append(line)
        elif is_ended:
            _note_lost_music(tune, line)
        else:
            _add_line(tune, line)
    return (header, tunes) if tunes else ([], _snippet(header))


def _text_block(raw: str, block: str) -> str:
    """The name of the typeset text block after this line, empty outside of one."""
    if block:
        return "" if raw.startswith(f"%%end{block}") else block
    match = _TEXT_BLOCK.match(raw)
    return match[1] if match else ""


def _line(number: int, raw: str, *, in_body: bool) -> Line | None:
    if raw.startswith("%%"):
        match = re.match(r"%%\s*(linebreak|propagate-accidentals|clinamen-sources)\s+(.*)", raw)
        return Line(number, "I", f"{match[1]} {match[2]}") if match else None
    text = _without_comment(raw).rstrip()
    if not text.strip():
        return None
    match = _FIELD.match(text)
    # Below the header "c:|" is music that ends in a repeat sign.
    if match and not (in_body and re.match(r"[A-Ga-g]:[|:]", text)):
        return Line(number, match[1], text[2:], 2)
    return Line(number, "", text)


def _without_comment(raw: str) -> str:
    start = raw.find("%")
    while start > 0 and raw[start - 1] == "\\":
        start = raw.find("%", start + 1)
    return raw if start < 0 else raw[:start]


def _add_line(tune: Tune, line: Line) -> None:
    if line.field == "K":
        tune.has_key = True
    if not line.field and tune.has_key:
        tune.has_music = True
    tune.lines.append(line)


def _note_lost_music(tune: Tune, line: Line) -> None:
    if not line.field and "|" in line.text and not tune.is_followed_by_music:
        tune.is_followed_by_music = line.number


def _snippet(lines: list[Line]) -> list[Tune]:
    """A single tune without ``X:``, if it has a key and so can be one."""
    tune = Tune()
    for line in lines:
        _add_line(tune, line)
    return [tune] if tune.has_key else []


# What opens again before it closes is no match, or many open brackets would take long.
_NOT_NOTES = re.compile(r'"[^"]*"|![^!]*!|\{[^{}]*\}|\[[A-Za-z]:[^\[\]]*\]|\[\d')
_NOTE_LETTER = re.compile(r"[A-Ga-g]")


def summarise_tunes(tunes: list[Tune]) -> tuple[PartSummary, ...]:
    """A list of the tunes; each index is its ``X:`` number when all of them differ.

    Notes are counted from the letters alone: a collection of a thousand tunes should
    not be played through to list it.
    """
    numbers = [tune.number for tune in tunes]
    usable = len(set(numbers)) == len(numbers) and all(
        number.isascii() and number.isdigit() and len(number) <= 9 for number in numbers
    )
    return tuple(
        PartSummary(
            index=int(tune.number) if usable else place,
            name=tune.title,
            n_notes=_count_notes(tune),
            lowest_pitch=None,
            highest_pitch=None,
        )
        for place, tune in enumerate(tunes, start=1)
    )


def _count_notes(tune: Tune) -> int:
    music = (line.text for line in tune.lines if not line.field)
    return sum(len(_NOTE_LETTER.findall(_NOT_NOTES.sub(" ", text))) for text in music)
