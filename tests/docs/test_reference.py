"""The reference pages say what the code says; nothing public is undocumented."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

import clinamen
from clinamen.io.files import CHORD_SHEETS, CORPORA, READABLE, WRITABLE

ROOT = Path(__file__).parents[2]
READ = {*READABLE, *CHORD_SHEETS, *CORPORA}


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["viewpoints.md", "cli.md", "python.md"])
def test_a_page_is_up_to_date(page: str) -> None:
    written = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8")
    assert script().PAGES[page]() == written, "run python tools/reference.py"


@pytest.mark.parametrize("extension", sorted({*READ, *WRITABLE}))
def test_every_format_has_its_row(extension: str) -> None:
    page = (ROOT / "docs" / "reference" / "file-formats.md").read_text(encoding="utf-8")
    table = [line for line in page.splitlines() if line.startswith("|")]
    rows = [line.split("|") for line in table if f"`{extension}`" in line]
    assert len(rows) == 1
    assert (rows[0][3].strip() != "no") == (extension in READ)
    if extension in WRITABLE:
        assert rows[0][4].strip() == "yes"


def test_every_public_name_of_the_package_is_listed() -> None:
    page = (ROOT / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
    for name in clinamen.__all__:
        assert f"- `{name}" in page


def test_signatures_say_types_and_defaults() -> None:
    page = (ROOT / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
    for part in (
        "- `read(path: str | os.PathLike[str], track: int | str | None = None",
        "`memory: Memory = 'both+'`",
        "folds: FoldsGiven = 10, seed: int | None = None",
        "- `mean_over_melodies: float`: ",
        ") -> Expectation`: ",
    ):
        assert part in page
    assert " at 0x" not in page  # no default whose text changes from run to run


def links() -> list[tuple[Path, str]]:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*.md")]
    found = []
    for page in pages:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if not target.startswith(("http:", "https:", "mailto:")):
                found.append((page, target))
    return found


@pytest.mark.parametrize(("page", "target"), links(), ids=lambda value: str(value).split("/")[-1])
def test_links_inside_the_project_lead_somewhere(page: Path, target: str) -> None:
    assert (page.parent / target).exists()
