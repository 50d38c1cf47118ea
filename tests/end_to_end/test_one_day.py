"""The hand-made day: golden outputs, the same run twice, recovery of deliveries."""

from __future__ import annotations

import json
import os

import pytest

from orchestration.cli.demo import put_in_drop
from orchestration.resources.home import Home
from orchestration.resources.house import House, RunRefusedError
from orchestration.resources.lakehouse import Lakehouse
from orchestration.resources.serving import current_manifest
from tests.end_to_end import one_day
from transforms.contracts.simulation import NamedBytes

# Warnings of the libraries that a run stands on are no failure of the run.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]


def test_outputs_are_the_golden_ones_to_the_byte(played_house: Home) -> None:
    made = one_day.golden(played_house)
    if os.environ.get("ORDERHOUSE_UPDATE_GOLDEN"):
        for name, content in made.items():
            path = one_day.EXPECTED / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    expected = {
        str(path.relative_to(one_day.EXPECTED)): path.read_bytes()
        for path in one_day.EXPECTED.rglob("*")
        if path.is_file()
    }
    assert sorted(expected) == sorted(made)
    for name, content in expected.items():
        assert content.decode() == made[name].decode(), name


def test_the_same_day_run_twice_does_nothing(own_played_house: Home) -> None:
    hashes = one_day.hashes(own_played_house)
    sent = one_day.outbox(own_played_house)

    again = one_day.run(own_played_house, one_day.NOON)

    assert [False] == [outcome.is_new for outcome in again]
    assert sent == one_day.outbox(own_played_house)
    assert hashes == one_day.hashes(own_played_house)


def test_a_file_that_comes_late_never_rewrites_a_run_of_the_past(
    own_played_house: Home,
) -> None:
    late = one_day.deliveries()[-1]
    content = late.content.replace(b"1015", b"1016")
    put_in_drop(
        own_played_house,
        [NamedBytes(late.partner_id, "orders_late.jsonl", content, one_day.NIGHT)],
    )

    with pytest.raises(RunRefusedError, match="name a later --as-of"):
        one_day.run(own_played_house, one_day.NOON)


def test_what_a_crash_left_undelivered_is_delivered_once_and_byte_identical(
    own_played_house: Home,
) -> None:
    sent = one_day.outbox(own_played_house)
    lost = [name for name in sent if name.startswith("harbor_3pl/940_000000001")]
    for name in lost:
        (own_played_house.outbox / name).unlink()
    hashes = one_day.hashes(own_played_house)
    _forget_deliveries(own_played_house)

    one_day.run(own_played_house, one_day.NOON)
    delivered = one_day.outbox(own_played_house)
    # The partner takes the file away; its manifest says that it was delivered.
    (own_played_house.outbox / "harbor_3pl/940_000000001.edi").unlink()
    one_day.run(own_played_house, one_day.NOON)

    assert 2 == len(lost)
    assert sent == delivered
    assert "harbor_3pl/940_000000001.edi" not in one_day.outbox(own_played_house)
    now = one_day.hashes(own_played_house)
    noted = "instructions.file_deliveries"
    # What was noted again stands under the later run that noted it.
    assert hashes[noted].split(":")[0] == now[noted].split(":")[0]
    assert {noted} >= {path for path in hashes if hashes[path] != now[path]}


def _forget_deliveries(home: Home) -> None:
    """As a crash before they were noted leaves it."""
    house = House.open(home.root)
    with house.landing.batch(), house.lake.transaction("test", "the crash"):
        house.landing._db.execute(  # noqa: SLF001 the crash
            "delete from ledger where file_name like 'deliveries_%'"
        )
        house.lake.execute("delete from lake.instructions.file_deliveries")
    house.close()


def test_a_crash_before_the_decisions_were_landed_is_mended(
    own_played_house: Home,
) -> None:
    before = one_day.hashes(own_played_house)
    house = House.open(own_played_house.root)
    recorded = house.journal.landed()
    with house.landing.batch():
        house.landing._db.execute("delete from ledger where partner_id = 'self'")  # noqa: SLF001 the crash
    house.close()

    one_day.run(own_played_house, one_day.NOON)

    house = House.open(own_played_house.root)
    assert recorded == house.journal.landed()
    house.close()
    assert before == one_day.hashes(own_played_house)
    assert _own_events_landed(own_played_house) == _own_events_told(own_played_house)


def test_a_run_that_was_committed_but_not_published_is_published(
    own_played_house: Home,
) -> None:
    published = current_manifest(own_played_house)
    assert published is not None
    house = House.open(own_played_house.root)
    with house.lake.transaction("test", "as a crash before publishing leaves it"):
        house.lake.execute(
            "update lake.decisions.runs set manifest = '' where as_of = ?",
            [one_day.NOON],
        )
    house.close()
    (own_played_house.serving / "manifest.json").unlink()

    one_day.run(own_played_house, one_day.NOON)

    again = current_manifest(own_played_house)
    assert again is not None
    rows = {name: sum(e["rows"] for e in t) for name, t in published["tables"].items()}
    assert rows == {
        name: sum(e["rows"] for e in t) for name, t in again["tables"].items()
    }


def test_every_physical_line_is_accounted_for(played_house: Home) -> None:
    """Files of partners: what ``self`` landed differs from run to run."""
    counted = one_day.query(
        played_house,
        "select partner_id, file_name, physical_lines,"
        " accepted_lines + quarantined_lines + blank_lines as told"
        " from lake.bronze.landing_ledger where partner_id <> 'self'"
        " and verdict not in ('DUPLICATE', 'UNEXPECTED') order by all",
    )
    landed = {(file.partner_id, file.name) for file in one_day.deliveries()}
    unread = {
        ("web_shop", "orders_20171227_1100_again.jsonl"),
        ("backoffice", "minutes_20171227.txt"),
    }

    assert landed - unread == set(counted.select("partner_id", "file_name").rows())
    assert counted["physical_lines"].to_list() == counted["told"].to_list()


def test_the_catalog_knows_how_many_rows_each_table_has(played_house: Home) -> None:
    lake = Lakehouse(played_house, is_reader=True)
    counts = lake.counts()
    read = {path: lake.count(path) for path in counts}
    lake.close()

    assert read == counts
    assert read["gold.fct_orders"] > 0


def test_what_came_into_a_room_went_out_or_is_set_aside(played_house: Home) -> None:
    """As of each run, every line, order line and each counted once."""
    rooms = one_day.query(
        played_house,
        "select as_of, room, rows_in, rows_out + set_aside as told"
        " from lake.visibility.rpt_flow order by as_of, room_no",
    )

    assert len(one_day.INSTANTS) * ["ingest", "bronze", "silver", "gold", "decisions",
        "instructions"] == rooms["room"].to_list()  # fmt: skip
    assert rooms["rows_in"].to_list() == rooms["told"].to_list()


def test_what_is_set_aside_is_what_waits_now(played_house: Home) -> None:
    counted = one_day.query(
        played_house,
        """
        select
            (select count(*) from lake.bronze.landing_ledger
                where physical_lines = 0 and partner_id <> 'self') as ingest,
            (select count(*) from lake.visibility.rpt_quarantine
                where room = 'bronze' and payload_line > 0) as bronze,
            (select count(distinct line_id) from
                lake.silver.int_order_lines__quarantined where is_open) as silver,
            0 as gold,
            (select sum(pending_qty + backordered_qty)
                from lake.decisions.line_buckets) as decisions,
            0 as instructions
        """,
    ).row(0)
    told = one_day.query(
        played_house,
        "select set_aside from lake.visibility.rpt_flow"
        " where as_of = (select max(as_of) from lake.visibility.rpt_flow)"
        " order by room_no",
    )

    assert list(counted) == told["set_aside"].to_list()


def test_every_event_names_its_file_and_line(played_house: Home) -> None:
    silent = one_day.query(
        played_house,
        "select event_id from lake.visibility.rpt_order_timeline"
        " where file_name is null or payload_line is null",
    )

    assert [] == silent["event_id"].to_list()


def test_the_line_that_one_of_our_events_names_holds_it(own_played_house: Home) -> None:
    """Also of the run before: its orders are told anew when they change."""
    told = _own_events_told(own_played_house)

    assert len(one_day.INSTANTS) == len({file_name for file_name, _, _ in told})
    assert _own_events_landed(own_played_house) == told


def _own_events_told(home: Home) -> list[tuple[str, int, str]]:
    """File, line and id of each of our events, as timelines name them."""
    return one_day.query(
        home,
        "select file_name, payload_line, event_id from lake.visibility"
        ".rpt_order_timeline where source_kind = 'decision' order by all",
    ).rows()


def _own_events_landed(home: Home) -> list[tuple[str, int, str]]:
    """File, line and id of each of our events, read from the landed journals."""
    house = House.open(home.root)
    found = []
    for arrival in house.landing.arrivals():
        if arrival.partner_id == "self":
            lines = house.landing.read(arrival.payload_sha256).decode().splitlines()
            for number, line in enumerate(map(json.loads, lines), start=1):
                if line["table_name"] == "own_events":
                    found.append((arrival.file_name, number, line["row"]["event_id"]))
    house.close()
    return sorted(found)


def test_two_lines_of_one_sku_get_what_is_there_and_never_more(
    played_house: Home,
) -> None:
    honey = one_day.query(
        played_house,
        "select sum(ordered_qty) as ordered, sum(backordered_qty) as waiting,"
        " sum(released_qty + shipped_qty) as given"
        " from lake.decisions.line_buckets where sku_id = '100005'",
    )

    assert {"ordered": 6, "waiting": 1, "given": 5} == honey.row(0, named=True)


def test_supply_below_commitments_becomes_an_exception_and_is_published(
    played_house: Home,
) -> None:
    found = one_day.query(
        played_house,
        "select subject from lake.decisions.exceptions"
        " where code = 'OVERCOMMITTED' and closed_at is null",
    )
    manifest = current_manifest(played_house)

    assert ["3PL-SUMMIT/100009"] == found["subject"].to_list()
    assert manifest is not None
    assert one_day.NOON.isoformat() == manifest["as_of"]


def test_an_order_heals_when_its_product_arrives(
    night_house: Home, played_house: Home
) -> None:
    asked = "select order_id from lake.gold.fct_orders where order_ref = '1009'"

    assert [] == one_day.query(night_house, asked)["order_id"].to_list()
    assert ["web_shop/1009"] == one_day.query(played_house, asked)["order_id"].to_list()


def test_a_file_under_a_temporary_name_is_left_alone(own_played_house: Home) -> None:
    partial = own_played_house.drop / "web_shop" / "orders_now.jsonl.part"
    put_in_drop(
        own_played_house,
        [NamedBytes("web_shop", partial.name, b"{", one_day.NOON)],
    )

    outcome = one_day.run(own_played_house, one_day.NOON)[0]

    assert partial.exists()
    assert not outcome.is_new
