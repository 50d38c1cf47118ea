"""The count baseline: a discounted Gamma-Poisson filter, Negative Binomial quantiles.

Level a / b of a series, updated every day by its count y and its weekday's
factor f:  a = d * a + y,  b = d * b + f.  The forecast of a day is f * a / b.
Weekday factors are pooled by department; the discount d is the one that would
have served the series best; the spread comes from its own past errors, leaning
on its department's.

Source: Harvey and Fernandes (1989), "Time series models for count or
qualitative observations". Not here: other methods, backtests, accuracy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.contracts.decisions import DEMAND_FORECASTS
from transforms.contracts.table import INTEGER, conform
from transforms.forecasting.filter import filtered, quantiles
from transforms.forecasting.policy import ForecastPolicy

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

METHOD = "gamma_poisson"
PROBABILITIES = (0.1, 0.5, 0.9)
WEEK = 7
WARM_UP = 7
"""Days at the start whose errors say more about the prior than the series."""


@dataclass(frozen=True)
class Series:
    """Daily counts, one row per SKU, sorted by SKU.

    Args:
        sku_ids: the rows.
        department: row → department number.
        counts: rows × days.
        weekday: day → 0 Monday … 6 Sunday.
    """

    sku_ids: pl.Series
    department: Ints
    counts: Ints
    weekday: Ints


def forecast(
    history: pl.DataFrame, policy: ForecastPolicy, as_of: datetime
) -> pl.DataFrame:
    """Forecast the coming days of every SKU that sold within the history.

    Days before the local date of ``as_of`` are history; that date is the
    first that is forecast. Row order does not matter: rows are sorted first,
    and only whole numbers leave.

    Args:
        history: ``sku_id, business_date, qty``, and ``department`` if known.
        policy: history, horizon and memory.
        as_of: moment of the forecast.

    Returns:
        DEMAND_FORECASTS without ``run_id``.
    """
    today = as_of.astimezone(ZoneInfo(policy.zone)).date()
    series = _series(history, policy, today)
    if not len(series.sku_ids):
        return DEMAND_FORECASTS.empty().drop("run_id")
    factors = weekday_factors(series, policy.weekday_prior_qty)
    level, dispersion = _fitted(series, factors, policy)
    by_weekday = level[:, None] * factors[series.department]
    bounds = quantiles(by_weekday, dispersion, np.array(PROBABILITIES))
    return _frame(series, by_weekday, bounds, policy, today, as_of)


def weekday_factors(series: Series, prior_qty: int) -> Floats:
    """Departments × weekdays, mean 1: how each weekday differs from the average.

    A department leans on the whole company, and that on an even week, with
    the weight of ``prior_qty`` eaches.
    """
    departments = int(series.department.max()) + 1
    by_day = np.zeros((departments, WEEK))
    rows = np.zeros((departments, series.counts.shape[1]))
    # Sums of whole numbers: exact in any order.
    np.add.at(rows, series.department, series.counts)
    np.add.at(by_day.T, series.weekday, rows.T)
    days = np.bincount(series.weekday, minlength=WEEK)
    even = by_day.sum(axis=1, keepdims=True) * days / days.sum()
    company = (by_day.sum(axis=0) + prior_qty) / (even.sum(axis=0) + prior_qty)
    factors = (by_day + prior_qty * company) / (even + prior_qty)
    scaled: Floats = factors / factors.mean(axis=1, keepdims=True)
    return scaled


def _series(history: pl.DataFrame, policy: ForecastPolicy, today: date) -> Series:
    start = today - timedelta(days=policy.history_days)
    known = history if "department" in history.columns else _undivided(history)
    rows = known.filter(
        (pl.col("business_date") >= start) & (pl.col("business_date") < today)
    ).sort("sku_id", "business_date")
    first = rows["business_date"].min()
    # A shorter history starts at its first day: days before it are unknown.
    start = first if isinstance(first, date) else start
    days = (today - start).days
    sku = rows["sku_id"].rle_id().cast(INTEGER).to_numpy()
    counts = np.zeros((int(sku.max(initial=-1)) + 1, days), np.int64)
    offset = (rows["business_date"] - start).dt.total_days().to_numpy()
    np.add.at(counts, (sku, offset), rows["qty"].to_numpy())
    heads = rows.unique("sku_id", keep="first", maintain_order=True)
    department = heads["department"].rank("dense").cast(INTEGER) - 1
    return Series(
        sku_ids=heads["sku_id"],
        department=np.ascontiguousarray(department.to_numpy(), dtype=np.int64),
        counts=np.maximum(counts, 0),
        weekday=(start.weekday() + np.arange(days)) % WEEK,
    )


def _undivided(history: pl.DataFrame) -> pl.DataFrame:
    return history.with_columns(department=pl.lit(""))


def _fitted(
    series: Series, factors: Floats, policy: ForecastPolicy
) -> tuple[Floats, Floats]:
    """Level per average day and dispersion (variance = m + dispersion * m²)."""
    sizes = np.bincount(series.department)
    totals = np.bincount(series.department, weights=series.counts.sum(axis=1))
    average = np.maximum(totals / (sizes * series.counts.shape[1]), 1e-6)
    level, loss, excess, square = filtered(
        series.counts,
        factors[series.department][:, series.weekday],
        np.array(policy.discounts_bp) / 10**4,
        average[series.department],
        policy.prior_days,
        WARM_UP,
    )
    pooled = _by_department(series.department, loss)
    # One average series of the department weighs as much as the series itself.
    best = (loss + pooled / sizes[series.department][:, None]).argmin(axis=1)
    row = np.arange(len(best))
    return level[row, best], _dispersion(
        series, excess[row, best], square[row, best], policy.dispersion_prior
    )


def _dispersion(series: Series, excess: Floats, square: Floats, prior: int) -> Floats:
    of_all = _by_department(series.department, np.column_stack((excess, square)))
    pooled = np.maximum(of_all[:, 0], 0) / np.maximum(of_all[:, 1], 1e-9)
    own: Floats = np.maximum((excess + prior * pooled) / (square + prior), 0)
    return own


def _by_department(department: Ints, values: Floats) -> Floats:
    """Each row's department total, summed in row order."""
    totals = np.zeros((int(department.max()) + 1, values.shape[1]))
    np.add.at(totals, department, values)
    mine: Floats = totals[department]
    return mine


def _frame(
    series: Series,
    means: Floats,
    bounds: Ints,
    policy: ForecastPolicy,
    today: date,
    as_of: datetime,
) -> pl.DataFrame:
    horizon = policy.horizon_days
    weekday = (today.weekday() + np.arange(horizon)) % WEEK
    days = [today + timedelta(days=ahead) for ahead in range(horizon)]
    low, median, high = (bounds[:, weekday, q].reshape(-1) for q in range(3))
    rows = pl.DataFrame(
        {
            "sku_id": series.sku_ids.repeat_by(horizon).explode(),
            "forecast_date": pl.Series(days * len(series.sku_ids)),
            # Halves go to even, as the contract's thousandths are counted.
            "mean_milli_qty": np.rint(means[:, weekday] * 1000).reshape(-1),
            "low_qty": low,
            "median_qty": median,
            "high_qty": high,
        }
    )
    whole = rows.with_columns(
        method=pl.lit(METHOD), as_of=pl.lit(as_of), run_id=pl.lit("")
    )
    return conform(whole, DEMAND_FORECASTS).drop("run_id")
