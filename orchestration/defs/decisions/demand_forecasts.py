"""Asset ``decisions/demand_forecasts``: what each SKU will sell in the coming days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.house import House
from transforms.contracts.decisions import DEMAND_FORECASTS
from transforms.contracts.gold import DIM_PRODUCTS, FCT_ORDER_LINES, FCT_ORDERS
from transforms.forecasting.demand import (
    LINE_COLUMNS,
    ORDER_COLUMNS,
    PRODUCT_COLUMNS,
    daily_demand,
)
from transforms.forecasting.gamma_poisson import forecast


@dg.multi_asset(
    **decision_specs(
        "demand_forecasts",
        (DEMAND_FORECASTS,),
        gold=("fct_orders", "fct_order_lines", "dim_products"),
        kinds={"numba", "polars"},
    )
)
def demand_forecasts(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """A count filter per SKU; see ``transforms.forecasting.gamma_poisson``."""
    lake, run, policy = house.lake, house.run, house.policies.forecasting
    since = [run.as_of - timedelta(days=policy.history_days + 1)]
    recent = "ordered_at >= ?"
    with lake.one_snapshot():
        history = daily_demand(
            lake.read(FCT_ORDER_LINES, recent, since, LINE_COLUMNS),
            lake.read(FCT_ORDERS, recent, since, ORDER_COLUMNS),
            lake.read(DIM_PRODUCTS, columns=PRODUCT_COLUMNS),
        )
    rows = run.stamped(forecast(history, policy, run.as_of))
    with lake.transaction("decisions/demand_forecasts", run.message):
        lake.append(DEMAND_FORECASTS, rows)
    yield from decided(house, {DEMAND_FORECASTS: rows})
