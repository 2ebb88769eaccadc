"""The studio as a process: ports, Ctrl-C, kills, what others can see of it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from tests.studio.running import Start

import clinamen.studio._serve as serve
from clinamen.errors import MissingError
from clinamen.ledger import ProjectStore
from clinamen.studio import StudioOptions, run_studio

posix_only = pytest.mark.skipif(os.name != "posix", reason="signals and /proc are POSIX's")


@posix_only
def test_ctrl_c_ends_at_once_with_streams_open(start: Start) -> None:
    running = start()
    with (
        running.client() as client,
        client.stream("GET", "/api/events") as one,
        client.stream("GET", "/api/events") as other,
    ):
        for stream in (one, other):
            assert next(stream.iter_text()).startswith("retry:")
        running.process.send_signal(signal.SIGINT)
        out, _ = running.process.communicate(timeout=20)
    assert running.process.returncode == 0
    # Not cut off either: of that uvicorn would complain.
    assert "traceback" not in out.lower()
    assert "error" not in out.lower()


def test_tabs_hear_of_a_change(start: Start) -> None:
    running = start()
    with running.client() as client, client.stream("GET", "/api/events") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "retry: 1000"
        first = client.get("/api/state").json()["first"]
        view = client.get(f"/api/projects/{first}").json()
        body = {"base": view["revision"], "draft": {"notes": [[0, 100, 60]]}}
        after = client.post(f"/api/projects/{first}/draft", json=body, headers={"X-Tab": "7"})
        news = [next(lines) for _ in range(3)]
    revision = after.json()["revision"]
    assert news[1] == "event: project"
    assert news[2] == f'data: {{"project": "{first}", "revision": {revision}, "tab": "7"}}'


@posix_only
def test_a_kill_loses_nothing_and_the_song_is_there_again(start: Start, tmp_path: Path) -> None:
    song = tmp_path / "mine.abc"
    song.write_text("X:1\nT:Mine\nM:3/4\nL:1/4\nK:G\nGAB|d3|\n")
    running = start(str(song))
    with running.client() as client:
        first = client.get("/api/state").json()["first"]
        base = client.get(f"/api/projects/{first}").json()["revision"]
        for pitch in range(60, 64):
            body = {"base": base, "draft": {"notes": [[0, 10080, pitch]]}}
            base = client.post(f"/api/projects/{first}/draft", json=body).json()["revision"]
    running.process.kill()
    running.process.wait()
    for arguments in ((), (str(song),)):
        with start(*arguments).client() as client:
            assert client.get("/api/state").json()["first"] == first
            view = client.get(f"/api/projects/{first}").json()
            assert (view["revision"], view["can_undo"]) == (base, True)
            assert view["song"]["notes"] == [[0, 10080, 63, ""]]


def test_readonly_writes_nothing(start: Start, tmp_path: Path) -> None:
    store = tmp_path / "look" / "projects.db"
    with start("--readonly", store=store).client() as client:
        first = client.get("/api/state").json()["first"]
        assert client.get(f"/api/projects/{first}").json()["title"] == "Harbour Light"
        refused = client.post(f"/api/projects/{first}/undo", json={"base": 1})
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "readonly")
    assert not store.parent.exists()


def test_readonly_shows_what_is_kept(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "projects.db"
    store = ProjectStore(path)
    store.create("Kept", "kept.abc", b"X:1\nK:C\nC|", options='{"name": "kept.abc"}', document="{}")
    store.close()
    with start("--readonly").client() as client:
        assert [each["title"] for each in client.get("/api/projects").json()] == ["Kept"]


@posix_only
def test_the_token_is_not_in_the_list_of_processes(start: Start) -> None:
    running = start()
    token = running.entry.partition("token=")[2]
    assert len(token) > 30
    listed = subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, text=True)
    assert "studio" in listed.stdout
    assert token not in listed.stdout


@posix_only
def test_the_browser_is_started_with_a_file_for_this_user_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    folder = serve._show("http://127.0.0.1:1/enter?token=secret&x=<y>")
    (page,) = folder.iterdir()
    assert opened == [page.as_uri()]
    assert "secret" not in opened[0]
    assert page.stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0
    assert "url=http://127.0.0.1:1/enter?token=secret&amp;x=&lt;y&gt;" in page.read_text()
    page.unlink()
    folder.rmdir()


def test_the_next_free_port_is_taken() -> None:
    with serve._listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with serve._listen("127.0.0.1", port) as other:
            assert port < other.getsockname()[1] <= port + 50


def test_who_comes_before_the_server_waits() -> None:
    with serve._listen("127.0.0.1", 0) as listening, socket.socket() as early:
        early.settimeout(20)
        early.connect(listening.getsockname())


def test_no_port_or_no_such_address_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingError, match="cannot listen on"):
        serve._listen("no.such.host.invalid", 8377)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setattr(serve, "_N_PORTS", 1)
        with pytest.raises(MissingError, match="in use"):
            serve._listen("127.0.0.1", taken.getsockname()[1])


def test_only_this_machine_is_listened_to() -> None:
    assert StudioOptions().host == "127.0.0.1"
    with serve._listen("127.0.0.1", 0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"


def test_a_song_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    options = StudioOptions(file=str(tmp_path / "none.abc"), store=tmp_path / "p.db")
    with pytest.raises(MissingError, match=r"none\.abc: no such file"):
        run_studio(options, lambda line: None)


def test_the_command_refuses_to_be_reached_by_others_without_a_password(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "clinamen.cli", "studio", "--host", "0.0.0.0"]
    environment = {k: v for k, v in os.environ.items() if k != "CLINAMEN_STUDIO_PASSWORD"}
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    assert ended.returncode == 2
    assert ended.stderr.startswith("clinamen: others can reach 0.0.0.0")
    assert ended.stderr.count("\n") == 1


def test_a_password_from_a_file_opens(start: Start, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("correct horse\n")
    running = start("--password-file", str(secret))
    headers = {"Origin": running.address}
    with httpx.Client(base_url=running.address, trust_env=False, timeout=60) as client:
        assert client.get("/api/state").status_code == 401
        entered = client.post("/enter", data={"password": "correct horse"}, headers=headers)
        assert entered.status_code == 200
        assert client.get("/api/state").status_code == 200
