"""Files that are damaged, hostile, or something else: one clear error each."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.domains.music.notes import (
    ChordSymbol,
    Key,
    KeyChange,
    Melody,
    Note,
    Song,
    TempoChange,
)
from clinamen.errors import FormatError, UnsupportedError
from clinamen.io._musicxml import container, tree
from clinamen.io.musicxml import read_musicxml, read_mxl, write_musicxml, write_mxl

NOTE = "<note><pitch><step>C</step><octave>4</octave></pitch><duration>1</duration></note>"


def wrap(content: str, prolog: str = "", title: str = "") -> bytes:
    head = f"<work><work-title>{title}</work-title></work>"
    body = f'<part id="P1"><measure number="1">{content}</measure></part>'
    return f"{prolog}<score-partwise>{head}{body}</score-partwise>".encode()


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in members.items():
            zipped.writestr(name, content)
    return buffer.getvalue()


class TestEntities:
    BOMB = (
        '<!DOCTYPE score-partwise [<!ENTITY a "aaaaaaaaaa">'
        + "".join(
            f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
        )
        + "]>"
    )

    def test_an_entity_bomb_is_refused_at_its_declaration(self) -> None:
        with pytest.raises(FormatError, match="entities are refused"):
            read_musicxml(wrap(NOTE, self.BOMB, "&i;"))

    @pytest.mark.parametrize(
        "declaration",
        [
            '<!ENTITY x SYSTEM "file:///etc/hostname">',
            '<!ENTITY x PUBLIC "p" "http://127.0.0.1/x">',
            '<!ENTITY % x SYSTEM "http://127.0.0.1/x.dtd"> %x;',
            '<!ENTITY x "harmless">',
        ],
    )
    def test_no_entity_may_be_declared(self, declaration: str) -> None:
        with pytest.raises(FormatError, match="entities are refused"):
            read_musicxml(wrap(NOTE, f"<!DOCTYPE score-partwise [{declaration}]>", "&x;"))

    def test_the_external_dtd_is_not_opened(self, tmp_path: object) -> None:
        # The DTD would declare the entity; since it is not read, the entity is unknown.
        dtd = tmp_path / "evil.dtd"  # type: ignore[operator]
        dtd.write_text('<!ENTITY x "stolen">')
        prolog = f'<!DOCTYPE score-partwise SYSTEM "{dtd.as_uri()}">'
        with pytest.raises(FormatError, match="never declared"):
            read_musicxml(wrap(NOTE, prolog, "&x;"))
        assert len(read_musicxml(wrap(NOTE, prolog)).melody.notes) == 1

    def test_the_five_entities_of_xml_are_fine(self) -> None:
        assert read_musicxml(wrap(NOTE, title="A &amp; B &#xe9;")).title == "A & B é"


class TestLimits:
    def test_depth(self) -> None:
        deep = "<a>" * tree.MAX_DEPTH + "</a>" * tree.MAX_DEPTH
        with pytest.raises(FormatError, match="deep"):
            read_musicxml(wrap(deep))

    def test_number_of_elements(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tree, "MAX_ELEMENTS", 100)
        with pytest.raises(FormatError, match="more than 100 XML elements"):
            read_musicxml(wrap(NOTE * 20))

    @pytest.mark.parametrize("content", ["<a>{}</a>", '<a b="{}"/>'])
    def test_length_of_a_text(self, content: str) -> None:
        with pytest.raises(FormatError, match="longer than"):
            read_musicxml(wrap(content.format("x" * (tree.MAX_TEXT + 1))))

    def test_number_of_parts(self) -> None:
        with pytest.raises(FormatError, match="more than 1000 parts"):
            read_musicxml(f"<score-partwise>{'<part/>' * 1001}</score-partwise>".encode())
        parts = "".join(f'<part id="{n}"/>' for n in range(1001))
        data = f"<score-timewise><measure>{parts}</measure></score-timewise>"
        with pytest.raises(FormatError, match="more than 1000 parts"):
            read_musicxml(data.encode())

    @pytest.mark.parametrize("number", ["1e999999999", "9" * 5000, "١", "1/3", "nan", "0x10"])
    def test_numbers(self, number: str) -> None:
        with pytest.raises(FormatError, match="must be a number"):
            read_musicxml(wrap(NOTE.replace("<duration>1", f"<duration>{number}")))

    def test_length_of_the_piece(self) -> None:
        with pytest.raises(FormatError, match="quarters"):
            read_musicxml(wrap(NOTE.replace("<duration>1", "<duration>999999999999")))

    def test_length_of_a_chord_note(self) -> None:
        # Found by fuzzing: a chord note does not advance the time, so no bar was too long.
        chord = NOTE.replace("<pitch>", "<chord/><pitch>").replace(
            "<duration>1", "<duration>9999999"
        )
        with pytest.raises(FormatError, match="quarters"):
            read_musicxml(wrap(NOTE + chord))

    def test_a_very_long_note_is_written_in_one_piece(self) -> None:
        melody = Melody((Note(F(0), F(900_000), 60),), bar_onsets=(F(0),))
        assert write_musicxml(Song(melody)).count(b"<note") == 1

    def test_fineness_of_times(self) -> None:
        content = "".join(
            f"<attributes><divisions>{prime}</divisions></attributes>" + NOTE
            for prime in (1000003, 1000033, 1000037, 1000039)
        )
        with pytest.raises(FormatError, match=r"line 2: .*finer"):
            read_musicxml(wrap("\n" + content))
        bars = content.replace("</note>", '</note></measure><measure number="2">')
        with pytest.raises(FormatError, match="finer"):
            read_musicxml(wrap(bars))


class TestDamage:
    def test_truncated_xml_names_line_and_column(self) -> None:
        data = wrap("\n" + NOTE + "\n" + NOTE)
        with pytest.raises(FormatError, match=r"cut\.xml, line 3, column \d+: .*truncated"):
            read_musicxml(data[: data.rindex(b"<duration>")], source="cut.xml")

    def test_every_truncation_is_an_error(self) -> None:
        data = write_musicxml(_song())
        end = data.rindex(b">") + 1
        for length in range(end):
            with pytest.raises(FormatError):
                read_musicxml(data[:length])

    def test_every_truncation_of_an_archive_is_an_error(self) -> None:
        data = write_mxl(_song())
        for length in range(len(data)):
            with pytest.raises(FormatError):
                read_mxl(data[:length])

    @pytest.mark.parametrize("root", ["html", "svg", "container", "mei"])
    def test_other_xml_is_named(self, root: str) -> None:
        with pytest.raises(FormatError, match=f"not MusicXML: the XML is of the kind <{root}>"):
            read_musicxml(f"<{root}/>".encode())

    def test_an_opus_is_explained(self) -> None:
        with pytest.raises(FormatError, match="opus"):
            read_musicxml(b"<opus/>")

    @pytest.mark.parametrize("data", [b"", b"   ", b"\x00" * 50, b"MThd", b"\xff\xfe", b"<a>&lt;"])
    def test_what_is_no_xml(self, data: bytes) -> None:
        with pytest.raises(FormatError):
            read_musicxml(data)

    @pytest.mark.parametrize("encoding", ["utf-7", "no-such", "utf-32", "rot13", "idna", "base64"])
    def test_encodings_that_cannot_be_read(self, encoding: str) -> None:
        prolog = f'<?xml version="1.0" encoding="{encoding}"?>'
        with pytest.raises(FormatError):
            read_musicxml(wrap(NOTE, prolog, "\xe9"))

    def test_a_score_without_measures(self) -> None:
        with pytest.raises(FormatError, match="no measures"):
            read_musicxml(b'<score-partwise><part id="P1"/></score-partwise>')


class TestArchives:
    def test_a_bomb_is_refused_by_its_declared_size(self) -> None:
        data = archive(**{"score.xml": b" " * (container.MAX_UNPACKED_BYTES + 1)})
        assert len(data) < 2**20
        with pytest.raises(FormatError, match="larger than 64 MiB when unpacked"):
            read_mxl(data)

    def test_a_declared_size_is_enough_to_refuse(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(container, "MAX_UNPACKED_BYTES", 1000)
        data = archive(**{"score.xml": b"<score-partwise>12345</score-partwise>"})
        data = data.replace(struct.pack("<I", 38), struct.pack("<I", 5000))
        with pytest.raises(FormatError, match="larger than"):
            read_mxl(data)

    def test_a_bomb_that_lies_about_its_size_is_refused(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(container, "MAX_UNPACKED_BYTES", 1000)
        content = b" " * 5000
        data = bytearray(archive(**{"score.xml": content}))
        declared = struct.pack("<I", len(content))
        while declared in data:
            place = data.index(declared)
            data[place : place + 4] = struct.pack("<I", 10)
        with pytest.raises(FormatError):
            read_mxl(bytes(data))

    def test_too_many_members(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(container, "MAX_MEMBERS", 2)
        with pytest.raises(FormatError, match="more than 2 files"):
            read_mxl(archive(a=b"", b=b"", c=b""))

    def test_paths_are_only_names(self) -> None:
        data = archive(**{"../../evil.xml": write_musicxml(_song())})
        assert len(read_mxl(data).melody.notes) == 5

    def test_the_container_names_the_score(self) -> None:
        files = b'<container><rootfiles><rootfile full-path="b.bin"/></rootfiles></container>'
        score = write_musicxml(_song())
        data = archive(**{"META-INF/container.xml": files, "a.xml": b"<html/>", "b.bin": score})
        assert len(read_mxl(data).melody.notes) == 5

    def test_without_a_score(self) -> None:
        with pytest.raises(FormatError, match="holds no MusicXML"):
            read_mxl(archive(**{"__MACOSX/a.xml": b"", "readme.txt": b""}))

    def test_an_encrypted_or_unknown_member(self) -> None:
        data = bytearray(archive(**{"score.xml": write_musicxml(_song())}))
        directory = data.rindex(b"PK\x01\x02")
        data[directory + 8] |= 1
        with pytest.raises(FormatError, match="not a readable"):
            read_mxl(bytes(data))


def _song() -> Song:
    third = F(1, 3)
    notes = (
        Note(F(0), F(1), 60, lyric="A-"),
        Note(F(1), third, 62),
        Note(1 + third, 2 * third, 64, velocity=70),
        Note(F(2), F(5), 66, tied=(F(2), F(3))),
        Note(F(8), F(5, 4), 61),
    )
    melody = Melody(notes, keys=(KeyChange(F(0), Key(2, "minor")),), phrase_starts=(0, 3))
    chords = (ChordSymbol(F(0), "Bm7b5/F#"), ChordSymbol(F(5), "N.C."))
    return Song(melody, title="T", composer="C", chords=chords, tempos=(TempoChange(F(0), 90.0),))


_XML = write_musicxml(_song())
_MXL = write_mxl(_song())


def _survives(data: bytes) -> None:
    """Either a song comes out, or an error of ours."""
    for read in (read_musicxml, read_mxl):
        try:
            song = read(data)
        except (FormatError, UnsupportedError):
            continue
        assert song.melody.notes


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=100)
def test_random_bytes(data: bytes) -> None:
    _survives(data)


@given(st.sampled_from([_XML, _MXL]), st.randoms(use_true_random=False), st.integers(1, 8))
@settings(deadline=None, max_examples=300)
def test_mutated_bytes(data: bytes, randoms: random.Random, n_changes: int) -> None:
    changed = bytearray(data)
    for _ in range(n_changes):
        place = randoms.randrange(len(changed))
        changed[place : place + randoms.randrange(3)] = randoms.randbytes(randoms.randrange(3))
    _survives(bytes(changed))


_TAG_WORDS = """
    note pitch step alter octave duration chord rest grace cue unpitched backup forward attributes
    divisions key fifths mode time beats beat-type transpose chromatic diatonic octave-change
    harmony root root-step root-alter kind degree degree-value degree-alter degree-type bass
    bass-step offset direction direction-type metronome beat-unit per-minute sound barline repeat
    fermata notations tied slur articulations breath-mark lyric text syllabic type dot
    time-modification actual-notes normal-notes tie voice staff measure part other-notation
    function numeral numeral-root
"""
_TAGS = _TAG_WORDS.split()
_TEXTS = [
    "",
    "0",
    "1",
    "-1",
    "3",
    "12",
    "0.5",
    "-7",
    "99",
    "C",
    "F",
    "quarter",
    "eighth",
    "begin",
    "x",
    "4+",
    "none",
    "dominant",
]
_ATTRIBUTES = st.dictionaries(
    st.sampled_from(
        ["type", "number", "implicit", "tempo", "dynamics", "id", "text", "sound", "name"]
    ),
    st.sampled_from(["", "start", "stop", "1", "0", "yes", "no", "120", "-1", "m7", "P1"]),
    max_size=2,
)


@st.composite
def elements(draw: st.DrawFn, depth: int = 0) -> str:
    """MusicXML's own words in any order and depth."""
    tag = draw(st.sampled_from(_TAGS))
    attributes = "".join(f' {k}="{v}"' for k, v in draw(_ATTRIBUTES).items())
    inner = "".join(draw(st.lists(elements(depth + 1), max_size=5 if depth < 3 else 0)))
    return f"<{tag}{attributes}>{draw(st.sampled_from(_TEXTS))}{inner}</{tag}>"


@given(st.lists(elements(), min_size=1, max_size=6))
@settings(deadline=None, max_examples=150)
def test_known_words_in_any_order(content: list[str]) -> None:
    _survives(wrap("".join(content) + NOTE))
