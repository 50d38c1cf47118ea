"""Asking nodes for eaches back that were cancelled after their release.

Until the node answers they stay committed. Which eaches are asked for is the
fold's word (verdict CANCEL_REQUESTED); here they find their instructions. Not
here: the answer, which comes as a document.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import polars as pl

from transforms.contracts.decisions import CANCEL_REQUESTS
from transforms.contracts.table import conform

HEX_DIGITS = 12
FILE_COLUMNS = ("file_name", "control_ref")

Row = dict[str, Any]


def request_cancellations(
    wanted: pl.DataFrame, open_lines: pl.DataFrame, as_of: datetime
) -> pl.DataFrame:
    """One request per event and instruction line, newest instruction first.

    What was released last has most likely not been begun.

    Args:
        wanted: ``event_id, line_id, qty, reason_code`` of what is to be asked for
            and was not.
        open_lines: ``instruction_id, instruction_line_ref, partner_id, node_id,
            order_id, line_id, sku_id, released_at`` and ``open_qty``: eaches that
            the node has neither answered nor been asked for.
        as_of: moment of the request.

    Returns:
        CANCEL_REQUESTS without ``run_id``.
    """
    # Shorter numbers first keeps 2 before 10: a kit's lines are asked for alike.
    number = pl.col("instruction_line_ref")
    newest = open_lines.sort(
        "released_at", "instruction_id", number.str.len_chars(), number, descending=True
    )
    by_line: dict[str, list[Row]] = {}
    for row in newest.iter_rows(named=True):
        by_line.setdefault(row["line_id"], []).append(row)
    rows = [
        request | {"requested_at": as_of, "run_id": ""}
        for event in wanted.sort("event_id").iter_rows(named=True)
        for request in _requests(event, by_line.get(event["line_id"], []))
    ]
    found = pl.DataFrame(rows, schema=CANCEL_REQUESTS.schema)
    return conform(found, CANCEL_REQUESTS).drop("run_id")


def _requests(event: Row, places: list[Row]) -> Iterator[Row]:
    rest = event["qty"]
    for place in places:
        qty = min(rest, place["open_qty"])
        if qty <= 0:
            continue
        rest -= qty
        place["open_qty"] -= qty
        told = {name: place[name] for name in place if name in CANCEL_REQUESTS.names}
        yield told | {
            "request_id": _request_id(event, place),
            "event_id": event["event_id"],
            "reason_code": event["reason_code"],
            "qty": qty,
        }


def _request_id(event: Row, place: Row) -> str:
    """``CR-`` and 12 hex digits of what it is about."""
    about = (
        event["event_id"],
        place["instruction_id"],
        place["instruction_line_ref"],
    )
    digest = hashlib.sha256("|".join(about).encode()).hexdigest()
    return "CR-" + digest[:HEX_DIGITS].upper()
