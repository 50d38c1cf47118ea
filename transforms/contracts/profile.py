"""A partner as its formats need to know it, and what parsing a payload gives.

Where profiles come from: ``orchestration/defs/partners/<partner>/defs.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from transforms.contracts.luhn import stretches
from transforms.contracts.table import INSTANT, INTEGER, TEXT, Column, Table

OURS = "ORDERHOUSE"
"""Our interchange id where nobody said another."""


OPERATORS = "operators"
"""The partner in whose name people of ours put right what others sent."""


@dataclass(frozen=True)
class Share:
    """What one feed reads of an X12 or EDIFACT file that several feeds read.

    Args:
        others: kinds of sets (ST01, UNH 0065) that other feeds of the file read.
        is_first: whether it accounts for all that no feed reads as its own:
            envelopes, what stands outside of sets, sets that nobody knows.
    """

    others: frozenset[str] = frozenset()
    is_first: bool = True

    def takes(self, kind: str, own: Collection[str]) -> bool:
        """Whether a set is accounted for by the feed that reads ``own``.

        Example:
            >>> share = Share(frozenset({"860"}), is_first=False)
            >>> [share.takes(kind, {"850"}) for kind in ("850", "860", "832")]
            [True, False, False]
        """
        return kind not in self.others and (self.is_first or kind in own)


WHOLE = Share()
"""Of a file that one feed reads."""


@dataclass(frozen=True)
class Profile:
    """What a format must know of the partner to read or write its files.

    Args:
        partner_id: ours, snake case.
        zone: IANA zone of local times in the partner's files.
        currency_code: used where the format carries none.
        interchange_id: the partner's X12 id (ISA06/08), 15 characters at most.
        interchange_qualifier: ISA05/07.
        our_interchange_id: our X12 or EDIFACT id towards this partner.
        our_interchange_qualifier: what kind of id that is.
        quantity_basis: what a stock snapshot counts: "on_hand" or "available".
        options: anything else a format documents.
        share: what of the file at hand is to be read.
        is_ours_said: somebody wrote our id down: what goes to another is refused.
    """

    partner_id: str
    zone: str = "UTC"
    currency_code: str = "USD"
    interchange_id: str = ""
    interchange_qualifier: str = "ZZ"
    our_interchange_id: str = OURS
    our_interchange_qualifier: str = "ZZ"
    quantity_basis: str = "on_hand"
    options: Mapping[str, str] = field(default_factory=dict)
    share: Share = WHOLE
    is_ours_said: bool = False

    @property
    def addressee(self) -> str:
        """The only receiver its interchanges may have; "" where nobody said which."""
        is_said = self.is_ours_said or self.our_interchange_id != OURS
        return self.our_interchange_id if is_said else ""


REJECTS = Table(
    room="bronze",
    name="rejects",
    grain="one row per physical line (X12: segment) that was quarantined",
    key=("partner_id", "payload_sha256", "payload_line"),
    columns=(
        Column("partner_id", TEXT, "who sent it"),
        Column("document", TEXT, "document the file was read as"),
        Column("payload_sha256", TEXT, "the landed file", is_provenance=True),
        Column("payload_line", INTEGER, "line in it, from 1", is_provenance=True),
        Column("column_name", TEXT, "column or element at fault"),
        Column("code", TEXT, "stable code, see docs/codes.md"),
        Column("message", TEXT, "what is wrong and how to mend it"),
        Column(
            "masked_value",
            TEXT,
            "first and last character only; a wrong code of two characters whole",
        ),
        Column("received_at", INSTANT, "when it arrived", is_provenance=True),
        Column("landing_id", INTEGER, "ledger row of the file", is_provenance=True),
    ),
)


NOTICE = pl.Schema(
    {
        "payload_line": pl.Int64(),
        "column_name": pl.String(),
        "code": pl.String(),
        "message": pl.String(),
    }
)
"""What ``Parsed.notices`` holds: said about lines that were read all the same."""

CONTROL = pl.Schema(
    {
        "payload_line": pl.Int64(),
        "level": pl.String(),
        "sender_ref": pl.String(),
        "document_code": pl.String(),
        "control_ref": pl.String(),
    }
)
"""What ``Parsed.controls`` holds, one row per opened envelope.

``level`` is interchange, group or set; ``document_code`` is GS01, ST01 or the
message type, "" for an interchange.
"""


@dataclass(frozen=True)
class LineCount:
    """Physical lines of a payload: each in exactly one class.

    For X12 a line is a segment. Header and envelope lines that are well
    formed count as accepted.
    """

    physical: int
    accepted: int
    quarantined: int
    blank: int

    def is_balanced(self) -> bool:
        """Whether accepted + quarantined + blank = physical."""
        return self.accepted + self.quarantined + self.blank == self.physical


def verdict_of(lines: LineCount, loaded_rows: int) -> str:
    """What became of a file that was read: ACCEPTED, PARTIAL or REJECTED."""
    if not lines.quarantined:
        return "ACCEPTED"
    return "PARTIAL" if loaded_rows else "REJECTED"


@dataclass(frozen=True)
class Parsed:
    """What ``parse`` of a format returns.

    Args:
        rows: the document's text columns and ``payload_line`` (Int64, from 1).
        rejects: ``payload_line, column_name, code, message, masked_value``.
        lines: the count that must balance.
        notices: ``NOTICE``, what a sender should know although it was read.
        controls: ``CONTROL``, envelopes of an EDI payload, to find those that
            arrive twice in different files.
    """

    rows: pl.DataFrame
    rejects: pl.DataFrame
    lines: LineCount
    notices: pl.DataFrame = field(default_factory=NOTICE.to_frame)
    controls: pl.DataFrame = field(default_factory=CONTROL.to_frame)

    @property
    def verdict(self) -> str:
        """What became of the file: ACCEPTED, PARTIAL or REJECTED."""
        return verdict_of(self.lines, self.rows.height)


@dataclass(frozen=True)
class Payload:
    """Bytes to send, with the totals of the manifest.

    Args:
        name: file name the partner expects.
        content: exact bytes.
        row_count: instruction lines in it.
        unit_count: sum of quantities, eaches.
        control_ref: control number inside the bytes.
        set_refs: instruction id → transaction set control number; empty for
            formats without sets, where the control number is acknowledged.
    """

    name: str
    content: bytes
    row_count: int
    unit_count: int
    control_ref: str
    set_refs: Mapping[str, str] = field(default_factory=dict)


def masked(value: str) -> str:
    """``value`` with all but its first and last character hidden.

    Example:
        >>> masked("4111111111111111"), masked("x"), masked("")
        ('4…1', '…', '')
    """
    if len(value) <= 2:  # noqa: PLR2004 two characters would show it all
        return "…" if value else ""
    return f"{value[0]}…{value[-1]}"


SHORT_CODE = "^[A-Z0-9]{1,2}$"
"""What stands where a listed code is expected and tells nothing of a person."""


_SHOWN_WHOLE = {
    "BAD_CODE": SHORT_CODE,
    "WRONG_COUNT": "[0-9]{1,9}",
    "WRONG_PARTNER": "[A-Za-z0-9][A-Za-z0-9 ._/-]{0,34}",
}
"""Refused values that are nobody's data: short codes, counts, ids of an envelope."""


def shown(code: str, value: str) -> str:
    """A refused value as people see it: masked, but for what is nobody's data.

    Example:
        >>> shown("BAD_CODE", "ZZ"), shown("BAD_CODE", "Zoe"), shown("BAD_QTY", "ZZ")
        ('ZZ', 'Z…e', '…')
        >>> shown("WRONG_COUNT", "12"), shown("WRONG_PARTNER", "BIZBUYERS")
        ('12', 'BIZBUYERS')
        >>> shown("WRONG_PARTNER", "4111111111111111")
        '4…1'
    """
    shape = _SHOWN_WHOLE.get(code)
    if shape is None or not re.fullmatch(shape, value):
        return masked(value)
    begins, _ = stretches(value.encode(), 13, 19)
    return masked(value) if len(begins) else value


@dataclass(frozen=True)
class Envelope:
    """What a render needs besides its rows.

    Args:
        profile: of the receiver.
        control_no: number of the file, 1 … 999999999, never used twice for
            other bytes.
        as_of: UTC instant of the decision; the only hour in the file.
    """

    profile: Profile
    control_no: int
    as_of: datetime
