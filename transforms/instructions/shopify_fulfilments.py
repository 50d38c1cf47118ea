"""Shopify fulfilments as JSON: tells the shop what has left, with its tracking.

One object a line: the lines of one order that left at one instant by the same
parcels, as the body of a fulfilment. Each shipped line is told once; a line of which
a node sent another SKU instead is one that was shipped.

- ``order_id`` and ``line_items[].id`` are the shop's; numbers where they are.
- ``tracking_info``: ``company`` the carrier, ``numbers`` the parcels.
- ``shipped_at``; ``due_at``: the shop is to know by then, option
  ``tell_shipments_within_hours`` after it left (24).
- ``notify_customer`` is true unless the option of that name says ``false``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl

from transforms.contracts.profile import Envelope, Payload
from transforms.contracts.table import conform
from transforms.contracts.telling import SHIPPED_LINES
from transforms.instructions.writing.json_lines import number_or_text, payload_of
from transforms.instructions.writing.lines import Row

DOCUMENT = SHIPPED_LINES

_TOGETHER = ("order_ref", "shipped_at", "carrier_code", "tracking_ref")


def render(frame: pl.DataFrame, envelope: Envelope) -> Payload:
    """``fulfilments_<control number>.jsonl``, by order and instant.

    Args:
        frame: SHIPPED_LINES.
        envelope: receiver and control number.

    Raises:
        ContractError: the frame does not keep its contract.
    """
    rows = conform(frame, DOCUMENT).sort(*_TOGETHER, "line_no", "event_id")
    is_told = envelope.profile.options.get("notify_customer", "true") != "false"
    parcels = groupby(rows.to_dicts(), itemgetter(*_TOGETHER))
    lines = [
        json.dumps(
            _fulfilment([*lines]) | {"notify_customer": is_told}, ensure_ascii=False
        )
        for _, lines in parcels
    ]
    return payload_of("fulfilments", lines, int(rows["qty"].sum()), envelope)


def _fulfilment(lines: Sequence[Row]) -> dict[str, Any]:
    first = lines[0]
    return {
        "order_id": number_or_text(first["order_ref"]),
        "line_items": [
            {"id": number_or_text(line["line_ref"]), "quantity": line["qty"]}
            for line in lines
        ],
        "tracking_info": {
            "company": first["carrier_code"],
            "numbers": (first["tracking_ref"] or "").split(),
        },
        "shipped_at": _instant(first["shipped_at"]),
        "due_at": _instant(min(line["due_at"] for line in lines)),
    }


def _instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
