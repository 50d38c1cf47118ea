"""Why an order ships from where it does, as tables a person can read.

Reads only what was written down when it was decided; nothing is decided
again. Who prints it: ``orderhouse why``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from transforms.allocation.cost import COST_PARTS
from transforms.allocation.holds import BY_RULE
from transforms.contracts.table import TEXT

RULE_TEXTS = {
    "NODE_CLOSED": "does not ship",
    "CHANNEL_NOT_SERVED": "its channels (csv_nodes) do not name this one",
    "NO_LANE": "no priced lane to the destination",
    "REFUSED_BEFORE": "refused or shorted this line lately",
    "NODE_STOPPED": "gets nothing for now: see orderhouse outages",
    "PINNED_ELSEWHERE": "somebody wants it shipped from another: see Pinned",
    "NO_STOCK": "had none",
    "NO_CAPACITY": "has no room on its next days",
    "SPOKEN_FOR": "earlier demand took what it had",
    "NOT_SHORTLISTED": "other nodes cover more of the order",
    "TOO_OLD": "what is left there expires too soon for the channel",
    "LEFT_AS_IT_IS": "its business class leaves the order as it is for now",
    "NOT_CAPABLE": "its capabilities (csv_nodes) do not name what the order needs",
    "OTHER_STORE": "the customer picks it up at another store",
    "STORE_TAKES_NO_ORDERS": "the store it is sent to (csv_nodes) names no pick_up"
    " among its capabilities, or no address",
    "RESERVE_LATER": "the order is wanted later and takes no eaches yet",
    "PREORDER": "the SKU is not released yet",
}

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
    "SPOKEN_FOR": "earlier demand had left it some",
    "NOT_SHORTLISTED": "it covered more of the order",
}
"""What would have to be, by rule; eaches and cost stand in columns of their own."""

SHIPPED_ALONE = (
    "Costs are of the line shipped alone; sharing a shipment can turn the order."
)
TURNED_BY = (
    "The node ships all that was placed of the order if all of its row holds. Cheaper:"
    " by how much the whole order, with eaches that others want more at what they are"
    " worth; – where its strategy does not go by money."
)
PINS_COST = (
    "Costs: what the whole order would cost less from another node that has all of it;"
    " orderhouse what-if --unpinned decides the run without any pin."
)
NOTHING_WAITS = "No line of this order waits."
NOT_HELD = (
    "Of line {} nothing is held: what is with a node, or left it, goes on; what comes"
    " back from there is held."
)
RULES_OF_HOLDS = "Placed by rule: orchestration/policies/holds.yaml."


@dataclass(frozen=True)
class Section:
    """One table of an explanation.

    Args:
        title: what it shows.
        rows: the table.
        note: what to say about it.
        if_empty: what to say instead when it has no rows.
    """

    title: str
    rows: pl.DataFrame
    note: str = ""
    if_empty: str = ""


def explain(  # noqa: PLR0913, PLR0917 one argument a table
    order_id: str,
    order_lines: pl.DataFrame,
    allocations: pl.DataFrame,
    trace: pl.DataFrame,
    backorders: pl.DataFrame,
    holds: pl.DataFrame,
    buckets: pl.DataFrame,
    pins: pl.DataFrame,
) -> list[Section]:
    """Where each line ships from, who was considered, who was not, what it costs.

    Args:
        order_id: the order.
        order_lines: FCT_ORDER_LINES.
        allocations: ALLOCATIONS of all runs.
        trace: DECISION_TRACE of all runs.
        backorders: BACKORDERS of all runs, of the lines that wait now.
        holds: LINE_HOLDS of its lines.
        buckets: LINE_BUCKETS of its lines; what is with a node is not held.
        pins: ``line_id, node_id, author, reason_code, until_date`` of its lines that
            somebody wants shipped from one node.

    Returns:
        Eight sections, in reading order; an unknown order gives empty tables.
    """
    lines = order_lines.filter(pl.col("order_id") == order_id).sort("line_no")
    chosen = allocations.filter(pl.col("order_id") == order_id)
    waiting = backorders.filter(pl.col("order_id") == order_id)
    told = _with_held(holds, lines, buckets)
    seen = _newest(trace.join(_numbered(lines), on="line_id"))
    return [
        _shipments(chosen, lines),
        _candidates(seen),
        _ruled_out(seen),
        _turned(seen),
        _costs(chosen),
        _waiting(waiting, lines, told),
        _held(told),
        _pinned(pins, lines, seen),
    ]


def _numbered(lines: pl.DataFrame) -> pl.DataFrame:
    """``line_id, line_no, component``: the SKU where several lines have one number."""
    component = pl.when(pl.col("kit_line_id").is_not_null()).then("sku_id")
    return lines.select("line_id", "line_no", component=component)


def _components(rows: pl.DataFrame) -> list[pl.Expr]:
    """Column of the SKU of each row, where one is of a component."""
    is_of_kit = rows["component"].is_not_null().any()
    return [pl.col("component").alias("sku_id")] if is_of_kit else []


def _with_held(
    holds: pl.DataFrame, lines: pl.DataFrame, buckets: pl.DataFrame
) -> pl.DataFrame:
    """Holds with the number of their line and its eaches held now; ended ones: null."""
    now = buckets.select("line_id", "held_qty")
    return (
        holds.join(_numbered(lines), on="line_id")
        .join(now, on="line_id", how="left")
        .with_columns(
            held_qty=pl.when(pl.col("ended_at").is_null()).then(
                pl.col("held_qty").fill_null(0)
            )
        )
    )


def _held(holds: pl.DataFrame) -> Section:
    """What is held and was; lines of which nothing is held any more in one sentence."""
    # A hold stands on the whole order, and bites on what comes back from its node.
    is_idle = pl.col("held_qty") == 0
    told = holds.filter(~is_idle.fill_null(value=False))
    rows = told.sort("line_no", "component", "held_at", "reason_code").select(
        "line_no",
        *_components(told),
        *("held_qty", "reason_code", "placed_by", "held_at"),
        *("until_date", "ended_at", "ended_by"),
    )
    idle = holds.filter(is_idle)["line_no"].unique().sort().to_list()
    notes = [NOT_HELD.format(spans(idle))] if idle else []
    is_by_rule = (rows["placed_by"] == BY_RULE).any()
    notes += [RULES_OF_HOLDS] if is_by_rule else []
    return Section("Held", rows, "\n".join(notes), if_empty=" ".join(notes))


def _pinned(pins: pl.DataFrame, lines: pl.DataFrame, seen: pl.DataFrame) -> Section:
    """Who wants which lines from where, and what the order would cost less if not."""
    is_free = (
        pl.col("failed_rules").is_in(["", "PINNED_ELSEWHERE"])
        & (pl.col("lacking_qty") == 0)
    ).all()
    free = seen.filter(is_free.over("as_of", "node_id"))
    spared = free.group_by("line_id").agg(costs_minor=-pl.col("over_minor").min())
    told = pins.join(_numbered(lines), on="line_id").join(
        spared, on="line_id", how="left"
    )
    rows = told.sort("line_no", "component").select(
        "line_no",
        *_components(told),
        *("node_id", "author", "reason_code", "until_date"),
        pl.col("costs_minor").clip(0),
    )
    return Section("Pinned", rows, PINS_COST if rows.height else "")


def _newest(trace: pl.DataFrame) -> pl.DataFrame:
    """The last time each line was decided: the run that still matters."""
    return trace.filter(pl.col("as_of") == pl.col("as_of").max().over("line_id"))


def _shipments(chosen: pl.DataFrame, lines: pl.DataFrame) -> Section:
    is_packed = pl.col("kit_line_id").is_not_null()
    packed = [pl.when(is_packed).then("packed_in").alias("packed_in")]
    rows = (
        chosen.join(lines.select("line_id", "line_no"), on="line_id", how="left")
        .sort("as_of", "node_id", "line_no")
        .select(
            "as_of",
            "node_id",
            "line_no",
            "sku_id",
            "qty",
            "service_code",
            "ship_date",
            "promise_date",
            "total_minor",
            *(packed if chosen.select(is_packed.any()).item() else []),
        )
    )
    return Section(
        "Ships from", rows, if_empty="Nothing of this order was allocated by us."
    )


def _candidates(seen: pl.DataFrame) -> Section:
    ranked = seen.filter(pl.col("failed_rules") == "").sort(
        "line_no", "component", "candidate_rank"
    )
    cheapest = pl.col("total_minor").min().over("line_id")
    rows = ranked.select(
        "line_no",
        *_components(ranked),
        pl.col("candidate_rank").alias("rank"),
        "node_id",
        "chosen_qty",
        "atp_qty",
        "distance_km",
        "freight_minor",
        "processing_minor",
        "lateness_minor",
        "total_minor",
        over_best_minor=pl.col("total_minor") - cheapest,
    )
    return Section("Nodes considered", rows, f"{SHIPPED_ALONE}{_decided(ranked)}")


def _decided(seen: pl.DataFrame) -> str:
    """When the lines of a table were decided last: not all in one run."""
    runs = seen.group_by("as_of").agg(pl.col("line_no").unique().sort()).sort("as_of")
    return "".join(
        f"\nAs of {as_of:%F %R}Z: line {spans(numbers)}."
        for as_of, numbers in runs.iter_rows()
    )


def _ruled_out(seen: pl.DataFrame) -> Section:
    barred = seen.filter(pl.col("failed_rules") != "").sort("line_no", "node_id")
    texts = (
        pl.col("failed_rules")
        .str.split("|")
        .list.eval(
            pl.element().replace_strict(
                RULE_TEXTS, default=pl.element(), return_dtype=TEXT
            )
        )
    )
    skus = pl.col("sku_id").list.join(", ")
    rows = (
        barred.with_columns(why=texts.list.join(", "))
        .group_by("as_of", "node_id", "failed_rules", "why")
        .agg(
            pl.col("line_no").unique().sort(),
            sku_id=pl.col("component").drop_nulls().unique().sort(),
        )
        .sort("as_of", pl.col("line_no").list.first(), "node_id", "failed_rules")
        .select(
            "as_of",
            pl.col("line_no").map_elements(spans, return_dtype=TEXT).alias("lines"),
            *([skus.alias("components")] if _components(barred) else []),
            "node_id",
            "failed_rules",
            "why",
        )
    )
    return Section("Nodes ruled out", rows, if_empty="No node was ruled out.")


def _turned(seen: pl.DataFrame) -> Section:
    """Per node that does not ship the whole order what would have had it do so."""
    known = pl.element().replace_strict(TURN_TEXTS, default=None, return_dtype=TEXT)
    rules = pl.col("failed_rules").str.split("|").list.eval(known)
    of_kit = pl.format("line {}, {}: {} more", "line_no", "component", "lacking_qty")
    lack = pl.coalesce(of_kit, pl.format("line {}: {} more", "line_no", "lacking_qty"))
    whole = (pl.col("chosen_qty") > 0) & (pl.col("lacking_qty") == 0)
    by_node = seen.sort("line_no", "component").group_by(
        "as_of", "node_id", maintain_order=True
    )
    rows = (
        by_node.agg(
            provided=rules.list.explode(empty_as_null=False, keep_nulls=False),
            lacks=lack.filter(pl.col("lacking_qty") > 0),
            cheaper_minor=pl.col("over_minor").max().clip(0),
            is_whole=whole.all() & (pl.col("over_minor") == 0).all(),
        )
        .filter(~pl.col("is_whole").fill_null(value=False))
        .sort("as_of", "cheaper_minor", "node_id", nulls_last=True)
        .select(
            "node_id",
            pl.col("provided")
            .list.drop_nulls()
            .list.unique()
            .list.sort()
            .list.join(", "),
            pl.col("lacks").list.join(", "),
            "cheaper_minor",
        )
        # Passed over for nothing that could be otherwise: its strategy took another.
        .filter(
            (pl.col("provided") != "")
            | (pl.col("lacks") != "")
            | (pl.col("cheaper_minor").fill_null(0) > 0)
        )
    )
    return Section("What would have turned it", rows, TURNED_BY if rows.height else "")


def spans(numbers: Sequence[int]) -> str:
    """Ascending numbers as people write them.

    Example:
        >>> spans([1, 2, 3, 5, 7, 8])
        '1–3, 5, 7–8'
    """
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(f"{a}–{b}" if b > a else str(a) for a, b in found)


def _costs(chosen: pl.DataFrame) -> Section:
    parts = [*COST_PARTS, "total_minor"]
    rows = (
        chosen.group_by("as_of", "node_id")
        .agg(pl.col("qty").sum(), pl.col(parts).sum())
        .sort("as_of", "node_id")
    )
    return Section("What it costs, by shipment", rows)


def _waiting(
    waiting: pl.DataFrame, lines: pl.DataFrame, holds: pl.DataFrame
) -> Section:
    newest = waiting.filter(pl.col("as_of") == pl.col("as_of").max().over("line_id"))
    rows = (
        newest.join(lines.select("line_id", "line_no"), on="line_id", how="left")
        .sort("line_no")
        .select(
            "line_no",
            "sku_id",
            "qty",
            "reason_code",
            "expected_date",
            *_told(newest),
            "owner",
            "as_of",
        )
    )
    is_held = (holds["held_qty"] > 0).any()
    nothing = "No line waits for stock; see Held." if is_held else NOTHING_WAITS
    return Section("Waits", rows, if_empty=nothing)


def _told(waiting: pl.DataFrame) -> list[str]:
    """Columns that say something of some line: parts, what was told before, class."""
    is_of_class = ~pl.col("business_class").is_in(["REDISTRIBUTE", "NONE"])
    says = {
        "expected_parts": pl.col("expected_parts").is_not_null(),
        "told_date": pl.col("told_date").ne_missing(pl.col("expected_date"))
        & pl.col("told_date").is_not_null(),
        "business_class": is_of_class,
    }
    return [name for name, said in says.items() if waiting.select(said.any()).item()]
