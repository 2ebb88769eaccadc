"""Whatever the bytes, the text readers answer with a song or one of our errors."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.errors import ClinamenError
from clinamen.io.abc import read_abc, write_abc
from clinamen.io.kern import read_kern

ABC_SEED = (
    "%abc-2.1\nX:1\nT:Caf\\'e\nC:Anon\nM:6/8\nL:1/8\nQ:3/8=60\nI:linebreak $\n"
    'V:1 name="High" octave=1\nP:AAB\nK:Ador ^g exp\n'
    '[V:1] "Am"{ag}A>B ^c2-|c [ce-]2 (3:2:2ab | $ !fermata!d__e z2 Z2 |[M:C|][K:HP][1 a,,/3 :|\\\n'
    "w: a-ma-zing_ *~ grace|\n[2 c' & x2 (5abcde :: H.f4 |]\n\nX:2\nK:C\nc\n"
)
KERN_SEED = (
    "!!!OTL: T&uuml;r\n**kern\t**kern\t**silbe\t**mxhm\n*Ibass\t*I:[SOPRANO]\t*\t*\n"
    "*k[f#]\t*G:mix\t*\t*\n*M3/4\t*met(c|)\t*\t*\n*MM90\t*>[A,A]\t*\t*\n"
    "4C\t{4c#\tA-\tCm\n=1\t=1\t=1\t=\n"
    "*^\t*\t*\t*\n4D\t12%3E 4e\t[4d-_ 4f]\t-b\t.\n"
    ".\t.\t8qff\t.\t.\n*v\t*v\t*\t*\t*\n4r\t4r;}\t.\t.\n"
    "*x\t*x\t*\t*\n=:|!\t=2a\t=\t=\n*-\t*+\t*-\t*-\n*\t**kern\n4c\t00.C\n*-\t*-\n"
)
_ABC_BITS = [*"ABCG abz|[]():-><~!\"{}&$^_=',/\\*+%\n0123459",
    "K:", "M:", "L:", "Q:", "V:", "w:", "X:", "[K:", "I:linebreak ", "%%", "999999999", "(3", "|:",
    "é", "\x00", "%%begintext\n", "\u2028", "C|", "1/8",
]  # fmt: skip
_KERN_BITS = [*"abCG#-[]_{};qr.0123459%= \t\n*!",
    "*^", "*v", "*x", "*-", "*+", "**kern", "*k[", "*M", "*G:", "==", "999999", "é", "\x00",
    "\u2028",
]  # fmt: skip


def mutated(seed: str, bits: list[str]) -> st.SearchStrategy[bytes]:
    """The seed with a few places cut, doubled or overwritten."""
    edit = st.tuples(st.integers(0, len(seed)), st.integers(0, 12), st.sampled_from(bits))

    def apply(edits: list[tuple[int, int, str]]) -> bytes:
        text = seed
        for place, n_cut, new in edits:
            text = text[:place] + new + text[place + n_cut :]
        return text.encode()

    return st.lists(edit, min_size=1, max_size=6).map(apply)


def reads_or_refuses(reader, data: bytes) -> None:
    try:
        song = reader(data)
    except ClinamenError as error:
        message = str(error)
    else:
        message = ""
        again = read_abc(write_abc(song))
        assert len(again.melody.notes) == len(song.melody.notes)
        assert again.melody.notes or again.chords
    assert "\n" not in message


@settings(max_examples=400, deadline=None)
@given(mutated(ABC_SEED, _ABC_BITS))
def test_mutated_abc(data):
    reads_or_refuses(read_abc, data)


@settings(max_examples=400, deadline=None)
@given(mutated(KERN_SEED, _KERN_BITS))
def test_mutated_kern(data):
    reads_or_refuses(read_kern, data)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"X:1\nK:C\n", b"**kern\n", b"\xff\xfe"]))
def test_raw_bytes(data, start):
    for reader in (read_abc, read_kern):
        reads_or_refuses(reader, start + data)


def test_seeds_are_read():
    assert read_abc(ABC_SEED.encode()).melody.notes
    assert read_kern(KERN_SEED.encode()).melody.notes


MANY = 50_000


@pytest.mark.parametrize(
    "body",
    [
        "(" * MANY,
        "[" * MANY,
        "{" * MANY,
        '"' * (MANY + 1),
        "!" * MANY,
        "+a" * MANY,
        "+" * MANY,
        "c" + "'" * MANY,
        "c" + "/" * MANY,
        "c" + "9" * MANY,
        "c" + ">" * MANY,
        "(3" + ":" * MANY,
        "|:" * MANY,
        "[1,2" + ",3" * MANY,
        "[K:" * MANY,
        "c\\" * MANY,
        "w:" + "-" * MANY,
        "c\nw:" + "\\" * MANY,
        "K:" + "C" * MANY,
        "K:C exp" + " ^c" * MANY,
        "M:" + "1+" * MANY,
        "Q:" + "1" * MANY,
        "Q:" + "1/4 " * MANY + "=",
        "V:a " + "+8" * MANY,
        "V:a name=" + '"' * MANY,
        "T:" + "&" * MANY,
        "Z9999 " * 150,
    ],
)
def test_long_lines_are_read_in_linear_time(body):
    # A pattern that backtracks would take hours here.
    reads_or_refuses(read_abc, f"X:1\nT:a\nK:C\nc\n{body}\n".encode())
    reads_or_refuses(read_abc, f"X:1\n{body}\nK:C\nc\n".encode())
    if body[1] == ":":
        return
    reads_or_refuses(read_kern, f"**kern\n{body}\n*-\n".encode())
    reads_or_refuses(read_kern, f"**kern\n*{body}\n4c\n*-\n".encode())


@pytest.mark.parametrize("token", ["4c ", "4c#", "[", "*k[f#", "8c.", "*I"])
def test_long_kern_tokens_are_read_in_linear_time(token):
    reads_or_refuses(read_kern, f"**kern\n{token * MANY}\n4c\n*-\n".encode())
