"""The nightly count: every node tells what it believes lies there.

Cut at 23:00, told at 23:30. Prairie tells stock net of its acknowledged open
orders, the others what is on hand. Some counts come a day late or half.
Not here: why shelves differ from the books (``drift``).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.twin.company import Company
from transforms.twin.documents.masters import shelf_rows
from transforms.twin.documents.warehouse_documents import BASIS, by_operator, tell_stock
from transforms.twin.faulting.faults import Fault
from transforms.twin.state import State

TOLD_AFTER = timedelta(minutes=30)
LATE_BY = timedelta(days=1)
_LATE = {(0, "summit_3pl"), (1, "harbor_3pl")}
_HALF = {(1, "prairie_3pl")}


def count_night(
    company: Company, state: State, day: date, cut: datetime
) -> tuple[list[NamedBytes], list[Fault]]:
    """Every operator's count of a night and what is wrong with some of them.

    Args:
        company: whose nodes are counted.
        state: the world at ``cut``.
        day: the played day.
        cut: instant of the count.
    """
    rows = shelf_rows(reported(state.shelves, state.open_work, company.nodes, cut))
    number = company.plan.play_dates.index(day)
    late, half = (_LATE, _HALF) if company.plan.has_faults else (set(), set())
    files, faults = [], []
    for partner, counted in by_operator(rows, company.nodes):
        key = (number, partner)
        told = counted.head(counted.height * 2 // 5) if key in half else counted
        at = cut + TOLD_AFTER
        file = tell_stock(partner, told, cut, at, company.plan.zone)
        if key in late:
            file = NamedBytes(partner, file.name, file.content, at + LATE_BY)
        files.append(file)
        if key in late | half:
            faults.append(_distrusted(file, is_late=key in late))
    return files, faults


def reported(
    shelves: pl.DataFrame, open_work: pl.DataFrame, nodes: pl.DataFrame, cut: datetime
) -> pl.DataFrame:
    """Shelves as each node's basis has them: on hand, or net of open orders."""
    netting = nodes.filter(pl.col("operator_id").is_in(list(BASIS)))["node_ref"]
    is_open = (pl.col("acked_at") <= cut) & (pl.col("done_at") > cut)
    work = open_work.filter(is_open, pl.col("node_ref").is_in(netting.to_list()))
    taken = work.group_by("node_ref", "product_id").agg(
        pl.col("qty").sum().alias("open")
    )
    joined = shelves.join(
        taken, on=["node_ref", "product_id"], how="left", maintain_order="left"
    )
    return joined.with_columns(
        pl.col("available_qty") - pl.col("open").fill_null(0)
    ).drop("open")


def _distrusted(file: NamedBytes, *, is_late: bool) -> Fault:
    return Fault(
        kind="late_file" if is_late else "partial_file",
        partner_id=file.partner_id,
        file_name=file.name,
        payload_line=None,
        expected_code="STOCK_DISTRUSTED",
        subject=file.name,
        planted_at=file.received_at,
        detail="arrives a day late" if is_late else "holds two fifths of the rows",
    )
