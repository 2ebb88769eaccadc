"""Verovio in a process of its own: reads one JSON request, answers with the pages as SVG.

It holds the interpreter while it draws, and there are scores at which it crashes
(github.com/rism-digital/verovio, issues 2427 and 2428): in the process of the studio either
would stop everybody. See `clinamen.io.engraving`.
"""

from __future__ import annotations

import json
import sys

__all__ = ["main"]

REFUSED = 3


def main() -> int:
    """Draw what standard input asks for."""
    import verovio

    request = json.load(sys.stdin.buffer)
    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    if not toolkit.setOptions(request["options"]) or not toolkit.loadData(request["music"]):
        return REFUSED
    pages = [toolkit.renderToSVG(number + 1) for number in range(toolkit.getPageCount())]
    json.dump(pages, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
