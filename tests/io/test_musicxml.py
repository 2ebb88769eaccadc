"""Notes, ties and bars of MusicXML."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from tests.io.musicxml_text import (
    ATTRIBUTES,
    lines,
    measures,
    note,
    read,
    rest,
    score,
    tie,
    tie_lengths,
)

from clinamen.domains.music.notes import Key, KeyChange, Meter, MeterChange
from clinamen.io.musicxml import read_musicxml


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
