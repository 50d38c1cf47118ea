"""A sweep of many files beside one file of the same lines; the validator's start.

    python tests/bench/sweep.py [files, 300 unless told] [lines each, 2000]

Both ways go from the drop to bronze (landing, vault, parse, rejects, ledger,
notices), each in a house of its own, alternating; medians of three. The goal
is a sweep at 0.60 or more of the single file's rate. Then the validator, as a
partner runs it: 100,000 rows in a process of its own, and its cold start.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from orchestration.resources.house import House
from orchestration.resources.intake import load_document
from orchestration.resources.partners import Feed, PartnerProfile
from orchestration.resources.reception import land_drop
from transforms.contracts.documents import STOCK_SNAPSHOTS

ROUNDS = 3
VALIDATED_ROWS = 100_000
NIGHT = datetime(2017, 12, 28, 5, tzinfo=UTC)
HEADER = "node_ref,sku_ref,stock_status,quantity_basis,qty,snapshot_at\n"
ACME = PartnerProfile(
    partner_id="acme",
    display_name="Acme",
    role="3pl",
    owner="team:logistics",
    feeds=(Feed(name="stock_snapshots", format="csv_stock", pattern="stock_*.csv"),),
)


def stock(first: int, lines: int) -> bytes:
    """A stock file of so many SKUs."""
    body = "".join(
        f"ACME-{n % 7},{n},AVAILABLE,on_hand,{n % 50},2017-12-27T22:00:00-05:00\n"
        for n in range(first, first + lines)
    )
    return (HEADER + body).encode()


def seconds_for(files: Sequence[bytes]) -> float:
    """Seconds from the drop to bronze, in a new house."""
    with tempfile.TemporaryDirectory() as folder:
        house = House.open(Path(folder) / "house")
        house.partners = {"acme": ACME}
        house.begin(NIGHT)
        drop = house.home.drop / "acme"
        drop.mkdir()
        for number, content in enumerate(files):
            path = drop / f"stock_{number:06}.csv"
            path.write_bytes(content)
            os.utime(path, (NIGHT.timestamp() - 3600,) * 2)
        started = perf_counter()
        land_drop(house, ACME)
        load_document(house, STOCK_SNAPSHOTS, lambda _: None)
        taken = perf_counter() - started
        house.close()
    return taken


def validator(path: Path, *options: str) -> float:
    """Wall seconds of ``orderhouse validate`` as a process."""
    started = perf_counter()
    subprocess.run(
        [
            sys.executable,
            "-m",
            "orchestration.cli.main",
            "validate",
            str(path),
            *options,
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return perf_counter() - started


def main() -> None:
    """Print the table."""
    count, lines = (int(a) for a in [*sys.argv[1:], "300", "2000"][:2])
    many = [stock(n * lines, lines) for n in range(count)]
    one = [stock(0, count * lines)]
    took: dict[str, list[float]] = {"many": [], "one": []}
    for _ in range(ROUNDS):
        took["one"].append(seconds_for(one))
        took["many"].append(seconds_for(many))
    rates = {name: count * lines / median(found) for name, found in took.items()}
    with tempfile.TemporaryDirectory() as folder:
        big, small = Path(folder) / "stock_1.csv", Path(folder) / "stock_2.csv"
        big.write_bytes(stock(0, VALIDATED_ROWS))
        small.write_bytes(stock(0, 1))
        options = ("--format", "csv_stock")
        whole = median(validator(big, *options) for _ in range(ROUNDS))
        cold = median(validator(small, *options) for _ in range(ROUNDS))
    found = {
        "files": count,
        "lines_each": lines,
        "lines_per_second_in_one_file": round(rates["one"]),
        "lines_per_second_in_a_sweep": round(rates["many"]),
        "ratio": round(rates["many"] / rates["one"], 2),
        "validator_seconds_100000_rows": round(whole, 2),
        "validator_seconds_cold": round(cold, 2),
    }
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
