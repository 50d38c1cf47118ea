"""What comes back as physical movements, whoever sold it.

Goods at a node's door stand in CUSTOMER_RETURN until somebody looked at them;
what was found says where they go. A return of nobody's posts all the same, from
where nobody knows. Not here: money, and what a node corrects of its stock itself
(``adjustments.py``).
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.parcels import SENT
from transforms.ledger.by_lot import by_lot
from transforms.ledger.cut_over import opened_eaches

HANDED_OVER = ("DELIVERED", "FOUND", "COLLECTED", "SOLD_AT_TILL")
"""Events after which a customer has the eaches."""

LEAVING = (*SENT, "COLLECTED", "SOLD_AT_TILL")
"""Events with which eaches of a line leave a shelf."""

DISPOSITIONS = {
    "SELLABLE": ("ON_HAND", "AVAILABLE"),
    "DAMAGED": ("ON_HAND", "DAMAGED"),
    "DEFECTIVE": ("QUARANTINE", "HOLD"),
    "OTHER": ("QUARANTINE", "HOLD"),
    "EXPIRED": ("SCRAP", "DAMAGED"),
}
"""What was found → account and status; where nobody said, it is looked at again."""

IN_TIME = ["effective_at", "event_id"]
GOODS = ["line_id", "goods_id"]
"""A line's own goods, or those that a node sent instead of them."""

FOUND = pl.Struct({"disposition_code": pl.String()})


def return_movements(events: pl.DataFrame) -> pl.DataFrame:
    """Movements of the returns among ``events``.

    Args:
        events: ``Folded.events`` with ``opened_at``: of a line that something came
            back of, all.
    """
    is_return = pl.col("event_type").str.starts_with("RETURN_")
    lines = events.filter(is_return)["line_id"].drop_nulls().unique()
    mine = events.filter(
        is_return | pl.col("line_id").is_in(lines.implode())
    ).with_columns(goods_id=pl.coalesce("sku_id", "line_sku_id"))
    return pl.concat([_received(mine), _inspected(mine)])


def _received(events: pl.DataFrame) -> pl.DataFrame:
    """Out of what customers have; more than that never reached one.

    They leave the node that sent them, wherever they come back to. What no node of
    ours sent (a channel did, of its own stock), or a carrier lost, comes from where
    nobody knows.
    """
    came = events.filter(pl.col("event_type") == "RETURN_RECEIVED")
    upto = pl.col("qty").cum_sum().over(GOODS, order_by=IN_TIME)
    before = upto - pl.col("qty")
    told = _of_lots(came.join(_had(events), on=GOODS, how="left"), events)
    qty = pl.col("qty")
    there = {
        name: (pl.col(name).fill_null(0) - before).clip(0) for name in ("had", "left")
    }
    from_customer = pl.min_horizontal("qty", there["had"])
    of_ours = pl.max_horizontal(pl.min_horizontal("qty", there["left"]), from_customer)
    parts = {
        "DELIVERED": from_customer,
        "SHIPPED": of_ours - from_customer,
        "VARIANCE": qty - of_ours,
    }
    moved = [
        _shaped(told.with_columns(qty=qty), account, ("CUSTOMER_RETURN", "AVAILABLE"))
        for account, qty in parts.items()
    ]
    return pl.concat(moved)


def _had(events: pl.DataFrame) -> pl.DataFrame:
    """GOODS, ``had, left, sender_id`` of a line.

    Eaches that customers have, those that left for them, and whose they were.
    """
    handed = _handed_over(events).with_columns(is_there=pl.lit(value=True))
    sent = _sent(events).with_columns(is_there=pl.lit(value=False))
    node, qty, is_there = pl.col("node_id"), pl.col("qty"), pl.col("is_there")
    return (
        pl.concat([handed, sent])
        .group_by(GOODS)
        .agg(
            had=qty.filter(is_there).sum(),
            left=qty.filter(~is_there).sum(),
            sender_id=pl.coalesce(node.filter(is_there).min(), node.min()),
        )
    )


def _sent(events: pl.DataFrame) -> pl.DataFrame:
    """Eaches that left and that no carrier lost for good.

    What lines were opened with, and what left since.

    Returns:
        GOODS, ``node_id, qty``; negative of what was lost.
    """
    columns = [*GOODS, "node_id", "qty"]
    kind = pl.col("event_type")
    before = opened_eaches(events)
    since = events.filter(kind.is_in([*LEAVING, "LOST", "FOUND"]), ~_is_opened())
    signed = pl.when(kind == "LOST").then(-pl.col("qty")).otherwise("qty")
    moved = since.with_columns(qty=signed)
    return pl.concat([before.select(columns), moved.select(columns)])


def _of_lots(returned: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Returns with ``lot_ref``: the one they name, else that of their line."""
    named = by_lot(returned).filter(pl.col("lot_ref").is_not_null())
    others = returned.join(named, on="event_id", how="anti")
    of_lines = others.join(_lots(events), on=GOODS, how="left")
    return pl.concat([named.select(of_lines.columns), of_lines])


def _lots(events: pl.DataFrame) -> pl.DataFrame:
    """GOODS, ``lot_ref`` of those that left in one lot; of others nobody says."""
    left = by_lot(events.filter(pl.col("event_type").is_in(LEAVING)))
    lots = (
        left.filter(pl.col("qty") > 0)
        .group_by(GOODS)
        .agg(pl.col("lot_ref").first(), lots=pl.col("lot_ref").n_unique())
    )
    return lots.filter(pl.col("lots") == 1).select(*GOODS, "lot_ref")


def _handed_over(events: pl.DataFrame) -> pl.DataFrame:
    """Eaches that customers have: what lines were opened with, and what came since.

    Returns:
        GOODS, ``node_id, qty``.
    """
    columns = [*GOODS, "node_id", "qty"]
    before = opened_eaches(events).filter(pl.col("account") == "DELIVERED")
    since = events.filter(pl.col("event_type").is_in(HANDED_OVER), ~_is_opened())
    return pl.concat([before.select(columns), since.select(columns)])


def _is_opened() -> pl.Expr:
    """Whether an event is in what its line was opened with."""
    return (pl.col("effective_at") < pl.col("opened_at")).fill_null(value=False)


def _inspected(events: pl.DataFrame) -> pl.DataFrame:
    found = pl.col("detail").str.json_decode(FOUND).struct.field("disposition_code")
    looked_at = events.filter(pl.col("event_type") == "RETURN_INSPECTED")
    looked_at = _of_lots(looked_at, events).with_columns(
        found=found.fill_null("OTHER"), sender_id=pl.lit(None, pl.String())
    )
    moved = [
        _shaped(looked_at.filter(pl.col("found") == name), "CUSTOMER_RETURN", target)
        for name, target in DISPOSITIONS.items()
    ]
    return pl.concat(moved)


def _shaped(rows: pl.DataFrame, source: str, target: tuple[str, str]) -> pl.DataFrame:
    account, status = target
    return rows.select(
        movement_id="event_id",
        movement_type=pl.lit("RETURN"),
        from_account=pl.lit(source),
        to_account=pl.lit(account),
        node_id=pl.col("node_id").fill_null("UNKNOWN"),
        from_node_id="sender_id",
        sku_id=pl.coalesce("sku_id", "line_sku_id", pl.lit("UNKNOWN")),
        from_status=pl.lit("AVAILABLE"),
        to_status=pl.lit(status),
        lot_ref="lot_ref",
        qty="qty",
        event_at="effective_at",
        is_date_only="is_date_only",
        opened_at="opened_at",
    )
