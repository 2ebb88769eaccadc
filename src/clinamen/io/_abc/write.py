"""A song as ABC 2.1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from unicodedata import category

from clinamen.domains.music.notes import ChordSymbol, Key, Melody, Meter, Section, Song
from clinamen.domains.music.spelling import spelled
from clinamen.io._abc.pieces import Piece, pieces_of
from clinamen.io._abc.spell import Speller

__all__ = ["write_abc"]

_UNIT = Fraction(1, 2)
_BARS_PER_LINE = 4
_UNWRITABLE = ("Cc", "Cs", "Zl", "Zp")


def write_abc(song: Song) -> bytes:
    """A song as an ABC 2.1 tune, in UTF-8.

    Each phrase is a line of music. ``I:linebreak`` says whether lines are phrases
    (``<EOL>``) or mean nothing (``<none>``, when the song has no phrase marks), so that
    reading gives the same phrases back. A directive ``%%clinamen-sources`` says which of
    key and phrases were estimated, so that they do not pass for the file's word later.
    Every length is exact. Notes that cross a bar line are tied over it; a chord symbol
    inside a held note goes to an overlaid line of invisible rests.

    Examples
    --------
    >>> from clinamen.io.abc import read_abc
    >>> print(write_abc(read_abc(b"X:1\\nK:D\\nA2 ^GA|")).decode().splitlines()[-1])
    A2 ^GA |
    """
    named = {place for place, note in enumerate(song.melody.notes) if note.spelling}
    song = song.replace(melody=spelled(song.melody, kept=named))
    lines = [*_header(song), *_Body(song).lines()]
    return ("\n".join(lines) + "\n").encode("utf-8", errors="replace")


def _header(song: Song) -> Iterator[str]:
    melody = song.melody
    yield "%abc-2.1"
    yield "X:1"
    yield f"T:{_escaped(song.title)}"
    if song.composer:
        yield f"C:{_escaped(song.composer)}"
    is_known = melody.meter_source != "assumed"
    yield f"M:{melody.meters[0].meter if is_known else 'none'}"
    yield "L:1/8"
    if song.tempos and song.tempos[0].onset_quarters == 0:
        yield f"Q:{_tempo(song.tempos[0].quarters_per_minute)}"
    yield f"I:linebreak {'<EOL>' if melody.phrase_starts else '<none>'}"
    sources = {"key": melody.key_source, "phrase": melody.phrase_source}
    if guessed := [f"{name}={source}" for name, source in sources.items() if source != "file"]:
        # A directive that other programs leave alone, as the standard wants of unknown ones.
        yield f"%%clinamen-sources {' '.join(guessed)}"
    yield f"K:{_key(melody.keys[0].key if melody.keys else None)}"


def _key(key: Key | None) -> str:
    return "none" if key is None else f"{key.tonic_name} {key.mode}"


def _tempo(quarters_per_minute: float) -> str:
    rate = f"{quarters_per_minute:.3f}".rstrip("0").rstrip(".")
    return f"1/4={rate}"


def _escaped(text: str) -> str:
    """Text on one line, with what ABC would take for a comment or a mnemonic escaped."""
    line = " ".join("".join(" " if category(c) in _UNWRITABLE else c for c in text).split())
    return line.replace("\\", "\\\\").replace("%", "\\%").replace("&", "\\&")


def _sign(sign: ChordSymbol | Section) -> str:
    """A chord in quotes, or the beginning of a part."""
    if isinstance(sign, ChordSymbol):
        return _symbol(sign.symbol)
    label = _escaped(sign.label).replace("[", "\\u005b").replace("]", "\\u005d")
    return f"[P:{label}]" if label else ""


def _symbol(text: str) -> str:
    """A chord symbol in quotes; one that looks like an annotation keeps its first sign."""
    line = _escaped(text).replace('"', "\\u0022")
    if line[:1] and line[0] in "^_<>@":
        line = f"\\u{ord(line[0]):04x}{line[1:]}"
    return f'"{line}"' if line else ""


_LYRIC_SIGNS = {sign: f"\\u{ord(sign):04x}" for sign in "_*|~"} | {" ": "~", "-": "\\-"}


def _syllable(lyric: str | None, follows_hyphen: bool) -> str:
    text = _escaped(lyric or "")
    if follows_hyphen and text.startswith("-"):
        text = text[1:]
    hyphen = "-" if len(text) > 1 and text.endswith("-") else ""
    stem = text[: -len(hyphen)] if hyphen else text
    return "".join(_LYRIC_SIGNS.get(c, c) for c in stem) + hyphen


def length_text(quarters: Fraction) -> str:
    """A length as ABC writes it after a note: a multiple of the unit, empty for one."""
    ratio = quarters / _UNIT
    if ratio.denominator == 1:
        return "" if ratio == 1 else str(ratio.numerator)
    above = "" if ratio.numerator == 1 else str(ratio.numerator)
    return above + ("/" if ratio.denominator == 2 else f"/{ratio.denominator}")


@dataclass
class _Body:
    """Writes the music, line by line."""

    song: Song
    speller: Speller = field(init=False)
    _line: list[str] = field(default_factory=list)
    _words: list[str] = field(default_factory=list)
    _hyphen: bool = False
    _n_bars: int = 0

    def __post_init__(self) -> None:
        melody = self.melody
        self.speller = Speller(melody.keys[0].key if melody.keys else None)

    @property
    def melody(self) -> Melody:
        return self.song.melody

    def lines(self) -> Iterator[str]:
        """Music lines, each followed by its words if it has any."""
        melody = self.melody
        pieces = pieces_of(self.song)
        bars = [*melody.bar_onsets, melody.end_quarters]
        ends = iter(sorted({bar for bar in bars[1:] if bar < melody.end_quarters}))
        bar_start, bar_end = Fraction(0), next(ends, None)
        in_bar: list[Piece] = []
        for piece in pieces:
            if piece.onset == bar_end:
                yield from self._bar_line(in_bar, bar_start)
                bar_start, bar_end, in_bar = piece.onset, next(ends, None), []
            if piece.starts_phrase:
                yield from self._finish_line()
            self._piece(piece)
            in_bar.append(piece)
        self._changes_after_end()
        self._overlay(in_bar, bar_start)
        is_only_pickup = len(melody.bar_onsets) == 1 and melody.pickup_quarters > 0
        self._line.append(" |" if is_only_pickup or not melody.notes else " |]")
        yield from self._finish_line()

    def _bar_line(self, in_bar: list[Piece], bar_start: Fraction) -> Iterator[str]:
        self._overlay(in_bar, bar_start)
        self._line.append(" |")
        self.speller.start_bar()
        self._n_bars += 1
        if not self.melody.phrase_starts and self._n_bars % _BARS_PER_LINE == 0:
            yield from self._finish_line()

    def _finish_line(self) -> Iterator[str]:
        if self._line:
            yield "".join(self._line).strip()
        if any(word not in "*_" for word in self._words):
            yield "w: " + self._joined_words()
        self._line, self._words = [], []

    def _joined_words(self) -> str:
        return "".join(w if w.endswith("-") else w + " " for w in self._words).strip()

    def _piece(self, piece: Piece) -> None:
        text = "".join(self._field_text(change) for change in piece.changes)
        text += "".join(_sign(sign) for sign in piece.signs)
        if piece.tuplet_start:
            text += piece.tuplet_start
        length = length_text(piece.written_length)
        if piece.note is None:
            text += f"z{length}"
        else:
            text += self.speller.note(piece.note) + length + ("-" if piece.is_tied_on else "")
            self._word(piece)
        # Notes without a space between them stand under one beam.
        is_within_tuplet = piece.tuplet_factor != 1 and not piece.tuplet_start
        self._line.append(("" if piece.is_beamed_on or is_within_tuplet else " ") + text)

    def _word(self, piece: Piece) -> None:
        lyric = piece.note.lyric if piece.note else None
        if piece.is_tied_in:
            self._words.append("_" if lyric else "*")
            return
        word = _syllable(lyric, self._hyphen)
        self._hyphen = word.endswith("-") and word != "\\-" if word else self._hyphen
        self._words.append(word or "*")

    def _field_text(self, change: Key | Meter | float) -> str:
        if isinstance(change, Key):
            self.speller.set_key(change)
            return f"[K:{_key(change)}]"
        if isinstance(change, Meter):
            return f"[M:{change}]"
        return f"[Q:{_tempo(change)}]"

    def _changes_after_end(self) -> None:
        melody = self.melody
        end = melody.end_quarters
        late: list[Key | Meter] = [m.meter for m in melody.meters[1:] if m.onset_quarters >= end]
        late += [k.key for k in melody.keys[1:] if k.onset_quarters >= end]
        self._line += [" " + self._field_text(change) for change in late]
        signs: list[ChordSymbol | Section] = [*self.song.sections, *self.song.chords]
        self._line += [" " + _sign(sign) for sign in signs if sign.onset_quarters >= end]

    def _overlay(self, in_bar: list[Piece], bar_start: Fraction) -> None:
        """Chord symbols and parts that fall inside held notes, over invisible rests."""
        inside = [sign for piece in in_bar for sign in piece.inner_signs]
        if not inside:
            return
        times = [bar_start, *(sign.onset_quarters for sign in inside), in_bar[-1].end]
        signs: list[ChordSymbol | Section | None] = [None, *inside]
        self._line.append(" &")
        for sign, start, end in zip(signs, times, times[1:], strict=False):
            rest = f"x{length_text(end - start)}" if end > start else ""
            self._line.append(" " + (_sign(sign) if sign else "") + rest)
