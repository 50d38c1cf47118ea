"""The parts of an opened file: headers, transaction sets, groups, interchanges.

Values only. Not here: how a file is opened (``envelopes``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from transforms.edi.delimiters import Delimiters
from transforms.edi.findings import Finding
from transforms.edi.tokens import spelled


def control_ref(control: str) -> str:
    """A control number as it is compared: ``000000012`` and ``12`` are one.

    Example:
        >>> control_ref("000000012"), control_ref("0"), control_ref("A0")
        ('12', '0', 'A0')
    """
    return control.lstrip("0") or "0" if control.isdecimal() else control


@dataclass(frozen=True)
class Header:
    """What ISA and GS say about every set inside.

    Args:
        sender: ISA06.
        receiver: ISA08.
        sender_qualifier: ISA05.
        receiver_qualifier: ISA07.
        interchange_control: ISA13.
        is_test: ISA15 is T.
        functional_id: GS01.
        application_sender: GS02.
        application_receiver: GS03.
        day: GS04, CCYYMMDD; of a TA1 the day of ISA09.
        hour: GS05, HHMM…; of a TA1 the hour of ISA10.
        group_control: GS06; "" outside any group.
        version: GS08.
    """

    sender: str = ""
    receiver: str = ""
    sender_qualifier: str = ""
    receiver_qualifier: str = ""
    interchange_control: str = ""
    is_test: bool = False
    functional_id: str = ""
    application_sender: str = ""
    application_receiver: str = ""
    day: str = ""
    hour: str = ""
    group_control: str = ""
    version: str = ""


class TransactionSet(NamedTuple):
    """One ST … SE as sent, or a TA1, which is a set of one segment.

    Args:
        code: ST01, "850"; "TA1".
        control: ST02; TA101.
        line: number of its ST in the file; the n-th segment has ``line + n``.
        body: ST to SE as ``tokens`` cuts them, blank segments included.
        filled: how many of its segments are not blank.
        header: of its interchange and group.
        delimiters: of its interchange.
        finding: what breaks the envelope, None when whole.
    """

    code: str
    control: str
    line: int
    body: bytes
    filled: int
    header: Header
    delimiters: Delimiters
    finding: Finding | None = None

    @property
    def texts(self) -> list[str]:
        """Its segments without terminator, "" for a blank one."""
        return spelled(self.body, self.delimiters)


@dataclass(frozen=True)
class Group:
    """A functional group: its header, its sets, what its trailer claims.

    Args:
        header: of its interchange and group.
        sets: in file order, broken ones included.
        claimed_count: GE01 as sent, "" without a GE.
        findings: what is wrong with GS or GE.
        line: number of its GS in the file.
        refusal: why the group is not read at all, None when it is.
    """

    header: Header
    sets: list[TransactionSet]
    claimed_count: str
    findings: list[Finding]
    line: int = 0
    refusal: Finding | None = None


@dataclass(frozen=True)
class Received:
    """An interchange: its header, its groups, the TA1s between them.

    Args:
        header: of the interchange alone.
        isa: ISA00 to ISA16, trimmed.
        groups: in file order.
        answers: its TA1s.
        findings: what is wrong with ISA or IEA.
        line: number of its ISA in the file.
        delimiters: it was cut by.
        refusal: why the interchange is not read at all, None when it is.
    """

    header: Header
    isa: list[str]
    groups: list[Group]
    answers: list[TransactionSet]
    findings: list[Finding]
    line: int
    delimiters: Delimiters
    refusal: Finding | None = None


@dataclass
class Envelopes:
    """A file by envelope: every segment is in exactly one class.

    Args:
        interchanges: in file order.
        sets: in file order.
        answers: TA1s in file order; their segments count as framing.
        strays: quarantined segments outside sets, with their text.
        framing: number of well-formed envelope segments.
        blank: number of empty segments, those inside sets included.
        count: segments in the file.
    """

    interchanges: list[Received] = field(default_factory=list)
    sets: list[TransactionSet] = field(default_factory=list)
    answers: list[TransactionSet] = field(default_factory=list)
    strays: list[tuple[Finding, str]] = field(default_factory=list)
    framing: int = 0
    blank: int = 0
    count: int = 0

    @property
    def groups(self) -> list[Group]:
        """All groups in file order; they hold the same sets."""
        return [group for one in self.interchanges for group in one.groups]
