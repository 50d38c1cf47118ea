"""The consoles of commands: answers, of which what one must copy is whole; progress.

Ids, codes, dates and instants of a table are neither cut nor broken, however narrow
the window; only sentences give way, between their words. A log or a pipe is as wide
as a table needs, unless ``COLUMNS`` says how wide it is.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Column
from rich.table import Table as Grid

PROGRESS = Console(stderr=True, highlight=False, markup=False, emoji=False)
"""Progress stands apart from the answer, so that a pipe gets the answer only."""

UNBOUND = 100_000
"""Columns of what has no edge."""

LONGEST_THING = 24
MOST_WORDS = 3
"""A cell of so few words and characters is a thing (an instant, a sum): not broken."""


@contextmanager
def underway(console: Console = PROGRESS) -> Iterator[Callable[[str], None]]:
    """Tell what is being done: in one line that changes, in a log a line a step."""
    if console.is_terminal:
        with console.status("") as status:
            yield status.update
    else:
        yield partial(console.print, soft_wrap=True)


@dataclass(frozen=True)
class Whole:
    """A table that is as wide as the console, or as what may not be broken needs."""

    grid: Grid

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        """The table, its columns as wide as there is room for."""
        wide = options.update(width=UNBOUND)
        needed = Measurement.get(console, wide, self.grid).maximum
        if needed > options.max_width:
            needed = _narrow(self.grid, needed, options.max_width)
        yield from console.render(self.grid, options.update(width=needed))


class Paper(Console):
    """A console for texts in which names may look like markup."""

    def __init__(self) -> None:
        """Standard output, as wide as its window, ``COLUMNS`` or what it is given."""
        is_known = sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit()
        # Names of files and SKUs may look like markup, and "[/]" would be an error.
        super().__init__(
            highlight=False,
            markup=False,
            emoji=False,
            width=None if is_known else UNBOUND,
        )

    def print(self, *objects: Any, **how: Any) -> None:  # noqa: ANN401 as rich has it
        """Print as rich does, tables whole."""
        if any(isinstance(one, Grid) for one in objects):
            how["crop"] = False
        super().print(
            *(Whole(one) if isinstance(one, Grid) else one for one in objects), **how
        )


def _narrow(grid: Grid, needed: int, room: int) -> int:
    """Take what is too wide from sentences, the longest first.

    Args:
        grid: whose columns get their widths.
        needed: width of the table at its widest.
        room: width there is.

    Returns:
        Width of the table now; more than there is room for where things need it.
    """
    widths = [max(map(cell_len, _lines(column))) for column in grid.columns]
    least = [_least(column) for column in grid.columns]
    excess = needed - room
    while excess > 0 and widths != least:
        spare = [width - low for width, low in zip(widths, least, strict=True)]
        widths[spare.index(max(spare))] -= 1
        excess -= 1
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    return room + excess


def _lines(column: Column) -> Iterator[str]:
    for cell in (column.header, *column.cells):
        yield from str(cell).split("\n")


def _least(column: Column) -> int:
    """Characters of a column that may not be broken: things, and words."""
    heading = (word for word in str(column.header).split(" "))
    cells = (thing for cell in column.cells for thing in _unbroken(str(cell)))
    return max(map(cell_len, (*heading, *cells)))


def _unbroken(cell: str) -> list[str]:
    """What is not broken in a cell: all of a thing; of a sentence its words.

    Nor is a sentence narrower than a thing may be: one word a line, nobody reads it.
    """
    words = cell.split()
    is_thing = len(words) <= MOST_WORDS and len(cell) <= LONGEST_THING
    return [cell] if is_thing else [*words, cell[:LONGEST_THING]]
