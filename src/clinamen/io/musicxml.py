"""MusicXML and compressed MusicXML (.mxl): reading and writing.

Versions 1.0 to 4.0, ``score-partwise`` and ``score-timewise``, in any encoding that the
XML declares. The XML is read directly (see ``docs/decisions/0003-musicxml-library.md``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clinamen.domains.music.notes import Melody, Song
from clinamen.errors import FormatError
from clinamen.io._musicxml.assemble import assemble
from clinamen.io._musicxml.container import pack, unpack
from clinamen.io._musicxml.export import score_text
from clinamen.io._musicxml.notations import ESTIMATED_FIELD
from clinamen.io._musicxml.numbers import Reporter
from clinamen.io._musicxml.score import PartReader
from clinamen.io._musicxml.tree import Element, parse_xml

__all__ = ["MAX_PARTS", "read_musicxml", "read_mxl", "write_musicxml", "write_mxl"]

MAX_PARTS = 1000
"""Most parts of a score; the largest orchestras need about sixty."""


def read_musicxml(data: bytes, *, source: str = "", track: int | str | None = None) -> Song:
    """The melody of a MusicXML score, with what stands around it.

    `Note.pitch` is the sounding pitch: for a transposing instrument, notes, their
    spelling, keys and chord symbols are moved to where they sound.

    Phrases end at breath marks, caesuras and fermatas; without any, and without lyrics,
    slurs count as phrases where slurs of four or more notes cover most of the line.
    Otherwise `Melody.phrase_starts` is empty.

    Parameters
    ----------
    data
        The file.
    source
        Its name, for messages.
    track
        Index (from 0) or name of the part; the beginning of a name is enough. Without
        it, the first part named like a melody (voice, soprano, lead, ...) is taken, else
        the first with pitched notes.

    Raises
    ------
    FormatError
        If it is no XML, truncated XML (with line and column), XML of another kind, or
        declares entities; if a note has no valid pitch or duration.
    UnsupportedError
        If there are no pitched notes.
    MissingError
        If there is no such part.
    """
    reporter = Reporter(source)
    root = parse_xml(data, source)
    names, written_parts = _layout(root, reporter)
    parts: list[PartReader] = []
    for part_id, measures in written_parts:
        part = PartReader(names.get(part_id, part_id), reporter)
        for measure in measures:
            part.read_measure(measure)
        parts.append(part)
    longest = max((measures for _, measures in written_parts), key=len, default=[])
    if not longest:
        raise FormatError("the score has no measures", source=source or None)
    song = assemble(parts, longest, track, reporter)
    song = song.replace(title=_title(root), composer=_composer(root))
    return song.replace(melody=_with_estimates(song.melody, root))


def read_mxl(data: bytes, *, source: str = "", track: int | str | None = None) -> Song:
    """The melody of a compressed MusicXML score; see `read_musicxml`.

    Raises
    ------
    FormatError
        Also if the archive is damaged, or is larger than
        `clinamen.io._musicxml.container.MAX_UNPACKED_BYTES` when unpacked.
    """
    return read_musicxml(unpack(data, source), source=source, track=track)


def write_musicxml(song: Song, *, note_ids: bool = False) -> bytes:
    """A song as MusicXML 4.0, one part with one voice.

    `read_musicxml` gives back the same notes, ties, spelling, lyrics, keys, metres, bars,
    pickup, phrases, chords and tempos. A length without a note sign of its own, or across
    a barline, is written as tied notes; a mark in an ``<other-notation>`` keeps such ties
    apart from those of the song. A phrase ends with a breath mark.

    Parameters
    ----------
    note_ids
        Give notes the ids ``n0``, ``n1``, ..., by which they are found in a picture of the
        score; of one that is written as tied ones, the later are ``n0-1``, ``n0-2``, ...

    Raises
    ------
    UnsupportedError
        If the times have no common divisions of reasonable size.
    """
    return score_text(song, note_ids=note_ids).encode("utf-8")


def write_mxl(song: Song) -> bytes:
    """A song as compressed MusicXML; see `write_musicxml`."""
    return pack(write_musicxml(song))


def _layout(
    root: Element, reporter: Reporter
) -> tuple[dict[str, str], list[tuple[str, list[Element]]]]:
    """Names of the parts, and their measures in order."""
    if root.tag == "score-partwise":
        measures = [(part.get("id"), list(part.all("measure"))) for part in root.all("part")]
    elif root.tag == "score-timewise":
        measures = _by_part(root.all("measure"), reporter)
    elif root.tag == "opus":
        raise reporter.fail("a MusicXML opus only names other files; open one of those", root)
    else:
        raise reporter.fail(f"not MusicXML: the XML is of the kind <{root.tag[:40]}>", root)
    if len(measures) > MAX_PARTS:
        raise reporter.fail(f"the score has more than {MAX_PARTS} parts", root)
    return dict(_part_names(root)), measures


def _by_part(measures: Iterator[Element], reporter: Reporter) -> list[tuple[str, list[Element]]]:
    """Measures of parts made from parts of measures."""
    found: dict[str, list[Element]] = {}
    for index, measure in enumerate(measures):
        for part in measure.all("part"):
            own = found.setdefault(part.get("id"), [])
            if len(found) > MAX_PARTS:
                raise reporter.fail(f"the score has more than {MAX_PARTS} parts", part)
            # A part may be missing from some measures.
            while len(own) < index:
                own.append(Element("measure", {}, measure.line))
            own.append(Element("measure", measure.attributes, part.line))
            own[-1].children = part.children
    return list(found.items())


def _part_names(root: Element) -> Iterator[tuple[str, str]]:
    part_list = root.find("part-list")
    for part in part_list.all("score-part") if part_list is not None else ():
        identifier = part.get("id")
        yield identifier, " ".join(part.value("part-name").split()) or identifier


def _with_estimates(melody: Melody, root: Element) -> Melody:
    """The melody with what our own writer said to be estimates marked again."""
    words = {
        word
        for element in root.walk_to("identification", "miscellaneous")
        for field in element.all("miscellaneous-field")
        if field.get("name") == ESTIMATED_FIELD
        for word in field.text.split()
    }
    names = {"key": "key_source", "meter": "meter_source", "phrases": "phrase_source"}
    return melody.replace(**{names[word]: "estimated" for word in words if word in names})


def _title(root: Element) -> str:
    work = root.find("work")
    title = root.value("movement-title") or (work.value("work-title") if work else "")
    return title or _credit(root, "title")


def _composer(root: Element) -> str:
    identification = root.find("identification")
    creators: Sequence[Element] = ()
    if identification is not None:
        creators = [
            each for each in identification.all("creator") if each.get("type") == "composer"
        ]
    names = [creator.text.strip() for creator in creators]
    return ", ".join(name for name in names if name) or _credit(root, "composer")


def _credit(root: Element, kind: str) -> str:
    for credit in root.all("credit"):
        if credit.value("credit-type") == kind:
            return " ".join(credit.value("credit-words").split())
    return ""
