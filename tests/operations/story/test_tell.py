"""A told story: each fact is in the ledger, and nothing is told that was not chosen."""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.operations.small_listener import small_listener
from tests.operations.story.tales import EXAMPLE, NOTE, Life, lived
from tests.operations.story.told_pages import Page

from clinamen.errors import MissingError, ParameterError
from clinamen.ledger import Activity, Attestation, Content, ProjectStore
from clinamen.ledger.log_file import Log, read_log
from clinamen.ledger.verifying import verify_log
from clinamen.operations.edit import Draft, edited_song
from clinamen.operations.story.path import Path
from clinamen.operations.story.recording import begin_project
from clinamen.operations.story.telling import Chapters, Telling, TellRequest, choose, tell
from clinamen.texts import LANGUAGES

N_CHAPTERS = 10


@cache
def a_life() -> Life:
    return lived()


def told(life: Life | None = None, **request: str) -> Telling:
    chapters = Chapters((life or a_life()).path)
    return tell(chapters, TellRequest(**request), listener=small_listener())


def log_of(telling: Telling) -> Log:
    return read_log(telling.log, source="test")


def says_of(telling: Telling) -> dict[int, dict[str, object]]:
    """What can be read in the file beside the page, by number of the entry."""
    return {each.seq: each.says for each in log_of(telling).entries if not each.is_hidden}


def test_chapters_of_a_life() -> None:
    chapters = Chapters(a_life().path).all
    assert [each.kind for each in chapters] == [
        "begin", "hand", "proposals", "keep", "note", "hand", "name", "back", "hand", "other",
    ]  # fmt: skip
    assert [each.seqs for each in chapters[:4]] == [(1,), (2, 3, 4, 5), (6, 8), (7,)]
    # A named state is given away with the entry that it comes from.
    assert chapters[6].needs == (11, 12)


def test_numbers_of_chapters_never_change() -> None:
    """Chapters of a story cut short anywhere are those of the whole, but for the last ones."""
    life = a_life()
    whole = Chapters(life.path).all
    for n_entries in range(1, len(life.path.steps) + 1):
        path = life.path
        path.__dict__["steps"] = life.path.steps[:n_entries]
        for cut, full in zip(Chapters(path).all, whole, strict=False):
            assert (cut.number, cut.kind) == (full.number, full.kind)
            assert cut.seqs == full.seqs[: len(cut.seqs)]


def test_nothing_is_told_that_was_not_chosen() -> None:
    telling = told()
    assert says_of(telling) == {}
    assert log_of(telling).entities == ()
    page = Page(telling.page)
    assert [each["data-fact"] for each in page.facts()] == ["counted"]
    assert page.all("figure") == page.all("blockquote") == page.all("time") == []
    head = a_life().store.story.head(a_life().song.id)
    assert (f'data-head="{head.seq}">{head.hash}<') in telling.page
    assert "Harbour Light" in telling.page


words = st.sampled_from([*map(str, range(1, N_CHAPTERS + 1)), "now", "kept", "notes", "all"])
choices = st.lists(words, min_size=1, max_size=4).map(",".join) | st.just("none")


@settings(deadline=None, max_examples=40)
@given(choices, choices, st.sampled_from(["html", "md"]))
def test_of_what_is_hidden_there_are_hashes_alone(show: str, hide: str, form: str) -> None:
    telling = told(show=show, hide=hide, form=form)
    log = log_of(telling)
    assert verify_log(log.project, log.entries, log.entities, ()).is_sound
    everything = telling.page + telling.log.decode()
    shown = says_of(telling)
    assert shown.keys() == telling.choice.shown
    store, song = a_life().store.story, a_life().song.id
    given_away = {digest for says in shown.values() for digest in says["generated"]}  # type: ignore[attr-defined]
    entries, entities = store.entries(song), tuple(store.entities(song))
    open_texts = {text for says in shown.values() for text in _texts(says)}
    for entry in entries:
        if entry.seq not in shown:
            assert entry.salt is not None
            assert entry.salt.hex() not in everything
            for secret in _texts(entry.says) - open_texts - {"Harbour Light"}:
                assert not _is_in(secret, everything), (entry.seq, secret)
    for entity in entities:
        is_hidden = entity.digest not in given_away
        assert (entity.salt.hex() in everything) is not is_hidden
        assert not is_hidden or entity.data.decode("utf-8", "replace") not in everything
    _check_notes(telling, {each.digest for each in entities} - given_away)


def _is_in(secret: str, everything: str) -> bool:
    """Words such as ``program`` are on every page, and no secrets."""
    if re.fullmatch(r"[a-z]*|\d", secret):
        return False
    return secret in everything or json.dumps(secret)[1:-1] in everything


def _texts(value: object) -> set[str]:
    """All texts in plain values but the names of drafts, which are salted."""
    if isinstance(value, dict):
        return set().union(*(_texts(each) for each in value.values()))
    if isinstance(value, list):
        return set().union(*(_texts(each) for each in value))
    is_text = isinstance(value, str) and not (len(value) == 64 and value.isalnum())
    return {str(value)} if is_text else set()


def _check_notes(telling: Telling, hidden: set[str]) -> None:
    """No figure is of a hidden draft, nor has its notes."""
    life = a_life()
    secret = {_pitches(life, each) for each in hidden} - {
        _pitches(life, each.digest) for each in log_of(telling).entities
    }
    for figure in Page(telling.page).all("figure"):
        assert figure["data-draft"] not in hidden
    for button in Page(telling.page).all("button"):
        played = tuple(int(row.split()[2]) for row in button["data-notes"].split(","))
        assert played not in secret


def _pitches(life: Life, digest: str) -> tuple[int, ...]:
    if not life.path.is_song(digest):
        return ()
    return tuple(note.pitch for note in life.path.song(digest).melody.notes)


def test_what_is_hidden_by_name_is_nowhere_under_another() -> None:
    """A draft that is kept back is not given away by the proposals it was among, by its name, or
    as the song as it is now."""
    chapters = Chapters(a_life().path)
    kept = choose(chapters, "all", "4")
    assert kept.also_hidden == (3,)
    assert {each.number for each in kept.chapters} == {1, 2, 5, 6, 7, 8, 9, 10}
    assert choose(chapters, "all", "6").also_hidden == (7,)
    last = choose(chapters, "all", "9")
    assert (last.also_hidden, last.tells_now) == ((0,), False)
    # Proposals are hidden without what was kept of them.
    assert choose(chapters, "all", "3").also_hidden == ()


def test_what_vouches_for_hidden_entries_is_not_handed_on() -> None:
    """A stamp tells a time: those of shown entries are kept, and the last of each kind."""
    life = lived()
    for seq, data in ((3, b"early"), (7, b"shown"), (10, b"later"), (12, b"last"), (12, b"again")):
        life.store.story.attest(life.song.id, Attestation(seq, "rfc3161", data))
    life.store.story.attest(life.song.id, Attestation(2, "ed25519", b"signed"))
    kept = {each.data for each in log_of(told(life, show="4")).attestations}
    assert kept == {b"signed", b"shown", b"last", b"again"}
    assert b"early" not in told(life).log


def test_words_for_chapters() -> None:
    chapters = Chapters(a_life().path)

    def numbers(show: str) -> set[int]:
        return {each.number for each in choose(chapters, show).chapters}

    assert numbers("all") == set(range(1, 11))
    assert numbers("kept") == {1, 8, 9}  # What was set aside is no part of the song now.
    assert numbers("notes") == {5}
    assert numbers("none") == numbers("now") == set()
    assert numbers("1,3-5, 7") == {1, 3, 4, 5, 7}
    assert choose(chapters, "now").shown == {14}
    for wrong in ("", "some", "1-", "-1", "3-1", "1;2"):
        with pytest.raises(ParameterError):
            choose(chapters, wrong)
    for gone in ("0", "11", "9-11"):
        with pytest.raises(MissingError, match="chapters 1 to 10"):
            choose(chapters, gone)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("show", ["all", "1,4,6", "2-3,now"])
def test_each_fact_is_in_the_ledger(language: str, show: str) -> None:
    telling = told(show=show, language=language)
    page = Page(telling.page)
    assert len(page.facts()) > 8
    entries = says_of(telling)
    n_entries = a_life().store.story.head(a_life().song.id).seq
    for fact in page.facts():
        name, seqs = fact["data-fact"], fact.entries
        if name == "counted":
            assert (seqs, fact["data-value"]) == ((n_entries,), str(n_entries))
            continue
        assert set(seqs) <= entries.keys(), name
        said = [entries[seq] for seq in seqs]
        if name in ("wait", "later", "over"):
            first, last = (datetime.fromisoformat(str(each["at"])) for each in said)
            assert float(fact["data-value"]) == (last - first).total_seconds()
        elif name == "did":
            kinds = [each["activity"] for each in said]
            assert kinds == ["edit"] * int(fact["data-value"])
        elif name in ("undo", "redo"):
            assert [each["activity"] for each in said] == [name] * int(fact["data-value"])
        elif name == "fate":
            assert {each["activity"] for each in said} <= {"keep", "reject"}
            assert _proposal_of(fact, page) in said[0]["used"]  # type: ignore[operator]
        elif name == "rejected":
            assert len(said[0]["used"]) == int(fact["data-value"])  # type: ignore[arg-type]


def _proposal_of(fact: object, page: Page) -> str:
    item = fact.parents[-1]  # type: ignore[attr-defined]
    (figure,) = [each for each in page.all("figure") if item in each.parents]
    return figure["data-draft"]


def test_waits_and_what_was_let_go_are_told() -> None:
    page = Page(told(show="all").page)
    (wait,), (later,) = page.facts("wait"), page.facts("later")
    assert wait.text == "Kept 3 minutes after it was proposed."
    assert later.text == "2 days later"
    assert page.facts("undo")[0].text == "1 step was undone."
    assert page.facts("rejected")[0].text.startswith("Rejected: 2, with ")
    assert [each.text for each in page.facts("fate")] == [
        "It was rejected.", "It was kept.", "It was rejected.",
    ]  # fmt: skip
    assert page.facts("aside")[0].text == "Draft 4 was set aside."
    assert [each.text for each in page.all("blockquote")[0:1]] == [NOTE.replace("\n", "")]
    assert page.facts("sittings")[0].text.endswith("in 2 sittings.")


def heard_alone(digest: str) -> dict[int, float]:
    """Bits of the notes of a draft by onset, heard from what the ledger has of it."""
    life = a_life()
    draft = Draft.from_json(life.store.story.entity(life.song.id, digest).data.decode())
    song = edited_song(life.path.first_song, draft)
    bits = small_listener().hear(song.melody, target="joint").information_content
    return dict(zip((note.onset_ticks for note in draft.notes), bits.tolist(), strict=True))


def test_figures_are_what_the_listener_hears() -> None:
    """Against drafts read from the ledger and compared here."""
    page = Page(told(show="all").page)
    drafts = [each for each in page.all("figure") if not _is_proposal(each)]
    assert [each.entries[0] for each in drafts] == [
        1,
        3,
        7,
        11,
        14,
    ]  # What was undone is told, not shown.
    heard = [heard_alone(each["data-draft"]) for each in drafts]
    means = [float(each["data-value"]) for each in (*page.facts("mean"), *page.facts("means"))]
    assert means == pytest.approx([np.mean([*each.values()]) for each in heard])
    # Draft 5 was made of draft 1, which was gone back to.
    pairs = [(0, 1), (1, 2), (2, 3), (0, 4)]
    totals = [
        sum(
            abs(heard[new].get(tick, 0.0) - heard[old].get(tick, 0.0))
            for tick in heard[new].keys() | heard[old].keys()
        )
        for old, new in pairs
    ]
    told_totals = [float(each["data-value"]) for each in page.facts("change")]
    assert told_totals == pytest.approx(totals, abs=0.25)  # What shows as 0.00 is not counted.
    turning = [float(each["data-value"]) for each in page.facts("turning")]
    assert sorted(turning) == pytest.approx(sorted(totals)[-2:], abs=0.25)


def _is_proposal(figure: object) -> bool:
    return any(each.tag == "details" for each in figure.parents)  # type: ignore[attr-defined]


def test_what_is_played_are_the_notes_of_the_draft() -> None:
    life = a_life()
    page = Page(told(show="all").page)
    for figure in page.all("figure"):
        (button,) = [each for each in page.all("button") if figure in each.parents]
        rows = [tuple(map(int, row.split())) for row in button["data-notes"].split(",")]
        melody = life.path.song(figure["data-draft"]).melody
        assert [pitch for _, _, pitch in rows] == [note.pitch for note in melody.notes]
        onsets = [float(note.onset_quarters) for note in melody.notes]
        tempo = life.path.first_song.tempos[0].quarters_per_minute
        assert [at for at, _, _ in rows] == pytest.approx(
            [1000 * 60 / tempo * onset for onset in onsets], abs=1
        )


def test_no_share_of_the_human_is_told() -> None:
    for language in LANGUAGES:
        for form in ("html", "md"):
            page = told(show="all", language=language, form=form).page
            text = Page(page).all("body")[0].text if form == "html" else page
            text = text.partition('"use strict"')[0]
            for word in ("%", "percent", "phần trăm", "パーセント"):
                assert word not in text


def test_times_are_told_where_they_were_asked_for() -> None:
    assert "3 November 2026, 21:40 (UTC+00:00)" in told(show="1").page
    there = told(show="1", offset="+07:00", language="vi").page
    assert "04:40 ngày 4 tháng 11 năm 2026 (UTC+07:00)" in there
    assert 'datetime="2026-11-03T21:40:00+00:00"' in there
    assert "2026年11月3日 18:10（UTC-03:30）" in told(show="1", offset="-03:30", language="ja").page
    for wrong in ("7", "+7:00", "+15:00", "Asia/Hanoi", "+07:60"):
        with pytest.raises(ParameterError, match="UTC"):
            TellRequest(offset=wrong)


def test_a_request_is_for_what_there_is() -> None:
    for wrong in ({"form": "pdf"}, {"language": "la"}):
        with pytest.raises(ParameterError, match="must be one of"):
            TellRequest(**wrong)


def test_what_was_composed_beside_the_song_is_told_as_proposals() -> None:
    store = ProjectStore(None)
    second = Content("file made-2.abc", (EXAMPLE.parent / "sakura.abc").read_bytes())
    song = begin_project(
        store,
        EXAMPLE.read_bytes(),
        "made-1.musicxml",
        activity=Activity("compose"),
        beside=[second],
    )
    chapters = Chapters(Path(store, song.id))
    telling = tell(chapters, TellRequest("all", form="md"), listener=small_listener())
    assert "## Clinamen composed 2 melodies" in telling.page
    assert "- Proposal 2: " in telling.page
    assert "Proposal 1" not in telling.page
