"""X12 846: tells a channel how much it may sell, one set a file.

- BIA*08 (a whole count), ``SI``; BIA03 the control number, BIA04 and 05 the moment
  of the figures in the partner's zone.
- N1*WH: option ``location_ref`` with the channel, else the company's own id.
- LIN: the place, ``SK`` our SKU, ``BP`` the channel's own name of it where an alias
  says one. QTY*33: eaches for sale, absolute.
- CTT: LINs and eaches in all.

A SKU that X12 cannot carry is refused. Our own reader of 846 reads it back.
"""

from __future__ import annotations

from functools import partial
from zoneinfo import ZoneInfo

import polars as pl

from transforms.contracts.profile import Envelope, Payload
from transforms.contracts.table import conform
from transforms.contracts.telling import STOCK_OFFERS
from transforms.edi.maps import build
from transforms.edi.sets import STOCK_ADVICE
from transforms.edi.writer import Segment
from transforms.instructions.writing.lines import Row
from transforms.instructions.writing.x12_files import reference, write_one_set

DOCUMENT = STOCK_OFFERS

_segment = partial(build, STOCK_ADVICE)


def render(frame: pl.DataFrame, envelope: Envelope) -> Payload:
    """A file of one 846.

    Args:
        frame: STOCK_OFFERS.
        envelope: receiver, control number and hour.

    Returns:
        ``846_<control number>.edi``. The same rows give the same bytes.

    Raises:
        ContractError: the frame does not keep its contract.
        ValueError: the frame is empty, or a SKU cannot be written.
    """
    if frame.is_empty():
        raise ValueError("an 846 needs at least one SKU")
    rows = conform(frame, DOCUMENT).sort("sku_id").to_dicts()
    profile = envelope.profile
    at = rows[0]["as_of"].astimezone(ZoneInfo(profile.zone))
    place = profile.options.get("location_ref", profile.our_interchange_id)
    segments: list[Segment] = [
        _segment(
            *("BIA", "08", "SI", str(envelope.control_no)),
            *(f"{at:%Y%m%d}", f"{at:%H%M}"),
        ),
        _segment("N1", "WH", place, "92", place),
    ]
    for number, row in enumerate(rows, start=1):
        segments += _line(number, row)
    units = sum(row["available_qty"] for row in rows)
    segments.append(_segment("CTT", str(len(rows)), str(units)))
    return write_one_set(segments, STOCK_ADVICE, envelope, len(rows), units)


def _line(number: int, row: Row) -> list[Segment]:
    theirs = ("BP", reference(row, "sku_ref")) if row["sku_ref"] else ()
    return [
        _segment("LIN", str(number), "SK", reference(row, "sku_id"), *theirs),
        _segment("QTY", "33", str(row["available_qty"]), "EA"),
    ]
