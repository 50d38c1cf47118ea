"""Reception: from the drop to landing, whatever a file is called or how large.

Not here: what a file says (``intake``).
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from orchestration.resources.admission import TOO_LARGE, refusal_of
from orchestration.resources.clock import received_at
from orchestration.resources.drop import name_of
from orchestration.resources.formats import feed_format, feed_formats
from orchestration.resources.house import House
from orchestration.resources.landing import Arrival, Incoming, Reader
from orchestration.resources.partners import PartnerProfile
from orchestration.resources.sharing import readers
from transforms.contracts.profile import Parsed

NOBODY = Reader("", "", "")
"""Who reads a file that no feed expects."""


def land_drop(house: House, partner: PartnerProfile) -> list[Arrival]:
    """Move a partner's waiting files into landing, oldest first.

    Returns:
        their ledger rows: one for each feed that reads a file.
    """
    folder = house.home.drop / partner.partner_id
    paths = [p for p in house.waiting(house.run.as_of) if folder in p.parents]
    with house.landing.batch():
        landed = [_land(house, partner, path) for path in paths]
    for path, (arrival, *_) in zip(paths, landed, strict=True):
        if arrival.verdict == TOO_LARGE:
            _put_aside(house, partner, path)
        else:
            path.unlink()
    return [arrival for rows in landed for arrival in rows]


def _land(house: House, partner: PartnerProfile, path: Path) -> list[Arrival]:
    name, at = name_of(path), received_at(path)
    size = path.stat().st_size
    is_small = size <= partner.max_file_bytes
    content = path.read_bytes() if is_small else b""
    feeds = readers(partner, name, content)
    first, *beside = [Reader(f.name, f.document, f.format) for f in feeds] or [NOBODY]
    return house.landing.land_shared(
        Incoming(
            partner_id=partner.partner_id,
            feed=first.feed,
            document=first.document,
            format=first.format,
            file_name=name,
            content=content,
            received_at=at,
            refusal=refusal_of(partner, name, size) or _test(partner, at),
            sha256="" if is_small else _hash(path),
            size_bytes=size,
            beside=tuple(beside),
        ),
        lambda before: _was_in_vain(house, partner, before, content, first),
    )


def copied(
    house: House, partner: PartnerProfile, name: str, content: bytes
) -> Arrival | None:
    """The arrival that would make a file a DUPLICATE, None if none would."""
    feed = next(iter(readers(partner, name, content)), None)
    if feed is None:
        return None
    reader = Reader(feed.name, feed.document, feed.format)
    return house.landing.copied(
        partner.partner_id,
        hashlib.sha256(content).hexdigest(),
        lambda before: _was_in_vain(house, partner, before, content, reader),
    )


def _was_in_vain(
    house: House,
    partner: PartnerProfile,
    before: Arrival,
    content: bytes,
    reader: Reader,
) -> bool:
    """Whether to read these bytes once more may give the first row of them.

    So it is for another feed, and for the same one if its profile was corrected
    since. The lake knows whether there was a row; of what came in this very sweep
    the format is asked, and one that is no more leaves the doubt that it gave some.
    """
    known = house.lake.query(
        "select loaded_rows from lake.bronze.landing_ledger where landing_id = ?",
        [before.landing_id],
    )
    if known.height and known["loaded_rows"].item() != 0:
        return False
    if (before.feed, before.format) == (reader.feed, reader.format):
        return bool(known.height) and _has_rows(partner, before, content)
    if known.height:
        return True
    return before.format in feed_formats() and not _has_rows(partner, before, content)


def _has_rows(partner: PartnerProfile, arrival: Arrival, content: bytes) -> bool:
    """Whether the arrival's feed reads a row of these bytes, as its profile is now."""
    profile = partner.profile(partner.feed_named(arrival.feed))
    parsed: Parsed = feed_format(arrival.format).parse(content, profile)
    return not parsed.rows.is_empty()


def _test(partner: PartnerProfile, at: datetime) -> str:
    """The verdict of a file of before the partner's first day, "" of any other."""
    day = at.astimezone(ZoneInfo(partner.zone)).date()
    return "TEST" if partner.live_from and day < partner.live_from else ""


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _put_aside(house: House, partner: PartnerProfile, path: Path) -> None:
    """Keep a file that is too large to read: nothing that arrived is lost."""
    folder = house.home.root / "refused" / partner.partner_id
    folder.mkdir(parents=True, exist_ok=True)
    path.replace(folder / path.name)
