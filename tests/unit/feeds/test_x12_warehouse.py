"""846, 944, 945, 997: what a warehouse says, and another project's reader."""

import io
from dataclasses import replace
from datetime import datetime
from types import ModuleType

import pytest
from pyx12.x12file import X12Reader

from tests.unit.feeds.interchanges import guilty
from transforms.contracts.profile import Envelope, Parsed, Profile
from transforms.edi.writer import write_interchange
from transforms.feeds import x12_846, x12_944, x12_945, x12_997

HARBOR = Profile("harbor_3pl", zone="America/New_York")
GROUPS = {"846": "IB", "944": "RE", "945": "SW", "997": "FA"}
NODE = ["N1", "WH", "Harbor", "92", "3PL-HARBOR"]
SHIPMENT = [
    ["W06", "F", "FO-1", "20171228", "SHP-1"],
    ["N1", "SF", "Harbor", "92", "3PL-HARBOR"],
]


def written(code: str, *sets: list[list[str]]) -> bytes:
    return write_interchange(
        [(code, one) for one in sets],
        functional_id=GROUPS[code],
        sender="HARBOR3PL",
        receiver="ORDERHOUSE",
        control_no=5,
        at=datetime(2017, 12, 28, 0, 15),  # noqa: DTZ001 the wall's hour
    )


def parsed(feed: ModuleType, *sets: list[list[str]]) -> Parsed:
    code = feed.__name__.rpartition("_")[2]
    result: Parsed = feed.parse(written(code, *sets), HARBOR)
    return result


def a_count(*segments: list[str]) -> list[list[str]]:
    return [["BIA", "00", "MB", "C-1", "20171227", "2200"], NODE, *segments]


def test_a_count_has_one_row_for_each_status_it_gives() -> None:
    found = parsed(
        x12_846,
        a_count(["LIN", "", "VN", "X"], ["QTY", "33", "9"], ["QTY", "74", "1"]),
    )

    assert [
        ("X", "AVAILABLE", "available", "9", "2017-12-27T22:00:00-05:00"),
        ("X", "DAMAGED", "on_hand", "1", "2017-12-27T22:00:00-05:00"),
    ] == found.rows.select(
        "sku_ref", "stock_status", "quantity_basis", "qty", "snapshot_at"
    ).rows()


def test_two_nodes_may_stand_in_one_count() -> None:
    found = parsed(
        x12_846,
        a_count(
            ["LIN", "", "VN", "X"],
            ["QTY", "17", "9"],
            ["N1", "WH", "", "92", "OTHER"],
            ["QTY", "17", "4"],
        ),
    )

    assert ["3PL-HARBOR", "OTHER"] == found.rows["node_ref"].to_list()


def test_a_count_without_an_hour_takes_the_hour_of_its_group() -> None:
    count = [["BIA", "00", "MB", "C-1", "20171227"], NODE]
    found = parsed(x12_846, [*count, ["LIN", "", "VN", "X"], ["QTY", "17", "9"]])

    assert ["2017-12-28T00:15:00-05:00"] == found.rows["snapshot_at"].to_list()


def test_a_quantity_before_any_product_is_refused() -> None:
    found = parsed(x12_846, a_count(["QTY", "17", "9"]))

    assert ("QTY", "MISPLACED_SEGMENT") == guilty(found)


def a_receipt(*segments: list[str]) -> list[list[str]]:
    return [["W17", "F", "20171227", "R-1", "PO-5"], NODE, *segments]


def test_damaged_eaches_leave_the_sound_ones() -> None:
    found = parsed(
        x12_944,
        a_receipt(["W07", "9", "EA", "", "VN", "X"], ["W13", "2", "EA", "01"]),
    )

    assert [
        ("1", "7", "AVAILABLE"),
        ("1-DAMAGED", "2", "DAMAGED"),
    ] == found.rows.select("line_ref", "qty", "stock_status").rows()


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("09", [("1", "7", "AVAILABLE"), ("1-HOLD", "2", "HOLD")]),
        ("04", [("1", "7", "AVAILABLE"), ("1-HOLD", "2", "HOLD")]),
        ("10", [("1", "7", "AVAILABLE"), ("1-DAMAGED", "2", "DAMAGED")]),
        ("02", [("1", "9", "AVAILABLE")]),
    ],
)
def test_what_is_held_or_scrapped_is_not_available(
    condition: str, rows: list[tuple[str, str, str]]
) -> None:
    line = [["W07", "9", "EA", "", "VN", "X"], ["W13", "2", "EA", condition]]
    found = parsed(x12_944, a_receipt(*line))

    assert rows == found.rows.select("line_ref", "qty", "stock_status").rows()


def test_a_line_may_have_every_condition() -> None:
    line = [["W07", "9", "EA", "", "VN", "X"], ["W13", "2", "EA", "01"]]
    found = parsed(
        x12_944, a_receipt(*line, ["W13", "3", "EA", "08"], ["W13", "4", "EA", "09"])
    )

    assert [("2", "DAMAGED"), ("7", "HOLD")] == found.rows.select(
        "qty", "stock_status"
    ).rows()


@pytest.mark.parametrize("condition", ["17", "ZZ"])
def test_a_condition_we_do_not_know_is_no_guess(condition: str) -> None:
    line = [["W07", "9", "EA", "", "VN", "X"], ["W13", "2", "EA", condition]]

    assert ("W1303", "BAD_CODE") == guilty(parsed(x12_944, a_receipt(*line)))


@pytest.mark.parametrize("purpose", ["A", "C", "K", "S"])
def test_what_is_no_receipt_is_not_read_as_one(purpose: str) -> None:
    begun = ["W17", purpose, "20171227", "R-1", "PO-5"]
    found = parsed(x12_944, [begun, NODE, ["W07", "9", "EA", "", "VN", "X"]])

    assert ("W1701", "BAD_CODE") == guilty(found)


@pytest.mark.parametrize("purpose", ["01", "04", "13"])
def test_what_is_no_whole_count_is_not_read_as_one(purpose: str) -> None:
    begun = ["BIA", purpose, "SI", "S-1", "20171227", "2300"]
    lines = [["LIN", "", "VN", "X"], ["QTY", "17", "9"]]
    found = parsed(x12_846, [begun, NODE, *lines])

    assert ("BIA01", "BAD_CODE") == guilty(found)


def test_a_wholly_damaged_line_has_no_sound_row() -> None:
    found = parsed(
        x12_944,
        a_receipt(["W07", "2", "EA", "", "VN", "X"], ["W13", "2", "EA", "01"]),
    )

    assert ["DAMAGED"] == found.rows["stock_status"].to_list()


def test_an_hour_makes_an_instant_and_a_day_stays_a_day() -> None:
    line = ["W07", "2", "EA", "", "VN", "X"]
    timed = a_receipt(["G62", "19", "20171227", "W", "1330"], line)
    found = parsed(x12_944, timed, a_receipt(line))

    assert ["2017-12-27T13:30:00-05:00", "2017-12-27"] == found.rows[
        "received_on"
    ].to_list()


def test_a_line_number_twice_in_a_receipt_is_refused() -> None:
    line = [["W07", "2", "EA", "", "VN", "X"], ["N9", "LI", "1"]]
    found = parsed(x12_944, a_receipt(*line, *line))

    assert "REPEATED_LINE" == guilty(found)[1]


def test_the_line_of_our_instruction_comes_back() -> None:
    line = ["W12", "CP", "3", "1", "2", "EA", "", "VN", "X"]
    pack = [["LX", "1"], line, ["N9", "LI", "10"], ["N9", "ZZ", "DAMAGED"]]
    row = parsed(x12_945, [*SHIPMENT, *pack]).rows.row(0, named=True)

    assert ("10", "3", "1", "DAMAGED", "2017-12-28") == (
        row["line_ref"],
        row["ordered_qty"],
        row["shipped_qty"],
        row["reason_code"],
        row["shipped_on"],
    )


def test_a_wholly_short_line_ships_nothing() -> None:
    line = ["W12", "CP", "3", "0", "3", "EA", "", "VN", "X"]
    found = parsed(x12_945, [*SHIPMENT, ["LX", "1"], line])

    assert ["0"] == found.rows["shipped_qty"].to_list()


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        ([["W12", "CC", "3", "1", "1", "EA", "", "VN", "X"]], ("W1204", "BAD_QTY")),
        ([["W12", "CC", "3", "-1", "", "EA", "", "VN", "X"]], ("W1203", "BAD_QTY")),
        ([["W12", "CC", "3", "3", "", "EA"]], ("W1208", "MISSING_VALUE")),
        (
            [["W12", "CC", "3", "3", "", "EA", "", "VN", "X"], ["W03", "4"]],
            ("W0301", "WRONG_COUNT"),
        ),
    ],
)
def test_a_shipment_that_does_not_add_up_is_refused(
    segments: list[list[str]], expected: tuple[str, str]
) -> None:
    assert expected == guilty(parsed(x12_945, [*SHIPMENT, ["LX", "1"], *segments]))


def test_a_group_that_is_rejected_rejects_its_sets() -> None:
    answer = [["AK1", "OW", "7"], ["AK2", "940", "0001"], ["AK5", "A"]]
    found = parsed(x12_997, [*answer, ["AK9", "R", "1", "1", "0", "4"]])

    assert [("7", "0001", "R", "AK9*R*1*1*0*4")] == found.rows.select(
        "interchange_ref", "set_ref", "status_code", "reason"
    ).rows()


def test_bad_data_quoted_in_a_997_is_not_kept() -> None:
    answer = [
        ["AK1", "OW", "7"],
        ["AK2", "940", "0001"],
        ["AK3", "N1", "3", "", "8"],
        ["AK4", "2", "", "5", "Ada Example"],
        ["AK5", "R", "5"],
        ["AK9", "R", "1", "1", "0"],
    ]
    found = parsed(x12_997, answer)

    assert "Ada" not in found.rows.write_csv()
    assert "AK4*2**5" in found.rows["reason"][0]


def test_a_set_of_another_feed_is_unknown_here() -> None:
    payload = written("997", [["AK1", "OW", "7"], ["AK9", "A", "1", "1", "1"]])
    found = x12_945.parse(payload, HARBOR)

    assert ("ST01", "UNKNOWN_SET") == guilty(found)
    assert (8, 4, 4) == (
        found.lines.physical,
        found.lines.accepted,
        found.lines.quarantined,
    )


def test_another_projects_reader_finds_no_error_in_our_945() -> None:
    line = ["W12", "CC", "2", "2", "0", "EA", "", "VN", "X"]
    payload = written("945", [*SHIPMENT, ["LX", "1"], line, ["W03", "2"]])
    reader = X12Reader(io.StringIO(payload.decode("ascii")))
    names = [segment.get_seg_id() for segment in reader]
    errors = reader.pop_errors()

    assert ["ST", "W06", "N1", "LX", "W12", "W03", "SE"] == names[2:-2]
    assert errors == []


@pytest.mark.parametrize(("most", "codes"), [("10", []), ("9", ["FILE_TOO_LARGE"])])
def test_a_profile_moves_how_many_segments_a_file_may_have(
    most: str, codes: list[str]
) -> None:
    payload = written("846", a_count(["LIN", "", "VN", "X"], ["QTY", "33", "9"]))
    bounded = replace(HARBOR, options={"max_segments": most})

    assert codes == x12_846.parse(payload, bounded).rejects["code"].to_list()
    answers = x12_846.answer(payload, Envelope(bounded, 1, datetime(2017, 12, 28, 5)))  # noqa: DTZ001 the wall's hour
    assert bool(codes) != bool(answers)
