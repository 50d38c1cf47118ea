"""``make bench``: seconds, memory and ratios, written to bench.json.

    python tests/bench/run.py [year] [day] [feeds]

- year: all lines of the grocer's year through the four order formats, from
  landing to the published copy, without forecasting; each room beside the
  floor (DuckDB reads the same bytes once and writes them once as Parquet).
- day: the same day on top of a week and on top of a year.
- feeds: bytes to rows, each format beside a bare reader (``feeds.py``).

Every part runs in a process of its own, so peak memory is its own.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import duckdb

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
from transforms.twin.company import found_company
from transforms.twin.day import start
from transforms.twin.history import history
from transforms.twin.plan import Plan, everything, plan_for

if TYPE_CHECKING:
    from datetime import datetime

PROJECT = Path(__file__).resolve().parents[2]
PARTS = ("year", "day", "feeds")


def main() -> None:
    """Run the parts asked for, each in a process of its own."""
    wanted = [part for part in PARTS if part in sys.argv[1:]] or list(PARTS)
    results: dict[str, object] = {}
    for part in wanted:
        if part == "feeds":
            feeds = PROJECT / "tests" / "bench" / "feeds.py"
            subprocess.run([sys.executable, str(feeds)], check=True)
            continue
        command = [sys.executable, __file__, "--inside", part]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        results[part] = json.loads(done.stdout.splitlines()[-1])
        sys.stderr.write(json.dumps(results[part], indent=1) + "\n")
    (PROJECT / "bench.json").write_text(json.dumps(results, indent=1))


def year() -> dict[str, object]:
    """The whole year in one run."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        as_of, files, size = _drop(home, everything())
        floor = _floor(home)
        seconds = _run(home, as_of, with_forecast=False)
        return {
            "files": files,
            "megabytes": size // 10**6,
            "floor_seconds": floor,
            "seconds": seconds,
            "ratio_to_floor": {k: round(v / floor, 1) for k, v in seconds.items()},
            "peak_gib": _peak(),
        }


def day() -> dict[str, object]:
    """The first played day on top of a week and on top of a year."""
    seconds = {}
    for size in ("week", "year"):
        with tempfile.TemporaryDirectory() as folder:
            seconds[size] = _played_day(Path(folder), plan_for(size))
    return {"seconds": seconds, "ratio": round(seconds["year"] / seconds["week"], 2)}


def _played_day(home: Path, plan: Plan) -> float:

    house = House.open(home)
    try:
        company = found_company(*real_orders(), plan, 1)
        theatre = Theatre(house.home, company, plan, start(company), plan.cut_at)
        cut, first = curtain(plan)[:2]
        advance(house, theatre, cut)
        return round(advance(house, theatre, first).seconds["total"], 1)
    finally:
        house.close()


def _drop(home: Path, plan: Plan) -> tuple[datetime, int, int]:

    company = found_company(*real_orders(), plan, 1)
    files = put_in_drop(Home.at(home).make(), history(company))
    size = sum(p.stat().st_size for p in home.rglob("drop/*/*") if p.is_file())
    return end_of(plan.cut_date, plan.zone), files, size


def _floor(home: Path) -> float:
    """DuckDB reads every byte of the drop as text and writes it as Parquet."""
    started = perf_counter()
    duckdb.sql(
        f"copy (select content from read_text('{home}/drop/*/*'))"
        f" to '{home}/floor.parquet' (format parquet)"
    )
    (home / "floor.parquet").unlink()
    return round(perf_counter() - started, 2)


def _run(home: Path, as_of: datetime, *, with_forecast: bool) -> dict[str, float]:

    house = House.open(home)
    try:
        outcome = execute(house, as_of, with_forecast=with_forecast)
        return {room: round(value, 1) for room, value in outcome.seconds.items()}
    finally:
        house.close()


def _peak() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)


if __name__ == "__main__":
    if "--inside" in sys.argv:
        os.chdir(PROJECT)
        part = sys.argv[-1]
        print(json.dumps({"year": year, "day": day}[part]()))
    else:
        main()
