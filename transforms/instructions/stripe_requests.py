"""Payment requests as JSON lines, in the shape that Stripe takes.

One object a line, by ``idempotency_key``; whoever posts them sends the key as header
``Idempotency-Key``, so nothing is done twice.

- CAPTURE: ``path`` of the capture, ``amount_to_capture`` in minor units as Stripe
  counts them (of a charge ``amount``), ``final_capture`` whether nothing more is
  taken.
- VOID: ``path`` of the cancellation; of a charge that of a refund, which lets go what
  was not taken.
- REAUTH: ``path`` of a new payment intent with ``amount``, ``currency`` and
  ``capture_method`` manual; ``replaces`` is the authorisation that ends.

``payment_intent`` or ``charge`` is the provider's number; ``metadata.order_id`` the
channel's order, by which its report is found again.
"""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from transforms.contracts.decisions import PAYMENT_REQUESTS
from transforms.contracts.profile import Envelope, Payload
from transforms.contracts.table import conform
from transforms.instructions.writing.json_lines import payload_of
from transforms.instructions.writing.lines import Row

DOCUMENT = PAYMENT_REQUESTS

_WHOLE = {"ISK", "UGX"}
"""Currencies without minor units that Stripe counts in hundredths."""


def render(frame: pl.DataFrame, envelope: Envelope) -> Payload:
    """``payment_requests_<control number>.jsonl``, by request.

    Args:
        frame: PAYMENT_REQUESTS.
        envelope: receiver and control number.

    Raises:
        ContractError: the frame does not keep its contract.
    """
    rows = conform(frame, DOCUMENT).sort("request_id")
    lines = [json.dumps(_request(row)) for row in rows.iter_rows(named=True)]
    return payload_of("payment_requests", lines, 0, envelope)


def _request(row: Row) -> dict[str, Any]:
    return {
        "idempotency_key": row["request_id"],
        "method": "POST",
        **_asked(row),
        "metadata": {"order_id": row["order_id"].split("/", 1)[1]},
    }


def _asked(row: Row) -> dict[str, Any]:
    ref = row["payment_ref"]
    is_charge = ref.startswith("ch_")
    place = f"/v1/{'charges' if is_charge else 'payment_intents'}/{ref}"
    named = {"charge" if is_charge else "payment_intent": ref}
    amount = row["amount_minor"] * (100 if row["currency_code"] in _WHOLE else 1)
    if row["request_kind"] == "CAPTURE":
        taken = {"amount" if is_charge else "amount_to_capture": amount}
        last = {} if is_charge else {"final_capture": row["is_final"]}
        return {"path": f"{place}/capture", **named, **taken, **last}
    if row["request_kind"] == "VOID":
        return {"path": "/v1/refunds" if is_charge else f"{place}/cancel", **named}
    return {
        "path": "/v1/payment_intents",
        "amount": amount,
        "currency": row["currency_code"].lower(),
        "capture_method": "manual",
        "replaces": ref,
    }
