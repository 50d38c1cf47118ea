"""No figure of a report, a page or the summary without a trace to files and lines."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import yaml

from orchestration.resources.lineage.figures import METRICS, RATES
from orchestration.resources.lineage.metric import Trace

ROOT = Path(__file__).parents[2]
REPORTS = sorted((ROOT / "dbt_project/models/visibility").glob("rpt_*.yml"))

NO_QUANTITIES = (
    *(
        "_no",
        "_rank",
        "_days",
        "_hours",
        "_minutes",
        "_bytes",
        "_km",
        "_since_previous",
    ),
    *("payload_line", "landing_id"),
)
"""Endings of numbers that are not added up."""

EXCUSED = {
    # One order's, line's or event's own figures: its page has file and line of each.
    "rpt_orders": {
        *("ordered_qty", "open_qty", "shipped_qty", "delivered_qty"),
        *("backordered_qty", "cancelled_qty", "line_count", "amount_minor"),
    },
    "rpt_order_lines": {"kit_qty", "line_amount_minor", "discount_minor", "tax_minor"},
    "rpt_order_timeline": {"qty"},
    "rpt_holds": {"qty", "value_minor"},
    "rpt_substitutes": {
        *("qty", "ratio", "covered_qty", "available_qty", "delta_minor"),
        "decided_qty",
    },
    "rpt_cancel_requests": {"qty", "given_up_qty", "refused_qty"},
    "rpt_instructions": {"line_count"},
    # What a line would have cost from each node, and what its share was.
    "rpt_allocations": {
        *("chosen_qty", "atp_qty", "freight_minor", "processing_minor"),
        *("lateness_minor", "worth_minor", "total_minor", "allocated_freight_minor"),
        *("allocated_processing_minor", "allocated_split_minor"),
        *("allocated_lateness_minor", "allocated_worth_minor"),
        "allocated_total_minor",
        *("lacking_qty", "price_milli", "over_minor"),
    },
    # The steps of atp_units and channel_units, which are their causes.
    "rpt_atp_waterfall": {"qty", "atp_qty", "open_qty"},
    "rpt_publish_echo": {"told_qty", "difference_qty"},
    # One file's own: the row names the file.
    "rpt_feed_days": {"file_count", "line_count", "quarantined_count"},
    "rpt_outbox_files": {
        *("row_count", "unit_count", "resent_count", "failed_count"),
        *("instruction_count", "heard_count", "error_count", "replaced_count"),
        *("open_count", "open_qty"),
    },
    # One figure's own: the row names the count's file and line.
    "rpt_reconciled_stock": {
        *("reported_qty", "ledger_qty", "position_qty"),
        *("variance_qty", "posted_qty", "value_minor"),
    },
    # How many keys were proved: no figure of the business.
    "rpt_proofs": {"checked_rows", "failed_rows"},
    # Printed by commands of their own, with the lines they are about.
    "rpt_master_gaps": {"open_line_count", "open_qty"},
    "rpt_node_outages": {
        *("held_order_count", "held_qty", "held_value_minor"),
        *("rerouted_order_count", "rerouted_qty", "rerouted_value_minor"),
        "extra_cost_minor",
    },
    "rpt_late_knowledge": {"event_count", "qty", "late_event_count", "late_qty"},
    "rpt_process_stalls": {"waiting_line_count", "stalled_line_count", "stalled_qty"},
    "rpt_process_steps": {
        *("event_count", "line_count", "qty", "repeated_count", "off_table_count"),
    },
}
"""Columns without a metric, and why."""

CARDS = {
    "open_lines": ("open_lines", "open_orders", "open_units"),
    "open_value": ("open_value",),
    "backordered": ("backordered_units", "open_lines", "open_value"),
    "exceptions": ("open_exceptions",),
    "unit_fill": RATES["unit_fill_rate"],
    "line_fill": RATES["line_fill_rate"],
    "order_fill": RATES["order_fill_rate"],
    "split_rate": RATES["split_rate"],
    "cost_per_order": RATES["cost_per_order"],
    "queue": ("open_exceptions",),
    "queue_value": ("exception_value",),
    "queue_age": ("open_exceptions",),
}
"""The cards of the pages, and the metrics that each of them shows."""

SHOWN = {
    (metric.table.split(".")[1], column)
    for metric in METRICS.values()
    for column in metric.shows
}


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_every_quantity_of_a_report_can_be_traced(path: Path) -> None:
    (model,) = yaml.safe_load(path.read_text())["models"]
    name = model["name"]
    figures = {
        column["name"]
        for column in model["columns"]
        if column.get("data_type", "").lower() == "bigint"
        and not column["name"].endswith(NO_QUANTITIES)
    }
    traced = {column for table, column in SHOWN if table == name}

    assert figures - traced == EXCUSED.get(name, set())


def test_every_card_of_a_page_has_metrics() -> None:
    texts = yaml.safe_load((ROOT / "dashboards/texts/en.yaml").read_text())

    assert set(texts["figures"]) == set(CARDS)
    assert not {name for names in CARDS.values() for name in names} - set(METRICS)


def test_a_cause_without_its_line_covers_nothing_but_whole_files() -> None:
    rows = pl.DataFrame(
        {"value": [2, 1], "file_name": ["a", "b"], "payload_line": [7, None]}
    )
    lines = Trace(METRICS["open_lines"], 3, rows)
    files = Trace(METRICS["ingest_in"], 3, rows)

    assert (2, False) == (lines.traced, lines.is_covered)
    assert (3, True) == (files.traced, files.is_covered)
