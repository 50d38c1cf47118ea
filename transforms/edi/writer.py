"""Writing X12: segments in, the bytes of one interchange out.

Envelope, control numbers and counts are made here; what the sets say is the
caller's. No clock: the hour of the envelope is an argument. Not here: reading
(``tokens``, ``envelopes``) and what an element may hold (``maps``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from transforms.edi.delimiters import Delimiters, clean, is_clean
from transforms.edi.tokens import ELEMENT_END, SEGMENT_END, Interchange, Tokens

Segment = Sequence[str]
"""Segment id and its elements: ``["N1", "ST", "Ada Example"]``."""

_REPETITION_SINCE = "00402"
_MAX_CONTROL_NO = 999_999_999
_MAX_IDENTITY = 15


@dataclass(frozen=True)
class Dialect:
    """How a partner likes its interchanges spelled.

    Args:
        delimiters: separators and terminator.
        version: GS08, "004010".
        usage: ISA15: "P" production, "T" test.
        sender_qualifier: ISA05.
        receiver_qualifier: ISA07.
        asks_for_ta1: ISA14.
    """

    delimiters: Delimiters = field(default_factory=Delimiters)
    version: str = "004010"
    usage: str = "P"
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"
    asks_for_ta1: bool = False


STANDARD = Dialect()


def write_interchange(  # noqa: PLR0913 what an envelope names
    sets: Iterable[tuple[str, Sequence[Segment]]],
    *,
    functional_id: str,
    sender: str,
    receiver: str,
    control_no: int,
    at: datetime,
    dialect: Dialect = STANDARD,
    application: tuple[str, str] | None = None,
    answers: Sequence[Segment] = (),
) -> bytes:
    """One interchange with one functional group of transaction sets.

    ST/SE, GS/GE and ISA/IEA with counts and control numbers are added: the
    n-th set is ST02 ``000n``; ISA13 and GS06 are ``control_no``. Trailing empty
    elements are left out; characters that would break the file are replaced
    (``delimiters.clean``), so any text may be passed.

    Args:
        sets: (set code, its segments without ST and SE) in file order.
        functional_id: GS01: PO 850, IB 846, OW 940, RE 944, SW 945, FA 997.
        sender: ISA06 and GS02, 15 characters at most.
        receiver: ISA08 and GS03, 15 characters at most.
        control_no: 1 … 999999999.
        at: hour of the envelope, written as it stands, in whatever zone it is.
        dialect: spelling the partner expects.
        application: GS02 and GS03 where they differ from the ISA's ids.
        answers: TA1s between ISA and group; with some and no sets the
            interchange has no group.

    Returns:
        ASCII bytes, the same for the same arguments.

    Raises:
        ValueError: an id is too long or the control number out of range.

    Example:
        >>> receipt = [["AK1", "OW", "7"], ["AK9", "A", "1", "1", "1"]]
        >>> content = write_interchange(
        ...     [("997", receipt)], functional_id="FA", sender="HARBOR",
        ...     receiver="ORDERHOUSE", control_no=12, at=datetime(2017, 12, 27, 9, 5))
        >>> print(content.decode().replace("~", "~|").replace("|", chr(10)), end="")
        ISA*00*          *00*          *ZZ*HARBOR         *ZZ*ORDERHOUSE     *171227*0905*U*00401*000000012*0*P*>~
        GS*FA*HARBOR*ORDERHOUSE*20171227*0905*12*X*004010~
        ST*997*0001~
        AK1*OW*7~
        AK9*A*1*1*1~
        SE*4*0001~
        GE*1*12~
        IEA*1*000000012~
    """  # noqa: E501
    if not 0 < control_no <= _MAX_CONTROL_NO:
        raise ValueError(f"control number {control_no} is not in 1 … 999999999")
    marks = dialect.delimiters
    # Set by set: of many thousands only their bytes are kept.
    bodies = [
        spell(_enclosed(code, number, segments), marks)
        for number, (code, segments) in enumerate(sets, start=1)
    ]
    ids = (_identity(sender, dialect), _identity(receiver, dialect))
    has_group = bool(bodies) or not answers
    opening: list[Segment] = [*answers]
    closing: list[Segment] = [["IEA", str(int(has_group)), f"{control_no:09d}"]]
    if has_group:
        named = application or ids
        opening.append(_group_header(functional_id, named, control_no, at, dialect))
        closing.insert(0, ["GE", str(len(bodies)), str(control_no)])
    header = _interchange_header(ids, control_no, at, dialect)
    start = (header + marks.terminator + marks.newline).encode("ascii")
    return b"".join([start, spell(opening, marks), *bodies, spell(closing, marks)])


def spell(segments: Iterable[Segment], delimiters: Delimiters) -> bytes:
    """Segments as bytes, each with its terminator; unsafe characters replaced.

    An ISA is written as it stands: it holds the delimiters.

    Example:
        >>> spell([["N1", "ST", "A*B", ""], ["SE", "2"]], Delimiters())
        b'N1*ST*A B~SE*2~'
    """
    ending = delimiters.terminator + delimiters.newline
    lines = [_spelled(segment, delimiters) for segment in segments]
    return "".join(f"{line}{ending}" for line in lines).encode("ascii")


def respell(tokens: Tokens) -> bytes:
    r"""The bytes of a file that was cut, as they were sent.

    What a file has beside its segments is lost: lines outside interchanges,
    indents, line ends that do not stand behind every terminator.

    Example:
        >>> from transforms.edi.tokens import tokenise
        >>> payload = "ISA*00**00**ZZ*A*ZZ*B*1*2*U*4*5*0*P*>~\nIEA*0*5~\n".encode()
        >>> respell(tokenise(payload)) == payload
        True
    """
    pieces = (_respelled(one).decode() for one in tokens.interchanges)
    return "".join(pieces).encode(tokens.encoding)


def _respelled(interchange: Interchange) -> bytes:
    delimiters = interchange.delimiters
    ending = (delimiters.terminator + delimiters.newline).encode()
    body = interchange.body[:-1].replace(SEGMENT_END, ending)
    whole = body.replace(ELEMENT_END, delimiters.element.encode())
    return whole + interchange.tail.encode()


def _spelled(segment: Segment, delimiters: Delimiters) -> str:
    separator = delimiters.element
    line = separator.join(segment)
    if segment[0] == "ISA":
        return line
    # Joined first and looked at once: cleaning each element costs ten times more.
    is_whole = line.count(separator) == len(segment) - 1
    if not (is_whole and is_clean(line, delimiters)):
        line = separator.join(clean(element, delimiters) for element in segment)
    return line.rstrip(separator)


def _enclosed(code: str, number: int, segments: Sequence[Segment]) -> list[Segment]:
    reference = f"{number:04d}"
    count = str(len(segments) + 2)
    return [["ST", code, reference], *segments, ["SE", count, reference]]


def _identity(name: str, dialect: Dialect) -> str:
    spelled = clean(name, dialect.delimiters)
    if not spelled.strip() or len(spelled) > _MAX_IDENTITY:
        raise ValueError(f"interchange id {name!r} must have 1 … 15 characters")
    return spelled


def _group_header(
    functional_id: str,
    ids: tuple[str, str],
    control_no: int,
    at: datetime,
    dialect: Dialect,
) -> Segment:
    day, hour = f"{at:%Y%m%d}", f"{at:%H%M}"
    name = ["GS", functional_id, *ids]
    return [*name, day, hour, str(control_no), "X", dialect.version]


def _interchange_header(
    ids: tuple[str, str], control_no: int, at: datetime, dialect: Dialect
) -> str:
    version = dialect.version[:5]
    repetition = dialect.delimiters.repetition or "U"
    elements = [
        "ISA",
        *("00", " " * 10),
        *("00", " " * 10),
        *(dialect.sender_qualifier, ids[0].ljust(15)),
        *(dialect.receiver_qualifier, ids[1].ljust(15)),
        *(f"{at:%y%m%d}", f"{at:%H%M}"),
        repetition if version >= _REPETITION_SINCE else "U",
        version,
        f"{control_no:09d}",
        "1" if dialect.asks_for_ta1 else "0",
        dialect.usage,
        dialect.delimiters.component,
    ]
    return dialect.delimiters.element.join(elements)
