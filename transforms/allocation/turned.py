"""What would have turned a choice: of each node that did not ship the whole order.

Reads what was written down (``flip``, ``passed_over``). Not here: how it is printed.
"""

from __future__ import annotations

import polars as pl

from transforms.allocation.spans import spans
from transforms.contracts.table import TEXT

TURN_TEXTS = {
    "NODE_CLOSED": "it shipped",
    "CHANNEL_NOT_SERVED": "it served the channel",
    "NO_LANE": "it had a priced lane",
    "REFUSED_BEFORE": "it had not refused",
    "NODE_STOPPED": "it were not stopped",
    "PINNED_ELSEWHERE": "it were not pinned elsewhere",
    "NO_CAPACITY": "it had room",
    "TOO_OLD": "what it has were fresher",
    "LEFT_AS_IT_IS": "the order were of another business class",
    "NOT_CAPABLE": "it could ship, or hand over at its counter",
    "OTHER_STORE": "the customer came there",
    "STORE_TAKES_NO_ORDERS": "the store took orders in and handed them over",
    "RESERVE_LATER": "the order were wanted sooner",
    "PREORDER": "the SKU were released",
    "HELD_WITH": "nothing that it goes with were held",
    "NODE_RULE": "our rules allowed it",
    "SPOKEN_FOR": "earlier demand had left it some",
    "NOT_SHORTLISTED": "it covered more of the order",
}
"""What would have to be, by rule; eaches and cost stand in columns of their own."""

TURNED_BY = (
    "The node ships all that was placed of the order if all of its row holds. Cheaper:"
    " by how much the whole order, with eaches that others want more at what they are"
    " worth, unless the row asks for these eaches"
)
NOT_COMPARED = {
    "WAITS": "– where nothing was placed, so that no shipment's cost is to be beaten",
    "NO_WAY": "– where no priced way leads from the node",
    "STRATEGY": "– where the strategy of the run does not go by money",
}
"""Why a row says nothing of money."""

AT = ["as_of", "node_id"]


def turned(
    seen: pl.DataFrame, blocked: pl.DataFrame, asked: pl.Series
) -> tuple[pl.DataFrame, str]:
    """Per run and node what would have had it ship the whole order, and a note.

    Args:
        seen: DECISION_TRACE of the order's lines, of each the newest decision, with
            ``line_no`` and ``component``.
        blocked: ``passed_over``: eaches there that others got.
        asked: ``line_id`` of the lines that are asked about; what others lack is
            only counted.
    """
    is_asked = pl.col("line_id").is_in(asked.implode())
    both = _with_blocked(seen, blocked).with_columns(is_asked=is_asked)
    rows = (
        both.sort("line_no", "component")
        .group_by(AT, maintain_order=True)
        .agg(*_facts())
        .filter(pl.col("lines").list.len() > 0)
        .filter(~pl.col("is_whole").fill_null(value=False))
        .sort("as_of", "cheaper_minor", "node_id", nulls_last=True)
        .with_columns(lacks=_joined_lacks())
        # Passed over for nothing that could be otherwise: its strategy took another.
        .filter(
            (pl.col("provided").list.len() > 0)
            | (pl.col("lacks") != "")
            | (pl.col("cheaper_minor").fill_null(0) > 0)
        )
    )
    note = _note(rows)
    told = rows.select(
        "as_of",
        pl.col("lines").map_elements(spans, return_dtype=TEXT),
        "node_id",
        pl.col("provided").list.join(", "),
        "lacks",
        "cheaper_minor",
    )
    return told, note


def _with_blocked(seen: pl.DataFrame, blocked: pl.DataFrame) -> pl.DataFrame:
    """With the eaches that others got as lacking; nodes that wait for these alone."""
    more = blocked.filter(pl.col("more_qty") > 0).select(*AT, "line_id", "more_qty")
    return seen.join(more, on=[*AT, "line_id"], how="left").with_columns(
        lacking_qty=pl.max_horizontal("lacking_qty", "more_qty"),
        is_placed=(pl.col("chosen_qty") > 0).any().over("as_of"),
        is_blocked=pl.col("more_qty").is_not_null().any().over(AT),
    )


def _facts() -> list[pl.Expr]:
    """Columns of a run and node, of its lines."""
    known = pl.element().replace_strict(TURN_TEXTS, default=None, return_dtype=TEXT)
    rules = pl.col("failed_rules").str.split("|").list.eval(known)
    of_kit = pl.format("line {}, {}: {} more", "line_no", "component", "lacking_qty")
    lack = pl.coalesce(of_kit, pl.format("line {}: {} more", "line_no", "lacking_qty"))
    lacks, is_asked = pl.col("lacking_qty") > 0, pl.col("is_asked")
    whole = (pl.col("chosen_qty") > 0) & ~lacks
    over = pl.col("over_minor").max().clip(0)
    return [
        pl.col("line_no").filter(is_asked).unique().sort().alias("lines"),
        rules.list.explode(empty_as_null=False, keep_nulls=False)
        .drop_nulls()
        .unique()
        .sort()
        .alias("provided"),
        lack.filter(lacks & is_asked).alias("lacks"),
        (lacks & ~is_asked).sum().alias("others"),
        pl.when(pl.col("is_blocked").any())
        .then(0)
        .otherwise(over)
        .alias("cheaper_minor"),
        (whole.all() & (pl.col("over_minor") == 0).all()).alias("is_whole"),
        pl.col("is_placed").any(),
        pl.col("total_minor").is_not_null().any().alias("is_priced"),
    ]


def _joined_lacks() -> pl.Expr:
    count = pl.col("others")
    others = (
        pl.when(count == 1)
        .then(pl.concat_list(pl.lit("what another line lacks")))
        .when(count > 1)
        .then(pl.concat_list(pl.format("what {} other lines lack", count)))
    )
    return pl.concat_list("lacks", others.fill_null([])).list.join(", ")


def _note(rows: pl.DataFrame) -> str:
    """What the columns say, and why some of them say nothing."""
    if rows.is_empty():
        return ""
    silent = rows.filter(pl.col("cheaper_minor").is_null())
    why = silent.select(
        pl.when(~pl.col("is_placed"))
        .then(pl.lit("WAITS"))
        .when(~pl.col("is_priced"))
        .then(pl.lit("NO_WAY"))
        .otherwise(pl.lit("STRATEGY"))
    ).to_series()
    told = set(why)
    reasons = [text for name, text in NOT_COMPARED.items() if name in told]
    return "; ".join([TURNED_BY, *reasons]) + "."
