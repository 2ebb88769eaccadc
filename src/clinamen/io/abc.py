"""ABC notation, version 2.1.

Source: *The abc music standard 2.1* (Walshaw, December 2011). Our departures: repeats
are not played twice, grace notes are left out, and each music line is a phrase.
"""

from __future__ import annotations

from collections.abc import Iterator

from clinamen.domains.music.notes import ChordSymbol, PartSummary, Song
from clinamen.errors import FormatError, MissingError, UnsupportedError
from clinamen.io._abc.read import TuneReader
from clinamen.io._abc.text import Line, Tune, decode_text, split_tunes, summarise_tunes
from clinamen.io._abc.voice import AbcVoice
from clinamen.io._abc.write import write_abc
from clinamen.io._part import WrittenPart, pick_part
from clinamen.texts import Message

__all__ = ["read_abc", "read_tunes", "write_abc"]


def read_abc(data: bytes, *, source: str = "", track: int | str | None = None) -> Song:
    """One tune of an ABC file.

    A line of music code is a phrase, unless it ends in a backslash or the tune has only
    one line; ``I:linebreak`` is obeyed, and ``<none>`` there means no phrases are known.
    Breath marks end a phrase too, and fermatas where nothing else does.

    Parameters
    ----------
    data
        The whole file.
    source
        Its name, for messages.
    track
        In a file of several tunes, the ``X:`` number or the title of one; in a tune of
        several voices, the voice's place (from 0) or name. ``"3/alto"`` is the voice
        ``alto`` of tune 3. Without it, the first tune and its first voice.

    Raises
    ------
    FormatError
        If the text is not ABC; the message has line and column.
    UnsupportedError
        If the tune has neither notes nor chords, or the voice asked for has no notes.
    MissingError
        If there is no such tune or voice.
    """
    header, tunes = _split(data, source)
    listing = summarise_tunes(tunes)
    place, voice_track = _choose_tune(tunes, listing, track, source)
    reader = _read_tune(tunes[place], header, source)
    song = _song(reader, voice_track, source)
    if len(tunes) == 1:
        return song
    notices = song.notices
    if track is None:
        told = Message("file.many_tunes", count=len(tunes), second=listing[1].index)
        notices = (told, *notices)
    return song.replace(parts=listing, part_index=listing[place].index, notices=notices)


def read_tunes(data: bytes, *, source: str = "") -> Iterator[Song | FormatError]:
    """Every tune of an ABC file, its first voice; in place of a bad one, what is wrong with it.

    Raises
    ------
    FormatError
        If there is no tune at all.
    """
    header, tunes = _split(data, source)
    for tune in tunes:
        try:
            yield _song(_read_tune(tune, header, source), None, source)
        except FormatError as error:
            yield error


def _split(data: bytes, source: str) -> tuple[list[Line], list[Tune]]:
    header, tunes = split_tunes(decode_text(data, source=source), source=source)
    if not tunes:
        raise FormatError("not an ABC tune: it needs an X: and a K: field", source=source)
    return header, tunes


def _choose_tune(
    tunes: list[Tune], listing: tuple[PartSummary, ...], track: int | str | None, source: str
) -> tuple[int, int | str | None]:
    """Place of the tune, and what is left of `track` to choose a voice with."""
    if len(tunes) == 1 or track is None:
        return 0, track
    try:
        return pick_part(listing, track, source=source, what="tune"), None
    except MissingError:
        if not isinstance(track, str) or "/" not in track:
            raise
    tune_track, _, voice_track = track.rpartition("/")
    return pick_part(listing, tune_track, source=source, what="tune"), voice_track


def _read_tune(tune: Tune, header: list[Line], source: str) -> TuneReader:
    if not tune.has_key:
        place = f"line {tune.lines[0].number}" if tune.lines else None
        raise FormatError("the tune has no K: field", source=source, place=place)
    reader = TuneReader(tune, header, source)
    reader.read()
    return reader


def _song(reader: TuneReader, track: int | str | None, source: str) -> Song:
    voices = list(reader.voices.values())
    explicit = reader.line_breaks not in (None, "<none>")
    parts = [voice.part(phrases_are_explicit=explicit) for voice in voices]
    summaries = tuple(part.summary(index) for index, (part, _) in enumerate(parts))
    has_notes = [bool(part.notes) for part, _ in parts]
    has_chords = [bool(voice.chords) for voice in voices]
    if not any(has_notes) and not any(has_chords):
        raise UnsupportedError("the tune has no notes and no chords", source=source)
    if track is None:
        place = (has_notes if any(has_notes) else has_chords).index(True)
    else:
        place = pick_part(summaries, track, source=source, what="voice")
    part, n_empty = parts[place]
    if not part.notes and (any(has_notes) or track is not None):
        raise UnsupportedError(f"the voice {part.name!r} has no notes", source=source)
    melody, n_changed = part.melody()
    melody = melody.replace(
        key_source=reader.sources.get("key", melody.key_source),
        phrase_source=reader.sources.get("phrase", melody.phrase_source),
    )
    notices = _notices(reader, voices[place], part, n_empty, n_changed)
    if track is None and len(parts) > 1:
        name = repr(part.name or place)
        notices.insert(0, Message("file.many_voices", count=len(parts), name=name))
    return Song(
        melody,
        title=reader.titles[0] if reader.titles else "",
        composer=", ".join(reader.composers),
        chords=_chords(voices, place),
        sections=tuple(sorted(reader.sections, key=lambda section: section.onset_quarters)),
        tempos=tuple(voices[place].tempos),
        parts=summaries,
        part_index=place,
        notices=tuple(notices),
        source=source,
        source_format="abc",
    )


def _chords(voices: list[AbcVoice], place: int) -> tuple[ChordSymbol, ...]:
    own = voices[place].chords
    found = own or next((voice.chords for voice in voices if voice.chords), [])
    return tuple(sorted(found, key=lambda chord: chord.onset_quarters))


def _notices(
    reader: TuneReader, voice: AbcVoice, part: WrittenPart, n_empty: int, n_changed: int
) -> list[str]:
    counted = [
        (n_changed, "file.abc_polyphonic"),
        (reader.n_graces, "file.graces"),
        (n_empty, "file.empty_notes"),
        (voice.n_loose_ties, "file.loose_ties"),
        (reader.n_more_verses, "file.more_verses"),
        (reader.n_macros, "file.macros"),
    ]
    found = [Message(key, count=count) for count, key in counted if count]
    if reader.n_repeats:
        found.append(Message("file.read_once"))
    if reader.tune.is_followed_by_music:
        found.append(Message("file.empty_line", line=reader.tune.is_followed_by_music))
    return [*found]
