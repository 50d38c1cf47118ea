"""Allocated eaches leave once, under names that say what they are."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
import yaml

from transforms.contracts.decisions import ALLOCATIONS, FULFILMENT_ORDERS
from transforms.contracts.gold import DIM_NODES, DIM_PRODUCTS, FCT_ORDERS
from transforms.instructions.compose import compose
from transforms.instructions.release import (
    Release,
    ReleasePolicy,
    ReleasePolicyError,
    instruction_id,
    release,
)

AS_OF = datetime(2017, 12, 28, 5, tzinfo=UTC)
FRIDAY = date(2017, 12, 29)
NONE_YET = FULFILMENT_ORDERS.empty()
POLICY = ReleasePolicy({"3pl": 24})
NODES = pl.DataFrame(
    [
        {
            "node_id": node,
            "node_kind": kind,
            "operator_id": operator,
            "zone": "America/New_York",
        }
        for node, kind, operator in (
            ("DC", "dc", "own_dcs"),
            ("HARBOR", "3pl", "harbor_3pl"),
        )
    ],
    schema=DIM_NODES.schema,
)


def allocated(*rows: tuple[str, str, int]) -> pl.DataFrame:
    """(line id, node, eaches), all for Friday."""
    return pl.DataFrame(
        [
            {
                "line_id": line,
                "order_id": line.rsplit("/", 1)[0],
                "sku_id": "A",
                "node_id": node,
                "qty": qty,
                "ship_date": FRIDAY,
                "service_code": "STANDARD",
                "packed_in": "NONE",
            }
            for line, node, qty in rows
        ],
        schema=ALLOCATIONS.schema,
    )


def released(rows: pl.DataFrame, existing: pl.DataFrame = NONE_YET) -> Release:
    return release(rows, existing, NODES, POLICY, AS_OF)


def test_an_order_from_two_nodes_is_two_instructions() -> None:
    rows = allocated(("w/1/1", "DC", 1), ("w/1/2", "DC", 2), ("w/1/2", "HARBOR", 3))

    sent = released(rows)

    orders = sent.fulfilment_orders.sort("node_id")
    assert orders.select("partner_id", "node_id", "ship_by_date").rows() == [
        ("own_dcs", "DC", FRIDAY),
        ("harbor_3pl", "HARBOR", FRIDAY),
    ]
    assert sent.instruction_lines["qty"].sum() == 6
    assert "file_name" not in orders.columns


def test_every_line_of_an_instruction_is_released_under_its_number() -> None:
    rows = allocated(("w/1/10", "DC", 1), ("w/1/2", "DC", 5))

    sent = released(rows)
    name = instruction_id("shipping_orders", "own_dcs", "w/1", "DC", 1)

    keys = ["event_id", "instruction_line_ref", "qty", "effective_date"]
    assert sent.events.select(keys).sort("instruction_line_ref").rows() == [
        (f"w/1/2/RELEASED/{name}", "1", 5, FRIDAY),
        (f"w/1/10/RELEASED/{name}", "2", 1, FRIDAY),
    ]


def test_the_same_units_get_the_same_names_in_any_row_order() -> None:
    rows = allocated(("w/1/1", "DC", 1), ("w/2/1", "HARBOR", 1), ("w/1/2", "DC", 1))

    one, other = released(rows), released(rows.reverse())

    for name, frame in vars(one).items():
        assert frame.equals(vars(other)[name])


def test_a_second_instruction_of_an_order_and_node_has_another_name() -> None:
    rows = allocated(("w/1/1", "DC", 1))
    first = released(rows).fulfilment_orders

    second = released(rows, first).fulfilment_orders
    ids = {first["instruction_id"].item(), second["instruction_id"].item()}

    assert second["sequence_no"].item() == 2
    assert len(ids) == 2


def test_a_3pl_answers_in_hours_and_a_dc_by_shipping() -> None:
    rows = allocated(("w/1/1", "DC", 1), ("w/1/1", "HARBOR", 1))

    orders = released(rows).fulfilment_orders
    due = dict(orders.select("node_id", "ack_due_at").iter_rows())

    assert due == {
        "HARBOR": AS_OF + timedelta(hours=24),
        "DC": datetime(2017, 12, 31, 5, tzinfo=UTC),
    }


def test_a_supplier_answers_in_its_own_time(project: Path) -> None:
    """As the policy says that comes with the system."""
    text = (project / "orchestration/policies/allocation.yaml").read_text()
    told = yaml.safe_load(text)["release"]
    policy = ReleasePolicy.from_mapping(told)
    mill = NODES.filter(node_id="HARBOR").with_columns(node_kind=pl.lit("supplier"))

    rows = allocated(("w/1/1", "HARBOR", 1))
    orders = release(rows, NONE_YET, mill, policy, AS_OF).fulfilment_orders

    assert [AS_OF + timedelta(hours=24)] == orders["ack_due_at"].to_list()


def test_nothing_allocated_is_nothing_sent() -> None:
    empty = allocated(("w/1/1", "DC", 1)).clear()

    assert [frame.height for frame in vars(released(empty)).values()] == [0, 0, 0]


@pytest.mark.parametrize(
    "mapping",
    [
        {"ack_deadline_hours": {"3pl": 0}},
        {"ack_deadline_hours": 24},
        {"ack_hours": {"3pl": 1}},
    ],
)
def test_a_deadline_that_cannot_be_meant_is_refused(mapping: dict) -> None:
    with pytest.raises(ReleasePolicyError, match=f"^{next(iter(mapping))}: "):
        ReleasePolicy.from_mapping(mapping)


def test_a_shipping_order_still_has_tokens_for_its_person() -> None:
    sent = released(allocated(("w/1/1", "DC", 2)))
    order = {
        "order_id": "w/1",
        "order_name": "#1",
        "ordered_at": AS_OF,
        "ship_to_name": "tok_name",
        "ship_to_street": "tok_street",
        "region_code": "NY",
        "country_code": None,
    }
    product = {"sku_id": "A", "product_name": "Tea", "grams": 50}

    rows = compose(
        sent.fulfilment_orders,
        sent.instruction_lines,
        pl.DataFrame([order], schema=FCT_ORDERS.schema),
        pl.DataFrame([product], schema=DIM_PRODUCTS.schema),
    )

    columns = ["order_name", "product_name", "qty", "ship_to_name", "country_code"]
    assert rows.select(columns).rows() == [("#1", "Tea", 2, "tok_name", "US")]


def test_lines_of_other_instructions_are_left_out() -> None:
    sent = released(allocated(("w/1/1", "DC", 2)))

    rows = compose(
        FULFILMENT_ORDERS.empty(),
        sent.instruction_lines,
        FCT_ORDERS.empty(),
        DIM_PRODUCTS.empty(),
    )

    assert rows.height == 0
