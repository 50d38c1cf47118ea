"""The main job: one run, from landing to the published serving copy."""

from __future__ import annotations

import dagster as dg

run = dg.define_asset_job(
    "run",
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,
    description="Land, ingest, decide, instruct, publish, as of one instant.",
)

without_forecast = dg.define_asset_job(
    "run_without_forecast",
    selection=dg.AssetSelection.all()
    - dg.AssetSelection.assets(["decisions", "demand_forecasts"]),
    executor_def=dg.in_process_executor,
    description="The same run without the demand forecast.",
)

publish_only = dg.define_asset_job(
    "publish",
    selection=dg.AssetSelection.groups("visibility"),
    executor_def=dg.in_process_executor,
    description="Build visibility again and publish it.",
)
