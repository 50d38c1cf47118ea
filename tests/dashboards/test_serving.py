"""The published copy: what may be read of it, and how it changes."""

import hashlib
import re
from datetime import timedelta
from pathlib import Path

import orjson
import polars as pl
import pytest
import yaml

from dashboards.queries import control_tower, exceptions, orders
from dashboards.queries.orders import OrderKey
from dashboards.queries.serving import (
    ServingCopy,
    UnreadableCopyError,
    open_copy,
    read_manifest,
)
from dashboards.queries.shapes import SHAPES
from tests.dashboards.serving_copies import (
    AS_OF,
    JOURNAL,
    empty_copy,
    full_copy,
    publish,
)
from transforms.contracts import documents, gold
from transforms.contracts.table import Table

PROJECT = Path(__file__).parents[2]
VISIBILITY = PROJECT / "dbt_project" / "models" / "visibility"
PERSONAL_NAME = re.compile(
    r"ship_to|customer|recipient|buyer|email|phone|street|city|postal|address|token"
)


def copy_of(home: Path) -> ServingCopy:
    manifest = read_manifest(home / "serving")
    assert manifest is not None
    return ServingCopy(manifest, home / "serving")


def personal_columns() -> set[str]:
    tables = (
        value
        for module in (documents, gold)
        for value in vars(module).values()
        if isinstance(value, Table)
    )
    return {name for table in tables for name in table.personal_columns}


def test_no_query_can_name_a_personal_column() -> None:
    readable = {column for columns in SHAPES.values() for column in columns}

    assert set() == readable & personal_columns()
    assert [column for column in readable if PERSONAL_NAME.search(column)] == []


def test_a_personal_column_in_a_file_does_not_reach_a_query(tmp_path: Path) -> None:
    tables = full_copy()
    planted = pl.lit("Ann Example").alias("ship_to_name")
    tables["rpt_orders"] = tables["rpt_orders"].with_columns(planted)
    copy = copy_of(publish(tmp_path, tables))

    header = orders.header(copy, "web_shop/9000")

    assert set(SHAPES["rpt_orders"]) == set(header.columns)


@pytest.mark.parametrize("table", sorted(SHAPES))
def test_the_pages_read_what_the_visibility_room_promises(table: str) -> None:
    [model] = yaml.safe_load((VISIBILITY / f"{table}.yml").read_text())["models"]
    promised = {column["name"]: column["data_type"] for column in model["columns"]}

    assert SHAPES[table].items() <= promised.items()


def test_the_connection_reads_the_serving_folder_and_nothing_else(
    full_home: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.parquet"
    pl.DataFrame({"key": ["x"]}).write_parquet(secret)

    with pytest.raises(UnreadableCopyError, match="Permission"):
        copy_of(full_home).fetch(f"select * from read_parquet('{secret}')")


def test_a_manifest_cannot_point_outside_its_folder(full_home: Path) -> None:
    serving = full_home / "serving"
    content = orjson.loads((serving / "manifest.json").read_bytes())
    content["tables"]["rpt_orders"][0]["path"] = "../../vault.sqlite"
    stray = full_home / "stray"
    stray.mkdir()
    (stray / "manifest.json").write_bytes(orjson.dumps(content))

    with pytest.raises(UnreadableCopyError):
        read_manifest(stray)


def test_a_torn_manifest_is_unreadable_and_not_empty(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"manifest_id": "a"')

    with pytest.raises(UnreadableCopyError):
        read_manifest(tmp_path)


def test_a_new_publish_is_seen_and_the_copy_in_use_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERHOUSE_HOME", str(tmp_path))
    tables = full_copy()
    publish(tmp_path, tables)
    before = open_copy()
    publish(tmp_path, tables | {"rpt_orders": tables["rpt_orders"].head(3)})
    after = open_copy()

    sql = "select count(*) as n from rpt_orders"
    assert before is not None
    assert after is not None
    assert (before.fetch(sql)["n"][0], after.fetch(sql)["n"][0]) == (40, 3)


def test_a_table_of_older_code_counts_as_missing(tmp_path: Path) -> None:
    tables = full_copy()
    tables["rpt_flow"] = tables["rpt_flow"].drop("rows_out")

    copy = copy_of(publish(tmp_path, tables))

    assert copy.missing("rpt_flow", "rpt_orders") == ("rpt_flow",)
    assert control_tower.newest_flow(copy).height == 0


def test_the_flow_is_what_the_newest_run_added_and_what_stands_aside_now(
    tmp_path: Path,
) -> None:
    tables = full_copy()
    newest = tables["rpt_flow"].filter(pl.col("room") == "silver")
    before = newest.with_columns(
        rows_in=pl.lit(4000),
        rows_out=pl.lit(3975),
        set_aside=pl.lit(25),
        as_of=pl.col("as_of") - timedelta(hours=4),
        run_id=pl.lit("the run before"),
    )
    tables["rpt_flow"] = pl.concat([newest, before], how="vertical_relaxed")

    flow = control_tower.newest_flow(copy_of(publish(tmp_path, tables)))

    told = flow.select("rows_in", "rows_out", "set_aside").rows()
    assert [(4189 - 4000, 4171 - 3975, 18)] == told


def test_what_has_no_currency_is_no_value_at_stake(tmp_path: Path) -> None:
    tables = full_copy()
    rows = tables["rpt_exceptions"].filter(is_open=True, is_snoozed=False)
    valued = rows["currency_code"].is_not_null().sum()
    unknown = rows.head(1).with_columns(
        exception_id=pl.lit("PARCEL_UNKNOWN/1"),
        value_minor=pl.lit(0, pl.Int64),
        currency_code=pl.lit(None, pl.String),
    )
    tables["rpt_exceptions"] = pl.concat([rows, unknown])
    copy = copy_of(publish(tmp_path, tables))

    assert ["USD"] == exceptions.values(copy, None, None)["currency_code"].to_list()
    assert valued == exceptions.totals(copy, None, None)["valued_count"].item()


def test_events_of_one_instant_come_by_the_number_of_their_line(
    tmp_path: Path,
) -> None:
    tables = full_copy()
    for name in ("rpt_order_lines", "rpt_order_timeline"):
        first = tables[name].filter(
            pl.col("line_id") == "web_shop/9000/1",
            *([pl.col("event_type") == "ACCEPTED"] if "timeline" in name else []),
        )
        numbered = [
            first.with_columns(
                pl.lit(f"web_shop/9000/{n}").alias("line_id"),
                *(
                    [pl.lit(f"web_shop/9000/{n}/ACCEPTED").alias("event_id")]
                    if "timeline" in name
                    else [pl.lit(n, pl.Int64).alias("line_no")]
                ),
            )
            for n in (1, 2, 10, 11)
        ]
        tables[name] = pl.concat(numbered)
    copy = copy_of(publish(tmp_path, tables))

    told = orders.timeline(copy, OrderKey("web_shop/9000", "2017-12"))

    expected = [f"web_shop/9000/{n}" for n in (1, 2, 10, 11)]
    assert expected == told["line_id"].to_list()


def test_the_files_of_an_order_are_those_that_its_events_name(full_home: Path) -> None:
    found = orders.files(copy_of(full_home), OrderKey("web_shop/9000", "2017-12"))

    told = ["orders_20171229.jsonl", "945_000000041.edi", JOURNAL]
    assert told == found["file_name"].to_list()


def test_a_search_never_matches_the_middle_of_a_number(full_home: Path) -> None:
    found = orders.find(copy_of(full_home), "008")

    assert found.height == 0


def test_an_exact_number_comes_before_longer_ones(tmp_path: Path) -> None:
    tables = full_copy()
    renamed = pl.when(pl.col("order_name") == "#1039").then(pl.lit("#102"))
    tables["rpt_orders"] = tables["rpt_orders"].with_columns(
        order_name=renamed.otherwise("order_name")
    )

    found = orders.find(copy_of(publish(tmp_path, tables)), "102")

    assert (found.height, found["order_name"][0]) == (11, "#102")


def test_reading_changes_no_byte_of_the_copy(full_home: Path) -> None:
    def hashes() -> dict[str, str]:
        return {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (full_home / "serving").rglob("*")
            if path.is_file()
        }

    before = hashes()
    orders.newest(copy_of(full_home))

    assert before == hashes()


def test_open_lines_of_the_heatmap_are_those_of_the_list(full_home: Path) -> None:
    copy = copy_of(full_home)

    cells = control_tower.open_cells(copy, "web_shop")

    listed = control_tower.open_line_rows(copy, "web_shop", None, None)
    assert listed.height == cells["line_count"].sum()


def test_duckdb_is_opened_in_one_place() -> None:
    users = [
        str(path.relative_to(PROJECT / "dashboards"))
        for path in (PROJECT / "dashboards").rglob("*.py")
        if re.search(r"^(import|from) duckdb", path.read_text(), re.MULTILINE)
    ]

    assert users == ["queries/serving.py"]


def test_a_node_whose_each_had_a_price_says_who_got_it(tmp_path: Path) -> None:
    """o1 was passed over at EAST; four others got eaches of A there."""
    empty = empty_copy()["rpt_allocations"]
    at = {"order_month": "2017-12", "sku_id": "A", "as_of": AS_OF, "node_id": "EAST"}
    own = at | {"line_id": "o1/1", "order_id": "o1", "failed_rules": "", "run_id": "r"}
    rows = [
        own | {"is_chosen": False, "chosen_qty": 0, "price_milli": 9000},
        own | {"node_id": "WEST", "is_chosen": True, "chosen_qty": 1, "price_milli": 0},
        *(
            at | {"line_id": f"o{n}/1", "order_id": f"o{n}", "chosen_qty": n}
            for n in (2, 3, 4, 5)
        ),
    ]
    table = pl.DataFrame(rows, schema=empty.schema)
    home = publish(tmp_path, full_copy() | {"rpt_allocations": table})

    told = orders.candidates(copy_of(home), OrderKey("o1", "2017-12"))

    assert {"EAST": "o5 (5), o4 (4), o3 (3) + 1", "WEST": None} == dict(
        told.select("node_id", "got_by").iter_rows()
    )
