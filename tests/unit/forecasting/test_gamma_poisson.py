"""The count forecast: level, weekdays, spread, and what must not matter."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from transforms.contracts.gold import DIM_PRODUCTS, FCT_ORDER_LINES, FCT_ORDERS
from transforms.forecasting.demand import daily_demand
from transforms.forecasting.filter import quantiles
from transforms.forecasting.gamma_poisson import forecast
from transforms.forecasting.policy import ForecastPolicy, PolicyError

START = date(2017, 11, 1)
AS_OF = datetime(2017, 12, 27, 5, tzinfo=UTC)  # midnight in New York
TODAY = date(2017, 12, 27)
POLICY = ForecastPolicy()


def history(counts: dict[str, list[int]]) -> pl.DataFrame:
    """Daily counts from 1 November; zeros are left out, as in real histories."""
    return pl.DataFrame(
        [
            (sku, START + timedelta(days=day), qty)
            for sku, series in counts.items()
            for day, qty in enumerate(series)
            if qty
        ],
        schema={"sku_id": pl.String, "business_date": pl.Date, "qty": pl.Int64},
        orient="row",
    )


def test_a_steady_series_goes_on() -> None:
    ahead = forecast(history({"A": [4] * 56}), POLICY, AS_OF)

    assert ahead["forecast_date"].to_list() == [
        TODAY + timedelta(days=day) for day in range(14)
    ]
    assert ahead["mean_milli_qty"].min() == ahead["mean_milli_qty"].max() == 4000
    assert ahead["median_qty"].unique().to_list() == [4]


def test_saturdays_are_forecast_as_saturdays() -> None:
    weekday = [(START + timedelta(days=day)).weekday() for day in range(56)]
    series = [200 if day == 5 else 10 for day in weekday]

    ahead = forecast(history({"A": series}), POLICY, AS_OF)
    saturday = pl.col("forecast_date").dt.weekday() == 6
    best = ahead.filter(saturday)["mean_milli_qty"].min()
    rest = ahead.filter(~saturday)["mean_milli_qty"].max()

    assert best > 10 * rest


def test_a_series_that_stopped_is_forecast_lower_than_one_that_started() -> None:
    stopped, started = [5] * 28 + [0] * 28, [0] * 28 + [5] * 28

    ahead = forecast(history({"old": stopped, "new": started}), POLICY, AS_OF)
    mean = dict(
        ahead.filter(pl.col("forecast_date") == TODAY)
        .select("sku_id", "mean_milli_qty")
        .iter_rows()
    )

    assert mean["old"] < 1000
    assert mean["new"] > 4000


def test_the_day_of_the_run_is_forecast_and_never_read() -> None:
    steady = history({"A": [4] * 56})
    today = pl.DataFrame([("A", TODAY, 10**6)], schema=steady.schema, orient="row")
    afternoon = AS_OF + timedelta(hours=14)

    ahead = forecast(pl.concat([steady, today]), POLICY, afternoon)

    assert ahead["forecast_date"].min() == TODAY
    assert ahead["mean_milli_qty"].max() == 4000


def test_row_order_and_repeated_days_do_not_matter() -> None:
    rng = np.random.default_rng(7)
    counts = {f"S{n}": rng.poisson(2, 56).tolist() for n in range(40)}
    rows = history(counts)
    halves = pl.concat(
        [
            rows.with_columns(pl.col("qty") // 2),
            rows.with_columns((pl.col("qty") + 1) // 2),
        ]
    )
    shuffled = halves.sample(fraction=1, shuffle=True, seed=3)

    assert forecast(rows, POLICY, AS_OF).equals(forecast(shuffled, POLICY, AS_OF))


def test_no_history_is_no_forecast() -> None:
    assert forecast(history({}), POLICY, AS_OF).height == 0


def test_quantiles_cover_what_they_say_on_counts_that_cluster() -> None:
    """600 series of clustered counts: 90 % of the days to come lie below.

    Counts are whole: some of the 90 % lie on the quantile itself.
    """
    rng = np.random.default_rng(11)
    level = rng.gamma(2.0, 2.0, 600)[:, None]
    drawn = rng.poisson(level * rng.gamma(2.0, 0.5, (600, 70)))
    counts = {f"S{n:03}": row[:56].tolist() for n, row in enumerate(drawn)}

    ahead = forecast(history(counts), POLICY, AS_OF).sort("sku_id", "forecast_date")
    known = ahead["sku_id"].unique().str.slice(1).cast(int).sort().to_numpy()
    came = drawn[known, 56:].reshape(-1)
    below = (came < ahead["high_qty"].to_numpy()).mean()
    within = (came <= ahead["high_qty"].to_numpy()).mean()

    assert below < 0.9 < within
    assert within < 0.96
    assert abs(ahead["mean_milli_qty"].mean() / 1000 / came.mean() - 1) < 0.02


@pytest.mark.parametrize("mean", [0.3, 4.0, 60.0, 599.0, 601.0, 9000.0])
@pytest.mark.parametrize("spread", [0.0, 0.2, 1.5])
def test_quantiles_are_those_of_many_draws(mean: float, spread: float) -> None:
    rng = np.random.default_rng(5)
    rate = rng.gamma(1 / spread, spread * mean, 200_000) if spread else mean
    drawn = np.quantile(rng.poisson(rate, 200_000), [0.1, 0.5, 0.9])

    found = quantiles(np.array([[mean]]), np.array([spread]), np.array([0.1, 0.5, 0.9]))

    # 200,000 draws leave a percent or two of doubt themselves.
    assert np.abs(found[0, 0] - drawn).max() <= max(1.0, 0.02 * mean)


def test_demand_is_what_was_ordered_till_sales_included() -> None:
    orders = pl.DataFrame(
        [
            {
                "order_id": i,
                "business_date": START,
                "is_cancelled": gone,
                "is_till_sale": till,
            }
            for i, gone, till in (
                ("a", False, False),
                ("b", False, True),
                ("c", True, False),
            )
        ],
        schema_overrides=FCT_ORDERS.schema,
    )
    lines = pl.DataFrame(
        [
            {"order_id": order, "sku_id": sku, "ordered_qty": qty}
            for order, sku, qty in (
                ("a", "A", 1),
                ("a", "A", 2),
                ("b", "A", 4),
                ("b", "B", 0),
                ("c", "A", 8),
            )
        ],
        schema_overrides=FCT_ORDER_LINES.schema,
    )
    tea = pl.DataFrame(
        [{"sku_id": "A", "department": "TEA"}], schema_overrides=DIM_PRODUCTS.schema
    )

    assert daily_demand(lines, orders, tea).rows() == [("A", "TEA", START, 7)]


def test_the_shipped_forecast_policy_is_one_that_can_be_meant(project: Path) -> None:
    text = (project / "orchestration/policies/forecasting.yaml").read_text()

    policy = ForecastPolicy.from_mapping(yaml.safe_load(text))

    assert (policy.history_days, policy.discounts_bp) == (56, POLICY.discounts_bp)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("zone", "Nowhere"),
        ("history_days", 3),
        ("horizon_days", 0),
        ("discounts_bp", []),
        ("discounts_bp", [10001]),
        ("horizon", 14),
    ],
)
def test_a_forecast_policy_that_cannot_be_meant_is_refused(
    key: str, value: object
) -> None:
    with pytest.raises(PolicyError, match=f"^{key}: "):
        ForecastPolicy.from_mapping({key: value})
