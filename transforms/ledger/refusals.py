"""What a refusal or a short says about stock, as physical movements.

A refusal names its ``stock_effect``; what a short means for each reason that a
node gives is a policy.

``minus_rejected``: the refused eaches cannot be sold. ``zero_sku``: nothing
sound of the SKU is left at the node. Damaged goods change their status, all
others go to VARIANCE, where a later snapshot that finds them brings them back;
parked on HOLD they would be counted twice. ``none`` moves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from transforms.contracts.parcels import SENT
from transforms.ledger.packed import as_kits

STOCK_EFFECTS = ("none", "minus_rejected", "zero_sku")
DETAIL = pl.Struct({"stock_effect": pl.String()})
KINDS = {"REJECTED": "REJECTION", "SHORT": "SHORTAGE"}
"""Events that may say something about stock, and what their movement is called."""

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

    Eaches that a node refused and sent all the same were there: they leave once. So
    were those of its line that it had still to send when it said that a SKU is gone.

    Args:
        events: ``Folded.events``; a refusal's ``detail`` is JSON with
            ``stock_effect``.
        booked: all other unit postings, for what the node held at that moment.
        shorts: what shorts say.
        sent: ``Folded.events`` as ``told_once`` leaves them.
        verdicts: ``Folded.verdicts``.
    """
    told = _told(events, shorts)
    beyond = _sent_beyond(sent, verdicts)
    refused = _not_sent(_sent_later(told, sent), beyond).with_columns(
        movement_id="event_id",
        movement_type=pl.col("event_type").replace_strict(
            KINDS, return_dtype=pl.String()
        ),
        node_id=pl.col("node_id").fill_null("UNKNOWN"),
        event_at="effective_at",
        lot_ref=pl.lit(None, pl.String()),
    )
    minus = refused.filter(pl.col("effect") == "minus_rejected")
    zeroed = _left_at(refused.filter(pl.col("effect") == "zero_sku"), booked)
    columns = [
        *("movement_id", "movement_type", "node_id", "sku_id", "reason_code", "qty"),
        *("lot_ref", "event_at", "is_date_only"),
    ]
    both = [f.select(columns) for f in (minus, zeroed)]
    return _shaped(pl.concat(both))


def _sent_beyond(sent: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Eaches of each instruction line that left beyond what it had open, each once.

    Returns:
        ``instruction_id, instruction_line_ref, sent_qty``.
    """
    over = verdicts.filter(pl.col("verdict") == "OVERSHIPPED").select(
        "event_id", "line_id", over_qty="qty"
    )
    told = _loose(sent).join(over, on=["event_id", "line_id"])
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


def _sent_later(refused: pl.DataFrame, sent: pl.DataFrame) -> pl.DataFrame:
    """Refusals with ``later_qty``: eaches of their line that left after them."""
    left = _loose(sent).select(*OF_INSTRUCTION, sent_qty="qty", sent_at="effective_at")
    later = (
        refused.select("event_id", "effective_at", *OF_INSTRUCTION)
        .join(left, on=OF_INSTRUCTION)
        .filter(pl.col("sent_at") > pl.col("effective_at"))
        .group_by("event_id")
        .agg(later_qty=pl.col("sent_qty").sum())
    )
    told = refused.join(later, on="event_id", how="left", maintain_order="left")
    return told.with_columns(pl.col("later_qty").fill_null(0))


def _loose(sent: pl.DataFrame) -> pl.DataFrame:
    """What left of SKUs themselves, not of kits that were packed."""
    is_loose = pl.col("packed_in").is_null()
    return sent.filter(pl.col("event_type").is_in(SENT), is_loose)


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


def _left_at(zeroed: pl.DataFrame, booked: pl.DataFrame) -> pl.DataFrame:
    """One movement per node, SKU and moment, of all that was left then.

    What left of the same lines afterwards was there; the first lots by name have it.
    """
    place = ["node_id", "sku_id"]
    of_line = pl.col("later_qty").first().over(*place, *OF_INSTRUCTION)
    is_first = pl.int_range(pl.len()).over(*place, *OF_INSTRUCTION) == 0
    first = (
        zeroed.sort("effective_at", "movement_id")
        .with_columns(sent_qty=pl.when(is_first).then(of_line).otherwise(0))
        .with_columns(pl.col("sent_qty").sum().over(place))
        .sort("movement_id")
        .unique(place, keep="first", maintain_order=True)
    )
    sound = booked.filter(
        pl.col("account") == "ON_HAND", pl.col("stock_status") == "AVAILABLE"
    ).select("node_id", "sku_id", "lot_ref", "movement_id", "qty", at="event_at")
    earlier = (
        first.drop("lot_ref")
        .join(sound, on=["node_id", "sku_id"], suffix="_of")
        .filter(
            pl.col("at") <= pl.col("event_at"),
            ~pl.col("movement_id_of").str.starts_with(pl.col("movement_id")),
        )
    )
    held = earlier.group_by("movement_id", "lot_ref", "sent_qty").agg(
        left=pl.col("qty_of").sum()
    )
    lots = held.sort("movement_id", "lot_ref", nulls_last=True)
    before = (pl.col("left").cum_sum() - pl.col("left")).over("movement_id")
    sent = pl.min_horizontal("left", (pl.col("sent_qty") - before).clip(0))
    left = lots.with_columns(rest=pl.col("left") - sent.clip(0)).drop("sent_qty")
    found = first.drop("qty", "lot_ref").join(left, on="movement_id")
    is_left = pl.col("left").sum().over("movement_id") > 0
    there = found.filter(is_left, pl.col("left") != 0).drop("left")
    return there.rename({"rest": "qty"})


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
