"""``make bench``: seconds, memory and ratios, written to bench.json.

    python tests/bench/run.py [year] [day] [feeds] [edi] [edifact] [loading] [sweep]
        [allocating] [outbox] [lifecycle] [reconcile] [what_if] [decade]

- year: all lines of the grocer's year through the four order formats, from
  landing to the published copy, without forecasting; each room beside the
  floor (DuckDB reads the same bytes once and writes them once as Parquet).
- day: the same day on top of a week and on top of a year, by room.
- decade: the same day on top of 30 days (100,000 lines), and of the same 30 days
  with seven years behind them (10M lines with their postings, ``decade.py`` says
  how); only when asked for, it takes ten minutes and ten GiB.
- feeds: bytes to rows, each format beside a bare reader (``feeds.py``).
- edi, edifact: validated rows beside the bare readers of pyx12 and pydifact.
- loading: a file of shop orders to tables (``loading.py`` says how dlt comes in).
- sweep: 300 files beside one of the same lines; the validator's start.
- allocating: cost, gap and seconds beside nearest first, a priority list and a MIP.
- outbox: 100,000 instructions from decided to delivered (``outbox.py``).
- lifecycle: events folded and posted a second, one thread (``lifecycle.py``).
- reconcile: every comparison of a million lines beside DuckDB's join of their keys.
- what_if: past days under three other rule sets, beside each run decided alone.

Every part runs in a process of its own, so peak memory is its own.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import duckdb
from decade import age

from orchestration.cli.demo import (
    Theatre,
    advance,
    curtain,
    put_in_drop,
    real_orders,
)
from orchestration.cli.execution import execute
from orchestration.resources.clock import end_of
from orchestration.resources.home import Home
from orchestration.resources.house import House
from orchestration.resources.upkeep import keep_up
from transforms.twin.company import found_company
from transforms.twin.day import start
from transforms.twin.history import history
from transforms.twin.plan import CUT_DATE, PLAY_DATES, Plan, everything, plan_for

PROJECT = Path(__file__).resolve().parents[2]
ALONE = (
    "feeds",
    "edi",
    "edifact",
    "loading",
    "sweep",
    "allocating",
    "outbox",
    "lifecycle",
    "reconcile",
    "what_if",
)
"""Parts with a file of their own that prints its table."""
PARTS = ("year", "day", *ALONE)
WHEN_ASKED = ("decade",)
MONTH = Plan(date(2017, 11, 27), CUT_DATE, PLAY_DATES)
MONTHS_BEFORE = 84
"""That many copies of the month beside it are 10M lines."""


def main() -> None:
    """Run the parts asked for, each in a process of its own."""
    known = (*PARTS, *WHEN_ASKED)
    wanted = [part for part in known if part in sys.argv[1:]] or list(PARTS)
    results: dict[str, object] = {}
    for part in wanted:
        if part in ALONE:
            table = PROJECT / "tests" / "bench" / f"{part}.py"
            path = {"PYTHONPATH": str(PROJECT)}
            subprocess.run(
                [sys.executable, str(table)], check=True, env=os.environ | path
            )
            continue
        results[part] = _apart(part)
        sys.stderr.write(json.dumps(results[part], indent=1) + "\n")
    (PROJECT / "bench.json").write_text(json.dumps(results, indent=1))


def _apart(part: str, *arguments: str) -> dict[str, Any]:
    """A part in a process of its own, for a peak of its own; what it measured."""
    command = [sys.executable, __file__, "--inside", part, *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def year() -> dict[str, Any]:
    """The whole year in one run."""
    with tempfile.TemporaryDirectory() as folder:
        # The partners' files are written in another process than the one measured.
        dropped = _apart("drop", folder)
        floor = _floor(Path(folder))
        ran = _apart("ingest", folder, dropped.pop("as_of"))
        seconds = ran["seconds"]
        return {
            **dropped,
            "floor_seconds": floor,
            **ran,
            "ratio_to_floor": {k: round(v / floor, 1) for k, v in seconds.items()},
        }


def day() -> dict[str, Any]:
    """The first played day on top of a week and on top of a year."""
    seconds = {}
    for size in ("week", "year"):
        with tempfile.TemporaryDirectory() as folder:
            seconds[size] = _played_day(Path(folder), plan_for(size))
    return _beside(seconds, "week", "year")


def decade() -> dict[str, Any]:
    """The same on top of a month and on top of seven years."""
    seconds = {}
    for size, months in (("month", 0), ("decade", MONTHS_BEFORE)):
        with tempfile.TemporaryDirectory() as folder:
            seconds[size] = _played_day(Path(folder), MONTH, months)
    return _beside(seconds, "month", "decade")


def _beside(
    seconds: dict[str, dict[str, float]], short: str, long: str
) -> dict[str, Any]:
    """Seconds by room of two lakes, and how many times the longer history costs."""
    # What a room does in no time has no ratio to speak of.
    ratios = {k: round(seconds[long][k] / v, 2) for k, v in seconds[short].items() if v}
    return {"seconds": seconds, "ratio": ratios["total"], "ratio_by_room": ratios}


def _played_day(home: Path, plan: Plan, months_before: int = 0) -> dict[str, float]:
    """Seconds by room; also CPU seconds, which say more where others work too.

    The upkeep of the lake is due after several runs: here after one, and apart.
    """
    house = House.open(home)
    try:
        company = found_company(*real_orders(), plan, 1)
        theatre = Theatre(house.home, company, plan, start(company), plan.cut_at)
        cut, first = curtain(plan)[:2]
        advance(house, theatre, cut)
        if months_before:
            age(house.lake, months_before)
            # Publishes what is new, as the runs of those years would have.
            execute(house, cut + timedelta(minutes=1))
        # As after runs of every day: what the load left is merged by now.
        keep_up(house.lake, snapshots_between=0)
        worked = process_time()
        seconds = advance(house, theatre, first).seconds
        done = process_time()
        keep_up(house.lake, snapshots_between=0)
        return _rounded(
            {**seconds, "cpu": done - worked, "upkeep cpu": process_time() - done}
        )
    finally:
        house.close()


def drop(folder: str) -> dict[str, Any]:
    """Everything the sample company's partners send in a year, in the drop."""
    plan, home = everything(), Path(folder)
    company = found_company(*real_orders(), plan, 1)
    files = put_in_drop(Home.at(home).make(), history(company))
    size = sum(p.stat().st_size for p in home.rglob("drop/*/*") if p.is_file())
    as_of = end_of(plan.cut_date, plan.zone).isoformat()
    return {"files": files, "megabytes": size // 10**6, "as_of": as_of}


def ingest(folder: str, as_of: str) -> dict[str, Any]:
    """One run over the drop, without forecasting."""
    house = House.open(folder)
    try:
        outcome = execute(house, datetime.fromisoformat(as_of), with_forecast=False)
    finally:
        house.close()
    return {"seconds": _rounded(outcome.seconds), "peak_gib": _peak()}


def _rounded(seconds: dict[str, float]) -> dict[str, float]:
    return {room: round(value, 1) for room, value in seconds.items()}


def _floor(home: Path) -> float:
    """DuckDB reads every byte of the drop as text and writes it as Parquet."""
    started = perf_counter()
    duckdb.sql(
        f"copy (select content from read_text('{home}/drop/*/*'))"
        f" to '{home}/floor.parquet' (format parquet)"
    )
    (home / "floor.parquet").unlink()
    return round(perf_counter() - started, 2)


def _peak() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)


if __name__ == "__main__":
    if "--inside" in sys.argv:
        os.chdir(PROJECT)
        part, *arguments = sys.argv[sys.argv.index("--inside") + 1 :]
        every = (year, day, decade, drop, ingest)
        parts: dict[str, Callable[..., dict[str, Any]]]
        parts = {function.__name__: function for function in every}
        print(json.dumps(parts[part](*arguments)))
    else:
        main()
