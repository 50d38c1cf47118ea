"""What the policy substitutes without a person, as the document a person would write.

A run decides (``decided_qty`` of its SUBSTITUTES); once it is committed, the actions
are put into the operators' drop, a second behind it, and the next run reads them as
anybody's. Same run, same bytes and same name: a run that is finished twice writes one
document. Not here: whether it is decided (``transforms.allocation.substitutes``).
"""

from __future__ import annotations

import os
from datetime import timedelta

from orchestration.resources.files import write_atomically
from orchestration.resources.house import House
from orchestration.resources.mending import Authorship, Mend, rows_mend
from transforms.contracts.decisions import SUBSTITUTES
from transforms.contracts.documents import ORDER_ACTIONS
from transforms.contracts.profile import OPERATORS

AUTHOR, REASON = "policy", "substitute_automatically"

DECIDED = """
    with decided as (
        select * from lake.decisions.substitutes
        where run_id = $1 and decided_qty > 0
    )
    select orders.channel_id, orders.order_ref, lines.line_ref,
        decided.alternative_sku_id, decided.ratio, decided.decided_qty
    from decided
    inner join lake.gold.fct_order_lines as lines using (line_id, order_id)
    inner join lake.gold.fct_orders as orders using (order_id)
    order by lines.line_id
"""


def write_substitutions(house: House) -> None:
    """Put the actions of the committed run at hand into the drop, once."""
    run = house.run
    if not house.lake.count(SUBSTITUTES.path):
        return
    decided = house.lake.query(DECIDED, [run.run_id])
    if decided.is_empty():
        return
    by = Authorship(AUTHOR, REASON, run.as_of + timedelta(seconds=1))
    rows = [_cells(row, by) for row in decided.iter_rows(named=True)]
    mend = rows_mend(house.partners[OPERATORS], ORDER_ACTIONS.name, rows, by)
    path = house.home.drop / mend.partner_id / mend.file_name
    if not path.exists() and not _is_landed(house, mend):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, mend.content)
        os.utime(path, (by.at.timestamp(), by.at.timestamp()))


def _is_landed(house: House, mend: Mend) -> bool:
    return any(house.landing.named(mend.partner_id, mend.file_name))


def _cells(row: dict[str, object], by: Authorship) -> dict[str, str]:
    line, sku = row["line_ref"], row["alternative_sku_id"]
    return {
        "action_ref": f"{by.at:%Y%m%dT%H%M%SZ}-{by.author}-{line}-{sku}",
        "action": "SUBSTITUTE",
        "channel_ref": str(row["channel_id"]),
        "order_ref": str(row["order_ref"]),
        "line_ref": str(line),
        "author": by.author,
        "acted_at": by.at.isoformat(),
        "alternative_ref": str(sku),
        "ratio": str(row["ratio"]),
        "qty": str(row["decided_qty"]),
    }
