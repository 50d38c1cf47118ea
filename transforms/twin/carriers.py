"""What becomes of parcels once they have left: scanned, delivered, some lost.

A parcel is scanned in the evening it leaves, and delivered one or two days later.
Planted: parcels that are lost on their way, and one that is delivered though
nobody sent it. Not here: the format (``documents.tracker_files``).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.twin.company import Company
from transforms.twin.documents.spelling import stamp
from transforms.twin.documents.tracker_files import trackers_file
from transforms.twin.draws import drawn
from transforms.twin.faulting.faults import Fault, fault_about

LOST_PERMILLE = 12
STRANGE_FOR = timedelta(hours=48)
"""How long we wait for the confirmation of a parcel that was scanned."""
_PICKED_UP_AFTER = timedelta(hours=2)
_DELIVERED_HOUR, _TOLD_HOUR = 15, 18
_STRANGE_HOUR = 9
_DAYS = 2


def carry(
    company: Company, shipped: pl.DataFrame, told: datetime, at: datetime
) -> tuple[list[NamedBytes], list[Fault]]:
    """What the carrier will tell of the parcels of one confirmation.

    Args:
        company: whose parcels they are.
        shipped: lines that left, with ``tracking_ref``.
        told: instant the nodes told of them.
        at: instant the instructions came; tells files apart.

    Returns:
        Its files, those of the day of delivery included, and the faults in them.
    """
    seed, zone = company.seed, company.plan.zone
    parcels = shipped.select("tracking_ref").unique().sort("tracking_ref")
    fated = parcels.with_columns(
        days=drawn("tracking_ref", seed, "travels", _DAYS) + 1,
        is_lost=(drawn("tracking_ref", seed, "lost", 1000) < LOST_PERMILLE)
        & pl.lit(company.plan.has_faults),
    )
    kind = f"{stamp(told, zone)}_{stamp(at, zone)}"
    picked_up = told + _PICKED_UP_AFTER
    files = [trackers_file(_scanned(fated, picked_up), picked_up, zone, kind)]
    faults = []
    for (days,), arriving in fated.group_by("days", maintain_order=True):
        day = picked_up.astimezone(ZoneInfo(zone)).date() + timedelta(days=int(days))
        scans = _arrived(arriving, company.plan.local(day, _DELIVERED_HOUR))
        file = trackers_file(scans, company.plan.local(day, _TOLD_HOUR), zone, kind)
        files.append(file)
        lost = arriving.filter("is_lost")["tracking_ref"]
        faults += [fault_about("parcel_lost", "PARCEL_LOST", r, file) for r in lost]
    return files, faults


def strange_parcel(company: Company) -> tuple[list[NamedBytes], list[Fault]]:
    """A parcel that is delivered on the first day, and that nobody sent."""
    plan = company.plan
    if not (plan.has_faults and plan.play_dates):
        return [], []
    reference = f"1ZSTRANGE{company.seed:06d}"
    at = plan.local(plan.play_dates[0], _STRANGE_HOUR)
    scans = _arrived(
        pl.DataFrame({"tracking_ref": [reference], "is_lost": [False]}), at
    )
    file = trackers_file(scans, at + _PICKED_UP_AFTER, plan.zone, "strange")
    found_from = at + STRANGE_FOR
    return [file], [
        fault_about("strange_parcel", "PARCEL_UNKNOWN", reference, file, found_from)
    ]


def _scanned(parcels: pl.DataFrame, at: datetime) -> pl.DataFrame:
    return parcels.select(
        "tracking_ref",
        status=pl.lit("in_transit"),
        status_detail=pl.lit("arrived_at_facility"),
        scanned_at=pl.lit(at).cast(pl.Datetime("us", "UTC")),
    )


def _arrived(parcels: pl.DataFrame, at: datetime) -> pl.DataFrame:
    """The last scan of each parcel: delivered, or that it is lost."""
    is_lost = pl.col("is_lost")
    return parcels.select(
        "tracking_ref",
        status=pl.when(is_lost).then(pl.lit("failure")).otherwise(pl.lit("delivered")),
        status_detail=pl.when(is_lost)
        .then(pl.lit("lost"))
        .otherwise(pl.lit("arrived_at_destination")),
        scanned_at=pl.lit(at).cast(pl.Datetime("us", "UTC")),
    )
