"""The studio's pages name every endpoint and every option."""

from __future__ import annotations

import re
from pathlib import Path

from tests.studio.conftest import make_studio
from typer.main import get_command

from clinamen.cli._app import app
from clinamen.ledger import ProjectStore
from clinamen.studio._api import Api
from clinamen.studio._export import FORMATS
from clinamen.studio._hub import Hub
from clinamen.studio._studio import Studio

DOCS = Path(__file__).parents[2] / "docs"


def endpoints() -> set[str]:
    studio = Studio(ProjectStore(None), lambda: None)  # type: ignore[arg-type, return-value]
    api = Api(studio, Hub(), make_studio().keys, first="", readonly=False)
    methods = {(m, r.path) for r in api.routes for m in r.methods or () if m != "HEAD"}
    return {f"{method} {path}" for method, path in methods}


def test_every_endpoint_is_listed_and_no_other() -> None:
    page = (DOCS / "reference" / "studio-api.md").read_text(encoding="utf-8")
    listed = re.findall(r"`((?:GET|POST|DELETE) /[^`? ]*)", page)
    assert set(listed) == endpoints()
    assert len(listed) == len(set(listed))
    for extension in FORMATS:
        assert f"`{extension}`" in page


def test_every_option_is_named() -> None:
    page = (DOCS / "studio.md").read_text(encoding="utf-8")
    command = get_command(app).commands["studio"]  # type: ignore[attr-defined]
    for parameter in command.params:
        for option in parameter.opts:
            if option.startswith("--") and option != "--help":
                assert option in page
