"""A song and what was heard of it as plain data, for a screen: times in ticks, notes by index."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from clinamen.domains.music.editing import notes_in_ticks
from clinamen.domains.music.events import TICKS_PER_QUARTER, to_ticks
from clinamen.errors import MissingError, ParameterError
from clinamen.operations._belief import came_at, choices_at
from clinamen.operations._chord_words import ChordWords, expected_chords
from clinamen.operations.export import plain
from clinamen.operations.summary import lead_sentence
from clinamen.operations.text import clean
from clinamen.operations.why import why_note

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song
    from clinamen.engine.expectation import Expectation
    from clinamen.operations.harmony_hearing import HarmonyHearing
    from clinamen.operations.hear import HearResult
    from clinamen.operations.song_hearing import SongHearing
    from clinamen.operations.swerve import SwerveResult
    from clinamen.operations.variant import Variant
    from clinamen.operations.why import NoteWhy

__all__ = ["chord_view", "hearing_view", "note_view", "song_view", "swerve_view"]

N_CHOICES = 5


def song_view(song: Song) -> dict[str, Any]:
    """A song as it is drawn and played."""
    melody = song.melody
    lyrics = [clean(note.lyric or "") for note in melody.notes]
    view: dict[str, Any] = plain(
        {
            "composer": clean(song.composer),
            "ticks_per_quarter": TICKS_PER_QUARTER,
            "end": to_ticks(melody.end_quarters),
            "notes": [
                [*ticks, lyric] for ticks, lyric in zip(notes_in_ticks(melody), lyrics, strict=True)
            ],
            "phrases": list(melody.phrase_starts),
            "bars": [to_ticks(onset) for onset in melody.bar_onsets],
            "pickup": to_ticks(melody.pickup_quarters),
            "keys": [
                {"onset": to_ticks(each.onset_quarters), "name": str(each.key)}
                for each in melody.keys
            ],
            "key_source": melody.key_source,
            "meters": [
                {
                    "onset": to_ticks(each.onset_quarters),
                    "name": str(each.meter),
                    "beat": to_ticks(each.meter.beat_quarters),
                }
                for each in melody.meters
            ],
            "tempos": [
                [to_ticks(each.onset_quarters), each.quarters_per_minute] for each in song.tempos
            ],
            "sections": [
                [to_ticks(each.onset_quarters), clean(each.label)] for each in song.sections
            ],
            "chords": _chords(song),
            "notices": [clean(notice) for notice in song.notices],
        }
    )
    return view


def _chords(song: Song) -> list[dict[str, Any]]:
    """Chords in time, with what sounds in them."""
    symbols = {chord.onset_quarters: chord.symbol for chord in song.chords}
    return [
        {
            "onset": to_ticks(span.onset_quarters),
            "duration": to_ticks(span.duration_quarters),
            "symbol": clean(symbols[span.onset_quarters]),
            "tones": sorted(span.chord.pitch_classes),
            "bass": span.chord.bass_pitch_class,
        }
        for span in song.harmony
    ]


def hearing_view(hearing: SongHearing) -> dict[str, Any]:
    """The curves of a heard song, and the notes and chords that stand out."""
    melody, harmony = hearing.melody, hearing.harmony
    view: dict[str, Any] = plain(
        {
            **(_melody(melody) if melody is not None else {"melody": None, "rhythm": None}),
            "harmony": _harmony(harmony) if harmony is not None else None,
        }
    )
    return view


def _melody(heard: HearResult) -> dict[str, Any]:
    expectation = heard.expectation
    columns = expectation.columns
    return {
        "lead": lead_sentence(heard),
        "names": list(columns["name"]),
        "bars": list(columns["bar"]),
        "beats": list(columns["beat"]),
        "degrees": list(columns["degree"]),
        "melody": _curve(expectation.parts["pitch"]),
        "rhythm": _curve(expectation.parts["onset"]),
        "remarks": [
            {"note": remark.event, "sentence": remark.sentence} for remark in heard.remarks
        ],
        "continuation": heard.continuation.sentence,
    }


def _curve(part: Expectation) -> dict[str, Any]:
    return {"bits": part.information_content, "entropy": part.entropy}


def _harmony(heard: HarmonyHearing) -> dict[str, Any]:
    columns = heard.harmony.columns
    return {
        **_curve(heard.harmony),
        "onsets": _ticks(columns["onset_quarters"]),
        "durations": _ticks(columns["duration_quarters"]),
        "symbols": [clean(symbol) for symbol in columns["symbol"]],
        "numerals": list(heard.numerals),
        "bars": list(columns["bar"]),
        "beats": list(columns["beat"]),
        "remarks": [
            {"chord": remark.event, "sentence": remark.sentence} for remark in heard.remarks
        ],
    }


def _ticks(quarters: Sequence[float]) -> list[int]:
    return [to_ticks(Fraction(each).limit_denominator(TICKS_PER_QUARTER)) for each in quarters]


def note_view(hearing: SongHearing, note: int) -> dict[str, Any]:
    """Why a note cost what it did: of its pitch and its onset, what cost more first.

    Raises
    ------
    MissingError
        If there is no such note.
    """
    heard = hearing.melody
    if heard is None or not 0 <= note < len(heard.expectation):
        raise MissingError(f"there is no note {note + 1}")
    try:
        explained = why_note(heard, str(note + 1))
    except ParameterError as error:
        # Nothing was expected: a first note, or a listener without reasons.
        return {"note": note, "sentence": error.args[0], "parts": []}
    parts = [explained, *([explained.also] if explained.also else [])]
    view: dict[str, Any] = plain(
        {"note": note, "sentence": "", "parts": [_why(heard.expectation, each) for each in parts]}
    )
    return view


def _why(expectation: Expectation, explained: NoteWhy) -> dict[str, Any]:
    part = expectation.parts[explained.target]
    event = explained.event
    came, chance_of_it = came_at(part, event)
    return {
        "target": explained.target,
        "bits": part.information_content[event],
        "entropy": part.entropy[event],
        "sentence": clean(explained.prose),
        "came": [clean(came), chance_of_it],
        "choices": [[clean(name), chance] for name, chance in choices_at(part, event, N_CHOICES)],
        "reasons": [
            {
                "bits": each.regularity.bits,
                "memory": each.memory,
                "name": each.name,
                "text": clean(each.text),
            }
            for each in explained.regularities
        ],
    }


def chord_view(hearing: SongHearing, chord: int) -> dict[str, Any]:
    """Why a chord cost what it did.

    Raises
    ------
    MissingError
        If there is no such chord.
    """
    heard = hearing.harmony
    if heard is None or not 0 <= chord < len(heard.harmony):
        raise MissingError(f"there is no chord {chord + 1}")
    remark = ChordWords(heard.song, heard.harmony).remark(chord, placed=False)
    bits = float(heard.harmony.information_content[chord])
    view: dict[str, Any] = plain(
        {
            "chord": chord,
            "sentence": "",
            "parts": [
                {
                    "target": "chord",
                    "bits": bits,
                    "entropy": heard.harmony.entropy[chord],
                    "sentence": clean(remark.sentence),
                    "came": [clean(heard.harmony.columns["symbol"][chord]), 2.0**-bits],
                    "choices": [
                        [clean(name), chance]
                        for name, chance in expected_chords(heard.harmony, chord, N_CHOICES)
                    ],
                    "reasons": [],
                }
            ],
        }
    )
    return view


def swerve_view(result: SwerveResult) -> dict[str, Any]:
    """Ways to break a pattern, each with its whole song."""
    view: dict[str, Any] = plain(
        {
            "awaited": clean(result.awaited),
            "because": clean(result.because),
            "notices": [clean(notice) for notice in result.notices],
            "variants": [_variant(variant) for variant in result.variants],
        }
    )
    return view


def _variant(variant: Variant) -> dict[str, Any]:
    original = variant.originality
    return {
        "kind": variant.kind,
        "note": variant.note,
        "bits": variant.bits,
        "contrast": variant.contrast,
        "home_after": variant.home_after,
        "reason": clean(variant.reason),
        "originality": "" if original is None else original.line,
        "song": song_view(variant.song),
    }
