"""``orderhouse allocate``: solve a problem given as files, without a house."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

import polars as pl
from numba.core.event import Event, Listener, install_listener
from rich.console import Console

from orchestration.cli.failures import CommandError
from orchestration.cli.problem_folder import (
    input_hash,
    read_prices,
    read_problem,
    refuse_out,
    write_result,
)
from transforms.allocation.kernel.audit import Audit, Claim, audit
from transforms.allocation.kernel.cost import Parts, bill
from transforms.allocation.kernel.effort import Effort
from transforms.allocation.kernel.problem import Posed, pose
from transforms.allocation.kernel.solve import Solution, solve, solve_fast
from transforms.allocation.kernel.tables import ProblemError
from transforms.allocation.kernel.telling import (
    allocations,
    beyond_reach,
    least_told,
    prices_read,
    prices_told,
    trace,
)

CONSOLE = Console(highlight=False, soft_wrap=True)
MODES = ("best", "fast")

AFTERWARDS = 8e-6
"""Seconds a line that certificate and files take."""

COMPILING = (
    "orderhouse: compiling the allocator's loops, once for this version on this"
    " machine: a minute or two …\n"
)

REASON_WORDS = {
    "no_stock": "no node holds any of it",
    "channel": "no node that holds it serves the channel",
    "no_lane": "none of those ships to the region (zones)",
    "no_rate": "none of those has a rate for its zone",
    "too_little": "none of those holds all of the line",
    "no_room": "none of those has room for it",
}


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
        CommandError: what was asked for cannot be done, the problem cannot be read
            or posed, or the solution has no certificate (nothing is written then,
            and an earlier result stays); or the result cannot be written.
    """
    _refuse(wish)
    refuse_out(problem, out)
    started = perf_counter()
    frames, params = read_problem(problem)
    warm = None if wish.prices is None else read_prices(wish.prices)
    with telling_of_compiling():
        loading = rehearse()
    # Loading is nobody's budget: it is told apart.
    started += loading
    try:
        posed = pose(frames, params)
    except ProblemError as error:
        raise CommandError(f"{problem}: {error}") from error
    claim, found, parts = _decided(posed, wish, warm, started)
    solved = perf_counter() - started
    audited = audit(frames, params, claim)
    _certified(audited)
    told = {
        "mode": wish.mode,
        **_figures(posed, claim, audited, found),
        **_hints(posed, parts),
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
    write_result(out, files, told)
    CONSOLE.print(_summary(told))
    return 0


def _refuse(wish: Wish) -> None:
    """Raise where options do not go together: none is passed over in silence."""
    if wish.mode not in MODES:
        raise CommandError(f"--mode {wish.mode}: one of {', '.join(MODES)}")
    asked = {
        "--seconds": wish.seconds > 0,
        "--prices": wish.prices is not None,
        "--trace": wish.is_traced,
    }
    idle = [name for name, is_asked in asked.items() if is_asked]
    if wish.mode == "fast" and idle:
        raise CommandError(
            f"--mode fast has no use for {', '.join(idle)}: nearest first knows"
            " neither budget nor prices nor candidates; leave it out, or take"
            " --mode best"
        )


@contextmanager
def telling_of_compiling() -> Iterator[None]:
    """Say on stderr that loops are compiled, as soon as the first one is."""
    with install_listener("numba:compile", _Teller()):
        yield


class _Teller(Listener):
    """Speaks once: what was compiled before is read and compiles nothing."""

    def __init__(self) -> None:
        self._has_told = False

    def on_start(self, event: Event) -> None:
        del event
        if not self._has_told:
            sys.stderr.write(COMPILING)
            sys.stderr.flush()
        self._has_told = True

    def on_end(self, event: Event) -> None:
        """Nothing more to say."""


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


def _decided(
    posed: Posed, wish: Wish, told: pl.DataFrame | None, started: float
) -> tuple[Claim, Solution | None, Parts]:
    """What is claimed; nearest first claims no bound."""
    if wish.mode == "fast":
        parts = solve_fast(posed)
        cost = int(bill(posed.problem, parts).order.sum())
        return Claim(allocations(posed, parts), None, None, cost, None), None, parts
    effort = Effort(
        threads=wish.threads,
        seconds=wish.seconds or math.inf,
        # What comes after the solver, certificate and files, is in the budget too.
        clock=lambda: perf_counter() - started + AFTERWARDS * posed.lines.height,
    )
    warm = None if told is None else prices_read(posed, told)
    found = solve(posed, effort, warm)
    claim = Claim(
        allocations(posed, found.parts),
        prices_told(posed, found.prices),
        least_told(posed, found.least),
        found.cost,
        found.bound,
    )
    return claim, found, found.parts


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


def _hints(posed: Posed, parts: Parts) -> dict[str, Any]:
    reasons = beyond_reach(posed, parts)
    return {"lines_beyond_reach": sum(reasons.values()), "beyond_reach": reasons}


def _summary(told: dict[str, Any]) -> str:
    bound = "" if told["gap"] is None else f", {told['gap']:.2%} over a proven bound"
    first = (
        f"cost {told['cost_minor']}{bound}; {told['lines']} lines,"
        f" {told['lines_not_shipped']} not shipped, {told['split_orders']} orders"
        f" split; {told['seconds']:.2f} s"
    )
    if not told["lines_beyond_reach"]:
        return first
    reasons = [
        f"  {count}: {REASON_WORDS[reason]}"
        for reason, count in told["beyond_reach"].items()
        if count
    ]
    lines = f"{told['lines_beyond_reach']} lines that no node can serve at all:"
    return "\n".join([first, lines, *reasons])
