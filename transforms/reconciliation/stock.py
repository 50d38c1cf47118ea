"""A node's stock snapshot against our ledger at the snapshot's own cut.

``on_hand`` snapshots are compared with what we hold; eaches with the node at
the cut may have left unconfirmed, so a shortfall that they explain is none.
``available`` ones are compared with what we hold less those eaches that the node
had acknowledged; of the others it may or may not have known. A document
that gives only a date may stand on either side of a cut of that day: ours is
then a range, and only what lies outside it is a variance. Not here: the posting
of a variance (``transforms.ledger``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import polars as pl

from transforms.contracts.decisions import STOCK_VARIANCES
from transforms.contracts.profile import OPERATORS
from transforms.contracts.table import INSTANT, INTEGER, TEXT
from transforms.reconciliation.trust import (
    SNAPSHOT,
    TrustPolicy,
    judge,
    node_confidence,
)

KEY = ["node_id", "sku_id", "stock_status"]
FIGURE = [*KEY, "snapshot_at"]
STATUS_COLUMNS = {
    "available_qty": "AVAILABLE",
    "damaged_qty": "DAMAGED",
    "hold_qty": "HOLD",
}
RELEASED = ("RELEASED", "RELEASED_IN_KITS")
"""Accounts of what is with a node: kits that lie packed as kits."""
MOVED_PARTS = ("after", "own", "doubt_in", "doubt_out", "sent_after", "unread")
"""Eaches that moved after a cut, our own variance at it, in doubt, not yet read."""
DAY_IN_DOUBT = timedelta(hours=23)
"""A date-only document is in doubt for the shortest local day there is."""


NOTHING_CARRIED = pl.Schema(
    {"node_id": TEXT, "sku_id": TEXT, "stock_status": TEXT}
    | {"shift": INTEGER, "surplus": INTEGER}
)
NOTHING_SENT = pl.Schema(
    {"node_id": TEXT, "sku_id": TEXT, "qty": INTEGER, "read_at": INSTANT}
)


@dataclass(frozen=True)
class StockFacts:
    """What the reconciliation reads.

    Args:
        snapshots: FCT_STOCK_SNAPSHOTS: at least the two newest of each node;
            older ones too where a late document may still explain a variance.
        positions: STOCK_POSITIONS: the sum of all postings so far.
        units: UNIT_POSTINGS, at least those dated after the oldest snapshot's
            cut less one day, and the VARIANCE ones of these snapshots.
        promises: PROMISE_POSTINGS dated after the oldest snapshot's cut.
        opening_stock: FCT_OPENING_STOCK: snapshots not after its cut are not
            compared, our ledger does not reach back there.
        nodes: DIM_NODES.
        refused: ``operator_id, landing_id`` of each partner's newest stock file
            that held nothing.
        sent: ``released_eaches`` of nodes whose counts are net.
    """

    snapshots: pl.DataFrame
    positions: pl.DataFrame
    units: pl.DataFrame
    promises: pl.DataFrame
    opening_stock: pl.DataFrame
    nodes: pl.DataFrame
    refused: pl.DataFrame
    sent: pl.DataFrame = field(default_factory=NOTHING_SENT.to_frame)


@dataclass(frozen=True)
class ReconciledStock:
    """Beliefs about stock.

    Args:
        variances: STOCK_VARIANCES without ``run_id``, to be merged by key: the
            figures that differ and those that no longer do (EXPLAINED).
            ``posted_qty`` is what should stand posted; the ledger appends the
            difference to what does.
        confidence: NODE_CONFIDENCE without ``run_id``, one row per node.
    """

    variances: pl.DataFrame
    confidence: pl.DataFrame


def reconcile_stock(
    facts: StockFacts, as_of: datetime, policy: TrustPolicy
) -> ReconciledStock:
    """Compare snapshots with the ledger at their cuts.

    A shortfall is to be posted at once, a surplus when the next snapshot of the
    node shows it too, and then the smaller of both; what an operator vouches for
    needs no second one. A SKU that a snapshot does
    not name is not zero: its line may sit in quarantine. Files that are not
    believed change nothing.

    Args:
        facts: snapshots and books.
        as_of: moment of the run; later snapshots are ignored.
        policy: when a file is not believed.
    """
    snapshots = _comparable(facts, as_of)
    figures = _beside_ours(snapshots, facts)
    judged = judge(_at_face_value(figures), _held(snapshots, facts), policy)
    confidence = node_confidence(judged, facts.nodes, _failed(facts), as_of, policy)
    stale = confidence.filter(pl.col("verdict") == "STALE")
    believed = judged.filter(pl.col("verdict") == "TRUSTED").select(SNAPSHOT)
    trusted = figures.join(believed, on=SNAPSHOT, how="semi").join(
        stale, on="node_id", how="anti"
    )
    return ReconciledStock(_believe(trusted), confidence)


def _failed(facts: StockFacts) -> pl.DataFrame:
    """Nodes that no file counted after their operator's file that held nothing.

    Such a file names no node: until a node's next count it may have been its own.
    """
    counted = facts.snapshots.group_by("node_id").agg(
        counted_id=pl.col("landing_id").max()
    )
    failed = facts.nodes.join(facts.refused, on="operator_id").join(
        counted, on="node_id", how="left"
    )
    is_newer = pl.col("landing_id") > pl.col("counted_id")
    return failed.filter(is_newer.fill_null(value=True)).select("node_id")


def _comparable(facts: StockFacts, as_of: datetime) -> pl.DataFrame:
    cuts = facts.opening_stock.group_by("node_id").agg(pl.col("cut_at").max())
    dated = facts.snapshots.filter(pl.col("snapshot_at") <= pl.lit(as_of))
    is_early = pl.col("snapshot_at") <= pl.col("cut_at")
    known = dated.join(cuts, on="node_id", how="left")
    return known.filter(~is_early.fill_null(value=False)).drop("cut_at")


def _beside_ours(snapshots: pl.DataFrame, facts: StockFacts) -> pl.DataFrame:
    """Each figure with ours at its cut, own variance left out, and the doubts."""
    figures = snapshots.select(
        *FIGURE,
        "quantity_basis",
        reported_qty="qty",
        is_vouched=(pl.col("partner_id") == OPERATORS).fill_null(value=False),
    ).join(_moved(snapshots.select(SNAPSHOT).unique(), facts), on=FIGURE, how="left")
    return _ours(
        _with_positions(figures, facts.positions).with_columns(
            pl.selectors.integer().fill_null(0)
        )
    )


def _moved(cuts: pl.DataFrame, facts: StockFacts) -> pl.DataFrame:
    """What moved around each cut, by FIGURE: sums of MOVED_PARTS, where any is.

    Told apart by column and summed at once: each sum and each join of a million
    figures costs as much as the reading of them.
    """
    at, cut, qty = pl.col("event_at"), pl.col("snapshot_at"), pl.col("qty")
    is_later = at > cut
    is_unsure = ~is_later & pl.col("is_date_only") & (cut < at + DAY_IN_DOUBT)
    on_hand = {
        "after": is_later,
        "own": (pl.col("movement_type") == "VARIANCE") & (at == cut),
        "doubt_in": is_unsure & (qty > 0),
        "doubt_out": is_unsure & (qty < 0),
    }
    is_read = (pl.col("read_at") <= cut).fill_null(value=False)
    units = _recent(facts.units, cuts).filter(pl.col("account") == "ON_HAND")
    sound = pl.lit("AVAILABLE").alias("stock_status")
    released = facts.promises.filter(pl.col("account").is_in(RELEASED))
    sides = [
        _apart(units, cuts, on_hand),
        _apart(released.with_columns(sound), cuts, {"sent_after": is_later}),
        _apart(facts.sent.with_columns(sound), cuts, {"unread": ~is_read}),
    ]
    rows = pl.concat(sides, how="diagonal")
    return rows.group_by(FIGURE).agg(pl.col(MOVED_PARTS).sum()).collect()


def _apart(
    postings: pl.DataFrame, cuts: pl.DataFrame, parts: dict[str, pl.Expr]
) -> pl.LazyFrame:
    """Postings of each cut's node with ``qty`` in a column of each part it is of."""
    qty = {name: pl.when(of).then("qty") for name, of in parts.items()}
    rows = postings.lazy().join(cuts.lazy(), on="node_id").select(*FIGURE, **qty)
    return rows.filter(pl.any_horizontal(pl.col(*parts).is_not_null()))


def _recent(units: pl.DataFrame, cuts: pl.DataFrame) -> pl.DataFrame:
    """Older postings are on our side of every cut, whatever their hour."""
    oldest = cuts["snapshot_at"].min()
    if not isinstance(oldest, datetime):
        return units.clear()
    return units.filter(pl.col("event_at") > pl.lit(oldest - DAY_IN_DOUBT))


def _with_positions(figures: pl.DataFrame, positions: pl.DataFrame) -> pl.DataFrame:
    """Figures with ``now, sent_now``: what stands of their stock status today."""
    where = ["node_id", "sku_id"]
    status = pl.col("stock_status")
    now = pl.coalesce(
        pl.when(status == of).then(name) for name, of in STATUS_COLUMNS.items()
    )
    known = figures.join(
        positions.select(*where, *STATUS_COLUMNS, "released_qty"), on=where, how="left"
    )
    return known.select(
        *figures.columns,
        now=now,
        sent_now=pl.when(status == "AVAILABLE").then("released_qty").otherwise(0),
    )


def _ours(figures: pl.DataFrame) -> pl.DataFrame:
    """Our range at the cut: ``least_qty`` … ``most_qty``, and the likely figure."""
    in_flight = pl.max_horizontal(pl.col("sent_now") - pl.col("sent_after"), 0)
    is_net = pl.col("quantity_basis") == "available"
    unsure = pl.min_horizontal("in_flight_qty", "unread")
    return (
        figures.with_columns(in_flight_qty=in_flight)
        .with_columns(
            likely_qty=pl.col("now")
            - pl.col("after")
            - pl.col("own")
            - pl.when(is_net).then(pl.col("in_flight_qty") - unsure).otherwise(0)
        )
        .with_columns(
            most_qty=pl.col("likely_qty") - pl.col("doubt_out"),
            least_qty=pl.col("likely_qty")
            - pl.col("doubt_in")
            - pl.when(is_net).then(unsure).otherwise("in_flight_qty"),
        )
        .with_columns(ledger_qty=_nearest(pl.lit(0)))
        .with_columns(variance_qty=pl.col("reported_qty") - pl.col("ledger_qty"))
    )


def _nearest(shift: pl.Expr) -> pl.Expr:
    """The figure of our range, moved by ``shift``, nearest to the one reported."""
    low = pl.max_horizontal("reported_qty", pl.col("least_qty") + shift)
    return pl.min_horizontal(low, pl.col("most_qty") + shift)


def _at_face_value(figures: pl.DataFrame) -> pl.DataFrame:
    """Sound stock only: damaged rows are few and tell nothing of the file."""
    sound = figures.filter(pl.col("stock_status") == "AVAILABLE")
    return sound.with_columns(ledger_qty="likely_qty")


def _held(snapshots: pl.DataFrame, facts: StockFacts) -> pl.DataFrame:
    """Positions of ours that a whole file would name."""
    full = facts.positions.filter(pl.col("available_qty") > 0)
    counts = full.group_by("node_id").agg(expected_row_count=pl.len().cast(pl.Int64))
    return snapshots.select(SNAPSHOT).unique().join(counts, on="node_id", how="left")


def _believe(figures: pl.DataFrame) -> pl.DataFrame:
    """Walk each node's snapshots in time: what was posted counts in the next."""
    ordinal = pl.col("snapshot_at").rank("dense").over("node_id")
    numbered = figures.with_columns(nth=ordinal)
    carried = NOTHING_CARRIED.to_frame()
    believed = []
    for nth in sorted(numbered["nth"].unique()):
        told = _posted(numbered.filter(pl.col("nth") == nth), carried)
        believed.append(told)
        carried = _carried(carried, told)
    if not believed:
        return STOCK_VARIANCES.empty().drop("run_id")
    return _shaped(pl.concat(believed))


def _posted(figures: pl.DataFrame, carried: pl.DataFrame) -> pl.DataFrame:
    """What should stand posted for one snapshot of each node.

    ``shift`` is what this call changed at earlier snapshots of the key,
    ``surplus`` what the preceding snapshot of the node showed above ours.
    """
    known = (
        figures.join(carried, on=KEY, how="left")
        .with_columns(pl.col("shift", "surplus").fill_null(0))
        .with_columns(ledger_qty=_nearest(pl.col("shift")))
    )
    variance = pl.col("reported_qty") - pl.col("ledger_qty")
    confirmed = (
        pl.when("is_vouched")
        .then(variance)
        .otherwise(pl.min_horizontal(variance, "surplus"))
    )
    return known.with_columns(
        variance_qty=variance,
        posted_qty=pl.when(variance < 0).then(variance).otherwise(confirmed),
    ).with_columns(shift=pl.col("shift") + pl.col("posted_qty") - pl.col("own"))


def _carried(carried: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """What is not zero: nodes without this snapshot keep what they had.

    Of a SKU that the snapshot of its node left out no surplus is carried on.
    """
    nodes = told["node_id"].unique().to_list()
    left_out = carried.join(told, on=KEY, how="anti").with_columns(
        surplus=pl.when(pl.col("node_id").is_in(nodes)).then(0).otherwise("surplus")
    )
    surplus = pl.max_horizontal(pl.col("variance_qty") - pl.col("posted_qty"), 0)
    new = told.select(*KEY, "shift", surplus=surplus)
    both = pl.concat([new, left_out.select(new.columns)])
    return both.filter((pl.col("shift") != 0) | (pl.col("surplus") != 0))


def _shaped(told: pl.DataFrame) -> pl.DataFrame:
    variance, posted = pl.col("variance_qty"), pl.col("posted_qty")
    cause = (
        pl.when(variance < 0)
        .then(pl.lit("SHORTFALL"))
        .when(posted > 0)
        .then(pl.lit("SURPLUS_CONFIRMED"))
        .when(variance > 0)
        .then(pl.lit("SURPLUS_WAITS"))
        .otherwise(pl.lit("EXPLAINED"))
    )
    worth_telling = (variance != 0) | (pl.col("own") != 0)
    names = [name for name in STOCK_VARIANCES.names if name != "run_id"]
    return (
        told.filter(worth_telling)
        .with_columns(cause_code=cause)
        .select(names)
        .sort(FIGURE)
    )
