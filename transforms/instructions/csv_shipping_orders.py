"""CSV shipping orders: asking a 3PL to ship, one line per instruction line.

The partner echoes ``control_no`` in its acknowledgement, ``instruction_id`` and
``instruction_line_ref`` in its ship confirmations and refusals.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.decisions import SHIPPING_ORDERS
from transforms.contracts.profile import Envelope, Payload
from transforms.instructions.writing.csv_lines import write_csv

DOCUMENT = SHIPPING_ORDERS

_ORDER = ("instruction_id", "instruction_line_ref")


def render(frame: pl.DataFrame, envelope: Envelope) -> Payload:
    """``shipping_orders_<control number>.csv``, lines by instruction.

    Args:
        frame: SHIPPING_ORDERS, one row per instruction line, ship-to in clear.
        envelope: receiver and control number.

    Raises:
        ContractError: the frame does not keep its contract.
        ValueError: the control number is not one of 1 … 999999999.
    """
    return write_csv(
        frame,
        envelope,
        stem="shipping_orders",
        columns=DOCUMENT.names,
        order=_ORDER,
    )
