"""EDIFACT formats: profile options, notices and controls, which goldens do not say."""

from types import ModuleType

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.contracts.profile import Parsed, Profile
from transforms.feeds import (
    edifact_aperak,
    edifact_contrl,
    edifact_desadv,
    edifact_invrpt,
    edifact_ordchg,
    edifact_orders,
    edifact_ordrsp,
    edifact_recadv,
)

UNB = "UNB+UNOC:3+BUYER:14+ORDERHOUSE:14+171227:1005+7'"


def parsed(
    module: ModuleType,
    inner: str,
    kind: str,
    *,
    unb: str = UNB,
    interchange_id: str = "",
    **options: str,
) -> Parsed:
    """One D.96A message with these segments through a format."""
    size = inner.count("'") + 2
    text = f"{unb}UNH+1+{kind}:D:96A:UN'{inner}UNT+{size}+1'UNZ+1+7'"
    profile = Profile(
        "p", zone="Europe/Berlin", interchange_id=interchange_id, options=options
    )
    found: Parsed = module.parse(text.encode("latin-1"), profile)
    assert found.lines.is_balanced()
    return found


def order(
    line: str = "LIN+1++A:SA'QTY+21:2'PRI+AAA:5.00'",
    head: str = "BGM+220+PO-1+9'DTM+137:20171227:102'",
    **options: str,
) -> Parsed:
    return parsed(edifact_orders, f"{head}{line}UNS+S'", "ORDERS", **options)


def cells(found: Parsed, *names: str) -> list[str | None]:
    (row,) = found.rows.select(names).rows()
    return list(row)


def refusal(found: Parsed) -> tuple[str, str]:
    """Place and code of the one segment that is at fault."""
    guilty = found.rejects.filter(pl.col("column_name") != "message")
    ((place, code),) = guilty.select("column_name", "code").rows()
    return place, code


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("+PO-1+", "+4111111111111111+", "BGM02"),
        ("+A:SA", "+4111-1111-1111-1111:SA", "LIN03"),
        ("UNS+S'", "FTX+AAI+++378282246310005'UNS+S'", "FTX04"),
    ],
)
def test_a_card_number_is_refused_wherever_it_stands(
    old: str, new: str, place: str
) -> None:
    head = "BGM+220+PO-1+9'DTM+137:20171227:102'"
    inner = f"{head}LIN+1++A:SA'QTY+21:2'PRI+AAA:5.00'UNS+S'".replace(old, new)
    found = parsed(edifact_orders, inner, "ORDERS")

    assert (place, "CARD_NUMBER") == refusal(found)
    assert not found.rows.height
    assert not any("1111" in str(row) for row in found.rejects.rows())


# --- what every format reads alike ---------------------------------------------


def test_the_envelopes_are_told_as_controls() -> None:
    found = order()

    assert [
        (1, "interchange", "BUYER", "", "7"),
        (2, "set", "BUYER", "ORDERS", "1"),
    ] == found.controls.rows()


@pytest.mark.parametrize(
    ("unb", "interchange_id"), [(UNB[:-1] + "++++++1'", ""), (UNB, "SOMEBODY")]
)
def test_what_is_refused_whole_leaves_no_control(unb: str, interchange_id: str) -> None:
    found = order(unb=unb, interchange_id=interchange_id)

    assert not found.rows.height
    assert not found.controls.height


def test_a_partner_under_test_may_be_read() -> None:
    found = order(unb=UNB[:-1] + "++++++1'", accepts_test="true")

    assert 1 == found.rows.height


def test_a_partner_may_put_segments_where_it_likes() -> None:
    line = "LIN+1++A:SA'PRI+AAA:5.00'QTY+21:2'"

    assert ("QTY", "MISPLACED_SEGMENT") == refusal(order(line))
    assert ["10.00"] == cells(order(line, segment_order="any"), "line_amount")


def test_utf_8_under_another_name_is_read_and_told() -> None:
    text = order("LIN+1++A:SA'IMD+F++:::MÃ¼nze'QTY+21:2'PRI+AAA:5.00'")

    assert ["Münze"] == cells(text, "product_name")
    assert [(1, "UNB01", "BAD_ENCODING")] == text.notices.select(
        "payload_line", "column_name", "code"
    ).rows()


def test_a_partner_whose_unb_lies_is_read_as_its_profile_says() -> None:
    text = order(
        "LIN+1++A:SA'IMD+F++:::\xb3'QTY+21:2'PRI+AAA:5.00'", encoding="iso8859-2"
    )

    assert ["ł"] == cells(text, "product_name")
    assert not text.notices.height


# --- orders --------------------------------------------------------------------


def test_the_article_number_is_the_partners_choice() -> None:
    line = "LIN+1++4000862141404:SRV'PIA+1+BUYERS:BP:::x'PIA+5+OURS:SA'PIA+3+OTHER:SA'"
    line = line.replace(":BP:::x", ":BP") + "QTY+21:2'PRI+AAA:5.00'"

    assert ["OURS"] == cells(order(line), "sku_ref")
    assert ["BUYERS"] == cells(order(line, sku_qualifiers="BP|SA"), "sku_ref")
    assert ("LIN03.1", "MISSING_VALUE") == refusal(order(line, sku_qualifiers="EN"))


def test_an_article_number_without_a_kind_is_the_last_resort() -> None:
    line = "LIN+1++4711.001'QTY+21:2'PRI+AAA:5.00'"

    assert ["4711.001"] == cells(order(line), "sku_ref")


def test_a_partner_may_count_in_units_of_its_own() -> None:
    line = "LIN+1++A:SA'QTY+21:2:ST'PRI+AAA:5.00'"

    assert ["ST"] == cells(order(line), "uom_code")
    assert [None] == cells(order(line, each_units="ST|RO"), "uom_code")
    assert ["2"] == cells(order(line), "qty")


def test_a_price_for_pieces_of_a_unit_nobody_counts_is_refused() -> None:
    line = "LIN+1++A:SA'QTY+21:2:CT'PRI+AAA:5.00:::1:"

    assert ("QTY01.3", "UNKNOWN_UNIT") == refusal(order(f"{line}PCE'"))
    assert ["10.00"] == cells(order(f"{line}CT'"), "line_amount")


def test_lines_without_a_price_are_refused_unless_agreed() -> None:
    line = "LIN+1++A:SA'QTY+21:2'"

    assert ("LIN", "MISSING_VALUE") == refusal(order(line))
    assert ["0.00"] == cells(order(line, unpriced="zero"), "line_amount")


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ("PRI+AAA:5.00'", ["10.00", "0.00"]),
        ("PRI+AAB:5.00'", ["10.00", "0.00"]),
        ("PRI+AAA:4.00'PRI+AAB:5.00'", ["10.00", "2.00"]),
        ("PRI+AAB:5.00'ALC+A'MOA+8:1.00'", ["10.00", "1.00"]),
        ("PRI+AAB:5.00'ALC+A'PCD+1:10'ALC+A'PCD+1:10'", ["10.00", "1.90"]),
        ("PRI+AAB:5.00'ALC+A'PCD+1:10'MOA+8:1.05'", ["10.00", "1.05"]),
        ("PRI+AAB:5.00'ALC+C'MOA+8:1.00'", ["10.00", "0.00"]),
        ("PRI+AAA:333::NTP:1000'", ["0.67", "0.00"]),
        ("MOA+203:9.99'PRI+AAA:4.997'", ["9.99", "0.00"]),
        ("MOA+203:9.99'PRI+INF:7.00'", ["9.99", "0.00"]),
        ("PRI+INF:7.00'", ["14.00", "0.00"]),
    ],
)
def test_prices(prices: str, expected: list[str]) -> None:
    found = order(f"LIN+1++A:SA'QTY+21:2'{prices}")

    assert expected == cells(found, "line_amount", "discount_amount")


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ("PRI+AAA'", "LIN"),
        ("PRI+AAA:5:::0'", "PRI01.5"),
        ("MOA+203:9.90'PRI+AAA:5.00'", "MOA01.2"),
        ("MOA+203:10.005'", "MOA01.2"),
        ("MOA+203:-10'", "MOA01.2"),
        ("PRI+AAA:6'PRI+AAB:5'", "PRI01.2"),
        ("PRI+AAB:5'ALC+A'MOA+8:11'", "PRI01.2"),
    ],
)
def test_prices_that_make_no_sense_refuse_the_order(prices: str, expected: str) -> None:
    place, code = refusal(order(f"LIN+1++A:SA'QTY+21:2'{prices}"))

    assert expected == place
    assert code in {"BAD_AMOUNT", "BAD_QTY", "MISSING_VALUE"}


@pytest.mark.parametrize(
    ("currency", "price", "expected"),
    [("JPY", "1200", "2400"), ("BHD", "1.2345", "2.469"), ("EUR", "0.335", "0.67")],
)
def test_money_is_in_the_currencys_own_precision(
    currency: str, price: str, expected: str
) -> None:
    head = f"BGM+220+PO-1+9'DTM+137:20171227:102'CUX+2:{currency}:9'"
    found = order(f"LIN+1++A:SA'QTY+21:2'PRI+AAA:{price}'", head)

    assert [expected] == cells(found, "line_amount")


@pytest.mark.parametrize(
    ("dates", "function", "expected"),
    [
        # A date of the interchange's day has its hour, another is a start of day.
        ("DTM+137:20171227:102'", "9", ["27T10:05:00+01", "27T10:05:00+01"]),
        ("DTM+137:20171226:102'", "9", ["26T00:00:00+01", "26T00:00:00+01"]),
        ("DTM+137:201712270900:203'", "9", ["27T09:00:00+01", "27T09:00:00+01"]),
        (
            "DTM+137:20171227:102'DTM+4:20171225:102'",
            "9",
            ["25T00:00:00+01", "27T10:05:00+01"],
        ),
        ("DTM+137:20171225:102'", "5", ["25T00:00:00+01", "27T10:05:00+01"]),
        ("DTM+137:201712270930:203'", "1", ["27T09:30:00+01", "27T09:30:00+01"]),
    ],
)
def test_times(dates: str, function: str, expected: list[str]) -> None:
    found = order(head=f"BGM+220+PO-1+{function}'{dates}")

    assert [f"2017-12-{text}:00" for text in expected] == cells(
        found, "ordered_at", "updated_at"
    )


def test_a_wanted_date_that_is_none_is_told_and_stops_no_order() -> None:
    found = order(head="BGM+220+PO-1+9'DTM+137:20171227:102'DTM+2:201803:616'")

    assert [None] == cells(found, "deliver_on")
    assert [("DTM", "BAD_INSTANT")] == found.notices.select(
        "column_name", "code"
    ).rows()


def test_a_line_split_over_places_is_told() -> None:
    found = order(
        "LIN+1++A:SA'QTY+21:2'PRI+AAA:5'LOC+7+SHOP1'QTY+11:1'LOC+7+SHOP2'QTY+11:1'"
    )

    assert ["2"] == cells(found, "qty")
    assert [("LOC", "UNKNOWN_COLUMN")] == found.notices.select(
        "column_name", "code"
    ).rows()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("ALI+++83E'", "true"),
        ("ALI+BE++71E+144'", "true"),
        ("SCC+1+SC'", "true"),
        ("ALI+++71E'", "false"),
        ("", "false"),
    ],
)
def test_ship_complete(condition: str, expected: str) -> None:
    head = f"BGM+220+PO-1+9'DTM+137:20171227:102'{condition}"
    found = order(head=head)

    assert [expected] == cells(found, "is_ship_complete")


def test_an_address_without_structure_is_name_and_street() -> None:
    address = "NAD+DP++Ada Example:1 Sample Street:Springfield'"
    head = f"BGM+220+PO-1+9'DTM+137:20171227:102'{address}"

    assert ["Ada Example", "1 Sample Street", "Springfield", None] == cells(
        order(head=head),
        "ship_to_name",
        "ship_to_street",
        "ship_to_street2",
        "ship_to_city",
    )


# --- the others ----------------------------------------------------------------


def test_stock_by_other_quantities_where_a_partner_uses_them() -> None:
    inner = (
        "BGM+35+1'DTM+137:201712270600:203'NAD+WH+DC'LIN+1++A:SA'QTY+145:5'QTY+33:4'"
    )
    usual = parsed(edifact_invrpt, inner, "INVRPT")
    more = parsed(
        edifact_invrpt, inner, "INVRPT", stock_qualifiers="33=AVAILABLE/available"
    )

    assert ["5"] == usual.rows["qty"].to_list()
    assert [("5", "on_hand"), ("4", "available")] == more.rows.select(
        "qty", "quantity_basis"
    ).rows()


def test_actual_stock_is_what_the_profile_says_a_count_is() -> None:
    inner = "BGM+35+1'DTM+137:201712270600:203'NAD+WH+DC'LIN+1++A:SA'QTY+145:5'"
    text = f"{UNB}UNH+1+INVRPT:D:96A:UN'{inner}UNT+7+1'UNZ+1+7'"
    profile = Profile("p", quantity_basis="available")

    rows = edifact_invrpt.parse(text.encode(), profile).rows

    assert ["available"] == rows["quantity_basis"].to_list()


def test_the_node_is_the_party_a_partner_names_it_by() -> None:
    inner = (
        "BGM+35+1'DTM+137:201712270600:203'NAD+MF+US'NAD+GO+DC'LIN+1++A:SA'QTY+145:5'"
    )
    found = parsed(edifact_invrpt, inner, "INVRPT", node_qualifiers="GO")

    assert ["DC"] == cells(found, "node_ref")
    assert ("QTY", "MISSING_VALUE") == refusal(parsed(edifact_invrpt, inner, "INVRPT"))


def test_a_notice_may_be_of_a_transfer_and_of_nothing_else() -> None:
    inner = "BGM+351+N'DTM+137:20171227:102'NAD+DP+DC'CPS+1'LIN+1++A:SA'QTY+12:5'"
    found = parsed(edifact_desadv, inner, "DESADV", notice_kind="transfer")

    assert ["transfer"] == cells(found, "notice_kind")
    with pytest.raises(ValueError, match="notice_kind"):
        parsed(edifact_desadv, inner, "DESADV", notice_kind="gift")


CHANGE = "BGM+230+C-1+4'DTM+137:201712270900:203'RFF+ON:PO-1'"
ADVISED = "BGM+351+N'DTM+137:20171227:102'NAD+DP+DC'CPS+1'LIN+1++A:SA'"
RECEIVED = "BGM+632+R'DTM+50:20171227:102'NAD+DP+DC'CPS+1'LIN+1++A:SA'"
COUNTED = "BGM+35+1'DTM+137:201712270600:203'NAD+WH+DC'LIN+1++A:SA'"


@pytest.mark.parametrize(
    ("module", "kind", "inner", "expected"),
    [
        (edifact_desadv, "DESADV", f"{ADVISED}QTY+12:5:CT'QTY+21:6:CT'", ["5"]),
        (edifact_invrpt, "INVRPT", f"{COUNTED}QTY+17:5:CT'", ["5"]),
        (edifact_recadv, "RECADV", f"{RECEIVED}QTY+48:5:CT'QTY+195:2:CT'", ["3", "2"]),
    ],
)
def test_a_unit_that_is_no_piece_stays_with_its_row(
    module: ModuleType, kind: str, inner: str, expected: list[str]
) -> None:
    rows = parsed(module, inner, kind).rows
    qty = "shipped_qty" if "shipped_qty" in rows.columns else "qty"

    assert [(number, "CT") for number in expected] == rows.select(
        qty, "uom_code"
    ).rows()


@pytest.mark.parametrize(
    ("module", "kind", "inner"),
    [
        (edifact_desadv, "DESADV", f"{ADVISED}QTY+12:5:CT'QTY+21:6'"),
        (edifact_recadv, "RECADV", f"{RECEIVED}QTY+48:5:CT'QTY+195:2'"),
        (edifact_recadv, "RECADV", f"{RECEIVED}QTY+194:5'QTY+48:6:CT'"),
    ],
)
def test_two_units_of_one_item_cannot_be_told_apart_later(
    module: ModuleType, kind: str, inner: str
) -> None:
    assert ("QTY01.3", "UNKNOWN_UNIT") == refusal(parsed(module, inner, kind))


def test_packages_that_contain_each_other_end() -> None:
    levels = "CPS+1+2'CPS+2+1'LIN+1++A:SA'QTY+12:5'"
    inner = f"BGM+351+N'DTM+137:20171227:102'NAD+DP+DC'{levels}"

    assert [None] == cells(parsed(edifact_desadv, inner, "DESADV"), "package_ref")


def test_codes_by_which_a_partner_means_that_all_is_well() -> None:
    inner = "BGM+305+A+9'RFF+ON:1'ERC+0'"

    assert ["ERROR"] == cells(parsed(edifact_aperak, inner, "APERAK"), "answer_code")
    assert ["ACCEPTED"] == cells(
        parsed(edifact_aperak, inner, "APERAK", accepted_errors="0|00"), "answer_code"
    )


@pytest.mark.parametrize(
    ("beginning", "line", "codes"),
    [
        ("BGM+231+R+9+RE'", "LIN+1++A:SA'", ["REJECTED"]),
        ("BGM+231+R+27'", "LIN+1++A:SA'", ["REJECTED"]),
        ("BGM+231+R+9+AC'", "LIN+1+7+A:SA'", ["REJECTED"]),
        ("BGM+231+R+9+RE'", "LIN+1+3+A:SA'", ["BACKORDERED"]),
        ("BGM+231+R+9+AC'", "LIN+1++A:SA'", ["BACKORDERED"]),
    ],
)
def test_what_is_refused_waits_for_nothing_though_a_quantity_is_left_open(
    beginning: str, line: str, codes: list[str]
) -> None:
    open_qty = "QTY+21:5'QTY+113:0'QTY+83:5'UNS+S'"
    inner = f"{beginning}DTM+137:20171227:102'RFF+ON:1'{line}{open_qty}"

    assert codes == cells(parsed(edifact_ordrsp, inner, "ORDRSP"), "answer_code")


@given(
    ordered=st.integers(0, 50),
    confirmed=st.integers(0, 50) | st.none(),
    waiting=st.integers(0, 50),
)
def test_a_supplier_never_confirms_more_rows_than_it_says(
    ordered: int, confirmed: int | None, waiting: int
) -> None:
    said = "" if confirmed is None else f"QTY+113:{confirmed}'"
    inner = (
        "BGM+231+R+9+AC'DTM+137:20171227:102'RFF+ON:1'LIN+1++A:SA'"
        f"QTY+21:{ordered}'{said}QTY+83:{waiting}'UNS+S'"
    )
    rows = parsed(edifact_ordrsp, inner, "ORDRSP").rows
    by_code = dict(rows.select("answer_code", "qty").iter_rows())
    agreed = ordered if confirmed is None else confirmed

    assert str(waiting) == by_code.get("BACKORDERED", "0")
    if agreed or not waiting:
        assert str(agreed) == by_code[{*by_code}.difference({"BACKORDERED"}).pop()]


@given(
    received=st.integers(0, 20),
    accepted=st.integers(0, 20) | st.none(),
    back=st.integers(-9, 9),
    broken=st.integers(0, 9),
)
def test_what_was_received_is_what_the_rows_add_up_to(
    received: int, accepted: int | None, back: int, broken: int
) -> None:
    taken = "" if accepted is None else f"QTY+194:{accepted}'"
    inner = (
        "BGM+632+R+9'DTM+137:20171227:102'NAD+DP+DC'CPS+1'LIN+1++A:SA'"
        f"QTY+48:{received}'{taken}QVR+{back}:195'QVR+{broken}:196'"
    )
    found = parsed(edifact_recadv, inner, "RECADV")
    is_possible = (accepted or 0) + abs(back) + broken <= received

    assert is_possible == bool(found.rows.height)
    if is_possible:
        assert received == found.rows["qty"].cast(pl.Int64).sum()


def test_a_contrl_that_only_receives_accepts() -> None:
    found = parsed(edifact_contrl, "UCI+5+A+B+8'", "CONTRL")

    assert ["5", "5", "A", None] == cells(
        found, "interchange_ref", "set_ref", "status_code", "reason"
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("LIN+1+3+A:SA'PRI+AAA:2.50'", (None, None, "2.50")),
        ("LIN+1+3+A:SA'PRI+AAB:25:::10'", (None, None, "2.5")),
        ("LIN+1+3+A:SA'MOA+203:7.5'", (None, "7.50", None)),
        ("LIN+1+3+A:SA'QTY+21:3'PRI+AAA:2.50'", ("3", "7.50", None)),
        ("LIN+1+2+A:SA'PRI+AAA:2.50'", ("0", None, None)),
        ("LIN+1+3+A:SA'", (None, None, None)),
    ],
)
def test_a_changed_price_without_a_quantity_is_not_lost(
    line: str, expected: tuple[str | None, ...]
) -> None:
    found = parsed(edifact_ordchg, f"{CHANGE}{line}UNS+S'", "ORDCHG")

    assert [expected] == found.rows.select("qty", "line_amount", "unit_amount").rows()


@pytest.mark.parametrize("wrong", ["LIN+1+3+A:SA'UNS+S'", "UNS+S'CNT+2:9'"])
def test_no_line_of_a_cancelled_order_keeps_it_from_being_cancelled(wrong: str) -> None:
    line = "LIN+1+3+A:SA'QTY+21:3:CT'PRI+AAA:2:::1:PCE'"
    cancel = CHANGE.replace("C-1+4", "C-1+1")
    found = parsed(edifact_ordchg, f"{cancel}{line}{wrong}", "ORDCHG")

    assert ["cancel"] == found.rows["action"].to_list()


def test_a_change_in_a_unit_keeps_it_and_its_price() -> None:
    line = "LIN+1+3+A:SA'QTY+21:3:CT'PRI+AAA:24.00'"
    found = parsed(edifact_ordchg, f"{CHANGE}{line}UNS+S'", "ORDCHG")

    assert [("3", "CT", "72.00")] == found.rows.select(
        "qty", "uom_code", "line_amount"
    ).rows()


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("LIN+1+3+A:SA'QTY+21:3:CT'PRI+AAA:2:::1:PCE'", "QTY01.3"),
        ("LIN+1+3+A:SA'PRI+AAA:24:::1:CT'", "PRI01.6"),
    ],
)
def test_a_changed_price_of_another_unit_is_refused(line: str, place: str) -> None:
    found = parsed(edifact_ordchg, f"{CHANGE}{line}UNS+S'", "ORDCHG")

    assert (place, "UNKNOWN_UNIT") == refusal(found)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ("LIN+1++THEIRS:SA'PIA+1+OURS:IN'", "OURS"),
        ("LIN+1++THEIRS:SA'", "THEIRS"),
        ("LIN+1++OURS:BP'PIA+1+THEIRS:SA'", "OURS"),
    ],
)
def test_of_what_we_buy_our_own_number_counts(numbers: str, expected: str) -> None:
    head = "BGM+351+D-1+9'DTM+137:20171227:102'NAD+DP+DC-EAST::92'CPS+1'"
    bought = parsed(edifact_desadv, f"{head}{numbers}QTY+12:2'", "DESADV")

    assert [expected] == bought.rows["sku_ref"].to_list()


def test_of_what_we_sell_the_suppliers_number_counts() -> None:
    sold = order("LIN+1++OURS:SA'PIA+1+THEIRS:IN'QTY+21:2'PRI+AAA:5.00'")

    assert ["OURS"] == cells(sold, "sku_ref")
