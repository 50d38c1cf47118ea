"""Ship notices: cancelled and replaced, in any sequence of files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.dbt.builders import (
    Row,
    a_node,
    a_notice,
    a_notice_taken_back,
    a_product,
)
from tests.unit.dbt.conftest import Lake

pytestmark = pytest.mark.slow

NOTICES, WAITING = "int_ship_notices__deduplicated", "int_document_rows__quarantined"
FACTS = "fct_ship_notices"
BUILT = (f"+{FACTS}", f"+{WAITING}")
AGAIN = ("int_skus__known", NOTICES, FACTS, WAITING)

ADVISED = [a_notice("N", "1", 8), a_notice("N", "2", 8, sku_ref="Z", payload_line=2)]
REPLACED = [a_notice("N", "1", 9, action="replace", shipped_qty="3")]
CANCELLED = [a_notice_taken_back("N", 10)]
ADVISED_AGAIN = [a_notice("N", "1", 11, shipped_qty="2")]


def land(lake: Lake, landing_id: int, rows: list[Row]) -> None:
    place = {"landing_id": landing_id, "payload_sha256": f"sha-{landing_id}"}
    lake.insert("bronze.ship_notices", [row | place for row in rows])


def standing(lake: Lake) -> list[tuple[object, ...]]:
    told = lake.query(f"""
        select notice_line_ref, shipped_qty from silver.{NOTICES}
        where not is_taken_back order by 1
    """)
    facts = lake.query(f"""
        select split_part(notice_line_id, '/', 3), qty from gold.{FACTS}
        where not is_taken_back order by 1
    """)
    assert told == facts
    return told


def waiting(lake: Lake) -> list[tuple[object, ...]]:
    return lake.query(f"select row_id from silver.{WAITING} where is_open")


@pytest.fixture(scope="module")
def master(empty: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake that knows the node and SKU A, built once."""
    lake = empty.copied(tmp_path_factory.mktemp("master") / "lake")
    lake.insert("bronze.products", [a_product("A")])
    lake.insert("bronze.nodes", [a_node("DC-EAST")])
    assert {"success"} == set(lake.make(*BUILT, run_id="run_0").values())
    lake.commit("run_0")
    return lake


def played(lake: Lake, files: list[list[Row]]) -> None:
    """Each file in a run of its own, in this sequence."""
    for place, rows in enumerate(files, start=10):
        land(lake, place, rows)
        lake.make(*AGAIN, run_id=f"run_{place}", since_landing_id=place - 1)
        lake.commit(f"run_{place}")


@pytest.mark.parametrize(
    ("files", "left"),
    [
        ((ADVISED, CANCELLED), []),
        ((CANCELLED, ADVISED), []),
        ((ADVISED, REPLACED), [("1", 3)]),
        ((REPLACED, ADVISED), [("1", 3)]),
    ],
)
def test_nothing_is_left_of_what_is_taken_back_whichever_comes_first(
    master: Lake,
    tmp_path: Path,
    files: tuple[list[Row], ...],
    left: list[tuple[object, ...]],
) -> None:
    lake = master.copied(tmp_path / "lake")

    played(lake, list(files))

    assert left == standing(lake)
    assert [] == waiting(lake)


def test_a_notice_advised_again_after_its_cancellation_stands(
    master: Lake, tmp_path: Path
) -> None:
    lake = master.copied(tmp_path / "lake")

    played(lake, [CANCELLED, ADVISED_AGAIN, ADVISED, REPLACED])

    assert [("1", 2)] == standing(lake)


def test_files_of_one_run_say_the_same_as_one_by_one(
    master: Lake, tmp_path: Path
) -> None:
    lake = master.copied(tmp_path / "lake")
    for place, rows in enumerate([ADVISED_AGAIN, CANCELLED, ADVISED], start=10):
        land(lake, place, rows)

    lake.make(*AGAIN, run_id="run_1", since_landing_id=9)

    assert [("1", 2)] == standing(lake)


def test_a_cancellation_dated_like_its_notice_takes_it_back(
    master: Lake, tmp_path: Path
) -> None:
    lake = master.copied(tmp_path / "lake")
    dated = {"notice_at": "2017-12-27"}

    played(lake, [[row | dated for row in CANCELLED], [ADVISED[0] | dated]])

    assert [] == standing(lake)


def test_another_partners_notice_of_that_number_stands(
    master: Lake, tmp_path: Path
) -> None:
    lake = master.copied(tmp_path / "lake")
    theirs = [row | {"partner_id": "millbrook_supply"} for row in ADVISED[:1]]

    played(lake, [theirs, CANCELLED])

    assert [("1", 4)] == standing(lake)


def test_a_replacement_that_waits_for_a_name_takes_back_all_the_same(
    master: Lake, tmp_path: Path
) -> None:
    lake = master.copied(tmp_path / "lake")
    unknown = [REPLACED[0] | {"sku_ref": "Y"}]

    played(lake, [ADVISED[:1], unknown])

    assert [] == standing(lake)
    assert [("own_dcs/N/1//",)] == waiting(lake)
