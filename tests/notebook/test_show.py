"""Songs in a notebook without a notebook: what the page is given, and what it is answered."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from tests.operations.small_listener import small_listener
from traitlets import TraitError

import clinamen
from clinamen.errors import MissingError
from clinamen.notebook import SongView
from clinamen.operations.listeners import load_listener
from clinamen.operations.song_hearing import SongHearing, hear_song
from clinamen.operations.song_view import chord_view, hearing_view, note_view, song_view

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def hearing() -> SongHearing:
    """A song of 41 notes with chords, of which two that follow each other are the same."""
    return hear_song(clinamen.read(EXAMPLES / "harbour_light.musicxml"), load_listener())


@pytest.fixture
def view(hearing: SongHearing) -> Iterator[SongView]:
    opened = SongView(hearing)
    yield opened
    opened.close()


def choose(view: SongView, *, note: int = -1, chord: int = -1) -> None:
    """As the page does."""
    view.set_state({"note": note, "chord": chord})


def test_the_page_is_given_the_song_and_its_curves(view: SongView, hearing: SongHearing) -> None:
    state = json.loads(json.dumps(view.get_state()))
    assert state["title"] == "Harbour Light"
    assert state["song"] == song_view(hearing.song)
    assert state["hearing"] == hearing_view(hearing)
    assert (state["note"], state["chord"], state["why"]) == (-1, -1, {})
    assert hearing.melody is not None
    stands_out = [remark.event for remark in hearing.melody.remarks]
    assert stands_out
    assert [each["index"] for each in state["whys"]] == stands_out


def test_a_chosen_note_is_answered(view: SongView, hearing: SongHearing) -> None:
    choose(view, note=7)
    whole = note_view(hearing, 7)
    assert (view.why["kind"], view.why["index"]) == ("note", 7)
    for part, here in zip(whole["parts"], view.why["parts"], strict=True):
        assert len(part["reasons"]) > 4
        assert {**part, "reasons": part["reasons"][:4]} == here


def test_a_chosen_chord_is_answered(view: SongView, hearing: SongHearing) -> None:
    choose(view, note=7)
    choose(view, chord=3)
    assert (view.note, view.chord) == (-1, 3)
    assert view.why["parts"] == chord_view(hearing, 3)["parts"]


def test_a_chord_that_is_written_twice_is_the_one_that_was_heard(
    view: SongView, hearing: SongHearing
) -> None:
    symbols = [chord["symbol"] for chord in view.song["chords"]]
    again = next(i for i in range(1, len(symbols)) if symbols[i] == symbols[i - 1])
    assert hearing.harmony is not None
    assert len(hearing.harmony.harmony) < len(symbols)
    for chord, symbol in enumerate(symbols):
        choose(view, chord=chord)
        assert view.why["parts"][0]["came"][0] == symbol
    choose(view, chord=again - 1)
    first = view.why["parts"]
    choose(view, chord=again)
    assert view.why["parts"] == first


def test_only_one_of_note_and_chord_is_chosen_from_python_too(view: SongView) -> None:
    view.chord = 2
    view.note = 4
    assert (view.note, view.chord) == (4, -1)
    view.note = -1
    assert view.why["index"] == 4


def test_what_was_told_before_is_not_told_again(view: SongView) -> None:
    choose(view, note=view.whys[0]["index"])
    assert view.why == {}


@pytest.mark.parametrize("name", ["note", "chord"])
def test_places_beyond_the_song_are_refused(view: SongView, name: str) -> None:
    n_places = len(view.song[f"{name}s"])
    for value in (-2, n_places):
        with pytest.raises(TraitError, match=f"{name} must be from -1 to {n_places - 1}, not"):
            setattr(view, name, value)
        assert getattr(view, name) == -1
    setattr(view, name, n_places - 1)
    assert view.why["index"] == n_places - 1


def test_a_page_without_python_can_know_all(hearing: SongHearing) -> None:
    view = SongView(hearing, explain_all=True)
    known = [(each["kind"], each["index"]) for each in view.whys]
    n_chords = len(hearing.song.harmony)
    assert known == [*(("note", i) for i in range(41)), *(("chord", i) for i in range(n_chords))]
    assert all(each["parts"] or each["sentence"] for each in view.whys)
    view.close()


def test_chords_that_were_not_heard_say_so(hearing: SongHearing) -> None:
    view = hearing.song.show(listener=small_listener())
    assert view.hearing["harmony"] is None
    choose(view, chord=0)
    assert (view.why["sentence"], view.why["parts"]) == ("the chords were not heard", [])
    view.close()


def test_a_song_without_chords_and_one_of_chords_alone(hearing: SongHearing) -> None:
    view = clinamen.show(clinamen.read(EXAMPLES / "sakura.abc"), listener=small_listener())
    assert view.song["chords"] == []
    choose(view, note=3)
    assert view.why["index"] == 3
    view.close()
    silent = hearing.song.replace(melody=replace(hearing.song.melody, notes=(), phrase_starts=()))
    view = silent.show()
    assert (view.song["notes"], view.whys) == ([], [])
    choose(view, chord=3)
    assert view.why["parts"][0]["target"] == "chord"
    assert "<svg" in view._repr_mimebundle_()[0]["image/svg+xml"]
    view.close()


def test_without_what_notebooks_need(hearing: SongHearing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(MissingError, match=r'pip install "clinamen\[notebook\]"'):
        hearing.song.show(listener=small_listener())


def test_where_no_front_end_runs_there_is_a_picture(view: SongView) -> None:
    data, _ = view._repr_mimebundle_()
    assert data["image/svg+xml"].startswith("<svg ")
    assert data["text/plain"] == "Harbour Light: 41 notes"
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == view.model_id


def test_what_is_sent_fetches_nothing() -> None:
    script = (resources.files("clinamen.notebook") / "static" / "widget.js").read_text("utf-8")
    # The name of SVG is no address that anyone asks.
    addresses = set(re.findall(r"(?:https?:)?//[\w.]+[^\s\"'`]*", script))
    assert addresses == {"http://www.w3.org/2000/svg"}
    for way in (
        "fetch(",
        "import(",
        "XMLHttpRequest",
        "WebSocket",
        "EventSource",
        "url(",
        "@import",
    ):
        assert way not in script
    for way in ("innerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function("):
        assert way not in script


def test_the_example_runs_and_holds_no_output(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = json.loads((EXAMPLES / "notebook.ipynb").read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)
    monkeypatch.chdir(EXAMPLES)
    *first, last = ("".join(cell["source"]) for cell in cells)
    names: dict[str, Any] = {}
    for source in first:
        exec(source, names)  # our own cells
    assert names["view"].why["index"] == names["view"].note
    assert eval(last, names).song["notes"] != names["view"].song["notes"]
