"""The list of what the twin broke on purpose, so that tests can demand each.

Not here: the breaking itself (``order_faults``, ``drift``, ``answer``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import polars as pl

from transforms.contracts.simulation import PLANTED_FAULTS, NamedBytes
from transforms.contracts.table import conform

KINDS = (
    "broken_line",
    "captured_twice",
    "card_number",
    "double_confirmation",
    "duplicate_file",
    "failed_payment",
    "false_adjustment",
    "late_cancellation",
    "late_file",
    "late_shipment",
    "missing_acknowledgement",
    "never_captured",
    "paid_short",
    "parcel_lost",
    "partial_file",
    "refusal",
    "rejected_acknowledgement",
    "revised_file",
    "short_shipment",
    "stock_drift",
    "strange_parcel",
    "strange_payment",
    "strange_return",
    "unknown_instruction",
    "unknown_sku",
    "wrong_echo",
)
"""Every kind of fault; a demo of any size plants each at least once."""


class Fault(NamedTuple):
    """One planted fault; columns of ``PLANTED_FAULTS`` without its number.

    Args:
        kind: one of ``KINDS``.
        partner_id: sender.
        file_name: the file, None when no single file shows it.
        payload_line: physical line in it from 1, None when it is not one.
        expected_code: code of ``contracts.codes`` that must be found.
        subject: order, instruction, node/SKU, file it is about.
        planted_at: hour the file arrives, UTC.
        detail: what was done.
    """

    kind: str
    partner_id: str
    file_name: str | None
    payload_line: int | None
    expected_code: str
    subject: str
    planted_at: datetime
    detail: str


def listed(faults: Iterable[Fault], before: pl.DataFrame | None = None) -> pl.DataFrame:
    """The list with these faults added, numbered F0001 … in order of planting.

    A fault that stands in the list already is not added again.

    Raises:
        ValueError: a kind that ``KINDS`` does not name.
    """
    known = PLANTED_FAULTS.empty() if before is None else before
    old = set(known.drop("fault_id").iter_rows())
    fresh = [fault for fault in dict.fromkeys(faults) if tuple(fault) not in old]
    strange = {fault.kind for fault in fresh} - set(KINDS)
    if strange:
        raise ValueError(f"not a kind of fault: {', '.join(sorted(strange))}")
    if not fresh:
        return known
    numbers = range(known.height + 1, known.height + len(fresh) + 1)
    rows = [
        (f"F{number:04d}", *fault) for number, fault in zip(numbers, fresh, strict=True)
    ]
    added = pl.DataFrame(rows, schema=PLANTED_FAULTS.schema, orient="row")
    return conform(pl.concat([known, added]), PLANTED_FAULTS)


def fault_about(
    kind: str,
    code: str,
    subject: str,
    file: NamedBytes,
    found_from: datetime | None = None,
) -> Fault:
    """A fault that is found under its subject, not at a line of its file.

    Args:
        kind: of the fault.
        code: expected.
        subject: order, parcel, SKU … it is about.
        file: the partner's file that brings it.
        found_from: when it can be found at the earliest; by default at once.
    """
    at = found_from or file.received_at
    return Fault(kind, file.partner_id, None, None, code, subject, at, file.name)


def line_fault(kind: str, code: str, file: NamedBytes, row: dict[str, object]) -> Fault:
    """A fault about one instruction line, or its instruction where all are late.

    Args:
        kind: of the fault.
        code: expected.
        file: the partner's file that shows it.
        row: ``instruction_ref, line_ref, qty`` and, if any, ``shipped_qty``.
    """
    whole = kind == "late_shipment"
    subject = f"{row['instruction_ref']}" + ("" if whole else f"/{row['line_ref']}")
    detail = f"asked {row['qty']} shipped {row.get('shipped_qty', 0)}"
    return Fault(
        kind,
        file.partner_id,
        file.name,
        None,
        code,
        subject,
        file.received_at,
        detail,
    )
