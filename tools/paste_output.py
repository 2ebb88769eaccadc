"""Paste what commands really print into the README and the tutorial.

Run `python tools/paste_output.py` after the output of a command has changed. A block

    <!-- paste 8 3 -->
    ```console
    $ clinamen ...

holds one command; its first 8 and last 3 lines of output are kept, with ``...`` between
them where lines are left out. Blocks without the mark are left alone.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "docs/tutorial.md")
MARKED = re.compile(
    r"(<!-- paste (\d+) (\d+) -->\n```console\n\$ (.*?)\n)(.*?)(^```$)", re.MULTILINE | re.DOTALL
)


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a shell command as a reader of the page would, in a folder with `examples/`."""
    environment = os.environ | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "PYTHONIOENCODING": "utf-8",
        # A page begins without stories, and leaves none behind.
        "CLINAMEN_HOME": str(folder / ".clinamen"),
    }
    return subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


def pasted(text: str, folder: Path) -> str:
    """A page with fresh output under its marked commands."""

    def fresh(match: re.Match[str]) -> str:
        lines = run(match[4], folder).stdout.rstrip().splitlines()
        first, last = int(match[2]), int(match[3])
        if len(lines) > first + last:
            lines = [*lines[:first], "...", *lines[len(lines) - last :]]
        return match[1] + "".join(f"{line.rstrip()}\n" for line in lines) + match[6]

    return MARKED.sub(fresh, text)


def main() -> None:
    """Renew all pages."""
    for page in PAGES:
        with tempfile.TemporaryDirectory() as name:
            shutil.copytree(ROOT / "examples", Path(name) / "examples")
            path = ROOT / page
            path.write_text(pasted(path.read_text(encoding="utf-8"), Path(name)), encoding="utf-8")


if __name__ == "__main__":
    main()
