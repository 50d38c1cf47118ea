"""What customers send back, as the service desk's CSV.

Not here: what comes back (``returns``).
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.twin.documents.spelling import document_csv, instant, stamp

DESK = "service_desk"


def returns_file(steps: pl.DataFrame, at: datetime, zone: str) -> NamedBytes:
    """Steps of returns as a file.

    Args:
        steps: ``return_ref, line_ref, order_ref, order_line_ref, sku_ref, qty,
            status_code, disposition_code`` (may be null), ``node_ref,
            returned_at``, sorted.
        at: instant it arrives.
        zone: of the instants in it.
    """
    told = steps.with_columns(instant("returned_at", zone).alias("returned_on"))
    content = document_csv(told, "returns")
    return NamedBytes(DESK, f"returns_{stamp(at, zone)}.csv", content, at)
