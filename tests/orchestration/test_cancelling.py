"""What a cancellation reaches is said when it is written."""

from __future__ import annotations

import polars as pl

from orchestration.cli.cancelling import ASKED_BACK, reach_of_cancel, said_of_cancel
from orchestration.resources.house import House
from tests.orchestration.test_arrival import NIGHT, house
from tests.orchestration.test_corrections import lay_instruction
from transforms.contracts.decisions import LINE_BUCKETS

__all__ = ["house"]


def told(*rows: tuple[str, str, int, int]) -> pl.DataFrame:
    names = ["node_id", "partner_id", "qty", "asked_qty"]
    return pl.DataFrame(rows, schema=names, orient="row")


def test_each_part_of_a_cancellation_is_told() -> None:
    nodes = told(("EAST", "own", 1, 0), ("S-1", "stores", 2, 3), ("W", "stores", 0, 0))

    said = said_of_cancel(4, 5, nodes, {"own": False, "stores": True})

    left, with_east, with_store, asked, unsent = said
    assert left.startswith("4 eaches left: no cancellation")
    assert "1 each with EAST: own takes no cancellation by file" in with_east
    assert "2 eaches with S-1: the next run asks for them back" in with_store
    assert "3 eaches with S-1 were to be given up: wait" in asked
    assert unsent.startswith("5 eaches not sent yet")
    assert [] == said_of_cancel(0, 0, told(), {})


def test_what_why_says_of_a_request(house: House) -> None:
    house.lake.execute("create schema if not exists lake.visibility")
    lines = pl.DataFrame({"line_id": ["O/1"], "line_no": [1]})
    requests = pl.DataFrame(
        {
            "request_id": ["1", "2", "3", "4", "5"],
            "state": ["ACKED", "REFUSED", "REQUESTED", "REQUESTED", "WITHDRAWN"],
            "file_name": ["a.csv", "a.csv", "a.csv", None, None],
        }
    ).with_columns(
        line_id=pl.lit("O/1"),
        sku_id=pl.lit("S1"),
        node_id=pl.lit("EAST"),
        partner_id=pl.lit("own"),
        reason_code=pl.lit("FRAUD"),
        qty=1,
        given_up_qty=0,
        requested_at=NIGHT,
        answered_at=NIGHT,
    )
    with house.lake.holding(requests=requests, lines=lines):
        house.lake.execute(
            "create table lake.visibility.rpt_cancel_requests as select * from requests"
        )
        found = house.lake.query(ASKED_BACK)["state"].to_list()

    assert ["given up", "not given up", "asked, no answer yet"] == found[:3]
    assert "not asked, call it: own takes no such file" == found[3]
    assert "wanted again" == found[4]


def test_what_a_node_has_is_counted_from_its_instructions(house: House) -> None:
    lay_instruction(house, 2)
    house.lake.execute(
        "update lake.instructions.fulfilment_orders set partner_id = 'acme'"
    )
    bare = dict.fromkeys(LINE_BUCKETS.names, 0) | {"line_id": "O/1", "shipped_qty": 1}
    lines = pl.DataFrame([bare | {"pending_qty": 2, "held_qty": 3}])

    said = reach_of_cancel(house, lines)

    starts = (
        "1 each left",
        "3 eaches with EAST: acme takes",
        "2 eaches with EAST were",
    )
    assert [True] * 3 == [a.startswith(b) for a, b in zip(said, starts, strict=False)]
    assert "5 eaches not sent yet: they will not be" == said[3]
