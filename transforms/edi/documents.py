"""From a payload to ``Parsed``: what every inbound X12 format shares.

Opens the envelopes, checks sets against their map, asks the format for the
rows of each whole set and quarantines a set whole when anything in it is
wrong: an order or shipment is never half loaded. Not here: what a set means
(the formats).

Profile option ``accepts_test`` = "true" reads interchanges marked as tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from operator import itemgetter

import polars as pl

from transforms.contracts.codes import message
from transforms.contracts.documents import PROVENANCE
from transforms.contracts.profile import LineCount, Parsed, Profile, masked
from transforms.contracts.table import Table
from transforms.edi.anatomy import TransactionSet
from transforms.edi.bodies import Body, Content, Line, Row
from transforms.edi.cards import FREE_TEXTS, guilty_text
from transforms.edi.delimiters import Delimiters
from transforms.edi.envelopes import open_envelopes
from transforms.edi.findings import FaultError, Finding
from transforms.edi.maps import SetMap, check

REJECT_SCHEMA = pl.Schema(
    {
        "payload_line": pl.Int64(),
        "column_name": pl.String(),
        "code": pl.String(),
        "message": pl.String(),
        "masked_value": pl.String(),
    }
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

Reject = tuple[int, str, str, str, str]
"""Cells in the order of ``REJECT_SCHEMA``."""


def read_document(
    payload: bytes,
    profile: Profile,
    document: Table,
    set_map: SetMap,
    content_of: Callable[[Body], Content],
) -> Parsed:
    """Parse a payload with a format's map and reader; never raises on bytes.

    Args:
        payload: file as received.
        profile: of the sender.
        document: table whose columns the rows fill.
        set_map: of the one set the format reads.
        content_of: what a whole set says; raises FaultError to refuse it.

    Returns:
        rows in file order, one reject per quarantined segment, the count.
    """
    accepts_test = profile.options.get("accepts_test") == "true"
    envelopes = open_envelopes(payload, accepts_test=accepts_test)
    contents: list[Content] = []
    rejects = [_reject(f, f.line, text, f.place) for f, text in envelopes.strays]
    accepted = envelopes.framing
    for found in envelopes.sets:
        try:
            contents.append(content_of(_body(found, set_map, profile)))
            accepted += len(found.texts) - found.texts.count("")
        except FaultError as error:
            rejects += _rejects_of(found, error.finding)
    count = LineCount(envelopes.count, accepted, len(rejects), envelopes.blank)
    return Parsed(_frame(contents, document), _reject_frame(rejects), count)


def judge(found: TransactionSet, set_map: SetMap) -> Finding | None:
    """The first thing wrong with a set's envelope, code, map or free text."""
    if found.finding:
        return found.finding
    if found.code != set_map.code:
        detail = f"{found.code} where {set_map.code} is read"
        return Finding(found.line, "ST", 1, "UNKNOWN_SET", found.code, detail)
    separator = found.delimiters.element
    return _control_character(found) or check(
        set_map, found.texts, separator, found.line
    )


def _body(found: TransactionSet, set_map: SetMap, profile: Profile) -> Body:
    finding = judge(found, set_map)
    if finding:
        raise FaultError(finding)
    numbered = enumerate(found.segments(), start=found.line)
    lines = [Line(number, segment) for number, segment in numbered if segment != [""]]
    for line in lines:
        guilty = line.segment[0] in FREE_TEXTS and guilty_text(line.segment)
        if guilty:
            position, card = guilty
            finding = Finding(line.number, line.name, position, "CARD_NUMBER", card)
            raise FaultError(finding)
    return Body(lines, found.header, profile)


def _control_character(found: TransactionSet) -> Finding | None:
    for index, text in enumerate(found.texts):
        if not text.isprintable() and _CONTROL.search(_without(text, found.delimiters)):
            return Finding(found.line + index, text[:3], 0, "CONTROL_CHARACTER")
    return None


def _without(text: str, delimiters: Delimiters) -> str:
    return text.translate(dict.fromkeys(map(ord, delimiters.characters)))


def _rejects_of(found: TransactionSet, finding: Finding) -> list[Reject]:
    """One reject a segment: the guilty one says what, the others point to it."""
    neighbour = replace(finding, detail=f"see segment {finding.line}")
    rows: list[Reject] = []
    for line, text in enumerate(found.texts, start=found.line):
        if line == finding.line:
            rows.append(_reject(finding, line, finding.value, finding.place))
        elif text:
            rows.append(_reject(neighbour, line, text, "set"))
    return rows


def _reject(finding: Finding, line: int, value: str, place: str) -> Reject:
    text = message(finding.code, finding.detail)
    return (line, place, finding.code, text, masked(value))


def _reject_frame(rejects: list[Reject]) -> pl.DataFrame:
    ordered = sorted(rejects, key=itemgetter(0))
    return pl.DataFrame(ordered, schema=REJECT_SCHEMA, orient="row")


def _frame(contents: list[Content], document: Table) -> pl.DataFrame:
    """Rows in file order: shared cells are stored once a set, then spread."""
    added = {column.name for column in PROVENANCE}
    names = [column.name for column in document.columns if column.name not in added]
    shared = [row for row, _ in contents]
    own = [row for _, rows in contents for row in rows]
    sets = [place for place, (_, rows) in enumerate(contents) for _ in rows]
    repeated = {name for row in shared[:1] for name in row}
    spread = pl.DataFrame([_texts(name, shared) for name in names if name in repeated])
    lines = pl.Series("payload_line", [row["payload_line"] for row in own], pl.Int64())
    single = [_texts(name, own) for name in names if name not in repeated]
    return spread[sets].hstack([*single, lines]).select(*names, lines.name)


def _texts(name: str, rows: list[Row]) -> pl.Series:
    return pl.Series(name, [row.get(name) for row in rows], pl.String())
