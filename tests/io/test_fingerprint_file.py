"""An index of fingerprints in a file: read again to the bit, or refused with one clear error."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.fingerprints.plain_runs import Notes, in_ticks, lines, melody_of
from tests.io.stored_files import reheaded, split

from clinamen.domains.music.fingerprints import Baseline, Fingerprints, Tunes
from clinamen.domains.music.fingerprints._baseline import LONGEST, WIDTHS
from clinamen.domains.music.notes import Song
from clinamen.errors import FormatError
from clinamen.io._stored import join
from clinamen.io.fingerprint_file import MAGIC, read_fingerprints, write_fingerprints

STEPS = (0, 2, 4, 5, 7, 9, 11, 12, 11, 9, 7, 5)
NOTES = [(2 * number, 1, 60 + step) for number, step in enumerate(STEPS)]
SONGS = [Song(melody_of(NOTES), title="Élégie", composer="Nobody"), Song(melody_of(NOTES[:5]))]
INDEX = Fingerprints.of(SONGS, collections=["old", "new"], facts={"corpora": [{"corpus": "two"}]})
FILE = write_fingerprints(INDEX)


@settings(deadline=None, max_examples=50)
@given(st.lists(lines(), max_size=4), st.lists(st.text(max_size=5), min_size=4, max_size=4))
def test_an_index_is_read_as_it_was_written(corpus: list[Notes], titles: list[str]) -> None:
    songs = [
        Song(melody_of(notes), title=title) for notes, title in zip(corpus, titles, strict=False)
    ]
    file = write_fingerprints(Fingerprints.of(songs))
    found = read_fingerprints(file)
    assert write_fingerprints(found) == file
    assert len(found.tunes) == len(songs)
    for number, notes in enumerate(corpus):
        run = found.longest_run(in_ticks(notes))
        assert (run.n_notes if run else 0) == (len(notes) if len(notes) > 3 else 0)
        assert run is None or run.tune <= number


def test_what_was_indexed_is_on_record() -> None:
    found = read_fingerprints(FILE)
    assert found.facts == {"corpora": [{"corpus": "two"}]}
    assert (found.tunes.titles, found.tunes.credits) == (("Élégie", ""), ("Nobody", ""))
    np.testing.assert_array_equal(found.baseline.longest, INDEX.baseline.longest)
    np.testing.assert_array_equal(found.baseline.windows, INDEX.baseline.windows)
    assert found.baseline.names == ("old", "new")


@settings(deadline=None, max_examples=100)
@given(st.integers(0, len(FILE) - 1), st.binary(max_size=4))
def test_a_damaged_file_is_a_format_error(place: int, patch: bytes) -> None:
    damaged = FILE[:place] + patch + FILE[place + len(patch) :]
    if damaged == FILE:
        damaged = FILE[:place]
    with pytest.raises(FormatError, match="x"):
        read_fingerprints(damaged, source="x")


@pytest.mark.parametrize(
    "changes",
    [
        {"settings": {}},
        {"settings": {"notes": 5, "bits": 63}},
        {"facts": 3},
        {"arrays": []},
        {"collections": ["old", "old"]},
        {"collections": 3},
        {"collections": []},
    ],
)
def test_a_header_that_cannot_be_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(FormatError):
        read_fingerprints(reheaded(FILE, MAGIC, **changes))


def arrays() -> dict[str, np.ndarray]:
    """Those of a file, to be spoilt."""
    return {
        "hashes": np.diff(INDEX.hashes.astype(np.int64), prepend=0),
        "grams": INDEX.grams.copy(),
        "n_notes": INDEX.tunes.n_notes.astype(np.int32),
        "bars": INDEX.tunes.bars.astype(np.int32),
        "titles": np.array([65, 10, 66], dtype=np.int32),
        "credits": np.array([10], dtype=np.int32),
        "collection": np.array([0, 1], dtype=np.int32),
        "longest": INDEX.baseline.longest.astype(np.int32),
        "windows": INDEX.baseline.windows.copy(),
    }


def spoilt(name: str, values: object) -> bytes:
    given = arrays()
    if name:
        given[name] = np.asarray(values, dtype=given[name].dtype)
    header, _ = split(FILE, MAGIC)
    return join(MAGIC, {**header, "facts": {}}, given)


def test_what_is_spoilt_below_was_whole() -> None:
    assert len(read_fingerprints(spoilt("", None)).tunes) == 2


N_HASHES, N_GRAMS = len(INDEX.hashes), len(INDEX.grams)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("hashes", np.zeros(N_HASHES)),
        ("hashes", np.full(N_HASHES, -1)),
        ("hashes", np.full(N_HASHES, 2**62)),
        ("hashes", [1]),
        ("grams", np.full(N_GRAMS, -1)),
        ("grams", np.full(N_GRAMS, N_HASHES)),
        ("grams", np.zeros(N_GRAMS - 1)),
        ("grams", np.zeros((2, 2))),
        ("n_notes", [18, -1]),
        ("n_notes", [5, 5]),
        ("n_notes", [17]),
        ("bars", [1, 2]),
        ("titles", [65]),
        ("titles", [255, 10]),
        ("titles", [300, 10]),
        ("credits", [10, 10]),
        ("longest", [0]),
        ("longest", [13, 0]),
        ("longest", [-1, 0]),
        ("collection", [0, 2]),
        ("collection", [-1, 0]),
        ("collection", [0]),
        ("windows", np.zeros((1, len(WIDTHS), LONGEST + 1))),
        ("windows", np.full((2, len(WIDTHS), LONGEST + 1), -1)),
    ],
)
def test_arrays_that_cannot_be_are_refused(name: str, values: object) -> None:
    with pytest.raises(FormatError, match="does not hold together"):
        read_fingerprints(spoilt(name, values))


def test_parts_that_do_not_belong_together_are_refused() -> None:
    none = np.zeros(0, dtype=np.int64)
    other = Baseline.unmeasured(none, [])
    with pytest.raises(ValueError, match="not told for each"):
        Fingerprints(INDEX.hashes, INDEX.grams, INDEX.tunes, other)
    with pytest.raises(ValueError, match="title and a credit"):
        Tunes(none, none, ("one",), ())
