"""Warehouses answer what was sent to them: read, acknowledge, then fulfil.

X12 partners send a 997 per file within minutes, Summit a CSV; own DCs and
stores do not acknowledge. Once in a demo one set is rejected, and once, from
the second played day on, an acknowledgement never comes. Not here: reading
(``instruction_files``), shipping (``fulfilment``), giving up (``giving_up``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.twin.company import Company
from transforms.twin.documents.instruction_files import READ, read_instructions
from transforms.twin.documents.warehouse_documents import tell_acknowledgement
from transforms.twin.draws import draw
from transforms.twin.faulting.faults import Fault, listed
from transforms.twin.founding.network import X12_OPERATORS
from transforms.twin.state import State
from transforms.twin.warehouses.fulfilment import fulfil
from transforms.twin.warehouses.giving_up import PREFIX, give_up

ACKNOWLEDGING = (*X12_OPERATORS, "summit_3pl")
_FIRST_MINUTE, _MINUTES = 4, 10
_SILENT = ("prairie_3pl", "summit_3pl")
_PICKY = ("harbor_3pl", "prairie_3pl")


def answer(
    company: Company,
    state: State,
    instruction_files: Iterable[NamedBytes],
    at: datetime,
) -> State:
    """Schedule the answers to instruction files that reached the partners.

    Instructions answered before are only acknowledged again: nobody ships
    twice because a file was resent.

    Args:
        company: whose partners answer.
        state: the world at ``at``.
        instruction_files: exact bytes with the receiving partner; manifests
            and the like must not be among them.
        at: instant they were sent.

    Raises:
        ValueError: a file holds no instruction.
    """
    sent = sorted(instruction_files, key=lambda f: (f.partner_id, f.name))
    is_back = [file.name.startswith(PREFIX) for file in sent]
    asked_back = [file for file, back in zip(sent, is_back, strict=True) if back]
    state = give_up(company, state, asked_back, at)
    files = [file for file, back in zip(sent, is_back, strict=True) if not back]
    todo = []
    for index, file in enumerate(files):
        read = read_instructions(file)
        state, verdicts = _acknowledge(company, state, file, read, at, index)
        todo.append(_accepted(read, verdicts))
    lines = pl.concat(todo) if todo else READ.to_frame()
    fresh = ~pl.col("instruction_ref").is_in(list(state.answered))
    new = lines.filter(fresh).sort("instruction_ref", "line_ref")
    seen = state.answered | set(lines["instruction_ref"])
    state = replace(state, answered=frozenset(seen))
    return fulfil(company, state, new, at) if new.height else state


def _acknowledge(
    company: Company,
    state: State,
    file: NamedBytes,
    read: pl.DataFrame,
    at: datetime,
    index: int,
) -> tuple[State, pl.DataFrame]:
    """The receipt for a file, or silence; verdicts with ``acked_at`` per set."""
    sets = read.select("set_ref").unique(maintain_order=True)
    verdicts = sets.with_columns(
        status_code=pl.lit("A"), acked_at=pl.lit(None, pl.Datetime("us", "UTC"))
    )
    if file.partner_id not in ACKNOWLEDGING:
        return state, verdicts
    if _stays_silent(company, state, file, read, at):
        fault = _fault("missing_acknowledgement", "ACK_OVERDUE", file, read, at)
        return replace(state, planted=listed([fault], state.planted)), verdicts
    minutes = draw(file.name, company.seed, "acknowledged", _MINUTES)
    told = at + timedelta(minutes=_FIRST_MINUTE + minutes, seconds=index)
    faults = []
    if company.plan.has_faults and _finds_fault(state, file, sets):
        is_last = pl.int_range(pl.len()) == pl.len() - 1
        verdicts = verdicts.with_columns(
            status_code=pl.when(is_last).then(pl.lit("R")).otherwise("status_code")
        )
        faults = [_fault("rejected_acknowledgement", "ACK_REJECTED", file, read, told)]
    control = read["control_ref"][0]
    receipt = tell_acknowledgement(
        file.partner_id, control, verdicts, told, company.plan.zone
    )
    state = replace(state.posted([receipt]), planted=listed(faults, state.planted))
    acked = pl.lit(told).cast(pl.Datetime("us", "UTC")).alias("acked_at")
    return state, verdicts.with_columns(acked)


def _accepted(read: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    judged = read.join(verdicts, on="set_ref", how="left", maintain_order="left")
    return judged.filter(pl.col("status_code") == "A").drop("status_code")


def _stays_silent(
    company: Company, state: State, file: NamedBytes, read: pl.DataFrame, at: datetime
) -> bool:
    """A silent partner's first new file from the end of the second day on.

    On the third day there are waves, so the silence can be noticed before the
    goods leave.
    """
    days = company.plan.play_dates[1:2]
    is_time = any(at >= company.plan.local(day, 24) for day in days)
    is_new = not set(read["instruction_ref"]) & state.answered
    return (
        company.plan.has_faults
        and is_new
        and is_time
        and file.partner_id in _SILENT
        and not _has(state, "missing_acknowledgement")
    )


def _finds_fault(state: State, file: NamedBytes, sets: pl.DataFrame) -> bool:
    """The first X12 file with two sets or more has its last one rejected."""
    return (
        file.partner_id in _PICKY
        and sets.height > 1
        and not _has(state, "rejected_acknowledgement")
    )


def _has(state: State, kind: str) -> bool:
    return bool((state.planted["kind"] == kind).any())


def _fault(
    kind: str, code: str, file: NamedBytes, read: pl.DataFrame, at: datetime
) -> Fault:
    is_rejected = code == "ACK_REJECTED"
    subject = read["instruction_ref"][-1 if is_rejected else 0]
    return Fault(
        kind, file.partner_id, file.name, None, code, subject, at, "by the partner"
    )
