"""What became of files that leave is noted, landed and read again by a rebuild."""

from __future__ import annotations

import shutil

import polars as pl
import pytest

from orchestration.resources import deliveries
from orchestration.resources.dispatch import finish_committed
from orchestration.resources.house import House
from orchestration.resources.mending import Authorship
from orchestration.resources.outbox import OutboxError
from tests.orchestration.test_arrival import NIGHT, house
from tests.orchestration.transports.test_runs_visit import far
from transforms.contracts.decisions import FILE_DELIVERIES, OUTBOX_FILES, RUNS

__all__ = ["far", "house"]

CONTENT = b"ISA*940~"


@pytest.fixture
def committed(far: House) -> House:
    """The house of a partner that fetches nothing itself; a file is committed."""
    row = {
        "file_name": "940_000000002.edi",
        "partner_id": "far_3pl",
        "format": "x12_940",
        "control_ref": "2",
        "sha256": far.outbox.store(CONTENT),
        "row_count": 1,
        "unit_count": 3,
        "as_of": NIGHT,
        "run_id": far.run.run_id,
    }
    with far.lake.transaction("test", "a run"):
        far.lake.append(OUTBOX_FILES, pl.DataFrame([row], OUTBOX_FILES.schema))
        far.lake.merge(RUNS, far.run.row(9))
    return far


def noted(house: House) -> list[tuple[object, ...]]:
    names = ["file_name", "event_type", "detail"]
    return house.lake.read(FILE_DELIVERIES, columns=names).sort("event_type").rows()


def test_a_file_is_delivered_once_it_is_where_its_partner_takes_it(
    committed: House,
) -> None:
    (committed.home.root / "far").mkdir(exist_ok=True)
    wall = committed.home.root / "far/out"
    wall.write_text("a file where the folder should be")

    finish_committed(committed)
    cut = noted(committed)
    wall.unlink()
    finish_committed(committed)
    finish_committed(committed)

    (name, event, why) = cut[0]
    assert ("940_000000002.edi", "FAILED") == (name, event)
    assert "cannot be written" in str(why)
    assert [("940_000000002.edi", "DELIVERED", None), *cut] == noted(committed)
    assert CONTENT == (wall / "940_000000002.edi").read_bytes()
    assert [] == committed.outbox.undelivered()


def test_deliveries_are_read_from_landing_where_the_lake_is_made_again(
    committed: House,
) -> None:
    finish_committed(committed)
    before = committed.lake.read(FILE_DELIVERIES)
    with committed.lake.transaction("test", "a lake made again"):
        committed.lake.execute("delete from lake.instructions.file_deliveries")

    deliveries.take_in(committed)
    deliveries.take_in(committed)

    assert before.height
    assert before.equals(committed.lake.read(FILE_DELIVERIES))


def test_a_file_sent_again_is_the_same_and_is_told_so_whoever_took_it(
    committed: House,
) -> None:
    """The partner took the file away; its manifest stays, as theirs does."""
    finish_committed(committed)
    far = committed.home.root / "far/out/940_000000002.edi"
    far.unlink()
    (row,) = committed.lake.read(OUTBOX_FILES).to_dicts()
    by = Authorship("ann", "they lost it", NIGHT)

    assert "" == deliveries.resend(committed, row, by)
    deliveries.take_in(committed)

    assert CONTENT == far.read_bytes()
    assert ("940_000000002.edi", "RESENT", "they lost it") in noted(committed)
    assert [] == committed.outbox.undelivered()
    assert 1 == committed.lake.count(OUTBOX_FILES.path)


def test_bytes_that_are_lost_are_not_sent_again(committed: House) -> None:
    (row,) = committed.lake.read(OUTBOX_FILES).to_dicts()
    shutil.rmtree(committed.home.outbox / ".sent")

    with pytest.raises(OutboxError, match="restore it from its backup"):
        committed.outbox.put_again(row)


def test_a_file_that_two_ask_for_in_one_hour_is_told_of_twice(committed: House) -> None:
    finish_committed(committed)
    (file,) = committed.lake.read(OUTBOX_FILES).to_dicts()
    for reason in ("they say nothing came", "again"):
        deliveries.resend(committed, file, Authorship("kim", reason, NIGHT))

    deliveries.take_in(committed)
    told = noted(committed)
    deliveries.take_in(committed)

    assert ["DELIVERED", "RESENT", "RESENT"] == [event for _, event, _ in told]
    assert {None, "they say nothing came", "again"} == {why for *_, why in told}
    assert told == noted(committed)
