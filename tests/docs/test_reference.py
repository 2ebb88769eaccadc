"""The reference pages say what the code says; nothing public is undocumented."""

from __future__ import annotations

import importlib.util
import pkgutil
import re
from pathlib import Path
from types import ModuleType

import pytest

import clinamen

ROOT = Path(__file__).parents[2]


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


def test_every_format_with_a_reader_has_a_row() -> None:
    from clinamen import io

    text = (ROOT / "docs" / "reference" / "file-formats.md").read_text(encoding="utf-8").lower()
    modules = [module.name for module in pkgutil.iter_modules(io.__path__)]
    formats = [name for name in modules if not name.startswith("_") and name != "files"]
    assert formats
    for name in formats:
        assert name in text


def test_every_public_name_of_the_package_is_listed() -> None:
    page = (ROOT / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
    for name in clinamen.__all__:
        assert f"- `{name}" in page


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
