"""Kernels run where nothing can be written beside them or in the user's home."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import clinamen
from clinamen.engine import _kernels

PROGRAM = """
import numpy as np
from clinamen.engine import _kernels
from clinamen.engine.ppm import PPM, PPMOptions
model = PPM(PPMOptions())
model.start()
model.observe(0)
assert abs(model.predict(np.arange(3, dtype=np.int32), 3).sum() - 1) < 1e-9
print(_kernels.__file__)
"""


@pytest.mark.skipif("NUMBA_DISABLE_JIT" in os.environ, reason="nothing is compiled")
def test_without_a_place_for_a_cache_kernels_are_compiled_anew(tmp_path: Path) -> None:
    source = Path(clinamen.__file__).parent
    package = tmp_path / "site" / "clinamen"
    ignored = shutil.ignore_patterns("__pycache__", "*.listener")
    shutil.copytree(source, package, ignore=ignored)
    # A file where a folder should be stops the superuser too, unlike permissions.
    (package / "engine" / "__pycache__").write_text("")
    nowhere = tmp_path / "nowhere"
    nowhere.write_text("")
    places = ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "USERPROFILE", "IPYTHONDIR")
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    environment |= dict.fromkeys(places, str(nowhere / "x"))
    environment["PYTHONPATH"] = str(package.parent)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(package)


def test_other_errors_of_the_compiler_are_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*, cache: bool = False, **_: object) -> object:
        if cache:
            raise RuntimeError("something else")
        return lambda function: function

    monkeypatch.setattr(_kernels, "njit", broken)
    with pytest.raises(RuntimeError, match="something else"):
        _kernels.kernel(test_other_errors_of_the_compiler_are_not_hidden)
