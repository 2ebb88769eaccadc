"""How a studio is to run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clinamen.errors import ParameterError
from clinamen.ledger._hosts import is_loopback

__all__ = ["DEFAULT_PORT", "StudioOptions"]

DEFAULT_PORT = 8377
_LAST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class StudioOptions:
    """How a studio is to run.

    Parameters
    ----------
    file
        A song to open first; None is an example.
    track, key, meter, pickup
        As `clinamen.io.files.read_song`.
    host, port
        Where to listen; the next free port is taken where this one is in use.
    password
        Asked of whoever comes without the token; needed where others can reach `host`.
    readonly
        Nothing can be changed, and nothing is written.
    listener
        Name or path; None is the default one.
    store
        The file of projects; None is the one in the user's data folder.
    open_browser
        Whether a browser is opened.

    Raises
    ------
    ParameterError
        If the port is none, or the host can be reached by others and there is no password.
    """

    file: str | None = None
    track: int | str | None = None
    key: str | None = None
    meter: str | None = None
    pickup: str | None = None
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    password: str | None = None
    readonly: bool = False
    listener: str | None = None
    store: Path | None = None
    open_browser: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.port <= _LAST_PORT:
            raise ParameterError(f"a port is a number up to {_LAST_PORT:,}, not {self.port}")
        if self.password is not None and len(self.password) < 8:
            raise ParameterError("the password must have at least 8 characters")
        if self.password is None and not is_loopback(self.host):
            raise ParameterError(
                f"others can reach {self.host}: a studio there needs --password-file, or leave "
                "--host out to keep it on this machine"
            )
