"""Of business classes: what was promised to a class of orders and did not come true."""

from __future__ import annotations

import polars as pl

from transforms.reconciliation.findings.finding import Findings, finding, sold_for
from transforms.reconciliation.findings.lines import LOST


def of_classes(findings: Findings) -> list[pl.DataFrame]:
    """Lines of WIN that wait or come late, and of GAIN that got worse."""
    line, waits = pl.col("line_id"), findings.backorders
    won = waits.filter(business_class="WIN")
    expected = pl.coalesce(
        pl.format("expected {}", "expected_date"), pl.lit("no date known")
    )
    gained = waits.filter(business_class="GAIN").join(
        _taken_back(findings), on="line_id", how="left"
    )
    is_later = pl.col("told_date").is_not_null() & (
        pl.col("expected_date").is_null()
        | (pl.col("expected_date") > pl.col("told_date"))
    )
    lost = pl.col("lost_qty").is_not_null()
    return [
        finding(
            _worth(won, findings),
            "WIN_MISSED",
            line,
            pl.format("{} eaches wait, {}: {}", "qty", "reason_code", expected),
        ),
        finding(
            _worth(findings.late_wins, findings),
            "WIN_MISSED",
            line + pl.lit("/LATE"),
            pl.format(
                "{} eaches arrive on {}, promised for {}",
                *("qty", "promise_date", "due_date"),
            ),
        ),
        finding(
            _worth(gained.filter(is_later), findings),
            "GAIN_MISSED",
            line,
            pl.format("{} eaches: told {}, {}", "qty", "told_date", expected),
        ),
        finding(
            _worth(gained.filter(~is_later & lost), findings),
            "GAIN_MISSED",
            line,
            pl.format("{} eaches taken back: {}", "lost_qty", expected),
        ),
    ]


def _taken_back(findings: Findings) -> pl.DataFrame:
    events = findings.events.filter(
        pl.col("event_type") == "DEALLOCATED", pl.col("reason_code").is_in(LOST)
    )
    return events.group_by("line_id").agg(lost_qty=pl.col("qty").sum())


def _worth(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    return sold_for(rows, findings.prices).with_columns(cause_code="reason_code")
