"""Papers say what the record holds, in three languages, and never more."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from datetime import date
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.operations.story.paths import LISTENER, Walk, lived

from clinamen.errors import ParameterError, UnsupportedError
from clinamen.ledger import Activity, Agent, Content, ProjectStore
from clinamen.operations.story.blame import blame
from clinamen.operations.story.papers import (
    KINDS,
    Details,
    Marks,
    facts_of,
    make_paper,
    paper_bytes,
)
from clinamen.operations.story.papers.ddex import ALLOWED
from clinamen.operations.story.path import Path
from clinamen.operations.story.predictions import predict
from clinamen.operations.story.recording import begin_project
from clinamen.texts import LANGUAGES

DAY = date(2026, 11, 23)
NOBODY = Details()


def written(
    walk: Walk, kind: str, suffix: str = ".md", language: str = "en", **details: Any
) -> str:
    paper = make_paper(walk.path, kind, Details.parse(**details))
    return paper_bytes(paper, suffix, language=language, day=DAY).decode("utf-8")


def plain(walk: Walk, kind: str, **details: Any) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(written(walk, kind, ".json", **details))
    return read


def table(read: dict[str, Any], heading: str) -> dict[str, Any]:
    section = next(each for each in read["sections"] if each["heading"] == heading)
    return {row[0]: row[1] for row in section["rows"]}


def test_facts_of_a_lived_song() -> None:
    facts = facts_of(lived().path)
    file, first, kept, last = facts.parts
    assert [part.origin for part in facts.parts] == ["file", "hand", "program", "hand"]
    assert (file.file, file.brought, file.stands) == (
        "harbour.abc", Marks(16, 0, (1, 2, 3, 4)), Marks(13, 0, (1, 2, 3, 4))
    )  # fmt: skip
    assert (kept.brought, kept.stands, kept.changed) == (
        Marks(2, 0, (2,)), Marks(1, 0, (2,)), Marks(1, 0, (2,))
    )  # fmt: skip
    assert (first.stands, last.took) == (Marks(1, 0, (1,)), Marks(1, 0, (2,)))
    assert kept.proposal is not None
    assert kept.proposal.kind == "swerve"
    assert (facts.n_proposed, facts.n_rejected) == (3, 2)
    assert (facts.makers, facts.title) == (("Lan",), "Harbour")
    assert facts.first_at < kept.proposal.at < kept.step.at < facts.last_at


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=10))
def test_every_note_of_the_song_came_by_one_part(moves: list[tuple[int, int]]) -> None:
    """What stands, over all parts, is the song; what a part brought stands or is gone."""
    walk = Walk()
    for number, (move, note) in enumerate(moves):
        base, project = walk.project.revision.id, walk.project
        if move == 0:
            walk.edit({note: 40 + number})
        elif move == 1:
            walk.keep(walk.propose([{note: 80 + number}, {note: 100}])[0])
        elif move == 2 and project.can_undo:
            walk.project = walk.store.undo(project.id, base=base)
        elif move == 3 and project.can_redo:
            walk.project = walk.store.redo(project.id, base=base)
        elif move == 4:
            walk.edit({len(walk.draft.notes) - 1: -1}, "delete")
    facts = facts_of(walk.path)
    assert sum(part.stands.n_notes for part in facts.parts) == len(walk.draft.notes)
    for part in facts.parts:
        assert part.stands.n + part.changed.n <= part.brought.n
        assert set(part.stands.bars) | set(part.changed.bars) <= set(part.brought.bars)
    # Whoever brings a pitch that nobody else brings has it.
    pitches = Counter(note.pitch for note in walk.draft.notes)
    by_program = sum(n for pitch, n in pitches.items() if pitch >= 80)
    by_hand = sum(n for pitch, n in pitches.items() if pitch < 60)
    assert facts.machine_stands.n_notes == by_program
    assert facts.hand_stands.n_notes == by_hand
    walk.store.close()


def test_what_stands_came_from_where_blame_says() -> None:
    """The other way to find it, which goes state by state and knows of no paper."""
    origins = {"file": "file", "hand": "hand", "kept": "program", "asked": "program"}
    walk = lived()
    walk.keep(walk.propose([{0: 55, 9: 90}, {1: 50}], "compose")[0], "compose")
    walk.edit({9: 91, 15: -1}, "delete")
    walk.keep(walk.propose([{3: -1, 2: -1}], "sculpt")[0], "sculpt")
    counted = Counter(origins[each.how] for each in blame(walk.path))
    facts = facts_of(walk.path)
    for origin in ("file", "hand", "program"):
        assert sum(part.stands.n for part in facts.of(origin)) == counted[origin], origin


def test_what_was_undone_is_in_no_paper() -> None:
    walk = lived()
    before = facts_of(walk.path)
    base = walk.project.revision.id
    walk.edit({0: 100})
    walk.project = walk.store.undo(walk.project.id, base=walk.project.revision.id)
    assert walk.project.revision.id == base
    assert facts_of(walk.path).parts == before.parts


def test_bars_are_counted_on_behind_the_end() -> None:
    """Of a song that the next draft, a file, no longer has."""
    walk = Walk()
    short = Content("file short.abc", b"X:1\nT:Harbour\nM:4/4\nL:1/4\nK:C\nC D E F|\n")
    used = walk.path.steps[0].generated[:1]
    _, made = walk.store.story.append(
        walk.project.id, Activity("sculpt", agents=(LISTENER,), used=used), [short]
    )
    part = facts_of(walk.path, made[0]).parts[1]
    assert (part.origin, part.took) == ("program", Marks(12, 0, (2, 3, 4)))


def test_what_another_proposal_replaced_was_not_changed_by_hand() -> None:
    walk = Walk()
    walk.keep(walk.propose([{4: 70}])[0])
    walk.keep(walk.propose([{4: 75}])[0])
    assert facts_of(walk.path).machine_changed == Marks()
    assert facts_of(walk.path).machine_stands == Marks(1, 0, (2,))


def test_a_file_is_read_as_its_maker_said() -> None:
    tune = b"X:1\nM:4/4\nL:1/4\nK:C\nC D E F|\n\nX:2\nM:4/4\nL:1/4\nK:C\nc d e f|g a b c|\n"
    store = ProjectStore(None)
    project = begin_project(store, tune, "two.abc", {"track": "2"})
    path = Path(store, project.id)
    facts = facts_of(path, path.steps[0].generated[0])
    assert facts.parts[0].brought.n_notes == len(path.draft(path.head).notes) == 8


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("suffix", [".md", ".html"])
def test_every_page_says_first_and_last_that_it_is_a_draft(
    kind: str, suffix: str, language: str
) -> None:
    text = written(lived(), kind, suffix, language)
    draft = {"en": "Draft to check. Not legal advice.", "vi": "Bản nháp cần kiểm tra.",
             "ja": "確認用の下書き。"}[language]  # fmt: skip
    text = text.split("</style>")[-1]
    assert text.count(draft) == 2
    assert draft in text[: text.index("harbour.abc")]
    assert "2026-11-23" in text
    assert re.search(r"\d\s*%|percent|per cent|phần trăm|パーセント", text) is None


@pytest.mark.parametrize("language", LANGUAGES[1:])
@pytest.mark.parametrize("kind", KINDS)
def test_other_languages_leave_nothing_in_english(kind: str, language: str) -> None:
    def texts(of: str) -> set[str]:
        read = json.loads(written(lived(), kind, ".json", of))
        cells = [read["title"], read["draft"], read["how"]]
        for section in read["sections"]:
            cells += [section["heading"], *section.get("lines", []), *section.get("checks", [])]
            cells += section.get("heads", [])
            cells += [cell for row in section.get("rows", []) for cell in row]
        return {cell for cell in cells if re.search(r"[a-z]{3} [a-z]{2}", cell)}

    same = texts("en") & texts(language)
    # What goes into the form in Washington, and names of cases.
    form = (
        "music",
        "selection",
        "proposed by",
        "computer program",
        "versions of",
        "by hand",
        "of work",
        "Note to",
    )
    sources = ("U.S. Copyright Office, ", "CJEU", "Stim, This", "DDEX, ")
    left = {text for text in same if not text.startswith(sources)}
    left = {text for text in left if not (kind == "us-copyright" and any(w in text for w in form))}
    assert left == set()


def test_a_statement_says_what_was_proposed_kept_and_changed() -> None:
    read = plain(lived(), "us-copyright", by="Lan Nguyen")
    form = table(read, "For the form")
    assert form["Author"] == "Lan Nguyen"
    assert form["Material Excluded: Other"] == (
        "1 note (bar 2), proposed by Clinamen 9 (trained model “songs”)"
    )
    assert form["Author Created"].startswith("music, as written and changed by hand (bars 1–2)")
    assert "proposed 3 versions" in form["Note to Copyright Office"]
    assert "took 1; 2 were rejected" in form["Note to Copyright Office"]
    assert "of the material taken: 1 note (bar 2)" in form["Note to Copyright Office"]


def test_without_a_program_nothing_is_excluded() -> None:
    walk = Walk()
    walk.edit({0: 62})
    walk.reject(walk.propose([{1: 70}]))
    form = table(plain(walk, "us-copyright"), "For the form")
    assert form["Material Excluded: Other"] == "none that the record holds"
    assert form["Author Created"] == "music"
    fields = table(plain(walk, "ddex"), "Fields and values")
    assert fields["SoundRecording/Contributor/AiContribution"] == "None"
    assert fields["SoundRecording/ContainsAI"] == ""


def test_without_a_hand_what_a_person_wrote_is_left_open() -> None:
    walk = Walk()
    walk.keep(walk.propose([{1: 70}])[0])
    assert table(plain(walk, "us-copyright"), "For the form")["Author Created"] == ""


def test_what_was_all_changed_by_hand_is_not_excluded_but_told() -> None:
    walk = Walk()
    walk.keep(walk.propose([{4: 70}])[0])
    walk.edit({4: 71})
    form = table(plain(walk, "us-copyright"), "For the form")
    assert form["Material Excluded: Other"] == "none that the record holds"
    assert "of the material taken: 1 note (bar 2)" in form["Note to Copyright Office"]
    assert "modification of material" in form["Author Created"]


def test_choices_are_told_with_room_for_why() -> None:
    walk = lived()
    walk.edit({6: 60})
    read = plain(walk, "stim")
    choices = next(each for each in read["sections"] if each["heading"].startswith("Choices"))
    assert choices["rows"] == [
        ["1", "2026-11-01", "Lan opened harbour.abc", ""],
        ["2", "2026-11-01", "Lan changed pitches", ""],
        ["4", "2026-11-01", "Lan kept a break that Clinamen proposed: one of 3", ""],
        ["5", "2026-11-01", "Lan rejected 2 proposals", ""],
        ["6–8", "2026-11-01", "2 changes by hand", ""],
    ]


def test_ddex_values_keep_to_the_set_and_to_each_other() -> None:
    """If ContainsAI is None, no contributor may have Partly or All; a person has never All."""
    untouched, kept = Walk(), lived()
    for walk in (untouched, kept):
        for language in LANGUAGES:
            fragment = ElementTree.fromstring(written(walk, "ddex", ".xml", language))
            contributor = fragment.findtext("Contributor/AiContribution")
            contains = fragment.findtext("ContainsAI")
            assert contributor in ALLOWED
            assert contributor != "All"
            assert contains in (None, *ALLOWED)
            assert not (contains == "None" and contributor != "None")
            assert contributor == ("Partly" if walk is kept else "None")
    assert "DRAFT TO CHECK. NOT LEGAL ADVICE." in written(kept, "ddex", ".xml")
    isrc = ElementTree.fromstring(written(kept, "ddex", ".xml", isrc="SE-A12-26-00001"))
    assert isrc.findtext("ResourceId/ISRC") == "SEA122600001"


def test_shares_are_left_open_unless_told() -> None:
    rows = list(csv.reader(io.StringIO(written(lived(), "split", ".csv"))))
    assert rows[0] == ["Draft to check. Not legal advice."]
    assert rows[2] == ["Lan", "", "", "", "", ""]
    told = list(csv.reader(io.StringIO(
        written(lived(), "split", ".csv", writers=["Lan:62.5", "Bo:37.5"])
    )))  # fmt: skip
    assert [row[2] for row in told[2:]] == ["62.5 %", "37.5 %", "100 %"]
    numbers = plain(lived(), "split", iswc="T0345246801")
    assert table(numbers, "Numbers of the work and the recording") == {
        "ISWC": "T-034.524.680-1", "ISRC": "",
    }  # fmt: skip


def test_credits_name_the_program_where_it_stands() -> None:
    rows = table(plain(lived(), "credits"), "Credits")
    assert rows["Music"] == "Lan"
    assert rows["Proposed and taken, bar 2"] == "Clinamen 9 (trained model “songs”)"
    walk = Walk()
    assert not any("Proposed" in row for row in table(plain(walk, "credits"), "Credits"))


def test_who_has_no_name_is_left_open() -> None:
    walk = Walk(maker=Agent("person", ""))
    assert table(plain(walk, "us-copyright"), "For the form")["Author"] == ""
    assert "________" in written(walk, "credits")
    assert table(plain(walk, "split"), "Writers and shares")[""] == ""


class Reader(HTMLParser):
    """Tags and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_words_stay_words(kind: str) -> None:
    evil = '<script>alert(1)</script>"|`*_[x](http://x)-->&amp;'
    tune = f"X:1\nT:{evil}\nM:4/4\nL:1/4\nK:C\nC D E F|\n".encode()
    walk = Walk(tune=tune, maker=Agent("person", evil), name=f"{evil.replace('/', '')}.abc")
    walk.keep(walk.propose([{0: 70}])[0])
    told = {"by": "=1+1" + evil}
    page = Reader(written(walk, kind, ".html", **told))
    assert page.tags["script"] == page.tags["img"] == page.tags["a"] == 0
    assert evil.split("`")[0] in "".join(page.words)
    marked = written(walk, kind, ".md", **told)
    assert "<script" not in marked
    assert all(line.count("|") - line.count("\\|") != 1 for line in marked.splitlines())
    assert evil in json.dumps(plain(walk, kind, **told)).encode().decode("unicode_escape")
    if kind == "ddex":
        root = ElementTree.fromstring(written(walk, kind, ".xml", **told))
        assert {each.tag for each in root.iter()} == {
            "SoundRecording", "DisplayTitleText", "Contributor", "ContributorPartyReference",
            "AiContribution", "ContainsAI",
        }  # fmt: skip
    if kind in ("split", "credits"):
        cells = [
            cell
            for row in csv.reader(io.StringIO(written(walk, kind, ".csv", **told)))
            for cell in row
        ]
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
        assert any(cell.startswith("'=1+1") for cell in cells)


def test_a_page_asks_for_nothing() -> None:
    page = written(lived(), "stim", ".html")
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert re.findall(r"(?:src|href|url\()", page.split("</style>")[1]) == []


def test_what_is_no_paper_is_refused() -> None:
    walk = lived()
    with pytest.raises(ParameterError, match="--kind must be one of us-copyright, stim"):
        make_paper(walk.path, "will", NOBODY)
    with pytest.raises(UnsupportedError, match=r"written as \.md, \.html, \.json, not '\.csv'"):
        written(walk, "us-copyright", ".csv")
    with pytest.raises(UnsupportedError, match=r"\.json, \.csv, not '\.xml'"):
        written(walk, "split", ".xml")
    with pytest.raises(ParameterError, match="language must be one of"):
        written(walk, "split", ".md", "sv")
    store = ProjectStore(None)
    made = predict(store, "It rains", until="2999-01-01")
    with pytest.raises(ParameterError, match="there is no song in it"):
        make_paper(Path(store, made.project), "split", NOBODY)


def test_a_file_of_the_story_has_papers_of_its_own() -> None:
    walk = lived()
    first = walk.path.steps[0].generated[0]
    facts = facts_of(walk.path, first)
    assert [part.origin for part in facts.parts] == ["file"]
    assert facts.parts[0].stands.n_notes == 16
    assert (facts.file, facts_of(walk.path).file) == ("harbour.abc", "")
