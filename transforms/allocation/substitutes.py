"""What could be sent in place of what a line waits for: offers, and who decides.

A line that waits for eaches is offered each other SKU that its own may be replaced
by and of which some are left behind the run, where the line may be served from. An
offer takes nothing: several lines may be offered the same eaches, and none is sent
what nobody decided. Where the policy decides, each line in its turn, and of what
lines before it were left.

    left[n, s]    =  atp[n, s]  -  allocated[n, s]
    covered[l, s] =  min(waiting[l], sum over nodes of left[n, s] // ratio)
    delta[l, s]   =  ratio * price[s]  -  price[l], for one each wanted

Not here: which SKUs may replace which (``csv_substitutions``), and the sending
(``substituting``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from transforms.allocation.packed import eaches_taken
from transforms.contracts.decisions import SUBSTITUTES
from transforms.contracts.table import INTEGER, TEXT

LACKING = ("NO_STOCK", "TOO_OLD")
"""Reasons to wait that other goods do away with."""

LIFTED = (
    *("", "NO_STOCK", "BELOW_BUFFER", "SPOKEN_FOR", "NOT_SHORTLISTED"),
    "TOO_OLD",
)
"""Rules about eaches of the SKU itself: a node ruled out by these alone may serve."""

PRICES = pl.Schema(
    {"channel_id": TEXT, "sku_id": TEXT, "currency_code": TEXT, "price_minor": INTEGER}
)
"""What an each last sold for in a channel, in minor units."""

WITHHELD = pl.Schema(
    {
        "line_id": TEXT,
        "alternative_sku_id": TEXT,
        "preference": INTEGER,
        "why_not": TEXT,
        "delta_minor": INTEGER,
        "max_delta_minor": INTEGER,
    }
)
"""``why_not``: NEVER by policy | NONE_LEFT where the line may be served from |
TOO_DEAR | NO_PRICE to compare with the most that it may cost more."""

CELL = ["node_id", "sku_id"]
KITS = pl.Schema({"kit_sku_id": TEXT})


@dataclass(frozen=True)
class Left:
    """What a run left, and what it decided on.

    Args:
        demand: OPEN_DEMAND.
        backorders: BACKORDERS of the run.
        trace: DECISION_TRACE of the run: which node may serve which line.
        allocations: ALLOCATIONS of the run.
        supply: AVAILABLE_TO_PROMISE before it, of the alternatives.
        limits: SHELF_LIFE_LIMITS of the same.
        kits: ``kit_sku_id`` of every kit: it goes whole, and is sent for nothing else.
        is_automatic: whether offers that are ``auto`` are decided on by policy.
    """

    demand: pl.DataFrame
    backorders: pl.DataFrame
    trace: pl.DataFrame
    allocations: pl.DataFrame
    supply: pl.DataFrame
    limits: pl.DataFrame
    kits: pl.DataFrame = field(default_factory=KITS.to_frame)
    is_automatic: bool = False


def allowed_on(substitutions: pl.DataFrame, today: date) -> pl.DataFrame:
    """DIM_SUBSTITUTIONS that hold on a business date and whose policy is not never."""
    is_valid = pl.lit(today).is_between("valid_from_date", "valid_to_date")
    return substitutions.filter(is_valid & (pl.col("policy") != "never"))


def lacking(backorders: pl.DataFrame) -> pl.DataFrame:
    """The BACKORDERS that lack eaches and nothing else."""
    return backorders.filter(pl.col("reason_code").is_in(LACKING))


def substitutes(
    left: Left, allowed: pl.DataFrame, prices: pl.DataFrame, currencies: pl.DataFrame
) -> pl.DataFrame:
    """What each waiting line could be sent instead, best first.

    Args:
        left: what the run left.
        allowed: DIM_SUBSTITUTIONS (``allowed_on``).
        prices: PRICES; an alternative that has none there costs nobody knows what,
            and is offered only where it may cost anything.
        currencies: ``line_id, currency_code`` of the waiting lines.

    Returns:
        SUBSTITUTES without ``as_of`` and ``run_id``, by line and rank. Ranked by
        preference, then by what the alternative costs more, then by SKU.
    """
    offers = _served(_wanted(left, allowed, currencies), left)
    priced = _priced(offers, prices).filter(_is_within())
    rank = pl.int_range(1, pl.len() + 1, dtype=INTEGER).over("line_id")
    names = [n for n in SUBSTITUTES.names if n not in {"as_of", "run_id"}]
    ranked = priced.sort(
        *("line_id", "preference", "delta_minor", "alternative_sku_id"),
        nulls_last=True,
    ).with_columns(substitute_rank=rank)
    return ranked.with_columns(decided_qty=_decided(ranked, left)).select(names)


def withheld(
    left: Left, known: pl.DataFrame, prices: pl.DataFrame, currencies: pl.DataFrame
) -> pl.DataFrame:
    """Alternatives that waiting lines were not offered, and why not.

    Args:
        left: what the run left.
        known: DIM_SUBSTITUTIONS of a business date, those that are never sent, too.
        prices: PRICES.
        currencies: ``line_id, currency_code`` of the waiting lines.

    Returns:
        WITHHELD, by line, preference and SKU.
    """
    wanted = _wanted(left, known, currencies)
    never = wanted.filter(pl.col("policy") == "never")
    asked = wanted.filter(pl.col("policy") != "never")
    served = _served(asked, left)
    pair = ["line_id", "alternative_sku_id"]
    priced = _priced(served, prices).filter(~_is_within())
    told = [
        never.with_columns(why_not=pl.lit("NEVER")),
        asked.join(served, on=pair, how="anti").with_columns(
            why_not=pl.lit("NONE_LEFT")
        ),
        priced.with_columns(
            why_not=pl.when(
                (pl.col("delta_minor") > pl.col("max_delta_minor"))
                & (pl.col("delta_currency") == pl.col("currency_code"))
            )
            .then(pl.lit("TOO_DEAR"))
            .otherwise(pl.lit("NO_PRICE"))
        ),
    ]
    rows = pl.concat(told, how="diagonal").sort("line_id", "preference", pair[1])
    empty = pl.DataFrame(schema=WITHHELD)
    return pl.concat([empty, rows], how="diagonal_relaxed").select(WITHHELD.names())


def _decided(offers: pl.DataFrame, left: Left) -> pl.Series:
    """Eaches of each line that its offer is taken for without a person.

    The best offer of a line, if it is ``auto`` and neither SKU is a kit's; in demand
    order, of what was not taken before.
    """
    decided = [0] * offers.height
    turns = left.demand.select("line_id", "demand_rank", "kit_line_id")
    is_mine = (pl.col("substitute_rank") == 1) & (pl.col("policy") == "auto")
    queue = (
        offers.with_row_index("row")
        .filter(is_mine)
        .join(
            left.kits, left_on="alternative_sku_id", right_on="kit_sku_id", how="anti"
        )
        .join(turns, on="line_id")
        .filter(pl.col("kit_line_id").is_null())
        .sort("demand_rank", "line_id")
    )
    taken: dict[str, int] = {}
    for row, sku, ratio, covered, available in queue.select(
        *("row", "alternative_sku_id", "ratio", "covered_qty", "available_qty")
    ).iter_rows():
        rest = (available - taken.get(sku, 0)) // ratio
        decided[row] = max(0, min(covered, rest)) if left.is_automatic else 0
        taken[sku] = taken.get(sku, 0) + decided[row] * ratio
    return pl.Series("decided_qty", decided, dtype=INTEGER)


def _wanted(
    left: Left, allowed: pl.DataFrame, currencies: pl.DataFrame
) -> pl.DataFrame:
    """Waiting lines × what may replace their SKU."""
    own = left.demand.select("line_id", "channel_id", "unit_value_minor")
    terms = allowed.select(
        *("sku_id", "alternative_sku_id", "ratio", "preference", "policy"),
        "max_delta_minor",
        delta_currency="currency_code",
    )
    return (
        lacking(left.backorders)
        .select("line_id", "order_id", "sku_id", "qty")
        .join(own, on="line_id")
        .join(currencies.select("line_id", "currency_code"), on="line_id")
        .join(terms, on="sku_id")
    )


def _served(wanted: pl.DataFrame, left: Left) -> pl.DataFrame:
    """With what is left at nodes that may serve the line: some for an each at least."""
    fits = pl.col("failed_rules").str.split("|").list.eval(pl.element().is_in(LIFTED))
    nodes = left.trace.filter(fits.list.all()).select("line_id", "node_id")
    cells = (
        wanted.select("line_id", "channel_id", "alternative_sku_id", "ratio")
        .join(nodes, on="line_id")
        .join(
            _left_over(left), left_on=["node_id", "alternative_sku_id"], right_on=CELL
        )
        .join(
            _usable(left.limits),
            left_on=["node_id", "alternative_sku_id", "channel_id"],
            right_on=[*CELL, "channel_id"],
            how="left",
        )
        .with_columns(
            left_qty=pl.min_horizontal(
                "left_qty", (pl.col("usable_qty") - pl.col("taken_qty")).clip(0)
            )
        )
    )
    whole = pl.col("left_qty") // pl.col("ratio")
    found = (
        cells.filter(whole > 0)
        .sort("left_qty", "node_id", descending=[True, False])
        .group_by("line_id", "alternative_sku_id", maintain_order=True)
        .agg(
            pl.col("node_id").first(),
            available_qty=pl.col("left_qty").sum(),
            whole_qty=whole.sum(),
        )
    )
    return wanted.join(found, on=["line_id", "alternative_sku_id"]).with_columns(
        covered_qty=pl.min_horizontal("qty", "whole_qty")
    )


def _left_over(left: Left) -> pl.DataFrame:
    """CELL, ``left_qty`` that nobody was given and ``taken_qty`` that somebody was."""
    taken = eaches_taken(left.allocations).rename({"qty": "taken_qty"})
    return (
        left.supply.select(*CELL, "atp_qty")
        .join(taken, on=CELL, how="left")
        .with_columns(pl.col("taken_qty").fill_null(0))
        .select(*CELL, "taken_qty", left_qty=pl.col("atp_qty") - pl.col("taken_qty"))
        .filter(pl.col("left_qty") > 0)
    )


def _usable(limits: pl.DataFrame) -> pl.DataFrame:
    """CELL, channel and ``usable_qty`` where some is too old for the channel.

    All that the run gave of the SKU is taken for as fresh: no offer is too old, though
    there may be more than is said.
    """
    aged = limits.filter(pl.col("aged_qty") < 0)
    return aged.select(*CELL, "channel_id", "usable_qty")


def _priced(offers: pl.DataFrame, prices: pl.DataFrame) -> pl.DataFrame:
    """With ``delta_minor``: what it costs more for one each wanted; null: unknown."""
    more = pl.col("ratio") * pl.col("price_minor") - pl.col("unit_value_minor")
    return offers.join(
        prices,
        left_on=["channel_id", "alternative_sku_id", "currency_code"],
        right_on=["channel_id", "sku_id", "currency_code"],
        how="left",
    ).with_columns(delta_minor=more)


def _is_within() -> pl.Expr:
    """Whether it costs no more than it may: what nobody can compare may not."""
    is_of_currency = pl.col("delta_currency") == pl.col("currency_code")
    is_less = pl.col("delta_minor") <= pl.col("max_delta_minor")
    return pl.col("max_delta_minor").is_null() | (is_of_currency & is_less).fill_null(
        value=False
    )
