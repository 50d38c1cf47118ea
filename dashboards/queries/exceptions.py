"""What the exceptions page asks: what to do first, who owns it, whether it heals."""

from __future__ import annotations

import polars as pl

from dashboards.queries.serving import ServingCopy

# Don't send a browser more rows than a person reads; the count is shown beside.
MOST_ROWS = 500

AGE_BANDS = ("0-1", "1-2", "2-4", "4-7", "7-14", "14+")
"""Whole days an exception is open, from young to old."""

_BAND = (
    "case when age_days < 1 then '0-1' when age_days < 2 then '1-2' "
    "when age_days < 4 then '2-4' when age_days < 7 then '4-7' "
    "when age_days < 14 then '7-14' else '14+' end"
)
_LISTED = "is_open and not is_snoozed"
"""What rests is not listed until its date, or until it changes."""

_CHOSEN = "($owner is null or owner = $owner) and ($code is null or code = $code)"


def choices(copy: ServingCopy) -> pl.DataFrame:
    """Owners and codes of open exceptions."""
    return copy.fetch(
        "select distinct owner, code from rpt_exceptions where "
        f"{_LISTED} order by owner, code"
    )


def totals(copy: ServingCopy, owner: str | None, code: str | None) -> pl.DataFrame:
    """One row: how many are open, how many of them have a value, the oldest."""
    return copy.fetch(
        "select count(*) as exception_count, "
        "count(value_minor) filter (currency_code is not null) as valued_count, "
        "coalesce(max(age_days), 0)::bigint as age_days "
        f"from rpt_exceptions where {_LISTED} and {_CHOSEN}",
        owner=owner,
        code=code,
    )


def resting(copy: ServingCopy, owner: str | None, code: str | None) -> int:
    """How many open ones rest."""
    found = copy.fetch(
        "select count(*) as resting_count from rpt_exceptions "
        f"where is_open and is_snoozed and {_CHOSEN}",
        owner=owner,
        code=code,
    )
    return int(found["resting_count"].item())


def values(copy: ServingCopy, owner: str | None, code: str | None) -> pl.DataFrame:
    """Money that open exceptions are about, one row a currency.

    What is of no currency is worth nothing that could be told.
    """
    return copy.fetch(
        "select currency_code, sum(value_minor)::bigint as value_minor "
        f"from rpt_exceptions where {_LISTED} and {_CHOSEN} "
        "and value_minor is not null and currency_code is not null "
        "group by currency_code order by currency_code",
        owner=owner,
        code=code,
    )


def ages(copy: ServingCopy, owner: str | None, code: str | None) -> pl.DataFrame:
    """Open exceptions per code and age band, the most frequent code first."""
    return copy.fetch(
        f"select code, {_BAND} as age_band, count(*) as exception_count, "
        "sum(count(*)) over (partition by code)::bigint as code_count "
        f"from rpt_exceptions where {_LISTED} and {_CHOSEN} group by code, age_band "
        "order by code_count desc, code, age_band",
        owner=owner,
        code=code,
    )


def movements(copy: ServingCopy, owner: str | None, code: str | None) -> pl.DataFrame:
    """How many each run opened and closed, oldest run first."""
    return copy.fetch(
        "select moved_at, count(*) filter (is_opening) as opened_count, "
        "count(*) filter (not is_opening) as closed_count from ("
        "select opened_at as moved_at, true as is_opening, owner, code "
        "from rpt_exceptions union all "
        "select closed_at, false, owner, code from rpt_exceptions "
        "where closed_at is not null) "
        f"where {_CHOSEN} group by moved_at order by moved_at",
        owner=owner,
        code=code,
    )


def queue(copy: ServingCopy, owner: str | None, code: str | None) -> pl.DataFrame:
    """Open exceptions, first what is worth most for longest.

    Ranked by value times days open, the first day counted; what has no value
    comes after, oldest first.
    """
    return copy.fetch(
        "select code, owner, e.order_id, order_name, subject, detail, cause_code, "
        "value_minor, e.currency_code, age_days, opened_at, remark, noted_by, "
        "count(*) over () as found_count "
        "from rpt_exceptions as e left join rpt_orders as o using (order_id) "
        f"where {_LISTED} and {_CHOSEN} "
        "order by coalesce(value_minor, 0) * (age_days + 1) desc, opened_at, "
        f"exception_id limit {MOST_ROWS}",
        owner=owner,
        code=code,
    )
