"""Every event of the transition table is told by somebody, or says that none does."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

ROOT = Path(__file__).parents[2]
PRODUCERS = (
    *(ROOT / "dbt_project/models/silver").glob("*.sql"),
    *(ROOT / "dbt_project/macros").glob("*.sql"),
    *(ROOT / "transforms/allocation").glob("*.py"),
    *(ROOT / "transforms/instructions").glob("*.py"),
    ROOT / "transforms/lifecycle/stores.py",
)


def test_an_event_that_nobody_tells_says_so() -> None:
    table = pl.read_csv(
        ROOT / "orchestration/policies/transitions.csv", infer_schema=False
    )
    sources = "\n".join(path.read_text() for path in PRODUCERS)
    told = set(re.findall(r"['\"]([A-Z_]+)['\"/]", sources))
    is_told = pl.col("event_type").is_in(told)
    says_none = pl.col("source").str.starts_with("nobody yet")

    wrong = table.filter(is_told == says_none)["event_type"].unique().sort().to_list()

    assert [] == wrong
