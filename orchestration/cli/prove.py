"""``orderhouse prove``: the books of a run add up, or which keys do not.

Proves anew from the postings, as the lake stands or as it stood after a run;
what the run itself proved of its allocation is printed beside it.
"""

from __future__ import annotations

import shlex
from datetime import datetime

import polars as pl
from rich.table import Table as Grid

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.grids import framed, in_utc, ruled
from orchestration.cli.known_names import run_called
from orchestration.cli.summary import proved_costs
from orchestration.cli.why import order_called
from orchestration.resources.books import books_of
from orchestration.resources.house import House
from orchestration.resources.lakehouse import Lakehouse
from orchestration.resources.run import MARKER, parse_instant
from transforms.contracts.decisions import (
    ALLOCATION_CERTIFICATES,
    PROMISE_POSTINGS,
    PROOFS,
    UNIT_POSTINGS,
)
from transforms.ledger.proofs import Check, checks
from transforms.ledger.statement import (
    lot_statement,
    node_totals,
    promise_statement,
    sku_statement,
    unit_statement,
)

SHOWN_KEYS = 10
OF_KEY = "node_id || '/' || sku_id = $1"
OF_MOVEMENT = "movement_id = $1 or starts_with(movement_id, $1 || '#')"
OF_ORDER = (
    "line_id in (select line_id from lake.gold.fct_order_lines where order_id = $1)"
)
OF_PROMISE = "line_id = $1 or event_id = $1 or starts_with(event_id, $1 || '#')"


def prove_command(key: str, run_id: str, as_of: str) -> int:
    """Print the proof of the books, or the account of one key.

    Args:
        key: ``node/SKU``, SKU, order, line, movement or event; everything without it.
        run_id: first digits of a run's id: the lake as that run left it.
        as_of: the newest run of that instant or before, likewise.

    Returns:
        0: every key holds; 1: one does not.

    Raises:
        CommandError: there is no such run, or no posting of that key.
        LakeError: the lake no longer keeps what that run left.
        RunRefusedError: nothing ran yet.
    """
    house = House.open()
    try:
        run = _chosen(house, run_id, as_of)
        at = _snapshot(house, run, is_named=bool(run_id or as_of))
        lake = house.lake if at is None else Lakehouse(house.home, at=at)
        try:
            return _account(house, lake, key) if key else _everything(lake, run, at)
        finally:
            if at is not None:
                lake.close()
    finally:
        house.close()


def _chosen(house: House, run_id: str, as_of: str) -> dict[str, object]:
    runs = house.past_runs()
    if as_of:
        moment = _instant(as_of, house.policies.company_zone)
        runs = runs.filter(pl.col("as_of") <= pl.lit(moment))
        if runs.is_empty():
            raise CommandError(f"no committed run as of {as_of}")
    return run_called(runs, run_id)


def _instant(text: str, zone: str) -> datetime:
    try:
        return parse_instant(text, zone)
    except ValueError as error:
        raise CommandError(f"no instant: {text!r}; write 2017-12-29T17:00Z") from error


def _snapshot(house: House, run: dict[str, object], *, is_named: bool) -> int | None:
    """What to read: the lake itself, unless another moment of it is meant."""
    is_underway = (house.home.root / MARKER).exists()
    if not is_named and not is_underway:
        return None
    if not run["manifest"]:
        raise CommandError("that run was never published: orderhouse run")
    return int(str(run["last_snapshot"]))


def _everything(lake: Lakehouse, run: dict[str, object], at: int | None) -> int:
    books = books_of(lake, str(run["run_id"]))
    found = checks(books)
    place = "as the lake stands" if at is None else f"as of snapshot {at}"
    CONSOLE.print(f"run {run['run_id']} as of {in_utc(run['as_of'])}, {place}")
    CONSOLE.print(framed("Eaches on hand", node_totals(books.units)))
    CONSOLE.print(_proofs(found, _certificate(lake, run, found)))
    certified = lake.read(ALLOCATION_CERTIFICATES, "run_id = ?", [run["run_id"]])
    for sentence in proved_costs(certified):
        CONSOLE.print(sentence, soft_wrap=True)
    for check in found:
        _print_failing(check)
    return int(any(check.failing for check in found))


def _certificate(
    lake: Lakehouse, run: dict[str, object], found: list[Check]
) -> pl.DataFrame:
    """What the run proved of its own decisions, which is not proved again here."""
    recorded = lake.read(PROOFS, "run_id = ?", [run["run_id"]])
    return recorded.filter(~pl.col("proof").is_in([c.proof for c in found]))


def _proofs(found: list[Check], recorded: pl.DataFrame) -> Grid:
    rows = [(c.proof, c.kind, c.checked_rows, len(c.failing), "now") for c in found]
    columns = ("proof", "kind", "checked_rows", "failed_rows")
    rows += [(*row, "by the run") for row in recorded.select(columns).iter_rows()]
    grid = ruled("Proofs", ("proof", "kind", "keys", "failed", "proved"), {2, 3})
    for proof, kind, keys, failed, when in sorted(rows, key=lambda row: row[1::-1]):
        grid.add_row(proof, kind, f"{keys:,}", f"{failed:,}", when)
    return grid


def _print_failing(check: Check) -> None:
    if not check.failing:
        return
    more = len(check.failing) - SHOWN_KEYS
    CONSOLE.print(f"\n{check.proof}: {len(check.failing)} keys fail", style="bold red")
    for key in check.failing[:SHOWN_KEYS]:
        line = f"  orderhouse prove {shlex.quote(key)}"
        CONSOLE.print(line, markup=False, highlight=False)
    if more > 0:
        CONSOLE.print(f"  and {more} more")


def _account(house: House, lake: Lakehouse, key: str) -> int:
    """The postings of one key; of a SKU, or a SKU at a node, a statement."""
    units = lake.read(UNIT_POSTINGS, OF_KEY, [key])
    promises = lake.read(PROMISE_POSTINGS, OF_KEY, [key])
    if units.height or promises.height:
        CONSOLE.print(framed(f"{key}: eaches on hand", unit_statement(units)))
        by_lot = lot_statement(units)
        if by_lot.height:
            CONSOLE.print(framed(f"{key}: on hand by lot", by_lot))
        CONSOLE.print(framed(f"{key}: promised", promise_statement(promises)))
        return 0
    units = lake.read(UNIT_POSTINGS, "sku_id = $1", [key])
    if units.height:
        CONSOLE.print(framed(f"{key}: eaches by account", sku_statement(units)))
        return 0
    units = lake.read(UNIT_POSTINGS, OF_MOVEMENT, [key])
    promises = lake.read(PROMISE_POSTINGS, OF_PROMISE, [key])
    if units.is_empty() and promises.is_empty():
        promises = _of_order(house, lake, key)
    for title, rows in (("eaches", units), ("promises", promises)):
        if rows.height:
            CONSOLE.print(framed(f"{key}: {title}", rows.drop("posting_id", "run_id")))
    return 0


def _of_order(house: House, lake: Lakehouse, key: str) -> pl.DataFrame:
    """Promises of the order that people call so.

    Raises:
        CommandError: nothing is posted of any such name.
    """
    unknown = CommandError(
        f"nothing is posted of {key!r}: name NODE/SKU, SKU, order, line, movement or"
        " event"
    )
    try:
        order = order_called(house, key)
    except CommandError:
        raise unknown from None
    promises = lake.read(PROMISE_POSTINGS, OF_ORDER, [order])
    if promises.is_empty():
        raise unknown
    return promises.sort("line_id", "event_at", "event_id", "account")
