"""Work in another process: what comes back, and what does not."""

from __future__ import annotations

import os
import signal
from functools import partial

import pytest

from clinamen.bench._apart import Progress, run_apart
from clinamen.errors import ClinamenError, FormatError


def work(how: str, progress: Progress) -> int:
    progress(1, 2)
    if how == "refuse":
        raise FormatError("no good", source="a.jsonl", place="line 3")
    if how == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "break":
        os._exit(1)
    return os.getpid()


def test_a_result_of_another_process_and_its_progress() -> None:
    told: list[tuple[int, int]] = []
    assert run_apart(partial(work, "well"), lambda *each: told.append(each)) != os.getpid()
    assert told == [(1, 2)]


def test_an_error_comes_back_as_it_was() -> None:
    with pytest.raises(FormatError) as refused:
        run_apart(partial(work, "refuse"), lambda _done, _total: None)
    assert str(refused.value) == "a.jsonl, line 3: no good"


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_process_that_is_killed_is_said_to_be() -> None:
    with pytest.raises(ClinamenError, match=r"was killed \(signal 9\)"):
        run_apart(partial(work, "die"), lambda _done, _total: None)


def test_a_process_that_breaks_off_is_our_bug() -> None:
    with pytest.raises(RuntimeError, match=r"broke off \(exit code 1\)"):
        run_apart(partial(work, "break"), lambda _done, _total: None)
