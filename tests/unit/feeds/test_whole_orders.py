"""No order is ever loaded in part, whichever of its lines is broken."""

import pytest

from transforms.contracts.profile import Parsed, Profile
from transforms.feeds import pos_sales

HEADER = (
    "store_id,till_id,receipt_no,line_no,sold_at,sku,description,quantity,"
    "unit_price,line_amount,retail_discount,coupon_discount,"
    "coupon_match_discount,tax,tender"
)
GOOD = (
    "367,1,{},{},2017-12-27 15:02:11,825123,SOUP,1,1.29,1.29,0.00,0.00,0.00,0.08,CASH"
)


def parse(*lines: str | bytes) -> Parsed:
    encoded = [line if isinstance(line, bytes) else line.encode() for line in lines]
    profile = Profile("stores", zone="America/New_York")
    return pos_sales.parse(b"\n".join([HEADER.encode(), *encoded]), profile)


def good(receipt: int, line: int) -> str:
    return GOOD.format(receipt, line)


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (good(10, 2).replace(",1,1.29", ",0,1.29"), "BAD_QTY"),
        (good(10, 2) + ",one more", "RAGGED_LINE"),
        (good(10, 2).replace("SOUP", '"SOUP'), "UNBALANCED_QUOTE"),
        (good(10, 2).replace("SOUP", "4111111111111111"), "CARD_NUMBER"),
        (good(10, 2).replace("SOUP", "SO\x00UP"), "CONTROL_CHARACTER"),
        (good(10, 2).replace("SOUP", "CAF\u00c9").encode("cp1252"), "BAD_ENCODING"),
    ],
)
def test_a_broken_line_takes_its_order_with_it(broken: str | bytes, code: str) -> None:
    parsed = parse(good(10, 1), broken, good(11, 1), good(10, 3))
    rejects = parsed.rejects.select("payload_line", "code").rows()

    assert parsed.rows["order_ref"].to_list() == ["367-11"]
    assert rejects == [(2, code), (3, code), (5, code)]


def test_mates_of_a_broken_line_are_named_so() -> None:
    parsed = parse(good(10, 1), good(10, 2).replace("1.29", "1,29"))
    names = parsed.rejects["column_name"].to_list()

    assert names == ["order", "line"]


def test_a_receipt_of_the_same_number_in_another_store_goes_on() -> None:
    elsewhere = "406" + good(10, 1)[3:]
    parsed = parse(good(10, 1).replace("SOUP,1", "SOUP,x"), elsewhere)

    assert parsed.rows["order_ref"].to_list() == ["406-10"]


def test_discounts_of_three_kinds_are_added() -> None:
    parsed = parse(good(10, 1).replace("0.00,0.00,0.00", "0.40,0.10,0.05"))

    assert parsed.rows["discount_amount"].to_list() == ["0.55"]
