"""A count that is implausible and true: an operator vouches for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orchestration.cli.demo import put_in_drop
from orchestration.cli.doubted_counts import mend_count
from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.reconciled import show_reconciled
from orchestration.resources.home import Home
from tests.end_to_end import one_day
from transforms.contracts.simulation import NamedBytes

# Warnings of the libraries that a run stands on are no failure of the run.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

EVENING = one_day.NOON + timedelta(hours=6)
NEXT_NOON = EVENING + timedelta(hours=18)
SIGNED = ("Ana", "a lorry came in without its 944")
COUNT = NamedBytes(
    "summit_3pl",
    "stock_20171228T1230.csv",
    b"node_ref,sku_ref,stock_status,quantity_basis,qty,snapshot_at\n"
    b"3PL-SUMMIT,100001,AVAILABLE,on_hand,120,2017-12-28T12:30:00-05:00\n"
    b"3PL-SUMMIT,100009,AVAILABLE,on_hand,110,2017-12-28T12:30:00-05:00\n",
    EVENING - timedelta(hours=2),
)
BELIEF = """
    select verdict, sum(available_qty) as available_qty
    from lake.decisions.node_confidence
    inner join lake.decisions.stock_positions using (node_id)
    where node_id = '3PL-SUMMIT' and as_of = $1 group by all
"""


def test_what_an_operator_vouches_for_is_believed_by_the_next_run(
    own_played_house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERHOUSE_HOME", str(own_played_house.root))
    put_in_drop(own_played_house, [COUNT])
    one_day.run(own_played_house, EVENING)
    doubted = one_day.query(
        own_played_house, BELIEF.replace("$1", f"'{EVENING.isoformat()}'")
    ).row(0)
    with CONSOLE.capture() as printed:
        show_reconciled("stock", "not_believed")

    with pytest.raises(CommandError, match="nobody can vouch for the newest count"):
        mend_count("DC-EAST", *SIGNED)
    mend_count("3PL-SUMMIT", *SIGNED, at=(NEXT_NOON - timedelta(hours=1)).isoformat())
    one_day.run(own_played_house, NEXT_NOON)

    believed = one_day.query(
        own_played_house, BELIEF.replace("$1", f"'{NEXT_NOON.isoformat()}'")
    ).row(0)
    assert "IMPLAUSIBLE" == doubted[0]
    sides = {
        line.split()[0]: line.split()[-4:]
        for line in printed.get().splitlines()
        if "/" in line
    }
    assert ["120", "12", "12", "–"] == sides["3PL-SUMMIT/100001/AVAILABLE"]
    assert ("TRUSTED", 230) == believed
    with pytest.raises(CommandError, match="it is believed"):
        mend_count("3PL-SUMMIT", *SIGNED)
