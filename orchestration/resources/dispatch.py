"""From decided shipments to stored bytes, and the commit of a run.

The order makes every crash harmless: bytes are stored, outbox rows written,
and the row in ``runs`` makes all of them true at once; rows of a run without
one are undone by the next. Then decisions are landed and files delivered, which
is repeated until it is done.
"""

from __future__ import annotations

import polars as pl

from orchestration.resources import deliveries
from orchestration.resources.automatic import write_substitutions
from orchestration.resources.cancel_facts import open_lines
from orchestration.resources.formats import instruction_format
from orchestration.resources.house import House
from orchestration.resources.intake import unread
from orchestration.resources.journal import JOURNALED
from orchestration.resources.lakehouse import LakeError, Lakehouse
from orchestration.resources.partners import PartnerProfile
from orchestration.resources.reach import ordered_since
from orchestration.resources.run import committed, unmark
from orchestration.resources.telling import tell
from orchestration.resources.transports.visit import forward, visit
from transforms.contracts.decisions import (
    CORRECTED_INSTRUCTIONS,
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    OUTBOX_FILES,
    RUNS,
    SHIPPING_ORDERS,
)
from transforms.contracts.gold import (
    DIM_NODES,
    DIM_PRODUCTS,
    FCT_INSTRUCTION_CORRECTIONS,
    FCT_ORDERS,
)
from transforms.contracts.profile import Envelope, Payload
from transforms.instructions.compose import compose
from transforms.instructions.correct import REPLACED, addressed
from transforms.instructions.packed import as_told
from transforms.instructions.stores import at_their_store

CORRECTED = """
    select said.*, judged.order_id, judged.outcome, judged.control_ref,
        judged.decided_at
    from lake.gold.fct_instruction_corrections as said
    inner join lake.instructions.corrected_instructions as judged
        using (correction_id)
    where judged.outcome <> 'REFUSED'
        and judged.order_id in (select order_id from asked)
"""


NOTHING_CORRECTED = pl.DataFrame(
    schema=FCT_INSTRUCTION_CORRECTIONS.schema
    | dict.fromkeys(("order_id", "outcome", "control_ref"), pl.String())
    | {"decided_at": pl.Datetime("us", "UTC")}
)


def render_orders(
    house: House, partner: PartnerProfile, format_name: str
) -> list[Payload]:
    """Write what a format tells a partner in this run and store the bytes.

    One file, or one of each wave of its nodes. Personal data is joined from the
    vault here, at the moment of writing.
    On a replay nothing is written: what was sent is recalled.
    """
    document = instruction_format(format_name).DOCUMENT
    if document is not SHIPPING_ORDERS:
        return tell(house, partner, format_name)
    if house.run.is_replay:
        _recall(house, partner, format_name)
        return []
    with house.lake.one_snapshot():
        orders, rows = _gather(house, partner)
    waves = rows["wave_ref"].unique().sort(nulls_last=False).to_list()
    return [
        _told(house, partner, format_name, *_of_wave(wave, orders, rows))
        for wave in waves
    ]


def _of_wave(
    wave: str | None, orders: pl.DataFrame, rows: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    is_of_it = pl.col("wave_ref").eq_missing(pl.lit(wave, pl.String))
    return orders.filter(is_of_it), rows.filter(is_of_it)


def _told(
    house: House,
    partner: PartnerProfile,
    format_name: str,
    orders: pl.DataFrame,
    rows: pl.DataFrame,
) -> Payload:
    """Write instructions as one file and store its bytes."""
    control_no = house.outbox.next_control_no(partner)
    envelope = Envelope(partner.profile(), control_no, house.run.as_of)
    payload: Payload = instruction_format(format_name).render(
        _in_clear(house, rows), envelope
    )
    _apply(house, partner, format_name, orders, payload)
    return payload


def commit_run(house: House) -> None:
    """Commit the run: from here on it is never run again, nor committed again.

    Raises:
        LakeError: bronze lacks files of the run, so only some of its steps ran
            since it was undone; committing would pass the files by for good.
    """
    run = house.run
    if not house.is_committed:
        missing = unread(house)
        if missing:
            names = ", ".join(a.file_name for a in missing[:5])
            raise LakeError(
                f"{len(missing)} files of this run are not in bronze ({names}): start"
                " the whole job `run` again, not some of its steps"
            )
        newest = _newest_read(house)
        # Landed behind what this run read: the next one reads it, as its decisions.
        house.keep_rules()
        with house.lake.transaction("commit", run.message):
            house.lake.merge(RUNS, run.row(newest))
    unmark(house.home)


def _newest_read(house: House) -> int:
    """The newest ledger row that this run read; that of the run before if none."""
    run = house.run
    if run.until is not None:
        return run.until
    arrivals = house.landing.arrivals(run.since, run.until, run.as_of)
    return max((a.landing_id for a in arrivals), default=run.since)


def finish_committed(house: House) -> list[str]:
    """Land decisions and deliver files of committed runs where that is missing.

    Returns:
        Names of the files delivered now; none on a replay, which sends nothing.
    """
    if house.run.is_replay:
        deliveries.take_in(house)
        return []
    landed = house.journal.landed()
    for row in committed(house.lake).iter_rows(named=True):
        if row["run_id"] not in landed:
            frames = _choices(house.lake, row["run_id"])
            house.journal.land(row["run_id"], row["as_of"], frames)
    write_substitutions(house)
    deliveries.take_in(house)
    files = house.outbox.undelivered()
    delivered = house.outbox.deliver(files)
    forwarded, failures = _forwarded(house)
    deliveries.note(house, files, failures)
    return delivered + forwarded


def collect_files(house: House) -> list[str]:
    """Pull new files of partners that do not write into the drop themselves.

    Before a run begins: its id is a hash of what waits.

    Returns:
        What could not be pulled, one sentence each; other partners go on.
    """
    told: list[str] = []
    for partner in house.partners.values():
        done = visit(house.home, partner.partner_id, partner.transport)
        told += [
            f"{partner.partner_id}: {one.name}: {one.code}" for one in done.refused
        ]
        told += [f"{partner.partner_id}: {done.failure}"] if done.failure else []
    return told


def _forwarded(house: House) -> tuple[list[str], dict[str, str]]:
    """Deliver what waits in the outbox of partners that do not fetch it themselves.

    Whom that does not reach stands in ``house.undelivered``; the next run tries again.

    Returns:
        Names delivered now, and why the way to a partner was cut.
    """
    delivered: list[str] = []
    failures: dict[str, str] = {}
    for partner in house.partners.values():
        done = forward(house.home, partner.partner_id, partner.transport)
        delivered += [f"{partner.partner_id}/{name}" for name in done.delivered]
        if done.failure:
            failures[partner.partner_id] = done.failure
    house.undelivered = [f"{name}: {why}" for name, why in failures.items()]
    return delivered, failures


def note_published(house: House, manifest_id: str) -> None:
    """Record with the run what was published and the lake's snapshot then."""
    run_id = house.run.run_id
    with house.lake.transaction("publish", house.run.message):
        row = house.lake.read(RUNS, "run_id = ?", [run_id])
        published = row.with_columns(
            manifest=pl.lit(manifest_id), last_snapshot=pl.lit(house.lake.snapshot())
        )
        house.lake.merge(RUNS, published)


def _gather(house: House, partner: PartnerProfile) -> tuple[pl.DataFrame, pl.DataFrame]:
    mine = "run_id = ? and partner_id = ? and file_name is null"
    orders = house.lake.read(
        FULFILMENT_ORDERS, mine, [house.run.run_id, partner.partner_id]
    )
    if not orders.height:
        return orders, SHIPPING_ORDERS.empty()
    lines = house.lake.read(INSTRUCTION_LINES, "run_id = ?", [house.run.run_id])
    lines = lines.join(orders.select("instruction_id"), on="instruction_id", how="semi")
    again = orders.filter(pl.col("corrected_at").is_not_null())
    if again.height:
        lines = pl.concat([lines, _still_asked(house, again)], how="diagonal")
    return orders, _composed(house, orders, lines)


def rendered_again(house: House, instruction_id: str) -> Payload:
    """An instruction alone as it would be told now, under the number it had.

    Nothing is sent or written. What it is told of the recipient is the newest word,
    its lines are whole.

    Raises:
        KeyError: there is no such instruction.
    """
    mine = ("instruction_id = ?", [instruction_id])
    orders = house.lake.read(FULFILMENT_ORDERS, *mine)
    if orders.is_empty():
        raise KeyError(instruction_id)
    order = orders.row(0, named=True)
    partner = house.partners[order["partner_id"]]
    rows = _composed(house, orders, house.lake.read(INSTRUCTION_LINES, *mine))
    formats = map(instruction_format, partner.formats)
    told = next(one for one in formats if one.DOCUMENT is SHIPPING_ORDERS)
    at = order["corrected_at"] or order["released_at"]
    number = order["control_ref"] or house.outbox.next_control_no(partner)
    envelope = Envelope(partner.profile(), int(number), at)
    payload: Payload = told.render(_in_clear(house, rows), envelope)
    return payload


def _in_clear(house: House, rows: pl.DataFrame) -> pl.DataFrame:
    """SHIPPING_ORDERS with persons as they are called, and stores as recipients."""
    told = house.vault.reveal(rows, SHIPPING_ORDERS)
    stores = told["to_store_id"].drop_nulls().unique().to_list()
    if not stores:
        return told
    nodes = house.lake.read(DIM_NODES, "list_contains(?, node_id)", [stores])
    return at_their_store(told, nodes)


def _composed(house: House, orders: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """SHIPPING_ORDERS of instructions and their lines, persons as tokens."""
    lines = as_told(lines)
    asked = orders.select("order_id").unique()
    since = [ordered_since(house, asked)]
    with house.lake.holding(asked=asked, skus=lines.select("sku_id").unique()):
        customers = house.lake.read(
            FCT_ORDERS,
            "ordered_at >= ? and order_id in (select order_id from asked)",
            since,
        )
        products = house.lake.read(DIM_PRODUCTS, "sku_id in (select sku_id from skus)")
        corrected = _corrected(house)
    told_before = corrected.filter(outcome=REPLACED).join(
        orders.select("instruction_id", decided_at="corrected_at"),
        on=["instruction_id", "decided_at"],
    )
    replaced = dict(told_before.select("instruction_id", "control_ref").iter_rows())
    told = addressed(customers, corrected)
    return compose(orders, lines, told, products, replaced)


def _corrected(house: House) -> pl.DataFrame:
    """What was corrected of the orders in ``asked``; nearly no house has any."""
    is_any = house.lake.count(CORRECTED_INSTRUCTIONS.path)
    return house.lake.query(CORRECTED) if is_any else NOTHING_CORRECTED


def _still_asked(house: House, again: pl.DataFrame) -> pl.DataFrame:
    """Lines of instructions that are replaced, by the eaches nobody has answered."""
    lines = open_lines(house, again).filter(pl.col("open_qty") > 0)
    keys = [name for name in INSTRUCTION_LINES.names if name not in {"qty", "run_id"}]
    return lines.select(*keys, qty="open_qty")


def _apply(
    house: House,
    partner: PartnerProfile,
    format_name: str,
    orders: pl.DataFrame,
    payload: Payload,
) -> None:
    run = house.run
    file = house.outbox.keep(run, partner.partner_id, format_name, payload)
    sets = payload.set_refs or dict.fromkeys(
        orders["instruction_id"], payload.control_ref
    )
    named = orders.with_columns(
        file_name=pl.lit(payload.name),
        control_ref=pl.lit(payload.control_ref),
        set_ref=pl.col("instruction_id").replace_strict(sets),
        closing_rule=pl.lit(partner.closing),
    )
    with house.lake.transaction("outbox", f"{run.message}: {payload.name}"):
        house.lake.append(OUTBOX_FILES, file)
        house.lake.merge(FULFILMENT_ORDERS, named)


def _recall(house: House, partner: PartnerProfile, format_name: str) -> None:
    run = house.run
    frames = house.journal.recall(run.run_id)
    mine = pl.col("partner_id") == partner.partner_id
    files = frames[OUTBOX_FILES.name].filter(mine, format=format_name)
    with house.lake.transaction("outbox", f"{run.message}: recalled"):
        house.lake.append(OUTBOX_FILES, files)
        house.lake.merge(FULFILMENT_ORDERS, frames[FULFILMENT_ORDERS.name].filter(mine))


def _choices(lake: Lakehouse, run_id: str) -> dict[str, pl.DataFrame]:
    with lake.one_snapshot():
        frames = {t.name: lake.read(t, "run_id = ?", [run_id]) for t in JOURNALED}
    # Snapshot and manifest ids belong to one lake, not to the decision.
    frames[RUNS.name] = frames[RUNS.name].with_columns(
        first_snapshot=pl.lit(0), last_snapshot=pl.lit(0), manifest=pl.lit("")
    )
    return frames
