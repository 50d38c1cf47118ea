"""Parcels that nodes confirmed beside what carriers scanned: late, stuck, lost, back.

Not here: what becomes of the lines inside (``transforms.lifecycle``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

import polars as pl

from transforms.contracts.decisions import RECONCILED_PARCELS
from transforms.reconciliation.owners import owner_of

TROUBLES: tuple[str, ...] = (
    "parcel_unknown",
    "parcel_lost",
    "parcel_sent_back",
    "parcel_failed",
    "parcel_unscanned",
    "parcel_stuck",
    "parcel_late",
)
"""Classes that need a person, in the order they are tried."""

CONFIRMED = [
    "tracking_ref",
    "carrier_code",
    "instruction_id",
    "order_id",
    "other_order_ids",
    "node_id",
    "shipped_at",
    "promise_date",
    "value_minor",
    "currency_code",
]
"""What is known of a parcel without its carrier."""

LINE = ["instruction_id", "instruction_line_ref"]
PARCEL = {"carrier_code": pl.String(), "tracking_ref": pl.String()}
LAST = ["status_code", "partner_code", "occurred_at"]


class ParcelPolicyError(ValueError):
    """A policy of parcels says what cannot be meant; the message names the key."""


@dataclass(frozen=True)
class ParcelPolicy:
    """How long a parcel may be silent, and when it counts as delivered.

    Args:
        scanned_carriers: carriers that scan each parcel: silence means something.
        unscanned_hours: from leaving to the first scan of such a carrier.
        stuck_hours: from one scan to the next.
        late_hours: beyond the day that the carrier, or else we, named.
        unknown_hours: how long the confirmation of a scanned parcel is waited for.
        inferred_days: after leaving without any trouble, delivered and marked so.
    """

    scanned_carriers: tuple[str, ...] = ()
    unscanned_hours: int = 48
    stuck_hours: int = 96
    late_hours: int = 24
    unknown_hours: int = 48
    inferred_days: int = 14

    def __post_init__(self) -> None:
        """Refuse nonsense at birth.

        Raises:
            ParcelPolicyError: a number is none from 1.
        """
        for item in fields(self)[1:]:
            value = getattr(self, item.name)
            if type(value) is not int or value < 1:
                raise ParcelPolicyError(f"{item.name}: a whole number from 1")

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> ParcelPolicy:
        """The policy that a YAML mapping describes.

        Raises:
            ParcelPolicyError: a key is unknown or a value out of range.
        """
        unknown = sorted(set(mapping) - {item.name for item in fields(cls)})
        if unknown:
            raise ParcelPolicyError(f"{unknown[0]}: unknown key")
        values = {k: tuple(v) if isinstance(v, list) else v for k, v in mapping.items()}
        return cls(**values)  # type: ignore[arg-type]


def confirmed_parcels(
    shipped: pl.DataFrame, lines: pl.DataFrame, promises: pl.DataFrame
) -> pl.DataFrame:
    """Parcels that nodes confirmed: where they are from, and what is inside.

    A line that left in several parcels is worth the same in each; one shipment
    that was told twice left once, and one of no eaches not at all.

    Args:
        shipped: SHIPPED events with their line; ``detail`` names the parcels. All
            of those in a parcel, of whichever order and age.
        lines: FCT_ORDER_LINES of them.
        promises: ``line_id, promise_date``: last day that was promised.

    Returns:
        One row per parcel, as ``reconcile_parcels`` takes them.
    """
    told = pl.col("detail").str.json_decode(pl.Struct(PARCEL))
    net = pl.col("line_amount_minor") - pl.col("discount_minor") + pl.col("tax_minor")
    sold = lines.select("line_id", "order_id", "currency_code", "ordered_qty", net=net)
    eaches = pl.min_horizontal("qty", "ordered_qty")
    inside = (
        _once(
            shipped.filter(pl.col("qty") > 0)
            .select(
                *("line_id", *LINE, "event_at", "qty", "node_id"),
                told.struct.field("carrier_code"),
                tracking_ref=told.struct.field("tracking_ref").str.split(" "),
            )
            .drop_nulls("tracking_ref")
            .with_columns(parcel_count=pl.col("tracking_ref").list.len())
            .explode("tracking_ref")
        )
        .lazy()
        .join(sold.lazy(), on="line_id", how="left")
        .join(promises.lazy(), on="line_id", how="left")
        .with_columns(
            value=pl.col("net")
            * eaches
            // pl.max_horizontal("ordered_qty", 1)
            // pl.col("parcel_count")
        )
        .collect()
    )
    parcels = (
        inside.lazy()
        .group_by("tracking_ref")
        .agg(
            pl.col(
                *("carrier_code", "instruction_id", "order_id", "node_id"),
                "currency_code",
            ).min(),
            pl.col("promise_date").max(),
            shipped_at=pl.col("event_at").min(),
            value_minor=pl.col("value").sum(),
            last_order_id=pl.col("order_id").max(),
        )
        .collect()
    )
    # Few parcels hold several orders: of those alone the orders are listed.
    shared = parcels.filter(pl.col("order_id") != pl.col("last_order_id"))
    orders = pl.col("order_id").drop_nulls().unique().sort()
    others = (
        inside.join(shared, on="tracking_ref", how="semi")
        .group_by("tracking_ref")
        .agg(other_order_ids=orders.slice(1).str.join("|"))
    )
    known = parcels.join(others, on="tracking_ref", how="left")
    return known.select(CONFIRMED).sort("tracking_ref")


def _once(told: pl.DataFrame) -> pl.DataFrame:
    """The first that was told of each line in each parcel; few are told twice."""
    key = ["tracking_ref", *LINE]
    is_often = pl.struct(key).hash().is_duplicated()  # or of an equal hash: no matter
    often = told.filter(is_often).sort(*key, "event_at", "qty")
    return pl.concat([told.filter(~is_often), often.unique(key, keep="first")])


def reconcile_parcels(
    confirmed: pl.DataFrame, scans: pl.DataFrame, as_of: datetime, policy: ParcelPolicy
) -> pl.DataFrame:
    """Full outer join of confirmed and scanned parcels; each has exactly one class.

    Args:
        confirmed: one row per parcel, columns CONFIRMED.
        scans: every scan of these parcels, and of strange ones; ones of returns
            are no news of a delivery.
        as_of: moment of the comparison.
        policy: how long silence lasts.

    Returns:
        RECONCILED_PARCELS without ``run_id``. ``delivered_at`` is the carrier's,
        or where no scan ever troubled a parcel for ``inferred_days`` the day that
        this was over, and ``delivered_source`` says which.
    """
    told = _told(scans.filter(~pl.col("is_return")))
    rows = confirmed.join(
        told, on="tracking_ref", how="full", coalesce=True, suffix="_told"
    ).with_columns(
        carrier_code=pl.coalesce("carrier_code_told", "carrier_code"),
        scan_count=pl.col("scan_count").fill_null(0),
        value_minor=pl.col("value_minor").fill_null(0),
    )
    due = _due(rows, policy)
    classed = due.with_columns(parcel_class=_class(as_of)).with_columns(
        _next(as_of), _since()
    )
    is_inferred = pl.col("parcel_class") == "delivered_inferred"
    arrived = classed.with_columns(
        delivered_at=pl.when(is_inferred).then("infer_at").otherwise("delivered_at"),
        delivered_source=pl.when(is_inferred)
        .then(pl.lit("inferred"))
        .when(pl.col("delivered_at").is_not_null())
        .then(pl.lit("carrier")),
        owner=owner_of("parcel_class"),
    ).with_columns(cause_code=_cause())
    names = [name for name in RECONCILED_PARCELS.names if name != "run_id"]
    return arrived.select(names).sort("tracking_ref")


def _cause() -> pl.Expr:
    """Of trouble, what the carrier said last, in its own code where it has one."""
    said = pl.coalesce("last_partner_code", "last_status_code", pl.lit("NO_SCAN"))
    return pl.when(pl.col("owner").is_not_null()).then(said)


def _told(scans: pl.DataFrame) -> pl.DataFrame:
    """What the scans of each parcel come to; equal instants by content."""
    order = ["tracking_ref", "occurred_at", "carrier_code", "status_code"]
    status, at = pl.col("status_code"), pl.col("occurred_at")
    firsts = {
        "delivered_at": "DELIVERED",
        "lost_at": "LOST",
        "sent_back_at": "RETURN_TO_SENDER",
    }
    return (
        scans.sort(order)
        .group_by("tracking_ref", maintain_order=True)
        .agg(
            pl.col("carrier_code").last(),
            *(pl.col(name).last().alias(f"last_{name}") for name in LAST),
            *(at.filter(status == code).min().alias(n) for n, code in firsts.items()),
            scan_count=pl.len().cast(pl.Int64),
            first_scan_at=at.min(),
            expected_at=pl.col("expected_at").drop_nulls().last(),
        )
        .with_columns(
            # What was given back to its sender was delivered to nobody.
            delivered_at=pl.when(
                pl.col("sent_back_at").is_null()
                | (pl.col("delivered_at") < pl.col("sent_back_at"))
            ).then("delivered_at")
        )
    )


def _due(rows: pl.DataFrame, policy: ParcelPolicy) -> pl.DataFrame:
    """When silence becomes news, for each parcel."""
    promised = (
        (pl.col("promise_date") + timedelta(days=1))
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone("UTC")
    )
    is_scanned = pl.col("carrier_code").is_in(policy.scanned_carriers)
    return rows.with_columns(
        unscanned_at=pl.when(is_scanned).then(
            pl.col("shipped_at") + timedelta(hours=policy.unscanned_hours)
        ),
        stuck_at=pl.col("last_occurred_at") + timedelta(hours=policy.stuck_hours),
        late_at=pl.coalesce("expected_at", pl.when(is_scanned).then(promised))
        + timedelta(hours=policy.late_hours),
        strange_at=pl.col("first_scan_at") + timedelta(hours=policy.unknown_hours),
        infer_at=pl.col("shipped_at") + timedelta(days=policy.inferred_days),
    )


def _class(as_of: datetime) -> pl.Expr:
    now, last = pl.lit(as_of), pl.col("last_status_code")
    is_strange = pl.col("shipped_at").is_null()
    return (
        pl.when(is_strange & (pl.col("strange_at") <= now))
        .then(pl.lit("parcel_unknown"))
        .when(is_strange)
        .then(pl.lit("waiting"))
        .when(pl.col("delivered_at").is_not_null())
        .then(pl.lit("delivered"))
        .when(pl.col("sent_back_at").is_not_null())
        .then(pl.lit("parcel_sent_back"))
        .when(pl.col("lost_at").is_not_null())
        .then(pl.lit("parcel_lost"))
        .when(last.is_in(["FAILURE", "CANCELLED"]))
        .then(pl.lit("parcel_failed"))
        .when(pl.col("infer_at") <= now)
        .then(pl.lit("delivered_inferred"))
        .when((pl.col("scan_count") == 0) & (pl.col("unscanned_at") <= now))
        .then(pl.lit("parcel_unscanned"))
        .when(pl.col("stuck_at") <= now)
        .then(pl.lit("parcel_stuck"))
        .when(pl.col("late_at") <= now)
        .then(pl.lit("parcel_late"))
        .otherwise(pl.lit("on_its_way"))
    )


def _next(as_of: datetime) -> pl.Expr:
    """When time alone may change the class; null: only news can."""
    ends = ["unscanned_at", "stuck_at", "late_at", "strange_at", "infer_at"]
    coming = [pl.when(pl.col(name) > pl.lit(as_of)).then(name) for name in ends]
    is_final = pl.col("parcel_class").is_in(
        [
            *("delivered", "delivered_inferred", "parcel_sent_back", "parcel_lost"),
            *("parcel_failed", "parcel_unknown"),
        ]
    )
    return pl.when(~is_final).then(pl.min_horizontal(coming)).alias("next_at")


def _since() -> pl.Expr:
    """When the state that a class describes began."""
    began = {
        "parcel_unscanned": "unscanned_at",
        "parcel_stuck": "stuck_at",
        "parcel_late": "late_at",
        "parcel_sent_back": "sent_back_at",
        "parcel_lost": "lost_at",
        "delivered": "delivered_at",
        "delivered_inferred": "infer_at",
    }
    told = [
        pl.when(pl.col("parcel_class") == name).then(column)
        for name, column in began.items()
    ]
    return pl.coalesce(*told, "last_occurred_at", "shipped_at").alias("since_at")
