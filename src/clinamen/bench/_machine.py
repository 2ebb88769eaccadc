"""The machine that a figure was measured on, and how much memory it took."""

from __future__ import annotations

import os
import platform
import re
import sys
from importlib.metadata import version
from pathlib import Path

__all__ = ["machine", "peak_rss_mib"]


def machine() -> dict[str, str]:
    """Processor, system and versions, as plain values."""
    facts = {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }
    return facts | {name: version(name) for name in ("clinamen", "numpy", "numba")}


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", info.read_text()) if info.exists() else None
    return found[1] if found else platform.processor() or platform.machine()


def peak_rss_mib() -> float | None:
    """Most memory that this process has held so far, in MiB; None where no one tells."""
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss would include what the parent held before exec
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found[1]) / 1024
    if sys.platform == "win32":
        return None
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
