"""What the twin hands out: named bytes with their hour, and the planted faults.

Only the demo and tests read these; production never does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from transforms.contracts.table import INSTANT, INTEGER, TEXT, Column, Table


@dataclass(frozen=True)
class NamedBytes:
    """A file on its way.

    Args:
        partner_id: sender (towards us) or receiver (from us).
        name: file name.
        content: exact bytes.
        received_at: UTC instant it arrives.
    """

    partner_id: str
    name: str
    content: bytes
    received_at: datetime


PLANTED_FAULTS = Table(
    "twin",
    "planted_faults",
    "one row per fault the twin planted",
    key=("fault_id",),
    columns=(
        Column("fault_id", TEXT, "F0001 …"),
        Column("kind", TEXT, "duplicate_file, broken_line, unknown_sku, stock_drift …"),
        Column("partner_id", TEXT, "sender"),
        Column("file_name", TEXT, "file", is_nullable=True),
        Column("payload_line", INTEGER, "line in it, from 1", is_nullable=True),
        Column("expected_code", TEXT, "code that must be found"),
        Column("subject", TEXT, "order, instruction, node/SKU … it is about"),
        Column("planted_at", INSTANT, "hour the file arrives"),
        Column("detail", TEXT, "what was done, quantity and so on"),
    ),
)
