"""Tables and figures: what people read and what they take away."""

import csv
import io
from datetime import UTC, datetime

import polars as pl
import pytest

from dashboards.widgets.figures import amounts, money, share
from dashboards.widgets.moments import age, day_that_ends, spell
from dashboards.widgets.order.timeline import detail_text
from dashboards.widgets.table import csv_bytes, order_link, readable

NOON = datetime(2017, 12, 29, 17, tzinfo=UTC)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_download_never_begins_a_text_cell_with_a_formula(start: str) -> None:
    text = csv_bytes(pl.DataFrame({"SKU": [f"{start}1+1", "A-1"]})).decode("utf-8-sig")

    cells = [row[0] for row in csv.reader(io.StringIO(text, newline=""))]
    assert ["SKU", f"'{start}1+1", "A-1"] == cells


def test_a_negative_number_stays_a_number_in_a_download() -> None:
    assert csv_bytes(pl.DataFrame({"Units": [-3]})) == b"\xef\xbb\xbfUnits\r\n-3\r\n"


def test_a_table_is_read_in_local_time_and_major_units() -> None:
    frame = pl.DataFrame(
        {
            "order_id": ["web_shop/1"],
            "order_name": ["#1"],
            "ordered_at": [NOON],
            "value_minor": [1999],
            "currency_code": ["USD"],
            "found_count": [700],
        }
    )

    assert [
        {
            "Order": "#1",
            "Placed": datetime(2017, 12, 29, 12),  # noqa: DTZ001 - local by intent
            "Net value": 19.99,
            "Currency": "USD",
        }
    ] == readable(frame).to_dicts()


def test_a_link_to_an_order_survives_any_character_of_its_id() -> None:
    link = order_link("business/PO 7&x=#1", "#PO 7")

    assert link == "/orders?order=business%2FPO%207%26x%3D%231&lang=en#PO 7"


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (123456, "USD", "USD 1,234.56"),
        (-5, "USD", "-USD 0.05"),
        (1500, "JPY", "JPY 1,500"),
        (1234, "KWD", "KWD 1.234"),
    ],
)
def test_money_is_exact_in_the_digits_of_its_currency(
    minor: int, currency: str, text: str
) -> None:
    assert text == money(minor, currency)


def test_two_currencies_are_shown_side_by_side_and_never_added() -> None:
    assert amounts([(100, "USD"), (200, "EUR")]) == "USD 1.00 · EUR 2.00"


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [(9996, 10000, "99.9 %"), (1, 1, "100.0 %"), (0, 7, "0.0 %"), (0, 0, None)],
)
def test_a_share_is_never_rounded_up_and_of_nothing_is_unknown(
    numerator: int, denominator: int, text: str | None
) -> None:
    assert text == share(numerator, denominator)


def test_a_day_ends_at_local_midnight_in_winter_and_in_summer() -> None:
    winter = day_that_ends(datetime(2017, 12, 30, 5, tzinfo=UTC))
    summer = day_that_ends(datetime(2017, 7, 2, 4, tzinfo=UTC))

    assert (winter, summer, day_that_ends(NOON)) == ("2017-12-29", "2017-07-01", None)


def test_a_moment_inside_a_day_is_spelled_on_the_company_s_clock() -> None:
    assert spell(NOON) == "2017-12-29 12:00"


def test_age_counts_hours_and_turns_stale_after_a_missed_day() -> None:
    later = datetime(2017, 12, 31, 6, tzinfo=UTC)

    assert (age(NOON, later).verdict, age(NOON, later).hours) == ("stale", 37)


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ('{"tracking_ref": "1Z9", "carrier_code": null}', "tracking 1Z9"),
        ('{"released": 3, "pending": 0}', "Released 3"),
        ("not JSON", "not JSON"),
        (None, None),
    ],
)
def test_an_event_s_detail_is_read_as_words(
    detail: str | None, said: str | None
) -> None:
    assert said == detail_text(detail)
