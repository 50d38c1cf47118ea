"""Errands on an event loop of one's own, for ways whose library is asynchronous."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from orchestration.resources.transports.patience import attempts
from orchestration.resources.transports.settings import Limits
from orchestration.resources.transports.transport import UnreachableError

T = TypeVar("T")


class Courier:
    """Runs errands one after the other: bounded in time, again when cut."""

    def __init__(self, limits: Limits, place: str) -> None:
        """A courier to ``place`` (as messages call it)."""
        self._limits = limits
        self._place = place
        self._runner = asyncio.Runner()

    def run(self, errand: Callable[[], Awaitable[T]]) -> T:
        """What the errand brings.

        Raises:
            UnreachableError: it was cut or too slow at every try.
            TransportError: whatever else the errand raises, at once.
        """
        for attempt in attempts(self._limits):
            with attempt:
                return self._runner.run(self._bounded(errand))
        raise AssertionError("stamina raises what the last attempt raised")

    def finish(self, errand: Callable[[], Awaitable[None]]) -> None:
        """A last errand, tried once; then the loop ends."""
        try:
            self._runner.run(self._bounded(errand))
        except UnreachableError:
            pass  # there is nobody left to take leave of
        finally:
            self._runner.close()

    async def _bounded(self, errand: Callable[[], Awaitable[T]]) -> T:
        seconds = self._limits.seconds_per_file
        try:
            async with asyncio.timeout(seconds):
                return await errand()
        except TimeoutError as error:
            raise UnreachableError(
                f"{self._place} was too slow: not done after {seconds:g} s"
            ) from error
