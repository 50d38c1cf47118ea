"""What follows an order or a parcel: money, scans, changes, corrections of stock."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import datetime

import polars as pl
import pytest

from transforms.contracts.simulation import NamedBytes
from transforms.twin.carriers import carry, strange_parcel
from transforms.twin.changes import changes_of, late_cancellations
from transforms.twin.company import Company
from transforms.twin.day import start
from transforms.twin.founding.network import WEB
from transforms.twin.payers import captures, payments_of, web_orders
from transforms.twin.returns import send_back
from transforms.twin.shop import show_stock
from transforms.twin.state import State
from transforms.twin.warehouses.adjustments import adjust


@pytest.fixture
def faultless(company: Company) -> Company:
    return replace(company, plan=replace(company.plan, has_faults=False))


def played(company: Company) -> pl.DataFrame:
    return company.lines.filter(pl.col("business_date") > company.plan.cut_date)


def one_export(company: Company) -> pl.DataFrame:
    """Every web order there is, as of the morning of the first played day."""
    day = company.plan.play_dates[0]
    at = pl.lit(company.plan.local(day, 7, 55)).cast(pl.Datetime("us", "UTC"))
    web = company.lines.filter(pl.col("channel") == WEB)
    return web.with_columns(business_date=pl.lit(day), received_at=at)


def left_at(company: Company, at: datetime) -> pl.DataFrame:
    """All orders of the played days, as having left."""
    return web_orders(company, played(company)).select(
        pl.format("{}/{}", pl.lit(WEB), "order_ref").alias("order_ref"),
        shipped_at=pl.lit(at),
    )


def told(files: list[NamedBytes], name: str) -> list[dict[str, object]]:
    """The objects in files whose name begins so."""
    chosen = [file for file in files if file.name.startswith(name)]
    return [json.loads(line) for file in chosen for line in file.content.splitlines()]


def cents(transactions: list[dict[str, object]]) -> Counter[str]:
    """Order → what was paid and not given back; what failed is nothing."""
    sums: Counter[str] = Counter()
    for row in transactions:
        sign = -1 if row["kind"] == "refund" else row["status"] == "success"
        minor = round(float(str(row["amount"])) * 100)
        sums[str(row["order_id"])] += sign * minor
    return sums


def test_each_web_order_is_paid_once_for_what_it_costs(faultless: Company) -> None:
    files = [file for file, _ in payments_of(faultless, played(faultless))]
    orders = web_orders(faultless, played(faultless))

    owed = dict(orders.select("order_ref", "total_minor").iter_rows())
    assert owed == dict(cents(told(files, "transactions")))


def test_every_wrong_payment_is_listed_with_its_order(company: Company) -> None:
    found = list(payments_of(company, played(company)))
    faults = [fault for _, faults in found for fault in faults]
    orders = web_orders(company, played(company))
    owed = dict(orders.select("order_ref", "total_minor").iter_rows())
    paid = cents(told([file for file, _ in found], "transactions"))
    wrong = {ref for ref in {*owed, *paid} if owed.get(ref) != paid.get(ref)}

    assert {f"{WEB}/{ref}" for ref in wrong} == {fault.subject for fault in faults}
    assert len(company.plan.play_dates) <= len(faults) // 2


def test_what_was_authorised_is_captured_when_it_leaves(faultless: Company) -> None:
    at = faultless.plan.local(faultless.plan.play_dates[0], 20)
    authorised = web_orders(faultless, played(faultless)).filter("is_authorized")
    files, faults = captures(faultless, left_at(faultless, at), at, at)

    expected = dict(authorised.select("order_ref", "total_minor").iter_rows())
    assert expected == dict(cents(told(files, "transactions")))
    assert faults == []


def test_what_is_not_captured_is_listed_whether_or_not_it_was_tried(
    company: Company,
) -> None:
    """Of all orders there are, as few are authorised."""
    plan = replace(company.plan, cut_date=company.plan.first_date)
    long = replace(company, plan=plan)
    at = plan.local(plan.play_dates[0], 20)
    files, faults = captures(long, left_at(long, at), at, at)
    ends: dict[str, set[str]] = {"success": set(), "failure": set()}
    for row in told(files, "transactions"):
        ends[str(row["status"])].add(f"{WEB}/{row['order_id']}")
    listed = {fault.subject for fault in faults}

    assert ends["failure"]
    assert ends["failure"] < listed
    assert not ends["success"] & listed


def test_a_parcel_is_scanned_and_then_delivered_or_listed_as_lost(
    company: Company,
) -> None:
    at = company.plan.local(company.plan.play_dates[0], 20)
    shipped = pl.DataFrame({"tracking_ref": [f"1Z{n:04d}" for n in range(500)]})
    files, faults = carry(company, shipped, at, at)
    ends = {row["tracking_code"]: row["status"] for row in told(files[1:], "trackers")}

    assert set(shipped["tracking_ref"]) == set(ends)
    lost = {ref for ref, status in ends.items() if status != "delivered"}
    assert lost == {fault.subject for fault in faults}
    assert lost
    assert all(file.received_at > at for file in files)


def test_where_nobody_errs_no_parcel_is_lost_or_strange(faultless: Company) -> None:
    at = faultless.plan.local(faultless.plan.play_dates[0], 20)
    shipped = pl.DataFrame({"tracking_ref": [f"1Z{n:04d}" for n in range(500)]})

    assert carry(faultless, shipped, at, at)[1] == []
    assert strange_parcel(faultless) == ([], [])


def test_what_is_cancelled_is_given_back_and_what_is_more_is_paid(
    faultless: Company,
) -> None:
    lines = one_export(faultless)
    first = [file for file, _ in payments_of(faultless, lines)]
    later = list(changes_of(faultless, lines))
    paid = cents(told([*first, *later], "transactions"))
    owed = {
        str(order["id"]): 0
        if order["cancelled_at"]
        else round(float(str(order["total_price"])) * 100)
        for order in told(later, "orders")
    }

    assert owed
    assert owed == {ref: paid[ref] for ref in owed}
    assert 0 in owed.values()
    assert any(owed.values())


def test_a_change_is_told_before_the_day_ends(faultless: Company) -> None:
    lines = one_export(faultless)
    arrived = dict(lines.select("order_ref", "received_at").unique().iter_rows())
    for file in changes_of(faultless, lines):
        for order in told([file], "orders"):
            at = arrived[str(order["id"])]
            assert at < file.received_at
            plan = faultless.plan
            assert plan.date_of(at) == plan.date_of(file.received_at)


def test_every_correction_moves_the_goods_unless_it_is_listed(
    company: Company,
) -> None:
    before = start(replace(company, plan=replace(company.plan, has_faults=False)))
    (day, *_) = company.plan.play_dates
    after = adjust(company, before, day)
    moved = after.movements.height - before.movements.height
    files = [file for file in after.mail if file not in before.mail]
    text = b"".join(file.content for file in files).decode()
    lines = text.count("W19*") + text.count("ADJ-") - text.count("W15*")
    false = after.planted.filter(kind="false_adjustment")

    assert false.height == 1
    assert lines == moved + false.height
    assert "harbor_3pl" in {file.partner_id for file in files}


def test_a_business_buyer_changes_or_cancels_whole_orders(faultless: Company) -> None:
    day = faultless.plan.play_dates[0]
    at = pl.lit(faultless.plan.local(day, 7, 55)).cast(pl.Datetime("us", "UTC"))
    orders = faultless.lines.filter(pl.col("channel") == "business").with_columns(
        business_date=pl.lit(day), received_at=at
    )
    (file,) = changes_of(faultless, orders)
    named = set(re.findall(r"BCH\*0[14]\*SA\*([^*]+)\*", file.content.decode()))

    assert named
    assert named <= set(orders["order_ref"])


def sent_back(before: State, after: State) -> pl.DataFrame:
    """Rows of the one file that is on its way since."""
    (file,) = [file for file in after.mail if file not in before.mail]
    return pl.read_csv(file.content, infer_schema=False)


def test_what_comes_back_is_told_and_lies_on_the_shelf(faultless: Company) -> None:
    before = start(replace(faultless, plan=replace(faultless.plan, play_dates=())))
    (day, *_) = faultless.plan.play_dates
    after = send_back(faultless, before, day)
    steps = sent_back(before, after)
    inspected = steps.filter(status_code="INSPECTED")
    gone = faultless.opening.filter(
        pl.sum_horizontal("shipped_qty", "delivered_qty") > 0
    )

    shelved = after.movements.filter(pl.col("qty") > 0)
    came = shelved.join(before.movements, on=shelved.columns, how="anti")

    assert set(inspected["sku_ref"]) == set(came["product_id"].cast(pl.String))
    assert set(inspected["order_ref"]) <= set(gone["order_ref"])
    assert inspected.height * 3 == steps.height


def test_nothing_comes_back_of_an_order_of_long_ago(faultless: Company) -> None:
    long_ago = pl.col("business_date").dt.offset_by("-60d")
    old = replace(faultless, opening=faultless.opening.with_columns(long_ago))
    before = start(replace(faultless, plan=replace(faultless.plan, play_dates=())))
    (day, *_) = faultless.plan.play_dates

    assert send_back(old, before, day) == before


def test_what_comes_back_of_nobody_s_order_is_listed(company: Company) -> None:
    """It lies on the shelf all the same."""
    before = start(replace(company, plan=replace(company.plan, play_dates=())))
    (day, *_) = company.plan.play_dates
    after = send_back(company, before, day)
    steps = sent_back(before, after)
    known = company.opening["order_ref"]
    strange = steps.filter(~pl.col("order_ref").is_in(known.implode()))
    listed = after.planted.filter(kind="strange_return")

    (ref,) = strange["return_ref"].unique()
    assert [f"service_desk/{ref}/1"] == listed["subject"].to_list()
    shelved = after.movements.join(
        before.movements, on=before.movements.columns, how="anti"
    )
    assert strange["sku_ref"][0] in set(shelved["product_id"].cast(pl.String))


def test_the_shop_shows_what_it_was_told_but_for_one(company: Company) -> None:
    told = {str(1000 + n): n for n in range(2000)}
    lines = [
        json.dumps({"location_id": 70001, "sku": sku, "available": qty})
        for sku, qty in told.items()
    ]
    at = company.plan.cut_at
    content = "\n".join(lines).encode()
    file = NamedBytes(WEB, "inventory_set_000000001.jsonl", content, at)
    before = start(company)
    after = show_stock(company, before, [file], at)
    (echo,) = [f for f in after.mail if f not in before.mail]
    levels = [json.loads(line) for line in echo.content.splitlines()]
    shown = {
        level["item"]["sku"]: level["quantities"][0]["quantity"] for level in levels
    }
    (fault,) = after.planted.filter(kind="wrong_echo")["subject"]

    assert {f"{WEB}/{sku}" for sku, qty in shown.items() if told[sku] != qty} == {fault}
    assert echo.received_at > at


def test_who_cancels_late_was_paid_for_and_is_listed(company: Company) -> None:
    day = company.plan.play_dates[-2]
    moved = one_export(company).with_columns(
        received_at=pl.lit(company.plan.local(day, 7, 55)).cast(
            pl.Datetime("us", "UTC")
        )
    )
    (file,), faults = late_cancellations(replace(company, lines=moved))
    orders = told([file], "orders")

    assert all(order["cancelled_at"] for order in orders)
    assert {f"{WEB}/{order['id']}" for order in orders} == {f.subject for f in faults}
    assert company.plan.date_of(file.received_at) == company.plan.play_dates[-1]
