"""Every Python and shell example of the pages for users runs and prints what it says.

Python examples are doctests. A ``console`` block holds commands after ``$`` and what they
print. ``...`` stands for anything. Commands that install something are not run.
"""

from __future__ import annotations

import doctest
import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/tutorial.md")
SEALING = "docs/sealing.md"  # needs the extra seal
STORY = "docs/story.md"
ATLAS = "docs/atlas.md"
PYTHON_PAGES = (
    *PAGES,
    "docs/idyom-run.md",
    "docs/explanation/information-content.md",
    "docs/explanation/pleasure.md",
    "docs/explanation/breaking-a-pattern.md",
    ATLAS,
)
NOT_RUN = ("make ", "git ", "pip ", "pipx ", "python -m venv")
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = ROOT / "tools" / "paste_output.py"
    spec = importlib.util.spec_from_file_location("paste_output", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    done: subprocess.CompletedProcess[str] = module.run(command, folder)
    return done


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def commands(page: str) -> Iterator[tuple[str, str]]:
    """Each command with the output written under it."""
    for block in blocks(page, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with the examples in it, so that nothing is written into the tree."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PYTHON_PAGES)
@pytest.mark.usefixtures("workplace")
def test_python_examples(page: str) -> None:
    source = "\n".join(blocks(page, "python"))
    assert ">>>" in source
    test = doctest.DocTestParser().get_doctest(source, {}, page, page, 0)
    report: list[str] = []
    result = doctest.DocTestRunner(optionflags=FLAGS).run(test, out=report.append)
    assert result.failed == 0, "".join(report)


@pytest.mark.parametrize("page", [*PAGES, SEALING, STORY, ATLAS])
def test_commands(page: str, workplace: Path) -> None:
    if page == SEALING:
        pytest.importorskip("c2pa", reason="left out: needs the extra seal", exc_type=ImportError)
    found = [(c, o) for c, o in commands(page) if not c.startswith(NOT_RUN)]
    assert found
    checker = doctest.OutputChecker()
    for command, expected in found:
        done = run(command, workplace)
        printed = done.stdout
        assert done.returncode in (0, 2), f"$ {command}\n{printed}"
        if expected:
            assert checker.check_output(expected, printed, FLAGS), f"$ {command}\n{printed}"
