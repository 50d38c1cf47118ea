"""The summary of runs: what came in, what went out, and what to do next."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

import polars as pl
from rich import box
from rich.panel import Panel
from rich.table import Table as Grid

from orchestration.cli.execution import CONSOLE, Outcome
from orchestration.cli.planted import by_kind, examined
from orchestration.resources.home import Home
from orchestration.resources.house import House
from transforms.contracts.codes import detail_in

MINOR = 100
"""Minor units of the demo company's currency in a major one, for print only."""


MOST_MISSED = 10
MISSED = """
    select business_date, partner_id, feed,
        if(is_reopened, feed_status || ', re-opened', feed_status) as feed_status,
        due_at at time zone 'UTC'
    from lake.visibility.rpt_feed_days
    where (feed_status in ('MISSING', 'LATE') or is_reopened) and business_date > (
        select max(business_date) from lake.visibility.rpt_feed_days
    ) - 7
"""

GAPS = """
    select partner_id, file_name, message, count(*) over () as n
    from lake.visibility.rpt_file_notices
    where code = 'SEQUENCE_GAP' and closed_at is null
    order by received_at desc, landing_id desc
"""

MOST_FAILED = 5
PROVED = """
    select * from lake.decisions.allocation_certificates
    order by as_of desc limit 1
"""
FAILED = """
    select proof, kind, failed_rows, checked_rows, as_of, run_id,
        as_of = (select max(as_of) from lake.decisions.proofs) as is_newest
    from lake.decisions.proofs where failed_rows > 0
    order by as_of desc, kind, proof
"""
OPENS = {
    "commitments are covered": ("OVERCOMMITTED", "STOCK_NEGATIVE", "SUPPLY_LOST"),
    "promises of lots are covered": ("LOT_OVERCOMMITTED",),
}
"""Proof → codes of the exceptions that what does not hold of it opens."""
OPEN_CODES = """
    select distinct code from lake.visibility.rpt_exceptions
    where is_open and not is_snoozed
"""


def print_newest() -> int:
    """Print the summary of the newest committed run.

    Raises:
        RunRefusedError: nothing ran yet.
    """
    house = House.open()
    try:
        row = house.past_runs().row(-1, named=True)
        path = house.home.twin / "planted_faults.parquet"
        planted = pl.read_parquet(path) if path.exists() else None
        outcome = Outcome(row["run_id"], row["as_of"], is_new=False)
        return print_told(house, [outcome], planted)
    finally:
        house.close()


def print_summary(
    house: House, outcomes: list[Outcome], planted: pl.DataFrame | None
) -> int:
    """Print what the runs did.

    Returns:
        Exit code: 0 clean, 1 finished with exceptions, lines that wait or a
        check that warned.
    """
    for outcome in outcomes:
        if not outcome.is_new:
            CONSOLE.print(f"as of {outcome.as_of:%Y-%m-%d %H:%M} UTC: nothing to do")
        for check in outcome.failed_checks:
            CONSOLE.print(f"did not pass: {check}", markup=False)
    code = print_told(house, outcomes, planted)
    return code or int(any(o.failed_checks for o in outcomes))


def print_told(
    house: House, outcomes: list[Outcome], planted: pl.DataFrame | None
) -> int:
    """Print what the house tells of its runs.

    Returns:
        Exit code: 1 where an exception is open or a line waits, else 0.
    """
    CONSOLE.print(_flow(house))
    CONSOLE.print(_quarantine(house))
    feeds = missed_feeds(house)
    if feeds.row_count:
        CONSOLE.print(feeds)
    gaps = missing_numbers(house)
    if gaps.row_count:
        CONSOLE.print(gaps)
    CONSOLE.print(_service(house))
    for sentence in proved_costs(house.lake.query(PROVED)):
        CONSOLE.print(sentence, soft_wrap=True)
    CONSOLE.print(_proofs(house))
    codes = house.lake.query(OPEN_CODES)["code"].to_list()
    for sentence in failed_proofs(house.lake.query(FAILED), codes):
        CONSOLE.print(sentence, soft_wrap=True)
    if planted is not None and planted.height:
        CONSOLE.print(_examination(house, planted, outcomes))
    if any(o.is_new for o in outcomes):
        CONSOLE.print(_seconds(outcomes))
    open_exceptions = _one(
        house, "select count(*) from lake.visibility.rpt_exceptions where is_open"
    )
    CONSOLE.print(_next(house.home, int(open_exceptions)))
    quarantined = _one(house, "select count(*) from lake.visibility.rpt_quarantine")
    return 1 if open_exceptions or quarantined else 0


def _flow(house: House) -> Grid:
    rows = house.lake.query(
        "select room, unit, rows_in, rows_out, set_aside, file_count"
        " from lake.visibility.rpt_flow"
        " where as_of = (select max(as_of) from lake.visibility.rpt_flow)"
        " order by room_no"
    )
    grid = _grid("From landing to partners, all runs")
    for name in ("room", "unit", "in", "out", "set aside", "files"):
        grid.add_column(name, justify="left" if name in {"room", "unit"} else "right")
    for row in rows.iter_rows():
        grid.add_row(*row[:2], *(f"{value:,}" for value in row[2:]))
    grid.caption = "in = out + set aside, as of now; decisions set aside what waits"
    return grid


def _quarantine(house: House) -> Grid:
    rows = house.lake.query(
        "select code, partner_id, count(*) as n, min(file_name || ':' ||"
        " payload_line) as example from lake.visibility.rpt_quarantine"
        " group by all order by n desc, code, partner_id"
    )
    grid = _grid("Quarantined, by reason")
    for name in ("code", "partner", "lines", "for example"):
        grid.add_column(name, justify="right" if name == "lines" else "left")
    for code, partner, count, example in rows.iter_rows():
        grid.add_row(code, partner, f"{count:,}", example)
    return grid


def missed_feeds(house: House) -> Grid:
    """Whose file of which day is missing or came late, the last week's newest first."""
    rows = house.lake.query(
        f"select *, count(*) over () as n from ({MISSED})"  # noqa: S608 our own words
        f" order by business_date desc, feed_status desc, partner_id, feed"
        f" limit {MOST_MISSED}"
    )
    grid = _grid("Files that are missing or came late, last 7 days")
    for name in ("date", "partner", "feed", "status", "due (UTC)"):
        grid.add_column(name)
    for *names, due_at, _ in rows.iter_rows():
        grid.add_row(*map(str, names), f"{due_at:%Y-%m-%d %H:%M}")
    if rows.height == MOST_MISSED:
        grid.caption = f"{rows['n'][0]} in all: visibility.rpt_feed_days"
    return grid


def missing_numbers(house: House) -> Grid:
    """Which numbers of whose files never came, the newest gaps first."""
    rows = house.lake.query(f"{GAPS} limit {MOST_MISSED}")
    grid = _grid("Numbers of files that are missing")
    for name in ("partner", "before", "what is missing"):
        grid.add_column(name)
    for partner_id, file_name, text, _ in rows.iter_rows():
        grid.add_row(partner_id, file_name, detail_in("SEQUENCE_GAP", text))
    if rows.height == MOST_MISSED:
        grid.caption = f"{rows['n'][0]} in all: visibility.rpt_file_notices"
    return grid


def _service(house: House) -> Grid:
    grid = _grid("Service and cost, by business date")
    names = ("date", "orders", "units filled", "lines filled", "orders filled")
    for name in (*names, "split orders", "cost per order"):
        grid.add_column(name, justify="left" if name == "date" else "right")
    fill = house.lake.query(
        "select business_date, sum(order_count) as orders,"
        " sum(first_day_filled_qty) as fq, sum(ordered_qty) as q,"
        " sum(first_day_filled_line_count) as fl, sum(line_count) as l,"
        " sum(first_day_filled_order_count) as fo"
        " from lake.visibility.rpt_fill_rates group by 1 order by 1"
    )
    cost = house.lake.query(
        "select business_date, sum(order_count) as orders,"
        " sum(split_order_count) as split, sum(total_minor) as total"
        " from lake.visibility.rpt_cost_per_order group by 1"
    )
    # A day on which nothing could be allocated is the last one to leave out.
    days = fill.join(cost, on="business_date", how="left").sort("business_date")
    for row in days.to_dicts():
        grid.add_row(
            str(row["business_date"]),
            f"{row['orders']:,}",
            rate(row["fq"], row["q"]),
            rate(row["fl"], row["l"]),
            rate(row["fo"], row["orders"]),
            rate(row["split"], row["orders_right"]),
            _cost(row["total"], row["orders_right"]),
        )
    waiting = house.lake.query(
        "select count(*) as lines, coalesce(sum(backordered_qty), 0) as units"
        " from lake.decisions.line_buckets where backordered_qty > 0"
    ).row(0)
    grid.caption = f"backordered now: {waiting[0]:,} lines, {waiting[1]:,} eaches"
    return grid


def proved_costs(rows: pl.DataFrame) -> Iterator[str]:
    """What the newest sourcing cost, and how far from the best it may be at most.

    Args:
        rows: ALLOCATION_CERTIFICATES of one run, or none.
    """
    for row in rows.iter_rows(named=True):
        cost, bound = row["cost_minor"], row["bound_minor"]
        above = f", at most {(cost - bound) / max(1, bound):.2%} above the least"
        if row["order_count"]:
            yield (
                f"  sourced together: {row['order_count']:,} orders at"
                f" {cost / 100:,.2f}{above if bound > 0 else NO_BOUND} that is possible"
            )
        if row["in_turn_count"]:
            yield (
                f"  in their turn: {row['in_turn_count']:,} orders at"
                f" {row['in_turn_minor'] / 100:,.2f}"
            )
        if row["contested_sku_count"]:
            yield _fairness_told(row)


NO_BOUND = "; no bound was found of the least"


def _fairness_told(row: dict[str, Any]) -> str:
    """What it costs at most that not cost alone decides who gets scarce eaches."""
    cost, least = row["contested_cost_minor"], row["contested_least_minor"]
    return (
        f"  fairness {row['fairness']}: {row['contested_sku_count']:,} SKUs that not"
        f" all could have, {row['contested_order_count']:,} orders at"
        f" {cost / 100:,.2f};"
        f" it costs at most {(cost - least) / 100:,.2f}, whoever had got the eaches"
    )


def _proofs(house: House) -> Grid:
    rows = house.lake.query(
        "select proof, kind, sum(checked_rows), sum(failed_rows)"
        " from lake.decisions.proofs group by all order by kind, proof"
    )
    grid = _grid("Proofs, rows summed over all runs")
    for name in ("proof", "kind", "checked", "failed"):
        grid.add_column(name, justify="left" if name in {"proof", "kind"} else "right")
    for proof, kind, checked, failed in rows.iter_rows():
        grid.add_row(proof, kind, f"{checked:,}", f"{failed:,}")
    held = house.lake.query(
        "select count(*) filter (failed_rows = 0), count(*) from lake.decisions.proofs"
        " where as_of = (select max(as_of) from lake.decisions.proofs)"
    ).row(0)
    grid.caption = f"of the newest run alone {held[0]} of {held[1]} hold"
    return grid


def failed_proofs(rows: pl.DataFrame, open_codes: Container[str]) -> Iterator[str]:
    """Which proofs did not hold and where to look, the newest first.

    Args:
        rows: of ``FAILED``.
        open_codes: codes of which exceptions are open: no other list is pointed to.
    """
    for row in rows.head(MOST_FAILED).iter_rows(named=True):
        when = "now" if row["is_newest"] else f"as of {row['as_of']:%F %R} UTC"
        where = "" if row["is_newest"] else f" --run {row['run_id']}"
        yield (
            f"  did not hold {when}: {row['proof']}, {row['failed_rows']:,} of"
            f" {row['checked_rows']:,} keys; orderhouse prove{where} names them"
            f"{_listed(row['proof'], open_codes)}"
        )
    if rows.height > MOST_FAILED:
        yield f"  and {rows.height - MOST_FAILED} more: visibility.rpt_proofs"


def _listed(proof: str, open_codes: Container[str]) -> str:
    """The commands that list what a proof opened; nothing where none is open."""
    lists = [
        f"orderhouse exceptions list --code {code}"
        for code in OPENS.get(proof, ())
        if code in open_codes
    ]
    return f"; open ones: {', '.join(lists)}" if lists else ""


def _examination(house: House, planted: pl.DataFrame, outcomes: list[Outcome]) -> Grid:
    faults = examined(house, planted, max(o.as_of for o in outcomes))
    grid = _grid("Planted faults: found of planted")
    for name in ("kind", "planted", "found"):
        grid.add_column(name, justify="left" if name == "kind" else "right")
    for kind, count, found in by_kind(faults).iter_rows():
        grid.add_row(kind, str(count), f"{found}" if found == count else f"{found} ✗")
    missed = faults.filter(~pl.col("is_found"))
    if missed.height:
        first = missed.row(0, named=True)
        grid.caption = f"first missed: {first['fault_id']} {first['detail']}"
    return grid


def _seconds(outcomes: list[Outcome]) -> Grid:
    played = [o for o in outcomes if o.is_new]
    rooms = list(dict.fromkeys(room for o in played for room in o.seconds))
    grid = _grid("Seconds by room")
    grid.add_column("as of (UTC)")
    for room in rooms:
        grid.add_column(room, justify="right")
    for outcome in played:
        cells = (f"{outcome.seconds.get(room, 0):.1f}" for room in rooms)
        grid.add_row(f"{outcome.as_of:%Y-%m-%d %H:%M}", *cells)
    return grid


def _next(home: Home, exceptions: int) -> Panel:
    sent = sum(1 for _ in home.outbox.glob("*/*.manifest.json"))
    lines = [
        f"{exceptions:,} exceptions are open, {sent:,} files went to partners.",
        "make serve                    dashboards and Dagster on 127.0.0.1",
        "orderhouse why ORDER          where it ships from, and why (no # needed)",
        "orderhouse landing FILE       what a partner sent: FILE, or FILE:LINE",
        "orderhouse rebuild            everything again from landing, equal hashes",
        "The command lies in .venv/bin.",
    ]
    return Panel("\n".join(lines), title="Next", box=box.ROUNDED, expand=False)


def _grid(title: str) -> Grid:
    return Grid(title=title, box=box.SIMPLE_HEAD, title_justify="left")


def rate(part: int | None, whole: int | None) -> str:
    """A percentage as the pages show it: rounded down, 99.96 % is not all."""
    if part is None or not whole:
        return "–"
    thousandths = int(1000 * part // whole)
    return f"{thousandths // 10}.{thousandths % 10} %"


def _cost(total_minor: int | None, orders: int | None) -> str:
    """What one order costs on average, in major units."""
    if total_minor is None or not orders:
        return "–"
    return f"{total_minor / orders / MINOR:,.2f}"


def _one(house: House, sql: str) -> Any:  # noqa: ANN401 one cell of any type
    return house.lake.query(sql).item()
