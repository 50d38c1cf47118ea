"""What a node says again of a parcel, told apart before a line is folded.

The same line in the same parcel (where none is named: as many eaches at the same
time) under another shipment number may be one fact. It is, as far as all answers to
the instruction come to more than was asked: a line that was sent in part and is
short of the rest has nothing left to send, so its parcel told again is no other.

A short is what a shipment does not bring of what was asked for at first. Eaches of
it that the node had given up before, or had sent in another parcel, are answered for
already: it says them again.

A node that reports a refusal by file and by status says one thing twice. A parcel
that its carrier gives back and a return that is announced for it are one too.

Not here: what the ledger of units makes of it (``transforms.ledger.repeats``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import polars as pl

from transforms.contracts.parcels import IN_TIME, ONE_FACT, SENT, parcel

GIVEN_UP = ("SHORT", "REJECTED", "CANCEL_ACK", "NOT_COLLECTED")
ANSWERS = (*SENT, *GIVEN_UP)
"""Events with which it says what became of eaches that it was asked for."""

SAME_REFUSAL = timedelta(days=1)
"""Within that much a file and a status that refuse as many eaches of a line are one."""


_HAD = ("DELIVERED", "FOUND", "COLLECTED", "SOLD_AT_TILL")
"""Events with which a customer has eaches."""

_ASKED = ["line_index", "instruction_id"]
_AGAIN = pl.Schema(
    {"event_id": pl.String(), "line_index": pl.UInt32(), "again_qty": pl.Int64()}
)


def said_again(events: pl.DataFrame) -> pl.DataFrame:
    """Eaches of events that say again what others of their instruction say.

    Args:
        events: with ``line_index`` and ``effective_at``; of a line all of them.

    Returns:
        ``event_id, line_index, again_qty``; the last ones of each fact.
    """
    line = [*_ASKED, "instruction_line_ref", "sku_id"]
    sent = events.filter(
        pl.col("event_type").is_in(SENT), pl.col("instruction_id").is_not_null()
    ).filter(pl.len().over(line) > 1)
    if sent.is_empty():
        return _AGAIN.to_frame()
    fact = ["line_index", *ONE_FACT]
    again = pl.col("qty").sum() - pl.col("qty").max()
    told = sent.with_columns(parcel=parcel()).with_columns(again=again.over(fact))
    told = told.filter(pl.col("again") > 0).join(_surplus(events, told), on=_ASKED)
    before = pl.col("qty").cum_sum() - pl.col("qty")
    likely = pl.min_horizontal("qty", pl.col("again") - before.over(fact)).clip(0)
    found = told.sort(IN_TIME, descending=True).with_columns(likely=likely)
    taken = (pl.col("likely").cum_sum() - pl.col("likely")).over(_ASKED)
    again_qty = pl.min_horizontal("likely", pl.col("surplus") - taken).clip(0)
    return (
        found.with_columns(again_qty=again_qty)
        .filter(pl.col("again_qty") > 0)
        .select(_AGAIN.names())
        .cast(_AGAIN)
    )


def short_again(events: pl.DataFrame) -> pl.DataFrame:
    """Eaches of shorts that their instruction had answered for before.

    Of a short beside which nothing left, as many as were given up: that it stands
    against what was sent is for a person to see.

    Args:
        events: without what they say again; of a line all of them.

    Returns:
        ``event_id, line_index, again_qty``.
    """
    kind, qty = pl.col("event_type"), pl.col("qty")
    has_short = (kind == "SHORT").any().over(_ASKED)
    mine = events.filter(
        pl.col("instruction_id").is_not_null(), kind.is_in([*ANSWERS, "RELEASED"])
    ).filter(has_short)
    if mine.is_empty():
        return _AGAIN.to_frame()
    answered = pl.when(kind.is_in(ANSWERS)).then(qty).otherwise(0)
    given_up = pl.when(kind.is_in(GIVEN_UP)).then(qty).otherwise(0)
    asked = pl.when(kind == "RELEASED").then(qty).otherwise(0)
    left_beside = (kind.is_in(SENT) & (qty > 0)).any().over(*_ASKED, "document")
    told = (
        mine.sort(IN_TIME)
        .with_columns(document=pl.col("event_id").str.replace(r"/[A-Z_]+$", ""))
        .with_columns(
            asked=asked.sum().over(_ASKED),
            answered=(answered.cum_sum() - answered).over(_ASKED),
            given_up=(given_up.cum_sum() - given_up).over(_ASKED),
            left_beside=left_beside,
        )
        .filter(kind == "SHORT", pl.col("asked") > 0)
    )
    beyond = (pl.col("answered") + qty - pl.col("asked")).clip(0)
    again = pl.min_horizontal(beyond, "qty")
    bound = pl.when("left_beside").then(again).otherwise("given_up")
    return (
        told.with_columns(again_qty=pl.min_horizontal(again, bound))
        .filter(pl.col("again_qty") > 0)
        .select(_AGAIN.names())
        .cast(_AGAIN)
    )


def refused_again(events: pl.DataFrame) -> pl.DataFrame:
    """Eaches that a node refused by file (REJECTED) and gave up unasked by status.

    Of both the later one says them again, whatever came first.

    Args:
        events: with ``line_index`` and ``effective_at``; of a line all of them.

    Returns:
        ``event_id, line_index, again_qty``.
    """
    kind = pl.col("event_type")
    by_status = (kind == "CANCEL_ACK") & (pl.col("reason_code") == "UNASKED")
    told = events.filter(
        (kind == "REJECTED") | by_status,
        pl.col("instruction_id").is_not_null(),
        pl.col("qty") > 0,
    )
    fact = [*_ASKED, "instruction_line_ref", "qty"]
    told = told.filter(kind.n_unique().over(fact) > 1)
    if told.is_empty():
        return _AGAIN.to_frame()
    nth = pl.int_range(pl.len()).over(*fact, "event_type", order_by=IN_TIME)
    numbered = told.with_columns(nth=nth).select(*fact, "nth", "event_type", *IN_TIME)
    files, states = (
        numbered.filter(kind == name).drop("event_type")
        for name in ("REJECTED", "CANCEL_ACK")
    )
    pairs = files.join(states, on=[*fact, "nth"], suffix="_by_status").filter(
        (pl.col("effective_at") - pl.col("effective_at_by_status")).abs()
        <= SAME_REFUSAL
    )
    is_file_first = pl.col("effective_at") <= pl.col("effective_at_by_status")
    later = pl.when(is_file_first).then("event_id_by_status").otherwise("event_id")
    return pairs.select(later.alias("event_id"), "line_index", again_qty="qty").cast(
        _AGAIN
    )


def expected_again(events: pl.DataFrame) -> pl.DataFrame:
    """Eaches of announced returns that are parcels which their carrier gives back.

    A customer announces what the customer has: a return of more than that is the
    parcel's, as far as a carrier gives so many back.

    Args:
        events: with ``line_index`` and ``effective_at``; of a line all of them.

    Returns:
        ``event_id, line_index, again_qty``.
    """
    kind = pl.col("event_type")
    told = events.filter(kind.is_in(["RTS", "RETURN_EXPECTED", "OPENING", *_HAD]))
    told = told.filter(
        *(
            (kind == name).any().over("line_index")
            for name in ("RTS", "RETURN_EXPECTED")
        ),
        # What customers had before, an opening says in its own words.
        ~(kind == "OPENING").any().over("line_index"),
    )
    if told.is_empty():
        return _AGAIN.to_frame()
    goods = ["line_index", pl.coalesce("sku_id", "line_sku_id").alias("goods_id")]
    columns = ["event_id", "event_type", "qty"]
    found = [
        (event, place, again)
        for (place, _), mine in told.sort(IN_TIME).group_by(goods, maintain_order=True)
        for event, again in _of_parcels(mine.select(columns).rows())
    ]
    return pl.DataFrame(found, _AGAIN, orient="row")


def _of_parcels(told: list[tuple[str, str, int]]) -> Iterator[tuple[str, int]]:
    """Announced returns of goods of one line, with their eaches that a carrier has."""
    had = sum(qty for _, kind, qty in told if kind in _HAD)
    back = sum(qty for _, kind, qty in told if kind == "RTS")
    for event, kind, qty in told:
        if kind != "RETURN_EXPECTED":
            continue
        again = min(qty, back) if qty > had else 0
        had, back = max(had - (qty - again), 0), back - again
        if again:
            yield event, again


def _surplus(events: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """By line and instruction: eaches answered for beyond those that were asked."""
    mine = events.join(told, on=_ASKED, how="semi")
    kind, qty = pl.col("event_type"), pl.col("qty")
    return (
        mine.group_by(_ASKED)
        .agg(
            asked=qty.filter(kind == "RELEASED").sum(),
            answered=qty.filter(kind.is_in(ANSWERS)).sum(),
        )
        .filter(pl.col("asked") > 0)
        .select(*_ASKED, surplus=(pl.col("answered") - pl.col("asked")).clip(0))
    )
