"""Jobs side by side: slices of the orders, and whatever else does not wait for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import NamedTuple, TypeVar

import numpy as np

from transforms.allocation.kernel.problem import Longs, Problem

T = TypeVar("T")
WORTH = 5_000
"""Lines from which a second thread gains more than handing the work over takes."""
FINE = 6
"""Pieces for each thread where other jobs are done beside them."""


class Slice(NamedTuple):
    """Orders ``first`` … ``last - 1``."""

    number: int
    first: int
    last: int


@dataclass(frozen=True)
class Crew:
    """Threads for one problem. What is done does not depend on how many there are.

    Args:
        slices: of the orders, one for each thread.
        pool: that works; without one all is done one after the other.
    """

    slices: list[Slice]
    pool: ThreadPoolExecutor | None

    @property
    def alone(self) -> Crew:
        """One thread, for a job that is done beside others."""
        whole = Slice(0, self.slices[0].first, self.slices[-1].last)
        return Crew([whole], None)

    def pieces(self, turn: Longs) -> list[Longs]:
        """Orders, so few in each that threads that end other jobs early share them."""
        count = 1 if self.pool is None else FINE * len(self.slices)
        return np.array_split(turn, count)

    def spread(self, function: Callable[[int, int, int], None]) -> None:
        """Call a function for each slice of the orders: (slice, first, last)."""
        self.beside([partial(function, *part) for part in self.slices])

    def begin(self, job: Callable[[], T]) -> Callable[[], T]:
        """Have a job done meanwhile; call what is returned for what the job returns."""
        return cache(job) if self.pool is None else self.pool.submit(job).result

    def beside(self, jobs: Iterable[Callable[[], T]]) -> list[T]:
        """What jobs return that do not wait for each other; the longest come first."""
        if self.pool is None:
            return [job() for job in jobs]
        return [done.result() for done in [self.pool.submit(job) for job in jobs]]


@contextmanager
def crew_for(problem: Problem, threads: int) -> Iterator[Crew]:
    """A crew of at most ``threads``; one does a small problem."""
    if threads < 2 or len(problem.qty) < WORTH:  # noqa: PLR2004 one is alone
        yield Crew(_cut(problem.line_start, 1), None)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield Crew(_cut(problem.line_start, threads), pool)


def _cut(line_start: Longs, parts: int) -> list[Slice]:
    """Slices of about as many lines each."""
    edges = np.searchsorted(line_start, np.linspace(0, line_start[-1], parts + 1))
    edges[-1] = len(line_start) - 1
    pairs = zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
    return [Slice(number, *pair) for number, pair in enumerate(pairs)]
