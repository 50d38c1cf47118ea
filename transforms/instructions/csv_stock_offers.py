"""CSV stock feed: how much a channel may sell, one line per SKU.

Absolute figures: a SKU that is not in the file is as before. ``sku_ref`` is the
channel's own name of the SKU where an alias says one.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.profile import Envelope, Payload
from transforms.contracts.telling import STOCK_OFFERS
from transforms.instructions.writing.csv_lines import write_csv

DOCUMENT = STOCK_OFFERS


def render(frame: pl.DataFrame, envelope: Envelope) -> Payload:
    """``stock_offers_<control number>.csv``, lines by SKU.

    Args:
        frame: STOCK_OFFERS.
        envelope: receiver and control number.

    Raises:
        ContractError: the frame does not keep its contract.
        ValueError: the control number is not one of 1 … 999999999.
    """
    return write_csv(
        frame,
        envelope,
        stem="stock_offers",
        columns=DOCUMENT.names,
        order=("sku_id",),
        document=DOCUMENT,
    )
