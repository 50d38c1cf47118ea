"""Of goods: counts and balances, promises, what channels show, parcels."""

from __future__ import annotations

import polars as pl

from transforms.reconciliation.findings.finding import Findings, finding
from transforms.reconciliation.worth import at_last_sale

FAILED_TRUST = ["STALE", "PARTIAL", "IMPLAUSIBLE", "REFUSED"]


def of_stock(findings: Findings) -> list[pl.DataFrame]:
    """Nodes that stopped, counts that differ or are in doubt, balances below zero."""
    newest = findings.variances.join(
        findings.confidence.select("node_id", newest_at="snapshot_at"), on="node_id"
    ).filter(pl.col("snapshot_at") == pl.col("newest_at"))
    figure = pl.format("{}/{}/{}", "node_id", "sku_id", "stock_status")
    beside = pl.format("reported {}, ours {}", "reported_qty", "ledger_qty")
    valued = at_last_sale(newest, findings.sales, pl.col("variance_qty").abs())
    short = valued.filter(pl.col("cause_code") == "SHORTFALL")
    waits = valued.filter(pl.col("cause_code") == "SURPLUS_WAITS")
    doubted = findings.confidence.filter(pl.col("verdict").is_in(FAILED_TRUST))
    there = pl.max_horizontal("available_qty", 0)
    over = findings.positions.filter(pl.col("released_qty") > there)
    return [
        finding(
            findings.gates,
            "NODE_STOPPED",
            pl.col("node_id"),
            pl.format("{} since {}", "reason_codes", _day("since_at")),
        ),
        finding(short, "STOCK_SHORTFALL", figure, beside),
        finding(waits, "STOCK_SURPLUS", figure, beside),
        finding(
            doubted,
            "STOCK_DISTRUSTED",
            pl.col("node_id"),
            pl.format(
                "{}: {} rows of {}", "verdict", "row_count", "expected_row_count"
            ),
        ),
        finding(
            at_last_sale(over, findings.sales, pl.col("released_qty") - there),
            "OVERCOMMITTED",
            pl.format("{}/{}", "node_id", "sku_id"),
            pl.format("{} released, {} on hand", "released_qty", "available_qty"),
        ),
        _below_zero(findings.positions, findings.sales),
        _lacking(findings.lacking, findings.sales),
        _overdue(findings.overdue, findings.sales),
        finding(
            findings.passed_over,
            "OPENING_PASSED_OVER",
            pl.col("node_id"),
            pl.format(
                "{} rows told again as of {}, {} counts: nothing in between is posted",
                "row_count",
                _day("told_at"),
                _day("cut_at"),
            ),
        ),
    ]


def of_lots(findings: Findings) -> list[pl.DataFrame]:
    """Lots that shrank below what is promised of them, and others that left."""
    over = findings.overpromised
    missing = pl.col("promised_qty") - pl.col("there_qty").clip(0)
    return [
        finding(
            at_last_sale(over, findings.sales, missing),
            "LOT_OVERCOMMITTED",
            pl.format("{}/{}/{}", "node_id", "sku_id", "lot_ref"),
            pl.format("{} promised, {} there", "promised_qty", "there_qty"),
        ),
        finding(
            findings.other_lots,
            "OTHER_LOT_SHIPPED",
            pl.col("line_id"),
            pl.format("{} of {}, asked for {}", "qty", "sent_lots", "asked_lots"),
        ),
    ]


def _below_zero(positions: pl.DataFrame, sales: pl.DataFrame) -> pl.DataFrame:
    """Balances that cannot be, one finding per node, SKU and stock status."""
    by_status = positions.unpivot(
        on=["available_qty", "damaged_qty", "hold_qty"],
        index=["node_id", "sku_id"],
        variable_name="status",
        value_name="qty",
    ).with_columns(pl.col("status").str.strip_suffix("_qty").str.to_uppercase())
    lacking = by_status.filter(pl.col("qty") < 0)
    return finding(
        at_last_sale(lacking, sales, -pl.col("qty")),
        "STOCK_NEGATIVE",
        pl.format("{}/{}/{}", "node_id", "sku_id", "status"),
        pl.format("{} on hand", "qty"),
    )


def _lacking(lacking: pl.DataFrame, sales: pl.DataFrame) -> pl.DataFrame:
    """The same of goods that are on no shelf."""
    return finding(
        at_last_sale(lacking, sales, -pl.col("qty")),
        "STOCK_NEGATIVE",
        pl.format("{}/{}/{}", "node_id", "sku_id", "account"),
        pl.format("{} in {}", "qty", "account"),
    )


def _overdue(overdue: pl.DataFrame, sales: pl.DataFrame) -> pl.DataFrame:
    """Goods on the way that should have come, one finding per order and SKU."""
    return finding(
        at_last_sale(overdue, sales, pl.col("qty")),
        "TRANSIT_OVERDUE",
        pl.format("{}/{}/{}", "node_id", "sku_id", "ref"),
        pl.format("{} on their way, due by {}", "qty", _day("due_at")),
    )


def _day(column: str) -> pl.Expr:
    return pl.col(column).dt.to_string("%Y-%m-%d %H:%MZ")


def of_repairs(repairs: pl.DataFrame) -> pl.DataFrame:
    """One finding per line, with all that was posted for it."""
    posted = repairs.filter(pl.col("account") != "DEMAND").sort("posting_id")
    cause = pl.col("event_id").str.split("/").list.get(-2)
    side = pl.format("{} {} at {}", "qty", "account", "node_id")
    by_line = posted.group_by("line_id", cause_code=cause, maintain_order=True)
    return finding(
        by_line.agg(posted=side.str.join(", ")),
        "PROMISE_MENDED",
        pl.col("line_id"),
        pl.col("posted"),
    )


def of_echoes(echoes: pl.DataFrame) -> pl.DataFrame:
    """Figures that channels show otherwise than they were told."""
    is_more = pl.col("shown_qty") > pl.col("told_qty")
    code = pl.when(is_more).then(pl.lit("MORE")).otherwise(pl.lit("LESS"))
    return finding(
        echoes,
        pl.format("CHANNEL_SHOWS_{}", code),
        pl.format("{}/{}", "channel_id", "sku_id"),
        pl.format("shows {}, told {}", "shown_qty", "told_qty"),
    )


def of_parcels(parcels: pl.DataFrame) -> pl.DataFrame:
    """Parcels that are late, silent, lost, on their way back, or nobody's."""
    last = pl.format(
        "{} {}",
        pl.col("last_status_code").fill_null("no scan"),
        pl.coalesce("last_occurred_at", "shipped_at").dt.to_string("%Y-%m-%d %H:%M"),
    )
    rows = parcels.with_columns(
        cause_code=pl.coalesce("last_partner_code", "last_status_code")
    )
    detail = pl.format(
        "{}, {} UTC, order {}",
        pl.col("carrier_code").fill_null("-"),
        last,
        pl.col("order_id").fill_null("unknown"),
    )
    code = pl.col("parcel_class").str.to_uppercase()
    return finding(rows, code, pl.col("tracking_ref"), detail)
