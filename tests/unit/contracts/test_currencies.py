"""Coins are the same in Python and in SQL."""

import re
from pathlib import Path

from transforms.contracts.currencies import CURRENCIES, MINOR_DIGITS

MACRO = Path(__file__).parents[3] / "dbt_project" / "macros" / "minor.sql"


def test_sql_moves_the_point_of_every_currency_as_python_does() -> None:
    lists = re.findall(r"in \(([^)]*)\) then (\d+)", MACRO.read_text())
    in_sql = {
        code: int(exponent)
        for codes, exponent in lists
        for code in re.findall(r"'([A-Z]{3})'", codes)
    }

    assert in_sql == MINOR_DIGITS


def test_every_currency_with_coins_of_its_own_kind_is_one_of_the_currencies() -> None:
    """UYI, which indexes contracts, is no money to pay with."""
    assert {"UYI"} == MINOR_DIGITS.keys() - CURRENCIES
    assert not {"XXX", "XTS", "XXQ", "XAU"} & CURRENCIES
