"""Why an order ships from where it does, as tables a person can read.

Reads only what was written down when it was decided; nothing is decided
again. Who prints it: ``orderhouse why``.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from transforms.allocation.cost import COST_PARTS
from transforms.allocation.holds import BY_RULE
from transforms.allocation.packed import LOOSE
from transforms.allocation.passed_over import MILLI, Rivals, passed_over
from transforms.allocation.pins import pins_told
from transforms.allocation.spans import spans
from transforms.allocation.turned import turned
from transforms.contracts.table import TEXT

RULE_TEXTS = {
    "NODE_CLOSED": "does not ship",
    "CHANNEL_NOT_SERVED": "its channels (csv_nodes) do not name this one",
    "NO_LANE": "no priced lane to the destination",
    "REFUSED_BEFORE": "refused or shorted this line lately",
    "NODE_STOPPED": "gets nothing for now: see orderhouse outages",
    "PINNED_ELSEWHERE": "somebody wants it shipped from another: see Pinned",
    "NO_STOCK": "had none",
    "BELOW_BUFFER": "had no more than its buffer (availability.yaml) holds back",
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
    "HELD_WITH": "what it goes with (its order, its group, its kit) is held",
    "NODE_RULE": "rules of yours (node_rules of policies/allocation.yaml)",
}

SHIPPED_ALONE = (
    "Costs are of the line shipped alone; sharing a shipment can turn the order."
)
WORTH = " Worth: what a forecast expects its eaches to earn where they lie."
GOT_BY = (
    "Cheaper: by how much the whole order, were it for its own cost alone; worth: what"
    " one each there saves the run's other orders; more: eaches there that would have"
    " had it ship the order, too. Got by: who was given some of it (eaches). – blocked"
    " by: the plan of all orders left it, as near to the best as its certificate says."
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
    rivals: Rivals | None = None,
    line_ids: pl.Series | None = None,
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
        rivals: what others got of its SKUs; nobody anything by default.
        line_ids: the lines that are asked about; all of the order by default. What
            is of the order as a whole stays so.

    Returns:
        Nine sections, in reading order; an unknown order gives empty tables.
    """
    of_order = order_lines.filter(pl.col("order_id") == order_id).sort("line_no")
    asked = of_order["line_id"] if line_ids is None else line_ids
    own = allocations.filter(pl.col("order_id") == order_id)
    whole = trace.join(_numbered(of_order), on="line_id")
    all_seen = _newest(whole)
    blocked = _blocked(order_id, whole, own, rivals or Rivals())
    turns, note = turned(all_seen, blocked, asked)
    lines, chosen, seen, waiting = (
        _of(rows, asked) for rows in (of_order, own, all_seen, backorders)
    )
    waits = _newest(waiting.filter(pl.col("order_id") == order_id))
    told = _with_held(holds, lines, buckets)
    wants, cost = pins_told(_of(pins, asked), _numbered(lines), all_seen, waits)
    return [
        _shipments(chosen, lines),
        _candidates(seen),
        _ruled_out(seen),
        _passed_over(blocked, seen),
        Section("What would have turned it", turns, note),
        _costs(chosen),
        _waiting(waits, lines, told),
        _held(told),
        Section("Pinned", wants, cost),
    ]


def _of(rows: pl.DataFrame, asked: pl.Series) -> pl.DataFrame:
    return rows.filter(pl.col("line_id").is_in(asked.implode()))


def _blocked(
    order_id: str, whole: pl.DataFrame, own: pl.DataFrame, rivals: Rivals
) -> pl.DataFrame:
    """``passed_over`` of runs that gave the order no packed kit.

    There eaches are priced by the kit, which the trace of components does not say.
    """
    packed = own.filter(pl.col("packed_in").fill_null(LOOSE) != LOOSE)
    loose = whole.join(packed, on="as_of", how="anti")
    shipped = own.select("as_of", "node_id", shipped_on="ship_date").unique()
    told = loose.join(shipped, on=["as_of", "node_id"], how="left")
    return passed_over(order_id, told, rivals)


def _passed_over(blocked: pl.DataFrame, seen: pl.DataFrame) -> Section:
    """Nodes that were cheaper, the cells that kept them from it, and who got these."""
    lines = seen.select("line_id", "line_no", "component").unique()
    newest = blocked.join(seen.select("as_of").unique(), on="as_of", how="semi")
    known = newest.join(lines, on="line_id", how="left")
    told = known.filter(pl.col("line_id").is_null() | pl.col("line_no").is_not_null())
    rows = told.sort("as_of", "line_no", "component", "node_id", "blocked_by").select(
        *("as_of", "line_no", "node_id"),
        *(pl.col("spared_minor").alias("cheaper_minor"), "blocked_by"),
        each_worth_minor=pl.col("price_milli") // MILLI,
        more_qty="more_qty",
        got_by="got_by",
    )
    return Section("Cheaper, but passed over", rows, GOT_BY)


def _numbered(lines: pl.DataFrame) -> pl.DataFrame:
    """``line_id, line_no, component``: the SKU where several lines have one number."""
    component = pl.when(pl.col("kit_line_id").is_not_null()).then("sku_id")
    return lines.select("line_id", "line_no", "sku_id", component=component)


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


def _newest(decided: pl.DataFrame) -> pl.DataFrame:
    """The last time each line was decided: the run that still matters."""
    return decided.filter(pl.col("as_of") == pl.col("as_of").max().over("line_id"))


def _shipments(chosen: pl.DataFrame, lines: pl.DataFrame) -> Section:
    is_packed = pl.col("kit_line_id").is_not_null()
    packed = [pl.when(is_packed).then("packed_in").alias("packed_in")]
    facts = lines.select("line_id", "line_no", *_group(lines))
    rows = (
        chosen.join(facts, on="line_id", how="left")
        .sort("as_of", "node_id", "line_no")
        .select(
            "as_of",
            "node_id",
            "line_no",
            "sku_id",
            *_group(lines),
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
        pl.col("ship_date").alias("could_ship_on"),
        "freight_minor",
        "processing_minor",
        "lateness_minor",
        *_worth(ranked),
        "total_minor",
        over_best_minor=pl.col("total_minor") - cheapest,
    )
    worth = WORTH if _worth(ranked) else ""
    note = f"{SHIPPED_ALONE}{worth}{_decided(ranked)}"
    return Section("Nodes considered", rows, note)


def _worth(frame: pl.DataFrame) -> list[str]:
    """The column of what eaches are worth where they lie, if anybody told any."""
    return ["worth_minor"] if frame["worth_minor"].fill_null(0).sum() else []


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
    names = pl.format(
        ": {}", pl.col("node_rule").str.replace_all("|", ", ", literal=True)
    )
    named = names.fill_null("")
    skus = pl.col("sku_id").list.join(", ")
    rows = (
        barred.with_columns(why=pl.concat_str(texts.list.join(", "), named))
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


def _costs(chosen: pl.DataFrame) -> Section:
    money = [part for part in COST_PARTS if part != "worth_minor"]
    parts = [*money, *_worth(chosen), "total_minor"]
    rows = (
        chosen.group_by("as_of", "node_id")
        .agg(pl.col("qty").sum(), pl.col(parts).sum())
        .sort("as_of", "node_id")
    )
    return Section("What it costs, by shipment", rows)


def _waiting(newest: pl.DataFrame, lines: pl.DataFrame, holds: pl.DataFrame) -> Section:
    facts = lines.select("line_id", "line_no", *_group(lines))
    rows = (
        newest.join(facts, on="line_id", how="left")
        .sort("line_no")
        .select(
            "line_no",
            "sku_id",
            *_group(lines),
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


def _group(lines: pl.DataFrame) -> list[str]:
    """Column of what each line is kept together with, where one of the order is."""
    return ["keep_together"] if lines["keep_together"].is_not_null().any() else []


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
