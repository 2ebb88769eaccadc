"""Strangers are kept out: other names, other pages, other ports, no cookie, too much."""

from __future__ import annotations

import re

import pytest
from tests.studio.conftest import ORIGIN, PORT, Opened, let_in, make_studio

from clinamen.errors import ParameterError
from clinamen.studio import StudioOptions
from clinamen.studio._gate import MAX_BODY

OWN = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}


def code(response: object) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]  # type: ignore[attr-defined]


def test_the_page_itself_is_let_in(opened: Opened) -> None:
    assert opened.get("/api/state").status_code == 200
    assert opened.client.get(f"http://localhost:{PORT}/api/state").status_code == 401
    for host in (f"127.0.0.1:{PORT}", f"LOCALHOST:{PORT}", f"[::1]:{PORT}"):
        assert opened.client.get("/api/state", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        f"evil.example:{PORT}",
        f"127.0.0.1.evil.example:{PORT}",
        f"localhost.evil.example:{PORT}",
        "127.0.0.1",
        "127.0.0.1:80",
        f"127.0.0.1:{PORT}0",
        f"127.0.0.2:{PORT}",
        f"user@127.0.0.1:{PORT}",
        "",
    ],
)
def test_a_name_that_is_not_ours_is_refused(opened: Opened, host: str) -> None:
    for path in ("/", "/api/state", f"/enter?token={opened.keys.token}"):
        assert code(opened.client.get(path, headers={"Host": host})) == (403, "host")


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", f"http://127.0.0.1:{PORT + 1}", "null", f"https://127.0.0.1:{PORT}",
     f"http://localhost:{PORT}", f"{ORIGIN}.evil.example"],
)  # fmt: skip
def test_an_origin_that_is_not_ours_is_refused(opened: Opened, origin: str) -> None:
    for method in ("GET", "POST"):
        headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
        response = opened.client.request(method, opened.song("/undo"), headers=headers)
        assert code(response) == (403, "origin")


def test_a_change_must_say_where_it_comes_from(opened: Opened) -> None:
    response = opened.client.post(opened.song("/undo"), json={"base": 1})
    assert code(response) == (403, "origin")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "strange"])
def test_another_page_is_refused_even_of_this_host(opened: Opened, site: str) -> None:
    for path in ("/", "/api/state", opened.song(), "/assets/studio.js"):
        assert code(opened.client.get(path, headers={"Sec-Fetch-Site": site})) == (403, "site")
    headers = {"Origin": ORIGIN, "Sec-Fetch-Site": site}
    assert code(opened.client.post("/api/projects", json={}, headers=headers)) == (403, "site")


def test_typed_addresses_may_look_and_not_change(opened: Opened) -> None:
    assert opened.client.get("/", headers={"Sec-Fetch-Site": "none"}).status_code == 200
    headers = {"Origin": ORIGIN, "Sec-Fetch-Site": "none"}
    assert code(opened.client.post("/api/projects", json={}, headers=headers)) == (403, "site")


@pytest.mark.parametrize(
    "path", ["/", "/api/state", "/api/events", "/assets/studio.js", "/sounds/clinamen.sf2", "/x"]
)
def test_without_the_cookie_nothing_is_shown(path: str) -> None:
    stranger = make_studio()
    assert code(stranger.client.get(path)) == (401, "locked")
    name = stranger.keys.cookie_name
    for cookie in (f"{name}=wrong", f"{name}={stranger.keys.token}", "\x00;;=", f"{name}=é"):
        headers = {"Cookie": cookie.encode()}
        assert code(stranger.client.get(path, headers=headers)) == (401, "locked")  # type: ignore[arg-type]


def test_the_token_becomes_a_cookie_that_scripts_and_strangers_do_not_get() -> None:
    opened = make_studio()
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    response = opened.client.get("/enter", params={"token": opened.keys.token}, headers=headers)
    cookie = response.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert opened.keys.token not in cookie
    assert opened.keys.token not in response.text
    assert response.headers["referrer-policy"] == "no-referrer"
    assert opened.get("/api/state").status_code == 200


def test_a_wrong_token_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinamen.studio._api._WRONG_PASSWORD_SECONDS", 0.0)
    opened = make_studio()
    for token in ("", "wrong", opened.keys.token[:-1], opened.keys.session, "é"):
        response = opened.client.get("/enter", params={"token": token})
        assert code(response) == (401, "locked")
        assert "set-cookie" not in response.headers


def test_every_answer_forbids_scripts_of_strangers(opened: Opened) -> None:
    for path in ("/", "/api/state", "/nothing", "/enter"):
        response = opened.client.get(path)
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["cross-origin-resource-policy"] == "same-origin"


def test_the_page_has_no_inline_script_or_style(opened: Opened) -> None:
    page = opened.client.get("/").text
    assert re.findall(r"<script(?![^>]*\ssrc=)", page) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", page) == []
    assert re.findall(r"(?:src|href)=\"(?!/assets/)", page) == []


def test_readonly_is_kept_by_the_server() -> None:
    opened = let_in(make_studio(readonly=True))
    assert opened.get(opened.song()).status_code == 200
    before = opened.get(opened.song()).json()
    body = {"base": before["revision"], "draft": {"notes": [[0, 1, 60]]}}
    for path in ("/draft", "/undo", "/versions", "/restore", "/redo"):
        assert code(opened.post(opened.song(path), body)) == (403, "readonly")
    assert code(opened.post("/api/projects", {"example": "sakura.abc"})) == (403, "readonly")
    assert code(opened.client.post("/api/files", content=b"x", headers=OWN)) == (403, "readonly")
    assert code(opened.client.delete(opened.song(), headers=OWN)) == (403, "readonly")
    for method in ("PUT", "PATCH", "OPTIONS", "TRACE", "MADE-UP"):
        response = opened.client.request(method, opened.song(), headers=OWN)
        assert code(response) == (403, "readonly")
    assert opened.get(opened.song()).json() == before


def test_a_request_that_is_too_long_is_refused(opened: Opened) -> None:
    headers = {**OWN, "X-File-Name": "long.abc"}
    response = opened.client.post("/api/files", content=b" " * (MAX_BODY + 1), headers=headers)
    assert code(response) == (413, "too_large")


def test_forms_of_strangers_cannot_send_what_is_read(opened: Opened) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        headers = {**OWN, "Content-Type": kind}
        response = opened.client.post("/api/projects", content=b"{}", headers=headers)
        assert code(response) == (422, "invalid")


def test_who_others_can_reach_needs_a_password() -> None:
    for host in ("0.0.0.0", "::", "192.0.2.7", "my-machine", "localhost.example"):
        with pytest.raises(ParameterError, match="--password-file"):
            StudioOptions(host=host)
        StudioOptions(host=host, password="long enough")
    for host in ("127.0.0.1", "::1", "localhost", "127.8.9.1"):
        StudioOptions(host=host)
    with pytest.raises(ParameterError, match="8 characters"):
        StudioOptions(password="short")
    with pytest.raises(ParameterError, match="port"):
        StudioOptions(port=70_000)


def test_a_password_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinamen.studio._api._WRONG_PASSWORD_SECONDS", 0.0)
    opened = make_studio(password="correct horse", any_address=True)
    assert "type=password" in opened.client.get("/enter").text
    wrong = opened.client.post("/enter", data={"password": "battery"}, headers=OWN)
    assert wrong.status_code == 401
    assert code(opened.get("/api/state")) == (401, "locked")
    stranger = {"Origin": "http://evil.example"}
    refused = opened.client.post("/enter", data={"password": "correct horse"}, headers=stranger)
    assert code(refused) == (403, "origin")
    right = opened.client.post("/enter", data={"password": "correct horse"}, headers=OWN)
    assert right.status_code == 200
    assert opened.get("/api/state").status_code == 200


def test_numbers_are_names_only_where_others_may_come() -> None:
    near, far = make_studio(), make_studio(any_address=True)
    headers = {"Host": f"192.0.2.7:{PORT}"}
    assert code(near.client.get("/api/state", headers=headers)) == (403, "host")
    assert code(far.client.get("/api/state", headers=headers)) == (401, "locked")
    headers = {"Host": f"rebound.example:{PORT}"}
    assert code(far.client.get("/api/state", headers=headers)) == (403, "host")
