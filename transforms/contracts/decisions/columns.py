"""Words and columns that the tables of decisions share.

Not here: the tables.
"""

from __future__ import annotations

from transforms.contracts.table import INSTANT, TEXT, Column

BUCKETS: tuple[str, ...] = (
    "pending",
    "held",
    "preordered",
    "backordered",
    "allocated",
    "released",
    "in_fulfilment",
    "shipped",
    "delivered",
    "lost",
    "cancelled",
    "substituted_out",
)
"""The buckets of a line; they sum to what was ordered after every event."""

OVERLAYS: tuple[str, ...] = (
    "overshipped",
    "shipped_instead",
    "delivered_instead",
    "lost_instead",
    "return_expected",
    "returned",
    "return_lost",
)
"""Quantities outside the identity. What left of another SKU instead (``…_instead``)
is where it is now; the line's own eaches are ``substituted_out``."""

LEFT: tuple[str, ...] = tuple(
    f"{state}{how}_qty"
    for how in ("", "_instead")
    for state in ("shipped", "delivered", "lost")
)
"""Columns of LINE_BUCKETS with eaches that left, as ordered or as another SKU: what
a customer owes for, and a channel settles."""


RUN_ID = Column("run_id", TEXT, "run that wrote the row", is_provenance=True)

AS_OF = Column("as_of", INSTANT, "moment of the decision, UTC")
