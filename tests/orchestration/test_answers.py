"""Every file has one receipt in the sweep that read it, and says what to mend."""

from __future__ import annotations

import csv
import io
import json

import polars as pl
import pytest

from orchestration.resources.answering import answer_files
from orchestration.resources.house import House
from tests.orchestration.test_arrival import ACME, STOCK, house, put, taken
from transforms.contracts.arrivals import ANSWER_FILES, FILE_RECEIPTS
from transforms.contracts.decisions import RUNS

__all__ = ["house"]

BROKEN = (
    STOCK.format("two")
    + "ACME-1,825124,AVAILABLE,on_hand,3,2017-12-27T22:00:00-05:00\n"
)


@pytest.fixture
def swept(house: House) -> House:
    """A sweep of a good file, its copy, a broken, two empty and a strange one."""
    house.lake.execute("create schema if not exists lake.silver")
    house.lake.execute(
        "create table lake.silver.int_order_lines__quarantined (landing_id bigint,"
        " payload_line bigint, column_name varchar, code varchar, detail varchar,"
        " is_open boolean, is_cause boolean)"
    )
    put(house, "stock_20171227_000001.csv", STOCK.format(1))
    put(house, "stock_20171227_000002.csv", STOCK.format(1))
    put(house, "stock_20171227_000003.csv", BROKEN)
    put(house, "stock_20171227_000004.csv", "")
    put(house, "stock_20171227_000005.csv", "")
    put(house, "Stock of today.csv", STOCK.format(3))
    taken(house)
    answer_files(house, ACME)
    return house


def receipts(house: House) -> pl.DataFrame:
    return house.lake.read(FILE_RECEIPTS).sort("file_name")


def sent(house: House, name: str) -> bytes:
    row = house.lake.read(ANSWER_FILES, "file_name = ?", [name]).row(0, named=True)
    return house.outbox.read(row["sha256"])


def test_every_file_has_exactly_one_receipt(swept: House) -> None:
    verdicts = dict(receipts(swept).select("file_name", "verdict").iter_rows())

    assert {
        "Stock of today.csv": "UNEXPECTED",
        "stock_20171227_000001.csv": "ACCEPTED",
        "stock_20171227_000002.csv": "DUPLICATE",
        "stock_20171227_000003.csv": "PARTIAL",
        "stock_20171227_000004.csv": "EMPTY_FILE",
        "stock_20171227_000005.csv": "EMPTY_FILE",
    } == verdicts
    listed = csv.DictReader(io.StringIO(sent(swept, "receipts_500000001.csv").decode()))
    assert verdicts == {row["file_name"]: row["verdict"] for row in listed}


def test_a_report_names_line_column_code_and_remedy(swept: House) -> None:
    name = "report_500000001_stock_20171227_000003.csv.json"

    (finding,) = json.loads(sent(swept, name))["findings"]

    assert (2, "qty", "BAD_QTY", "error") == tuple(
        finding[key] for key in ("line", "column", "code", "severity")
    )
    assert "t…o" == finding["masked_value"]
    assert "Send whole eaches." == finding["how_to_mend_it"]
    assert finding["example"]


def test_a_file_with_nothing_to_mend_has_no_report(swept: House) -> None:
    named = dict(receipts(swept).select("file_name", "report_name").iter_rows())

    assert named["stock_20171227_000001.csv"] is None
    assert named["stock_20171227_000003.csv"] is not None


def test_a_copy_of_a_refused_file_is_told_what_the_first_one_was(swept: House) -> None:
    said = receipts(swept).filter(pl.col("verdict") == "EMPTY_FILE")

    assert [1, 1] == said["errors"].to_list()
    assert 2 == said["report_name"].n_unique()


def test_answers_wait_for_the_commit(swept: House) -> None:
    before = swept.outbox.deliver()
    with swept.lake.transaction("test", "commit"):
        swept.lake.merge(RUNS, swept.run.row(9))
    after = swept.outbox.deliver()

    assert [] == before
    assert "acme/answers/receipts_500000001.csv" in after
    assert (swept.home.outbox / "acme/answers/receipts_500000001.csv").exists()
    assert [] == swept.outbox.deliver()
