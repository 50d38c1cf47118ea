"""Files go on where the system before stopped counting; what is on record wins."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import yaml

from orchestration.cli import doctor
from orchestration.resources.answering import answer_files
from orchestration.resources.house import House
from orchestration.resources.numbering import MAX_CONTROL_NO, ROOM, too_close
from orchestration.resources.outbox import OutboxError
from orchestration.resources.partners import PARTNERS, PartnerProfile, partners
from tests.orchestration.test_answers import hold_nothing
from tests.orchestration.test_arrival import ACME, NIGHT, STOCK, house, put, taken
from transforms.contracts.arrivals import ANSWER_FILES
from transforms.contracts.decisions import OUTBOX_FILES
from transforms.contracts.table import Table

__all__ = ["house"]

TAKEN_OVER = ACME.model_copy(
    update={"first_control_no": 48_213, "first_answer_no": 700_000_000}
)


def record(house: House, table: Table, number: int) -> None:
    """A file under a number is on record."""
    row: dict[str, object] = {
        "partner_id": "acme",
        "file_name": f"{number}.edi",
        "format": "x12_940",
        "sha256": "0" * 64,
        "row_count": 1,
        "unit_count": 1,
        "control_ref": str(number),
        "as_of": NIGHT,
        "run_id": "r",
    }
    frame = pl.DataFrame([row | {"kind": "receipt"}]).cast(
        {"as_of": table.schema["as_of"]}
    )
    with house.lake.transaction("test", "a file"):
        house.lake.append(table, frame.select(table.names))


def next_ones(house: House, partner: PartnerProfile) -> tuple[int, int]:
    return house.outbox.next_control_no(partner), house.outbox.next_answer_no(partner)


def test_counts_begin_where_the_profile_says(house: House) -> None:
    assert (1, 500_000_001) == next_ones(house, ACME)
    assert (48_213, 700_000_000) == next_ones(house, TAKEN_OVER)


@pytest.mark.parametrize("first", [1, 48_213, 900_000])
def test_what_is_on_record_goes_on_without_gap_or_repeat(
    house: House, first: int
) -> None:
    record(house, OUTBOX_FILES, 48_213)
    record(house, ANSWER_FILES, 700_000_004)
    changed = TAKEN_OVER.model_copy(update={"first_control_no": first})

    assert (48_214, 700_000_005) == next_ones(house, changed)


def test_numbers_are_of_one_partner(house: House) -> None:
    record(house, OUTBOX_FILES, 48_213)
    other = TAKEN_OVER.model_copy(update={"partner_id": "other"})

    assert (48_213, 700_000_000) == next_ones(house, other)


def test_an_answer_is_told_under_the_first_number(house: House) -> None:
    hold_nothing(house)
    put(house, "stock_20171227_000001.csv", STOCK.format(1))
    taken(house)

    answer_files(house, TAKEN_OVER)

    names = house.lake.read(ANSWER_FILES)["file_name"].to_list()
    assert "receipts_700000000.csv" in names


def test_a_count_does_not_begin_where_the_other_one_is(house: House) -> None:
    record(house, OUTBOX_FILES, 699_999_990)

    with pytest.raises(OutboxError, match=r"acme/defs\.yaml: .* would meet"):
        house.outbox.next_answer_no(TAKEN_OVER)


def test_the_doctor_names_a_first_number_that_came_too_late(house: House) -> None:
    record(house, OUTBOX_FILES, 3)
    seen = []
    for first in (1, 3, 4, 48_213):
        said = ACME.model_dump() | {"first_control_no": first}
        house.partners = {"acme": PartnerProfile(**said)}
        seen.append(doctor.numbered(house).seen)

    assert [
        *3 * ["go on from what is on record"],
        "acme: first_control_no 48213, but 3 is on record",
    ] == seen


@pytest.mark.parametrize(
    ("control_no", "answer_no", "is_fault"),
    [
        (1, 500_000_001, False),
        (1, 1 + ROOM, False),
        (1, ROOM, True),
        (600_000_000, 500_000_001, False),
        (500_000_001, 500_000_001, True),
        (MAX_CONTROL_NO - ROOM, 1, False),
        (MAX_CONTROL_NO - ROOM + 1, 1, True),
    ],
)
def test_counts_have_room(control_no: int, answer_no: int, is_fault: bool) -> None:
    assert is_fault == bool(too_close(control_no, answer_no))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("first_control_no: 0", "first_control_no: .*greater than or equal to 1"),
        ("first_control_no: 1000000000", "first_control_no: .*less than or equal"),
        ("first_control_no: '48213'", "first_control_no: .*valid integer"),
        ("first_answer_no: 48213.0", "first_answer_no: .*valid integer"),
        ("first_control_no: true", "first_control_no: .*valid integer"),
        ("first_control_no: 000012345", "begins with a zero; write 12345"),
        ("first_control_no: 500000009", "first_control_no 500000009 .* would meet"),
        ("first_answer_no: 7", "first_answer_no 7 would meet"),
    ],
)
def test_a_number_that_cannot_be_is_refused_with_its_line(
    tmp_path: Path, written: str, said: str
) -> None:
    lines = (PARTNERS / "harbor_3pl" / "defs.yaml").read_text().splitlines()
    lines.insert(5, f"  {written}")
    (tmp_path / "harbor_3pl").mkdir()
    (tmp_path / "harbor_3pl" / "defs.yaml").write_text("\n".join(lines))

    with pytest.raises(ValueError, match=said) as refusal:
        partners(tmp_path)

    assert str(refusal.value).startswith("harbor_3pl/defs.yaml:6: ")


def test_a_fault_of_a_feed_has_its_line(tmp_path: Path) -> None:
    content = yaml.safe_load((PARTNERS / "harbor_3pl" / "defs.yaml").read_text())
    content["attributes"]["feeds"][1]["cadence"] = "dayly"
    text = yaml.safe_dump(content)
    (tmp_path / "harbor_3pl").mkdir()
    (tmp_path / "harbor_3pl" / "defs.yaml").write_text(text)
    number = 1 + next(n for n, s in enumerate(text.splitlines()) if "dayly" in s)

    with pytest.raises(ValueError, match=rf"defs\.yaml:{number}: feeds\.1\.cadence"):
        partners(tmp_path)
