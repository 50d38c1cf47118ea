"""X12 997: whether a partner could read what we sent.

Received and well formed, not agreed to. One row per acknowledged set:

- ``interchange_ref`` is AK102, the control number of our functional group;
  ``set_ref`` is AK202. A 997 without AK2 answers the whole group; its
  ``set_ref`` is then the control number, as in files without sets.
- A group that AK9 rejects rejects its sets, whatever their AK5 says. M, W and X
  (authentication, assurance) count as R.
- ``reason``: the error segments AK3, AK4, AK5 and AK9 as sent, without the copy
  of the bad data in AK404, which may be personal.
- ``acknowledged_at``: date and hour of the group it came in.

A TA1 between the groups is read too, as ``x12_ta1`` reads those that come alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from transforms.contracts.documents import ACKNOWLEDGEMENTS
from transforms.edi.columns.cells import (
    chosen,
    coalesced,
    holds,
    joined,
    kept,
    mapped,
    only_where,
    texts,
)
from transforms.edi.columns.lines import Lines
from transforms.edi.columns.loops import Loops, Rows
from transforms.edi.formats import X12Format
from transforms.edi.sets import ACKNOWLEDGEMENT
from transforms.feeds import x12_ta1

DOCUMENT = ACKNOWLEDGEMENTS

_REFUSALS = {"M": "R", "W": "R", "X": "R"}
_BAD_DATA = 4


def _content(sets: Loops) -> Iterator[Rows]:
    opening, verdict = sets.one("AK1"), sets.one("AK9")
    control = opening.text(2).str.strip_chars_start("0").replace("", "0")
    shared = {"interchange_ref": control, "acknowledged_at": sets.of.sent_at()}
    answers = sets.loops("AK2")
    status, reason = _status(verdict), _said(sets, "AK9")
    is_whole = (sets.counts(answers.owners) == 0).to_numpy()
    cells = {"set_ref": control, "status_code": status, "reason": reason}
    whole = {name: kept(cell, is_whole) for name, cell in cells.items()}
    yield Rows(opening.only(is_whole), whole, shared)
    yield Rows(answers.opening, _answers(sets, answers), shared)


def _answers(sets: Loops, answers: Loops) -> dict[str, pl.Series]:
    group, verdict = answers.spread(_status(sets.one("AK9"))), _said(sets, "AK9")
    is_refused = holds(group == "R")
    blamed = only_where(is_refused, answers.spread(verdict))
    said = _said(answers, "AK3", "AK4", "AK5")
    return {
        "set_ref": answers.opening.text(2),
        "status_code": chosen(is_refused, texts(["R"]), _status(answers.first("AK5"))),
        "reason": joined([said, blamed], " "),
    }


def _status(line: Lines) -> pl.Series:
    verdict = line.text(1)
    return coalesced(mapped(verdict, _REFUSALS), verdict)


def _said(loops: Loops, *names: str) -> pl.Series:
    """Error segments as sent; null when all that was said is "accepted"."""
    said: dict[int, list[str]] = {}
    rows, owners = loops.within(loops.of.rows(*names))
    for row, owner in zip(rows.tolist(), owners.tolist(), strict=True):
        name, *cells = loops.of.segments.cells(row)
        is_error = name in {"AK3", "AK4"} or cells[:1] != ["A"]
        shown = cells[: _BAD_DATA - 1] if name == "AK4" else cells
        if is_error:
            said.setdefault(owner, []).append("*".join([name, *shown]))
    return texts([" ".join(said.get(n, [])) or None for n in range(len(loops))])


FORMAT = X12Format(DOCUMENT, ACKNOWLEDGEMENT, _content, x12_ta1.FORMAT)
parse, answer = FORMAT.parse, FORMAT.answer
