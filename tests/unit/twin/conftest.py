"""A company small enough to found in a blink, and one on the real orders."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from transforms.twin.company import Company, found_company
from transforms.twin.plan import Plan, plan_for

SEED = 7


def invented_transactions(baskets: int = 1500) -> pl.DataFrame:
    """Four weeks around the cut at twenty stores, 4,000 products, no randomness."""
    start = datetime(2017, 12, 2, 12, tzinfo=UTC)
    rows = []
    for basket in range(baskets):
        at = (start + timedelta(minutes=27 * basket)).replace(tzinfo=None)
        for line in range(1 + (basket * 7) % 15):
            product = 1000 + (basket * 31 + line * 13) % 4000
            rows.append(
                {
                    "household_id": 1 + basket * 17 % 211,
                    "store_id": 300 + basket * basket % 23,
                    "basket_id": 5_000_000 + basket,
                    "product_id": product,
                    "quantity": 1.0 + (basket + line) % 3,
                    "sales_value": 0.99 + product % 7 + line % 2 / 100,
                    "retail_disc": (line % 4) / 10,
                    "coupon_disc": 0.05 if line % 9 == 0 else 0.0,
                    "coupon_match_disc": 0.0,
                    "transaction_timestamp": at,
                }
            )
    return pl.DataFrame(rows).unique(["basket_id", "product_id"], maintain_order=True)


def invented_products() -> pl.DataFrame:
    """Four thousand products in three departments; one in five has no size."""
    return pl.DataFrame(
        {
            "product_id": [1000 + n for n in range(4000)],
            "department": [
                ("GROCERY", "DRUG GM", "PRODUCE")[n % 3] for n in range(4000)
            ],
            "brand": ["National"] * 4000,
            "product_category": [f"CATEGORY {n % 12}" for n in range(4000)],
            "product_type": [f"THING, NO {n}" for n in range(4000)],
            "package_size": [
                None if n % 5 == 0 else f"{n % 30 + 1} OZ" for n in range(4000)
            ],
        }
    )


@pytest.fixture(scope="session")
def week() -> Plan:
    return plan_for("week")


@pytest.fixture(scope="session")
def company(week: Plan) -> Company:
    return found_company(invented_transactions(), invented_products(), week, SEED)


@pytest.fixture(scope="session")
def company_of_a_day() -> Company:
    plan = plan_for("day")
    return found_company(invented_transactions(), invented_products(), plan, SEED)
