"""The map of a song as the studio's endpoints draw it, and what is taken from it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.studio.conftest import let_in, make_studio
from tests.studio.running import running_studio


def drawn(client: httpx.Client, song: str, **asked: Any) -> Any:
    """A map that has been drawn; what the job found."""
    base = client.get(song).json()["revision"]
    job = client.post(f"{song}/atlas", json={"base": base, "evaluations": 1_000, **asked})
    assert job.status_code == 202, job.text
    again = client.post(f"{song}/atlas", json={"base": base})
    assert again.status_code == 409  # Two would overwrite each other.
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        found = client.get(f"/api/jobs/{job.json()['id']}").json()
        if found["state"] != "running":
            assert found["state"] == "done", found
            return found["result"]
        time.sleep(0.05)
    raise AssertionError("it is never done")


@dataclass
class Mapped:
    """A studio with the map of a short tune."""

    client: httpx.Client
    folder: Path
    song: str
    first: Any


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapped]:
    folder = tmp_path_factory.mktemp("atlas")
    with running_studio("--projects", str(folder / "p.db")) as running, running.client() as client:
        song = opened(client)
        assert client.get(f"{song}/atlas").json() is None
        assert client.get(f"{song}/atlas/1,1").status_code == 404
        yield Mapped(client, folder, song, drawn(client, song))


def opened(client: httpx.Client) -> str:
    """Address of a tune of two bars."""
    tune = b'X:1\nT:Tune\nM:4/4\nL:1/4\nK:C\n"C"C E G E|"G"D B, C2|\n'
    answer = client.post("/api/files", content=tune, headers={"X-File-Name": "tune.abc"})
    return f"/api/projects/{answer.json()['id']}"


def a_find(client: httpx.Client, song: str) -> tuple[str, Any]:
    """Cell with the best find, and it as a song."""
    cells = [each for each in client.get(f"{song}/atlas").json()["cells"] if each["find"]]
    best = max(cells, key=lambda each: each["find"]["quality"])
    cell = f"{best['x'] + 1},{best['y'] + 1}"
    return cell, client.get(f"{song}/atlas/{cell}").json()


def worst_cells(client: httpx.Client, song: str) -> list[str]:
    """Cells whose finds are likely to be bettered."""
    cells = [each for each in client.get(f"{song}/atlas").json()["cells"] if each["find"]]
    cells.sort(key=lambda each: each["find"]["quality"])
    return [f"{each['x'] + 1},{each['y'] + 1}" for each in cells[:8]]


def test_a_map_tells_who_has_been_where_along_any_two_measures(mapped: Mapped) -> None:
    view = mapped.client.get(f"{mapped.song}/atlas?x=range&y=brightness").json()
    assert (view["x"]["name"], view["y"]["name"]) == ("range", "brightness")
    assert view["n_finds"] == mapped.first["n_finds"] > 0
    assert sum(each["n_mine"] for each in view["cells"]) == 2  # This tune, and the first example.
    assert sum(each["n_corpus"] for each in view["cells"]) > 1_000
    headers = {"Accept-Language": "vi"}
    theirs = mapped.client.get(f"{mapped.song}/atlas?x=range&y=brightness", headers=headers).json()
    assert theirs["lead"] != view["lead"]
    assert theirs["cells"][0]["who"] != view["cells"][0]["who"]


def test_a_find_is_kept_as_what_the_program_wrote(mapped: Mapped) -> None:
    client, song = mapped.client, mapped.song
    cell, find = a_find(client, song)
    assert find["bits"] > 0
    before = client.get(song).json()
    body = {"base": before["revision"], "x": "surprise", "y": "density"}
    better = {**body, "quality": 0.123}  # Not what is there.
    assert client.post(f"{song}/atlas/{cell}/keep", json=better).status_code == 409
    kept = client.post(f"{song}/atlas/{cell}/keep", json=body).json()
    assert [n[:3] for n in kept["song"]["notes"]] == [n[:3] for n in find["song"]["notes"]]
    assert kept["song"]["chords"] == before["song"]["chords"]
    told = client.get(f"{song}/story").json()["passages"]
    assert "found on the map" in told[0]["said"]
    blame = client.get(f"{song}/blame").json()
    old = [note[:3] for note in before["song"]["notes"]]
    both = zip(blame["notes"], kept["song"]["notes"], strict=True)
    new = {blame["origins"][of["origin"]]["how"] for of, note in both if note[:3] not in old}
    assert new == {"kept"}
    client.post(f"{song}/undo", json={"base": kept["revision"]})


def test_a_song_is_begun_with_a_find(mapped: Mapped) -> None:
    cell, find = a_find(mapped.client, mapped.song)
    answer = mapped.client.post(f"{mapped.song}/atlas/{cell}/song", json={"title": "No one's"})
    assert answer.status_code == 201, answer.text
    begun = answer.json()
    assert begun["title"] == "No one's"
    assert [n[:3] for n in begun["song"]["notes"]] == [n[:3] for n in find["song"]["notes"]]
    mapped.client.delete(f"/api/projects/{begun['id']}")


def test_a_locked_note_is_not_taken_away(mapped: Mapped) -> None:
    client, song = mapped.client, mapped.song
    found = client.get(song).json()
    notes = found["song"]["notes"]
    cell, find = a_find(client, song)
    there = [note[:3] for note in find["song"]["notes"]]
    gone = next(index for index, note in enumerate(notes) if note[:3] not in there)
    locked = [[*note[:3], "", index == gone] for index, note in enumerate(notes)]
    body = {"base": found["revision"], "action": "lock", "draft": {"notes": locked}}
    base = client.post(f"{song}/draft", json=body).json()["revision"]
    assert client.post(f"{song}/atlas/{cell}/keep", json={"base": base}).status_code == 409
    assert client.get(song).json()["revision"] == base


def test_what_is_no_cell_or_measure_is_refused(mapped: Mapped) -> None:
    client, song = mapped.client, mapped.song
    base = client.get(song).json()["revision"]
    for wrong in (0, 999, 2_000_001, "many", None, True):
        answer = client.post(f"{song}/atlas", json={"base": base, "evaluations": wrong})
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, "evaluations")
    for cell in ("0,1", "13,1", "x", "1", "9" * 50 + ",1"):
        assert client.get(f"{song}/atlas/{cell}").status_code == 422, cell
    assert client.get(f"{song}/atlas?x=beauty").status_code == 422
    assert client.get(f"{song}/atlas?x=range&y=range").status_code == 422


def test_a_map_goes_on_and_goes_with_its_song(mapped: Mapped) -> None:
    client, song = mapped.client, mapped.song
    heard = {cell: client.get(f"{song}/atlas/{cell}").json() for cell in worst_cells(client, song)}
    more = drawn(client, song)
    assert more["n_evaluations"] == 2 * mapped.first["n_evaluations"]
    assert more["n_finds"] >= mapped.first["n_finds"]
    # What was listened to can be kept, though there is better by now.
    cell, before = next(
        (cell, find)
        for cell, find in heard.items()
        if client.get(f"{song}/atlas/{cell}").json()["quality"] > find["quality"]
    )
    base = client.get(song).json()["revision"]
    for title, find in (("now", client.get(f"{song}/atlas/{cell}").json()), ("before", before)):
        body = {"title": title, "quality": find["quality"]}
        begun = client.post(f"{song}/atlas/{cell}/song", json=body).json()
        assert begun["song"]["notes"] == find["song"]["notes"], title
    wrong = client.post(f"{song}/atlas/{cell}/keep", json={"base": base, "quality": 0.123})
    assert wrong.status_code == 409
    assert list(mapped.folder.rglob("*.atlas"))
    client.delete(song)
    assert not list(mapped.folder.rglob("*.atlas"))


def test_nothing_is_drawn_where_projects_are_in_no_file() -> None:
    opened = let_in(make_studio())
    base = opened.get(opened.song()).json()["revision"]
    assert opened.get(opened.song("/atlas")).json() is None
    assert opened.post(opened.song("/atlas"), {"base": base}).status_code == 409
