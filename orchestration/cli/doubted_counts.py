"""``orderhouse quarantine mend count``: somebody vouches for a count we doubt.

The count lands once more, in the operators' name and with who vouched for it and
why. An operator's word of a SKU takes the place of the node's, so the next run
believes it, and posts what is more than ours without waiting for a second night.
"""

from __future__ import annotations

from typing import Any

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.mend import authorship, put
from orchestration.cli.quarantine import opened
from orchestration.resources.house import House
from orchestration.resources.mending import MendRefusedError, rows_mend
from transforms.contracts.decisions import NODE_CONFIDENCE
from transforms.contracts.documents import STOCK_SNAPSHOTS
from transforms.contracts.gold import FCT_STOCK_SNAPSHOTS
from transforms.contracts.profile import OPERATORS

DOUBTED = "IMPLAUSIBLE"
ADVICE = {
    "PARTIAL": "it lacks rows that we hold: have the node send a whole count",
    "REFUSED": "it could not be read: have the node send it again",
    "STALE": "it is old: have the node count again",
    "NONE": "there is none",
}
"""Verdict on a node's newest count → why nobody can vouch for it."""


def mend_count(node: str, author: str, reason: str, at: str = "") -> int:
    """Take a node's newest count as it is, though it is implausible.

    Args:
        node: whose count.
        author: who vouches for it.
        reason: why.
        at: hour of the mend; now, or after the newest run of a house of the past.

    Raises:
        CommandError: the node's newest count is not an implausible one.
    """
    house = opened()
    try:
        by = authorship(house, author, reason, at)
        rows = [_told(row) for row in _figures(house, node)]
        try:
            mend = rows_mend(house.partners[OPERATORS], STOCK_SNAPSHOTS.name, rows, by)
        except MendRefusedError as error:
            raise CommandError(str(error)) from error
        CONSOLE.print(f"  {node}: {len(rows):,} figures of {rows[0]['snapshot_at']}")
        return put(house, mend, by)
    finally:
        house.close()


def _figures(house: House, node: str) -> list[dict[str, Any]]:
    """The node's newest count, as the newest run judged it."""
    run_id = house.past_runs()["run_id"].to_list()[-1]
    judged = house.lake.read(
        NODE_CONFIDENCE, "node_id = ? and run_id = ?", [node, run_id]
    )
    if judged.is_empty():
        raise CommandError(f"there is no node {node!r}")
    verdict = str(judged["verdict"].item())
    if verdict != DOUBTED:
        why = ADVICE.get(verdict, "it is believed")
        raise CommandError(f"nobody can vouch for the newest count of {node}: {why}")
    cut = judged["snapshot_at"].item()
    return house.lake.read(
        FCT_STOCK_SNAPSHOTS, "node_id = ? and snapshot_at = ?", [node, cut]
    ).to_dicts()


def _told(row: dict[str, Any]) -> dict[str, str]:
    return {
        "node_ref": row["node_id"],
        "sku_ref": row["sku_id"],
        "stock_status": row["stock_status"],
        "quantity_basis": row["quantity_basis"],
        "qty": str(row["qty"]),
        "snapshot_at": row["snapshot_at"].isoformat(),
    }
