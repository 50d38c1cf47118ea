"""From a file of shop orders to tables one can query, beside dlt.

    python tests/bench/loading.py [orders, 20000 unless told] [a Python that has dlt]

Ours goes from the drop to bronze in DuckLake: landing (encrypted), tokens for
what is personal, every cell judged, rejects, ledger. dlt (``pip install
"dlt[duckdb]"``, in an environment of its own: it is no dependency of ours) loads
the same file into its normalised tables in DuckDB. In turn, three times; medians of
processor seconds, imports left out, because wall seconds of a busy machine say
little.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import process_time

from orchestration.resources.house import House
from orchestration.resources.intake import load_document
from orchestration.resources.partners import Feed, PartnerProfile
from orchestration.resources.reception import land_drop
from transforms.contracts.documents import ORDERS

ROUNDS, LINES_PER_ORDER = 3, 4
NIGHT = datetime(2017, 12, 28, 5, tzinfo=UTC)
SHOP = PartnerProfile(
    partner_id="shop",
    display_name="Shop",
    role="channel",
    owner="team:commerce",
    feeds=(Feed(name="orders", format="shopify_orders", pattern="orders_*.jsonl"),),
)
PEER = """
import json, sys, dlt
from time import process_time
@dlt.resource(name="orders")
def orders():
    with open(sys.argv[1]) as stream:
        for line in stream:
            yield json.loads(line)
started = process_time()
to = dlt.destinations.duckdb(sys.argv[2] + "/peer.duckdb")
pipeline = dlt.pipeline("peer", sys.argv[2], destination=to, dataset_name="b")
pipeline.run(orders(), write_disposition="replace")
print(process_time() - started)
"""


def order(number: int) -> dict[str, object]:
    """An order of an invented person."""
    lines = [
        {
            "id": number * 10 + line,
            "sku": f"82{(number + line) % 5000:04}",
            "title": f"Sample {line}",
            "quantity": 1 + line % 3,
            "price": "2.50",
            "total_discount": "0.00",
        }
        for line in range(LINES_PER_ORDER)
    ]
    at = f"2017-12-27T{number % 24:02}:{number % 60:02}:00-05:00"
    place = {"address1": f"{number} Sample Street", "city": "Sampleville"}
    return {
        "id": number,
        "name": f"#{number}",
        "created_at": at,
        "updated_at": at,
        "currency": "USD",
        "financial_status": "paid",
        "email": f"person{number}@example.com",
        "shipping_address": {"name": f"Ada Exampleton {number}", **place}
        | {"province_code": "NY", "zip": "10001", "country_code": "US"},
        "shipping_lines": [{"code": "STANDARD"}],
        "line_items": lines,
    }


def ours(file: Path, folder: Path) -> tuple[float, int]:
    """Processor seconds from the drop to bronze, and rows loaded."""
    house = House.open(folder / "house")
    house.partners = {"shop": SHOP}
    house.begin(NIGHT)
    drop = house.home.drop / "shop"
    drop.mkdir()
    path = drop / "orders_1.jsonl"
    path.write_bytes(file.read_bytes())
    os.utime(path, (NIGHT.timestamp() - 3600,) * 2)
    started = process_time()
    land_drop(house, SHOP)
    done = load_document(house, ORDERS, lambda _: None)
    taken = process_time() - started
    house.close()
    return taken, done.rows


def theirs(file: Path, folder: Path, python: str) -> float:
    """Processor seconds of dlt for the same file."""
    told = subprocess.run(
        [python, "-c", PEER, str(file), str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(told.stdout.split()[-1])


def main() -> None:
    """Measure both in turn, print medians and their ratio."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    python = sys.argv[2] if len(sys.argv) > 2 else ""
    taken: dict[str, list[float]] = {"ours": [], "dlt": []}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "orders.jsonl"
        file.write_text(
            "".join(json.dumps(order(n)) + "\n" for n in range(1, count + 1))
        )
        for turn in range(ROUNDS):
            place = Path(folder) / str(turn)
            place.mkdir()
            seconds, rows = ours(file, place)
            taken["ours"].append(seconds)
            if python:
                taken["dlt"].append(theirs(file, place, python))
    mine = median(taken["ours"])
    print(f"ours: {mine:.2f} processor seconds, {rows:,} rows")
    if python:
        peer = median(taken["dlt"])
        print(f"dlt:  {peer:.2f} processor seconds; {peer / mine:.1f} times ours")


if __name__ == "__main__":
    main()
