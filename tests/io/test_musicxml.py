"""Reading MusicXML: what the elements mean, by examples small enough to do by hand."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from clinamen.domains.music.notes import Key, KeyChange, Meter, MeterChange, Song
from clinamen.errors import FormatError, MissingError, UnsupportedError
from clinamen.io._musicxml.line import hear_part
from clinamen.io._musicxml.numbers import Reporter
from clinamen.io._musicxml.score import PartReader
from clinamen.io._musicxml.timeline import build_timeline
from clinamen.io._musicxml.tree import parse_xml
from clinamen.io.musicxml import read_musicxml, read_mxl, write_mxl

ATTRIBUTES = (
    "<attributes><divisions>4</divisions><key><fifths>0</fifths><mode>major</mode></key>"
    "<time><beats>4</beats><beat-type>4</beat-type></time></attributes>"
)


def note(name: str, duration: float | str, extra: str = "", before: str = "") -> str:
    """A note such as ``note("F#4", 4)``; `before` stands before the pitch."""
    alter = name.count("#") - name[1:].count("b")
    pitch = f"<step>{name[0]}</step><alter>{alter}</alter><octave>{name[-1]}</octave>"
    return f"<note>{before}<pitch>{pitch}</pitch><duration>{duration}</duration>{extra}</note>"


def rest(duration: int, extra: str = "") -> str:
    return f"<note><rest/><duration>{duration}</duration>{extra}</note>"


def measures(*contents: str) -> str:
    return "".join(
        content
        if content.startswith("<measure")
        else f'<measure number="{index}">{content}</measure>'
        for index, content in enumerate(contents, 1)
    )


def score(*parts: str, names: tuple[str, ...] = (), head: str = "") -> bytes:
    """A partwise score from the insides of its parts."""
    listed = "".join(
        f'<score-part id="P{i}"><part-name>{name}</part-name></score-part>'
        for i, name in enumerate(names or [f"Part {i}" for i in range(len(parts))])
    )
    body = "".join(f'<part id="P{i}">{part}</part>' for i, part in enumerate(parts))
    part_list = f"<part-list>{listed}</part-list>"
    return f'<score-partwise version="3.1">{head}{part_list}{body}</score-partwise>'.encode()


def read(*contents: str) -> Song:
    """The song of one part with these measures; the first gets `ATTRIBUTES`."""
    return read_musicxml(score(measures(ATTRIBUTES + contents[0], *contents[1:])))


def lines(song: Song) -> list[tuple[F, F, int]]:
    return [(n.onset_quarters, n.duration_quarters, n.pitch) for n in song.melody.notes]


def starts(song: Song) -> tuple[int, ...]:
    return song.melody.phrase_starts


BREATH = "<notations><articulations><breath-mark/></articulations></notations>"
CAESURA = "<notations><articulations><caesura/></articulations></notations>"
FERMATA = "<notations><fermata/></notations>"


def slur(kind: str, number: int = 1) -> str:
    return f'<notations><slur type="{kind}" number="{number}"/></notations>'


def tie(*kinds: str) -> str:
    return "".join(f'<tie type="{kind}"/>' for kind in kinds)


def tie_lengths(*contents: str) -> list[tuple[F, ...]]:
    """Tied parts of every sounding note, before one line is made of them."""
    reader = PartReader("", Reporter(""))
    bars = [parse_xml(f"<measure>{content}</measure>".encode(), "") for content in contents]
    bars[0].children[:0] = parse_xml(ATTRIBUTES.encode(), "").walk_to()
    for bar in bars:
        reader.read_measure(bar)
    timeline = build_timeline([reader], reader, bars, Reporter(""))
    return [n.tied for n in hear_part(reader.notes, timeline).notes]


class TestTimes:
    def test_rests_and_chords_and_bars(self) -> None:
        song = read(
            rest(4) + note("C4", 12), note("E4", 8) + note("C4", 8, before="<chord/>") + rest(8)
        )
        assert lines(song) == [(1, 3, 60), (4, 2, 64)]
        assert song.melody.bar_onsets == (0, 4)
        assert song.melody.end_quarters == 8

    def test_backup_and_forward_give_a_second_voice(self) -> None:
        upper = note("G5", 4) + note("A5", 4)
        lower = "<backup><duration>8</duration></backup>" + note("C4", 8)
        later = "<forward><duration>4</duration></forward>" + note("C6", 4)
        song = read(upper + lower + later)
        assert lines(song) == [(0, 1, 79), (1, 1, 81), (3, 1, 84)]
        assert song.parts[0].is_polyphonic
        assert any("several notes at once" in notice for notice in song.notices)

    def test_a_backup_beyond_the_bar_stops_at_its_start(self) -> None:
        song = read(note("C4", 4) + "<backup><duration>5</duration></backup>" + note("G4", 4))
        assert lines(song) == [(0, 1, 67)]

    def test_divisions_may_change_and_be_decimal(self) -> None:
        change = "<attributes><divisions>6</divisions></attributes>"
        assert lines(read(note("C4", "2.5") + change + note("D4", 2))) == [
            (0, F(5, 8), 60),
            (F(5, 8), F(1, 3), 62),
        ]

    def test_rounded_triplets_are_put_right(self) -> None:
        triplet = (
            "<type>eighth</type><time-modification><actual-notes>3</actual-notes>"
            "<normal-notes>2</normal-notes></time-modification>"
        )
        divisions = "<attributes><divisions>256</divisions></attributes>"
        notes = note("C4", 85, triplet) + note("D4", 85, triplet) + note("E4", 86, triplet)
        lower = "<backup><duration>512</duration></backup>" + note("C3", 85, triplet)
        song = read(divisions + notes + note("F4", 256) + lower)
        third = F(1, 3)
        assert lines(song) == [
            (0, third, 60),
            (third, third, 62),
            (2 * third, third, 64),
            (1, 1, 65),
        ]

    def test_triplets_that_fall_short_do_not_shorten_the_bar(self) -> None:
        triplet = (
            "<type>quarter</type><time-modification><actual-notes>3</actual-notes>"
            "<normal-notes>2</normal-notes></time-modification>"
        )
        divisions = "<attributes><divisions>10</divisions></attributes>"
        song = read(divisions + note("C4", 6, triplet) * 3 + note("D4", 20), note("E4", 40))
        assert song.melody.bar_onsets == (0, 4)
        assert lines(song)[2:4] == [(F(4, 3), F(2, 3), 60), (2, 2, 62)]

    def test_grace_cue_and_empty_notes_are_left_out_and_counted(self) -> None:
        grace = "<note><grace/><pitch><step>D</step><octave>4</octave></pitch></note>"
        song = read(grace + grace + note("C4", 4) + note("B4", 4, before="<cue/>") + note("E4", 0))
        assert lines(song) == [(0, 1, 60)]
        assert song.melody.end_quarters == 2
        text = " ".join(song.notices)
        assert "2 grace notes" in text
        assert "1 cue note " in text
        assert "1 note of no length" in text

    def test_a_measure_without_content_lasts_a_full_bar(self) -> None:
        assert lines(read(note("C4", 16), "", note("D4", 16))) == [(0, 4, 60), (8, 4, 62)]

    def test_a_measure_lasts_as_long_as_its_longest_part(self) -> None:
        short = measures(ATTRIBUTES + note("C5", 8), note("D5", 16))
        long = measures(ATTRIBUTES + note("C3", 16), note("D3", 16))
        assert lines(read_musicxml(score(short, long))) == [(0, 2, 72), (4, 4, 74)]

    def test_repeats_are_told_and_not_unfolded(self) -> None:
        song = read(note("C4", 16) + '<barline><repeat direction="backward"/></barline>')
        assert len(song.melody.notes) == 1
        assert any("repeats" in notice for notice in song.notices)


class TestTies:
    def test_tied_notes_become_one_that_keeps_its_parts(self) -> None:
        song = read(
            note("C4", 16, tie("start")),
            note("C4", 4, tie("stop", "start")) + note("C4", 2, tie("stop")),
        )
        assert [(n.duration_quarters, n.tied) for n in song.melody.notes] == [
            (F(11, 2), (4, 1, F(1, 2)))
        ]

    def test_the_sign_alone_ties_too(self) -> None:
        def sign(kind: str) -> str:
            return f'<notations><tied type="{kind}"/></notations>'

        song = read(note("C4", 8, sign("start")) + note("C4", 8, sign("stop")))
        assert song.melody.notes[0].tied == (2, 2)

    def test_a_repeated_note_without_a_tie_stays_two(self) -> None:
        assert len(read(note("C4", 8) + note("C4", 8)).melody.notes) == 2

    @pytest.mark.parametrize(
        "content",
        [
            note("C4", 4, tie("start")) + rest(4) + note("C4", 4, tie("stop")),
            note("C4", 4, tie("start")) + note("D4", 4, tie("stop")),
            note("C4", 4, tie("start")) + note("C4", 4),
        ],
    )
    def test_a_tie_that_does_not_meet_its_end_is_none(self, content: str) -> None:
        song = read(content)
        assert len(song.melody.notes) == 2
        assert all(n.tied == () for n in song.melody.notes)

    def test_unisons_of_two_voices_are_tied_each_on_its_own(self) -> None:
        one, two = "<voice>1</voice>", "<voice>2</voice>"
        back = "<backup><duration>16</duration></backup>"
        first = note("C4", 16, tie("start") + one) + back + note("C4", 16, tie("start") + two)
        # The voices come in the other order in the second bar.
        again = note("C4", 16, tie("stop") + two) + back + note("C4", 8, tie("stop") + one)
        assert tie_lengths(first, again) == [(4, 2), (4, 4)]


class TestPitch:
    CLARINET = (
        "<transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose></attributes>"
    )

    def test_transposing_instruments_are_read_as_they_sound(self) -> None:
        harmony = "<harmony><root><root-step>D</root-step></root><kind>dominant</kind></harmony>"
        written = ATTRIBUTES.replace("<fifths>0", "<fifths>2").replace("</attributes>", "")
        song = read_musicxml(score(measures(written + self.CLARINET + harmony + note("F#4", 16))))
        assert (song.melody.notes[0].pitch, song.melody.notes[0].spelling) == (64, "E")
        assert song.melody.keys[0].key == Key(0, "major")
        assert song.chords[0].symbol == "C7"

    @pytest.mark.parametrize(
        ("transpose", "pitch", "spelling"),
        [
            ("<chromatic>-9</chromatic>", 51, "Eb"),
            (
                "<diatonic>0</diatonic><chromatic>0</chromatic><octave-change>-1</octave-change>",
                48,
                "C",
            ),
            ("<diatonic>-4</diatonic><chromatic>-7</chromatic>", 53, "F"),
            ("<chromatic>-14</chromatic>", 46, "Bb"),
        ],
    )
    def test_intervals(self, transpose: str, pitch: int, spelling: str) -> None:
        attributes = f"<attributes><transpose>{transpose}</transpose></attributes>"
        found = read(attributes + note("C4", 4)).melody.notes[0]
        assert (found.pitch, found.spelling) == (pitch, spelling)

    def test_a_key_beyond_seven_sharps_becomes_its_enharmonic_one(self) -> None:
        key = "<attributes><key><fifths>6</fifths><mode>minor</mode></key>"
        horn = "<transpose><diatonic>1</diatonic><chromatic>2</chromatic></transpose></attributes>"
        assert read(key + horn + note("C4", 4)).melody.keys[0].key == Key(-4, "minor")

    def test_quarter_tones_are_rounded_up_and_told(self) -> None:
        step = "<pitch><step>C</step><alter>{}</alter><octave>4</octave></pitch>"
        content = "".join(
            f"<note>{step.format(alter)}<duration>4</duration></note>" for alter in ("-0.5", "0.5")
        )
        song = read(content)
        assert [n.pitch for n in song.melody.notes] == [60, 61]
        assert any("2 quarter-tones" in notice for notice in song.notices)


class TestBars:
    def test_a_short_first_bar_is_a_pickup(self) -> None:
        song = read(note("C4", 4), note("D4", 16))
        assert song.melody.pickup_quarters == 1
        assert song.melody.bar_onsets == (0, 1)

    def test_an_unnumbered_half_continues_its_bar(self) -> None:
        half = f'<measure number="X1" implicit="yes">{note("D4", 8)}</measure>'
        song = read(note("C4", 16), note("D4", 8), half, note("E4", 16))
        assert song.melody.bar_onsets == (0, 4, 8)

    def test_a_resting_part_does_not_stretch_a_pickup(self) -> None:
        first = f'<measure number="0" implicit="yes">{ATTRIBUTES}{{}}</measure>'
        tune = measures(first.format(note("C5", 4)), note("D5", 16))
        silent = measures(first.format(rest(16)), note("D3", 16))
        assert read_musicxml(score(tune, silent)).melody.bar_onsets == (0, 1)

    def test_signatures_change(self) -> None:
        change = (
            "<attributes><key><fifths>-3</fifths><mode>minor</mode></key>"
            "<time><beats>3+2</beats><beat-type>8</beat-type></time></attributes>"
        )
        melody = read(note("C4", 16), change + note("C4", 10)).melody
        assert melody.keys == (KeyChange(F(0), Key(0)), KeyChange(F(4), Key(-3, "minor")))
        assert melody.meters == (MeterChange(F(0), Meter(4, 4)), MeterChange(F(4), Meter(5, 8)))

    def test_meters_are_sums(self) -> None:
        time = (
            "<attributes><time><beats>3</beats><beat-type>8</beat-type>"
            "<beats>1</beats><beat-type>4</beat-type></time></attributes>"
        )
        assert read(time + note("C4", 10)).melody.meters[0].meter == Meter(5, 8)

    def test_without_signatures_nothing_is_invented(self) -> None:
        melody = read_musicxml(score(measures(note("C4", 4)))).melody
        assert melody.keys == ()
        assert melody.meter_source == "assumed"
        assert melody.phrase_starts == ()

    def test_a_missing_mode_is_told(self) -> None:
        key = "<attributes><key><fifths>2</fifths></key></attributes>"
        song = read_musicxml(score(measures(key + note("C4", 4))))
        assert song.melody.keys[0].key == Key(2)
        assert song.melody.key_source == "assumed"
        assert any("mode" in notice for notice in song.notices)

    def test_free_time_and_odd_denominators_are_no_meter(self) -> None:
        for time in ("<senza-misura/>", "<beats>4</beats><beat-type>6</beat-type>"):
            content = f"<attributes><time>{time}</time></attributes>" + note("C4", 4)
            assert read_musicxml(score(measures(content))).melody.meter_source == "assumed"


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
