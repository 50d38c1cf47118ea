"""The worth of stock: what holds on a run's day, whatever arrived and when."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.dbt.builders import Row, a_node, a_product, an_alias, provenance
from tests.unit.dbt.conftest import Lake

pytestmark = pytest.mark.slow

BUILT = ("+dim_stock_worths", "+int_document_rows__quarantined")
AGAIN = (
    *("int_skus__known", "int_sku_aliases__deduplicated", "dim_nodes"),
    *("int_document_rows__quarantined", "int_stock_worths__deduplicated"),
    "dim_stock_worths",
)
TODAY = {"run_id": "run_2", "since_landing_id": 19}
WORTHS = "select node_id, sku_id, worth_minor from gold.dim_stock_worths order by all"


def a_worth(sku: str, worth: str, landing_id: int = 2, **words: object) -> Row:
    """What an each of a SKU at DC-EAST is worth from 2017-12-20 on."""
    said = {
        "node_ref": "DC-EAST",
        "sku_ref": sku,
        "worth": worth,
        "currency_code": "USD",
        "valid_from": "2017-12-20",
        "updated_at": "2017-12-20T01:00:00-05:00",
    }
    line = words.pop("payload_line", 1)
    return said | provenance(landing_id, line) | words


TOLD = [
    a_worth("A", "1.35"),
    a_worth("B", "0.50", payload_line=2),
    a_worth("B", "2", payload_line=3, updated_at="2017-12-21T01:00:00-05:00"),
    a_worth("C", "3.00", payload_line=4, valid_to="2017-12-27"),
    a_worth("D", "4.00", payload_line=5),
    a_worth("D", "0", payload_line=6, valid_from="2017-12-26"),
    a_worth("A-OLD", "9.99", payload_line=7, node_ref="DC-WEST"),
    a_worth("NEW", "5.00", payload_line=8),
    a_worth("A", "6.00", payload_line=9, node_ref="DC-NEW"),
    a_worth("B", "7.00", payload_line=10, valid_from="2017-12-28"),
    a_worth("CASE", "36.00", payload_line=11, node_ref="DC-WEST"),
    a_worth(
        *("B", "135"), payload_line=12, currency_code="JPY", valid_from="2017-12-22"
    ),
    a_worth(
        *("A", "1.355"), payload_line=13, currency_code="BHD", valid_from="2017-12-22"
    ),
]


def a_rate(currency: str, landing_id: int) -> Row:
    """What a carrier asks, in a currency."""
    return {
        "service_code": "STANDARD",
        "zone": "3",
        "base_amount": "500",
        "per_kg_amount": "50",
        "transit_days": "3",
        "currency_code": currency,
        "updated_at": "2017-12-01T00:00:00-05:00",
    } | provenance(landing_id)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The lake after a run of 2017-12-27 that read TOLD."""
    lake = Lake(tmp_path_factory.mktemp("worths") / "lake")
    lake.create()
    lake.insert("bronze.products", [a_product(sku) for sku in "ABCD"])
    lake.insert("bronze.nodes", [a_node("DC-EAST"), a_node("DC-WEST")])
    aliases = [an_alias("A-OLD", "A", 1), an_alias("CASE", "C", 1, eaches="12")]
    lake.insert("bronze.sku_aliases", aliases)
    lake.insert("bronze.stock_worths", TOLD)
    as_of = "2017-12-27T15:00:00+00:00"
    assert {"success"} == set(lake.make(*BUILT, as_of=as_of).values())
    lake.commit("run_1")
    return lake


def test_no_file_leaves_no_worth(lake: Lake) -> None:
    lake.make(*BUILT)

    assert [] == lake.query(WORTHS)


def test_the_newest_row_that_has_begun_and_not_lapsed_counts(told: Lake) -> None:
    """D was taken back, C lapses tonight; A-OLD is another name of A, CASE 12 of C."""
    assert [
        ("DC-EAST", "A", 135),
        ("DC-EAST", "B", 200),
        ("DC-EAST", "C", 300),
        ("DC-WEST", "A", 999),
        ("DC-WEST", "C", 300),
    ] == told.query(WORTHS)


def test_a_day_on_which_nothing_arrives_has_worths_of_its_own(
    told: Lake, tmp_path: Path
) -> None:
    lake = told.copied(tmp_path / "lake")

    lake.make("dim_stock_worths", as_of="2017-12-28T15:00:00+00:00", **TODAY)

    assert [
        ("DC-EAST", "A", 135),
        ("DC-EAST", "B", 700),
        ("DC-WEST", "A", 999),
        ("DC-WEST", "C", 300),
    ] == lake.query(WORTHS)


def test_what_nobody_knows_waits_and_counts_once_it_is_known(
    told: Lake, tmp_path: Path
) -> None:
    waiting = (
        "select payload_sha256, payload_line, code, column_name, detail"
        " from silver.int_document_rows__quarantined where is_open order by 2"
    )
    assert [
        ("sha-2", 8, "UNKNOWN_SKU", "sku_ref", "SKU NEW is not in the product master"),
        (
            *("sha-2", 9, "UNKNOWN_NODE", "node_ref"),
            "node DC-NEW is not in the node master",
        ),
    ] == told.query(waiting)
    lake = told.copied(tmp_path / "lake")
    lake.insert("bronze.products", [a_product("NEW", 20)])
    lake.insert("bronze.nodes", [a_node("DC-NEW") | provenance(21)])

    lake.make(*AGAIN, as_of="2017-12-27T23:00:00+00:00", **TODAY)

    assert [] == lake.query(waiting)
    assert {("DC-EAST", "NEW", 500), ("DC-NEW", "A", 600)} <= set(lake.query(WORTHS))


def test_a_row_of_another_name_takes_the_place_of_an_older_one(
    told: Lake, tmp_path: Path
) -> None:
    lake = told.copied(tmp_path / "lake")
    later = {"updated_at": "2017-12-27T01:00:00-05:00"}
    rows = [
        a_worth("A-OLD", "0.10", 20, **later),
        a_worth("B", "0", 20, payload_line=2),
    ]
    lake.insert("bronze.stock_worths", rows)

    lake.make(*AGAIN, as_of="2017-12-27T23:00:00+00:00", **TODAY)

    now = lake.query(WORTHS)
    assert ("DC-EAST", "A", 10) in now
    # What arrives late and is older than what is known changes nothing.
    assert ("DC-EAST", "B", 200) in now


def test_what_is_not_in_the_currency_of_the_costs_does_not_count(
    told: Lake, tmp_path: Path
) -> None:
    """It is read to its own smallest coin, and what else was said holds on."""
    foreign = (
        "select sku_ref, currency_code, worth_minor"
        " from silver.int_stock_worths__deduplicated"
        " where currency_code != 'USD' order by all"
    )
    assert [("A", "BHD", 1355), ("B", "JPY", 135)] == told.query(foreign)
    assert ("DC-EAST", "B", 200) in told.query(WORTHS)
    lake = told.copied(tmp_path / "lake")
    lake.insert("bronze.rates", [a_rate("JPY", 20)])

    lake.make("dim_rates", *AGAIN, as_of="2017-12-27T23:00:00+00:00", **TODAY)

    assert [("DC-EAST", "B", 135)] == lake.query(WORTHS)


def test_a_corrected_name_takes_what_was_told_of_it_along(
    told: Lake, tmp_path: Path
) -> None:
    lake = told.copied(tmp_path / "lake")
    corrected = an_alias("A-OLD", "B", 20, updated_at="2017-12-27T12:00:00-05:00")
    lake.insert("bronze.sku_aliases", [corrected])

    lake.make(*AGAIN, as_of="2017-12-27T23:00:00+00:00", **TODAY)

    west = [row for row in lake.query(WORTHS) if row[0] == "DC-WEST"]
    assert [("DC-WEST", "B", 999), ("DC-WEST", "C", 300)] == west
