"""``orderhouse allocate``: solve a problem given as files, without a house."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import Any

import polars as pl
from rich.console import Console

from orchestration.cli.failures import CommandError
from orchestration.resources.files import write_atomically
from transforms.allocation.kernel.audit import Audit, Claim, audit
from transforms.allocation.kernel.cost import bill
from transforms.allocation.kernel.problem import Posed, pose
from transforms.allocation.kernel.solve import Effort, Solution, solve, solve_fast
from transforms.allocation.kernel.survey import Prices
from transforms.allocation.kernel.tables import KEYS, ProblemError
from transforms.allocation.kernel.telling import (
    allocations,
    least_told,
    prices_read,
    prices_told,
    trace,
)

PARAMETERS = "params.json"
CONSOLE = Console(highlight=False, soft_wrap=True)
MODES = ("best", "fast")

AFTERWARDS = 8e-6
"""Seconds a line that certificate and files take."""

PRICE_COLUMNS = {"resource", "sku_id", "node_id", "price_milli"}


@dataclass(frozen=True)
class Wish:
    """What was asked for.

    Args:
        mode: best or fast.
        seconds: budget, 0 for none.
        threads: slices that are worked on at once.
        prices: where to start from, if anywhere.
        is_traced: whether every candidate is written.
    """

    mode: str
    seconds: float
    threads: int
    prices: Path | None
    is_traced: bool


def allocate_files(problem: Path, out: Path, wish: Wish) -> int:
    """Solve, certify, write; exit code 0.

    Raises:
        CommandError: the problem cannot be read or posed, or the solution has
            no certificate (nothing is written then).
    """
    loading = rehearse()
    started = perf_counter()
    if wish.mode not in MODES:
        raise CommandError(f"--mode {wish.mode}: one of {', '.join(MODES)}")
    frames, params = read_problem(problem)
    try:
        posed = pose(frames, params)
    except ProblemError as error:
        raise CommandError(f"{problem}: {error}") from error
    claim, found = _decided(posed, wish, started)
    solved = perf_counter() - started
    audited = audit(frames, params, claim)
    _certified(audited)
    told = {
        "mode": wish.mode,
        **_figures(posed, claim, audited, found),
        "seconds": round(solved, 3),
        "audit_seconds": round(perf_counter() - started - solved, 3),
        "loading_seconds": round(loading, 3),
        "seconds_budget": wish.seconds or None,
        "threads": wish.threads,
        "version": version("orderhouse"),
        "input_sha256": input_hash(problem),
    }
    files = {"allocations": claim.allocations, "orders": audited.orders}
    if claim.prices is not None:
        files["prices"] = claim.prices
    if wish.is_traced and found is not None:
        files["trace"] = trace(posed, found.laid, found.prices, found.parts)
    for name, frame in files.items():
        _write(out / f"{name}.parquet", frame)
    certificate = json.dumps(told, indent=1).encode() + b"\n"
    write_atomically(out / "certificate.json", certificate)
    CONSOLE.print(_summary(told))
    return 0


def rehearse() -> float:
    """Load the compiled loops, or compile them: once per machine; seconds taken."""
    started = perf_counter()
    lines = pl.DataFrame({"order_id": [1] + [2] * 2 + [3] * 9}).with_columns(
        pl.int_range(pl.len()).alias("line_no"),
        sku_id=pl.int_range(pl.len()) % 3,
        qty=1,
        grams=100,
        backorder_cost_minor=900,
    )
    orders = pl.DataFrame({"order_id": [1, 2, 3]}).with_columns(
        region_id=1,
        priority=0,
        promise_days=2,
        is_ship_complete=pl.lit(False),
        max_shipments=2,
        channel_id=1,
    )
    nodes = pl.DataFrame({"node_id": [1, 2], "channel_ids": [[1], [1]]}).with_columns(
        shipment_cost_minor=10,
        unit_cost_minor=1,
        lead_days=0,
        capacity_shipments=2,
        capacity_units=9,
    )
    stock = nodes.select("node_id").join(
        pl.DataFrame({"sku_id": [0, 1, 2]}), how="cross"
    )
    frames = {
        "orders": orders,
        "lines": lines,
        "nodes": nodes,
        "stock": stock.with_columns(on_hand_qty=1, allocated_qty=0, buffer_qty=0),
        "zones": nodes.select("node_id", region_id=1, zone=1, distance_km=1.0),
        "rates": pl.DataFrame({"service_id": [1]}).with_columns(
            zone=1, base_minor=300, per_kg_minor=10, transit_days=1
        ),
    }
    for is_split in (False, True):
        params = {
            "late_cost_minor": 1,
            "split_cost_minor": 50,
            "is_line_split_allowed": is_split,
        }
        solve(pose(frames, params), Effort())
    return perf_counter() - started


def _decided(posed: Posed, wish: Wish, started: float) -> tuple[Claim, Solution | None]:
    """What is claimed; nearest first claims no bound."""
    if wish.mode == "fast":
        parts = solve_fast(posed)
        cost = int(bill(posed.problem, parts).order.sum())
        return Claim(allocations(posed, parts), None, None, cost, None), None
    effort = Effort(
        threads=wish.threads,
        seconds=wish.seconds or math.inf,
        # What comes after the solver, certificate and files, is in the budget too.
        clock=lambda: perf_counter() - started + AFTERWARDS * posed.lines.height,
    )
    warm = None if wish.prices is None else _warm(posed, wish.prices)
    found = solve(posed, effort, warm)
    claim = Claim(
        allocations(posed, found.parts),
        prices_told(posed, found.prices),
        least_told(posed, found.least),
        found.cost,
        found.bound,
    )
    return claim, found


def read_problem(folder: Path) -> tuple[dict[str, pl.DataFrame], dict[str, Any]]:
    """The frames and parameters of a problem's folder.

    Raises:
        CommandError: a file is missing or cannot be read.
    """
    frames = {}
    for name in KEYS:
        path = folder / f"{name}.parquet"
        if not path.is_file():
            raise CommandError(f"{path}: missing")
        try:
            frames[name] = pl.read_parquet(path)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise CommandError(f"{path}: no Parquet file: {error}") from error
    path = folder / PARAMETERS
    try:
        params = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: {error}") from error
    if not isinstance(params, dict):
        raise CommandError(f"{path}: an object is expected")
    return frames, params


def input_hash(folder: Path) -> str:
    """sha256 over the names and bytes of the problem's files."""
    whole = hashlib.sha256()
    for name in (*[f"{name}.parquet" for name in sorted(KEYS)], PARAMETERS):
        content = (folder / name).read_bytes()
        whole.update(f"{name} {len(content)}\n".encode())
        whole.update(content)
    return whole.hexdigest()


def _warm(posed: Posed, path: Path) -> Prices:
    try:
        told = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise CommandError(f"{path}: {error}") from error
    missing = sorted(PRICE_COLUMNS - set(told.columns))
    if missing:
        raise CommandError(f"{path}: column {missing[0]}: missing")
    return prices_read(posed, told)


def _certified(audited: Audit) -> None:
    """Raise when a check found an offence."""
    broken = [f"{name}: {n}" for name, n in audited.offences.items() if n]
    if broken:
        raise CommandError(f"no certificate, nothing written: {', '.join(broken)}")


def _figures(
    posed: Posed, claim: Claim, audited: Audit, found: Solution | None
) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "cost_minor": claim.cost,
        "bound_minor": claim.bound,
        "gap": None,
        "violations": sum(audited.offences.values()),
        "orders": posed.orders.height,
        "lines": posed.lines.height,
        **{k: v for k, v in audited.figures.items() if k != "cost_minor"},
        "checks": audited.offences,
    }
    if found is not None:
        figures["gap"] = round(found.cost / found.bound - 1, 6) if found.bound else 0
        figures["nearest_cost_minor"] = found.nearest
        figures["price_steps"] = found.steps
        figures["is_cut_short"] = found.is_cut_short
    return figures


def _write(path: Path, frame: pl.DataFrame) -> None:
    content = BytesIO()
    frame.write_parquet(content)
    write_atomically(path, content.getvalue())


def _summary(told: dict[str, Any]) -> str:
    bound = "" if told["gap"] is None else f", {told['gap']:.2%} over a proven bound"
    return (
        f"cost {told['cost_minor']}{bound}; {told['lines']} lines,"
        f" {told['lines_not_shipped']} not shipped, {told['split_orders']} orders"
        f" split; {told['seconds']:.2f} s"
    )
