"""The ledger of units: every physical fact as a balanced posting.

Goods post whatever became of the line: an illegal, unknown or surplus
ship-confirm left the building all the same, but once (``repeats.py``). What
happened before the cut-over is in what the books were opened with
(``cut_over.py``). Not here: allocated or released eaches, which are promises
(``promises.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from transforms.contracts.decisions import EVENT_VERDICTS, UNIT_POSTINGS
from transforms.contracts.gold import FCT_SHIP_NOTICES
from transforms.contracts.table import BOOLEAN, INSTANT, INTEGER, TEXT
from transforms.ledger.adjustments import (
    ReturnedPolicy,
    adjustment_movement,
    adjustment_movements,
)
from transforms.ledger.append import difference
from transforms.ledger.by_lot import by_lot
from transforms.ledger.cut_over import (
    BEFORE,
    OPENED,
    opened,
    opened_eaches,
    since_opening,
    since_told,
    with_cut,
)
from transforms.ledger.packed import COMING, KITTING, as_kits, goods, of_packed
from transforms.ledger.refusals import ShortPolicy, refusal_movements
from transforms.ledger.repeats import handed_over, told_once
from transforms.ledger.returns import return_movements
from transforms.ledger.transits import by_source, found_later, transit_movements

UNKNOWN = "UNKNOWN"
KEYS = [
    *("movement_type", "account", "node_id", "sku_id", "stock_status", "lot_ref"),
    "is_date_only",
]
MOVEMENT = pl.Schema(
    {
        "movement_id": TEXT,
        "movement_type": TEXT,
        "from_account": TEXT,
        "to_account": TEXT,
        "node_id": TEXT,
        "from_node_id": TEXT,
        "sku_id": TEXT,
        "from_status": TEXT,
        "to_status": TEXT,
        "lot_ref": TEXT,
        "qty": INTEGER,
        "event_at": INSTANT,
        "is_date_only": BOOLEAN,
        "opened_at": INSTANT,
    }
)
"""One physical movement before it is written as two postings. ``from_node_id`` is
the node that goods leave, where they go to another; ``opened_at`` when the line
that they are of was opened."""

MOVING = {
    "SOLD_AT_TILL": ("TILL_SALE", "ON_HAND", "DELIVERED"),
    "SHIPPED": ("SHIPMENT", "ON_HAND", "SHIPPED"),
    "SUBSTITUTED_BY_NODE": ("SHIPMENT", "ON_HAND", "SHIPPED"),
    "COLLECTED": ("SHIPMENT", "ON_HAND", "DELIVERED"),
    "DELIVERED": ("DELIVERY", "SHIPPED", "DELIVERED"),
    "LEFT_AT_STORE": ("UNCOLLECTED", "SHIPPED", "ON_HAND"),
    "LOST": ("LOSS", "SHIPPED", "VARIANCE"),
    "FOUND": ("DELIVERY", "VARIANCE", "DELIVERED"),
}
"""Events of lines that move eaches: movement type, and the accounts they go from
and to. What a carrier lost is where nobody knows, until it turns up. What was sent to
a store and nobody fetched there is the store's. Of a kit that lay packed the kit leaves
the shelf, and its components come out of it (KITTING)."""


@dataclass(frozen=True)
class UnitFacts:
    """Facts that move goods. New ones only is enough, except for the openings.

    Args:
        opening_stock: gold FCT_OPENING_STOCK of all SKUs and the first row of each
            node: it also dates the cut-over. Of a node that is opened only now
            ``existing`` has all SKUs.
        receipts: gold FCT_RECEIPTS.
        adjustments: gold FCT_STOCK_ADJUSTMENTS; of receipts that are corrected,
            of a place and SKU all.
        events: ``Folded.events``.
        variances: STOCK_VARIANCES; ``posted_qty`` is what should stand posted.
        shorts: what shorts say about stock; nothing by default.
        notices: gold FCT_SHIP_NOTICES; with an order's notices and receipts all
            others of it.
        verdicts: ``Folded.verdicts``; none by default.
        returned: whose corrections for returns count; all by default.
    """

    opening_stock: pl.DataFrame
    receipts: pl.DataFrame
    adjustments: pl.DataFrame
    events: pl.DataFrame
    variances: pl.DataFrame
    shorts: ShortPolicy = field(default_factory=ShortPolicy)
    notices: pl.DataFrame = field(default_factory=FCT_SHIP_NOTICES.empty)
    verdicts: pl.DataFrame = field(default_factory=EVENT_VERDICTS.empty)
    returned: ReturnedPolicy = field(default_factory=ReturnedPolicy)


def unit_postings(facts: UnitFacts, existing: pl.DataFrame) -> pl.DataFrame:
    """Postings to append for the facts.

    Facts that were posted before give nothing; a fact that changed (a receipt
    revised, a variance explained) gives the difference.

    Args:
        facts: physical facts.
        existing: UNIT_POSTINGS so far, of these movements at least; refusals of a
            whole SKU (``zero_sku``) are measured against all those of the SKU.

    Returns:
        UNIT_POSTINGS without ``run_id``; each movement sums to zero.
    """
    openings = facts.opening_stock
    told = handed_over(told_once(facts.events, facts.verdicts))
    events = goods(opened(told))
    moved = [
        _receipts(facts),
        _whole(transit_movements(facts.notices)),
        _moved(events),
        _whole(return_movements(events)),
    ]
    plain = pl.concat(
        [
            _openings(openings),
            _lines_opened(events),
            since_opening(pl.concat(moved), openings),
            _after_cut(_adjustments(facts), openings),
            _variances(facts.variances),
        ]
    )
    booked = pl.concat([_posted_before(existing, plain), _sides(plain)])
    refused = _after_cut(
        _whole(
            refusal_movements(
                facts.events,
                booked,
                facts.shorts,
                events,
                facts.verdicts,
            )
        ),
        openings,
    )
    told = pl.concat([plain, refused])
    before = since_told(existing, openings, KEYS)
    others = before.join(told, on="movement_id", how="anti")
    return _new(pl.concat([_sides(told), others]), existing)


def _new(wanted: pl.DataFrame, existing: pl.DataFrame) -> pl.DataFrame:
    base = pl.col("movement_id").str.replace(r"#\d+$", "")
    movements = wanted.select("movement_id").unique()
    same = existing.with_columns(base=base).join(
        movements, left_on="base", right_on="movement_id", how="semi"
    )
    new = difference(wanted, same, "movement_id", KEYS).sort("movement_id", *KEYS)
    side = pl.format("{}/{}/{}", "movement_id", "account", "stock_status")
    # A correction that names other goods has a side more than once.
    number = pl.int_range(1, pl.len() + 1).over(side)
    again = pl.when(number > 1).then(pl.format("/{}", number)).otherwise(pl.lit(""))
    return new.with_columns(posting_id=side + again).select(_NAMES)


_NAMES = [name for name in UNIT_POSTINGS.names if name != "run_id"]


def _posted_before(existing: pl.DataFrame, plain: pl.DataFrame) -> pl.DataFrame:
    """Postings of movements that are not told again now."""
    base = pl.col("movement_id").str.replace(r"#\d+$", "").alias("base")
    others = existing.with_columns(base).join(
        plain, left_on="base", right_on="movement_id", how="anti"
    )
    return others.select("movement_id", *KEYS, "qty", "event_at")


def _sides(movements: pl.DataFrame) -> pl.DataFrame:
    """Two rows per movement: out of one account, into the other."""
    common = [
        *("movement_id", "movement_type", "sku_id", "lot_ref", "is_date_only"),
        "event_at",
    ]
    out = movements.select(
        *common,
        node_id=pl.coalesce("from_node_id", "node_id"),
        account="from_account",
        stock_status="from_status",
        qty=-pl.col("qty"),
    )
    into = movements.select(
        *common, "node_id", "qty", account="to_account", stock_status="to_status"
    )
    columns = ["movement_id", *KEYS, "qty", "event_at"]
    return pl.concat([out.select(columns), into.select(columns)])


def _after_cut(movements: pl.DataFrame, openings: pl.DataFrame) -> pl.DataFrame:
    """Movements; of what an opening includes 0 eaches."""
    dated = with_cut(movements, openings, "node_id", "cut_at")
    is_included = (pl.col("event_at") < pl.col("cut_at")).fill_null(value=False)
    qty = pl.when(is_included).then(0).otherwise("qty")
    return dated.with_columns(qty=qty).drop("cut_at")


def opening_movement() -> pl.Expr:
    """The movement of an opening row."""
    return pl.format("OPENING/{}/{}/{}", "node_id", "sku_id", "stock_status")


def _openings(opening_stock: pl.DataFrame) -> pl.DataFrame:
    return _movements(
        opening_stock.with_columns(
            movement_id=opening_movement(),
            event_at="cut_at",
            is_date_only=pl.lit(value=False),
        ),
        ("OPENING", BEFORE, "ON_HAND"),
    )


def _lines_opened(events: pl.DataFrame) -> pl.DataFrame:
    """What the system before had shipped of lines is on its way, or there."""
    eaches = opened_eaches(events)
    parts = [
        _movements(
            _acting(eaches.filter(pl.col("account") == account), "OPENING"),
            ("OPENING", BEFORE, account),
        )
        for account in OPENED.values()
    ]
    return pl.concat(parts)


def receipt_movement() -> pl.Expr:
    """The movement of a receipt line, whatever goods it names."""
    return pl.format("RECEIPT/{}", "receipt_id")


def _receipts(facts: UnitFacts) -> pl.DataFrame:
    parts = [
        _movements(
            part.with_columns(movement_id=receipt_movement()),
            ("RECEIPT", account, "ON_HAND"),
        )
        for account, part in by_source(facts.receipts, facts.notices).items()
    ]
    return pl.concat(parts)


def _adjustments(facts: UnitFacts) -> pl.DataFrame:
    moved = _whole(adjustment_movements(facts.adjustments, facts.returned))
    found = found_later(facts.adjustments, facts.receipts, facts.notices)
    if found.is_empty():
        return moved
    # What was on its way comes from there, the rest as it would.
    theirs = found.with_columns(movement_id=adjustment_movement()).select(
        "movement_id", "way_qty"
    )
    told = moved.join(theirs, on="movement_id", how="left")
    way = pl.col("way_qty").fill_null(0)
    parts = [
        told.with_columns(qty=pl.col("qty") - way),
        told.with_columns(qty=way, from_account=pl.lit("IN_TRANSIT")),
    ]
    return pl.concat(part.select(moved.columns) for part in parts)


def variance_movement() -> pl.Expr:
    """The movement of a variance: of a figure of one count."""
    counted_at = pl.col("snapshot_at").dt.to_string("%Y%m%dT%H%M%S%6fZ")
    key = ("node_id", "sku_id", "stock_status", counted_at)
    return pl.format("VARIANCE/{}/{}/{}/{}", *key)


def _variances(variances: pl.DataFrame) -> pl.DataFrame:
    """A posted variance stands at the snapshot's cut; 0 takes it back."""
    moved = variances.with_columns(
        movement_id=variance_movement(),
        qty="posted_qty",
        event_at="snapshot_at",
        is_date_only=pl.lit(value=False),
    )
    return _movements(moved, ("VARIANCE", "VARIANCE", "ON_HAND"))


def _moved(events: pl.DataFrame) -> pl.DataFrame:
    is_packed = of_packed()
    parts = [
        _movements(by_lot(_acting(events.filter(~is_packed), event_type)), kind)
        for event_type, kind in MOVING.items()
    ]
    packed = events.filter(is_packed)
    parts += [
        _movements(_acting(packed, event_type), _through_kits(*kind))
        for event_type, kind in MOVING.items()
    ]
    is_coming = pl.col("event_type") == COMING
    kits = as_kits(packed)
    for some, sides in (
        (kits.filter(~is_coming), ("ON_HAND", KITTING)),
        (kits.filter(is_coming), (KITTING, "ON_HAND")),
    ):
        told = some.with_columns(event_type=pl.lit(KITTING))
        parts.append(_movements(_acting(told, KITTING), (KITTING, *sides)))
    return pl.concat(parts)


def _through_kits(kind: str, source: str, target: str) -> tuple[str, str, str]:
    """Where components of a packed kit move, of which the shelf has the kit."""
    if target == "ON_HAND":
        return kind, source, KITTING
    return kind, KITTING, target


def _acting(events: pl.DataFrame, event_type: str) -> pl.DataFrame:
    chosen = events.filter(pl.col("event_type") == event_type)
    if event_type == COMING:
        chosen = chosen.with_columns(from_node_id="promise_node_id")
    return chosen.with_columns(
        movement_id="event_id",
        node_id=pl.col("node_id").fill_null(UNKNOWN),
        sku_id=pl.coalesce("sku_id", "line_sku_id", pl.lit(UNKNOWN)),
        stock_status=pl.lit("AVAILABLE"),
        event_at="effective_at",
    )


def _movements(rows: pl.DataFrame, kind: tuple[str, str, str]) -> pl.DataFrame:
    movement_type, source, target = kind
    shaped = rows.with_columns(
        movement_type=pl.lit(movement_type),
        from_account=pl.lit(source),
        to_account=pl.lit(target),
        from_status="stock_status",
        to_status="stock_status",
    )
    return _whole(shaped)


def _whole(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows as MOVEMENT; columns that they lack are null."""
    lacking = {
        name: pl.lit(None, dtype)
        for name, dtype in MOVEMENT.items()
        if name not in rows.columns
    }
    return rows.with_columns(**lacking).select(MOVEMENT.names()).cast(MOVEMENT)
