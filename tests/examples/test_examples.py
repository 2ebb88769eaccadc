"""The examples, read and compared with what a musician wrote down by hand."""

from __future__ import annotations

import importlib.util
import zipfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest

from clinamen.domains.music.notes import Song, regular_bar_onsets
from clinamen.io.files import read_song

FOLDER = Path(__file__).parents[2] / "examples"
GENERATED = (
    "ah_vous_dirai_je.mid",
    "amazing_grace_played.mid",
    "auld_lang_syne.mxl",
    "left_hand_blues.mid",
)


@dataclass(frozen=True)
class Tune:
    """What the file must say; `starts` are the first notes of the phrases, as names."""

    file: str
    title: str
    opening: str
    last: str
    n_notes: int
    key: str
    meter: str
    end: int
    pickup: str = "0"
    starts: str = ""
    words: str = ""
    n_chords: int = 0


TUNES = (
    Tune(
        "sakura.abc",
        "Sakura Sakura",
        "A4:1 A4:1 B4:2 A4:1 A4:1 B4:2 A4:1 B4:1 C5:1 B4:1 A4:1 B4:1/2 A4:1/2 F4:2",
        "E4:4",
        50,
        "E phrygian",
        "4/4",
        56,
        starts="A A E A E A E",
        words="sa- -ku- -ra sa- -ku- -ra",
    ),
    Tune(
        "amazing_grace.abc",
        "Amazing Grace",
        "D4:1 G4:2 B4:1/2 G4:1/2 B4:2 A4:1 G4:2 E4:1 D4:2 D4:1 G4:2 B4:1/2 G4:1/2 B4:2 A4:1 D5:5",
        "G4:5",
        35,
        "G major",
        "3/4",
        48,
        pickup="1",
        starts="D D B D",
        words="A- -ma- -zing",
    ),
    Tune(
        "greensleeves.abc",
        "Greensleeves",
        "A4:1/2 C5:1 D5:1/2 E5:3/4 F#5:1/4 E5:1/2 D5:1 B4:1/2 G4:3/4 A4:1/4 B4:1/2 C5:1 A4:1/2 "
        "A4:3/4 G#4:1/4 A4:1/2 B4:1 G#4:1/2 E4:1",
        "A4:5/2",
        71,
        "A dorian",
        "6/8",
        48,
        pickup="1/2",
        starts="A A G G",
    ),
    Tune(
        "ru_chieu.abc",
        "Ru chiều",
        "A4:3 G4:1/2 F4:1/2 D4:3 D4:1/2 F4:1/2 G4:1/2 A4:1/2 C5:1",
        "D4:3",
        44,
        "D minor",
        "2/4",
        40,
        starts="A D C D A",
        words="Ầu",
    ),
    Tune(
        "knots.abc",
        "Knots",
        "G4:1 A4:1/3 B4:1/3 C5:1/3 D5:2 C5:1/3 B4:1/3 A4:1/3 B4:1",
        "G4:3",
        44,
        "G major",
        "3/4",
        36,
        starts="G B G",
    ),
    Tune(
        "ode_to_joy.musicxml",
        "Ode to Joy",
        "F#4:1 F#4:1 G4:1 A4:1 A4:1 G4:1 F#4:1 E4:1 D4:1 D4:1 E4:1 F#4:1 F#4:3/2 E4:1/2 E4:2",
        "D4:2",
        62,
        "D major",
        "4/4",
        64,
        starts="F# F# E F#",
        words="Freu- -de, schö- -ner Göt- -ter- -fun- -ken,",
    ),
    Tune(
        "harbour_light.musicxml",
        "Harbour Light",
        "A4:1 C5:1 A4:1 G4:1 F4:2 C4:2 D4:1 F4:1 G4:1 A4:1 G4:4",
        "F4:4",
        41,
        "F major",
        "4/4",
        64,
        starts="A A D A",
        n_chords=18,
    ),
    Tune(
        "auld_lang_syne.mxl",
        "Auld Lang Syne",
        "C4:1 F4:3/2 F4:1/2 F4:1 A4:1 G4:3/2 F4:1/2 G4:1 A4:1 F4:3/2 F4:1/2 A4:1 C5:1 D5:3",
        "F4:3",
        56,
        "F major",
        "4/4",
        64,
        pickup="1",
        starts="C D D D",
        words="Should auld ac- -quain- -tance be for- -got,",
    ),
    Tune(
        "frere_jacques.krn",
        "Frère Jacques",
        "F4:1 G4:1 A4:1 F4:1 F4:1 G4:1 A4:1 F4:1 A4:1 Bb4:1 C5:2",
        "F4:2",
        32,
        "F major",
        "4/4",
        32,
        starts="F F A A C C F F",
    ),
    Tune(
        "five_stones.krn",
        "Five Stones",
        "D4:1 F4:1 A4:1 G4:1 F4:1 E4:1 G4:1 A4:3 D4:1 F4:1 A4:1 C5:1 B4:1",
        "D4:4",
        29,
        "D dorian",
        "5/4",
        40,
        starts="D D C D",
    ),
    Tune(
        "ah_vous_dirai_je.mid",
        "Ah! vous dirai-je, maman",
        "C4:1 C4:1 G4:1 G4:1 A4:1 A4:1 G4:2 F4:1 F4:1 E4:1 E4:1 D4:1 D4:1 C4:2",
        "C4:2",
        42,
        "C major",
        "4/4",
        48,
    ),
)

NAMES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def pitch_class(name: str) -> int:
    return (NAMES[name[0]] + name.count("#") - name.count("b")) % 12


def note(text: str) -> tuple[int, Fraction]:
    name, duration = text.split(":")
    return pitch_class(name[:-1]) + 12 * (int(name[-1]) + 1), Fraction(duration)


def heard(song: Song) -> list[tuple[int, Fraction]]:
    return [(n.pitch, n.duration_quarters) for n in song.melody.notes]


@pytest.mark.parametrize("tune", TUNES, ids=lambda tune: tune.file)
def test_a_tune_is_what_the_score_says(tune: Tune) -> None:
    song = read_song(FOLDER / tune.file)
    melody = song.melody
    opening = [note(text) for text in tune.opening.split()]
    assert heard(song)[: len(opening)] == opening
    assert heard(song)[-1] == note(tune.last)
    assert len(melody.notes) == tune.n_notes
    assert song.title == tune.title
    assert [str(change.key) for change in melody.keys] == [tune.key]
    assert [str(change.meter) for change in melody.meters] == [tune.meter]
    assert melody.pickup_quarters == Fraction(tune.pickup)
    assert melody.end_quarters == tune.end
    assert len(song.chords) == tune.n_chords


@pytest.mark.parametrize("tune", TUNES, ids=lambda tune: tune.file)
def test_bars_are_full(tune: Tune) -> None:
    melody = read_song(FOLDER / tune.file).melody
    regular = regular_bar_onsets(melody.meters, melody.pickup_quarters, melody.end_quarters)
    assert melody.bar_onsets == regular


@pytest.mark.parametrize("tune", [t for t in TUNES if t.starts], ids=lambda tune: tune.file)
def test_phrases_begin_where_they_should(tune: Tune) -> None:
    melody = read_song(FOLDER / tune.file).melody
    assert melody.phrase_source == "file"
    starts = [melody.notes[index].pitch % 12 for index in melody.phrase_starts]
    assert starts == [pitch_class(name) for name in tune.starts.split()]


@pytest.mark.parametrize("tune", [t for t in TUNES if t.words], ids=lambda tune: tune.file)
def test_words_stand_under_their_notes(tune: Tune) -> None:
    words = [n.lyric for n in read_song(FOLDER / tune.file).melody.notes]
    expected = tune.words.split()
    assert words[: len(expected)] == expected


def test_beethoven_enters_one_beat_early() -> None:
    melody = read_song(FOLDER / "ode_to_joy.musicxml").melody
    early = melody.notes[melody.phrase_starts[-1]]
    assert early.onset_quarters == 12 * 4 - 1
    assert early.tied == (1, 1)


def test_the_blues_band_is_heard_as_its_melody() -> None:
    song = read_song(FOLDER / "left_hand_blues.mid", track="melody")
    names = [part.name for part in song.parts]
    assert [name for name in names if name][-3:] == ["Melody", "Bass", "Drums"]
    assert [part.is_percussion for part in song.parts if part.name == "Drums"] == [True]
    opening = "C4:1 Eb4:1/2 E4:1/2 G4:1 A4:1/2 G4:1/2 Bb4:1 A4:1/2 G4:1/2 E4:1 C4:1"
    assert heard(song)[:11] == [note(text) for text in opening.split()]
    assert len(song.melody.notes) == 54


def test_the_performance_is_brought_back_to_the_score() -> None:
    played = read_song(FOLDER / "amazing_grace_played.mid")
    written = read_song(FOLDER / "amazing_grace.abc")
    assert played.quantisation is not None
    assert played.quantisation.mean_error_quarters < 0.05
    assert [n.pitch for n in played.melody.notes] == [n.pitch for n in written.melody.notes]
    first = played.melody.notes[0].onset_quarters
    onsets = [n.onset_quarters - first for n in played.melody.notes]
    assert onsets == [n.onset_quarters for n in written.melody.notes]
    assert played.melody.key_source == "estimated"


def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_examples", FOLDER / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_files_are_built_byte_for_byte(tmp_path: Path) -> None:
    made = builder().build(tmp_path)
    assert sorted(path.name for path in made) == sorted(GENERATED)
    for path in made:
        assert contents(path) == contents(FOLDER / path.name), path.name


def contents(path: Path) -> list[tuple[str, bytes]]:
    """The bytes of a file; of an archive those of its members, for zlibs pack differently."""
    if path.suffix != ".mxl":
        return [(path.name, path.read_bytes())]
    with zipfile.ZipFile(path) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def test_the_readme_lists_every_tune() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    suffixes = {".abc", ".krn", ".mid", ".musicxml", ".mxl"}
    for path in FOLDER.iterdir():
        if path.suffix in suffixes:
            assert f"| `{path.name}` |" in readme
