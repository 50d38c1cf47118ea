"""A bench that nobody runs goes out of date: each is run here, small.

Nothing is timed. Left out are those that need minutes however little they are given.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCHES = {
    "edi": ("200", "x12_945"),
    "edifact": ("20", "edifact_orders"),
    "feeds": ("40", "csv_stock"),
    "lifecycle": ("200", "ledger of promises"),
    "outbox": ("6", "6 instructions"),
    "reconcile": ("200", "all:"),
}
"""By name: how much to do, and what is printed when all of it was done."""


@pytest.mark.slow
@pytest.mark.parametrize("name", BENCHES)
def test_a_bench_still_runs(name: str, project: Path) -> None:
    size, told = BENCHES[name]
    command = [sys.executable, str(project / "tests" / "bench" / f"{name}.py"), size]
    paths = os.environ | {"PYTHONPATH": str(project)}

    ran = subprocess.run(
        command, env=paths, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stderr
    assert told in ran.stdout
