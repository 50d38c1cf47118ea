"""People of the sample are in what partners need, and nowhere else in clear."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from orchestration.resources.home import Home
from orchestration.resources.lakehouse import ROOMS, Lakehouse
from tests.end_to_end import one_day

# Warnings of the libraries that a run stands on are no failure of the run.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

PEOPLE = (
    "Exampleton",
    "Samplewood",
    "Testerby",
    "Inventson",
    "Pretendham",
    "Hearsay",
    "Invented Lane",
    "Madeup Street",
    "Fictional Road",
    "Imaginary Avenue",
    "Nonesuch Court",
    "Sampleville",
    "Mocktown",
    "Placeholder Falls",
    "Dummyburg",
    "Fakeford",
    "ada.exampleton@example.com",
    "555 010",
)
"""Of every person a surname (so the mail too), a street, a city; all phones."""

CARD = "4111 1111 1111 1111"


def test_the_sample_has_these_people() -> None:
    sent = b"".join(file.content for file in one_day.deliveries()).decode()

    assert [] == [person for person in (*PEOPLE, CARD) if person not in sent]


def test_partners_get_the_people_they_ship_to(played_house: Home) -> None:
    sent = one_day.outbox(played_house)
    asked = sent["harbor_3pl/940_000000001.edi"].decode()
    picked = sent["own_dcs/pick_list_000000001.csv"].decode()

    assert "N1*ST*Ada Exampleton~\nN3*11 Invented Lane~\nN4*Sampleville*NY" in asked
    assert ",Cy Testerby,13 Fictional Road,,Placeholder Falls,90001,CA," in picked


def test_no_table_names_a_person(played_house: Home) -> None:
    lake = Lakehouse(played_house, is_reader=True)
    tables = lake.query(
        "select table_schema || '.' || table_name as path"
        " from information_schema.tables where table_catalog = 'lake' order by 1"
    )["path"].to_list()
    seen = {path: _text(lake.query(f"select * from lake.{path}")) for path in tables}
    lake.close()

    # Ingest keeps bytes in landing, not tables.
    assert {path.split(".")[0] for path in tables} >= set(ROOMS) - {"ingest"}
    assert [] == _named(seen)


def test_no_file_of_a_table_names_a_person_in_old_snapshots_either(
    played_house: Home,
) -> None:
    files = [*played_house.tables.rglob("*.parquet")]
    files += played_house.serving.rglob("*.parquet")

    assert len(files) > len(ROOMS)
    assert [] == _named({str(path): _text(pl.read_parquet(path)) for path in files})


def test_the_catalog_and_its_statistics_name_no_person(played_house: Home) -> None:
    with sqlite3.connect(f"file:{played_house.catalog}?mode=ro", uri=True) as catalog:
        names = catalog.execute("select name from sqlite_master where type = 'table'")
        seen = {
            name: "\n".join(
                str(cell)
                for row in catalog.execute(f"select * from {name}")
                for cell in row
            )
            for (name,) in names.fetchall()
        }
    catalog.close()

    assert "tok_city" in seen["ducklake_file_column_stats"]
    assert [] == _named(seen)


def test_no_file_of_the_house_but_the_outbox_names_a_person(
    played_house: Home,
) -> None:
    """Raw bytes of catalog, landing, vault, stored files, logs and run records."""
    seen = {
        str(path.relative_to(played_house.root)): path.read_bytes().decode("latin-1")
        for path in _undelivered(played_house)
    }

    folders = {name.split("/")[0] for name in seen}
    assert {"landing", "dagster", "outbox", "vault.sqlite", "serving"} <= folders
    assert [] == _named(seen)


def _undelivered(home: Home) -> Iterator[Path]:
    for path in sorted(home.root.rglob("*")):
        is_delivered = home.outbox in path.parents and ".sent" not in path.parts
        if path.is_file() and not is_delivered:
            yield path


def _text(frame: pl.DataFrame) -> str:
    return frame.select(pl.all().cast(pl.String)).write_csv()


def _named(seen: dict[str, str]) -> list[tuple[str, str]]:
    """(where, who) of every person, written in whatever case."""
    lowered = {where: text.lower() for where, text in seen.items()}
    return [
        (where, who)
        for where, text in lowered.items()
        for who in (*PEOPLE, CARD, CARD.replace(" ", ""))
        if who.lower() in text
    ]
