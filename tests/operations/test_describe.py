"""Facts about a song and where they are from."""

from __future__ import annotations

from fractions import Fraction

from tests.operations.fakes import a_song

from clinamen.domains.music.notes import (
    ChordSymbol,
    Key,
    KeyChange,
    Melody,
    Note,
    PartSummary,
    Quantisation,
    Section,
    Song,
    TempoChange,
)
from clinamen.operations.describe import part_words, song_facts


def facts(song: Song) -> dict[str, str]:
    return {fact.label: fact.text for fact in song_facts(song)}


def test_a_song_from_a_file() -> None:
    assert facts(a_song(composer="A. Nonymous")) == {
        "title": "A tune",
        "composer": "A. Nonymous",
        "format": "ABC",
        "key": "C major (from the file)",
        "metre": "3/4 (from the file)",
        "notes": "16",
        "bars": "5",
        "phrases": "2 (from the file)",
        "pickup": "1 quarter",
        "range": "G4 to G5",
    }


def test_what_we_made_up_is_called_so() -> None:
    one = Note(Fraction(0), Fraction(1), 70, "Bb")
    melody = Melody(
        (one,), keys=(KeyChange(Fraction(0), Key(-2)),), key_source="estimated", phrase_starts=(0,)
    ).replace(phrase_source="estimated")
    told = facts(Song(melody))
    assert told["key"] == "Bb major (estimated)"
    assert told["metre"] == "4/4 (assumed: the file has none)"
    assert told["phrases"] == "1 (estimated)"
    assert told["range"] == "Bb4 only"
    assert "title" not in told


def test_what_is_not_known_is_not_claimed() -> None:
    melody = Melody((Note(Fraction(0), Fraction(1), 60),))
    assert facts(Song(melody))["key"] == "none known"
    assert facts(Song(melody))["phrases"] == "none known"


def test_many_keys_and_tempos_are_summed_up() -> None:
    changes = tuple(KeyChange(Fraction(i), Key(i)) for i in range(6))
    song = a_song()
    song = song.replace(
        melody=song.melody.replace(keys=changes),
        tempos=(TempoChange(Fraction(0), 80.0), TempoChange(Fraction(4), 92.5)),
        quantisation=Quantisation((4, 3), 0.0214, 0.11),
    )
    told = facts(song)
    assert told["key"] == (
        "C major, then G major, then D major, then A major and 2 others (from the file)"
    )
    assert told["tempo"] == "80 to 92.5 quarters a minute"
    assert told["quantised"] == "onsets moved by 0.021 quarters on average, at most 0.11"


def test_hidden_characters_of_a_title_are_not_shown() -> None:
    assert facts(a_song(title="\x1b]0;evil\x07Tune\n"))["title"] == "]0;evilTune"


def test_parts() -> None:
    assert part_words(PartSummary(0, "Voice", 1, 60, 60)) == "1 note, C4 to C4"
    drums = PartSummary(1, "Drums", 12, 35, 42, is_percussion=True, is_polyphonic=True)
    assert part_words(drums) == "12 notes, percussion, several notes at a time"
    assert part_words(PartSummary(2, "", 0, None, None)) == "0 notes"


def test_chords_and_sections_are_told() -> None:
    texts = ("C", "G7", "what|?", "C")
    chords = tuple(ChordSymbol(Fraction(2 * at), text) for at, text in enumerate(texts))
    sections = (Section(Fraction(0), "Verse"), Section(Fraction(4), ""), Section(Fraction(6), "A"))
    melody = Melody((Note(Fraction(0), Fraction(8), 60),))
    told = facts(Song(melody, chords=chords, sections=sections))
    assert told["chords"] == "4, 3 different: C, G7, what|?"
    assert told["chart"] == "4/4 | C G7 | ..."  # a section begins a line
    assert told["sections"] == "3: Verse, A (from the file)"
    assert told["notes"] == "1"
    alone = facts(Song(Melody((), end_quarters=Fraction(8)), chords=chords))
    assert alone["chart"] == "4/4 | C G7 | ? C |"
    assert alone["notes"] == "none: chords alone"
    assert not {"phrases", "range", "sections"} & {*alone}
    many = tuple(ChordSymbol(Fraction(at), name) for at, name in enumerate("ABCDEFG"))
    many += (ChordSymbol(Fraction(7), "Am"), ChordSymbol(Fraction(8), "Em"))
    assert facts(Song(melody, chords=many))["chords"].endswith("G, Am and 1 other")


def test_bars_that_no_chart_has_are_no_reason_to_say_nothing() -> None:
    melody = Melody((), bar_onsets=(Fraction(0), Fraction(1, 3)), end_quarters=Fraction(4))
    told = facts(Song(melody, chords=(ChordSymbol(Fraction(0), "C"),)))
    assert "chart" not in told
    assert told["chords"] == "1, 1 different: C"
