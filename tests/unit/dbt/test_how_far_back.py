"""How far back a run reads: no row that it is about lies before the bound."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.dbt.builders import (
    ORDERS_AGAIN,
    ORDERS_BUILT,
    Row,
    a_change,
    a_lane,
    a_node,
    a_product,
    a_return,
    an_action,
    an_order_line,
)
from tests.unit.dbt.conftest import File, Lake

pytestmark = pytest.mark.slow

AGAIN = ("int_returns__deduplicated", *ORDERS_AGAIN)
AT_THREE: Row = {"updated_at": "2017-12-27T15:00:00-05:00"}
NAMED_LATER: Row = {"order_ref": None, "sku_ref": "A"}
EARLY = """
    select line_id, event_id from gold.fct_order_events as events
    inner join gold.fct_order_lines as lines using (line_id)
    where events.landing_id < lines.first_landing_id
"""


@pytest.fixture(scope="module")
def first_run(empty: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake after a run that knows the masters and one order."""
    lake = empty.copied(tmp_path_factory.mktemp("first") / "lake")
    lake.insert("bronze.products", [a_product("A"), a_product("B")])
    lake.insert("bronze.nodes", [a_node("DC-EAST")])
    lake.insert("bronze.lanes", [a_lane("NY", "DC-EAST")])
    lake.insert("bronze.orders", [an_order_line("old", "1", "A", 1)])
    assert {"success"} == set(lake.make(*ORDERS_BUILT).values())
    lake.commit("run_1")
    return lake


@pytest.fixture
def standing(first_run: Lake, tmp_path: Path) -> Lake:
    """A copy of it, to go on with."""
    return first_run.copied(tmp_path / "lake")


def test_a_change_that_comes_with_its_order_finds_it(standing: Lake) -> None:
    """No order that the run is about was known before."""
    standing.insert("bronze.orders", [an_order_line("o", "1", "A", 2, landing_id=20)])
    change = {"line_ref": "1", "line_action": "change", "qty": "5", "landing_id": 21}
    standing.insert("bronze.order_changes", [a_change("o", "C1", 11, **change)])

    standing.make(*ORDERS_AGAIN, run_id="run_2", since_landing_id=19)

    changes = "select code from silver.int_order_changes__judged"
    assert [(None,)] == standing.query(changes)
    lines = "select ordered_qty from gold.fct_order_lines where order_id like '%/o'"
    assert [(5,)] == standing.query(lines)


def test_two_kinds_of_line_names_of_one_run_are_one_line(standing: Lake) -> None:
    later = {"updated_at": "2017-12-27T12:00:00-05:00"}
    copies = [
        an_order_line("o", "I1", "A", 2, landing_id=20),
        an_order_line("o", "sku:A", "A", 3, landing_id=22, **later),
    ]
    standing.insert("bronze.orders", copies)
    action = an_action("o", "H1", "HOLD", 13, landing_id=23)
    standing.insert("bronze.order_actions", [action])

    standing.make(*ORDERS_AGAIN, run_id="run_2", since_landing_id=19)

    lines = "select line_id, ordered_qty from gold.fct_order_lines where order_id like"
    assert [("web_shop/o/I1", 3)] == standing.query(f"{lines} '%/o'")


FILES: list[File] = [
    ("returns", [a_return("R1", "REQUESTED", 8, **NAMED_LATER)]),
    ("order_actions", [an_action("o", "H1", "HOLD", 12)]),
    ("orders", [an_order_line("o", "1", "A", 2)]),
    ("returns", [a_return("R1", "AUTHORISED", 9)]),
    (
        "orders",
        [an_order_line("o", "1", "A", 3, action="update", **AT_THREE)],
    ),
]


def test_no_event_of_a_line_landed_before_the_first_file_of_its_order(
    standing: Lake,
) -> None:
    standing.play(FILES, *AGAIN)

    told = standing.query(
        "select event_type from gold.fct_order_events"
        " where line_id = 'web_shop/o/1' order by 1"
    )
    assert [("ACCEPTED",), ("AMENDED",), ("HOLD",), ("RETURN_EXPECTED",)] == told
    assert [] == standing.query(EARLY)


def test_what_a_broken_run_told_of_an_order_that_is_gone_goes_with_it(
    standing: Lake,
) -> None:
    """Its file is read otherwise by the next run, which finds no row of the order."""
    standing.insert("bronze.orders", [an_order_line("o", "1", "A", 2, landing_id=20)])
    standing.make(*ORDERS_AGAIN, run_id="broken", since_landing_id=19)
    with standing.commit_of() as connection:
        connection.execute("delete from lake.bronze.orders where landing_id = 20")

    run = {"since_landing_id": 19, "is_standing": False}
    standing.make(*ORDERS_AGAIN, run_id="run_2", **run)

    for table in ("fct_order_events", "fct_order_lines"):
        left = f"select * from gold.{table} where starts_with(line_id, 'web_shop/o/')"
        assert [] == standing.query(left)
