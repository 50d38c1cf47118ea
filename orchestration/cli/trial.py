"""The last step of set-up: the sample day, run once in a house that is thrown away.

It shows that what was installed works together, and leaves behind what is
compiled once: dbt's graph and the kernels.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from time import perf_counter

from orchestration.cli.allocate import rehearse
from orchestration.cli.demo import put_in_drop
from orchestration.cli.execution import CONSOLE, execute
from orchestration.cli.leaving import CLEAN, COULD_NOT_RUN
from orchestration.resources.home import PROJECT
from orchestration.resources.house import House
from orchestration.resources.refusal import RefusalError
from transforms.contracts.simulation import NamedBytes

SAMPLE = PROJECT / "data" / "samples" / "one_day"

NIGHT = datetime(2017, 12, 28, 5, tzinfo=UTC)
"""End of 2017-12-27 in New York: the day is decided."""


def sample_day() -> Iterator[NamedBytes]:
    """Every file of the sample with its hour of arrival, which git keeps not."""
    with (SAMPLE / "arrivals.csv").open(newline="") as stream:
        for row in csv.DictReader(stream):
            yield NamedBytes(
                row["partner"],
                row["file"],
                (SAMPLE / "drop" / row["partner"] / row["file"]).read_bytes(),
                datetime.fromisoformat(row["received_at"]),
            )


def trial() -> int:
    """Run the sample day in a temporary house.

    Returns:
        Exit code: 0 it works, 2 it does not, with the reason on stderr.
    """
    started = perf_counter()
    rehearse()
    try:
        with tempfile.TemporaryDirectory() as folder:
            files, orders = _decided(folder)
    except RefusalError as error:
        sys.stderr.write(f"the trial run failed: {error}\n")
        return COULD_NOT_RUN
    seconds = perf_counter() - started
    CONSOLE.print(f"works: {files} files, {orders} orders, {seconds:.0f} s")
    return CLEAN


def _decided(folder: str) -> tuple[int, int]:
    """Run the day in ``folder``; returns files read and orders found in them."""
    house = House.open(folder)
    try:
        day = (file for file in sample_day() if file.received_at <= NIGHT)
        files = put_in_drop(house.home, day)
        execute(house, NIGHT)
        return files, house.lake.count("gold.fct_orders")
    finally:
        house.close()


if __name__ == "__main__":
    sys.exit(trial())
