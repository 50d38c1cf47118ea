"""What a node does that is asked for eaches back: it gives up what has not left.

Those that are sent CSV cancellations (the stores) do, line by line, and say so in a
file of statuses; what has left by then, or goes wrong anyway, they send as they would
have. Not here: who cancels (``changes``), and nodes that are never asked.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.twin.company import Company
from transforms.twin.documents.spelling import lines_bytes
from transforms.twin.documents.tracker_files import CARRIER
from transforms.twin.documents.warehouse_csv import statuses_csv
from transforms.twin.state import State

PREFIX = "cancellations_"
"""Beginning of the name of a file that asks for eaches back."""
_TOLD_AFTER = timedelta(minutes=25)
_SHIPMENTS = "shipments_"

Cells = dict[str, str]


def give_up(
    company: Company, state: State, files: Iterable[NamedBytes], at: datetime
) -> State:
    """The world in which what these files ask back, and had not left, stays.

    Args:
        company: whose nodes are asked.
        state: the world at ``at``.
        files: CSV cancellations with the partner that got them.
        at: instant they were sent.
    """
    for file in files:
        given = []
        for asked in csv.DictReader(file.content.decode().splitlines()):
            state, kept = _kept_back(state, file.partner_id, asked, at)
            given += kept
        if given:
            told = _statuses(company, file.partner_id, given, at)
            state = state.posted([told])
    return state


def _kept_back(
    state: State, partner_id: str, asked: Cells, at: datetime
) -> tuple[State, list[Cells]]:
    """Without the confirmation of a line that leaves later, and its rows."""
    instruction = asked["instruction_id"]
    if state.planted["subject"].str.contains(instruction, literal=True).any():
        return state, []
    key = (instruction, asked["instruction_line_ref"])
    mail, kept = [], []
    for file in state.mail:
        is_theirs = file.partner_id == partner_id and file.name.startswith(_SHIPMENTS)
        rest, found = _parted(file, key, at) if is_theirs else (file, [])
        mail += [rest] if rest else []
        kept += found
    if not kept:
        return state, []
    stays = _stays(replace(state, mail=tuple(mail)), kept)
    return _unscanned(stays, {row["tracking_ref"] for row in kept}), kept


def _parted(
    file: NamedBytes, key: tuple[str, str], at: datetime
) -> tuple[NamedBytes | None, list[Cells]]:
    """A file without what leaves of a line behind ``at``, and that; None if empty."""
    rows = list(csv.DictReader(file.content.decode().splitlines()))
    found = [
        row
        for row in rows
        if (row["instruction_ref"], row["line_ref"]) == key
        and datetime.fromisoformat(row["shipped_on"]) > at
    ]
    rest = [row for row in rows if row not in found]
    if not found or not rest:
        return (None if found else file), found
    # As the twin wrote it: an empty cell is empty, not a pair of quotes.
    text = pl.DataFrame(rest).select(pl.all().replace("", None)).write_csv()
    return replace(file, content=text.encode()), found


def _stays(state: State, kept: list[Cells]) -> State:
    """What was to leave comes back to its shelf as it goes."""
    rows = [
        {
            "at": datetime.fromisoformat(row["shipped_on"]).astimezone(UTC),
            "node_ref": row["node_ref"],
            "product_id": int(row["sku_ref"]),
            "qty": int(row["shipped_qty"]),
        }
        for row in kept
    ]
    return state.scheduled(pl.DataFrame(rows, schema=dict(state.movements.schema)))


def _unscanned(state: State, parcels: set[str]) -> State:
    """Without scans of parcels that nothing is left to be in."""
    theirs = [f for f in state.mail if f.name.startswith(_SHIPMENTS)]
    gone = [p for p in parcels if not any(p.encode() in f.content for f in theirs)]
    mail = []
    for file in state.mail:
        lines = file.content.decode().splitlines() if file.partner_id == CARRIER else []
        left = [line for line in lines if json.loads(line)["tracking_code"] not in gone]
        if len(left) == len(lines):
            mail.append(file)
        elif left:
            mail.append(replace(file, content=lines_bytes(left)))
    return replace(state, mail=tuple(mail))


def _statuses(
    company: Company, partner_id: str, given: list[Cells], at: datetime
) -> NamedBytes:
    told = at + _TOLD_AFTER
    rows = [
        {
            "node_ref": row["node_ref"],
            "instruction_ref": row["instruction_ref"],
            "line_ref": row["line_ref"],
            "sku_ref": row["sku_ref"],
            "status_code": "CANCELLED",
            "qty": row["ordered_qty"],
            "status_at": told,
        }
        for row in given
    ]
    return statuses_csv(partner_id, pl.DataFrame(rows), told, company.plan.zone)
