"""Whatever a file is called and holds, its arrival ends in a verdict and a code."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orchestration.resources.house import House
from orchestration.resources.intake import ledger_unread, load_document, unread
from orchestration.resources.partners import Feed, PartnerProfile
from orchestration.resources.reception import land_drop
from transforms.contracts.documents import STOCK_SNAPSHOTS

NIGHT = datetime(2017, 12, 28, 5, tzinfo=UTC)
STOCK = (
    "node_ref,sku_ref,stock_status,quantity_basis,qty,snapshot_at\n"
    "ACME-1,825123,AVAILABLE,on_hand,{},2017-12-27T22:00:00-05:00\n"
)
X12 = (
    "ISA*00*          *00*          *ZZ*{:15}*ZZ*ORDERHOUSE     *171227*2205*U*00401"
    "*000000051*0*{}*>~GS*IB*ACME*ORDERHOUSE*20171227*2205*51*X*004010~ST*846*0001~"
    "BIA*00*MB*COUNT*20171227*2200~N1*WH**92*ACME-1~LIN**VN*825123~QTY*17*4*EA~"
    "SE*6*0001~GE*1*51~IEA*1*000000051~"
)
PARTNER = PartnerProfile(
    partner_id="acme",
    display_name="Acme",
    role="3pl",
    owner="team:logistics",
    zone="America/New_York",
    interchange_id="ACME",
    max_file_bytes=5000,
    feeds=(
        Feed(name="stock", format="csv_stock", pattern="*stock*.csv"),
        Feed(name="advice", format="x12_846", pattern="*.edi"),
    ),
)
NAMES = {
    "a newline": "stock_1\n.csv",
    "NUL spelled out": "stock_\x01.csv",
    "an escape sequence": "stock_\x1b[2J.csv",
    "delete": "stock_\x7f.csv",
    "a step up": "a\\..\\stock.csv",
    "a device": "stock.csv:zone",
    "a pattern": "stock_*.csv",
    "a question": "stock_?.csv",
    "a quote": 'stock_".csv',
    "a pipe": "stock|rm.csv",
    "an option": "-rf stock.csv",
    "two hundred letters and more": "stock" + "x" * 200 + ".csv",
}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """An empty house of one partner, with the run of a night begun."""
    monkeypatch.setenv("ORDERHOUSE_VAULT_KEY", "11" * 32)
    opened = House.open(tmp_path / "house")
    opened.partners = {"acme": PARTNER}
    opened.begin(NIGHT)
    yield opened
    opened.close()


def put(house: House, name: str, content: bytes, hours: int = 1) -> None:
    """A file that was written some hours before the night's run."""
    path = house.home.drop / "acme" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    seconds = (NIGHT - timedelta(hours=hours)).timestamp()
    os.utime(path, (seconds, seconds))


def swept(house: House) -> list[tuple[str, str]]:
    """Name and verdict of what waits in the drop, in order; all of it is loaded."""
    arrivals = land_drop(house, PARTNER)
    load_document(house, STOCK_SNAPSHOTS, lambda _: None)
    ledger_unread(house)
    return [(arrival.file_name, arrival.verdict) for arrival in arrivals]


def codes(house: House) -> list[str]:
    """Codes of all rejects in the lake."""
    found = house.lake.query("select distinct code from lake.bronze.rejects")
    return sorted(found["code"])


def stock_rows(house: House) -> int:
    """Rows of stock in the lake."""
    return house.lake.count("bronze.stock_snapshots")


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_that_could_do_harm_ends_unread(house: House, name: str) -> None:
    put(house, name, STOCK.format(1).encode())

    assert [(name, "UNSAFE_NAME")] == swept(house)
    assert ["UNSAFE_NAME"] == codes(house)
    assert 0 == stock_rows(house)
    assert [] == unread(house)


@pytest.mark.parametrize(
    ("name", "content", "verdict", "code"),
    [
        ("stock.csv", b"", "EMPTY_FILE", "EMPTY_FILE"),
        ("stock.csv", b"x" * 5001, "FILE_TOO_LARGE", "FILE_TOO_LARGE"),
        ("stock.exe", b"MZ", "UNEXPECTED", "UNEXPECTED_FILE"),
        ("readme", STOCK.format(1).encode(), "UNEXPECTED", "UNEXPECTED_FILE"),
        ("stock.csv", b"\x00" * 900, "ACCEPTED", "CONTROL_CHARACTER"),
        ("stock.csv", b"PK\x03\x04" + bytes(90), "ACCEPTED", "CONTROL_CHARACTER"),
        ("a.edi", X12.format("SOMEBODY", "P").encode(), "ACCEPTED", "WRONG_PARTNER"),
        ("a.edi", X12.format("ACME", "T").encode(), "ACCEPTED", "TEST_INTERCHANGE"),
        ("a.edi", b"not an interchange", "ACCEPTED", "BAD_ENVELOPE"),
    ],
)
def test_a_file_nobody_can_use_ends_with_a_code(
    house: House, name: str, content: bytes, verdict: str, code: str
) -> None:
    put(house, name, content)

    assert [(name, verdict)] == swept(house)
    assert [code] == codes(house)
    assert 0 == stock_rows(house)


def test_the_same_bytes_twice_are_read_once(house: House) -> None:
    content = STOCK.format(1).encode()
    put(house, "stock_a.csv", content, hours=2)
    put(house, "stock_b.csv", content)

    assert [("stock_a.csv", "ACCEPTED"), ("stock_b.csv", "DUPLICATE")] == swept(house)
    assert 1 == stock_rows(house)


def test_a_name_that_comes_again_with_other_bytes_is_a_revision(house: House) -> None:
    put(house, "stock.csv", STOCK.format(1).encode())
    first = swept(house)
    put(house, "stock.csv", STOCK.format(2).encode())

    assert [("stock.csv", "ACCEPTED")] == first
    assert [("stock.csv", "REVISION")] == swept(house)
    assert 2 == stock_rows(house)


def test_a_link_out_of_the_drop_is_not_followed(house: House, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(STOCK.format(9))
    folder = house.home.drop / "acme"
    folder.mkdir(exist_ok=True)
    (folder / "stock.csv").symlink_to(secret)
    swept(house)

    assert secret.read_text() == STOCK.format(9)
    assert 0 == stock_rows(house)


def test_a_name_that_is_no_text_ends_unread(house: House) -> None:
    name = os.fsdecode(b"stock_\xff.csv")
    put(house, name, STOCK.format(1).encode())
    verdicts = [verdict for _, verdict in swept(house)]

    assert ["UNSAFE_NAME"] == verdicts
    assert ["UNSAFE_NAME"] == codes(house)
