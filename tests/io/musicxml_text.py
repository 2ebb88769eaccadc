"""Small scores as MusicXML text."""

from __future__ import annotations

from fractions import Fraction as F

from clinamen.domains.music.notes import Song
from clinamen.io._musicxml.line import hear_part
from clinamen.io._musicxml.numbers import Reporter
from clinamen.io._musicxml.score import PartReader
from clinamen.io._musicxml.timeline import build_timeline
from clinamen.io._musicxml.tree import parse_xml
from clinamen.io.musicxml import read_musicxml

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
