"""Whatever a workbook holds, it is judged in 10 s and 512 MB."""

import sys
from collections.abc import Callable

import pytest

from tests.unit.feeds.bounds import MAX_MEGABYTES, MAX_SECONDS, cost_of
from tests.unit.feeds.workbooks import HEAD, HEADER, MAIN, cell, row, workbook


def shared_string_in_every_cell() -> bytes:
    """6.5 GB of text in 1 MB: each of 200,000 cells names the same string."""
    strings = f"{HEAD}<sst {MAIN}><si><t>{'x' * 32767}</t></si></sst>"
    rows = (row(n, cell(f"A{n}", "0", "s")) for n in range(1, 200_000))
    return workbook("".join(rows), strings=strings)


def two_cells_far_apart() -> bytes:
    """17 billion cells, if anybody laid them out."""
    return workbook(HEADER + row(1048576, cell("XFD1048576", "1")))


def cells_without_values() -> bytes:
    """More tags than a sheet of orders has."""
    line = "<row>" + '<c s="0"/>' * 10_000 + "</row>"
    return workbook("".join(f"{line}<!--{n * 7919 % 99991:05d}-->" for n in range(800)))


def names_without_end() -> bytes:
    """A parser keeps every name it ever saw."""
    line = "".join(f'a{n * 7919}="" ' for n in range(20_000))
    return workbook(f"<row {line}/>" * 3)


def as_many_cells_as_may_be() -> bytes:
    """Every cell with a string of its own, of letters four bytes wide."""
    count = 990_000
    texts = (f"<si><t>{n:09d}\U0001f600abcd</t></si>" for n in range(count))
    lines = (
        "<row>" + "".join(f'<c t="s"><v>{n + m}</v></c>' for m in range(10)) + "</row>"
        for n in range(0, count, 10)
    )
    strings = f"{HEAD}<sst {MAIN}>{''.join(texts)}</sst>"
    return workbook("".join(lines), strings=strings)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells the memory used")
@pytest.mark.parametrize(
    ("make", "verdict"),
    [
        (shared_string_in_every_cell, "ARCHIVE_BOMB"),
        (two_cells_far_apart, "RAGGED_LINE"),
        (cells_without_values, "ARCHIVE_BOMB"),
        (names_without_end, "ARCHIVE_BOMB"),
        pytest.param(as_many_cells_as_may_be, "MISSING_COLUMN", marks=pytest.mark.slow),
    ],
)
def test_a_bomb_costs_little(make: Callable[[], bytes], verdict: str) -> None:
    said, seconds, megabytes = cost_of("workbook", make())

    assert verdict in said
    assert seconds < MAX_SECONDS
    assert megabytes < MAX_MEGABYTES
