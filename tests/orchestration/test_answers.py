"""Every file has one receipt in the sweep that read it, and says what to mend."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from orchestration.resources.answering import answer_files
from orchestration.resources.house import House
from orchestration.resources.reception import land_drop
from tests.orchestration.test_arrival import (
    ACME,
    NIGHT,
    STOCK,
    house,
    notices,
    put,
    taken,
)
from tests.orchestration.test_stock_facts import lay
from transforms.answers.seen import detail_of
from transforms.contracts.arrivals import ANSWER_FILES, FILE_RECEIPTS
from transforms.contracts.codes import detail_in
from transforms.contracts.decisions import NODE_CONFIDENCE, RUNS
from transforms.contracts.gold import FCT_STOCK_SNAPSHOTS

__all__ = ["house"]

BROKEN = (
    STOCK.format("two")
    + "ACME-1,825124,AVAILABLE,on_hand,3,2017-12-27T22:00:00-05:00\n"
)


def hold_nothing(house: House) -> None:
    """Silver's tables of what waits, empty."""
    house.lake.execute("create schema if not exists lake.silver")
    for name in (
        "int_order_lines__quarantined",
        "int_document_rows__quarantined",
        "int_order_changes__judged",
        "int_order_actions__judged",
    ):
        house.lake.execute(
            f"create table lake.silver.{name} (landing_id bigint, payload_line bigint,"
            " column_name varchar, code varchar, detail varchar, is_open boolean,"
            " is_cause boolean)"
        )
    lay(house, FCT_STOCK_SNAPSHOTS, [])


@pytest.fixture
def swept(house: House) -> House:
    """A sweep of a good file, its copy, a broken, two empty and a strange one."""
    hold_nothing(house)
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


def report_of(house: House) -> dict[str, Any]:
    """The report of the only file."""
    name = str(receipts(house)["report_name"].item()).removesuffix(".html")
    report: dict[str, Any] = json.loads(sent(house, f"{name}.json"))
    return report


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


@pytest.mark.parametrize(
    ("verdict", "held", "is_told"),
    [("PARTIAL", 4, False), ("IMPLAUSIBLE", 4, False), ("IMPLAUSIBLE", 0, True)],
)
def test_a_stock_file_that_is_not_believed_is_told_so_and_a_first_count_its_way(
    house: House, verdict: str, held: int, *, is_told: bool
) -> None:
    hold_nothing(house)
    put(house, "stock_20171227_000001.csv", STOCK.format(900))
    taken(house)
    counted_at = datetime(2017, 12, 28, 3, tzinfo=UTC)
    count = {"node_id": "ACME-1", "snapshot_at": counted_at, "landing_id": 1}
    judged = {"node_id": "ACME-1", "snapshot_at": counted_at, "verdict": verdict}
    figures = {"row_count": 1, "expected_row_count": held, "usual_row_count": 5}
    run = {"run_id": house.run.run_id}
    for table in (FCT_STOCK_SNAPSHOTS, NODE_CONFIDENCE):
        house.lake.execute(f"drop table lake.{table.path}")
    lay(house, FCT_STOCK_SNAPSHOTS, [count])
    lay(house, NODE_CONFIDENCE, [judged | figures | run])
    answer_files(house, ACME)

    name = "report_500000001_stock_20171227_000001.csv.json"
    (finding,) = json.loads(sent(house, name))["findings"]
    assert ("STOCK_NOT_BELIEVED", "error") == (finding["code"], finding["severity"])
    said = finding["what_is_wrong"]
    assert f"1 rows; we hold {held}, earlier files had 5" in said
    assert is_told == ("opening stock (csv_opening_stock)" in said)
    assert is_told == ("`orderhouse quarantine mend count ACME-1`" in said)
    chinese = detail_of(detail_in("STOCK_NOT_BELIEVED", said), "zh")
    assert is_told == ("期初库存" in chinese)
    assert "node" not in chinese


def test_a_count_of_the_future_is_told_so(house: House) -> None:
    hold_nothing(house)
    put(house, "stock_20171227_000001.csv", STOCK.format(900))
    taken(house)
    instants = {"snapshot_at": datetime(2071, 1, 1, tzinfo=UTC), "known_at": NIGHT}
    house.lake.execute(f"drop table lake.{FCT_STOCK_SNAPSHOTS.path}")
    lay(house, FCT_STOCK_SNAPSHOTS, [{"node_id": "N", "landing_id": 1} | instants])
    answer_files(house, ACME)

    name = "report_500000001_stock_20171227_000001.csv.json"
    (finding,) = json.loads(sent(house, name))["findings"]
    assert "node N: counted at 2071-01-01T00:00Z" in finding["what_is_wrong"]


def test_answers_wait_for_the_commit(swept: House) -> None:
    before = swept.outbox.deliver()
    with swept.lake.transaction("test", "commit"):
        swept.lake.merge(RUNS, swept.run.row(9))
    after = swept.outbox.deliver()

    assert [] == before
    assert "acme/answers/receipts_500000001.csv" in after
    assert (swept.home.outbox / "acme/answers/receipts_500000001.csv").exists()
    assert [] == swept.outbox.deliver()


@pytest.mark.parametrize(
    ("table", "code", "column"),
    [
        ("int_document_rows__quarantined", "UNKNOWN_NODE", "node_ref"),
        ("int_order_changes__judged", "UNKNOWN_ORDER", "order_ref"),
        ("int_order_lines__quarantined", "UNKNOWN_SKU", "sku_ref"),
    ],
)
def test_what_waits_for_somebody_is_told_of_every_document(
    house: House, table: str, code: str, column: str
) -> None:
    hold_nothing(house)
    put(house, "stock_20171227_000001.csv", STOCK.format(1))
    taken(house)
    house.lake.execute(
        f"insert into lake.silver.{table} select landing_id, 2, ?, ?, 'node ACME-1',"
        " true, true from lake.bronze.landing_ledger",
        [column, code],
    )

    answer_files(house, ACME)

    name = "report_500000001_stock_20171227_000001.csv.json"
    (finding,) = json.loads(sent(house, name))["findings"]
    assert (2, column, code) == tuple(finding[k] for k in ("line", "column", "code"))


def test_what_waits_is_told_under_the_name_that_the_partner_s_file_has(
    house: House,
) -> None:
    own = {"format": "mapped_stock", "options": {"column.sku_ref": "Artikel"}}
    feeds = tuple(feed.model_copy(update=own) for feed in ACME.feeds)
    hold_nothing(house)
    put(house, "stock_20171227_000001.csv", STOCK.format(1))
    taken(house)
    house.lake.execute(
        "insert into lake.silver.int_document_rows__quarantined"
        " select landing_id, 2, 'sku_ref', 'UNKNOWN_SKU', 'SKU 7', true, true"
        " from lake.bronze.landing_ledger"
    )

    answer_files(house, ACME.model_copy(update={"feeds": feeds}))

    assert ["Artikel"] == [f["column"] for f in report_of(house)["findings"]]


def test_lines_that_wait_are_counted_with_those_of_their_order(house: House) -> None:
    hold_nothing(house)
    put(house, "stock_20171227_000001.csv", STOCK.format(1))
    taken(house)
    house.lake.execute(
        "insert into lake.silver.int_order_lines__quarantined"
        " select landing_id, line, 'sku_ref', 'UNKNOWN_SKU', 'SKU 7', true, line = 2"
        " from lake.bronze.landing_ledger, unnest([2, 3, 3]) as lines (line)"
    )

    answer_files(house, ACME)

    report = report_of(house)
    assert [2] == [finding["line"] for finding in report["findings"]]
    assert ("ACCEPTED", 2) == (report["verdict"], report["waiting_lines"])


@pytest.mark.parametrize(
    "name",
    ["订单" * 40 + ".csv", "<script>alert(1).csv", "=cmd|' calc'.csv", "a" * 240],
)
def test_a_report_has_a_name_that_can_be_written_whatever_the_file_s(
    house: House, name: str
) -> None:
    hold_nothing(house)
    put(house, name, STOCK.format(1))
    taken(house)
    answer_files(house, ACME)
    with house.lake.transaction("test", "commit"):
        house.lake.merge(RUNS, house.run.row(9))

    house.outbox.deliver()

    names = [p.name for p in (house.home.outbox / "acme" / "answers").iterdir()]
    assert 8 == len(names)
    assert all(re.fullmatch(r"[\w.-]+", found) for found in names)
    assert name == report_of(house)["file_name"]


def test_two_files_of_one_name_in_a_sweep_have_a_report_each(house: House) -> None:
    """The first came to a run that died."""
    hold_nothing(house)
    for text in (BROKEN, BROKEN.replace("two", "many")):
        put(house, "stock_20171227_000001.csv", text)
        land_drop(house, ACME)
    taken(house)

    answer_files(house, ACME)

    assert ["PARTIAL", "REVISION"] == receipts(house)["verdict"].to_list()
    assert 2 == receipts(house)["report_name"].n_unique()


def test_a_mend_is_not_answered_to_whom_it_lands_for(house: House) -> None:
    """The sender never sent it, and who mended is none of its business."""
    hold_nothing(house)
    head, row = STOCK.format(1).splitlines()
    signed = f"{head},mended_by,mend_reason\n{row},Ana,a count by phone\n"
    put(house, "stock_mend-0123456789ab-2_ana_a-count.csv", signed)
    taken(house)

    answer_files(house, ACME)

    assert [("ACCEPTED", 0, 0, None, None)] == receipts(house).select(
        "verdict", "errors", "warnings", "receipt_name", "report_name"
    ).rows()
    assert [] == notices(house)
    assert 0 == house.lake.count("instructions.answer_files")


def test_a_file_before_the_first_day_is_judged_as_in_earnest(house: House) -> None:
    hold_nothing(house)
    early = datetime(2017, 11, 16, tzinfo=UTC)
    put(house, "stock_20171115_000001.csv", BROKEN, early)
    taken(house)

    answer_files(house, ACME)

    said = report_of(house)
    assert ("TEST", ["BAD_QTY"]) == (
        said["verdict"],
        [finding["code"] for finding in said["findings"]],
    )
    assert 0 == house.lake.count("bronze.stock_snapshots")
