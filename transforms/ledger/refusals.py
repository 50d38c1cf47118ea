"""What a refusal or a short says about stock, as physical movements.

A refusal names its ``stock_effect``; what a short means for each reason that a
node gives is a policy.

``minus_rejected``: the refused eaches cannot be sold. ``zero_sku``: nothing sound of
the SKU is left at the node but what lies ready to leave. Damaged goods change their
status, all others go to VARIANCE, where a later snapshot that finds them brings them
back; parked on HOLD they would be counted twice. ``none`` moves nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import polars as pl

from transforms.contracts.parcels import SENT
from transforms.ledger.packed import as_kits

STOCK_EFFECTS = ("none", "minus_rejected", "zero_sku")
DETAIL = pl.Struct({"stock_effect": pl.String()})
KINDS = {"REJECTED": "REJECTION", "SHORT": "SHORTAGE"}
"""Events that may say something about stock, and what their movement is called."""

LYING_READY = timedelta(days=3)
"""What leaves within that much of a node's word that a SKU is gone was picked before,
and not found again."""

TAKEN = ("SHIPMENT", "TILL_SALE", "KITTING", "TRANSIT")
"""Movements with which eaches go out of the door, or into a kit."""

_PLACE = ["node_id", "sku_id"]
_LEFT = {"movement_id": pl.String, "lot_ref": pl.String, "qty": pl.Int64}
OF_INSTRUCTION = ["instruction_id", "instruction_line_ref"]


class ShortPolicyError(ValueError):
    """A policy of shorts says what cannot be meant; the message names the reason."""


@dataclass(frozen=True)
class ShortPolicy:
    """What a short says about stock.

    Args:
        effects: reason as nodes give it → one of STOCK_EFFECTS; none for others.
    """

    effects: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse nonsense at birth.

        Raises:
            ShortPolicyError: an effect is none that there is.
        """
        for reason, effect in self.effects.items():
            if effect not in STOCK_EFFECTS:
                known = ", ".join(STOCK_EFFECTS)
                raise ShortPolicyError(f"{reason}: {effect!r} is none of {known}")


def refusal_movements(
    events: pl.DataFrame,
    booked: pl.DataFrame,
    shorts: ShortPolicy,
    sent: pl.DataFrame,
    verdicts: pl.DataFrame,
) -> pl.DataFrame:
    """Movements of the refusals and shorts among ``events``.

    Eaches that a node refused and sent all the same were there: they leave once. Of
    eaches that it had answered for already (ILLEGAL) nothing is said again.

    Args:
        events: ``Folded.events``; a refusal's ``detail`` is JSON with
            ``stock_effect``.
        booked: all other unit postings, for what the node held at that moment; of
            a SKU that is gone all there are.
        shorts: what shorts say.
        sent: ``Folded.events`` as ``told_once`` leaves them.
        verdicts: ``Folded.verdicts``.
    """
    beyond = _sent_beyond(sent, verdicts)
    told = _told(_answered_first(events, verdicts), shorts)
    refused = _not_sent(told, beyond).with_columns(
        movement_id="event_id",
        movement_type=pl.col("event_type").replace_strict(
            KINDS, return_dtype=pl.String()
        ),
        node_id=pl.col("node_id").fill_null("UNKNOWN"),
        event_at="effective_at",
        lot_ref=pl.lit(None, pl.String()),
    )
    minus = refused.filter(pl.col("effect") == "minus_rejected")
    zeroed = _gone(refused.filter(pl.col("effect") == "zero_sku"), booked)
    columns = [
        *("movement_id", "movement_type", "node_id", "sku_id", "reason_code", "qty"),
        *("lot_ref", "event_at", "is_date_only"),
    ]
    both = [f.select(columns) for f in (minus, zeroed)]
    return _shaped(pl.concat(both))


def _answered_first(events: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Refusals and shorts without eaches that their line did not have there."""
    illegal = verdicts.filter(
        pl.col("verdict") == "ILLEGAL", pl.col("event_type").is_in(list(KINDS))
    ).select("event_id", "line_id", again_qty="qty")
    said = events.filter(pl.col("event_type").is_in(list(KINDS)))
    if illegal.is_empty():
        return said
    on = ["event_id", "line_id"]
    less = pl.col("qty") - pl.col("again_qty").fill_null(0)
    told = said.join(illegal, on=on, how="left", maintain_order="left")
    return told.with_columns(qty=less.clip(0)).drop("again_qty")


def _sent_beyond(sent: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Eaches of each instruction line that left beyond what it had open, each once.

    Returns:
        ``instruction_id, instruction_line_ref, sent_qty``.
    """
    over = verdicts.filter(pl.col("verdict") == "OVERSHIPPED").select(
        "event_id", "line_id", over_qty="qty"
    )
    loose = sent.filter(pl.col("event_type").is_in(SENT), pl.col("packed_in").is_null())
    told = loose.join(over, on=["event_id", "line_id"])
    beyond = pl.min_horizontal("over_qty", "qty")
    return told.group_by(OF_INSTRUCTION).agg(sent_qty=beyond.sum())


def _not_sent(refused: pl.DataFrame, beyond: pl.DataFrame) -> pl.DataFrame:
    """Refusals without eaches that left all the same, the last words first."""
    newest = refused.join(beyond, on=OF_INSTRUCTION, how="left").sort(
        "effective_at", "event_id", descending=True
    )
    before = (pl.col("qty").cum_sum() - pl.col("qty")).over(OF_INSTRUCTION)
    left = (pl.col("sent_qty").fill_null(0) - before).clip(0)
    taken = pl.min_horizontal("qty", left)
    # One of which nothing is left stays, with none: what it posted is taken back.
    return newest.with_columns(qty=pl.col("qty") - taken)


def emptied_skus(events: pl.DataFrame, shorts: ShortPolicy) -> pl.DataFrame:
    """``sku_id`` of which nothing is left at some node, as events tell.

    Args:
        events: ``Folded.events``.
        shorts: what shorts say.
    """
    emptied = _told(events, shorts).filter(pl.col("effect") == "zero_sku")
    return emptied.select("sku_id").unique()


def _told(events: pl.DataFrame, shorts: ShortPolicy) -> pl.DataFrame:
    """Refusals and shorts with their effect, of packed kits said of the kit's SKU."""
    loose = events.filter(pl.col("packed_in").is_null())
    goods = pl.concat([loose, as_kits(events)])
    told = pl.concat([_refusals(goods), _shorts(goods, shorts)])
    sku = pl.coalesce("sku_id", "line_sku_id", pl.lit("UNKNOWN"))
    return told.with_columns(sku_id=sku)


def _refusals(events: pl.DataFrame) -> pl.DataFrame:
    refused = events.filter(pl.col("event_type") == "REJECTED")
    said = pl.col("detail").str.json_decode(DETAIL).struct.field("stock_effect")
    return refused.with_columns(effect=said.fill_null("none"))


def _shorts(events: pl.DataFrame, policy: ShortPolicy) -> pl.DataFrame:
    """Shorts as refusals that name their effect."""
    short = events.filter(
        pl.col("event_type") == "SHORT",
        pl.col("reason_code").is_in(list(policy.effects)),
    )
    effect = pl.col("reason_code").replace_strict(
        dict(policy.effects), return_dtype=pl.String()
    )
    return short.with_columns(effect=effect)


def _gone(zeroed: pl.DataFrame, booked: pl.DataFrame) -> pl.DataFrame:
    """One row for each moment at which a SKU was gone, and lot of what was left then.

    Measured in the order of time, each behind those before it. What left soon
    afterwards without having come since lay ready: it was there.
    """
    told = zeroed.sort("effective_at", "movement_id")
    base = pl.col("movement_id").str.replace(r"#\d+$", "")
    others = (
        booked.filter(
            pl.col("account") == "ON_HAND", pl.col("stock_status") == "AVAILABLE"
        )
        .join(told, on=_PLACE, how="semi")
        .filter(~base.is_in(told["movement_id"].implode()))
        .select(*_PLACE, "lot_ref", "movement_type", "qty", at="event_at")
        .sort("at", "qty", descending=[False, True])
    )
    by_place = others.partition_by(_PLACE, as_dict=True)
    left: list[tuple[str, str | None, int]] = []
    for place, moments in told.group_by(_PLACE, maintain_order=True):
        left += _left_at(moments, by_place.get(place, others.clear()))
    found = pl.DataFrame(left, _LEFT, orient="row")
    return told.drop("qty", "lot_ref").join(found, on="movement_id")


def _left_at(
    moments: pl.DataFrame, moved: pl.DataFrame
) -> list[tuple[str, str | None, int]]:
    """``movement_id``, lot and eaches that were left at each moment at one place."""
    gone: Counter[str | None] = Counter()
    found: list[tuple[str, str | None, int]] = []
    for event_id, at in moments.select("movement_id", "effective_at").iter_rows():
        before = moved.filter(pl.col("at") <= at).group_by("lot_ref")
        held = Counter(dict(before.agg(pl.col("qty").sum()).iter_rows()))
        held.subtract(gone)
        # What was posted of a moment of which nothing is left is taken back.
        found.append((event_id, None, 0))
        if held.total() <= 0:
            continue
        ready = _ready(moved, at)
        for lot in sorted(held, key=lambda name: (name is None, name)):
            kept = max(0, min(held[lot], ready))
            ready -= kept
            if rest := held[lot] - kept:
                found.append((event_id, lot, rest))
                gone[lot] += rest
    return found


def _ready(moved: pl.DataFrame, at: datetime) -> int:
    """Eaches that left a place soon after a moment and had not come since."""
    soon = moved.filter(
        pl.col("at").is_between(at, at + LYING_READY, closed="right"),
        (pl.col("qty") > 0) | pl.col("movement_type").is_in(TAKEN),
    )
    lowest = soon["qty"].cum_sum().min()
    return max(0, -lowest) if isinstance(lowest, int) else 0


def _shaped(refused: pl.DataFrame) -> pl.DataFrame:
    is_damaged = pl.col("reason_code").fill_null("") == "DAMAGED"
    account = pl.when(is_damaged).then(pl.lit("ON_HAND")).otherwise(pl.lit("VARIANCE"))
    status = pl.when(is_damaged).then(pl.lit("DAMAGED")).otherwise(pl.lit("AVAILABLE"))
    return refused.with_columns(
        from_account=pl.lit("ON_HAND"),
        to_account=account,
        from_status=pl.lit("AVAILABLE"),
        to_status=status,
    )
