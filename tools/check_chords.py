"""Which chord symbols of a folder of JSON lines are read, and which are not.

    python tools/check_chords.py FOLDER

Every ``*.jsonl`` under the folder whose lines have ``chords`` (pairs of onset and symbol) is
looked through. Prints the distinct symbols of each file and those that fail; exit 1 if any
does.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from clinamen.domains.music.chords import parse_chord
from clinamen.errors import FormatError
from clinamen.io.jsonl import read_rows


def symbols(path: Path) -> Counter[str]:
    """How often each symbol stands in a file."""
    found: Counter[str] = Counter()
    for _, row in read_rows(path):
        chords = row.get("chords") or []
        found.update(pair[1] for pair in chords if isinstance(pair, list))
    return found


def failures(found: Counter[str]) -> list[str]:
    """A line for each symbol that is not read, the most frequent first."""
    lines = []
    for symbol, count in found.most_common():
        try:
            parse_chord(symbol)
        except FormatError as error:
            lines.append(f"  {symbol} ({count} times): {error}")
    return lines


def main() -> int:
    """Look through the folder of the command line."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        print((__doc__ or "").strip())
        return 2
    n_failed = 0
    for path in sorted(Path(sys.argv[1]).rglob("*.jsonl")):
        found = symbols(path)
        if found:
            failed = failures(found)
            n_failed += len(failed)
            read = len(found) - len(failed)
            print(f"{path.name}: {read} of {len(found)} symbols read, {found.total():,} chords")
            print("\n".join(failed), end="\n" if failed else "")
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main())
