"""Households become invented people with an address, a phone and a mailbox.

Phones are 555-0100 … 555-0199, mail goes to ``example.com``. Not here: the
words (``names``) and the states (``geography``).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from transforms.twin.draws import draws, picked
from transforms.twin.founding.geography import STATES
from transforms.twin.founding.names import (
    CITIES,
    FAMILY_NAMES,
    FIRMS,
    GIVEN_NAMES,
    STREETS,
)


def invent_people(household_ids: pl.Series, seed: int) -> pl.DataFrame:
    """One invented person per household.

    Args:
        household_ids: integers; repeats are dropped.
        seed: the company's seed.

    Returns:
        One row per household, sorted: ``household_id, given, family,
        person_name, firm_name, email, phone, street, street2, city, region,
        postal_code``; ``street2`` is null for most.
    """
    ids = household_ids.unique().sort().alias("household_id")
    state_no = _state_numbers(draws(ids, seed, "state", _TOTAL_WEIGHT))
    frame = ids.to_frame().with_columns(
        given=picked(draws(ids, seed, "given", len(GIVEN_NAMES)), GIVEN_NAMES),
        family=picked(draws(ids, seed, "family", len(FAMILY_NAMES)), FAMILY_NAMES),
        firm_name=picked(draws(ids, seed, "firm", len(FIRMS)), FIRMS),
        street_name=picked(draws(ids, seed, "street", len(STREETS)), STREETS),
        city=picked(draws(ids, seed, "city", len(CITIES)), CITIES),
        region=picked(state_no, [state.code for state in STATES]),
        postal_prefix=picked(state_no, [state.postal_prefix for state in STATES]),
        area_code=picked(state_no, [state.area_code for state in STATES]),
        house_no=draws(ids, seed, "house", 9899) + 101,
        postal_no=draws(ids, seed, "postal", 100),
        phone_no=draws(ids, seed, "phone", 100),
        flat_no=draws(ids, seed, "flat", 400),
    )
    return frame.select(
        "household_id",
        "given",
        "family",
        pl.format("{} {}", "given", "family").alias("person_name"),
        "firm_name",
        _email(),
        pl.format("+1{}55501{}", "area_code", _two("phone_no")).alias("phone"),
        pl.format("{} {}", "house_no", "street_name").alias("street"),
        _flat(),
        "city",
        "region",
        pl.concat_str("postal_prefix", _two("postal_no")).alias("postal_code"),
    )


_WEIGHTS = np.cumsum([state.weight for state in STATES])
_TOTAL_WEIGHT = int(_WEIGHTS[-1])
_FLATS_BELOW = 60


def _state_numbers(points: pl.Series) -> pl.Series:
    return pl.Series(np.searchsorted(_WEIGHTS, points.to_numpy(), side="right"))


def _email() -> pl.Expr:
    local = pl.format("{}.{}{}", "given", "family", "household_id")
    return (local.str.to_lowercase() + "@example.com").alias("email")


def _flat() -> pl.Expr:
    number = pl.when(pl.col("flat_no") < _FLATS_BELOW).then(pl.col("flat_no") + 1)
    return ("Flat " + number.cast(pl.String)).alias("street2")


def _two(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).str.zfill(2)
