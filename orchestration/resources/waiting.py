"""What waits in quarantine, and what of it the files in the drop will set free.

The answer is silver's: the same precedence of names (an alias of the row's
partner, the SKU itself, an alias that everybody uses) over the lake's master
data and what the drop adds to them. It is told before the run, so it may be
wrong where two files of the drop contradict each other. Not here: mends.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from orchestration.resources.clock import now
from orchestration.resources.drop import name_of
from orchestration.resources.house import House
from orchestration.resources.mending import lines_mended
from orchestration.resources.sharing import read, readers

WAITING = """
    select document, row_id as unit, partner_id, code, node_id, sku_ref,
        uom_code, null as region_code, said_date, null as order_ref,
        payload_sha256, payload_line
    from lake.silver.int_document_rows__quarantined where is_open
    union all
    select 'orders', order_id, partner_id, code, node_id, sku_ref, uom_code,
        region_code, ordered_at::date, order_ref, payload_sha256, payload_line
    from lake.silver.int_order_lines__quarantined where is_open and is_cause
    union all
    select 'order_changes', order_id || ' ' || change_ref, partner_id, code, null,
        null, null, null, changed_at::date, order_ref, payload_sha256, payload_line
    from lake.silver.int_order_changes__judged where code is not null and is_cause
    union all
    select 'order_actions', action_id, channel_id, code, null,
        if(code = 'UNKNOWN_SKU', alternative_sku_id, null), null, null,
        acted_at::date, order_ref, payload_sha256, payload_line
    from lake.silver.int_order_actions__judged where code is not null
    union all
    select document, concat(coalesce(file_name || ':', ''), payload_line, ' of ',
        left(payload_sha256, 12)), partner_id, code, null, null, null, null,
        received_at::date, null, payload_sha256, payload_line
    from lake.visibility.rpt_quarantine where room = 'bronze'
    order by all
"""


@dataclass(frozen=True)
class Alias:
    """Another name of a SKU, in the days it holds."""

    used_by: str
    sku: str
    first: date
    last: date
    eaches: int


@dataclass
class Names:
    """What is known by name: in the lake, and in files that wait."""

    skus: set[str] = field(default_factory=set)
    kits: set[str] = field(default_factory=set)
    nodes: set[str] = field(default_factory=set)
    operators: set[tuple[str, str]] = field(default_factory=set)
    regions: set[str] = field(default_factory=set)
    units: set[tuple[str, str, date]] = field(default_factory=set)
    orders: set[tuple[str, str]] = field(default_factory=set)
    mended: set[tuple[str, int]] = field(default_factory=set)
    aliases: dict[str, list[Alias]] = field(default_factory=dict)

    def sku_of(self, ref: str, partner: str, day: date) -> str:
        """The SKU that a name means to a partner on a day."""
        holding = [a for a in self.aliases.get(ref, []) if a.first <= day <= a.last]
        own = [a.sku for a in holding if a.used_by == partner]
        shared = [a.sku for a in holding if not a.used_by and ref not in self.skus]
        return [*own, *shared, ref][0]

    def has_alias(
        self, ref: str, used_by: str, sku: str, eaches: int, day: date
    ) -> bool:
        """Whether the very same alias holds on a day."""
        return any(
            (used_by, sku, eaches) == (a.used_by, a.sku, a.eaches)
            and a.first <= day <= a.last
            for a in self.aliases.get(ref, [])
        )

    def has_unit(self, sku: str, unit: str, day: date) -> bool:
        """Whether somebody told the eaches in a unit of a SKU on a day."""
        return any((sku, unit) == told[:2] and told[2] <= day for told in self.units)


def counted(house: House) -> pl.DataFrame:
    """What waits by code, partner and document, most first, with an example."""
    return house.lake.query(
        "select code, partner_id, document, count(*) as row_count,"
        " min(received_at) as oldest, arg_min(coalesce(file_name, '') || ':' ||"
        " payload_line, (received_at, payload_line)) as example"
        " from lake.visibility.rpt_quarantine group by all"
        " order by row_count desc, code, partner_id, document"
    )


def rows_of(
    house: House, code: str = "", partner: str = "", document: str = ""
) -> pl.DataFrame:
    """Every row that waits, of a code, partner or document where one is named."""
    return house.lake.query(
        "select * from lake.visibility.rpt_quarantine where (code = $1 or $1 = '') and"
        " (partner_id = $2 or $2 = '') and (document = $3 or $3 = '')"
        " order by received_at, file_name, payload_line, row_id",
        [code, partner, document],
    )


def rows_at(house: House, file: str, line: int) -> pl.DataFrame:
    """What waits at a line of a file, by its name or the first digits of its hash."""
    return house.lake.query(
        "select * from lake.visibility.rpt_quarantine where payload_line = $2"
        " and (file_name = $1 or starts_with(payload_sha256, $1))"
        " order by received_at, payload_sha256, row_id",
        [file, line],
    )


def first_day_of(house: House, alias: str) -> date | None:
    """The earliest day on which something that waits used a name."""
    used = house.lake.query(WAITING).filter(pl.col("sku_ref") == alias)
    day = used["said_date"].min()
    return day if isinstance(day, date) else None


def naming(house: House, alias: str) -> int:
    """Waiting rows that use a name."""
    return house.lake.query(WAITING).filter(pl.col("sku_ref") == alias).height


def to_be_known(house: House) -> Names:
    """What is known by name once the next run has read the drop."""
    names = _known(house)
    for path in house.waiting(now()):
        _offer(house, path, names)
    return names


def to_be_released(house: House) -> pl.DataFrame:
    """What waits, with ``is_released``: the next run takes it in.

    An order goes on when nothing about it is at fault any more.
    """
    waiting = house.lake.query(WAITING)
    names = to_be_known(house)
    healed = [_is_healed(row, names) for row in waiting.iter_rows(named=True)]
    return waiting.with_columns(is_healed=pl.Series(healed, dtype=pl.Boolean)).select(
        pl.exclude("is_healed"),
        is_released=pl.col("is_healed").all().over("document", "unit"),
    )


def _known(house: House) -> Names:
    names = Names(
        skus=_column(house, "select sku_id from lake.silver.int_skus__known"),
        nodes=_column(house, "select node_id from lake.gold.dim_nodes"),
        regions=_column(house, "select region_code from lake.gold.dim_lanes"),
    )
    units = house.lake.query(
        "select sku_id, uom_code, valid_from_date"
        " from lake.silver.int_units_of_measure__deduplicated"
    )
    names.units |= set(units.iter_rows())
    told = house.lake.query(
        "select alias_ref, used_by, sku_id, valid_from_date, valid_to_date, eaches"
        " from lake.silver.int_sku_aliases__deduplicated"
    )
    for ref, *alias in told.iter_rows():
        names.aliases.setdefault(ref, []).append(Alias(*alias))
    return names


def _column(house: House, sql: str) -> set[str]:
    return set(house.lake.query(sql).to_series())


def _offer(house: House, path: Path, names: Names) -> None:
    """Add what a file in the drop will make known."""
    partner = house.partners[house.drop.owner(path)]
    payload = path.read_bytes()
    feeds = readers(partner, name_of(path), payload)
    for feed, parsed in zip(feeds, read(partner, feeds, payload), strict=True):
        if parsed.rows.height:
            names.mended |= lines_mended(path.name)
        _add(feed.document, parsed.rows, partner.partner_id, names)


def _add(document: str, rows: pl.DataFrame, partner_id: str, names: Names) -> None:
    if document == "products":
        names.skus |= set(rows["sku_ref"])
    elif document == "nodes":
        names.nodes |= set(rows["node_ref"])
        names.operators |= set(rows.select("node_ref", "operator_id").iter_rows())
    elif document == "lanes":
        names.regions |= set(rows["region"])
    elif document in {"orders", "order_changes"}:
        names.orders |= {(partner_id, ref) for ref in rows["order_ref"]}
    elif document == "kit_components":
        names.kits |= set(rows["kit_sku_ref"])
    elif document == "units_of_measure":
        names.units |= _units(rows)
    elif document == "sku_aliases":
        _add_aliases(rows.iter_rows(named=True), names)


def _units(rows: pl.DataFrame) -> set[tuple[str, str, date]]:
    told = rows.select("sku_ref", "uom_code", "valid_from").iter_rows()
    return {(sku, unit, date.fromisoformat(day[:10])) for sku, unit, day in told}


def _add_aliases(rows: Iterable[dict[str, str | None]], names: Names) -> None:
    for row in rows:
        alias = Alias(
            used_by=row["used_by"] or "",
            sku=str(row["sku_ref"]),
            first=date.fromisoformat(str(row["valid_from"])[:10]),
            last=date.fromisoformat((row["valid_to"] or "9999-12-31")[:10]),
            eaches=int(str(row["eaches"])),
        )
        # What comes later goes before: it is asked first.
        names.aliases.setdefault(str(row["alias_ref"]), []).insert(0, alias)


def _is_healed(row: dict[str, object], names: Names) -> bool:
    """Whether nothing is at fault about a waiting row once the drop is read."""
    partner, day = str(row["partner_id"]), row["said_date"]
    assert isinstance(day, date)  # noqa: S101 silver's type
    sku = names.sku_of(str(row["sku_ref"]), partner, day)
    is_known = {
        "UNKNOWN_SKU": sku in names.skus,
        "KIT_WITHOUT_COMPONENTS": sku in names.kits,
        "KIT_CYCLE": sku in names.kits,
        "UNKNOWN_UNIT": names.has_unit(sku, str(row["uom_code"]), day),
        "UNKNOWN_NODE": row["node_id"] in names.nodes,
        "WRONG_NODE": (row["node_id"], partner) in names.operators,
        "UNKNOWN_REGION": row["region_code"] in names.regions,
    }
    # Whatever else is wrong with an order, another word about it may be right.
    is_told_again = (partner, str(row["order_ref"])) in names.orders
    is_mended = (str(row["payload_sha256"])[:12], row["payload_line"]) in names.mended
    return is_mended or is_known.get(str(row["code"]), is_told_again)
