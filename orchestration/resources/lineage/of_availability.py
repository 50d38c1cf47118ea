"""Figures of what may be promised, and of what channels are told they may sell.

A figure is postings and the rules that withhold some of them. A rule stands in the
file of policies, a node's own share in the row that names the node, doubt and age in
the node's newest count. What the newest run promised came after its figures and is
none of their causes. What lifts a negative to 0 is there for its largest subtraction.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from orchestration.resources.house import House
from orchestration.resources.lineage.metric import (
    TRACED,
    Metric,
    filled,
    landed,
    summed,
)
from orchestration.resources.lineage.of_stock import (
    COMMITTED,
    GOODS,
    OF_POSITIONS,
    PROMISES,
)
from transforms.availability.channels import STOPPED, served
from transforms.contracts.decisions import AVAILABLE_TO_PROMISE, CHANNEL_AVAILABILITY
from transforms.contracts.gold import DIM_NODES

ATP, CHANNELS = AVAILABLE_TO_PROMISE.path, CHANNEL_AVAILABILITY.path
ECHO = "visibility.rpt_publish_echo"
OF_CHANNELS = {"channel": "channel_id", "sku": "sku_id"}
RULES, GATES = "availability.yaml", "gates.yaml"
"""Files of policies whose lines withhold something."""

_HERE = "(node_id, sku_id) in (select (node_id, sku_id) from chosen)"
_BEFORE_THE_RUN = """
    and event_id not in (
        select event_id from lake.decisions.own_events
        where event_type in ('ALLOCATED', 'RELEASED') and run_id in (
            select arg_max(run_id, as_of) from lake.decisions.runs
        )
    )
"""
_SOUND = filled(GOODS, status="AVAILABLE", where=_HERE)
_COMMITTED = filled(
    PROMISES,
    subject="sku_id",
    accounts=f"[{', '.join(repr(name) for name in COMMITTED)}]",
    where=_HERE + _BEFORE_THE_RUN,
)
_SAID = """
    select told.*, files.file_name from (
        select 'NODE/' || node_ref as said, landing_id, payload_line
        from lake.bronze.nodes
        union all
        select 'COUNT/' || node_id, landing_id, payload_line
        from lake.gold.fct_stock_snapshots
        qualify row_number() over (
            partition by node_id order by snapshot_at desc, landing_id, payload_line
        ) = 1
        union all
        select 'KIT/' || kit_sku_id || '/' || component_sku_id, landing_id, payload_line
        from lake.silver.int_kit_components__deduplicated
    ) as told inner join lake.bronze.landing_ledger as files using (landing_id)
    qualify row_number() over (
        partition by said order by landing_id desc, payload_line
    ) = 1
"""
"""Files that say what a node withholds, counts, and what is in a kit."""

_WAITING = """
    select lines.channel_id, lines.sku_id, lines.line_id, files.file_name,
        lines.payload_line,
        (pending_qty + held_qty + preordered_qty + backordered_qty
            + coalesce(taken_qty, 0))::bigint as qty
    from lake.decisions.line_buckets as buckets
    inner join lake.gold.fct_order_lines as lines using (line_id)
    inner join lake.bronze.landing_ledger as files using (landing_id)
    left join (
        select line_id, sum(qty) as taken_qty from lake.decisions.own_events
        where event_type = 'ALLOCATED' and run_id in (
            select arg_max(run_id, as_of) from lake.decisions.runs
        ) group by line_id
    ) as taken using (line_id)
    where lines.sku_id in (select sku_id from chosen) and qty > 0
    order by line_id
"""
"""Eaches that waited when the newest run told channels what they may sell."""


_SHOWN = landed("""
    select concat_ws('/', channel_id, sku_id) as subject, 'SHOWN' as cause,
        qty as value, landing_id, payload_line, '' as event_id
    from lake.gold.fct_channel_stock where {where}
""")


def of_availability() -> list[Metric]:
    """What nodes may promise and channels may sell."""
    return [
        Metric(
            "atp_units",
            "eaches",
            ATP,
            summed(ATP, "atp_qty"),
            OF_POSITIONS,
            causes=promised,
            shows=("atp_qty",),
        ),
        Metric(
            "channel_units",
            "eaches",
            CHANNELS,
            summed(CHANNELS, "available_qty"),
            OF_CHANNELS,
            causes=told_to_channels,
            shows=("available_qty",),
        ),
        Metric(
            "shown_units",
            "eaches",
            ECHO,
            summed(ECHO, "shown_qty"),
            OF_CHANNELS,
            rows=_SHOWN,
            shows=("shown_qty",),
        ),
    ]


def promised(house: House, where: str, values: Mapping[str, str]) -> pl.DataFrame:
    """Causes (TRACED) of ATP: goods, commitments, what is withheld, and the floor."""
    figures = house.lake.query(f"select * from lake.{ATP} where {where}", values)  # noqa: S608 our own names
    return _of_nodes(house, figures).select(TRACED.names())


def told_to_channels(
    house: House, where: str, values: Mapping[str, str]
) -> pl.DataFrame:
    """Causes (TRACED) of what channels may sell: ATP of their nodes and every step."""
    lake = house.lake
    figures = lake.query(f"select * from lake.{CHANNELS} where {where}", values)  # noqa: S608 our own names
    wanted = figures.select("channel_id", "sku_id")
    serving = served(lake.read(DIM_NODES)).select("node_id", "channel_id")
    with lake.holding(wanted=wanted.select("sku_id").unique()):
        mine = "sku_id in (select sku_id from wanted)"
        atp = lake.query(f"select * from lake.{ATP} where {mine}")  # noqa: S608 our own names
        kits = lake.query(
            f"select * from lake.decisions.kit_availability where {mine}"  # noqa: S608 our own names
        )
    by_channel = wanted.join(serving, on="channel_id")
    nodes = by_channel.join(_of_nodes(house, atp), on=["node_id", "sku_id"])
    steps = pl.concat(
        [
            nodes.select("channel_id", "sku_id", *TRACED.names()),
            _of_kits(house, by_channel.join(kits, on=["node_id", "sku_id"])),
            _of_demand(house, figures),
            _of_rules(house, figures),
        ]
    )
    keys = ["channel_id", "sku_id"]
    lifted = _lifted(figures, steps, keys)
    return pl.concat([steps, lifted]).select(TRACED.names())


def _of_nodes(house: House, figures: pl.DataFrame) -> pl.DataFrame:
    """TRACED with ``node_id, sku_id``, of rows of AVAILABLE_TO_PROMISE."""
    keys = ["node_id", "sku_id"]
    with house.lake.holding(chosen=figures.select(keys)):
        goods = house.lake.query(_SOUND)
        commitments = house.lake.query(_COMMITTED)
    named = figures.select(*keys, subject=pl.format("{}/{}", *keys))
    moved = pl.concat(
        [
            goods.select(TRACED.names()),
            commitments.select(TRACED.names()).with_columns(-pl.col("value")),
        ]
    ).join(named, on="subject")
    told = pl.concat([moved.select(*keys, *TRACED.names()), _withheld(house, figures)])
    return pl.concat([told, _lifted(figures, told, keys)])


def _withheld(house: House, figures: pl.DataFrame) -> pl.DataFrame:
    """What rules, doubt and age take from nodes, under the line that says so."""
    own = pl.format("NODE/{}", "node_id")
    count = pl.format("COUNT/{}", "node_id")
    steps = [
        figures.select(
            "node_id",
            "sku_id",
            subject=pl.format("{}/{}", "node_id", "sku_id"),
            cause=pl.lit(step.upper()),
            value=f"{step}_qty",
            event_id=f"{step}_rule",
            said=pl.when(pl.col(f"{step}_rule") == "NODE").then(own).otherwise(count),
        )
        for step in ("expired", "buffer")
    ]
    found = pl.concat(steps).filter(pl.col("value") != 0)
    return _placed(house, found).select("node_id", "sku_id", *TRACED.names())


def _of_kits(house: House, kits: pl.DataFrame) -> pl.DataFrame:
    """Kits that nodes can make, under what is in them; packed ones are goods."""
    rows = kits.select(
        "channel_id",
        "sku_id",
        subject=pl.format("{}/{}", "node_id", "sku_id"),
        cause=pl.lit("COMPONENT"),
        value="made_qty",
        event_id="short_sku_id",
        said=pl.format("KIT/{}/{}", "sku_id", "short_sku_id"),
    ).filter(pl.col("value") != 0)
    return _placed(house, rows).select("channel_id", "sku_id", *TRACED.names())


def _of_demand(house: House, figures: pl.DataFrame) -> pl.DataFrame:
    """Lines that wait, the channel's own first, as far as pools do not serve them."""
    chosen = figures.select("sku_id").unique()
    with house.lake.holding(chosen=chosen):
        lines = house.lake.query(_WAITING)
    asked = figures.select("channel_id", "sku_id", "waiting_qty").join(
        lines.rename({"channel_id": "of"}), on="sku_id"
    )
    is_own = pl.col("of") == pl.col("channel_id")
    keys = ["channel_id", "sku_id"]
    rest = -pl.col("waiting_qty")
    ordered = asked.sort(*keys, ~is_own, "line_id")
    upto = pl.col("qty").cum_sum().over(keys)
    share = pl.min_horizontal(upto, rest) - pl.min_horizontal(
        upto - pl.col("qty"), rest
    )
    return (
        ordered.with_columns(share=share)
        .filter(pl.col("share") != 0)
        .select(
            *keys,
            subject="line_id",
            cause=pl.lit("WAITING"),
            value=-pl.col("share"),
            file_name="file_name",
            payload_line="payload_line",
            event_id=pl.lit(""),
        )
    )


def _of_rules(house: House, figures: pl.DataFrame) -> pl.DataFrame:
    """What rules, gates and components take from a channel, or add."""
    names = (
        "excluded",
        "aged",
        "components",
        "pools",
        "threshold",
        "oversell",
        "preorder",
        "ceiling",
    )
    steps = [
        figures.select(
            "channel_id",
            "sku_id",
            subject=pl.format("{}/{}", "channel_id", "sku_id"),
            cause=pl.lit(step.upper()),
            value=f"{step}_qty",
            event_id=f"{step}_rule",
            said=pl.format("KIT/{}/{}", "sku_id", f"{step}_rule"),
        )
        for step in names
    ]
    found = pl.concat(steps).filter(pl.col("value") != 0)
    return _placed(house, found).select("channel_id", "sku_id", *TRACED.names())


def _lifted(figures: pl.DataFrame, told: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """What lifts a negative to 0, where its largest subtraction stands."""
    largest = (
        told.filter(pl.col("value") < 0)
        .sort("value", "event_id", "file_name", "payload_line")
        .unique(keys, keep="first", maintain_order=True)
    )
    lifted = figures.filter(pl.col("floor_qty") > 0).select(*keys, "floor_qty")
    joined = lifted.join(largest, on=keys, how="left").with_columns(
        subject=pl.format("{}/{}", *keys), cause=pl.lit("FLOOR"), value="floor_qty"
    )
    return joined.select(told.columns)


def _placed(house: House, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the file and line of their rule, else of what is ``said``."""
    told = house.lake.query(_SAID).select("said", "file_name", "payload_line")
    rules = _rules(house)
    joined = rows.with_columns(
        rule=pl.col("event_id").str.split("|").list.first()
    ).join(rules, on="rule", how="left")
    both = joined.join(told, on="said", how="left", suffix="_told")
    return both.with_columns(
        pl.coalesce(name, f"{name}_told") for name in ("file_name", "payload_line")
    )


def _rules(house: House) -> pl.DataFrame:
    """Where each rule of availability begins; stopped nodes have their own."""
    lines = house.policies.text(RULES).splitlines()
    began = [
        (text.split(":", 1)[1].strip(), RULES, number)
        for number, text in enumerate(lines, start=1)
        if text.strip().startswith("- rule:")
    ]
    return pl.DataFrame(
        [*began, (STOPPED, GATES, 1)],
        schema={"rule": pl.String, "file_name": pl.String, "payload_line": pl.Int64},
        orient="row",
    )
