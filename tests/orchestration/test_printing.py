"""What partners name is printed as it is."""

from __future__ import annotations

from rich.table import Table as Grid

from orchestration.cli.execution import CONSOLE

NAMES = ["orders_[/b].jsonl", "[/]", "SKU [red]", ":smile:"]


def test_a_name_that_looks_like_markup_is_printed_as_it_is() -> None:
    grid = Grid("file", title="Files")
    for name in NAMES:
        grid.add_row(name)

    with CONSOLE.capture() as printed:
        CONSOLE.print(grid)
        CONSOLE.print(*NAMES)

    assert [2] * len(NAMES) == [printed.get().count(name) for name in NAMES]
