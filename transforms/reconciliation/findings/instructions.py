"""Of instructions: silence, refusals to read, and days that are over."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from transforms.reconciliation.acknowledgements import acknowledged
from transforms.reconciliation.findings.finding import Findings, finding, sold_for


def of_instructions(findings: Findings, as_of: datetime) -> list[pl.DataFrame]:
    """Those that nobody acknowledged in time, could not read, or did not ship."""
    orders = findings.fulfilment_orders
    answered = findings.shipments.filter(pl.col("answered_at").is_not_null())
    heard = acknowledged(orders, findings.acknowledgements)
    # A node that ships has read the instruction: no acknowledgement is due.
    silent = (
        orders.filter(pl.col("ack_due_at") <= pl.lit(as_of))
        .join(findings.laid_out, on="instruction_id", how="anti")
        .join(heard, on="instruction_id", how="anti")
        .join(answered, on="instruction_id", how="anti")
    )
    rejected = heard.filter(pl.col("status_code") == "R")
    stake = _at_stake(findings)
    silent = silent.join(stake, on="instruction_id", how="left")
    # What it rejected and was told again, or shipped all the same, is settled.
    rejected = rejected.join(stake, on="instruction_id")
    subject = pl.col("instruction_id")
    due = pl.format("due {}", pl.col("ack_due_at").dt.to_string("%Y-%m-%d %H:%M UTC"))
    reason = pl.col("reason").fill_null("no reason given")
    return [
        finding(silent, "ACK_OVERDUE", subject, due),
        finding(rejected, "ACK_REJECTED", subject, reason),
        finding(
            _overdue(findings, as_of),
            "SHIP_OVERDUE",
            subject,
            pl.format("{} eaches, ship by {}", "open_qty", "ship_by_date"),
        ),
    ]


def _overdue(findings: Findings, as_of: datetime) -> pl.DataFrame:
    """Instructions with open eaches whose ship-by day is over at their node.

    What lies ready for its customer to fetch is not the node's to hurry.
    """
    zones = findings.nodes.select("node_id", "zone").sort("node_id")
    waits = findings.fulfilment_orders.join(
        findings.laid_out, on="instruction_id", how="anti"
    )
    orders = waits.join(zones, on="node_id", how="left")
    days = {zone: _last_day(zone, as_of) for zone in orders["zone"].unique()}
    over = pl.col("zone").replace_strict(days, return_dtype=pl.Date)
    late = orders.filter(pl.col("ship_by_date") <= over)
    return late.join(_at_stake(findings), on="instruction_id")


def _at_stake(findings: Findings) -> pl.DataFrame:
    """Eaches of each instruction that nobody answered, and what they were sold for."""
    unanswered = findings.shipments.filter(pl.col("open_qty") > 0)
    return (
        sold_for(unanswered, findings.prices, "open_qty")
        .group_by("instruction_id")
        .agg(
            pl.col("open_qty").sum(),
            value_minor=pl.col("value_minor").sum(),
            currency_code=pl.col("currency_code").min(),
        )
        .with_columns(
            value_minor=pl.when(pl.col("currency_code").is_not_null()).then(
                "value_minor"
            )
        )
    )


def _last_day(zone: str | None, as_of: datetime) -> object:
    """The last local day that is over at ``as_of``."""
    local = pl.Series([as_of]).dt.convert_time_zone(zone or "UTC")
    return local.dt.offset_by("-1d").dt.date().item()
