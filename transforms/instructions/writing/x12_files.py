"""Instruction lines as one X12 interchange: sets in order, numbered, totalled.

Not here: the segments of a set; every format says those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import polars as pl

from transforms.contracts.profile import Envelope, Payload
from transforms.contracts.table import Table
from transforms.edi.delimiters import Delimiters, clean
from transforms.edi.maps import SetMap
from transforms.edi.sets.parts import REFERENCE
from transforms.edi.writer import Dialect, Segment, write_interchange
from transforms.instructions.writing.lines import Render, Row, grouped

_DELIMITERS = Delimiters(newline="\n")


@dataclass(frozen=True)
class Letterhead:
    """Who writes when, as the sets of a file say it.

    Args:
        us: our interchange id.
        zone: the partner's.
        today: the day of ``as_of`` there, CCYYMMDD.
    """

    us: str
    zone: ZoneInfo
    today: str

    def day(self, moment: datetime) -> str:
        """The day of an instant in the partner's zone, CCYYMMDD."""
        return spelled_day(moment.astimezone(self.zone))


def set_writer(
    document: Table,
    set_map: SetMap,
    keys: tuple[str, str],
    segments_of: Callable[[Sequence[Row], Letterhead], list[Segment]],
) -> Render:
    """The ``render`` of a format: a file of sets, one for each value of the first key.

    Sets stand in the order of that key and are numbered from 0001, lines in the
    order of the second key's number. ISA13 and GS06 are the control number, the
    envelope's hour is ``as_of`` in the partner's zone. The file is called
    ``<set>_<control number>.edi``; ``control_ref`` is GS06 without leading zeros, as
    a 997 quotes it. What is written raises ContractError where the frame does not
    keep its contract, ValueError where it is empty or a reference cannot be written.

    Args:
        document: contract of the frame, one row per line.
        set_map: of the sets.
        keys: columns that name a set and a line in it.
        segments_of: segments of one set without ST and SE, from its lines.
    """

    def render(frame: pl.DataFrame, envelope: Envelope) -> Payload:
        sets = grouped(frame, document, *keys)
        head = _letterhead(envelope)
        written = (segments_of(lines, head) for lines in sets.values())
        return Payload(
            name=_name(set_map, envelope),
            content=_interchange(written, set_map, envelope),
            row_count=frame.height,
            unit_count=sum(row["qty"] for lines in sets.values() for row in lines),
            control_ref=str(envelope.control_no),
            set_refs={name: f"{n:04d}" for n, name in enumerate(sets, start=1)},
        )

    return render


def write_one_set(
    segments: list[Segment],
    set_map: SetMap,
    envelope: Envelope,
    row_count: int,
    unit_count: int,
) -> Payload:
    """A file of one set that is nobody's instruction; named like others."""
    return Payload(
        name=_name(set_map, envelope),
        content=_interchange([segments], set_map, envelope),
        row_count=row_count,
        unit_count=unit_count,
        control_ref=str(envelope.control_no),
    )


def spelled_day(day: date) -> str:
    """A date as X12 has it, CCYYMMDD.

    Example:
        >>> spelled_day(date(2017, 12, 9))
        '20171209'
    """
    return f"{day:%Y%m%d}"


def _letterhead(envelope: Envelope) -> Letterhead:
    zone = ZoneInfo(envelope.profile.zone)
    today = spelled_day(envelope.as_of.astimezone(zone))
    return Letterhead(envelope.profile.our_interchange_id, zone, today)


def _name(set_map: SetMap, envelope: Envelope) -> str:
    return f"{set_map.code}_{envelope.control_no:09d}.edi"


def _interchange(
    sets: Iterable[list[Segment]], set_map: SetMap, envelope: Envelope
) -> bytes:
    profile = envelope.profile
    return write_interchange(
        ((set_map.code, segments) for segments in sets),
        functional_id=set_map.functional_id,
        sender=profile.our_interchange_id,
        receiver=profile.interchange_id,
        control_no=envelope.control_no,
        at=envelope.as_of.astimezone(ZoneInfo(profile.zone)),
        dialect=Dialect(
            _DELIMITERS,
            sender_qualifier=profile.our_interchange_qualifier,
            receiver_qualifier=profile.interchange_qualifier,
        ),
    )


def reference(line: Row, column: str) -> str:
    """An identifier: cutting or cleaning it would name something else.

    Raises:
        ValueError: it does not fit or has characters X12 cannot carry.
    """
    value = str(line[column])
    if len(value) > REFERENCE or clean(value, _DELIMITERS) != value:
        raise ValueError(f"{column} {value!r} cannot be written into X12")
    return value


def spoken(text: str | None) -> str:
    """Free text in letters X12 can carry, without outer blanks."""
    return clean(text or "", _DELIMITERS).strip()
