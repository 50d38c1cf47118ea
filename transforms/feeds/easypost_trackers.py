"""EasyPost trackers: one row per scan (tracking detail) of a parcel.

A line is a tracker, ``{"trackers": […]}``, or a webhook's event with the tracker
as ``result``; a whole file that is one of these over many lines is read too. A
tracker without details gives one row, its own status when it was last updated.
``error`` says that EasyPost could not track, not that the parcel failed: it is
``UNKNOWN``, as are ``unknown`` and any word that EasyPost may bring in later; a
failure whose detail is ``lost`` is ``LOST``. The carrier's code is kept where there
is one, else EasyPost's detail or such a word. City and postal code are not kept; who
signed stands with the delivery. Trackers of the test mode are read like others.
Column names in rejects are EasyPost's.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from transforms.contracts.documents import TRACKING_EVENTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import (
    Rule,
    instant,
    judge,
    one_of,
    required,
    spelled,
)
from transforms.feeds.reading.free_text import refuse_cards
from transforms.feeds.reading.json_shapes import Listing, Shape
from transforms.feeds.reading.json_tables import read_tables
from transforms.feeds.reading.json_units import inside, settle_units
from transforms.feeds.reading.rows import filled_out

DOCUMENT = TRACKING_EVENTS

WRAPPERS = ("trackers", "tracker", "events", "result")
_UNITS = inside(*WRAPPERS)
_STATUS = {
    "unknown": "UNKNOWN",
    "error": "UNKNOWN",
    "pre_transit": "PRE_TRANSIT",
    "in_transit": "IN_TRANSIT",
    "out_for_delivery": "OUT_FOR_DELIVERY",
    "available_for_pickup": "AVAILABLE_FOR_PICKUP",
    "delivered": "DELIVERED",
    "return_to_sender": "RETURN_TO_SENDER",
    "failure": "FAILURE",
    "cancelled": "CANCELLED",
}
_PLACE = "tracking_location"
_DETAIL = Shape(
    "detail",
    (
        *("status", "status_detail", "datetime", "message", "carrier_code"),
        *("est_delivery_date", f"{_PLACE}.state", f"{_PLACE}.country"),
    ),
)
_OF_PARCEL = ("tracking_code", "carrier", "signed_by", "is_return")
_TRACKER = Shape(
    "tracker",
    (
        *("object", "status", "status_detail", "updated_at"),
        *_OF_PARCEL,
        "est_delivery_date",
    ),
    [Listing("tracking_details", _DETAIL)],
)


@cache
def _tracker_rules() -> tuple[Rule, ...]:
    is_other = pl.col("object") != "Tracker"
    return (
        Rule("object", "UNKNOWN_OBJECT", is_other, "object: Tracker"),
        *required("tracking_code", "carrier", "status", "updated_at"),
        one_of("is_return", "true", "false"),
        *map(instant, ("updated_at", "est_delivery_date")),
    )


@cache
def _scan_rules() -> tuple[Rule, ...]:
    return (
        *required("status", "datetime"),
        *map(instant, ("datetime", "est_delivery_date")),
        spelled(f"{_PLACE}.country", "[A-Z]{2}", "US"),
    )


def _scans(parcels: pl.DataFrame, details: pl.DataFrame) -> pl.DataFrame:
    """Details with their parcel; a parcel without one stands for itself."""
    shared = parcels.select(
        "payload_line", "tracker_no", *_OF_PARCEL, promised="est_delivery_date"
    )
    told = details.join(shared, on="tracker_no", how="inner")
    quiet = parcels.join(details, on="tracker_no", how="anti").select(
        *("payload_line", "tracker_no", "status", "status_detail", *_OF_PARCEL),
        datetime="updated_at",
        promised="est_delivery_date",
    )
    every = pl.concat([told, quiet], how="diagonal")
    return every.sort("tracker_no", "detail_no")


def _columns() -> dict[str, pl.Expr]:
    is_lost = (pl.col("status") == "failure") & (pl.col("status_detail") == "lost")
    return {
        "tracking_ref": pl.col("tracking_code"),
        "carrier_code": pl.col("carrier"),
        "status_code": pl.when(is_lost)
        .then(pl.lit("LOST"))
        .otherwise(
            pl.col("status").replace_strict(
                _STATUS, default="UNKNOWN", return_dtype=pl.String
            )
        ),
        "partner_code": pl.coalesce(
            "carrier_code",
            pl.when(~pl.col("status").is_in([*_STATUS])).then("status"),
            "status_detail",
            "status",
        ),
        "message": pl.col("message"),
        "region": pl.col(f"{_PLACE}.state"),
        "country": pl.col(f"{_PLACE}.country"),
        "expected_at": pl.coalesce("est_delivery_date", "promised"),
        "signed_by": pl.when(pl.col("status") == "delivered").then("signed_by"),
        "occurred_at": pl.col("datetime"),
        "is_return": pl.coalesce("is_return", pl.lit("false")),
    }


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read trackers; a tracker with a broken scan is refused whole.

    Never raises on any bytes.
    """
    lines, found = read_tables(payload, profile, _UNITS, _TRACKER)
    parcels, bad_parcels = judge(found.frames["tracker"], _tracker_rules())
    scans, cards = refuse_cards(
        _scans(parcels, found.frames["detail"]), ["message", "signed_by"]
    )
    good, bad_scans = judge(scans, _scan_rules())
    rows = filled_out(good, _columns(), DOCUMENT)
    problems = pl.concat([found.problems, bad_parcels, cards, bad_scans])
    return settle_units(lines, found.unit_lines, rows, problems, DOCUMENT)
