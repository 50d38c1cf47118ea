"""CSV pick lists for our own DCs and stores: what to take and where to send it.

Lines stand by node, instruction and SKU, as a picker works; every line names
its recipient, so that a parcel can be labelled from the list alone.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.decisions import SHIPPING_ORDERS
from transforms.contracts.profile import Envelope, Payload
from transforms.instructions.writing.csv_lines import write_csv

DOCUMENT = SHIPPING_ORDERS

_ORDER = ("node_id", "instruction_id", "sku_id", "instruction_line_ref")
_FIRST = ("node_id", "instruction_id", "sku_id", "product_name", "qty")
_COLUMNS = (*_FIRST, *(name for name in DOCUMENT.names if name not in _FIRST))


def render(frame: pl.DataFrame, envelope: Envelope) -> Payload:
    """``pick_list_<control number>.csv``, lines by node, instruction and SKU.

    Args:
        frame: SHIPPING_ORDERS, one row per instruction line, ship-to in clear.
        envelope: receiver and control number.

    Raises:
        ContractError: the frame does not keep its contract.
        ValueError: the control number is not one of 1 … 999999999.
    """
    return write_csv(frame, envelope, stem="pick_list", columns=_COLUMNS, order=_ORDER)
