"""856, 943, 947, 944, 846: goods on their way and stock corrected."""

from collections.abc import Mapping
from datetime import datetime
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.feeds.interchanges import guilty, parsed
from transforms.contracts.profile import Parsed, Profile
from transforms.edi.writer import write_interchange
from transforms.feeds import x12_846, x12_856, x12_943, x12_944, x12_945, x12_947

NOTICE = [["BSN", "00", "SHP-1", "20171229", "0910"], ["HL", "1", "", "S"]]
NODE = ["N1", "ST", "DC East", "92", "DC-EAST"]
REASONS = {
    *("CYCLE_COUNT", "DAMAGED", "EXPIRED", "FOUND", "LOST", "THEFT", "RETURNED"),
    *("RECEIVING_ERROR", "SHIPPING_ERROR", "RELABELLED", "STATUS_CHANGE", "OTHER"),
}
CODES_181 = [
    *("03", "04", "05", "06", "07", "08", "51", "52", "53", "54", "55", "56", "88"),
    *("AA", "AB", "AC", "AD", "AE", "AF", "AG", "AH", "AI", "AJ", "AK", "AL", "AN"),
    *("AP", "AR", "AS", "AT", "AU", "AV", "AW", "AX", "AY", "BA", "BD", "BK", "BM"),
    *("BN", "BR", "BS", "BT", "CD", "CO", "CR", "CS", "PC", "TC", "UD"),
]


def item(number: int, parent: int, qty: str = "4") -> list[list[str]]:
    return [
        ["HL", str(number), str(parent), "I"],
        ["LIN", "7", "VP", "X"],
        ["SN1", "", qty, "EA"],
    ]


def package(number: int, parent: int, code: str, kind: str = "GM") -> list[list[str]]:
    return [["HL", str(number), str(parent), "P"], ["MAN", kind, code]]


def test_an_item_is_in_the_pack_above_it() -> None:
    order = [["HL", "2", "1", "O"], ["PRF", "PO-1"]]
    tree = [*order, *package(3, 2, "SSCC-1"), *item(4, 3), *package(5, 2, "SSCC-2")]
    found = parsed(x12_856, *NOTICE, NODE, *tree, *item(6, 5)).rows

    assert [("4", "PO-1", "SSCC-1"), ("6", "PO-1", "SSCC-2")] == found.select(
        "line_ref", "po_ref", "package_ref"
    ).rows()


def test_an_item_in_two_packs_under_it_is_in_none() -> None:
    order = [["HL", "2", "1", "O"], ["PRF", "PO-1"]]
    one = [*item(3, 2), *package(4, 3, "SSCC-1")]
    two = [*item(5, 2), *package(6, 5, "SSCC-2"), *package(7, 5, "SSCC-3")]
    found = parsed(x12_856, *NOTICE, NODE, *order, *one, *two).rows

    assert ["SSCC-1", None] == found["package_ref"].to_list()


def test_what_a_lower_level_says_holds_there_and_below() -> None:
    upper = [["TD5", "", "2", "AAAA"], ["REF", "BM", "BOL-1"], NODE]
    one = [["HL", "2", "1", "O"], ["PRF", "PO-1"], *item(3, 2)]
    node = ["N1", "ST", "DC West", "92", "DC-WEST"]
    two = [
        *(["HL", "4", "1", "O"], ["PRF", "PO-2"], ["TD5", "", "2", "BBBB"]),
        *(["REF", "CN", "PRO-2"], node, *item(5, 4)),
    ]
    found = parsed(x12_856, *NOTICE, *upper, *one, *two).rows

    assert [
        ("PO-1", "AAAA", "BOL-1", "DC-EAST"),
        ("PO-2", "BBBB", "PRO-2", "DC-WEST"),
    ] == found.select("po_ref", "carrier_code", "tracking_ref", "node_ref").rows()


def test_levels_of_one_notice_say_nothing_of_the_next() -> None:
    one = [*NOTICE, NODE, *item(2, 1)]
    two = [*NOTICE, ["TD5", "", "2", "AAAA"], *item(2, 1)]
    payload = write_interchange(
        [("856", one), ("856", two)],
        functional_id="SH",
        sender="THEM",
        receiver="US",
        control_no=5,
        at=datetime(2017, 12, 29, 11, 30),  # noqa: DTZ001 the wall's hour
    )
    found = x12_856.parse(payload, Profile("p"))

    assert [None] == found.rows["carrier_code"].to_list()
    assert ("HL", "MISSING_VALUE") == guilty(found)


@given(st.lists(st.integers(0, 999), min_size=1, max_size=6), st.booleans())
def test_a_notice_keeps_every_unit(counts: list[int], is_packed: bool) -> None:
    tree: list[list[str]] = [["HL", "2", "1", "O"], ["PRF", "PO-1"]]
    number = 3
    for qty in counts:
        if is_packed:
            tree += package(number, 2, f"SSCC-{number}")
            number += 1
        tree += item(number, number - 1 if is_packed else 2, str(qty))
        number += 1
    total = ["CTT", str(len(counts)), str(sum(counts))]
    found = parsed(x12_856, *NOTICE, NODE, *tree, total).rows

    assert [str(qty) for qty in counts] == found["shipped_qty"].to_list()


def corrected(code: str, qty: str, options: Mapping[str, str] | None = None) -> Parsed:
    return parsed(
        x12_947,
        ["W15", "20171229", "ADJ-1"],
        ["N1", "WH", "Harbor", "92", "3PL-HARBOR"],
        ["W19", code, qty, "EA", "", "VN", "X"],
        options=options,
    )


@pytest.mark.parametrize("code", CODES_181)
def test_every_reason_of_the_standard_is_known(code: str) -> None:
    row = corrected(code, "3").rows.row(0, named=True)

    assert row["reason_code"] in REASONS
    assert code == row["partner_reason"]


@pytest.mark.parametrize(
    ("code", "qty", "expected"),
    [
        ("06", "3", "-3"),
        ("06", "-3", "-3"),
        ("56", "3", "3"),
        ("AA", "3", "3"),
        ("AA", "-3", "-3"),
        ("05", "-3", "3"),
        ("05", "3", "3"),
        ("AU", "3", "-3"),
    ],
)
def test_a_code_that_names_a_direction_decides_the_sign(
    code: str, qty: str, expected: str
) -> None:
    assert [expected] == corrected(code, qty).rows["qty"].to_list()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("THEFT AVAILABLE -", ("THEFT", "AVAILABLE", None, "-3")),
        ("FOUND HOLD", ("FOUND", "HOLD", None, "3")),
        ("DAMAGED AVAILABLE>DAMAGED", ("DAMAGED", "AVAILABLE", "DAMAGED", "3")),
    ],
)
def test_a_partner_s_own_code_means_what_its_profile_says(
    said: str, expected: tuple[str, str, str | None, str]
) -> None:
    found = corrected("QQ", "3", {"adjustment.QQ": said}).rows

    assert [expected] == found.select(
        "reason_code", "stock_status", "to_stock_status", "qty"
    ).rows()


@pytest.mark.parametrize("said", ["", "GONE AVAILABLE", "LOST NOWHERE", "LOST HOLD *"])
def test_an_option_that_says_nothing_leaves_the_code_unknown(said: str) -> None:
    assert ("W1901", "BAD_CODE") == guilty(
        corrected("QQ", "3", {"adjustment.QQ": said})
    )


def test_a_transfer_goes_to_the_place_it_is_shipped_to() -> None:
    line = ["W04", "5", "EA", "", "VN", "X"]
    begun = ["W06", "F", "TR-1", "20171229", "SHP-1"]
    here = ["N1", "WH", "Harbor", "92", "3PL-HARBOR"]
    there = ["N1", "ST", "DC East", "92", "DC-EAST"]
    both = parsed(x12_943, begun, here, there, line).rows
    one = parsed(x12_943, begun, here, line).rows

    places = ("ship_from_ref", "node_ref")
    assert [("3PL-HARBOR", "DC-EAST")] == both.select(places).rows()
    assert [(None, "3PL-HARBOR")] == one.select(places).rows()


@pytest.mark.parametrize(
    ("reported", "action"), [("F", "original"), ("J", "original"), ("R", "replace")]
)
def test_a_transfer_may_replace_what_was_said_of_it(reported: str, action: str) -> None:
    begun = ["W06", reported, "TR-1", "20171229", "SHP-1"]
    there = ["N1", "ST", "DC East", "92", "DC-EAST"]
    found = parsed(x12_943, begun, there, ["W04", "5", "EA", "", "VN", "X"]).rows

    assert [action] == found["action"].to_list()


RECEIPT = [["W17", "F", "20171227", "R-1", "PO-5"], ["N1", "WH", "Harbor", "92", "H"]]
COUNT = [["BIA", "00", "MB", "C-1", "20171227", "2200"], ["N1", "WH", "H", "92", "H"]]
SENT = [["W06", "F", "FO-1", "20171228", "S-1"], ["N1", "SF", "H", "92", "H"]]
MOVED = [["W06", "F", "TR-1", "20171229", "S-1"], NODE]
CORRECTED = [["W15", "20171228", "ADJ-1"], ["N1", "WH", "Harbor", "92", "H"]]
RECEIVED = ["W07", "9", "CT", "", "VN", "X"]
ITEM = [["HL", "2", "1", "I"], ["LIN", "7", "VP", "X"]]


@pytest.mark.parametrize(
    ("feed", "segments", "expected"),
    [
        (x12_846, [*COUNT, ["LIN", "", "VN", "X"], ["QTY", "17", "9", "CT"]], ["9"]),
        (x12_943, [*MOVED, ["W04", "9", "CT", "", "VN", "X"]], ["9"]),
        (x12_944, [*RECEIPT, RECEIVED, ["W13", "2", "CT", "01"]], ["7", "2"]),
        (
            x12_945,
            [*SENT, ["LX", "1"], ["W12", "CC", "9", "7", "2", "CT", "", "VN", "X"]],
            ["7", "9"],
        ),
        (x12_947, [*CORRECTED, ["W19", "AX", "9", "CT", "", "VN", "X"]], ["-9"]),
        (
            x12_856,
            [*NOTICE, NODE, *ITEM, ["SN1", "", "9", "CT", "", "10", "CT"]],
            ["9", "10"],
        ),
    ],
)
def test_a_unit_nobody_agreed_stays_with_its_row(
    feed: ModuleType, segments: list[list[str]], expected: list[str]
) -> None:
    found, told = (
        parsed(feed, *segments, options=options) for options in ({}, {"uom.CT": "4"})
    )

    assert {"CT"} == set(found.rows["uom_code"])
    assert expected == quantities(found)
    # What the profile tells is counted at once.
    assert {None} == set(told.rows["uom_code"])
    assert [str(4 * int(qty)) for qty in expected] == quantities(told)


def quantities(found: Parsed) -> list[str]:
    """Cells of all quantities, a column after the other."""
    names = ("qty", "shipped_qty", "ordered_qty")
    told = [name for name in names if name in found.rows.columns]
    return [cell for name in told for cell in found.rows[name] if cell]


@pytest.mark.parametrize(
    ("feed", "segments", "place"),
    [
        (x12_944, [*RECEIPT, RECEIVED, ["W13", "2", "EA", "01"]], "W1302"),
        (x12_944, [*RECEIPT, RECEIVED, ["W13", "2", "PL", "01"]], "W1302"),
        (
            x12_856,
            [*NOTICE, NODE, *ITEM, ["SN1", "", "9", "CT", "", "10", "EA"]],
            "SN106",
        ),
    ],
)
def test_two_units_of_one_line_cannot_be_told_apart_later(
    feed: ModuleType, segments: list[list[str]], place: str
) -> None:
    assert (place, "UNKNOWN_UNIT") == guilty(parsed(feed, *segments))


def test_lots_and_their_days_come_with_receipts_and_counts() -> None:
    receipt = parsed(
        x12_944,
        ["W17", "F", "20171227", "R-1", "PO-5"],
        ["N1", "WH", "Harbor", "92", "3PL-HARBOR"],
        ["W07", "9", "EA", "", "VN", "X", "", "", "L-1"],
        ["G62", "36", "20190630"],
    )
    count = parsed(
        x12_846,
        ["BIA", "00", "MB", "C-1", "20171227", "2200"],
        ["N1", "WH", "Harbor", "92", "3PL-HARBOR"],
        ["LIN", "", "VN", "X", "LT", "L-2"],
        ["REF", "WS", "A-03-2"],
        ["DTM", "036", "20190731"],
        ["QTY", "17", "-3", "EA"],
    )

    lots = ("lot_ref", "expires_on")
    assert [("L-1", "2019-06-30")] == receipt.rows.select(lots).rows()
    assert [("L-2", "2019-07-31", "A-03-2")] == count.rows.select(
        *lots, "location_ref"
    ).rows()
    assert ["-3"] == count.rows["qty"].to_list()


def test_the_day_a_lot_expires_is_not_the_day_it_came() -> None:
    receipt = parsed(
        x12_944,
        ["W17", "F", "20171227", "R-1", "PO-5"],
        ["N1", "WH", "Harbor", "92", "3PL-HARBOR"],
        ["W07", "9", "EA", "", "VN", "X"],
        ["G62", "36", "20190630"],
    )

    assert ["2017-12-27"] == receipt.rows["received_on"].to_list()


def test_the_unit_of_a_count_may_be_a_composite() -> None:
    count = parsed(
        x12_846,
        ["BIA", "00", "MB", "C-1", "20171227", "2200"],
        ["N1", "WH", "Harbor", "92", "3PL-HARBOR"],
        ["LIN", "", "VN", "X"],
        ["QTY", "17", "2", "CS:1"],
        options={"uom.CS": "12"},
    )

    assert ["24"] == count.rows["qty"].to_list()
