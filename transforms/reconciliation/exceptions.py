"""What needs a person: findings of a run, opened and closed against the last.

A finding is (code, subject); the exception stays open until a run no longer
finds it. Not here: how a finding comes about (``findings``); each comes from a table.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from transforms.contracts.decisions import EXCEPTIONS
from transforms.reconciliation.findings.classes import of_classes
from transforms.reconciliation.findings.finding import FINDING, SAID, Findings
from transforms.reconciliation.findings.goods import (
    of_echoes,
    of_lots,
    of_parcels,
    of_repairs,
    of_stock,
)
from transforms.reconciliation.findings.instructions import of_instructions
from transforms.reconciliation.findings.lines import (
    of_corrections,
    of_holds,
    of_lines,
    of_preorders,
    of_requests,
)
from transforms.reconciliation.findings.money import (
    of_orders,
    of_payment_requests,
    of_payments,
)
from transforms.reconciliation.findings.substitutions import of_substitutions
from transforms.reconciliation.owners import OWNERS
from transforms.reconciliation.worth import worth_kept

TOLD = (*SAID, "order_id", "owner")
"""What makes an open exception another one than it was."""
OF_BACKORDERS = ("BACKORDERED", "UNSOURCEABLE")
"""Codes of BACKORDERS, whose owner goes by the reason they wait for."""


def exceptions(
    findings: Findings, previous: pl.DataFrame, as_of: datetime
) -> pl.DataFrame:
    """Rows of EXCEPTIONS that this run opens, opens again, changes or closes.

    Args:
        findings: tables after the run.
        previous: EXCEPTIONS so far; rows that stay as they are do not return.
        as_of: moment of the run.

    Returns:
        EXCEPTIONS without ``run_id``, to be merged by ``exception_id``.
    """
    found = (
        _owned(_of_orders(find(findings, as_of), findings.prices), findings.backorders)
        .sort(FINDING)
        .unique(["code", "subject"], keep="first", maintain_order=True)
        .with_columns(exception_id=pl.format("{}/{}", "code", "subject"))
    )
    before = previous.select(
        "exception_id",
        "opened_at",
        "closed_at",
        *(pl.col(name).alias(f"was_{name}") for name in TOLD),
    )
    joined = worth_kept(found.join(before, on="exception_id", how="left"))
    is_same = pl.col("closed_at").is_null() & pl.all_horizontal(
        pl.col(f"was_{name}").eq_missing(pl.col(name)) for name in TOLD
    )
    reopens = pl.col("closed_at").is_not_null() | pl.col("opened_at").is_null()
    now = pl.lit(as_of, EXCEPTIONS.schema["opened_at"])
    opened = joined.filter(~is_same).with_columns(
        opened_at=pl.when(reopens).then(now).otherwise("opened_at"),
        closed_at=pl.lit(None, EXCEPTIONS.schema["closed_at"]),
    )
    healed = previous.filter(pl.col("closed_at").is_null()).join(
        found, on="exception_id", how="anti"
    )
    closed = healed.with_columns(closed_at=now)
    names = [name for name in EXCEPTIONS.names if name != "run_id"]
    both = pl.concat([opened.select(names), closed.select(names)])
    return both.sort("exception_id")


def _owned(found: pl.DataFrame, backorders: pl.DataFrame) -> pl.DataFrame:
    """Findings with their team: that of the code; of what waits whom the policy says.

    Who is told in ``orderhouse why`` and who has the exception are one.
    """
    waits = pl.col("code").is_in(OF_BACKORDERS)
    said = backorders.select(subject="line_id", told_owner="owner")
    return (
        found.join(said, on="subject", how="left")
        .with_columns(
            owner=pl.coalesce(
                pl.when(waits).then("told_owner"), pl.col("code").replace_strict(OWNERS)
            )
        )
        .drop("told_owner")
    )


def _of_orders(found: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Findings with the order they are about; null where they are of none."""
    orders = lines.select("line_id", order_of_line="order_id")
    return found.join(orders, on="line_id", how="left").with_columns(
        order_id=pl.coalesce("order_id", "order_of_line")
    )


def find(findings: Findings, as_of: datetime) -> pl.DataFrame:
    """Every finding: FINDING and ABOUT; codes are those of CODES."""
    found = [
        *of_lines(findings),
        *of_classes(findings),
        *of_instructions(findings, as_of),
        *of_stock(findings),
        *of_lots(findings),
        of_repairs(findings.repairs),
        of_payments(findings.payments),
        of_holds(findings),
        of_preorders(findings),
        of_parcels(findings.parcels),
        of_requests(findings),
        of_corrections(findings, as_of),
        of_substitutions(findings, as_of),
        of_payment_requests(findings.payment_requests, "PAYMENT_REQUEST_UNANSWERED"),
        of_payment_requests(findings.failed_requests, "PAYMENT_REQUEST_FAILED"),
        of_echoes(findings.echoes),
        of_orders(findings.orders),
    ]
    return pl.concat(found)
