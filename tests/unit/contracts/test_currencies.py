"""Coins are the same in Python and in SQL."""

import re
from pathlib import Path

from transforms.contracts.currencies import MINOR_DIGITS

MACRO = Path(__file__).parents[3] / "dbt_project" / "macros" / "minor.sql"


def test_sql_moves_the_point_of_every_currency_as_python_does() -> None:
    lists = re.findall(r"in \(([^)]*)\) then (\d+)", MACRO.read_text())
    in_sql = {
        code: len(factor) - 1
        for codes, factor in lists
        for code in re.findall(r"'([A-Z]{3})'", codes)
    }

    assert in_sql == MINOR_DIGITS
