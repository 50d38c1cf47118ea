"""What became of files that leave, as documents of ``self``, and reading them.

A file is delivered after its run was committed, over a way that may be cut, and
again when an operator asks: facts that no run decides. Each sweep and each command
lands its own, so a rebuild knows them too. Not here: moving bytes (``outbox``,
``transports``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from orchestration.resources.house import House
from orchestration.resources.mending import Authorship
from orchestration.resources.transports.opening import has_outbox
from orchestration.resources.transports.pulls import JOURNAL, SENT, PullJournal
from orchestration.resources.transports.visit import forward
from transforms.contracts.decisions import FILE_DELIVERIES

Row = Mapping[str, Any]
WAITS = "waits behind another file"


def take_in(house: House) -> None:
    """Read what was landed of deliveries by the run's instant and not read yet."""
    known = house.lake.query(
        f"select distinct landing_id from lake.{FILE_DELIVERIES.path}"  # noqa: S608
    )
    read = set(known["landing_id"].to_list())
    found = house.journal.deliveries(house.run.as_of, read)
    if found.is_empty():
        return
    # A sweep that died after its note notes the same again.
    newest = found.sort("landing_id").unique(FILE_DELIVERIES.key, keep="last")
    with house.lake.transaction("deliveries", f"{house.run.message}: deliveries"):
        house.lake.merge(FILE_DELIVERIES, house.run.stamped(newest))


def note(house: House, files: Sequence[Row], failures: Mapping[str, str]) -> None:
    """Land what became of files that were to be delivered, and read it.

    Args:
        house: with a run at hand.
        files: rows of ``Outbox.undelivered``, before they were delivered.
        failures: partner → why the way to it was cut.
    """
    if files:
        run, is_there = house.run, arrived(house)
        rows = [
            _event(file)
            | {"event_at": run.as_of}
            | _outcome(is_there(file), failures.get(str(file["partner_id"]), WAITS))
            for file in files
        ]
        told = pl.DataFrame(rows, schema=FILE_DELIVERIES.schema)
        house.journal.land_deliveries(run.run_id, run.as_of, told)
    take_in(house)


def resend(house: House, file: Row, by: Authorship) -> str:
    """Put a file where its partner takes it once more, and land that it was asked.

    The bytes and the control number are those of the first time, whether the partner
    took them or not; a run reads the note, nothing is released again. Killed on the
    way, the command is given again.

    Args:
        house: under its lease.
        file: a row of OUTBOX_FILES.
        by: who and why.

    Returns:
        Why the way to the partner is cut, "" when it is there.

    Raises:
        OutboxError: the bytes are lost or not those that were sent.
    """
    house.outbox.put_again(file)
    failure = _forward_again(house, file)
    told = _event(file) | {
        "event_type": "RESENT",
        "event_at": by.at,
        "author": by.author,
        "detail": f"{by.reason} (not delivered: {failure})" if failure else by.reason,
    }
    rows = pl.DataFrame([told], schema=FILE_DELIVERIES.schema)
    house.journal.land_deliveries("resend", by.at, rows)
    return failure


def _forward_again(house: House, file: Row) -> str:
    partner = house.partners.get(file["partner_id"])
    if partner is None or not has_outbox(partner.transport):
        return ""
    journal = PullJournal(house.home.root / JOURNAL)
    try:
        journal.forget_delivery(file["partner_id"], file["file_name"])
    finally:
        journal.close()
    return forward(house.home, partner.partner_id, partner.transport).failure


def arrived(house: House) -> Callable[[Row], bool]:
    """Whether a file that lies in the outbox is where its partner takes it."""
    far = {name for name, one in house.partners.items() if has_outbox(one.transport)}
    if not far:
        return lambda _: True

    def is_there(file: Row) -> bool:
        return file["partner_id"] not in far or _is_sent(house, file)

    return is_there


def _is_sent(house: House, file: Row) -> bool:
    journal = PullJournal(house.home.root / JOURNAL)
    try:
        found = journal.delivery(file["partner_id"], file["file_name"])
    finally:
        journal.close()
    return found == (SENT, file["sha256"])


def _event(file: Row) -> dict[str, Any]:
    named = {name: file[name] for name in ("partner_id", "file_name", "sha256")}
    return (
        dict.fromkeys(FILE_DELIVERIES.names) | named | {"landing_id": 0, "run_id": ""}
    )


def _outcome(is_there: bool, why: str) -> dict[str, Any]:  # noqa: FBT001 one fact
    if is_there:
        return {"event_type": "DELIVERED"}
    return {"event_type": "FAILED", "detail": why}
