"""The two ends of a run: its commit with the outbox, and the published copy."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from orchestration.defs.dbt.rooms import models_in
from orchestration.resources.dispatch import commit_run, finish_committed, note_published
from orchestration.resources.house import House
from orchestration.resources.partners import partners
from orchestration.resources.serving import publish

SENT = [
    dg.AssetKey(["instructions", partner.partner_id, entry.name])
    for partner in partners().values()
    for entry in partner.instructions
]
SHOWN = [dg.AssetKey(["visibility", name]) for name in models_in("visibility")]


COMMITTED = {
    ("instructions", "outbox_files"): (
        "Files sent: exact bytes under a control number, delivered after the commit."
    ),
    ("decisions", "runs"): (
        "The run's commit: from here on it is never run again. Its decisions are "
        "landed as a document of the partner self."
    ),
}


@dg.multi_asset(
    name="commit",
    specs=[
        dg.AssetSpec(
            key=list(key),
            deps=[*SENT, dg.AssetKey(["decisions", "demand_forecasts"])],
            group_name=key[0],
            owners=["team:fulfilment"],
            kinds={"ducklake", "file"},
            description=description,
        )
        for key, description in COMMITTED.items()
    ],
)
def commit(
    house: dg.ResourceParam[House],
) -> Iterator[dg.MaterializeResult[None]]:
    """Commit, then deliver what is committed and not yet delivered."""
    commit_run(house)
    delivered = finish_committed(house)
    for key in COMMITTED:
        yield dg.MaterializeResult(
            asset_key=list(key),
            metadata={
                "dagster/row_count": house.lake.count(".".join(key)),
                "delivered": delivered,
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
