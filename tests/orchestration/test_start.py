"""``orderhouse --help`` answers at once: it loads no scheduler and no checker."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = ("dagster", "great_expectations", "dbt", "duckdb", "polars", "numba", "pandas")
PROBE = """
import json, sys
from typer.testing import CliRunner
from orchestration.cli.main import app
result = CliRunner().invoke(app, ["--help"])
print(json.dumps({"code": result.exit_code, "text": result.output,
                  "loaded": sorted({name.split(".")[0] for name in sys.modules})}))
"""


def test_help_loads_nothing_heavy() -> None:
    told = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, text=True, check=True
    )
    found = json.loads(told.stdout)

    assert 0 == found["code"]
    assert "rebuild" in found["text"]
    assert [] == [name for name in HEAVY if name in found["loaded"]]
