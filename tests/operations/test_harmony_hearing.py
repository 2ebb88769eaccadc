import json
import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.progression.progressions import song_of_symbols
from tests.operations.small_harmony import harmony_listener, loop_listener

from clinamen.domains.music.notes import Key
from clinamen.errors import MissingError, ParameterError, UnsupportedError
from clinamen.operations._chord_words import ChordWords
from clinamen.operations.harmony_export import harmony_plot_bytes, harmony_record
from clinamen.operations.harmony_hearing import (
    bar_curves,
    describe_harmony,
    event_curves,
    hear_harmony,
)
from clinamen.operations.harmony_summary import harmony_lead, moment_sentence
from clinamen.operations.hear import HearRequest

PARTS = ("chord", "detail")
SYMBOLS = ["C", "Am", "F", "G7", "C", "Am", "F", "Ab7", "C", "F/A", "G9", "C"]
TUNE = [(n * Fraction(3, 2), 1, 60 + (5 * n) % 12) for n in range(30)]


def heard(symbols, notes=(), key=None, listener=None):
    song = song_of_symbols(symbols, key=key or Key(0), notes=notes)
    listener = listener or harmony_listener()
    harmony = listener.hear(song, target="harmony")
    melody = listener.hear(song.melody, target="joint") if notes else None
    return describe_harmony(song, harmony, melody)


@pytest.fixture(scope="module")
def lead_sheet():
    return heard(SYMBOLS, TUNE)


@pytest.fixture(scope="module")
def chart():
    return heard(SYMBOLS)


def test_curves_of_bars_are_sums_over_their_events(lead_sheet):
    harmony, melody, bars = lead_sheet.harmony, lead_sheet.melody, lead_sheet.bars
    for place, bar in enumerate(bars.bar.tolist()):
        notes = [n for n, each in enumerate(melody.columns["bar"]) if each == bar]
        chords = [n for n, each in enumerate(harmony.columns["bar"]) if each == bar]
        assert (bars.n_notes[place], bars.n_chords[place]) == (len(notes), len(chords))
        expected = [
            sum(melody.parts["onset"].information_content[n] for n in notes),
            sum(melody.parts["pitch"].information_content[n] for n in notes),
            sum(harmony.information_content[n] for n in chords),
        ]
        found = [bars.rhythm[place], bars.melody[place], bars.harmony[place]]
        assert found == pytest.approx(expected)
        assert bars.total[place] == pytest.approx(sum(expected))
        assert bars.onset_quarters[place] == 4 * (bar - 1)


def test_curves_over_events_have_every_event_where_it_begins(lead_sheet):
    events, harmony, melody = lead_sheet.events, lead_sheet.harmony, lead_sheet.melody
    onsets = {*harmony.columns["onset_quarters"], *melody.columns["onset_quarters"]}
    assert events.onset_quarters.tolist() == sorted(onsets)
    for number, onset in enumerate(harmony.columns["onset_quarters"]):
        place = events.onset_quarters.tolist().index(onset)
        assert events.harmony[place] == pytest.approx(harmony.information_content[number])
        assert events.bar[place] == harmony.columns["bar"][number]
    assert events.n_notes.sum() == len(melody)
    assert events.n_chords.sum() == len(harmony)


@given(
    st.lists(
        st.sampled_from(["C", "Am7", "F", "G7", "Eb", "N.C.", "D/F#"]), min_size=1, max_size=8
    ),
    st.integers(0, 12),
)
@settings(deadline=None, max_examples=25)
def test_both_curves_sum_to_the_bits_of_the_song(symbols, n_notes):
    found = heard(symbols, TUNE[:n_notes])
    bits = found.harmony.information_content.sum()
    bits += found.melody.information_content.sum() if found.melody is not None else 0.0
    assert found.events.total.sum() == pytest.approx(bits)
    assert found.bars.total.sum() == pytest.approx(bits)
    assert (np.diff(found.bars.bar) == 1).all()


def test_the_highest_bars_leave_out_the_first(lead_sheet):
    total = lead_sheet.bars.total
    best = sorted(range(1, len(total)), key=lambda place: -total[place])[:3]
    assert list(lead_sheet.moments) == best
    sentence = moment_sentence(lead_sheet, best[0])
    assert sentence.startswith(f"Bar {best[0] + 1} (")
    assert f"{total[best[0]]:.1f} bits" in sentence


def test_chords_alone_have_no_melody_and_no_rhythm(chart):
    assert chart.melody is None
    assert not chart.bars.rhythm.any()
    assert not chart.bars.melody.any()
    assert chart.bars.total.tolist() == chart.bars.harmony.tolist()
    assert chart.numerals[:4] == ("I", "vi", "IV", "V7")
    assert harmony_lead(chart).startswith("12 chords, in C major, in 4/4 time. A chord costs")


def test_the_most_surprising_chord_in_words():
    found = heard(
        ["C", "Ab", "Em", "F#m", "C", "Ab", "Em", "F#m", "C", "Ab", "Em", "Bb7"],
        listener=loop_listener(),
    )
    remark = found.remarks[0]
    assert (remark.event, remark.part) == (11, "chord")
    bits = found.harmony.information_content[11]
    assert remark.sentence.startswith(f"Bar 12, beat 1: Bb7 cost {bits:.1f} bits")
    assert "Expected instead: F#m (" in remark.sentence
    assert "It is bVII7 in C major, subdominant in function." in remark.sentence
    assert remark.sentence.endswith(
        "The last 7 chords came before, in bars 1 to 7, and F#m followed there."
    )


@pytest.mark.parametrize("times", [2, 3])
def test_a_passage_that_is_named_came_before(times):
    found = heard(
        ["C", "Ab", "Em", "F#m"] * times + ["C", "Ab", "Em", "Bb7", "C", "F", "Ab"],
        listener=loop_listener(),
    )
    symbols = [str(each) for each in found.harmony.columns["symbol"]]
    n_named = 0
    for remark in found.remarks:
        said = re.search(r"last (\d+) chords came before, in bars (\d+) (?:to|and) (\d+), and "
                         r"(\S+) followed", remark.sentence)  # fmt: skip
        if said:
            n, first, last = (int(said[group]) for group in (1, 2, 3))
            assert symbols[first - 1 : last] == symbols[remark.event - n : remark.event]
            assert symbols[last] == said[4] != symbols[remark.event]
            n_named += 1
    assert n_named


def test_figures_of_a_reason_are_those_of_the_model():
    found = heard(["C", "Am", "F", "C", "E7", "F", "D", "Bb", "C"])
    figures = 0
    for remark in found.remarks:
        reason = remark.reason
        if reason is None or not reason.expert:
            continue
        memory = "short_term" if reason.memory == "song" else "long_term"
        whole = found.harmony.parts[remark.part].why(remark.event)
        one = next(
            each for each in whole.reasons
            if (each.expert, each.memory) == (reason.expert, memory)
        )  # fmt: skip
        assert reason.bits == one.bits > 0
        assert one.n_expected > one.n_came
        if memory == "long_term":
            assert f"{round(one.n_seen):,} cases" in reason.text
        figures += 1
    assert figures


def test_a_likeliest_chord_is_no_surprise(chart):
    for remark in chart.remarks:
        parts = chart.harmony.parts.values()
        assert any(p.distribution[remark.event].argmax() != p.symbols[remark.event] for p in parts)
        assert remark.event > 0


def test_a_surprise_of_the_other_tones_is_told_as_one():
    found = heard(["C", "F", "G7", "C", "F", "G7(b9)/F", "C"])
    remark = next(each for each in found.remarks if each.event == 5)
    assert remark.part == "detail"
    chord, detail = (found.harmony.parts[name].information_content[5] for name in PARTS)
    assert f"{chord:.1f} for root and quality and {detail:.1f} for the other" in remark.sentence
    assert "Root and quality, G7, " in remark.sentence
    assert "the plain chord was " in remark.sentence
    assert "an added flat ninth and the seventh in the bass" in remark.sentence


def test_what_came_is_not_named_as_expected_instead(chart, lead_sheet):
    n_close = 0
    for found in (chart, lead_sheet):
        words, part = ChordWords(found.song, found.harmony), found.harmony.parts["chord"]
        for event in range(len(found.harmony)):
            came = part.labels[part.symbols[event]]
            sentence = words.remark(event).sentence
            said = re.search(r"Expected instead: (.*?)\. ", sentence)
            if said:
                n_close += came in [name for name, _ in part.expected_at(event, 3)]
                assert not any(
                    each.startswith(f"{came} (") for each in re.split(", | or ", said[1])
                )
    assert n_close


def test_chords_of_the_song_are_named_as_it_writes_them():
    found = heard(["Eb", "Em7", "Fm7", "Bb7", "Eb", "D#dim7/F#", "Bb7"], key=Key(-3))
    part = found.harmony.parts["chord"]
    named = [part.labels[symbol] for symbol in part.symbols]
    assert named == ["Eb", "Em7", "Fm7", "Bb7", "Eb", "D#dim7", "Bb7"]
    assert not any("Fbm7" in remark.sentence for remark in found.remarks)


def test_key_unknown_and_no_chord_leave_out_what_is_not_known():
    song = song_of_symbols(["C", "N.C.", "Db7"])
    listener = harmony_listener()
    timing = listener.harmony["key timing"]
    found = describe_harmony(song, timing.hear(song))
    assert found.numerals == ("", "", "")
    assert not any("It is" in remark.sentence for remark in found.remarks)


def test_numbers_in_json_are_exact(lead_sheet):
    record = json.loads(json.dumps(harmony_record(lead_sheet, file="f"), allow_nan=False))
    harmony = lead_sheet.harmony
    assert record["schema"] == "clinamen.harmony/1"
    assert [row["information_content"] for row in record["chords"]] == (
        harmony.information_content.tolist()
    )
    assert [row["sum"] for row in record["bars"]] == lead_sheet.bars.total.tolist()
    assert [row["symbol"] for row in record["chords"]] == list(harmony.columns["symbol"])
    for event, row in enumerate(record["chords"]):
        best = harmony.parts["chord"].distribution[event].max()
        assert row["expected"][0]["probability"] == best
    assert record["highest_bars"] == [place + 1 for place in lead_sheet.moments]


def test_json_of_chords_alone_has_harmony_only(chart):
    record = harmony_record(chart, file="f")
    assert record["n_notes"] == 0
    assert set(record["bars"][0]) == {"bar", "onset_quarters", "n_chords", "harmony", "sum"}


def test_a_picture_is_the_same_every_time_and_names_the_curves(lead_sheet, chart):
    picture = harmony_plot_bytes(lead_sheet, "svg")
    assert picture == harmony_plot_bytes(lead_sheet, "svg")
    for text in (b">sum<", b">rhythm<", b">melody<", b">harmony<", b">Ab7<"):
        assert text in picture
    assert b">rhythm<" not in harmony_plot_bytes(chart, "svg")
    with pytest.raises(ParameterError, match="svg or png"):
        harmony_plot_bytes(chart, "gif")


def test_a_song_without_chords_is_refused(tmp_path):
    path = tmp_path / "tune.abc"
    path.write_text("X:1\nT:t\nM:4/4\nL:1/4\nK:C\nCDEF|\n")
    with pytest.raises(UnsupportedError, match="no chords"):
        hear_harmony(HearRequest(str(path)), listener=harmony_listener())


def test_a_listener_without_chords_says_so(tmp_path):
    from tests.operations.small_listener import small_listener

    path = tmp_path / "song.txt"
    path.write_text("| Am7 | D7 | Gmaj7 |\n")
    with pytest.raises(MissingError, match="small has learnt nothing about chords"):
        hear_harmony(HearRequest(str(path)), listener=small_listener())


def test_curves_can_be_had_on_their_own(lead_sheet):
    again = event_curves(lead_sheet.harmony, lead_sheet.melody)
    assert again.total.tolist() == lead_sheet.events.total.tolist()
    bars = bar_curves(lead_sheet.song, lead_sheet.harmony)
    assert bars.total.tolist() == bars.harmony.tolist()
