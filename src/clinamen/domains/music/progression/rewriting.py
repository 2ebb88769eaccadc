"""A song with other chords, written as the song writes its chords."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from clinamen.domains.music.chords import STYLES, Chord, Degree, Style
from clinamen.domains.music.harmony import read_symbol
from clinamen.domains.music.notes import ChordSymbol, Key, Song
from clinamen.errors import UnsupportedError

__all__ = ["ChordWriter", "with_chord_spans"]

_NUMBERED = ("nashville", "roman")


class ChordWriter:
    """Writes chords as a song does: in its style, and with its own suffixes where it has them.

    Parameters
    ----------
    song
        Its symbols are the example; without any, the style is ``standard``.
    """

    def __init__(self, song: Song) -> None:
        self._song = song
        self.style = _style_of(song)
        self._suffixes: dict[tuple[Degree, ...], str] = {}
        if self.style not in _NUMBERED:
            self._learn_suffixes()

    def _learn_suffixes(self) -> None:
        for symbol in self._song.chords:
            chord = read_symbol(symbol.symbol)
            name = str(chord.root) if chord.root else ""
            if name and chord.bass is None and symbol.symbol.startswith(name):
                self._suffixes.setdefault(chord.degrees, symbol.symbol[len(name) :])

    def write(self, chord: Chord, key: Key | None) -> str:
        """The symbol of a chord; it reads back as the chord."""
        text = self._suffixes.get(chord.degrees)
        if text is not None and chord.root is not None and chord.bass is None:
            own = f"{chord.root}{text}"
            if read_symbol(own, key=key) == chord:
                return own
        style: Style = self.style if key is not None or self.style not in _NUMBERED else "standard"
        try:
            written = chord.write(style, key=key)
        except UnsupportedError:
            written = str(chord)
        return written if read_symbol(written, key=key) == chord else str(chord)


def _style_of(song: Song) -> Style:
    """The style that would write most of the song's symbols as they are; of equal ones the
    first."""
    fits: Counter[Style] = Counter()
    for symbol in dict.fromkeys((s.symbol, song.melody.key_at(s.onset_quarters)) for s in
                                song.chords):  # fmt: skip
        text, key = symbol
        chord = read_symbol(text, key=key)
        for style in STYLES:
            if chord.is_unknown or (key is None and style in _NUMBERED):
                continue
            try:
                fits[style] += chord.write(style, key=key) == text
            except UnsupportedError:
                continue
    return max(STYLES, key=lambda style: fits[style])


def with_chord_spans(
    song: Song, spans: Mapping[Fraction, Chord], end: Fraction, writer: ChordWriter | None = None
) -> Song:
    """The song with other chords in one stretch of time.

    Parameters
    ----------
    spans
        The new chords by when they begin, in quarters, rising.
    end
        Where the stretch ends. Symbols before the first new chord and from `end` on stay as
        they are; one that says no more than that the last chord goes on is written out.
    writer
        How to write them; as the song does by default.
    """
    writer = writer or ChordWriter(song)
    start = min(spans)
    new = [
        ChordSymbol(onset, writer.write(chord, song.melody.key_at(onset)))
        for onset, chord in spans.items()
    ]
    before = [each for each in song.chords if each.onset_quarters < start]
    after = [each for each in song.chords if each.onset_quarters >= end]
    inside = _repeats(song, new, end)
    merged = sorted([*new, *inside], key=lambda each: each.onset_quarters)
    return song.replace(chords=(*before, *merged, *_written_out(song, after, merged[-1], writer)))


def _repeats(song: Song, new: Sequence[ChordSymbol], end: Fraction) -> list[ChordSymbol]:
    """Symbols in the stretch that only repeat a chord repeat the new one."""
    onsets = {each.onset_quarters for each in new}
    spans = {span.onset_quarters: span.chord for span in song.harmony}
    found: list[ChordSymbol] = []
    last: Chord | None = None
    for symbol in song.chords:
        chord = spans.get(symbol.onset_quarters)
        goes_on = chord is not None and chord == last
        last = chord or last
        inside = new[0].onset_quarters < symbol.onset_quarters < end
        if inside and goes_on and symbol.onset_quarters not in onsets:
            over = max(each for each in onsets if each <= symbol.onset_quarters)
            text = next(each.symbol for each in new if each.onset_quarters == over)
            found.append(ChordSymbol(symbol.onset_quarters, text))
    return found


def _written_out(
    song: Song, after: Sequence[ChordSymbol], last: ChordSymbol, writer: ChordWriter
) -> list[ChordSymbol]:
    """Symbols after the stretch, the first one in full if it counts on what came before."""
    if not after:
        return []
    first, key = after[0], song.melody.key_at(after[0].onset_quarters)
    previous = read_symbol(last.symbol, key=song.melody.key_at(last.onset_quarters))
    now = read_symbol(first.symbol, key=key, previous=previous)
    meant = next((s.chord for s in song.harmony if s.onset_quarters == first.onset_quarters), None)
    if meant is None or now == meant:
        return list(after)
    return [ChordSymbol(first.onset_quarters, writer.write(meant, key)), *after[1:]]
