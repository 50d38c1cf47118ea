"""The parts of an opened file: headers, messages, groups, interchanges, the rest.

Values only. Not here: how a file is opened (``envelopes``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from transforms.edi.edifact.characters import Service
from transforms.edi.edifact.faults import Fault


@dataclass(frozen=True)
class Header:
    """What UNB and UNG say about every message inside.

    Args:
        sender: UNB 0004.
        sender_qualifier: UNB 0007 of the sender.
        receiver: UNB 0010.
        receiver_qualifier: UNB 0007 of the recipient.
        interchange_ref: UNB 0020.
        day: UNB 0017, YYMMDD, or CCYYMMDD from syntax version 4 on.
        hour: UNB 0019, HHMM.
        application: UNB 0026, "ORDERS"; "" when not sent.
        asks_for_contrl: whether UNB 0031 asks for an acknowledgement.
        is_test: whether UNB 0035 marks a test.
        syntax_version: UNB 0002.
        group_ref: UNG 0048; "" outside any group.
        group_kind: UNG 0038.
    """

    sender: str = ""
    sender_qualifier: str = ""
    receiver: str = ""
    receiver_qualifier: str = ""
    interchange_ref: str = ""
    day: str = ""
    hour: str = ""
    application: str = ""
    asks_for_contrl: bool = False
    is_test: bool = False
    syntax_version: str = "3"
    group_ref: str = ""
    group_kind: str = ""


@dataclass(frozen=True)
class Message:
    """One UNH … UNT.

    Args:
        kind: UNH 0065, "ORDERS".
        identifier: UNH S009 as sent, its components joined by ":".
        release: UNH 0054, "96A".
        reference: UNH 0062.
        line: number of its UNH in the file; the n-th text has ``line + n``.
        texts: UNH to UNT, normalised, blank segments included.
        header: of its interchange and group.
        service: of its interchange.
        is_damaged: whether bytes of its interchange were no text.
        fault: what breaks the envelope, None when whole.
    """

    kind: str
    identifier: str
    release: str
    reference: str
    line: int
    texts: list[str]
    header: Header
    service: Service
    is_damaged: bool = False
    fault: Fault | None = None

    @property
    def filled(self) -> int:
        """How many of its segments are not blank."""
        return len(self.texts) - self.texts.count("")


@dataclass(frozen=True)
class Group:
    """A functional group: its header, its messages, what is wrong with it.

    Args:
        header: of its interchange and group.
        line: number of its UNG in the file.
        messages: in file order, broken ones included.
        faults: of UNG and UNE.
        identity: UNG S006 and S007 as sent, components joined by ":".
    """

    header: Header
    line: int
    messages: list[Message]
    faults: list[Fault]
    identity: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Opened:
    """One interchange.

    Args:
        header: of the interchange.
        line: number of its UNB in the file.
        messages: in file order, those of groups included.
        groups: in file order.
        faults: of UNB and UNZ.
        refusal: why nothing of it is read, None when it is.
        identity: UNB S002 and S003 as sent, components joined by ":".
    """

    header: Header
    line: int
    messages: list[Message]
    groups: list[Group]
    faults: list[Fault]
    refusal: Fault | None = None
    identity: tuple[str, str] = ("", "")


@dataclass
class Envelopes:
    """A file by envelope: every segment is in exactly one class.

    Args:
        interchanges: in file order.
        strays: quarantined segments outside messages, with their text.
        framing: number of well-formed envelope segments.
        blank: number of empty segments, those inside messages included.
        count: segments in the file.
        guesses: lines of UNBs that name another character set than was read.
    """

    interchanges: list[Opened] = field(default_factory=list)
    strays: list[tuple[Fault, str]] = field(default_factory=list)
    framing: int = 0
    blank: int = 0
    count: int = 0
    guesses: list[tuple[int, str]] = field(default_factory=list)

    @property
    def messages(self) -> list[Message]:
        """All messages of the file, in order."""
        return [message for one in self.interchanges for message in one.messages]
