"""Amazon's settlements and returns: marketplaces, headings, moments."""

import json
from pathlib import Path
from typing import Any

import pytest

from transforms.contracts.profile import Parsed, Profile
from transforms.feeds import amazon_fba_returns, amazon_settlements

BERLIN = Profile("amazon_de", "Europe/Berlin", "EUR", options={"decimal": ","})
NEW_YORK = Profile("amazon_us", "America/New_York")
HEADER = (
    "settlement-id", "deposit-date", "total-amount", "currency", "transaction-type",
    "order-id", "sku", "quantity-purchased", "posted-date", "posted-date-time",
    "amount-type", "amount-description", "amount",
)  # fmt: skip
HEADING = {
    "settlement-id": "900",
    "deposit-date": "2026-03-22 08:52:26 UTC",
    "total-amount": "26",
}
LINE = {"transaction-type": "Order", "posted-date": "2026-03-07", "amount": "26"}


def a_report(*lines: dict[str, str]) -> bytes:
    rows = ["\t".join(line.get(name, "") for name in HEADER) for line in lines]
    return "\n".join(["\t".join(HEADER), *rows]).encode()


def settled(profile: Profile, *lines: dict[str, str]) -> Parsed:
    return amazon_settlements.parse(a_report(*lines), profile)


def a_row(profile: Profile, **said: str) -> dict[str, Any]:
    line = LINE | {name.replace("_", "-"): cell for name, cell in said.items()}
    return settled(profile, HEADING, line).rows.row(0, named=True)


def codes(profile: Profile, **said: str) -> list[str]:
    line = LINE | {name.replace("_", "-"): cell for name, cell in said.items()}
    return settled(profile, HEADING, line).rejects["code"].to_list()


@pytest.mark.parametrize(
    ("posted", "expected"),
    [
        ("2026-03-07 10:00:00 UTC", "2026-03-07T10:00:00Z"),
        ("07.03.2026 10:00:00 UTC", "2026-03-07T10:00:00Z"),
        ("2026/03/07 19:00:00 JST", "2026-03-07T19:00:00+09:00"),
        ("2026-03-07T10:00:00+00:00", "2026-03-07T10:00:00+00:00"),
        ("2026-03-07", "2026-03-07T00:00:00+01:00"),
        ("07.03.2026", "2026-03-07T00:00:00+01:00"),
    ],
)
def test_a_moment_is_read_as_each_marketplace_spells_it(
    posted: str, expected: str
) -> None:
    assert expected == a_row(BERLIN, posted_date_time=posted)["posted_at"]


@pytest.mark.parametrize("posted", ["07/03/2026", "2026-03-07 10:00:00 IST", "soon"])
def test_a_moment_with_two_meanings_is_refused(posted: str) -> None:
    assert ["BAD_INSTANT"] == codes(BERLIN, posted_date_time=posted)


def test_a_decimal_comma_is_read_where_the_profile_says_so() -> None:
    assert "-15.50" == a_row(BERLIN, amount="-15,50")["amount"]
    assert ["BAD_AMOUNT"] == codes(BERLIN, amount="26.00")
    assert ["BAD_AMOUNT"] == codes(NEW_YORK, amount="-15,50")


def test_thousands_are_parted_where_the_profile_says_so() -> None:
    options = {"decimal": ",", "thousands": "."}
    profile = Profile("amazon_de", "Europe/Berlin", "EUR", options=options)

    assert "1250.00" == a_row(profile, amount="1.250,00")["amount"]


def test_the_line_speaks_the_currency_of_its_heading_or_the_partners() -> None:
    yen = HEADING | {"currency": "JPY"}

    assert "EUR" == a_row(BERLIN)["currency_code"]
    assert "JPY" == settled(BERLIN, yen, LINE).rows["currency_code"].item()
    assert ["BAD_AMOUNT"] == (
        settled(NEW_YORK, yen, LINE | {"amount": "26.5"}).rejects["code"].to_list()
    )


def test_a_settlement_with_a_broken_heading_is_refused_whole() -> None:
    broken = HEADING | {"settlement-id": "901", "total-amount": "much"}
    parsed = settled(NEW_YORK, HEADING, LINE, broken, LINE, LINE, HEADING, LINE)

    assert [3, 8] == parsed.rows["payload_line"].to_list()
    assert [4, 5, 6] == parsed.rejects["payload_line"].to_list()


def test_the_number_of_a_line_does_not_depend_on_what_stands_above_its_heading() -> (
    None
):
    alone = settled(NEW_YORK, HEADING, LINE, LINE).rows["entry_ref"]
    behind = settled(NEW_YORK, HEADING | {"settlement-id": "1"}, HEADING, LINE, LINE)

    assert alone.equals(behind.rows["entry_ref"])


def test_settlement_amounts_add_up_to_the_total_of_the_heading() -> None:
    lines = [LINE | {"amount": text} for text in ("30.10", "-0.20", "-3.90")]
    rows = settled(NEW_YORK, HEADING, *lines).rows

    assert "26" == rows["payout_amount"][0]
    assert ["30.10", "-0.20", "-3.90"] == rows["net_amount"].to_list()


def test_two_returned_units_of_an_order_have_two_numbers() -> None:
    header = "return-date\torder-id\tsku\tquantity\tlicense-plate-number"
    lines = [f"2026-03-07T10:00:00+00:00\t902-1\tA\t1\t{lpn}" for lpn in ("X1", "X2")]
    rows = amazon_fba_returns.parse("\n".join([header, *lines]).encode(), NEW_YORK).rows

    assert ["X1", "X2"] == rows["line_ref"].to_list()
    assert ["902-1", "902-1"] == rows["return_ref"].to_list()


def test_a_settlement_as_amazon_sends_it_is_read(project: Path) -> None:
    name = "amazon_reports/settlement_v2_wellformed_24col.txt"
    sample = project.parent / "shared" / "data" / "channels" / name
    if not sample.exists():
        pytest.skip("no shared samples here")
    parsed = amazon_settlements.parse(sample.read_bytes(), NEW_YORK)

    assert not parsed.rejects.height
    # The sample is one line of a longer settlement.
    assert ["AMOUNTS_DISAGREE"] == parsed.notices["code"].to_list()
    assert [("ORDER-1", "26.00", "649.12")] == (
        parsed.rows.select("order_ref", "amount", "payout_amount").rows()
    )


def test_every_column_that_amazon_documents_is_known(project: Path) -> None:
    name = "amazon_reports/REPORT_HEADERS.json"
    sample = project.parent / "shared" / "data" / "channels" / name
    if not sample.exists():
        pytest.skip("no shared samples here")
    headers = json.loads(sample.read_text())
    formats = {
        "SETTLEMENT_REPORT": amazon_settlements,
        "FULFILLMENT_CUSTOMER_RETURNS": amazon_fba_returns,
    }
    told = [
        (name, parse.parse("\t".join(columns).encode(), NEW_YORK))
        for name, columns in headers.items()
        for key, parse in formats.items()
        if key in name
    ]

    assert 3 == len(told)
    assert not [name for name, one in told if one.notices.height]
    assert {"EMPTY_FILE"} == {code for _, one in told for code in one.rejects["code"]}


def test_a_settlement_whose_lines_do_not_come_to_its_total_is_told() -> None:
    whole = settled(NEW_YORK, HEADING, LINE)
    torn = settled(NEW_YORK, HEADING | {"total-amount": "30.50"}, LINE)

    assert whole.notices.is_empty()
    assert [(2, "total-amount", "AMOUNTS_DISAGREE")] == torn.notices[
        "payload_line", "column_name", "code"
    ].rows()
    assert "(total: 30.50, lines: 26.00)" in torn.notices["message"].item()
    assert torn.verdict == "ACCEPTED"
