"""What the carrier tells of parcels: one EasyPost tracker a line.

Not here: what becomes of which parcel (``carriers``).
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.twin.documents.spelling import lines_bytes, stamp

CARRIER = "parcel_carrier"
PATTERN = "trackers_{}.json"


def trackers_file(
    scans: pl.DataFrame, at: datetime, zone: str, kind: str
) -> NamedBytes:
    """Scans as a file, a tracker a parcel.

    Args:
        scans: ``tracking_ref, status, status_detail, scanned_at``.
        at: instant it arrives.
        zone: of the file's name.
        kind: tells files of one minute apart.
    """
    spelled = pl.col("scanned_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    told = scans.sort("tracking_ref", "scanned_at").with_columns(datetime=spelled)
    trackers = told.group_by("tracking_ref", maintain_order=True).agg(
        pl.col("status", "status_detail").last(),
        updated_at=pl.col("datetime").last(),
        tracking_details=pl.struct(
            "status", "status_detail", "datetime", message=pl.lit("Scanned")
        ),
    )
    lines = trackers.select(
        pl.struct(
            pl.format("trk_{}", "tracking_ref").alias("id"),
            object=pl.lit("Tracker"),
            mode=pl.lit("production"),
            tracking_code="tracking_ref",
            status="status",
            status_detail="status_detail",
            updated_at="updated_at",
            carrier=pl.lit("UPS"),
            is_return=pl.lit(value=False),
            tracking_details="tracking_details",
        ).struct.json_encode()
    )
    name = PATTERN.format(f"{stamp(at, zone)}_{kind}")
    return NamedBytes(CARRIER, name, lines_bytes(lines.to_series()), at)
