"""Plain forms: what a file may leave out, and what people may not write."""

from types import ModuleType

import pytest

from transforms.contracts.profile import Parsed, Profile
from transforms.feeds import (
    csv_currency_rates,
    csv_kit_components,
    csv_payments,
    csv_returns,
    csv_sku_aliases,
    csv_tracking_events,
    pos_tenders,
)

AT = "2017-12-27T15:02:11-05:00"
SHOP = Profile("web_shop", "America/New_York")


def parse(feed: ModuleType, header: str, *lines: str) -> Parsed:
    parsed: Parsed = feed.parse("\n".join([header, *lines]).encode(), SHOP)
    return parsed


def payments(*lines: str) -> Parsed:
    header = "payment_ref,kind,status_code,method,amount,currency_code,occurred_at"
    return parse(csv_payments, header, *lines)


def tenders(*lines: str, **options: str) -> Parsed:
    header = "store_id,receipt_no,tender_no,tendered_at,tender_type,amount,change"
    payload = "\n".join([header, *lines]).encode()
    profile = Profile("stores", "America/Chicago", options=options)
    return pos_tenders.parse(payload, profile)


def test_a_payment_may_leave_out_what_it_need_not_say() -> None:
    row = payments(f"P-1,SALE,SUCCEEDED,cash,1.00,USD,{AT}").rows.row(0, named=True)

    assert ("csv_payments", AT, "false") == (
        row["format"],
        row["updated_at"],
        row["is_test"],
    )


def test_a_payment_of_another_format_is_refused() -> None:
    header = "format,payment_ref,kind,status_code,method,amount,currency_code"
    line = f"stripe_charges,P-1,SALE,SUCCEEDED,cash,1.00,USD,{AT}"
    parsed = parse(csv_payments, f"{header},occurred_at", line)

    assert ["format"] == parsed.rejects["column_name"].to_list()


def test_a_parcel_comes_back_only_if_it_is_said() -> None:
    header = "tracking_ref,carrier_code,status_code,occurred_at"
    parsed = parse(csv_tracking_events, header, f"1Z1,UPSN,IN_TRANSIT,{AT}")

    assert "false" == parsed.rows["is_return"].item()


def test_a_card_number_of_any_length_in_a_note_is_refused() -> None:
    header = "return_ref,line_ref,sku_ref,qty,status_code,returned_on,note"
    line = "R-1,1,825123,1,REQUESTED,2018-01-02,pay back to 4222 2222 2222 2"
    parsed = parse(csv_returns, header, line)

    assert ["CARD_NUMBER"] == parsed.rejects["code"].to_list()


def test_a_long_alias_is_no_card_number() -> None:
    # A GTIN-14 that passes Luhn, as one in ten does.
    header = "alias_ref,alias_kind,sku_ref,eaches,valid_from,updated_at"
    line = f"40000000000002,VENDOR,825123,12,2017-01-01,{AT}"

    assert 1 == parse(csv_sku_aliases, header, line).rows.height


def test_a_kit_does_not_contain_itself() -> None:
    header = "kit_sku_ref,component_sku_ref,qty,valid_from,updated_at"
    lines = [f"K,{part},1,2017-01-01,{AT}" for part in ("K", "A")]
    parsed = parse(csv_kit_components, header, *lines)

    assert ["A"] == parsed.rows["component_sku_ref"].to_list()
    assert ["BAD_CODE"] == parsed.rejects["code"].to_list()


def test_a_period_does_not_end_before_it_begins() -> None:
    header = "kit_sku_ref,component_sku_ref,qty,valid_from,valid_to,updated_at"
    lines = [f"K,A,1,2017-01-02,2017-01-0{day},{AT}" for day in (1, 2, 3)]
    parsed = parse(csv_kit_components, header, *lines)

    assert [3, 4] == parsed.rows["payload_line"].to_list()


@pytest.mark.parametrize("rate", ["0", "0.0", "-1", "1e3", "1,1", "1.00000000001", ""])
def test_a_rate_is_above_zero_and_of_ten_decimals(rate: str) -> None:
    header = "from_currency_code,to_currency_code,rate,rate_date,rate_source"
    parsed = parse(csv_currency_rates, header, f'EUR,USD,"{rate}",2017-12-29,ECB')

    assert 1 == parsed.rejects.height


def test_what_was_paid_is_the_amount_less_the_change() -> None:
    rows = tenders(
        "1,9,1,2017-12-27 15:02:11,CASH,20.00,3.45",
        "1,9,2,2017-12-27 15:02:11,CASH,-5.00,",
    ).rows

    assert [("SALE", "16.55"), ("REFUND", "5.00")] == (
        rows.select("kind", "amount").rows()
    )


def test_tenders_know_the_order_as_sales_do() -> None:
    row = tenders("367,1001,2,2017-12-27 15:02:11,CARD,1.00,").rows.row(0, named=True)

    assert ("367-1001", "367-1001-2", "STORE-367") == (
        row["order_ref"],
        row["payment_ref"],
        row["node_ref"],
    )


def test_a_till_may_have_words_of_its_own() -> None:
    line = "1,9,1,2017-12-27 15:02:11,ebt,1.00,"

    assert ["BAD_CODE"] == tenders(line).rejects["code"].to_list()
    assert "card" == tenders(line, tender_types="EBT=card").rows["method"].item()


def test_a_till_word_must_mean_a_method_that_exists() -> None:
    with pytest.raises(ValueError, match="tender_types"):
        tenders("1,9,1,2017-12-27 15:02:11,EBT,1.00,", tender_types="EBT=food")
