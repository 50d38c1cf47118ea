"""CSV of what has left: tells a channel which lines were shipped, and how.

One line per line of an order that a node says has left, by the channel's own order
and line; each is told once. ``due_at`` is when the channel is to know at the latest:
option ``tell_shipments_within_hours`` after it left (24).
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.profile import Envelope, Payload
from transforms.contracts.telling import SHIPPED_LINES
from transforms.instructions.writing.csv_lines import write_csv

DOCUMENT = SHIPPED_LINES

_COLUMNS = tuple(n for n in DOCUMENT.names if n not in {"event_id", "line_no"})


def render(frame: pl.DataFrame, envelope: Envelope) -> Payload:
    """``shipped_lines_<control number>.csv``, lines by order and place in it.

    Args:
        frame: SHIPPED_LINES.
        envelope: receiver and control number.

    Raises:
        ContractError: the frame does not keep its contract.
        ValueError: the control number is not one of 1 … 999999999.
    """
    return write_csv(
        frame,
        envelope,
        stem="shipped_lines",
        columns=_COLUMNS,
        order=("order_ref", "line_no", "event_id"),
        document=DOCUMENT,
    )
