"""Facts about a song in words: what the file says, what we estimated, what we assumed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from clinamen.domains.music.notes import Melody, Note, PartSummary, Song
from clinamen.domains.music.spelling import key_words, note_name, pitch_name
from clinamen.errors import UnsupportedError
from clinamen.operations.text import a_count, clean, decimal
from clinamen.texts import Message, joined

__all__ = ["Fact", "part_words", "song_facts"]

_FORMATS = {
    "midi": "MIDI",
    "musicxml": "MusicXML",
    "abc": "ABC",
    "kern": "Humdrum **kern",
    "chordpro": "ChordPro",
    "chart": "chords in bars",
    "jsonl": "JSON lines",
}
_N_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled line such as ``key``: ``G major (estimated)``.

    `source` is ``file``, ``estimated``, ``assumed``, ``given``, or "" where the question
    does not arise.
    """

    label: str
    value: str
    source: str = ""

    @property
    def text(self) -> str:
        """Value with its provenance in words."""
        if not self.source:
            return self.value
        source = Message(f"song.source_{self.source}")
        return Message("song.with_source", value=self.value, source=source)


def song_facts(song: Song) -> tuple[Fact, ...]:
    """What is known: title, format, key, metre, phrases, range, tempo, chords, sections."""
    melody = song.melody
    is_chords_alone = bool(song.chords) and not melody.notes
    facts = [
        Fact("title", clean(song.title)),
        Fact("composer", clean(song.composer)),
        Fact("format", _FORMATS.get(song.source_format, clean(song.source_format))),
        _key_fact(melody),
        _meter_fact(melody),
        Fact("notes", "none: chords alone" if is_chords_alone else f"{len(melody.notes):,}"),
        Fact("bars", _bars(melody)),
        *([] if is_chords_alone else [_phrase_fact(melody)]),
        Fact("pickup", _pickup(melody)),
        Fact("range", _range(melody)),
        Fact("tempo", _tempo(song)),
        Fact("quantised", _quantised(song)),
        Fact("chords", _chords(song)),
        Fact("chart", _first_line(song)),
        _section_fact(song),
    ]
    return tuple(fact for fact in facts if fact.value)


def part_words(part: PartSummary) -> str:
    """One line about a part of the file: notes, range, percussion, polyphony."""
    words = [a_count(part.n_notes, "note")]
    low, high = part.lowest_pitch, part.highest_pitch
    if part.is_percussion:
        words.append("percussion")
    elif low is not None and high is not None:
        words.append(f"{pitch_name(low)} to {pitch_name(high)}")
    if part.is_polyphonic:
        words.append("several notes at a time")
    return ", ".join(words)


def _key_fact(melody: Melody) -> Fact:
    if not melody.keys:
        return Fact("key", "none known")
    names: list[str] = list(dict.fromkeys(key_words(change.key) for change in melody.keys))
    return Fact("key", _series(names), melody.key_source)


def _meter_fact(melody: Melody) -> Fact:
    names = list(dict.fromkeys(str(change.meter) for change in melody.meters))
    return Fact("metre", _series(names), melody.meter_source)


def _series(names: list[str], n_shown: int = 4) -> str:
    shown, left = joined(names[:n_shown], "then"), len(names) - n_shown
    return Message("song.series", shown=shown, n=left) if left > 0 else shown


def _bars(melody: Melody) -> str:
    n_bars = len(melody.bar_onsets) - (1 if melody.pickup_quarters > 0 else 0)
    return f"{n_bars:,}" if n_bars else ""


def _phrase_fact(melody: Melody) -> Fact:
    if not melody.phrase_starts:
        return Fact("phrases", "none known")
    return Fact("phrases", f"{len(melody.phrase_starts):,}", melody.phrase_source)


def _pickup(melody: Melody) -> str:
    quarters = melody.pickup_quarters
    return _quarters(quarters) if quarters > 0 else ""


def _quarters(quarters: Fraction) -> str:
    return f"{decimal(quarters)} {'quarter' if quarters == 1 else 'quarters'}"


def _range(melody: Melody) -> str:
    if not melody.notes:
        return ""
    low = min(melody.notes, key=lambda note: note.pitch)
    high = max(melody.notes, key=lambda note: note.pitch)
    if low.pitch == high.pitch:
        return f"{_name(melody, low)} only"
    return f"{_name(melody, low)} to {_name(melody, high)}"


def _name(melody: Melody, note: Note) -> str:
    if note.spelling is not None:
        return note_name(note.pitch, note.spelling)
    return pitch_name(note.pitch, melody.key_at(note.onset_quarters))


def _tempo(song: Song) -> str:
    if not song.tempos:
        return ""
    tempos = [change.quarters_per_minute for change in song.tempos]
    if len(set(tempos)) == 1:
        return f"{decimal(tempos[0], 1)} quarters a minute"
    return f"{decimal(min(tempos), 1)} to {decimal(max(tempos), 1)} quarters a minute"


def _chords(song: Song) -> str:
    if not song.chords:
        return ""
    kinds = list(dict.fromkeys(chord.symbol for chord in song.chords))
    return f"{len(song.chords):,}, {len(kinds):,} different: {_listed(kinds)}"


def _listed(names: list[str]) -> str:
    shown = ", ".join(clean(name) for name in names[:_N_SHOWN])
    left = len(names) - _N_SHOWN
    return f"{shown} and {a_count(left, 'other')}" if left > 0 else shown


def _first_line(song: Song) -> str:
    """The first bars as a chart has them; empty where a chart cannot."""
    from clinamen.io._chart_song import chart_of
    from clinamen.io.chordtext import format_chart

    if not song.harmony:
        return ""
    try:
        lines = format_chart(chart_of(song)).splitlines()
    except UnsupportedError:
        return ""
    bars = [line for line in lines if line and not line.startswith("[")]
    return clean(bars[0]) + (" ..." if len(bars) > 1 else "")


def _section_fact(song: Song) -> Fact:
    labels = list(dict.fromkeys(each.label for each in song.sections if each.label))
    if not song.sections:
        return Fact("sections", "")
    number = f"{len(song.sections):,}"
    return Fact(
        "sections", f"{number}: {_listed(labels)}" if labels else number, song.section_source
    )


def _quantised(song: Song) -> str:
    moved = song.quantisation
    if moved is None:
        return ""
    return (
        f"onsets moved by {decimal(moved.mean_error_quarters, 3)} quarters on average, "
        f"at most {decimal(moved.max_error_quarters, 3)}"
    )
