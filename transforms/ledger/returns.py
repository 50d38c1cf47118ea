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
    """Out of where eaches of the line are, parcels on their way back to us first.

    They leave the node that sent them, wherever they come back to. What no node of
    ours sent (a channel did, of its own stock), or a carrier lost, or is beyond all
    that ever left, comes from where nobody knows.
    """
    came = events.filter(pl.col("event_type") == "RETURN_RECEIVED")
    told = _of_lots(came, events).sort(*GOODS, *IN_TIME, "lot_ref")
    upto = pl.col("qty").cum_sum().over(GOODS)
    told = told.with_columns(lo=upto - pl.col("qty"), hi=upto).with_row_index("row")
    taken = (
        told.drop("qty")
        .join(_out_there(events), on=GOODS)
        .with_columns(
            qty=pl.min_horizontal("hi", "there_hi")
            - pl.max_horizontal("lo", "there_lo")
        )
        .filter(pl.col("qty") > 0)
    )
    known = taken.group_by("row").agg(known_qty=pl.col("qty").sum())
    others = told.join(known, on="row", how="left").with_columns(
        qty=pl.col("qty") - pl.col("known_qty").fill_null(0),
        sender_id=pl.lit(None, pl.String()),
    )
    target = ("CUSTOMER_RETURN", "AVAILABLE")
    moved = [
        _shaped(taken.filter(pl.col("account") == account), account, target)
        for account in ("DELIVERED", "SHIPPED")
    ]
    return pl.concat([*moved, _shaped(others, "VARIANCE", target)])


def _out_there(events: pl.DataFrame) -> pl.DataFrame:
    """Where eaches of a line are outside, each in its place of the order of return.

    A parcel that its carrier gives back comes before what customers have, and that
    before what is still on its way; of several nodes by name.

    Returns:
        GOODS, ``account, sender_id, there_lo, there_hi`` (eaches that come before,
        and with it).
    """
    moved = _stages(events)
    at_node = moved.group_by(*GOODS, "node_id").agg(
        (pl.col("qty") * pl.col(name)).sum().clip(0).alias(name) for name in _STAGES
    )
    back = pl.min_horizontal("back", "way")
    stages = [
        (0, "SHIPPED", back),
        (1, "DELIVERED", pl.col("had")),
        (2, "SHIPPED", pl.col("way") - back),
    ]
    parts = [
        at_node.select(
            *GOODS,
            sender_id="node_id",
            stage=pl.lit(number),
            account=pl.lit(account),
            qty=qty,
        )
        for number, account, qty in stages
    ]
    placed = pl.concat(parts).filter(pl.col("qty") > 0)
    hi = pl.col("qty").cum_sum().over(GOODS)
    return (
        placed.sort(*GOODS, "stage", "sender_id", nulls_last=True)
        .with_columns(there_hi=hi, there_lo=hi - pl.col("qty"))
        .drop("stage", "qty")
    )


_STAGES = ("way", "had", "back")
_AT = {
    **dict.fromkeys(SENT, (1, 0, 0)),
    "DELIVERED": (-1, 1, 0),
    "LOST": (-1, 0, 0),
    "LEFT_AT_STORE": (-1, 0, 0),
    "RTS": (0, 0, 1),
    **dict.fromkeys(("FOUND", "COLLECTED", "SOLD_AT_TILL"), (0, 1, 0)),
}
"""What an event adds to eaches on their way, with customers, and given back by their
carrier."""


def _stages(events: pl.DataFrame) -> pl.DataFrame:
    """What lines were opened with, and what was told since.

    Returns:
        GOODS, ``node_id, qty`` with ``_STAGES`` as factors.
    """
    before = opened_eaches(events)
    is_way = pl.col("account") == "SHIPPED"
    of_before = {"way": is_way, "had": ~is_way, "back": pl.lit(value=False)}
    kind = pl.col("event_type")
    is_opened = (pl.col("effective_at") < pl.col("opened_at")).fill_null(value=False)
    is_left = kind == "LEFT_AT_STORE"
    since = events.filter(kind.is_in(list(_AT)), ~is_opened).with_columns(
        node_id=pl.when(is_left).then("promise_node_id").otherwise("node_id")
    )
    of_since = {
        name: kind.replace_strict(
            {event: at[number] for event, at in _AT.items()}, return_dtype=pl.Int64
        )
        for number, name in enumerate(_STAGES)
    }
    columns = [*GOODS, "node_id", "qty"]
    return pl.concat(
        [
            before.select(
                *columns,
                *(
                    is_it.cast(pl.Int64).alias(name)
                    for name, is_it in of_before.items()
                ),
            ),
            since.select(*columns, **of_since),
        ]
    )


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
