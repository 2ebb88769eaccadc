"""News: every tab hears all of it, one that falls behind is told so; tabs have an end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from clinamen.studio._errors import Refusal
from clinamen.studio._hub import Hub


async def opened(hub: Hub) -> AsyncIterator[str]:
    tab = hub.open_tab()
    assert (await anext(tab)).startswith("retry:")
    return tab


def test_every_tab_hears_everything_in_order() -> None:
    async def work() -> None:
        hub = Hub()
        async with aclosing(await opened(hub)) as one, aclosing(await opened(hub)) as other:  # type: ignore[type-var]
            for number in range(3):
                hub.send("project", {"n": number})
            for tab in (one, other):
                heard = [await anext(tab) for _ in range(3)]
                assert heard == [f'event: project\ndata: {{"n": {n}}}\n\n' for n in range(3)]

    asyncio.run(work())


def test_a_tab_that_is_behind_is_told_to_load_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinamen.studio._hub._KEPT", 4)

    async def work() -> None:
        hub = Hub()
        async with aclosing(await opened(hub)) as tab:  # type: ignore[type-var]
            for number in range(5):
                hub.send("project", {"n": number})
            assert (await anext(tab)).startswith("event: behind")

    asyncio.run(work())


def test_a_quiet_stream_shows_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinamen.studio._hub._BEAT_SECONDS", 0.001)

    async def work() -> None:
        async with aclosing(await opened(Hub())) as tab:  # type: ignore[type-var]
            assert await anext(tab) == ": still here\n\n"

    asyncio.run(work())


def test_there_is_an_end_to_tabs_and_closed_ones_do_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("clinamen.studio._hub.MAX_TABS", 2)

    async def work() -> None:
        hub = Hub()
        async with aclosing(await opened(hub)):  # type: ignore[type-var]
            async with aclosing(await opened(hub)):  # type: ignore[type-var]
                with pytest.raises(Refusal, match="at most 2"):
                    hub.open_tab()
            hub.open_tab()

    asyncio.run(work())


def test_closing_ends_every_stream_also_one_that_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinamen.studio._hub._KEPT", 2)

    async def work() -> None:
        hub = Hub()
        full, quiet = await opened(hub), await opened(hub)
        hub.send("project", {})
        await anext(quiet)
        hub.send("project", {})
        hub.close()
        for tab in (full, quiet):
            assert [each async for each in tab] == []

    asyncio.run(work())
