"""The parts of an opened file: headers, transaction sets, groups, the rest.

Values only. Not here: how a file is opened (``envelopes``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from transforms.edi.delimiters import Delimiters
from transforms.edi.findings import Finding


@dataclass(frozen=True)
class Header:
    """What ISA and GS say about every set inside.

    Args:
        sender: ISA06.
        receiver: ISA08.
        interchange_control: ISA13.
        is_test: ISA15 is T and tests are not accepted.
        functional_id: GS01.
        day: GS04, CCYYMMDD.
        hour: GS05, HHMM…
        group_control: GS06; "" outside any group.
        version: GS08.
    """

    sender: str = ""
    receiver: str = ""
    interchange_control: str = ""
    is_test: bool = False
    functional_id: str = ""
    day: str = ""
    hour: str = ""
    group_control: str = ""
    version: str = ""


@dataclass(frozen=True)
class TransactionSet:
    """One ST … SE as sent.

    Args:
        code: ST01, "850".
        control: ST02.
        line: number of its ST in the file; the n-th text has ``line + n``.
        texts: ST to SE, blank segments included.
        header: of its interchange and group.
        delimiters: of its interchange.
        finding: what breaks the envelope, None when whole.
    """

    code: str
    control: str
    line: int
    texts: list[str]
    header: Header
    delimiters: Delimiters
    finding: Finding | None = None

    def segments(self) -> list[list[str]]:
        """Each text cut into segment id and elements."""
        separator = self.delimiters.element
        return [text.split(separator) for text in self.texts]


@dataclass(frozen=True)
class Group:
    """A functional group: its header, its sets, what its trailer claims.

    Args:
        header: of its interchange and group.
        sets: in file order, broken ones included.
        claimed_count: GE01 as sent, "" without a GE.
        findings: what is wrong with GS or GE.
    """

    header: Header
    sets: list[TransactionSet]
    claimed_count: str
    findings: list[Finding]


@dataclass
class Envelopes:
    """A file by envelope: every segment is in exactly one class.

    Args:
        sets: in file order.
        groups: in file order; they hold the same sets.
        strays: quarantined segments outside sets, with their text.
        framing: number of well-formed envelope segments.
        blank: number of empty segments, those inside sets included.
        count: segments in the file.
    """

    sets: list[TransactionSet] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    strays: list[tuple[Finding, str]] = field(default_factory=list)
    framing: int = 0
    blank: int = 0
    count: int = 0
