"""Files arrive: verdicts by name and size, and what is noted about them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from orchestration.resources.house import House
from orchestration.resources.intake import ledger_unread, load_document, unread
from orchestration.resources.notices import note
from orchestration.resources.partners import Feed, PartnerProfile
from orchestration.resources.reception import land_drop
from transforms.contracts.arrivals import FILE_NOTICES
from transforms.contracts.documents import STOCK_SNAPSHOTS
from transforms.contracts.profile import CONTROL, LineCount, Parsed

NIGHT = datetime(2017, 12, 28, 5, tzinfo=UTC)
STOCK = (
    "node_ref,sku_ref,stock_status,quantity_basis,qty,snapshot_at\n"
    "ACME-1,825123,AVAILABLE,on_hand,{},2017-12-27T22:00:00-05:00\n"
)
ACME = PartnerProfile(
    partner_id="acme",
    display_name="Acme",
    role="3pl",
    owner="team:logistics",
    zone="America/New_York",
    max_file_bytes=1000,
    live_from=date(2017, 12, 1),
    closed_dates=(date(2018, 1, 1), date(2017, 12, 25)),
    feeds=(
        Feed(
            name="stock_snapshots",
            format="csv_stock",
            pattern="stock_*.csv",
            sequence=r"_(\d{6})\.csv$",
            business_date=r"^stock_(\d{8})",
        ),
    ),
)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """An empty house of one partner, with the run of a night begun."""
    monkeypatch.setenv("ORDERHOUSE_VAULT_KEY", "11" * 32)
    opened = House.open(tmp_path / "house")
    opened.partners = {"acme": ACME}
    opened.begin(NIGHT)
    yield opened
    opened.close()


def put(house: House, name: str, text: str, at: datetime = NIGHT) -> None:
    path = house.home.drop / "acme" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    seconds = (at - timedelta(hours=1)).timestamp()
    os.utime(path, (seconds, seconds))


def taken(house: House) -> dict[str, str]:
    """File name → verdict of what waits in the drop, all of it loaded."""
    verdicts = {a.file_name: a.verdict for a in land_drop(house, ACME)}
    load_document(house, STOCK_SNAPSHOTS, lambda _: None)
    ledger_unread(house)
    return verdicts


def notices(house: House) -> list[tuple[str, str]]:
    found = house.lake.read(FILE_NOTICES).sort("landing_id", "code")
    return list(found.select("code", "message").iter_rows())


def test_a_file_over_its_partner_s_size_is_put_aside_unread(house: House) -> None:
    put(house, "stock_20171227_000001.csv", STOCK.format(1) + "x" * 2000)

    verdicts = taken(house)

    assert {"stock_20171227_000001.csv": "FILE_TOO_LARGE"} == verdicts
    kept = house.home.root / "refused" / "acme" / "stock_20171227_000001.csv"
    assert kept.read_text().endswith("x" * 2000)
    assert [] == unread(house)
    codes = house.lake.query("select code from lake.bronze.rejects")["code"].to_list()
    assert ["FILE_TOO_LARGE"] == codes


def test_refused_bytes_that_come_again_wait_once(house: House) -> None:
    """All empty files are of the same bytes: a key said twice would stop the run."""
    put(house, "stock_20171227_000001.csv", "")
    put(house, "stock_20171227_000002.csv", "")
    put(house, "readme_1.txt", "hello")
    first = taken(house)
    put(house, "readme_2.txt", "hello")
    second = taken(house)

    assert ["EMPTY_FILE", "EMPTY_FILE", "UNEXPECTED"] == sorted(first.values())
    assert {"readme_2.txt": "UNEXPECTED"} == second
    waiting = house.lake.query("select code, landing_id from lake.bronze.rejects")
    assert [("EMPTY_FILE", 2), ("UNEXPECTED_FILE", 1)] == sorted(waiting.rows())
    assert 4 == house.lake.count("bronze.landing_ledger")


@pytest.mark.parametrize(
    ("name", "at", "verdict"),
    [
        ("stok_20171227.csv", NIGHT, "UNEXPECTED"),
        ("stock_?.csv", NIGHT, "UNSAFE_NAME"),
        ("stock_20171115_000001.csv", datetime(2017, 11, 16, tzinfo=UTC), "TEST"),
    ],
)
def test_bytes_that_were_not_read_are_no_duplicate_when_they_come_rightly(
    house: House, name: str, at: datetime, verdict: str
) -> None:
    put(house, name, STOCK.format(1), at)
    first = taken(house)
    put(house, "stock_20171227_000001.csv", STOCK.format(1))

    assert {name: verdict} == first
    assert {"stock_20171227_000001.csv": "ACCEPTED"} == taken(house)
    assert 1 == house.lake.count("bronze.stock_snapshots")


@pytest.mark.parametrize(
    "name", ["stock_a\nb.csv", "stock_a\\..\\b.csv", "stock_?.csv"]
)
def test_a_name_that_could_do_harm_is_refused(house: House, name: str) -> None:
    put(house, name, STOCK.format(1))

    assert {name: "UNSAFE_NAME"} == taken(house)


def test_a_file_before_the_partner_is_live_is_a_test(house: House) -> None:
    put(
        house,
        "stock_20171115_000001.csv",
        STOCK.format(1),
        datetime(2017, 11, 16, tzinfo=UTC),
    )

    assert {"stock_20171115_000001.csv": "TEST"} == taken(house)
    assert 0 == house.lake.count("bronze.stock_snapshots")


def test_a_missing_number_is_named_once_all_of_a_sweep_is_there(house: House) -> None:
    for number in (4, 1, 2):
        put(house, f"stock_20171227_{number:06}.csv", STOCK.format(number))

    taken(house)

    assert ["SEQUENCE_GAP"] == [code for code, _ in notices(house)]
    assert "000003 is missing" in notices(house)[0][1]


def test_a_file_of_a_day_that_was_run_is_late(house: House) -> None:
    from transforms.contracts.decisions import RUNS  # noqa: PLC0415 beside its use

    with house.lake.transaction("test", "a committed run"):
        house.lake.merge(RUNS, house.run.row(0))
    house.begin(NIGHT + timedelta(hours=12))
    put(house, "stock_20171227_000001.csv", STOCK.format(1))
    put(house, "stock_20171228_000002.csv", STOCK.format(2), NIGHT + timedelta(hours=8))

    taken(house)

    assert ["LATE_FILE"] == [code for code, _ in notices(house)]
    assert "2017-12-27" in notices(house)[0][1]


def test_an_interchange_that_arrived_before_is_noticed_and_loaded(house: House) -> None:
    put(house, "stock_20171227_000001.csv", STOCK.format(1))
    put(house, "stock_20171227_000002.csv", STOCK.format(2))
    arrivals = land_drop(house, ACME)
    rows = [
        (1, "interchange", "ACME3PL", "", "000000007"),
        (2, "group", "ACME3PL", "IB", "7"),
        (3, "set", "ACME3PL", "846", "0001"),
    ]
    controls = pl.DataFrame(rows, schema=CONTROL, orient="row")
    parsed = Parsed(
        STOCK_SNAPSHOTS.empty(),
        STOCK_SNAPSHOTS.empty(),
        LineCount(0, 0, 0, 0),
        controls=controls,
    )

    with house.lake.transaction("test", "first"):
        note(house, [(arrivals[0], parsed)])
    with house.lake.transaction("test", "again"):
        note(house, [(arrivals[1], parsed)])

    codes = {code for code, _ in notices(house)}
    assert {"DUPLICATE_INTERCHANGE", "DUPLICATE_GROUP"} == codes
    assert "000000007 of ACME3PL" in notices(house)[1][1]


def test_what_is_expected_of_whom_stands_in_the_lake(house: House) -> None:
    ledger_unread(house)
    ledger_unread(house)

    feeds = house.lake.query(
        "select partner_id, feed, cadence, closed_dates from lake.bronze.feeds"
    )
    closed = "2017-12-25|2018-01-01"
    assert [("acme", "stock_snapshots", "daily", closed)] == feeds.rows()
