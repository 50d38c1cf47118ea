"""What the twin's X12 speakers share: ids, control numbers, the way they spell.

Not here: tokens and envelopes (``transforms.edi``).
"""

from __future__ import annotations

from datetime import UTC, datetime

from transforms.edi.delimiters import Delimiters
from transforms.edi.writer import STANDARD, Dialect

US_ID = "ORDERHOUSE"
_SENDERS = {
    "business": "BIZBUYERS",
    "harbor_3pl": "HARBOR3PL",
    "prairie_3pl": "PRAIRIE3PL",
}
_KINDS = ("850", "846", "944", "945", "997", "again", "unknown", "extra", "947", "860")
_EPOCH = datetime(2016, 1, 1, tzinfo=UTC)
_SECONDS_PER_NUMBER = 30
_HARBOR = Dialect(delimiters=Delimiters(newline="\n"))
"""Harbor's system ends its lines, the others' do not."""


def sender_id(partner_id: str) -> str:
    """ISA06 of a partner."""
    return _SENDERS[partner_id]


def dialect_of(partner_id: str) -> Dialect:
    """How a partner spells its interchanges."""
    return _HARBOR if partner_id == "harbor_3pl" else STANDARD


def control_number(at: datetime, kind: str) -> int:
    """ISA13, unique per partner, half minute and kind of document."""
    halves = int((at - _EPOCH).total_seconds()) // _SECONDS_PER_NUMBER
    return halves * len(_KINDS) + _KINDS.index(kind) + 1
