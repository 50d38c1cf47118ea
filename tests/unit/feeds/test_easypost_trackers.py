"""EasyPost's trackers: what a scan says, and what is never kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from transforms.contracts.profile import Parsed, Profile
from transforms.feeds import easypost_trackers

AT = "2017-12-28T09:15:00Z"


def a_detail(status: str = "in_transit", **said: object) -> dict[str, Any]:
    place = {"city": "SPRINGFIELD", "state": "IL", "country": "US", "zip": "62701"}
    plain = {"status": status, "datetime": AT, "tracking_location": place}
    return plain | {"message": "Scanned"} | said


def a_tracker(*details: dict[str, Any], **said: object) -> dict[str, Any]:
    plain = {"object": "Tracker", "tracking_code": "EZ1", "carrier": "USPS"}
    own = {"status": "in_transit", "updated_at": "2017-12-29T01:00:00Z"}
    return plain | own | {"tracking_details": list(details)} | said


def parse(*values: object) -> Parsed:
    payload = b"\n".join(orjson.dumps(value) for value in values)
    return easypost_trackers.parse(payload, Profile("carriers"))


def row(*details: dict[str, Any], **said: object) -> dict[str, Any]:
    return parse(a_tracker(*details, **said)).rows.row(0, named=True)


@pytest.mark.parametrize(
    ("status", "detail", "expected"),
    [
        ("in_transit", "arrived_at_facility", "IN_TRANSIT"),
        ("return_to_sender", "return", "RETURN_TO_SENDER"),
        ("failure", "delivery_exception", "FAILURE"),
        ("failure", "lost", "LOST"),
        ("error", None, "UNKNOWN"),
        ("unknown", "unknown", "UNKNOWN"),
    ],
)
def test_a_status_is_one_of_ours(
    status: str, detail: str | None, expected: str
) -> None:
    assert expected == row(a_detail(status, status_detail=detail))["status_code"]


def test_a_status_that_nobody_knows_is_kept_as_it_is_called() -> None:
    found = row(a_detail("held_at_customs", status_detail="status_update"))

    assert ("UNKNOWN", "held_at_customs") == (
        found["status_code"],
        found["partner_code"],
    )


def test_city_and_postal_code_are_not_kept() -> None:
    found = row(a_detail())

    assert ("IL", "US") == (found["region"], found["country"])
    assert not {"SPRINGFIELD", "62701"} & set(found.values())


def test_who_signed_stands_with_the_delivery() -> None:
    scans = (a_detail("out_for_delivery"), a_detail("delivered"))
    found = parse(a_tracker(*scans, signed_by="Ada Example")).rows

    assert [None, "Ada Example"] == found["signed_by"].to_list()


def test_a_tracker_without_scans_stands_for_itself() -> None:
    found = row(status="unknown")

    assert ("UNKNOWN", "2017-12-29T01:00:00Z") == (
        found["status_code"],
        found["occurred_at"],
    )


def test_an_event_about_something_else_is_refused() -> None:
    event = {"object": "Event", "result": {"object": "Batch", "id": "batch_1"}}

    assert ["UNKNOWN_OBJECT"] == parse(event).rejects["code"].to_list()


def trackers(value: Any) -> Iterator[Any]:  # noqa: ANN401 it is any JSON
    """Every tracker in a value, however deep."""
    if isinstance(value, dict):
        if value.get("object") == "Tracker":
            yield value
        for part in value.values():
            yield from trackers(part)
    elif isinstance(value, list):
        for part in value:
            yield from trackers(part)


def test_recorded_answers_of_easypost_are_read(project: Path) -> None:
    folder = project.parent / "shared" / "data" / "channels" / "easypost"
    files = sorted(folder.glob("*.json"))
    if not files:
        pytest.skip("no shared samples here")
    found = [one for file in files for one in trackers(orjson.loads(file.read_bytes()))]
    parsed = parse(*found)

    assert not parsed.rejects.height
    assert sum(max(len(one["tracking_details"]), 1) for one in found) == (
        parsed.rows.height
    )
    assert {
        "DELIVERED",
        "IN_TRANSIT",
        "OUT_FOR_DELIVERY",
        "PRE_TRANSIT",
        "UNKNOWN",
    } == (set(parsed.rows["status_code"]))


def test_recorded_pages_of_trackers_are_read_in_either_spelling(project: Path) -> None:
    folder = project.parent / "shared" / "data" / "channels" / "easypost"
    files = sorted(folder.glob("tracker_[acgr]*.json"))
    if not files:
        pytest.skip("no shared samples here")
    for file in files:
        page = orjson.loads(file.read_bytes())["response"]
        pretty = orjson.dumps(page, option=orjson.OPT_INDENT_2)
        tight, loose = parse(page), easypost_trackers.parse(pretty, Profile("carriers"))

        assert not tight.rejects.height
        assert not loose.rejects.height
        assert tight.rows.drop("payload_line").equals(loose.rows.drop("payload_line"))
