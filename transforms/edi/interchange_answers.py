"""TA1 for an interchange we received: was its envelope legal.

Asked for by ISA14, or told unasked when the envelope fails. Interchanges that
only hold TA1s are never answered. Not here: what stands in groups
(``group_answers``).
"""

from __future__ import annotations

import re

from transforms.edi.anatomy import Received
from transforms.edi.writer import Segment

_LEGAL = "000"
_REFUSALS = {"ISA06": "006", "ISA08": "008", "ISA15": "020", "ISA13": "025"}
_DAY = r"[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"
_HOUR = r"([01][0-9]|2[0-3])[0-5][0-9]"
_ELEMENTS = (
    (9, _DAY, "014"),
    (10, _HOUR, "015"),
    (12, r"[0-9]{5}", "017"),
    (13, r"[0-9]{9}", "018"),
    (14, r"[01]", "019"),
    (15, r"[PTI]", "020"),
)
"""Element of the ISA, what it must be, the note (TA105) when it is not."""

_TRAILERS = {"ISA": "023", "IEA01": "021", "IEA02": "001"}
_BROKEN_GROUP, _BROKEN_CONTENT = "022", "024"


def answer_interchange(received: Received, *, has_strays: bool) -> Segment | None:
    """The TA1 of an interchange, None when none is due.

    Accepted (A) with note 000; with errors (E) when the envelope has some and
    its sets were read all the same; rejected (R) when nothing was read.

    Args:
        received: as ``open_envelopes`` found it.
        has_strays: whether something stands in it outside groups and sets.

    Source:
        X12 004010, data elements I17 and I18.
    """
    # One that is refused shows no TA1s, but without a group it held nothing else.
    is_answer = bool(received.answers) or received.refusal is not None
    if is_answer and not received.groups:
        return None
    note = _note(received, has_strays=has_strays)
    is_asked = received.isa[14:15] == ["1"]
    if note == _LEGAL and not is_asked:
        return None
    verdict = "R" if received.refusal else "A" if note == _LEGAL else "E"
    control, day, hour = (received.isa[place] for place in (13, 9, 10))
    return ["TA1", control[-9:], day[:6], hour[:4], verdict, note]


def _note(received: Received, *, has_strays: bool) -> str:
    if received.refusal:
        return _REFUSALS.get(received.refusal.place, _BROKEN_CONTENT)
    notes = [
        note
        for place, shape, note in _ELEMENTS
        if not re.fullmatch(shape, received.isa[place], re.ASCII)
    ]
    notes += (_TRAILERS[finding.place] for finding in received.findings)
    groups = (found.place for group in received.groups for found in group.findings)
    notes += [_BROKEN_GROUP] if "GS" in groups else []
    notes += [_BROKEN_CONTENT] if has_strays else []
    return notes[0] if notes else _LEGAL
