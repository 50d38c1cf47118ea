"""The two ends of a run: its commit with the outbox, and the published copy."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from orchestration.components.partner import is_answered
from orchestration.defs.dbt.rooms import models_in
from orchestration.resources.dispatch import (
    commit_run,
    finish_committed,
    note_published,
)
from orchestration.resources.house import House
from orchestration.resources.partners import partners
from orchestration.resources.serving import publish
from transforms.contracts.decisions import FILE_DELIVERIES, OUTBOX_FILES
from transforms.contracts.telling import TOLD_ROWS

SENT = [
    dg.AssetKey(["instructions", partner.partner_id, entry.name])
    for partner in partners().values()
    for entry in partner.instructions
] + [
    dg.AssetKey(["instructions", partner.partner_id, "file_receipts"])
    for partner in partners().values()
    if is_answered(partner)
]
# Nothing sent stands on these; they are of the run all the same.
BESIDES = [
    dg.AssetKey(["decisions", name]) for name in ("demand_forecasts", "substitutes")
]
SHOWN = [dg.AssetKey(["visibility", name]) for name in models_in("visibility")]


RUNS = dg.AssetSpec(
    key=["decisions", "runs"],
    group_name="decisions",
    owners=["team:data"],
    kinds={"ducklake"},
    description=(
        "Committed runs: written by the commit of one run, read by the next; "
        "a source here, or the graph would bite its tail."
    ),
)


OUTBOX = {
    OUTBOX_FILES: (
        "The run's commit: from here on it is never run again. Its decisions are "
        "landed as a document of the partner self, its files are delivered."
    ),
    FILE_DELIVERIES: (
        "What became of files that left: delivered, not delivered and why, sent "
        "again. Landed as documents of the partner self too."
    ),
    TOLD_ROWS: "What partners were told once: shipped lines, by the file they left in.",
}


@dg.multi_asset(
    name="instructions__outbox_files",
    specs=[
        dg.AssetSpec(
            key=[table.room, table.name],
            deps=[*SENT, *BESIDES],
            group_name="instructions",
            owners=["team:fulfilment"],
            kinds={"ducklake", "file"},
            description=text,
        )
        for table, text in OUTBOX.items()
    ],
)
def outbox_files(
    house: dg.ResourceParam[House],
) -> Iterator[dg.MaterializeResult[None]]:
    """Commit, then deliver what is committed and not yet delivered."""
    commit_run(house)
    delivered = finish_committed(house)
    counts = house.lake.counts()
    for table in OUTBOX:
        yield dg.MaterializeResult(
            asset_key=[table.room, table.name],
            metadata={
                "dagster/row_count": counts[table.path],
                "delivered": delivered,
                "not_delivered": house.undelivered,
            },
        )


@dg.asset(
    key=["visibility", "serving_copy"],
    deps=SHOWN,
    group_name="visibility",
    owners=["team:data"],
    kinds={"parquet"},
    description="The copy that dashboards read: immutable files, one manifest.",
)
def serving_copy(house: dg.ResourceParam[House]) -> dg.MaterializeResult[None]:
    """Write changed months, swap the manifest, note it with the run."""
    published = publish(house.home, house.lake, house.run)
    note_published(house, published.manifest_id)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": published.rows,
            "files": published.files,
            "files_written": published.written,
            "manifest": published.manifest_id,
        }
    )
