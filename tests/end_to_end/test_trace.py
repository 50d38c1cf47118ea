"""Figures lead back to files and lines, all of them; the log beside its table."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from orchestration.cli.trace import uncovered
from orchestration.resources.home import Home
from orchestration.resources.house import House
from orchestration.resources.landing import Landing
from orchestration.resources.lineage.figures import METRICS
from orchestration.resources.lineage.lineage import Lineage
from orchestration.resources.refusal import RefusalError
from tests.end_to_end.test_commands import COULD_NOT_RUN, orderhouse

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]


def test_every_figure_is_made_of_lines_of_files(played_house: Home) -> None:
    house = House.open(played_house.root)
    try:
        lineage = Lineage(house)
        figures = {name: lineage.trace(name, {}).figure for name in METRICS}
        assert not uncovered(house, cuts=1)
    finally:
        house.close()

    asked = (
        *("ordered_units", "shipped_units", "on_hand_units", "released_units"),
        *("filled_units", "filled_orders", "total_cost", "split_orders", "atp_units"),
        *("channel_units", "open_value", "open_exceptions", "acknowledged_in_time"),
        "waiting_rows",
    )
    assert all(figures[name] for name in asked)


def test_a_share_names_the_line_that_said_it(
    played_house: Home, tmp_path: Path
) -> None:
    out = tmp_path / "shipped.csv"
    asked = ("trace", "shipped_units", "--where", "channel=web_shop", "--out", str(out))
    told = orderhouse(played_house.root, *asked)

    assert told.returncode == 0, told.stderr
    with out.open() as stream:
        rows = list(csv.DictReader(stream))
    said = next(row for row in rows if row["subject"] == "web_shop/1005/10051")
    house = House.open(played_house.root)
    try:
        line = _landed(house.landing, said["file_name"], int(said["payload_line"]))
    finally:
        house.close()
    assert said["value"] in line
    assert "100007" in line


def _landed(landing: Landing, file_name: str, number: int) -> str:
    (arrival, *_) = landing.find(file_name)
    return landing.read(arrival.payload_sha256).decode().splitlines()[number - 1]


def test_a_figure_that_hides_an_event_is_not_covered(own_played_house: Home) -> None:
    house = House.open(own_played_house.root)
    try:
        with house.lake.transaction("test", "an order line counted twice"):
            house.lake.execute(
                "update lake.visibility.rpt_order_lines set shipped_qty ="
                " shipped_qty + 1 where line_id = 'web_shop/1005/10051'"
            )
        found = Lineage(house).trace("shipped_units", {"order": "web_shop/1005"})
        with pytest.raises(RefusalError, match="is not cut by node, only by order"):
            Lineage(house).trace("shipped_units", {"node": "DC-EAST"})
    finally:
        house.close()

    assert (found.figure, found.traced, found.is_covered) == (3, 2, False)


def test_what_is_wrong_with_an_account_or_a_lot_leads_to_what_was_said_of_it(
    own_played_house: Home,
) -> None:
    """Receipts and shipments name an account and a lot, a count another lot."""
    subjects = ("DC-EAST/100001/SHIPPED", "DC-EAST/100001/L-1", "DC-EAST/100001/L-2")
    house = House.open(own_played_house.root)
    try:
        with house.lake.transaction("test", "lots are named"):
            house.lake.execute(_NAMING_LOTS)
            for subject in subjects:
                house.lake.execute(
                    "update lake.visibility.rpt_exceptions set subject = $1,"
                    " order_id = null, code = 'STOCK_NEGATIVE' where exception_id ="
                    " (select min(exception_id) from lake.visibility.rpt_exceptions"
                    " where is_open and code <> 'STOCK_NEGATIVE')",
                    [subject],
                )
        found = Lineage(house).trace("open_exceptions", {"code": "STOCK_NEGATIVE"})
    finally:
        house.close()

    assert found.is_covered
    assert {*subjects} <= {*found.rows["subject"]}


_NAMING_LOTS = """
    update lake.decisions.unit_postings set lot_ref = 'L-1'
    where node_id = 'DC-EAST' and sku_id = '100001';
    update lake.gold.fct_stock_snapshots set lots = '[]'
    where node_id = 'DC-EAST' and sku_id = '100001';
    insert into lake.decisions.allocation_lots by name
    select 'x' as line_id, 'DC-EAST' as node_id, '100001' as sku_id,
        'L-2' as lot_ref, 1 as lot_no, 'FEFO' as strategy, 1 as qty,
        now() as as_of, '' as run_id
"""


def test_conformance_tells_loops_and_what_came_late(played_house: Home) -> None:
    told = orderhouse(played_house.root, "conformance")
    unknown = orderhouse(played_house.root, "trace", "profit")
    rate = orderhouse(played_house.root, "trace", "cost_per_order")

    assert told.returncode in {0, 1}, told.stderr
    assert "What was told after a run had decided without it" in told.stdout
    assert unknown.returncode == COULD_NOT_RUN
    assert "no metric 'profit'" in unknown.stderr
    assert "cents = total_cost / decided_orders" in rate.stdout
    assert rate.returncode == 0, rate.stderr
