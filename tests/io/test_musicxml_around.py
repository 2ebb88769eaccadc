"""What MusicXML says around its notes: phrases, words, tempo, chords, parts, files."""

from __future__ import annotations

import pytest
from tests.io.musicxml_text import (
    ATTRIBUTES,
    BREATH,
    CAESURA,
    FERMATA,
    lines,
    measures,
    note,
    read,
    rest,
    score,
    slur,
    starts,
    tie,
)

from clinamen.errors import FormatError, MissingError, UnsupportedError
from clinamen.io.musicxml import read_musicxml, read_mxl, write_mxl


class TestPhrases:
    FOUR = ("C4", "D4", "E4", "F4")

    @pytest.mark.parametrize("mark", [BREATH, CAESURA, FERMATA])
    def test_a_mark_ends_the_phrase_after_its_note(self, mark: str) -> None:
        assert starts(read(note("C4", 4) + note("D4", 4, mark) + note("E4", 4))) == (0, 2)

    def test_a_fermata_over_a_rest_or_barline_ends_it_too(self) -> None:
        assert starts(read(note("C4", 4) + rest(4, FERMATA) + note("E4", 4))) == (0, 1)
        barline = "<barline><fermata/></barline>"
        assert starts(read(note("C4", 16) + barline, note("E4", 16))) == (0, 1)

    def test_a_mark_on_the_last_tied_part_counts(self) -> None:
        tied = note("C4", 8, tie("start")) + note("C4", 4, tie("stop") + BREATH)
        assert starts(read(tied + note("D4", 4))) == (0, 1)

    def test_a_last_fermata_alone_tells_nothing(self) -> None:
        assert starts(read(note("C4", 4) + note("D4", 4, FERMATA))) == ()

    def test_few_fermatas_in_a_long_piece_tell_nothing(self) -> None:
        bars = [note("C4", 2) * 8] * 9
        assert starts(read(*bars, note("D4", 16, FERMATA), *bars)) == ()
        assert starts(read(*bars, note("D4", 16, BREATH), *bars)) == (0, 73)

    def test_a_mark_in_another_voice_does_not_count(self) -> None:
        lower = "<backup><duration>16</duration></backup>" + note("C3", 4) + note("D3", 4, BREATH)
        upper = note("C5", 8, before="") + note("D5", 8)
        assert starts(read(note("C5", 8) + note("D5", 8) + lower)) == ()
        assert starts(read(upper + lower.replace(BREATH, ""))) == ()

    def slurred(self, lyric: str = "") -> str:
        phrase = "".join(
            note(
                name,
                2,
                lyric + (slur("start") if name == "C4" else slur("stop") if name == "F4" else ""),
            )
            for name in self.FOUR
        )
        return phrase * 2

    def test_long_slurs_of_an_instrument_are_phrases(self) -> None:
        assert starts(read(self.slurred())) == (0, 4)

    def test_slurs_under_words_are_not(self) -> None:
        assert starts(read(self.slurred("<lyric><text>ah</text></lyric>"))) == ()

    def test_short_slurs_are_not(self) -> None:
        pair = note("C4", 2, slur("start")) + note("D4", 2, slur("stop"))
        assert starts(read(pair * 4)) == ()

    def test_few_slurs_are_not(self) -> None:
        assert starts(read(self.slurred(), note("G4", 2) * 8)) == ()


class TestWords:
    def verse(self, *syllables: tuple[str, str]) -> str:
        return "".join(
            note("C4", 4, f'<lyric number="2"><text>no</text></lyric><lyric number="1">'
                 f"<syllabic>{syllabic}</syllabic><text>{text}</text></lyric>")
            for syllabic, text in syllables
        )  # fmt: skip

    def test_syllables_of_the_first_verse_keep_their_hyphens(self) -> None:
        song = read(
            self.verse(("begin", "A"), ("middle", "ma"), ("end", "zing"), ("single", "grace"))
        )
        assert [n.lyric for n in song.melody.notes] == ["A-", "-ma-", "-zing", "grace"]

    def test_two_syllables_on_a_note(self) -> None:
        lyric = (
            "<lyric><syllabic>end</syllabic><text>ti</text><elision>‿</elision>"
            "<syllabic>begin</syllabic><text>a</text></lyric>"
        )
        assert read(note("C4", 4, lyric)).melody.notes[0].lyric == "-ti‿a-"

    def test_title_and_composer(self) -> None:
        head = (
            "<work><work-title>Cycle</work-title></work><movement-title>Song</movement-title>"
            '<identification><creator type="lyricist">X</creator>'
            '<creator type="composer">Hồ Y</creator></identification>'
        )
        song = read_musicxml(score(measures(note("C4", 4)), head=head))
        assert (song.title, song.composer) == ("Song", "Hồ Y")

    def test_title_from_credits(self) -> None:
        head = "<credit><credit-type>title</credit-type><credit-words>Tune</credit-words></credit>"
        assert read_musicxml(score(measures(note("C4", 4)), head=head)).title == "Tune"


class TestTempo:
    METRONOME = (
        "<direction><direction-type><metronome><beat-unit>quarter</beat-unit><beat-unit-dot/>"
        "<per-minute>ca. 60</per-minute></metronome></direction-type>{}</direction>"
    )

    def test_metronome_marks_count_in_quarters(self) -> None:
        song = read(note("C4", 4) + self.METRONOME.format("") + note("C4", 4))
        assert [(t.onset_quarters, t.quarters_per_minute) for t in song.tempos] == [(1, 90.0)]

    def test_the_sounding_tempo_goes_first(self) -> None:
        song = read(self.METRONOME.format('<sound tempo="80"/>') + note("C4", 4))
        assert song.tempos[0].quarters_per_minute == 80

    def test_a_sound_alone(self) -> None:
        assert read('<sound tempo="72.5"/>' + note("C4", 4)).tempos[0].quarters_per_minute == 72.5

    def test_impossible_tempos_are_left_out(self) -> None:
        assert read('<sound tempo="0"/>' + note("C4", 4)).tempos == ()


class TestChords:
    @pytest.mark.parametrize(
        ("inside", "symbol"),
        [
            ("<root><root-step>A</root-step></root><kind>minor-seventh</kind>", "Am7"),
            (
                "<root><root-step>F</root-step><root-alter>1</root-alter></root>"
                "<kind>half-diminished</kind>",
                "F#m7b5",
            ),
            (
                "<root><root-step>C</root-step></root><kind>major</kind>"
                "<bass><bass-step>E</bass-step></bass>",
                "C/E",
            ),
            ("<root><root-step>C</root-step></root><kind>none</kind>", "N.C."),
            (
                '<root><root-step>G</root-step></root><kind text="x̂7">dominant</kind>'
                "<degree><degree-value>9</degree-value><degree-alter>-1</degree-alter>"
                "<degree-type>add</degree-type></degree>",
                "G7b9",
            ),
            ('<root><root-step>D</root-step></root><kind text="mi7">minor-seventh</kind>', "Dmi7"),
            ('<root><root-step>D</root-step></root><kind text="?">major-13th</kind>', "Dmaj13"),
            ('<root><root-step>D</root-step></root><kind text="q9">other</kind>', "Dq9"),
            ("<function>V7</function><kind>major</kind>", "V7"),
        ],
    )
    def test_symbols(self, inside: str, symbol: str) -> None:
        offset = "<offset>8</offset>"
        song = read(f"<harmony>{inside}{offset}</harmony>" + note("C4", 16))
        assert [(c.onset_quarters, c.symbol) for c in song.chords] == [(2, symbol)]


class TestParts:
    LOW = measures(ATTRIBUTES + note("C3", 16))
    HIGH = measures(ATTRIBUTES + note("C5", 16))
    DRUMS = measures(
        ATTRIBUTES + "<note><unpitched><display-step>E</display-step>"
        "<display-octave>4</display-octave></unpitched><duration>16</duration></note>"
    )

    def test_a_part_named_like_a_melody_is_taken(self) -> None:
        data = score(self.DRUMS, self.LOW, self.HIGH, names=("Drums", "Piano", "Lead Vocals"))
        song = read_musicxml(data)
        assert song.part_index == 2
        assert any("'Lead Vocals'" in notice for notice in song.notices)
        assert [(p.name, p.n_notes, p.lowest_pitch, p.is_percussion) for p in song.parts] == [
            ("Drums", 0, None, True),
            ("Piano", 1, 48, False),
            ("Lead Vocals", 1, 72, False),
        ]

    def test_else_the_first_with_pitched_notes(self) -> None:
        data = score(self.DRUMS, self.LOW, self.HIGH, names=("Drums", "Piano", "Invoice"))
        assert read_musicxml(data).part_index == 1

    @pytest.mark.parametrize(("track", "index"), [(0, 0), (1, 1), ("flu", 1), ("OBOE", 0)])
    def test_choice(self, track: int | str, index: int) -> None:
        data = score(self.LOW, self.HIGH, names=("Oboe", "Flute"))
        song = read_musicxml(data, track=track)
        assert song.part_index == index
        assert song.notices == ()

    @pytest.mark.parametrize("track", [2, -1, "Tuba", "o"])
    def test_a_missing_or_ambiguous_part_lists_what_there_is(self, track: int | str) -> None:
        data = score(self.LOW, self.HIGH, names=("Oboe", "Ocarina"))
        with pytest.raises(MissingError, match=r"x\.xml: .*0 'Oboe', 1 'Ocarina'"):
            read_musicxml(data, source="x.xml", track=track)

    def test_only_drums_is_unsupported(self) -> None:
        with pytest.raises(UnsupportedError, match="percussion"):
            read_musicxml(score(self.DRUMS))
        with pytest.raises(UnsupportedError, match="no pitched notes"):
            read_musicxml(score(self.DRUMS, self.LOW), track=0)

    def test_no_notes_is_unsupported(self) -> None:
        with pytest.raises(UnsupportedError, match="no notes"):
            read(rest(16))

    def test_timewise_reads_as_partwise(self) -> None:
        partwise = score(self.LOW, self.HIGH)
        inside = "".join(
            f'<part id="P{i}">{ATTRIBUTES}{note(n, 16)}</part>' for i, n in enumerate(("C3", "C5"))
        )
        listed = partwise[partwise.index(b"<part-list>") : partwise.index(b"</part-list>")].decode()
        measure = f'<measure number="1">{inside}</measure>'
        timewise = f"<score-timewise>{listed}</part-list>{measure}</score-timewise>"
        assert read_musicxml(timewise.encode()) == read_musicxml(partwise)

    def test_a_part_that_enters_late_in_a_timewise_score(self) -> None:
        late = (
            f'<score-timewise><measure><part id="A">{ATTRIBUTES}{note("C3", 16)}</part></measure>'
            f'<measure><part id="B">{ATTRIBUTES}{note("C5", 16)}</part></measure></score-timewise>'
        )
        assert lines(read_musicxml(late.encode(), track="B")) == [(4, 4, 72)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_encodings(encoding: str) -> None:
    head = "<work><work-title>Ständchen</work-title></work>"
    text = score(measures(note("C4", 4)), head=head).decode()
    data = f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)
    assert read_musicxml(data).title == "Ständchen"


def test_compressed_files_are_found_through_the_container() -> None:
    song = read_musicxml(score(measures(note("C4", 4))))
    assert read_mxl(write_mxl(song), source="a.mxl").source == "a.mxl"
    assert write_mxl(song) == write_mxl(song)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (note("H4", 4), "step must be A to G"),
        (note("C4", -4), "must not be negative"),
        (note("C4", "four"), "duration must be a number, not 'four'"),
        (note("C4", ""), "duration must be a number"),
        (note("C4", 4, before="<chord/>"), "follows no other note"),
        ("<note><duration>4</duration></note>", "no pitch"),
        ("<attributes><divisions>0</divisions></attributes>", "divisions"),
        (
            "<note><pitch><step>C</step><octave>12</octave></pitch><duration>4</duration></note>",
            "MIDI",
        ),
    ],
)
def test_malformed_notes_are_told_with_their_line(content: str, message: str) -> None:
    data = score(measures("\n\n" + content))
    with pytest.raises(FormatError, match=rf"tune\.xml, line 3: .*{message}"):
        read_musicxml(data, source="tune.xml")
