"""Instruction lines as one X12 interchange: sets in order, numbered, totalled.

Not here: the segments of a set; every format says those.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

import polars as pl

from transforms.contracts.profile import Envelope, Payload
from transforms.contracts.table import Table
from transforms.edi.delimiters import Delimiters, clean
from transforms.edi.maps import SetMap
from transforms.edi.sets.parts import REFERENCE
from transforms.edi.writer import Dialect, Segment, write_interchange
from transforms.instructions.writing.lines import Row, grouped

_DELIMITERS = Delimiters(newline="\n")


def write_sets(
    frame: pl.DataFrame,
    envelope: Envelope,
    *,
    document: Table,
    set_map: SetMap,
    keys: tuple[str, str],
    segments_of: Callable[[Sequence[Row], ZoneInfo], list[Segment]],
) -> Payload:
    """A file of sets, one for each value of the first key.

    Sets stand in the order of that key and are numbered from 0001, lines in the
    order of the second key's number. ISA13 and GS06 are the control number, the
    envelope's hour is ``as_of`` in the partner's zone.

    Args:
        frame: ``document``, one row per line.
        envelope: receiver, control number and hour.
        document: contract of the frame.
        set_map: of the sets.
        keys: columns that name a set and a line in it.
        segments_of: segments of one set without ST and SE, from its lines and
            the partner's zone.

    Returns:
        ``<set>_<control number>.edi``; ``control_ref`` is GS06 without leading
        zeros, as a 997 quotes it. The same rows give the same bytes.

    Raises:
        ContractError: the frame does not keep its contract.
        ValueError: the frame is empty, or a reference cannot be written.
    """
    sets = grouped(frame, document, *keys)
    zone = ZoneInfo(envelope.profile.zone)
    written = [segments_of(lines, zone) for lines in sets.values()]
    return Payload(
        name=_name(set_map, envelope),
        content=_interchange(written, set_map, envelope),
        row_count=frame.height,
        unit_count=sum(row["qty"] for lines in sets.values() for row in lines),
        control_ref=str(envelope.control_no),
        set_refs={name: f"{place:04d}" for place, name in enumerate(sets, start=1)},
    )


def write_one_set(
    segments: list[Segment],
    set_map: SetMap,
    envelope: Envelope,
    row_count: int,
    unit_count: int,
) -> Payload:
    """A file of one set that is nobody's instruction; named like ``write_sets``'s."""
    return Payload(
        name=_name(set_map, envelope),
        content=_interchange([segments], set_map, envelope),
        row_count=row_count,
        unit_count=unit_count,
        control_ref=str(envelope.control_no),
    )


def _name(set_map: SetMap, envelope: Envelope) -> str:
    return f"{set_map.code}_{envelope.control_no:09d}.edi"


def _interchange(
    sets: Sequence[list[Segment]], set_map: SetMap, envelope: Envelope
) -> bytes:
    profile = envelope.profile
    return write_interchange(
        [(set_map.code, segments) for segments in sets],
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
