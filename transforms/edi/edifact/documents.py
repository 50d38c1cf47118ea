"""From a payload to ``Parsed``: what every inbound EDIFACT format shares.

Opens the envelopes, checks messages against their map, asks the format for the
rows of each whole message and quarantines a message whole when anything in it
is wrong: an order or shipment is never half loaded. Not here: what a message
means (the formats). A file may hold messages of several types: each is read by
that feed of the partner that reads its type, and a type that none reads is
UNKNOWN_SET.

Profile: ``interchange_id`` is the only sender allowed, where it is set. Options:
``accepts_test`` = "true" reads interchanges marked as tests; ``encoding`` names
the character set of a partner whose UNB names another; ``segment_order`` =
"any" takes segments wherever they stand; ``max_segments``, ``max_elements`` and
``max_interchanges`` move the most that a file may hold (400,000, 6,000,000, 20,000).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain
from operator import itemgetter

import polars as pl

from transforms.contracts.cards import find, may_hold
from transforms.contracts.codes import message as sentence
from transforms.contracts.documents import PROVENANCE
from transforms.contracts.profile import (
    CONTROL,
    NOTICE,
    LineCount,
    Parsed,
    Profile,
    shown,
)
from transforms.contracts.table import Table
from transforms.edi.edifact import faults
from transforms.edi.edifact.anatomy import Envelopes, Message
from transforms.edi.edifact.bodies import Body, Content
from transforms.edi.edifact.cards import FREE_TEXTS, guilty_element, guilty_text
from transforms.edi.edifact.characters import COMPONENT, spoken
from transforms.edi.edifact.characters import CONTROL as CONTROLS
from transforms.edi.edifact.envelopes import open_interchanges
from transforms.edi.edifact.faults import Fault, FaultError
from transforms.edi.edifact.lines import cut_lines
from transforms.edi.edifact.maps import check, message_map
from transforms.edi.edifact.tokens import tokenise
from transforms.edi.limits import limits_of

_REPLACED = "\ufffd"

REJECT_SCHEMA = pl.Schema(
    {
        "payload_line": pl.Int64(),
        "column_name": pl.String(),
        "code": pl.String(),
        "message": pl.String(),
        "masked_value": pl.String(),
    }
)

Reject = tuple[int, str, str, str, str]
"""Cells in the order of ``REJECT_SCHEMA``."""

Notice = tuple[int, str, str, str]
"""Segment, place, code, detail."""


def open_payload(
    payload: bytes, profile: Profile, *, is_repeat: bool = False
) -> Envelopes:
    """The envelopes of a partner's file, by the options of its profile.

    Args:
        payload: file as received.
        profile: of its sender.
        is_repeat: refuse every interchange as one that came before.
    """
    encoding = profile.options.get("encoding")
    return open_interchanges(
        tokenise(payload, encoding, limits_of(profile)),
        partner=profile.interchange_id,
        receiver=profile.addressee,
        accepts_test=profile.options.get("accepts_test") == "true",
        is_repeat=is_repeat,
    )


def read_document(
    payload: bytes,
    profile: Profile,
    document: Table,
    kind: str,
    content_of: Callable[[Body], Content],
) -> Parsed:
    """Parse a payload with a format's reader; never raises on bytes.

    Args:
        payload: file as received.
        profile: of the sender.
        document: table whose columns the rows fill.
        kind: the one message type the format reads, "ORDERS".
        content_of: what a whole message says; raises FaultError to refuse it.

    Returns:
        rows in file order, one reject per quarantined segment, the count.
    """
    envelopes = open_payload(payload, profile)
    share, own = profile.share, {kind}
    told = [one for one in envelopes.messages if share.takes(one.kind, own)]
    contents: list[Content] = []
    notices: list[Notice] = []
    rejects: list[Reject] = []
    accepted = 0
    for found in told:
        try:
            body = _body(found, kind, profile)
            contents.append(content_of(body))
            notices += body.notices
            accepted += found.filled
        except FaultError as error:
            rejects += _rejects_of(found, error.fault)
    physical, blank = sum(one.filled for one in told), 0
    if share.is_first:
        physical += envelopes.count - sum(one.filled for one in envelopes.messages)
        blank = envelopes.blank
        accepted += envelopes.framing
        rejects += [_stray(f, text) for f, text in envelopes.strays]
        notices += [_guessed(line, name) for line, name in envelopes.guesses]
    controls = _controls(envelopes) if share.is_first else ()
    return Parsed(
        _frame(contents, document),
        _ordered(rejects, REJECT_SCHEMA),
        LineCount(physical, accepted, len(rejects), blank),
        _ordered(((n, w, c, sentence(c, d)) for n, w, c, d in notices), NOTICE),
        _ordered(controls, CONTROL),
    )


def judge(
    found: Message, profile: Profile, kinds: Collection[str] = ()
) -> Fault | None:
    """The first thing wrong with a message's envelope, type, text or map.

    Args:
        found: as ``open_payload`` found it.
        profile: of the sender.
        kinds: the types that are read; without any, all that we have a map of.
    """
    if found.fault:
        return found.fault
    expected = message_map(found.kind, found.release, found.service.decimal)
    if expected is None or (kinds and found.kind not in kinds):
        # No more of it than a type has: nobody knows what else stands there.
        read = " or ".join(sorted(kinds)) or "another"
        detail = f"{found.kind[:6]} where {read} is read"
        error = faults.UNSUPPORTED_VALUE
        tag, code = "UNH", "UNKNOWN_SET"
        value = found.kind
        return Fault(found.line, tag, 2, code, value, detail, component=1, error=error)
    in_order = profile.options.get("segment_order") != "any"
    return _unreadable(found) or check(
        expected, found.texts, found.line, in_order=in_order
    )


def _unreadable(found: Message) -> Fault | None:
    """The first text with control characters, lost bytes or a card number."""
    error = faults.BAD_CHARACTER
    # One look at all of them: hardly any message has one.
    whole = COMPONENT.join(found.texts)
    is_suspect = found.is_damaged or CONTROLS.search(whole)
    has_card = may_hold(whole.encode(errors="replace")) and find(whole)
    for line, text in enumerate(found.texts, start=found.line):
        tag = text[:3]
        if is_suspect and CONTROLS.search(text):
            return Fault(line, tag, 0, "CONTROL_CHARACTER", error=error)
        if found.is_damaged and _REPLACED in text:
            return Fault(line, tag, 0, "BAD_ENCODING", error=error)
        guilty = guilty_text(text) if tag in FREE_TEXTS else None
        if has_card and not guilty:
            guilty = guilty_element(text)
        if guilty:
            return Fault(line, tag, guilty[0], "CARD_NUMBER", guilty[1])
    return None


def _body(found: Message, kind: str, profile: Profile) -> Body:
    fault = judge(found, profile, {kind, *profile.share.others})
    if fault:
        raise FaultError(fault)
    return Body(cut_lines(found.texts, found.line), found.header, profile, [])


def _guessed(line: int, name: str) -> Notice:
    return (line, "UNB01", "BAD_ENCODING", f"read as {name}, not as UNB says")


def _rejects_of(found: Message, fault: Fault) -> Iterator[Reject]:
    """One reject a segment: the guilty one says what, the others point to it."""
    for line, text in enumerate(found.texts, start=found.line):
        if line == fault.cause:
            yield _reject(fault, line, fault.value, fault.place)
        elif text:
            yield _follower(fault, line, text)


def _stray(fault: Fault, text: str) -> Reject:
    """The reject of a segment outside of messages."""
    if fault.origin:
        return _follower(fault, fault.line, text)
    return _reject(fault, fault.line, fault.value or text, fault.place)


def _follower(fault: Fault, line: int, text: str) -> Reject:
    told = sentence(fault.code, f"see segment {fault.cause}")
    return (line, "message", fault.code, told, shown(fault.code, spoken(text)))


def _reject(fault: Fault, line: int, value: str, place: str) -> Reject:
    told = sentence(fault.code, fault.detail)
    return (line, place, fault.code, told, shown(fault.code, spoken(value)))


def _controls(envelopes: Envelopes) -> Iterator[tuple[int, str, str, str, str]]:
    """One row per envelope of interchanges that were read."""
    for one in envelopes.interchanges:
        if one.refusal:
            continue
        sender = one.header.sender
        yield one.line, "interchange", sender, "", one.header.interchange_ref
        for group in one.groups:
            header = group.header
            yield group.line, "group", sender, header.group_kind, header.group_ref
        for found in one.messages:
            yield found.line, "set", sender, found.kind, found.reference


def _ordered(
    rows: Iterable[tuple[int, *tuple[str, ...]]], schema: pl.Schema
) -> pl.DataFrame:
    return pl.DataFrame(sorted(rows, key=itemgetter(0)), schema=schema, orient="row")


def _frame(contents: list[Content], document: Table) -> pl.DataFrame:
    """Rows in file order; cells that a message shares are spread over its rows."""
    added = {column.name for column in PROVENANCE}
    names = [column.name for column in document.columns if column.name not in added]
    own = set(chain.from_iterable(row for _, rows in contents for row in rows))
    columns = [
        pl.Series(name, _cells(name, contents, is_own=name in own), pl.String())
        for name in names
    ]
    lines = [row["payload_line"] for _, rows in contents for row in rows]
    return pl.DataFrame([*columns, pl.Series("payload_line", lines, pl.Int64())])


def _cells(
    name: str, contents: list[Content], *, is_own: bool
) -> list[str | int | None]:
    cells: list[str | int | None] = []
    for shared, rows in contents:
        usual = shared.get(name)
        if is_own:
            cells += [row.get(name, usual) for row in rows]
        else:
            cells += [usual] * len(rows)
    return cells
