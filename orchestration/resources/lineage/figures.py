"""Every figure that people see, by its name."""

from __future__ import annotations

from orchestration.resources.lineage.metric import Metric
from orchestration.resources.lineage.of_availability import of_availability
from orchestration.resources.lineage.of_exceptions import of_exceptions
from orchestration.resources.lineage.of_lines import (
    of_backorders,
    of_buckets,
    of_open_lines,
)
from orchestration.resources.lineage.of_money import of_money
from orchestration.resources.lineage.of_partners import of_instructions, of_scores
from orchestration.resources.lineage.of_rooms import of_files, of_flow, of_rejects
from orchestration.resources.lineage.of_service import of_cost, of_fill
from orchestration.resources.lineage.of_stock import of_stock

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        *of_buckets(),
        *of_open_lines(),
        *of_backorders(),
        *of_stock(),
        *of_availability(),
        *of_fill(),
        *of_cost(),
        *of_money(),
        *of_exceptions(),
        *of_instructions(),
        *of_scores(),
        *of_rejects(),
        *of_files(),
        *of_flow(),
    )
}

RATES: dict[str, tuple[str, str]] = {
    "unit_fill_rate": ("filled_units", "asked_units"),
    "line_fill_rate": ("filled_lines", "asked_lines"),
    "order_fill_rate": ("filled_orders", "asked_orders"),
    "split_rate": ("split_orders", "decided_orders"),
    "cost_per_order": ("total_cost", "decided_orders"),
}
"""What is one metric by another: share or cents → what is counted, and of what."""
