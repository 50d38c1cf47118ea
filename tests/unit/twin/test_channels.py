from collections.abc import Callable

import polars as pl
import pytest

from transforms.twin.channels import keep_sales
from transforms.twin.company import Company
from transforms.twin.founding.network import BUSINESS, MARKET, STORES, WEB

CHANNELS = (BUSINESS, MARKET, STORES, WEB)
UTC_NIGHT = pl.Series(["2017-12-27T03:30:00"]).str.to_datetime()


def _line(**changes: object) -> pl.DataFrame:
    line = {
        "household_id": 1,
        "store_id": 2,
        "basket_id": 3,
        "product_id": 4,
        "quantity": 2.0,
        "sales_value": 3.01,
        "retail_disc": 0.5,
        "coupon_disc": 0.25,
        "coupon_match_disc": 0.1,
        "transaction_timestamp": UTC_NIGHT[0],
    }
    return pl.DataFrame([line | changes])


def _products(department: str = "GROCERY") -> pl.DataFrame:
    return pl.DataFrame({"product_id": [4], "department": [department]})


def test_a_night_in_utc_belongs_to_the_day_before_in_new_york() -> None:
    kept = keep_sales(_line(), _products(), "America/New_York")
    assert str(kept["business_date"][0]) == "2017-12-26"


def test_gross_is_what_was_paid_plus_the_three_discounts() -> None:
    kept = keep_sales(_line(), _products(), "America/New_York")
    assert kept["gross_minor"][0] == 386


@pytest.mark.parametrize("department", ["FUEL", "MISCELLANEOUS"])
def test_fuel_and_miscellaneous_are_left_out(department: str) -> None:
    assert keep_sales(_line(), _products(department), "UTC").is_empty()


def test_quantity_zero_and_unknown_products_are_left_out() -> None:
    nothing = keep_sales(_line(quantity=0.0), _products(), "UTC")
    unknown = keep_sales(_line(product_id=5), _products(), "UTC")
    assert (nothing.height, unknown.height) == (0, 0)


def test_every_basket_keeps_all_its_lines_in_one_channel(company: Company) -> None:
    split = company.lines.group_by("basket_id").agg(pl.col("channel").n_unique())
    assert split["channel"].to_list() == [1] * split.height


def test_all_four_channels_are_used(company: Company) -> None:
    assert tuple(company.lines["channel"].unique().sort()) == CHANNELS


def test_baskets_of_the_eight_stores_are_till_sales(company: Company) -> None:
    tills = company.lines.filter(pl.col("channel") == STORES)
    assert set(tills["till_store"].unique()) == set(company.store_ids)


def test_order_and_line_numbers_are_unique_in_their_channel(company: Company) -> None:
    keys = company.lines.select("channel", "order_ref", "line_ref")
    assert keys.n_unique() == company.lines.height


@pytest.mark.parametrize("what", ["order_ref", "line_ref", "channel"])
def test_a_shorter_history_changes_no_number(
    company: Company, company_of_a_day: Company, what: str
) -> None:
    def told(of: Company) -> dict[tuple[int, int], str]:
        last = of.lines.filter(pl.col("business_date") >= of.plan.cut_date)
        rows = last.select("basket_id", "product_id", what).rows()
        return {(basket, product): value for basket, product, value in rows}

    assert told(company_of_a_day) == told(company)


Frames = Callable[[Company], pl.DataFrame]


@pytest.mark.parametrize(
    "frame",
    [
        lambda of: of.shelves,
        lambda of: of.purchase_orders,
        lambda of: of.demand.orders,
        lambda of: of.demand.nowhere,
    ],
)
def test_a_shorter_history_changes_no_stock(
    company: Company, company_of_a_day: Company, frame: Frames
) -> None:
    assert frame(company_of_a_day).equals(frame(company))
