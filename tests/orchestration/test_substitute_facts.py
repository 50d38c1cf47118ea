"""What a run gathers of alternatives, and what ``orderhouse why`` says of them."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from orchestration.cli.substitutes import could_be_sent_instead, is_not_offered
from orchestration.resources.house import House
from orchestration.resources.substitute_facts import substitutes_left, withheld_in
from tests.orchestration.test_arrival import NIGHT, house
from tests.orchestration.test_lot_facts import put
from tests.orchestration.test_stock_facts import lay
from transforms.contracts.decisions import (
    AVAILABLE_TO_PROMISE,
    BACKORDERS,
    DECISION_TRACE,
    LINE_BUCKETS,
    OPEN_DEMAND,
    SUBSTITUTES,
)
from transforms.contracts.gold import (
    DIM_KIT_COMPONENTS,
    DIM_SUBSTITUTIONS,
    FCT_ORDER_LINES,
)

__all__ = ["house"]

DAY = timedelta(days=1)
MAY = {
    "sku_id": "A",
    "alternative_sku_id": "B",
    "ratio": 1,
    "preference": 1,
    "policy": "ask",
    "valid_from_date": date(2017, 1, 1),
    "valid_to_date": date(9999, 12, 31),
}


def sold(line: str, minor: int, days: int, **facts: object) -> dict[str, object]:
    row = {"line_id": line, "channel_id": "web", "sku_id": "B", "currency_code": "USD"}
    row |= {"ordered_qty": 2, "line_amount_minor": minor + 100, "discount_minor": 100}
    return row | {"line_no": 1, "ordered_at": NIGHT - days * DAY} | facts


HISTORY = [
    sold("old", 1200, 9),
    sold("newest", 1301, 3),
    # Nobody paid for these; these are of another shop, or of tomorrow; too long ago.
    sold("free", 0, 2, line_amount_minor=0, discount_minor=0),
    sold("elsewhere", 800, 1, channel_id="shop"),
    sold("in_a_kit", 700, 1, kit_line_id="k"),
    sold("tomorrow", 600, -1),
    sold("o/1", 1000, 1, sku_id="A"),
]


@pytest.fixture
def short(house: House) -> House:
    """A line of two A waits; three B lie at EAST."""
    run = house.run.run_id
    lay(house, DIM_SUBSTITUTIONS, [MAY])
    lay(house, DIM_KIT_COMPONENTS, [])
    lay(house, FCT_ORDER_LINES, HISTORY)
    line = {"line_id": "o/1", "order_id": "o", "sku_id": "A"}
    waits = line | {"channel_id": "web", "unit_value_minor": 500, "demand_rank": 1}
    put(house, OPEN_DEMAND, [waits | {"ordered_at": NIGHT - DAY}])
    lacks = line | {"qty": 2, "reason_code": "NO_STOCK", "as_of": NIGHT, "run_id": run}
    put(house, BACKORDERS, [lacks])
    seen = {"line_id": "o/1", "failed_rules": "NO_STOCK", "as_of": NIGHT, "run_id": run}
    put(house, DECISION_TRACE, [seen | {"node_id": "EAST"}])
    put(house, AVAILABLE_TO_PROMISE, [{"node_id": "EAST", "sku_id": "B", "atp_qty": 3}])
    return house


def test_a_price_is_what_an_each_last_sold_for_in_the_channel(short: House) -> None:
    offers = substitutes_left(short)

    assert [("o/1", "B", 2, 3, 150, "USD")] == offers.select(
        *("line_id", "alternative_sku_id", "covered_qty", "available_qty"),
        *("delta_minor", "currency_code"),
    ).rows()


def test_without_substitutions_nobody_looks_at_what_waits(house: House) -> None:
    lay(house, DIM_SUBSTITUTIONS, [])

    assert substitutes_left(house).is_empty()


def told(house: House, backordered: int) -> pl.DataFrame:
    """What is printed of the order while so many eaches of its line wait."""
    buckets = {"line_id": "o/1", "order_id": "o", "backordered_qty": backordered}
    put(house, LINE_BUCKETS, [buckets])
    lines = pl.DataFrame({"line_id": ["o/1"], "line_no": [1]})
    with house.lake.holding(lines=lines):
        return could_be_sent_instead(house.lake, "o", NIGHT.date()).rows


def test_an_offer_says_what_a_person_may_do(short: House) -> None:
    short.lake.append(SUBSTITUTES, short.run.stamped(substitutes_left(short)))

    assert [(1, "B", "ask the customer first", 150)] == told(short, 2).select(
        "line_no", "instead", "may", "costs_more_minor"
    ).rows()


def test_what_waits_no_more_or_waits_anew_without_offers_has_none(short: House) -> None:
    short.lake.append(SUBSTITUTES, short.run.stamped(substitutes_left(short)))
    assert told(short, 0).is_empty()

    short.lake.execute("delete from lake.decisions.line_buckets")
    later = {"line_id": "o/1", "order_id": "o", "as_of": NIGHT + DAY, "run_id": "next"}
    put(short, BACKORDERS, [later | {"qty": 2, "reason_code": "NO_STOCK"}])
    assert told(short, 2).is_empty()


def test_an_offer_has_the_rank_that_the_master_data_give_it(short: House) -> None:
    short.lake.execute("drop table lake.gold.dim_substitutions")
    lay(short, DIM_SUBSTITUTIONS, [MAY | {"preference": 7}])
    short.lake.append(SUBSTITUTES, short.run.stamped(substitutes_left(short)))

    assert [7] == told(short, 2)["rank"].to_list()


def test_what_is_not_offered_says_why_not(short: House) -> None:
    short.lake.execute("drop table lake.gold.dim_substitutions")
    dear = {"max_delta_minor": 149, "currency_code": "USD"}
    gone = {"alternative_sku_id": "C", "preference": 2}
    never = {"alternative_sku_id": "D", "preference": 3, "policy": "never"}
    lay(short, DIM_SUBSTITUTIONS, [MAY | dear, MAY | gone, MAY | never])
    lines = pl.DataFrame({"line_id": ["o/1"], "line_no": [1], "sku_id": ["A"]})

    withheld = withheld_in(short, short.run.run_id, NIGHT, lines)
    rows = is_not_offered(withheld, lines).rows

    assert [
        (1, "B", "it costs more than max_price_delta lets it", 150, 149),
        (2, "C", "the run left none where the line may be served from", None, None),
        (3, "D", "its policy is never", None, None),
    ] == rows.drop("line_no", "sku_id").rows()
