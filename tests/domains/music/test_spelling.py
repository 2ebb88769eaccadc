"""Names of pitches: every name sounds as the pitch it names."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.music.melodies import keys

from clinamen.domains.music.notes import Key
from clinamen.domains.music.spelling import note_name, pitch_name, scale_degree, spell
from clinamen.errors import ParameterError

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def sounding(name: str) -> int:
    """MIDI number of a name with octave, read letter by letter."""
    pitch = STEPS[name[0]]
    rest = name[1:]
    while rest[0] in "#b":
        pitch += 1 if rest[0] == "#" else -1
        rest = rest[1:]
    return pitch + 12 * (int(rest) + 1)


@given(st.integers(0, 127), st.none() | keys)
def test_a_name_sounds_as_its_pitch(pitch: int, key: Key | None) -> None:
    assert sounding(pitch_name(pitch, key)) == pitch
    (name,) = spell([pitch], key)
    assert sounding(note_name(pitch, name)) == pitch


@given(st.lists(st.integers(0, 127), max_size=30), st.none() | keys)
def test_every_name_of_a_melody_sounds_as_its_pitch(pitches: list[int], key: Key | None) -> None:
    names = spell(pitches, key)
    assert [sounding(note_name(p, n)) for p, n in zip(pitches, names, strict=True)] == pitches
    assert spell(pitches, [key] * len(pitches)) == names


@pytest.mark.parametrize("fifths", range(-7, 8))
@pytest.mark.parametrize("mode", ["major", "minor", "dorian", "mixolydian", "lydian", "phrygian"])
def test_a_scale_has_seven_letters(fifths: int, mode: str) -> None:
    key = Key(fifths, mode)
    scale = [60 + key.tonic_pitch_class + step for step in key.scale]
    names = spell(scale, key)
    assert {name[0] for name in names} == set("ABCDEFG")
    assert names[0] == key.tonic_name
    n_accidentals = sum(name.count("#") - name.count("b") for name in names)
    assert n_accidentals == fifths


@pytest.mark.parametrize(
    ("pitch", "key", "name"),
    [
        (60, None, "C4"),
        (75, Key(-3), "Eb5"),
        (75, Key(4), "D#5"),
        (60, Key(7), "B#3"),
        (59, Key(-7), "Cb4"),
        (71, Key(-6), "Cb5"),
        (68, Key(0, "minor"), "G#4"),
        (0, None, "C-1"),
        (127, None, "G9"),
    ],
)
def test_names_by_hand(pitch: int, key: Key | None, name: str) -> None:
    assert pitch_name(pitch, key) == name


@pytest.mark.parametrize(
    ("pitches", "key", "names"),
    [
        ([67, 68, 69, 68, 67], Key(0), "G G# A Ab G"),
        ([64, 63, 64, 63, 62], Key(0), "E D# E Eb D"),
        ([69, 68, 69], Key(0, "minor"), "A G# A"),
        ([69, 70, 69], Key(0, "minor"), "A Bb A"),
        ([67, 66, 67, 61, 62], Key(-2, "minor"), "G F# G C# D"),
        ([72, 70, 69], Key(0), "C Bb A"),
    ],
)
def test_chromatic_notes_lead_on(pitches: list[int], key: Key, names: str) -> None:
    assert spell(pitches, key) == tuple(names.split())


@st.composite
def lines(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Pitches of few keys, so that they recur, with their bars."""
    pitches = draw(st.lists(st.integers(58, 74), max_size=24))
    steps = draw(st.lists(st.integers(0, 1), min_size=len(pitches), max_size=len(pitches)))
    return pitches, list(accumulate(steps))


@given(lines(), st.none() | keys)
def test_one_key_has_one_name_in_a_bar_unless_it_leads_both_ways(
    line: tuple[list[int], list[int]], key: Key | None
) -> None:
    pitches, bars = line
    names = spell(pitches, key, bars=bars)
    assert [sounding(note_name(p, n)) for p, n in zip(pitches, names, strict=True)] == pitches
    steps = [after - pitch for pitch, after in pairwise([*pitches, *pitches[-1:]])]
    for place in {(bar, pitch % 12) for bar, pitch in zip(bars, pitches, strict=True)}:
        own = [n for n in range(len(pitches)) if (bars[n], pitches[n] % 12) == place]
        if len({names[n] for n in own}) > 1:
            # A sharp rises and a flat falls, by a semitone, or the names would be alike.
            assert {1, -1} & {steps[n] for n in own}
            leading = {names[n] for n in own if abs(steps[n]) == 1}
            assert leading == {names[n] for n in own}


@given(lines(), st.none() | keys)
def test_alone_in_its_bar_a_note_is_spelled_as_without_bars(
    line: tuple[list[int], list[int]], key: Key | None
) -> None:
    pitches, _ = line
    assert spell(pitches, key, bars=range(len(pitches))) == spell(pitches, key)


@given(lines(), st.none() | keys, st.data())
def test_given_names_stand(
    line: tuple[list[int], list[int]], key: Key | None, data: st.DataObject
) -> None:
    pitches, bars = line
    usual = spell(pitches, key)
    given_names = [name if data.draw(st.booleans()) else None for name in usual]
    names = spell(pitches, key, bars=bars, given=given_names)
    assert all(own in (None, name) for own, name in zip(given_names, names, strict=True))


@pytest.mark.parametrize(
    ("pitches", "given_names", "key", "names"),
    [
        # One that leads nowhere has the name of one that does, before it or after it.
        ([63, 64, 63, 60], None, Key(0), "D# E D# C"),
        ([63, 60, 63, 64], None, Key(0), "D# C D# E"),
        ([68, 65, 68, 67], None, Key(0), "Ab F Ab G"),
        # In any octave.
        ([63, 64, 51, 48], None, Key(0), "D# E D# C"),
        # Both ways: each as it leads.
        ([67, 68, 69, 68, 67], None, Key(0), "G G# A Ab G"),
        # A written name goes before the usual one, and not before where a note leads.
        ([70, 67, 70, 65], ["A#", None, None, None], Key(0), "A# G A# F"),
        ([70, 67, 70, 69], ["A#", None, None, None], Key(0), "A# G Bb A"),
        # The scale's own notes are what they are.
        ([70, 71, 70, 67], ["A#", None, None, None], Key(-1), "A# B Bb G"),
    ],
)
def test_a_bar_is_looked_at_as_a_whole(
    pitches: list[int], given_names: list[str | None] | None, key: Key, names: str
) -> None:
    found = spell(pitches, key, bars=[3] * len(pitches), given=given_names)
    assert found == tuple(names.split())


def test_another_bar_begins_anew() -> None:
    assert spell([63, 64, 63, 60], Key(0), bars=[1, 1, 2, 2]) == ("D#", "E", "Eb", "C")


def test_each_note_may_have_its_own_key() -> None:
    assert spell([66, 66], [Key(1), Key(-6)]) == ("F#", "Gb")
    with pytest.raises(ParameterError, match="2 pitches"):
        spell([60, 62], [Key(0)])
    with pytest.raises(ParameterError, match="2 pitches need as many bars"):
        spell([60, 62], Key(0), bars=[1])


@pytest.mark.parametrize(
    ("pitch", "spelling"), [(60, "D"), (61, "Cb"), (60, "H"), (60, "c"), (60, "")]
)
def test_a_wrong_spelling_is_refused(pitch: int, spelling: str) -> None:
    with pytest.raises(ParameterError):
        note_name(pitch, spelling)


@given(st.integers(0, 127), st.integers(-7, 7), st.sampled_from(["major", "minor", "dorian"]))
def test_a_degree_and_its_sign_give_the_pitch_back(pitch: int, fifths: int, mode: str) -> None:
    key = Key(fifths, mode)
    number, altered = scale_degree(pitch, pitch_name(pitch, key), key)
    above = key.tonic_pitch_class + key.scale[number - 1] + altered
    assert above % 12 == pitch % 12
    assert abs(altered) <= 1
