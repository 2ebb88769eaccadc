"""All songs of a file: tunes of a book, lines of a corpus, one song of anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinamen.domains.music.notes import Song
from clinamen.errors import FormatError
from clinamen.io.files import read_song, songs_of

EXAMPLES = Path(__file__).parents[2] / "examples"

BOOK = """%abc-2.1

X:1
T:One
L:1/4
K:C
CDEF|GABc|

X:2
T:No key
CDEF|

X:3
T:Three
L:1/4
K:G
GABc|dedc|
"""


@pytest.mark.parametrize(
    "name", ["sakura.abc", "ode_to_joy.musicxml", "frere_jacques.krn", "amazing_grace_played.mid"]
)
def test_a_file_of_one_song_gives_what_read_song_gives(name: str) -> None:
    path = EXAMPLES / name
    assert list(songs_of(path.read_bytes(), str(path))) == [read_song(path)]


def test_every_tune_of_a_book_is_read_and_a_bad_one_named() -> None:
    one, bad, three = songs_of(BOOK.encode(), "book.abc")
    assert isinstance(one, Song)
    assert isinstance(three, Song)
    assert (one.title, three.title) == ("One", "Three")
    assert [note.pitch for note in three.melody.notes][:4] == [67, 69, 71, 72]
    assert isinstance(bad, FormatError)
    assert str(bad).startswith("book.abc, line 9: the tune has no K: field")


CORPUS = (
    b'{"notes": [[0, 1, 60], [1, 1, 62], [2, 1, 64]], "key": "C"}\n'
    b'{"notes": [[0, 1, 60]\n'
    b"\n"
    b'{"notes": []}\n'
    b'{"notes": [[0, 1, 67], [1, 1, 69], [2, 1, 71]]}\n'
)


@pytest.mark.parametrize("name", ["corpus.jsonl", "corpus.ndjson", "-", "corpus"])
def test_every_line_of_a_corpus_is_read_and_a_bad_one_named(name: str) -> None:
    source = "standard input" if name == "-" else name
    one, bad, empty, last = songs_of(CORPUS, name)
    assert isinstance(one, Song)
    assert isinstance(last, Song)
    assert isinstance(bad, FormatError)
    assert isinstance(empty, FormatError)
    assert str(bad).startswith(f"{source}, line 2: not JSON")
    assert str(empty).startswith(f"{source}, line 4: a melody needs notes")
    assert one.melody.key_source == "file"
    assert last.melody.keys  # estimated, as for any song
    assert last.melody.key_source == "estimated"


@pytest.mark.parametrize("data", [b"no music", b"X:1\n", b"%abc\n"])
def test_what_holds_no_song_is_one_error(data: bytes) -> None:
    try:
        found = list(songs_of(data, "x.txt"))
    except FormatError as error:
        found = [error]
    (only,) = found
    assert isinstance(only, FormatError)
    assert str(only).startswith("x.txt")
