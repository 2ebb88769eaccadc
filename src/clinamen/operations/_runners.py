"""Where lessons are run: in local processes, or on a Dask cluster, both through joblib.

The lessons are functions of plain values, so they come out the same wherever they run; one
that is lost with its worker is run again.
"""

from __future__ import annotations

import gc
import logging
import os
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from threading import Thread
from typing import TYPE_CHECKING, Any

from clinamen.domains.music.training import forget
from clinamen.errors import ClinamenError, MissingError

if TYPE_CHECKING:
    from clinamen.domains.music.training import Runner

__all__ = ["runner"]

MOST_DEATHS = 3
"""So often workers may die before the work goes on in this process."""

SECONDS_TO_ANSWER = 20
"""So long a scheduler, or its first worker, may take."""

SECONDS_TO_CLOSE = 5

SECONDS_TO_LOOK = 1
"""So often a local process looks whether this one is still there."""

Task = tuple[Any, Any]


@contextmanager
def runner(jobs: int, cluster: str | None) -> Iterator[Runner | None]:
    """What runs lessons; None for this process, one after the other.

    Parameters
    ----------
    jobs
        Local processes.
    cluster
        Address of a Dask scheduler, such as ``tcp://10.0.0.5:8786``.

    Raises
    ------
    MissingError
        If what is needed is not installed, or no cluster answers.
    """
    if cluster is not None:
        with _on_cluster(cluster) as run:
            yield run
    elif jobs > 1:
        with _in_processes(jobs) as run:
            yield run
    else:
        yield None


@contextmanager
def _in_processes(jobs: int) -> Iterator[Runner]:
    _require("joblib")
    from joblib import Parallel, delayed
    from joblib.externals.loky import get_reusable_executor
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    def run(work: Callable[..., Any], tasks: Sequence[Task]) -> Iterator[Any]:
        left = dict(enumerate(tasks))
        for _ in range(MOST_DEATHS):
            # No memory maps: the kernels would be compiled anew for arrays that are read-only.
            parallel = Parallel(
                n_jobs=jobs, return_as="generator_unordered", batch_size=1, max_nbytes=None
            )
            try:
                for place, result in parallel(
                    delayed(_numbered)(work, place, task) for place, task in left.copy().items()
                ):
                    del left[place]
                    yield result
            except TerminatedWorkerError:
                continue
            return
        for task in left.values():
            yield work(*task)

    try:
        with warnings.catch_warnings():
            # One that has learnt much is replaced between two lessons; nothing is lost.
            warnings.filterwarnings("ignore", "A worker stopped while some jobs were given")
            yield run
    finally:
        get_reusable_executor().shutdown(wait=True, kill_workers=True)


@contextmanager
def _on_cluster(address: str) -> Iterator[Runner]:
    _require("joblib", "distributed")
    import dask
    from distributed.client import FutureCancelledError
    from distributed.scheduler import KilledWorker
    from joblib import Parallel, delayed, parallel_config

    def run(work: Callable[..., Any], tasks: Sequence[Task]) -> Iterator[Any]:
        try:
            with parallel_config("dask", client=client, wait_for_workers_timeout=SECONDS_TO_ANSWER):
                parallel = Parallel(n_jobs=-1, return_as="generator_unordered", batch_size=1)
            yield from parallel(delayed(work)(*task) for task in tasks)
        except (FutureCancelledError, OSError):
            raise ClinamenError(f"the Dask cluster at {address} is gone") from None
        except KilledWorker:
            raise ClinamenError(
                f"workers of the Dask cluster at {address} die of this; perhaps they have too "
                "little memory"
            ) from None

    # Melodies go with every task, so that the scheduler has them when a worker is lost.
    generous = {"distributed.admin.large-graph-warning-threshold": "1 TiB"}
    with _quiet("distributed.client", "distributed.core"), dask.config.set(generous):
        client = _connected(address)
        try:
            _check_workers(client)
            yield run
            with suppress(OSError):  # a cluster that has gone by now has forgotten
                client.run(forget)
        finally:
            client.close(timeout=SECONDS_TO_CLOSE)


def _connected(address: str) -> Any:
    """A client of a cluster.

    Raises
    ------
    MissingError
        If no scheduler answers.
    """
    from distributed import Client

    with suppress(OSError, ValueError, TypeError):
        if address:  # without one a cluster would be started here
            return Client(address, timeout=SECONDS_TO_ANSWER, set_as_default=False)
    # A client that could not connect closes itself when it is collected. That must not happen
    # while the next one starts: both wait for the same lock then.
    gc.collect()
    raise MissingError(
        f"no Dask scheduler answers at {address!r}; an address is like tcp://10.0.0.5:8786"
    )


def _check_workers(client: Any) -> None:
    """Refuse workers that would learn something else.

    Raises
    ------
    ClinamenError
        If one has another version of Clinamen, or none.
    """
    try:
        found = client.run(version_here, on_error="return")
    except OSError:
        raise ClinamenError("the Dask cluster is gone") from None
    for worker, version in found.items():
        if version != version_here():
            has = f"Clinamen {version}" if isinstance(version, str) else "no Clinamen of this kind"
            raise ClinamenError(
                f"the Dask worker at {worker} has {has}, but {version_here()} is needed there"
            )


def version_here() -> str:
    """Version of Clinamen where this is called."""
    from clinamen import __version__

    return __version__


@contextmanager
def _quiet(*names: str) -> Iterator[None]:
    """What is wrong is said once, by us."""
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _numbered(work: Callable[..., Any], place: int, task: Task) -> tuple[int, Any]:
    """In another process: the result, with the number of its task."""
    _end_with_parent()
    return place, work(*task)


@cache
def _end_with_parent() -> None:
    """End this process when the one that started it is no more.

    One that was killed tells nobody, and a worker would wait for ever to hand in its result.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(SECONDS_TO_LOOK)
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def _require(*packages: str) -> None:
    from importlib.util import find_spec

    for name in packages:
        if find_spec(name) is None:
            raise MissingError(
                f"{name} is not installed: pip install 'clinamen[cluster]' brings it, "
                "or pip install '.[cluster]' in a checkout"
            )
