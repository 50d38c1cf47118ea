"""From a payload to ``Parsed``: what every inbound X12 format shares.

Opens the envelopes, checks sets against their map, asks the format for the
rows of all whole sets at once and quarantines a set whole when anything in it
is wrong: an order or shipment is never half loaded. Not here: what a set means
(the formats). A file may hold sets of several kinds, one interchange too: each is
read by that feed of the partner that reads its kind, and a kind that none reads is
UNKNOWN_SET. A file of more than 400,000 segments, 6,000,000 elements or 20,000
interchanges, X12 or EDIFACT, is refused whole as FILE_TOO_LARGE.

Profile options every X12 format knows:

- ``accepts_test`` = "true" reads interchanges marked as tests (ISA15 T).
- ``ignores_sets`` = "832|860": sets that stand in files of this feed and are
  nobody's business: no other feed reads them there, nor are they quarantined.
- ``sku_qualifiers`` = "VP|UP": product id qualifiers, most wanted first; by default
  our own number comes first, the vendor's of what we sell or store somewhere, the
  buyer's (BP, IN) of what we buy.
- ``max_segments``, ``max_elements`` and ``max_interchanges`` move these bounds, here
  and in EDIFACT: a count of 200,000 SKUs in five segments each needs "1500000". A
  broken file may cost 1 GB for a million segments.
- ``uom.CS`` = "12": eaches in a unit that is not EA, of whatever SKU. Any other
  unit stays with its row and waits for the SKU's (``units_of_measure``); of answers
  and invoices it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

import numpy as np
import polars as pl

from transforms.contracts.codes import message
from transforms.contracts.documents import PROVENANCE
from transforms.contracts.profile import CONTROL, LineCount, Parsed, Profile, shown
from transforms.contracts.table import Table
from transforms.edi.anatomy import Envelopes, Group, TransactionSet, control_ref
from transforms.edi.cards import guilty_cells
from transforms.edi.columns.cells import Mask, Places, same, taken
from transforms.edi.columns.checking import check
from transforms.edi.columns.loops import Loops, Rows, whole_sets
from transforms.edi.columns.segments import Segments, cut
from transforms.edi.columns.sheet import Sheet
from transforms.edi.columns.structure import structure_of
from transforms.edi.delimiters import Delimiters
from transforms.edi.envelopes import open_envelopes
from transforms.edi.findings import Finding
from transforms.edi.limits import limits_of
from transforms.edi.maps import SetMap
from transforms.edi.tokens import tokenise

_SET = "set of the row"
TA1 = "TA1"
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


@dataclass(frozen=True, eq=False)
class Reader:
    """What makes a format out of a map; each X12 format module has a ``READER``.

    Args:
        document: table whose columns the rows fill.
        set_map: of the one set the format reads.
        content: what whole sets say: rows of the document; a set it cannot
            read it refuses on the sheet.
        between: of the TA1s between its groups, where they fill the same document.
    """

    document: Table
    set_map: SetMap
    content: Callable[[Loops], Iterable[Rows]]
    between: Reader | None = None

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of sets that it reads."""
        between = self.between.kinds if self.between else frozenset()
        return between | {self.set_map.code}


@dataclass(frozen=True)
class Judged:
    """Sets of a file, judged.

    Args:
        findings: number of a set's ST → what is wrong with it; a set that is
            not this feed's business and is ignored has none.
        rows: of the good sets, in file order.
    """

    findings: dict[int, Finding]
    rows: pl.DataFrame


def read_document(payload: bytes, profile: Profile, reader: Reader) -> Parsed:
    """Parse a payload with a format's reader; never raises on bytes.

    Args:
        payload: file as received.
        profile: of the sender; an interchange of another ISA06 than its
            ``interchange_id`` is refused.
        reader: of the format.

    Returns:
        rows in file order, one reject per quarantined segment, the count, and
        the control numbers of what was opened.
    """
    envelopes = opened_by(payload, profile)
    share, own = profile.share, reader.kinds
    sets = [one for one in envelopes.sets if share.takes(one.code, own)]
    units = [one for one in envelopes.answers if share.takes(one.code, own)]
    judged = judge(sets, profile, reader)
    if units and TA1 not in ignored_sets(profile):
        # Where no TA1 is read one is refused like any other set of another feed.
        judged = _beside(judged, judge(units, profile, reader.between or reader))
    told = [*sets, *units]
    rejects = [r for one in told for r in _rejects_of(one, judged.findings)]
    accepted = _filled(one for one in told if one.line not in judged.findings)
    physical = _filled(told)
    if not share.is_first:
        count = LineCount(physical, accepted, len(rejects), 0)
        return Parsed(judged.rows, _reject_frame(rejects), count)
    physical += envelopes.count - _filled([*envelopes.sets, *envelopes.answers])
    rejects += [_stray(f, text) for f, text in envelopes.strays]
    accepted += envelopes.framing - len(envelopes.answers)
    count = LineCount(physical, accepted, len(rejects), envelopes.blank)
    return Parsed(
        judged.rows, _reject_frame(rejects), count, controls=_controls(envelopes)
    )


def _filled(sets: Iterable[TransactionSet]) -> int:
    return sum(one.filled for one in sets)


def _beside(sets: Judged, units: Judged) -> Judged:
    rows = pl.concat([sets.rows, units.rows])
    ordered = rows.sort("payload_line", maintain_order=True)
    return Judged(sets.findings | units.findings, ordered)


def opened_by(
    payload: bytes, profile: Profile, *, is_repeat: bool = False
) -> Envelopes:
    """The envelopes of a file, as the profile of its sender opens them.

    Args:
        payload: file as received.
        profile: of its sender.
        is_repeat: refuse every interchange as one that came before.
    """
    return open_envelopes(
        tokenise(payload, limits_of(profile)),
        accepts_test=profile.options.get("accepts_test") == "true",
        sender=profile.interchange_id,
        receiver=profile.addressee,
        is_repeat=is_repeat,
    )


def judge(found: Sequence[TransactionSet], profile: Profile, reader: Reader) -> Judged:
    """Judge sets by their envelope, code, map, free text and what they say.

    Args:
        found: sets of a file, in file order.
        profile: of the sender.
        reader: of the format.
    """
    findings: dict[int, Finding] = {}
    whole: list[TransactionSet] = []
    code, ignored = reader.set_map.code, ignored_sets(profile)
    for one in found:
        if one.finding:
            findings[one.line] = one.finding
        elif one.code == code:
            whole.append(one)
        elif one.code not in ignored:
            # No more of it than a code has: nobody knows what else stands there.
            read = " or ".join(sorted({code, *profile.share.others}))
            detail = f"{one.code[:3]} where {read} is read"
            segment, element = (TA1, 0) if one.code == TA1 else ("ST", 1)
            findings[one.line] = Finding(
                one.line, segment, element, "UNKNOWN_SET", one.code, detail
            )
    if not whole:
        return Judged(findings, _no_rows(reader.document))
    segments = cut(whole)
    wrong = _wrong(whole, segments, reader.set_map)
    good = np.ones(len(whole), np.bool_)
    good[[*wrong]] = False
    sheet = _sheet(segments.only(good), whole, good, profile, reader.set_map)
    rows = _rows(sheet, reader)
    places = np.flatnonzero(good)
    refused = {int(places[n]): finding for n, finding in sheet.refused.items()}
    for place, finding in (wrong | refused).items():
        findings[whole[place].line] = finding
    return Judged(findings, rows)


def syntax_findings(
    found: Sequence[TransactionSet], set_map: SetMap
) -> dict[int, Finding]:
    """By number of their ST, what is wrong with whole sets by a map alone."""
    wrong = _wrong(found, cut(found), set_map)
    return {found[place].line: finding for place, finding in wrong.items()}


def ignored_sets(profile: Profile) -> set[str]:
    """Kinds of sets that are nobody's business in files of a feed."""
    return set(filter(None, profile.options.get("ignores_sets", "").split("|")))


def _wrong(
    whole: Sequence[TransactionSet], segments: Segments, set_map: SetMap
) -> dict[int, Finding]:
    """By place of the set, what its map, a control character or a card breaks."""
    structure = structure_of(set_map)
    wrong = check(structure, segments, structure.spell(segments))
    for place in segments.doubtful.tolist():
        finding = _control_character(whole[place])
        if finding:
            wrong[place] = finding
    for row, position, card in guilty_cells(segments):
        line, name = int(segments.lines[row]), str(segments.names[row])
        finding = Finding(line, name, position, "CARD_NUMBER", card)
        wrong.setdefault(int(segments.sets[row]), finding)
    return wrong


def _sheet(
    segments: Segments,
    whole: Sequence[TransactionSet],
    good: Mask,
    profile: Profile,
    set_map: SetMap,
) -> Sheet:
    structure = structure_of(set_map)
    headers = [one.header for one, is_good in zip(whole, good, strict=True) if is_good]
    return Sheet(segments, structure.spell(segments), structure, headers, profile)


def _control_character(found: TransactionSet) -> Finding | None:
    for index, text in enumerate(found.texts):
        if _CONTROL.search(_without(text, found.delimiters)):
            return Finding(found.line + index, text[:3], 0, "CONTROL_CHARACTER")
    return None


def _without(text: str, delimiters: Delimiters) -> str:
    return text.translate(dict.fromkeys(map(ord, delimiters.characters)))


def _rows(sheet: Sheet, reader: Reader) -> pl.DataFrame:
    """Rows in file order, without those of sets that the format refused."""
    if not sheet.size:
        return _no_rows(reader.document)
    frames = [
        _frame(rows, reader.document) for rows in reader.content(whole_sets(sheet))
    ]
    frame = pl.concat(frames)
    if sheet.refused:
        is_refused = pl.col(_SET).is_in([*sheet.refused])
        frame = frame.filter(~is_refused)
    if len(frames) > 1:
        frame = frame.sort("payload_line", maintain_order=True)
    return frame.drop(_SET)


def _frame(rows: Rows, document: Table) -> pl.DataFrame:
    sets = rows.at.sets
    cells = {name: _cells(rows, name, sets) for name in _names(document)}
    numbers = rows.at.numbers
    return pl.DataFrame(cells | {"payload_line": numbers, _SET: pl.Series(sets)})


def _cells(rows: Rows, name: str, sets: Places) -> pl.Series:
    """A column: its own cells, else those of the sets, else one value for all."""
    if name in rows.shared and name not in rows.cells:
        return taken(rows.shared[name].cast(pl.String()), sets)
    cell = rows.cells.get(name)
    return (
        cell.cast(pl.String()) if isinstance(cell, pl.Series) else same(cell, len(sets))
    )


@lru_cache(maxsize=64)
def _names(document: Table) -> tuple[str, ...]:
    added = {column.name for column in PROVENANCE}
    return tuple(c.name for c in document.columns if c.name not in added)


def _no_rows(document: Table) -> pl.DataFrame:
    schema = dict.fromkeys(_names(document), pl.String())
    return pl.DataFrame(schema=schema | {"payload_line": pl.Int64()})


def _rejects_of(
    found: TransactionSet, findings: Mapping[int, Finding]
) -> Iterator[Reject]:
    """One reject a segment: the guilty one says what, the others point to it."""
    finding = findings.get(found.line)
    if finding is None:
        return
    for line, text in enumerate(found.texts, start=found.line):
        if line == finding.cause:
            yield _reject(finding, line, finding.value, finding.place)
        elif text:
            yield _follower(finding, line, text)


def _stray(finding: Finding, text: str) -> Reject:
    """The reject of a segment outside of sets."""
    if finding.origin:
        return _follower(finding, finding.line, text)
    return _reject(finding, finding.line, finding.value or text, finding.place)


def _follower(finding: Finding, line: int, text: str) -> Reject:
    told = message(finding.code, f"see segment {finding.cause}")
    return (line, "set", finding.code, told, shown(finding.code, text))


def _reject(finding: Finding, line: int, value: str, place: str) -> Reject:
    told = message(finding.code, finding.detail)
    return (line, place, finding.code, told, shown(finding.code, value))


def _reject_frame(rejects: list[Reject]) -> pl.DataFrame:
    ordered = sorted(rejects, key=itemgetter(0))
    return pl.DataFrame(ordered, schema=REJECT_SCHEMA, orient="row")


def _controls(envelopes: Envelopes) -> pl.DataFrame:
    """``CONTROL`` rows of what was opened and not refused, in file order."""
    rows: list[tuple[int, str, str, str, str]] = []
    for received in envelopes.interchanges:
        if received.refusal is None:
            control = control_ref(received.header.interchange_control)
            sender = received.header.sender
            rows.append((received.line, "interchange", sender, "", control))
            rows += [row for group in received.groups for row in _opened(group)]
    return pl.DataFrame(rows, schema=CONTROL, orient="row")


def _opened(group: Group) -> Iterator[tuple[int, str, str, str, str]]:
    header = group.header
    control = control_ref(header.group_control)
    if group.refusal is None:
        yield group.line, "group", header.sender, header.functional_id, control
        for one in group.sets:
            if one.finding is None:
                # An ST02 counts only inside its group.
                inside = f"{control}/{one.control}"
                yield one.line, "set", header.sender, one.code, inside
