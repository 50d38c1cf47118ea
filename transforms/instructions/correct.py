"""Correcting what a node was told: by another document, never in the old one.

A partner that takes replacements gets the instruction again, whole and under the
same id, so its answers count once whichever copy it read. One that could not read
it, as its acknowledgement says, gets it as if never told. From others the eaches
are asked back; told anew is only what the node has given up. Fewer eaches are asked
back everywhere: who picked them already must be able to say so. What its customer
fetches at a store goes nowhere else by a correction. Not here: asking (``cancel``), the
file, how a person asks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from transforms.contracts.decisions import (
    CANCEL_REQUESTS,
    CORRECTED_INSTRUCTIONS,
    FULFILMENT_ORDERS,
)
from transforms.contracts.services import FETCHED
from transforms.contracts.table import conform
from transforms.instructions.cancel import request_cancellations

REPLACED, ASKED_BACK, REFUSED = "REPLACED", "ASKED_BACK", "REFUSED"
TOLD_ANEW = "TOLD_ANEW"
"""Told again as for the first time: its partner could not read the first."""
TOLD_AGAIN = [REPLACED, TOLD_ANEW]
CORRECTED = "CORRECTED"
"""Reason of a request to give back: what comes back is told anew, not cancelled."""

SHIP_TO = (
    *("ship_to_name", "ship_to_street", "ship_to_street2", "ship_to_city"),
    *("ship_to_postal_code", "region_code", "country_code", "ship_to_phone"),
)
_FILE = ("file_name", "control_ref", "set_ref")

Row = dict[str, Any]


@dataclass(frozen=True)
class Takes:
    """What a partner takes of us once it was told to ship.

    Args:
        replacement: an instruction again, which counts instead of the first.
        cancellation: being asked for eaches back.
    """

    replacement: bool = False
    cancellation: bool = False


def judge_corrections(
    corrections: pl.DataFrame,
    orders: pl.DataFrame,
    lines: pl.DataFrame,
    takes: Mapping[str, Takes],
    as_of: datetime,
    unread: Collection[str] = (),
) -> pl.DataFrame:
    """What becomes of each correction.

    Args:
        corrections: FCT_INSTRUCTION_CORRECTIONS that no run has judged yet.
        orders: FULFILMENT_ORDERS of their instructions.
        lines: OPEN_LINES of the same.
        takes: by partner.
        as_of: moment of the judgement.
        unread: instructions that their partner said it could not read.

    Returns:
        CORRECTED_INSTRUCTIONS without ``run_id``.
    """
    by_id = {row["instruction_id"]: row for row in orders.to_dicts()}
    rows = []
    for correction in corrections.sort("corrected_at", "correction_id").to_dicts():
        order = by_id.get(correction["instruction_id"])
        mine = lines.filter(instruction_id=correction["instruction_id"])
        if (line := correction["instruction_line_ref"]) is not None:
            mine = mine.filter(instruction_line_ref=line)
        partner = takes.get(order["partner_id"], Takes()) if order else Takes()
        is_unread = correction["instruction_id"] in unread
        again = _again(correction, partner, is_unread=is_unread)
        is_elsewhere = sends_elsewhere(order, correction["service_code"])
        code = _refusal(
            correction,
            mine,
            partner,
            is_again=again is not None,
            is_elsewhere=is_elsewhere,
        )
        outcome = REFUSED if code else again or ASKED_BACK
        rows.append(_row(correction, order, outcome, code, as_of))
    found = pl.DataFrame(rows, schema=CORRECTED_INSTRUCTIONS.schema)
    return conform(found, CORRECTED_INSTRUCTIONS).drop("run_id")


def sends_elsewhere(order: Mapping[str, Any] | None, service: str | None) -> bool:
    """Whether a service would send what is fetched at a store, or fetch what is sent.

    Args:
        order: of FULFILMENT_ORDERS, with ``service_code``.
        service: that is to be its own; none is the one that it has.
    """
    if order is None or service is None or service == order["service_code"]:
        return False
    return service in FETCHED or order["service_code"] in FETCHED


def _again(correction: Row, takes: Takes, *, is_unread: bool) -> str | None:
    """How it is told again whole, if it can be; fewer eaches never are."""
    if correction["qty"] is not None:
        return None
    return TOLD_ANEW if is_unread else REPLACED if takes.replacement else None


def _refusal(
    correction: Row,
    lines: pl.DataFrame,
    takes: Takes,
    *,
    is_again: bool,
    is_elsewhere: bool,
) -> str | None:
    """Why a correction is refused, the first of what speaks against it."""
    open_qty, asked_back, told = (
        int(lines[name].sum()) for name in ("open_qty", "asked_back_qty", "told_qty")
    )
    is_whole = correction["qty"] is None
    against = {
        "UNKNOWN_INSTRUCTION": lines.is_empty(),
        "NOTHING_OPEN": not (open_qty or (is_whole and asked_back)),
        "FETCHED_AT_STORE": is_elsewhere,
        "ASKED_BACK_BEFORE": is_again and asked_back > 0,
        "NOT_TAKEN": not is_again and not takes.cancellation,
        "PACKED_KIT": not is_whole and lines["packed_in"].is_not_null().any(),
        "NOT_FEWER": not is_whole and correction["qty"] >= told,
    }
    return next((code for code, is_so in against.items() if is_so), None)


def _row(
    correction: Row, order: Row | None, outcome: str, code: str | None, as_of: datetime
) -> Row:
    named = order or dict.fromkeys(("partner_id", "order_id"))
    asked = ("correction_id", "instruction_id", "instruction_line_ref", "qty")
    was = named if outcome in TOLD_AGAIN else {}
    return {
        **{name: correction[name] for name in (*asked, "service_code", "author")},
        "corrected_at": correction["corrected_at"],
        "partner_id": named["partner_id"],
        "order_id": named["order_id"],
        "outcome": outcome,
        "refusal_code": code,
        "file_name": was.get("file_name"),
        "control_ref": was.get("control_ref"),
        "decided_at": as_of,
        "run_id": "",
    }


def replaced_orders(
    corrected: pl.DataFrame, orders: pl.DataFrame, as_of: datetime
) -> pl.DataFrame:
    """Instructions that are told again: no file has them, and none has answered.

    Args:
        corrected: CORRECTED_INSTRUCTIONS of this run.
        orders: FULFILMENT_ORDERS of their instructions.
        as_of: moment of the replacement.

    Returns:
        FULFILMENT_ORDERS without ``run_id``: the node has as long to answer as it
        had before.
    """
    told_at = pl.coalesce("corrected_at", "released_at")
    found = orders.join(
        _services(
            corrected.filter(pl.col("outcome").is_in(TOLD_AGAIN)), "instruction_id"
        ),
        on="instruction_id",
    )
    again = found.with_columns(
        pl.lit(None, pl.String).alias(name) for name in _FILE
    ).with_columns(
        service_code=pl.coalesce("new_service_code", "service_code"),
        ack_due_at=pl.col("ack_due_at") - told_at + pl.lit(as_of),
        corrected_at=pl.lit(as_of),
        run_id=pl.lit(""),
    )
    return conform(again, FULFILMENT_ORDERS).drop("run_id")


def with_services(allocated: pl.DataFrame, corrected: pl.DataFrame) -> pl.DataFrame:
    """Allocations by the service that corrections of their orders ask for.

    Args:
        allocated: with ``order_id`` and ``service_code``.
        corrected: CORRECTED_INSTRUCTIONS of the orders.
    """
    newest = _services(corrected.filter(pl.col("outcome") != REFUSED), "order_id")
    return (
        allocated.join(newest, on="order_id", how="left", maintain_order="left")
        .with_columns(service_code=pl.coalesce("new_service_code", "service_code"))
        .drop("new_service_code")
    )


def _services(corrected: pl.DataFrame, key: str) -> pl.DataFrame:
    ordered = corrected.sort("corrected_at", "correction_id")
    newest = pl.col("service_code").drop_nulls().last()
    return ordered.group_by(key).agg(new_service_code=newest)


def addressed(orders: pl.DataFrame, corrections: pl.DataFrame) -> pl.DataFrame:
    """Orders with the newest word on each cell of the recipient.

    Args:
        orders: FCT_ORDERS, recipients as tokens.
        corrections: FCT_INSTRUCTION_CORRECTIONS that were not refused, with
            ``order_id``.
    """
    ordered = corrections.sort("corrected_at", "correction_id")
    newest = ordered.group_by("order_id").agg(
        pl.col(name).drop_nulls().last().alias(f"new_{name}") for name in SHIP_TO
    )
    joined = orders.join(newest, on="order_id", how="left", maintain_order="left")
    told = joined.with_columns(
        pl.coalesce(f"new_{name}", name).alias(name) for name in SHIP_TO
    )
    return told.select(orders.columns)


def ask_corrected_back(
    corrected: pl.DataFrame, open_lines: pl.DataFrame, as_of: datetime
) -> pl.DataFrame:
    """Requests to give back what is to be told anew.

    Args:
        corrected: CORRECTED_INSTRUCTIONS of this run.
        open_lines: OPEN_LINES of their instructions, less what others ask for.
        as_of: moment of the request.

    Returns:
        CANCEL_REQUESTS without ``run_id``.
    """
    found = []
    for one in corrected.filter(outcome=ASKED_BACK).sort("correction_id").to_dicts():
        mine = open_lines.filter(instruction_id=one["instruction_id"])
        if one["instruction_line_ref"] is not None:
            mine = mine.filter(instruction_line_ref=one["instruction_line_ref"])
        kept = pl.lit(one["qty"] or 0)
        wanted = mine.select(
            "line_id",
            event_id=pl.lit(one["correction_id"]),
            qty=(pl.col("told_qty") - kept).clip(0),
            reason_code=pl.lit(CORRECTED),
        )
        requests = request_cancellations(wanted, mine, as_of)
        open_lines = less(open_lines, requests)
        found.append(requests)
    return pl.concat([CANCEL_REQUESTS.empty().drop("run_id"), *found])


def with_wanted(open_lines: pl.DataFrame, wanted: pl.DataFrame) -> pl.DataFrame:
    """Open lines of which what is wanted back now counts as asked back.

    A node that got both, an instruction again and a request about it, could not tell
    which of the two was meant to be the last.

    Args:
        open_lines: OPEN_LINES.
        wanted: ``line_id, qty`` of what is to be asked for and was not.
    """
    by_line = wanted.group_by("line_id").agg(wanted_qty=pl.col("qty").sum())
    back = pl.min_horizontal(pl.col("wanted_qty").fill_null(0), "open_qty")
    return (
        open_lines.join(by_line, on="line_id", how="left", maintain_order="left")
        .with_columns(
            open_qty=pl.col("open_qty") - back,
            asked_back_qty=pl.col("asked_back_qty") + back,
        )
        .drop("wanted_qty")
    )


def less(open_lines: pl.DataFrame, requests: pl.DataFrame) -> pl.DataFrame:
    """Open lines without what requests ask for.

    Args:
        open_lines: OPEN_LINES.
        requests: CANCEL_REQUESTS.
    """
    keys = ["instruction_id", "instruction_line_ref"]
    asked = requests.group_by(keys).agg(more_qty=pl.col("qty").sum())
    more = pl.col("more_qty").fill_null(0)
    return (
        open_lines.join(asked, on=keys, how="left", maintain_order="left")
        .with_columns(
            open_qty=pl.col("open_qty") - more,
            told_qty=pl.col("told_qty") - more,
            asked_back_qty=pl.col("asked_back_qty") + more,
        )
        .drop("more_qty")
    )
