"""Whatever a text file of 30 MB holds, it is judged in 10 s and 512 MB."""

import sys

import pytest

from tests.unit.feeds.bounds import MAX_MEGABYTES, MAX_SECONDS, cost_of
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds import csv_stock

HEADER = b"node_ref,sku_ref,stock_status,quantity_basis,qty,snapshot_at\n"
LINE = b"DC-EAST,825123,AVAILABLE,on_hand,12,2017-12-27T23:00:00-05:00\n"
COUNT = 450_000


def lines_of(count: int, before: bytes = b"") -> bytes:
    """As many counts, each of a SKU of its own."""
    return b"".join(
        before + LINE.replace(b"825123", b"%d" % (100_000 + n)) for n in range(count)
    )


MEGABYTES_30 = 30 << 20
HOSTILE = {
    "a quote opens on the first line": (HEADER + b'"' + lines_of(COUNT), 1),
    "a quote opens on the last line": (HEADER + lines_of(COUNT) + b'"' + LINE, 1),
    "a quote opens on every line": (HEADER + lines_of(COUNT, b'"'), COUNT),
    "every line is ragged": (HEADER + (b"," + LINE) * COUNT, COUNT),
    "no line is in the encoding": (HEADER + (b"\xff" + LINE) * COUNT, COUNT),
    "a NUL stands in every line": (HEADER + (b"\x00" + LINE) * COUNT, COUNT),
    "there is one line only": (b"a" * MEGABYTES_30, 1),
    "one line is endless": (HEADER + LINE + b"," * MEGABYTES_30 + b"\n" + LINE, 1),
    "there are only newlines": (b"\n" * MEGABYTES_30, 1),
    "there are only delimiters": (HEADER + (b"," * 60_000 + b"\n") * 500, 500),
    "a record runs on": (HEADER + (b'"' + b"x,\n" * 99) * 8_000, 784_000),
}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells the memory used")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_little(name: str) -> None:
    payload, refused = HOSTILE[name]

    said, seconds, megabytes = cost_of("table", payload)

    assert f", {refused})" in said
    assert seconds < MAX_SECONDS
    assert megabytes < MAX_MEGABYTES


def parse(payload: bytes) -> Parsed:
    parsed = csv_stock.parse(payload, Profile("sample"))
    assert parsed.lines.is_balanced()
    return parsed


def test_an_open_quote_costs_its_own_line_only() -> None:
    first = parse(HEADER + b'"' + lines_of(1000))
    last = parse(HEADER + lines_of(999) + b'"' + LINE)

    assert [2] == first.rejects["payload_line"].to_list()
    assert [1001] == last.rejects["payload_line"].to_list()
    assert (999, 999) == (first.rows.height, last.rows.height)


@pytest.mark.parametrize("count", [1001, 8000, 100_000])
def test_a_header_of_thousands_of_columns_is_none(count: int) -> None:
    header = b",".join(b"c%d" % n for n in range(count - 6)) + b"," + HEADER
    cells = b'"a",' * (count - 6)
    parsed = parse(header + (cells + LINE) * 3)

    assert 4 == parsed.rejects.height
    assert {"LINE_TOO_LONG", "MISSING_COLUMN"} >= set(parsed.rejects["code"])


def test_a_thousand_columns_with_quotes_are_read() -> None:
    header = b",".join(b"c%d" % n for n in range(994)) + b"," + HEADER
    parsed = parse(header + lines_of(3, b'"a",' * 994))

    assert 3 == parsed.rows.height
    assert "994 in all" in parsed.notices["message"].item()


def test_lines_that_are_ragged_inside_a_cell_belong_to_it() -> None:
    """A line without quotes is refused only if no record swallows it."""
    inside = LINE.replace(b"825123", b'"8\n,\n,,\n25"')
    parsed = parse(HEADER + lines_of(1) + inside + b",,\n" + LINE)

    assert [2, 3, 8] == parsed.rows["payload_line"].to_list()
    assert [7] == parsed.rejects["payload_line"].to_list()
