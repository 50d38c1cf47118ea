"""850: orders are whole or quarantined, and say when, who, what and how much."""

import io
import re
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.answers.report import FileFacts, report
from transforms.contracts.profile import Parsed, Profile
from transforms.edi.writer import write_interchange
from transforms.feeds import x12_850

BUYERS = Profile("business", zone="America/New_York")
HEAD = [["BEG", "00", "SA", "PO-1", "", "20171227"]]
ITEM = ["PO1", "1", "2", "EA", "9.50", "", "VP", "825123"]


def written(*sets: list[list[str]]) -> bytes:
    return write_interchange(
        [("850", one) for one in sets],
        functional_id="PO",
        sender="BIZBUYERS",
        receiver="ORDERHOUSE",
        control_no=1,
        at=datetime(2017, 12, 27, 18, 0),  # noqa: DTZ001 the wall's hour
    )


def parsed(*sets: list[list[str]], profile: Profile = BUYERS) -> Parsed:
    return x12_850.parse(written(*sets), profile)


def one_row(*more: list[str], item: list[str] = ITEM) -> dict[str, object]:
    return parsed([*HEAD, *more, item]).rows.row(0, named=True)


def first_reject(*segments: list[str]) -> tuple[str, str]:
    rejects = parsed([*HEAD, *segments]).rejects
    row = rejects.filter(pl.col("column_name") != "set").row(0, named=True)
    return row["column_name"], row["code"]


def test_a_bad_quantity_quarantines_its_whole_order_and_no_other() -> None:
    bad = [*HEAD, ITEM, ["PO1", "2", "two", "EA", "9.50", "", "VP", "825124"]]
    other = [["BEG", "00", "SA", "PO-2", "", "20171227"], ITEM]
    found = parsed(bad, other)

    assert ["PO-2"] == found.rows["order_ref"].to_list()
    assert [3, 4, 5, 6, 7] == found.rejects["payload_line"].to_list()
    assert {"BAD_QTY"} == set(found.rejects["code"])
    assert ["set", "set", "set", "PO102", "set"] == found.rejects[
        "column_name"
    ].to_list()
    assert (13, 8, 5, 0) == (
        found.lines.physical,
        found.lines.accepted,
        found.lines.quarantined,
        found.lines.blank,
    )


@pytest.mark.parametrize(
    ("dates", "ordered_at", "updated_at"),
    [
        ([], "2017-12-27T00:00:00-05:00", "2017-12-27T00:00:00-05:00"),
        (
            [["DTM", "097", "20171227", "1502"]],
            "2017-12-27T15:02:00-05:00",
            "2017-12-27T15:02:00-05:00",
        ),
        (
            [["DTM", "097", "20171228", "0100", "UT"]],
            "2017-12-27T00:00:00-05:00",
            "2017-12-28T01:00:00+00:00",
        ),
        (
            [["DTM", "004", "20171226", "0800", "PT"], ["DTM", "097", "20171227"]],
            "2017-12-26T08:00:00-08:00",
            "2017-12-27T00:00:00-05:00",
        ),
    ],
)
def test_an_order_says_when_it_was_placed(
    dates: list[list[str]], ordered_at: str, updated_at: str
) -> None:
    row = one_row(*dates)

    assert (ordered_at, updated_at) == (row["ordered_at"], row["updated_at"])


def test_a_cancellation_is_newer_than_the_order_it_cancels() -> None:
    cancel = [["BEG", "01", "SA", "PO-1", "", "20171220"], ITEM]
    row = parsed(cancel).rows.row(0, named=True)

    assert "cancel" == row["action"]
    assert "2017-12-27T18:00:00-05:00" == row["cancelled_at"] == row["updated_at"]
    assert "2017-12-20T00:00:00-05:00" == row["ordered_at"]


def test_summer_has_another_offset() -> None:
    july = [["BEG", "00", "SA", "PO-1", "", "20170704"], ITEM]

    assert "2017-07-04T00:00:00-04:00" == parsed(july).rows["ordered_at"][0]


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        (["MSG", "use 4111 1111 1111 1111"], ("MSG01", "CARD_NUMBER")),
        (["N1", "ST", "4111-1111-1111-1111"], ("N102", "CARD_NUMBER")),
        (["N3", "1 Street", "378282246310005"], ("N302", "CARD_NUMBER")),
        (["NTE", "DEL", "4111111111111111"], ("NTE02", "CARD_NUMBER")),
        (["REF", "CO", "4111111111111111"], ("REF02", "CARD_NUMBER")),
        (["DTM", "097", "20170231"], ("DTM02", "BAD_INSTANT")),
        (["DTM", "097", "20170201", "1200", "XX"], ("DTM02", "BAD_INSTANT")),
        (["CUR", "BY"], ("CUR02", "MISSING_VALUE")),
        (["CTT", "2"], ("CTT01", "WRONG_COUNT")),
        (["CTT", "1", "3"], ("CTT02", "WRONG_COUNT")),
    ],
)
def test_what_an_order_must_not_hold(
    segment: list[str], expected: tuple[str, str]
) -> None:
    is_total = segment[0] == "CTT"
    party = ["N1", "ST", "Ada Example"]
    segments = [ITEM, segment] if is_total else [party, segment, ITEM]

    assert expected == first_reject(*segments)


def test_a_card_number_is_masked() -> None:
    found = parsed([*HEAD, ["MSG", "4111111111111111"], ITEM])

    assert "411111" not in found.rejects.write_csv()
    assert "4…1" in found.rejects["masked_value"].to_list()


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (["PO1", "1", "0", "EA", "1", "", "VP", "X"], ("PO102", "BAD_QTY")),
        (["PO1", "1", "-1", "EA", "1", "", "VP", "X"], ("PO102", "BAD_QTY")),
        (["PO1", "1", "1", "EA", "-1", "", "VP", "X"], ("PO104", "BAD_AMOUNT")),
        (["PO1", "1", "1", "CS", "1", "PE", "VP", "X"], ("PO103", "UNKNOWN_UNIT")),
        (["PO1", "1", "1.5", "CS", "1", "", "VP", "X"], ("PO102", "BAD_QTY")),
        (["PO1", "1", "1.5", "EA", "1", "", "VP", "X"], ("PO102", "BAD_QTY")),
        (["PO1", "1", "1", "EA", "1", "", "ZZ", "X"], ("PO107", "MISSING_VALUE")),
    ],
)
def test_a_bad_line_names_its_element(
    item: list[str], expected: tuple[str, str]
) -> None:
    assert expected == first_reject(item)


def test_the_same_line_number_twice_is_refused() -> None:
    assert ("PO101", "REPEATED_LINE") == first_reject(ITEM, ITEM)


CASES = Profile("p", options={"uom.CS": "12", "uom.PL": "7", "uom.XX": "none"})


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (["PO1", "1", "2", "CS", "24.00", "", "VP", "X"], ("24", "48.00")),
        (["PO1", "1", "0.5", "CS", "24.00", "", "VP", "X"], ("6", "12.00")),
        (["PO1", "1", "2", "CS", "2.00", "PE", "VP", "X"], ("24", "48.00")),
        (["PO1", "1", "2", "CS", "24.00", "PD", "VP", "X"], ("24", "48.00")),
        (["PO1", "1", "500", "EA", "1.25", "HP", "VP", "X"], ("500", "6.25")),
        (["PO1", "1", "3", "EA", "10", "TP", "VP", "X"], ("3", "0.03")),
        (["PO1", "1", "1", "PL", "1.00", "CT", "VP", "X"], ("7", "1.00")),
        (["PO1", "1", "2.00", "EA", ".5", "", "VP", "X"], ("2", "1.00")),
    ],
)
def test_quantities_and_prices_are_in_their_own_units(
    item: list[str], expected: tuple[str, str]
) -> None:
    found = parsed([*HEAD, item], profile=CASES)

    assert [expected] == found.rows.select("qty", "line_amount").rows()


def test_a_unit_that_the_profile_does_not_count_stays_with_its_line() -> None:
    """An option that is no number counts nothing; a counted unit goes."""
    items = [
        ["PO1", str(number), "2", unit, "24.00", "", "VP", "X"]
        for number, unit in enumerate(["XX", "CT>2", "CS", "EA"], start=1)
    ]
    found = parsed([*HEAD, *items], profile=CASES).rows

    assert [
        ("2", "XX", "48.00"),
        ("2", "CT", "48.00"),
        ("24", None, "48.00"),
        ("2", None, "48.00"),
    ] == found.select("qty", "uom_code", "line_amount").rows()


@given(st.integers(1, 10**6), st.integers(1, 10**4))
def test_a_unit_is_counted_once_by_the_profile_or_by_silver(
    qty: int, eaches: int
) -> None:
    """What the profile counted names no unit any more: silver leaves it alone."""
    item = ["PO1", "1", str(qty), "CS", "24.00", "", "VP", "X"]
    agreed = Profile("p", options={"uom.CS": str(eaches)})
    counted, open_ = (
        parsed([*HEAD, item], profile=profile).rows.row(0, named=True)
        for profile in (agreed, BUYERS)
    )

    assert (str(qty * eaches), None) == (counted["qty"], counted["uom_code"])
    assert (str(qty), "CS") == (open_["qty"], open_["uom_code"])
    assert counted["line_amount"] == open_["line_amount"]


def test_lines_without_numbers_take_their_places() -> None:
    item = ["PO1", "", *ITEM[2:]]

    assert ["1", "2"] == parsed([*HEAD, item, item]).rows["line_ref"].to_list()


def test_a_hash_total_sums_what_was_sent_in_whatever_unit() -> None:
    items = [["PO1", "1", "2", "CS", "1", "", "VP", "X"], [*ITEM[:1], "2", *ITEM[2:]]]
    good = parsed([*HEAD, *items, ["CTT", "2", "4.00"]], profile=CASES)
    bad = parsed([*HEAD, *items, ["CTT", "2", "25"]], profile=CASES)

    assert (2, 0) == (good.rows.height, bad.rows.height)


def test_another_set_is_quarantined_unless_the_feed_ignores_it() -> None:
    payload = written([*HEAD, ITEM]).replace(b"ST*850*0001", b"ST*860*0001")
    usual = x12_850.parse(payload, BUYERS)
    mixed = x12_850.parse(payload, Profile("p", options={"ignores_sets": "997|860"}))

    assert (4, 4) == (usual.lines.accepted, usual.lines.quarantined)
    assert (8, 0) == (mixed.lines.accepted, mixed.lines.quarantined)


def test_an_ignored_set_with_a_broken_envelope_is_quarantined() -> None:
    payload = written([*HEAD, ITEM]).replace(b"ST*850*0001", b"ST*860*0009")
    found = x12_850.parse(payload, Profile("p", options={"ignores_sets": "860"}))

    assert {"WRONG_COUNT"} == set(found.rejects["code"])


def test_another_sender_s_orders_are_not_read() -> None:
    payload = written([*HEAD, ITEM])
    found = x12_850.parse(payload, Profile("p", interchange_id="SOMEBODY"))

    assert 0 == found.rows.height
    assert {"WRONG_PARTNER"} == set(found.rejects["code"])
    assert 0 == found.controls.height


def test_a_file_of_another_sender_is_one_error_that_says_who_is_agreed() -> None:
    payload = written([*HEAD, ITEM])
    found = x12_850.parse(payload, Profile("p", interchange_id="SOMEBODY"))
    facts = FileFacts("a.edi", "", len(payload), "p")
    told = report(facts, found)
    first, *others = told.findings

    assert 1 == told.errors
    assert ("ISA06", "BIZBUYERS") == (first.column, first.masked_value)
    assert "SOMEBODY is agreed" == first.detail
    assert {(True, "see segment 1")} == {(f.is_follower, f.detail) for f in others}


def test_a_wrong_count_shows_the_count_that_was_sent() -> None:
    payload = written([*HEAD, ITEM])
    wrong = re.sub(rb"GE\*1\*", b"GE*7*", payload)
    (reject,) = x12_850.parse(wrong, Profile("p")).rejects.rows(named=True)

    assert ("GE01", "7") == (reject["column_name"], reject["masked_value"])
    assert "(1 sets counted)" in reject["message"]


def test_control_numbers_of_what_was_opened_are_told() -> None:
    found = parsed([*HEAD, ITEM], [["BEG", "00", "SA", "PO-2", "", "20171227"], ITEM])

    assert [
        (1, "interchange", "BIZBUYERS", "", "1"),
        (2, "group", "BIZBUYERS", "PO", "1"),
        (3, "set", "BIZBUYERS", "850", "1/0001"),
        (7, "set", "BIZBUYERS", "850", "1/0002"),
    ] == found.controls.rows()


def test_letters_of_other_encodings_come_through() -> None:
    payload = written([*HEAD, ["N1", "ST", "Zoe Muller"], ITEM])
    latin = payload.replace(b"Zoe Muller", "Zoë Müller".encode("latin-1"))
    marked = b"\xef\xbb\xbf" + payload.replace(b"Zoe Muller", "Zoë Müller".encode())

    assert ["Zoë Müller"] == x12_850.parse(latin, BUYERS).rows["ship_to_name"].to_list()
    assert ["Zoë Müller"] == x12_850.parse(marked, BUYERS).rows[
        "ship_to_name"
    ].to_list()


def test_wrapped_indented_and_small_letters_change_nothing() -> None:
    payload = written([*HEAD, ["N1", "ST", "ADA EXAMPLE"], ITEM])
    text = payload.decode()
    wrapped = "\r\n".join(text[n : n + 80] for n in range(0, len(text), 80))
    small = text.replace("PO1*", "po1*").replace("BEG*", "beg*").replace("GS*", "gs*")
    expected = x12_850.parse(payload, BUYERS).rows

    for other in (wrapped, text.replace("~", "~\n\t"), small):
        assert expected.equals(x12_850.parse(other.encode(), BUYERS).rows)


def test_a_number_that_repeats_is_no_number_and_a_text_stays_as_sent() -> None:
    """ISA11 is what one puts there: real senders go on using it in their data."""
    repeated = ["PO1", "1", "1^2", "EA", "1", "", "VP", "X"]
    named = ["PO1", "1", "1", "EA", "1", "", "VP", "X^Y"]
    newer = [
        written([*HEAD, item]).replace(b"*U*00401*", b"*^*00501*")
        for item in (repeated, named)
    ]
    bad, good = (x12_850.parse(payload, BUYERS) for payload in newer)

    assert {"BAD_QTY"} == set(bad.rejects["code"])
    assert ["X^Y"] == good.rows["sku_ref"].to_list()


def test_a_group_of_an_older_release_has_six_digits_for_its_day() -> None:
    cancel = written([["BEG", "01", "SA", "PO-1", "", "20171220"], ITEM])
    older = cancel.replace(b"*20171227*1800*", b"*171227*1800*")
    wrong = cancel.replace(b"*20171227*1800*", b"*71227*1800*")

    assert ["2017-12-27T18:00:00-05:00"] == x12_850.parse(older, BUYERS).rows[
        "cancelled_at"
    ].to_list()
    assert {"BAD_INSTANT"} == set(x12_850.parse(wrong, BUYERS).rejects["code"])


def test_a_partner_names_its_product_by_its_own_qualifier() -> None:
    profile = Profile("p", options={"sku_qualifiers": "IN|VP"})
    item = [*ITEM, "IN", "theirs"]

    assert "theirs" == parsed([*HEAD, item], profile=profile).rows["sku_ref"][0]


def test_allowances_of_a_line_are_its_discount() -> None:
    found = parsed(
        [
            *HEAD,
            ITEM,
            ["SAC", "A", "C310", "", "", "150"],
            ["SAC", "A", "", "", "", "5"],
        ]
    )

    assert ["1.55"] == found.rows["discount_amount"].to_list()


def test_yen_have_no_decimals() -> None:
    row = one_row(
        ["CUR", "BY", "JPY"], item=["PO1", "1", "3", "EA", "99.5", "", "VP", "X"]
    )

    assert ("JPY", "299") == (row["currency_code"], row["line_amount"])


@given(
    price=st.integers(0, 10**7),
    qty=st.integers(1, 10**6),
    discount=st.integers(0, 10**6),
)
def test_amounts_are_exact(price: int, qty: int, discount: int) -> None:
    text = f"{price // 100}.{price % 100:02d}"
    item = ["PO1", "1", str(qty), "EA", text, "", "VP", "X"]
    row = parsed([*HEAD, item, ["SAC", "A", "C310", "", "", str(discount)]]).rows
    cents = row.select(pl.col("line_amount", "discount_amount").str.replace(r"\.", ""))

    assert (price * qty, discount) == tuple(map(int, cents.row(0)))


def test_orders_of_an_independent_simulator_are_read(project: Path) -> None:
    corpus = project.parent / "shared" / "data" / "edi"
    files = sorted(corpus.glob("mock_edi_x12_*/00_outbound_order.edi"))
    if not files:
        pytest.skip("no corpus of other projects beside this one")
    profile = Profile("acme", options={"accepts_test": "true"})
    for path in files:
        found = x12_850.parse(path.read_bytes(), profile)

        assert ["1250.00", "1282.50", "41.50"] == found.rows["line_amount"].to_list()
        assert 0 == found.rejects.height
        assert found.lines.is_balanced()


def test_rows_come_from_a_reader_of_another_project_alike(project: Path) -> None:
    """pyx12 cuts our sample into as many segments as we count."""
    x12file = pytest.importorskip("pyx12.x12file")
    sample = project / "data" / "samples" / "formats" / "x12_850" / "orders.in"
    text = sample.read_text()
    reader = x12file.X12Reader(io.StringIO(text.replace("\n", "")))

    assert x12_850.parse(text.encode(), BUYERS).lines.physical == sum(1 for _ in reader)


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({}, (None, None)),
        ({"037": "20180114"}, ("2018-01-14", None)),
        ({"010": "20180115", "037": "20180114"}, ("2018-01-15", None)),
        ({"064": "20180120"}, (None, "2018-01-20")),
        ({"064": "20180120", "002": "20180121"}, (None, "2018-01-21")),
    ],
)
def test_when_the_customer_wants_it(
    dates: dict[str, str], expected: tuple[str | None, str | None]
) -> None:
    row = one_row(*(["DTM", kind, day] for kind, day in dates.items()))

    assert (row["ship_on"], row["deliver_on"]) == expected
