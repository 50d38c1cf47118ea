"""Bytes that a wrong feed or a wrong profile read without a row, and then again."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest

from orchestration.resources.house import House
from orchestration.resources.intake import ledger_unread, load_document
from orchestration.resources.notices import note
from orchestration.resources.partners import Feed, PartnerProfile
from orchestration.resources.reception import land_drop
from tests.orchestration.test_arrival import ACME, NIGHT, STOCK, house, notices, put
from transforms.contracts.documents import RECEIPTS, STOCK_SNAPSHOTS
from transforms.contracts.profile import CONTROL, LineCount, Parsed

__all__ = ["house"]

WRONG, RIGHT, OTHER = "receipts_1.csv", "stock_20171227_000001.csv", "counts_1.csv"
PARTNER = ACME.model_copy(
    update={
        "feeds": (
            *ACME.feeds,
            Feed(name="receipts", format="csv_receipts", pattern="receipts_*.csv"),
            Feed(name="counts", format="csv_stock", pattern="counts_*.csv"),
        )
    }
)


def sweep(
    house: House, *names: str, partner: PartnerProfile = PARTNER, at: datetime = NIGHT
) -> dict[str, str]:
    """Stock under each of the names, landed and read: name → arrival's verdict."""
    house.partners = {"acme": partner}
    for name in names:
        put(house, name, STOCK.format(1), at)
    verdicts = {a.file_name: a.verdict for a in land_drop(house, partner)}
    for table in (RECEIPTS, STOCK_SNAPSHOTS):
        load_document(house, table, lambda _: None)
    ledger_unread(house)
    return verdicts


@pytest.mark.parametrize("sweeps", [[[WRONG], [RIGHT]], [[WRONG, RIGHT]]])
def test_bytes_that_gave_the_wrong_feed_no_row_are_read_by_the_right_one(
    house: House, sweeps: list[list[str]]
) -> None:
    verdicts = [sweep(house, *names) for names in sweeps]

    assert {RIGHT: "ACCEPTED"}.items() <= verdicts[-1].items()
    assert 1 == house.lake.count("bronze.stock_snapshots")


@pytest.mark.parametrize("again", [WRONG, RIGHT, OTHER])
def test_bytes_that_the_right_feed_read_are_copies_from_then_on(
    house: House, again: str
) -> None:
    sweep(house, WRONG)
    sweep(house, RIGHT)

    house.begin(house.run.as_of.replace(hour=12))
    put(house, again, STOCK.format(1), house.run.as_of)

    assert {again: "DUPLICATE"} == sweep(house)
    assert 1 == house.lake.count("bronze.stock_snapshots")


def test_bytes_that_gave_another_feed_rows_count_once_and_their_sender_is_told(
    house: House,
) -> None:
    sweep(house, OTHER)

    assert {RIGHT: "DUPLICATE"} == sweep(house, RIGHT)
    assert 1 == house.lake.count("bronze.stock_snapshots")
    ((code, text),) = notices(house)
    assert "DUPLICATE" == code
    assert "as counts_1.csv, read as stock_snapshots" in text


def test_an_envelope_is_no_repeat_of_itself_in_the_wrong_feed(house: House) -> None:
    sweep(house, WRONG)
    sweep(house, RIGHT)
    controls = pl.DataFrame(
        [(1, "interchange", "ACME3PL", "", "000000007")], schema=CONTROL, orient="row"
    )
    nothing = STOCK_SNAPSHOTS.empty()
    parsed = Parsed(nothing, nothing, LineCount(0, 0, 0, 0), controls=controls)

    for arrival in house.landing.arrivals():
        with house.lake.transaction("test", arrival.file_name):
            note(house, [(arrival, parsed)])

    assert [] == notices(house)


def test_bytes_that_a_wrong_profile_refused_are_read_when_it_is_corrected(
    house: House,
) -> None:
    options = {"encoding": "utf-16-le"}
    feeds = [feed.model_copy(update={"options": options}) for feed in PARTNER.feeds]
    wrong = PARTNER.model_copy(update={"feeds": tuple(feeds)})

    verdicts = []
    for hours, partner in enumerate((wrong, wrong, PARTNER, PARTNER)):
        at = NIGHT - timedelta(hours=4 - hours)
        verdicts.append(sweep(house, RIGHT, partner=partner, at=at)[RIGHT])

    assert ["ACCEPTED", "DUPLICATE", "REVISION", "DUPLICATE"] == verdicts
    assert 1 == house.lake.count("bronze.stock_snapshots")
