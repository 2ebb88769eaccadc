"""The studio's web application, put together."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from clinamen.studio._api import HANDLERS, Api
from clinamen.studio._gate import Gate, Keys

__all__ = ["SOUNDS", "STATIC", "make_app"]

STATIC = Path(str(resources.files("clinamen.studio"))) / "static"
"""The page as it was built from ``web/``."""

SOUNDS = STATIC.parent / "sounds"
"""The SoundFont that ``tools/make_soundfont.py`` makes."""


async def _index(request: Request) -> Response:
    return FileResponse(STATIC / "index.html", media_type="text/html; charset=utf-8")


def make_app(
    api: Api,
    keys: Keys,
    *,
    hosts: frozenset[str],
    any_address: bool = False,
    readonly: bool = False,
) -> Gate:
    """Everything behind its gate.

    Parameters
    ----------
    hosts, any_address, readonly
        As `Gate`.
    """
    pages = [
        Route("/", _index),
        Mount("/assets", StaticFiles(directory=STATIC / "assets", check_dir=False)),
        Mount("/sounds", StaticFiles(directory=SOUNDS)),
    ]
    inner = Starlette(routes=[*api.routes, *pages], exception_handlers=HANDLERS)
    return Gate(inner, keys=keys, hosts=hosts, any_address=any_address, readonly=readonly)
