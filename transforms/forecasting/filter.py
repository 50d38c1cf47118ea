"""The two loops of the count baseline, compiled: filter and quantiles.

Each series is a loop of its own, so results do not depend on how rows are cut.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
F = TypeVar("F", bound=Callable[..., object])

LEAST = 1e-9
SURE = 1e-12
LARGE = 20_000.0
"""Means above this take a cube-root approximation instead of summing."""
FAINT = -600.0
"""So do distributions whose mass at 0 has a smaller logarithm: it would vanish."""


def compiled(function: F) -> F:
    """``function`` as machine code, cached beside the module."""
    return cast("F", njit(cache=True)(function))


@compiled
def filtered(
    counts: Ints,
    factors: Floats,
    discounts: Floats,
    average: Floats,
    prior_days: int,
    warm_up: int,
) -> tuple[Floats, Floats, Floats, Floats]:
    """Run every series under every discount.

    Args:
        counts: series × days.
        factors: series × days, the weekday's factor.
        discounts: memory per day, in (0, 1].
        average: series, mean daily count of its department, > 0.
        prior_days: days of ``average`` the level starts from.
        warm_up: days whose errors are not counted.

    Returns:
        Series × discounts: final level a / b, one-step loss (Poisson
        deviance up to a constant), sum of (error² - mean), sum of mean².
    """
    shape = (len(counts), len(discounts))
    level, loss = np.empty(shape), np.zeros(shape)
    excess, square = np.zeros(shape), np.zeros(shape)
    for row in range(shape[0]):
        for column in range(shape[1]):
            discount = discounts[column]
            a, b = prior_days * average[row], float(prior_days)
            for day in range(counts.shape[1]):
                count, factor = counts[row, day], factors[row, day]
                mean = max(factor * a / b, LEAST)
                if day >= warm_up:
                    loss[row, column] += mean - count * np.log(mean)
                    excess[row, column] += (count - mean) ** 2 - mean
                    square[row, column] += mean * mean
                a = discount * a + count
                b = discount * b + factor
            level[row, column] = a / b
    return level, loss, excess, square


@compiled
def quantiles(means: Floats, dispersion: Floats, probabilities: Floats) -> Ints:
    """Negative Binomial quantiles: the smallest count that reaches each probability.

    Args:
        means: series × columns, >= 0.
        dispersion: series, variance = mean + dispersion * mean²; 0 = Poisson.
        probabilities: rising, in (0, 1).

    Returns:
        Series × columns × probabilities.
    """
    shape = (means.shape[0], means.shape[1], len(probabilities))
    result = np.zeros(shape, np.int64)
    for row in range(shape[0]):
        for column in range(shape[1]):
            mean, spread = means[row, column], dispersion[row]
            if mean <= LEAST:
                continue
            if mean > LARGE or _log_mass(mean, spread) < FAINT:
                _far(mean, spread, probabilities, result[row, column])
            else:
                _near(mean, spread, probabilities, result[row, column])
    return result


@compiled
def _log_mass(mean: float, spread: float) -> float:
    """The logarithm of the probability of 0."""
    if spread * mean < LEAST:
        return -mean
    return -math.log1p(spread * mean) / spread


@compiled
def _near(mean: float, spread: float, probabilities: Floats, out: Ints) -> None:
    """Sum the distribution from 0."""
    is_poisson = spread * mean < LEAST
    ratio = spread * mean / (1 + spread * mean)
    shape = 0.0 if is_poisson else 1 / spread
    mass = math.exp(_log_mass(mean, spread))
    total, count = mass, 0
    for number in range(len(probabilities)):
        while total < probabilities[number] - SURE and mass > 0:
            count += 1
            if is_poisson:
                mass *= mean / count
            else:
                mass *= ratio * (shape + count - 1) / count
            total += mass
        out[number] = count


@compiled
def _far(mean: float, spread: float, probabilities: Floats, out: Ints) -> None:
    """Wilson and Hilferty's cube root of a gamma of the same two moments."""
    variance = mean + spread * mean * mean
    ninth = variance / (9 * mean * mean)
    for number in range(len(probabilities)):
        root = 1 - ninth + _normal(probabilities[number]) * np.sqrt(ninth)
        out[number] = max(0, int(np.rint(mean * max(root, 0.0) ** 3)))


@compiled
def _normal(probability: float) -> float:
    """Standard normal quantile, by bisection of erfc: exact to 1e-12."""
    low, high = -10.0, 10.0
    for _ in range(80):
        middle = (low + high) / 2
        if 0.5 * math.erfc(-middle / np.sqrt(2.0)) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2
