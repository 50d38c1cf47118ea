"""What is told beside orders and stock, from the file to what is decided.

Lines that are kept together, by the shop; what eaches are worth where they lie, by
whoever forecasts demand.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from orchestration.cli.demo import put_in_drop
from orchestration.cli.execution import CONSOLE
from orchestration.cli.why import explain_order
from orchestration.resources.home import Home
from tests.end_to_end import one_day
from transforms.contracts.simulation import NamedBytes

# Warnings of the libraries that a run stands on are no failure of the run.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

MORNING = one_day.NIGHT + timedelta(hours=1)


WORTHS = b"""\
node_ref,sku_ref,worth,valid_from,valid_to,updated_at
DC-EAST,100001,9.00,2017-12-27,,2017-12-27T12:00:00-05:00
DC-WEST,100001,0.05,2017-12-27,,2017-12-27T12:00:00-05:00
"""


HOLD = b"""\
action_ref,action,channel_ref,order_ref,line_ref,reason_code,author,acted_at
a1,HOLD,web_shop,7004,70040,ADDRESS,ana,2017-12-27T18:25:00-05:00
"""


def an_order(number: int, *skus: str) -> dict[str, object]:
    """An order of one of each, kept together."""
    said = "2017-12-27T18:20:00-05:00"
    items = [
        {
            "id": 10 * number + place,
            "sku": sku,
            "title": sku,
            "quantity": 1,
            "price": "1.00",
            "properties": [{"name": "_keep_together", "value": "set"}],
        }
        for place, sku in enumerate(skus)
    ]
    return {
        "id": number,
        "name": f"#{number}",
        "created_at": said,
        "updated_at": said,
        "currency": "USD",
        "financial_status": "paid",
        "shipping_address": {"province_code": "NY", "country_code": "US"},
        "shipping_lines": [{"code": "STANDARD"}],
        "line_items": items,
    }


@pytest.fixture(scope="module")
def home(night_house: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The sample's noon with four orders more: one node has all of the first alone.

    Of the last a person holds a line.
    """
    orders = [
        an_order(7001, "100003", "100009"),
        an_order(7002, "100009", "100005"),
        an_order(7003, "100001"),
        an_order(7004, "100001", "100003"),
    ]
    payload = b"".join(json.dumps(order).encode() + b"\n" for order in orders)
    house = one_day.copied(night_house, tmp_path_factory.mktemp("told") / "house")
    files = [
        NamedBytes("web_shop", "orders_20171227_1830.jsonl", payload, MORNING),
        NamedBytes("backoffice", "stock_worths_20171227.csv", WORTHS, MORNING),
        NamedBytes("operators", "order_actions_20171227_1825.csv", HOLD, MORNING),
    ]
    put_in_drop(house, files)
    one_day.run(house, one_day.NOON)
    return house


def test_what_is_kept_together_goes_from_one_node_or_waits(home: Home) -> None:
    told = one_day.query(
        home,
        """
        select order_id, line_no, node_id, ship_date, qty, keep_together
        from lake.decisions.allocations
        inner join lake.gold.fct_order_lines using (order_id, line_id)
        where keep_together is not null and order_id != 'web_shop/7003' order by all
        """,
    )
    waits = one_day.query(
        home,
        """
        select distinct sku_id, reason_code from lake.decisions.backorders
        where order_id in ('web_shop/7001', 'web_shop/7002') order by all
        """,
    )

    assert told["order_id"].to_list() == ["web_shop/7001"] * 2
    assert told["node_id"].to_list() == ["DC-WEST"] * 2
    assert told["ship_date"].n_unique() == 1
    assert waits["sku_id"].to_list() == ["100005", "100009"]
    assert waits.row(1) == ("100009", "KEEP_TOGETHER")


def test_the_certificate_says_so_of_the_run(home: Home) -> None:
    proofs = one_day.query(
        home,
        "select checked_rows, failed_rows from lake.decisions.proofs"
        " where proof = 'groups_are_whole' order by as_of",
    )

    assert proofs["failed_rows"].sum() == 0
    assert proofs["checked_rows"].to_list()[0] == 4


def test_what_is_kept_together_with_a_held_line_waits_for_it(home: Home) -> None:
    told = one_day.query(
        home,
        """
        select line_id, reason_code, owner, expected_date, held_with_qty
        from lake.decisions.backorders
        inner join lake.decisions.open_demand using (line_id, order_id)
        where order_id = 'web_shop/7004'
        """,
    )
    proof = one_day.query(
        home,
        "select checked_rows, failed_rows from lake.decisions.proofs"
        " where proof = 'nothing_goes_without_what_is_held' order by as_of",
    )

    assert [("web_shop/7004/70041", "HELD_WITH", "order desk", None, 1)] == told.rows()
    assert [(1, 0)] == proof.rows()


def test_why_shows_the_group_and_decides_it_again(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    copy = one_day.copied(home, tmp_path / "copy")
    monkeypatch.setenv("ORDERHOUSE_HOME", str(copy.root))
    with CONSOLE.capture() as shown:
        assert explain_order("7001", is_replayed=True) == 0

    assert "keep together" in shown.get()
    assert "set" in shown.get()


CONSIDERED = """
    select node_id, chosen_qty, total_minor, worth_minor
    from lake.decisions.decision_trace
    where line_id like 'web_shop/7003/%' and failed_rules = ''
    order by candidate_rank
"""


def test_eaches_stay_where_a_forecast_says_they_are_worth_more(home: Home) -> None:
    seen = one_day.query(home, CONSIDERED)
    paid = seen.with_columns(money=pl.col("total_minor") - pl.col("worth_minor"))
    chosen = paid.filter(pl.col("chosen_qty") > 0).row(0, named=True)
    east = paid.filter(node_id="DC-EAST").row(0, named=True)

    assert east["worth_minor"] == 900
    assert east["money"] < chosen["money"]
    assert east["total_minor"] > chosen["total_minor"]


def test_the_certificate_and_the_replay_know_what_was_told(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    proof = one_day.query(
        home,
        "select checked_rows, failed_rows from lake.decisions.proofs"
        " where proof = 'worth_is_what_was_told' order by as_of",
    )
    copy = one_day.copied(home, tmp_path / "copy")
    monkeypatch.setenv("ORDERHOUSE_HOME", str(copy.root))
    with CONSOLE.capture() as shown:
        assert explain_order("7003", is_replayed=True) == 0

    assert proof["failed_rows"].to_list() == [0]
    assert proof["checked_rows"].item() > 0
    assert "the same to the byte" in shown.get()
    assert "worth" in shown.get()
