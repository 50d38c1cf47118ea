"""What nodes confirm, and confirm otherwise, comes to the same events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations

import pytest

from tests.unit.dbt.builders import (
    Row,
    a_confirmation,
    a_node,
    a_product,
    a_scan,
    provenance,
)
from tests.unit.dbt.conftest import File, Lake

pytestmark = pytest.mark.slow

BUILT = ("+fct_order_events", "+int_document_rows__quarantined")
AGAIN = (
    "int_tracking_events__deduplicated",
    *("int_orders__touched", "int_order_lines__touched"),
    "fct_order_events",
)
FIRST_FILE = 10


def told(*parcels: Row, **words: object) -> File:
    """A confirmation of a shipment, a row for each parcel."""
    said = [a_confirmation("S", **(words | parcel)) for parcel in parcels or [{}]]
    return "shipment_confirmations", said


def said_at(hour: int) -> Row:
    """The instant that a confirmation gives itself."""
    return {"confirmed_at": f"2017-12-28T{hour:02}:00:00-05:00"}


FIRST = told(reason_code="GONE")
FEWER = told(shipped_qty="1")
TAKEN_BACK = told(shipped_qty="0", shipped_on="2017-12-29")
RELABELLED = told(tracking_ref="T-2")
SPLIT = told({"shipped_qty": "2"}, {"shipped_qty": "3", "tracking_ref": "T-2"})
B_FOR_A: Row = {"sku_ref": "B", "ordered_sku_ref": "A"}
INSTEAD = told(shipped_qty="5", **B_FOR_A)
PARTLY = told(
    {"shipped_qty": "2"}, B_FOR_A | {"shipped_qty": "2", "tracking_ref": "T-2"}
)
OTHER_LINE = told(line_ref="2", sku_ref="B", tracking_ref="T-3")
DELIVERED: File = ("tracking_events", [a_scan("T-1", "DELIVERED", 9)])

OF_KITS = told(sku_ref="K", lot_ref="LOT-1")
X_FOR_K: Row = {"sku_ref": "X", "ordered_sku_ref": "K"}
REFUSED: File = (
    "rejections",
    [
        {
            "node_ref": "DC-WEST",
            "instruction_ref": "S",
            "line_ref": "1",
            "sku_ref": "K",
            "rejected_qty": "5",
            "reason_code": "GONE",
            "stock_effect": "none",
            "rejected_at": "2017-12-28T09:00:00-05:00",
            "partner_id": "own_dcs",
        }
    ],
)
PICKED: File = (
    "fulfilment_statuses",
    [
        {
            "node_ref": "DC-WEST",
            "instruction_ref": "S",
            "line_ref": "1",
            "status_code": "PICKED",
            "qty": "2",
            "status_at": "2017-12-28T09:00:00-05:00",
            "partner_id": "own_dcs",
        }
    ],
)

EARLY = told(**said_at(9))
LATE = told(tracking_ref="T-2", shipped_qty="2", **said_at(10))
REPLACED = told(tracking_ref="T-2", shipped_qty="1", action="replace", **said_at(9))
UNDONE = told(shipped_qty="0", **said_at(10))

IN_TURN: dict[str, tuple[Sequence[File], set[str]]] = {
    "fewer eaches at the same hour": ((FIRST, FEWER), {"1/SHIPPED 1", "1/SHORT 4"}),
    "nothing left after all": ((FIRST, TAKEN_BACK), {"1/SHORT 5"}),
    "another parcel": ((FIRST, RELABELLED), {"1/SHIPPED 3", "1/SHORT 2"}),
    "two parcels": ((FIRST, SPLIT), {"1/SHIPPED 5"}),
    "one parcel after all": ((SPLIT, FIRST), {"1/SHIPPED 3", "1/SHORT 2"}),
    "another line": (
        (FEWER, OTHER_LINE),
        {"1/SHIPPED 1", "1/SHORT 4", "2/SHIPPED 3", "2/SHORT 2"},
    ),
    "the first word once more": (
        (FIRST, TAKEN_BACK, FIRST),
        {"1/SHIPPED 3", "1/SHORT 2"},
    ),
    "the same word": ((FIRST, FIRST), {"1/SHIPPED 3", "1/SHORT 2"}),
    "delivered in one of two": (
        (SPLIT, DELIVERED),
        {"1/SHIPPED 5", "1/DELIVERED 2"},
    ),
    "another SKU instead": ((INSTEAD,), {"1/SUBSTITUTED_BY_NODE 5 of B"}),
    "another SKU, and then that it is one instead": (
        (told(sku_ref="B", shipped_qty="5"), INSTEAD),
        {"1/SUBSTITUTED_BY_NODE 5 of B"},
    ),
    "another SKU instead of some": (
        (PARTLY,),
        {"1/SHIPPED 2", "1/SUBSTITUTED_BY_NODE 2 of B", "1/SHORT 1"},
    ),
    "no other SKU after all": ((PARTLY, FIRST), {"1/SHIPPED 3", "1/SHORT 2"}),
    "delivered instead": (
        (INSTEAD, DELIVERED),
        {"1/SUBSTITUTED_BY_NODE 5 of B", "1/DELIVERED 5 of B"},
    ),
    "its own SKU by another name": (
        (told(ordered_sku_ref="A"),),
        {"1/SHIPPED 3", "1/SHORT 2"},
    ),
    "ours: what was asked for, though it is said to be another": (
        (told(ordered_sku_ref="B"),),
        {"1/SHIPPED 3", "1/SHORT 2"},
    ),
    "ours: another SKU instead": ((INSTEAD,), {"1/SUBSTITUTED_BY_NODE 5 of B"}),
    "ours: another SKU instead of what nobody asked for": (
        (told(sku_ref="B", ordered_sku_ref="C", shipped_qty="5"),),
        {"1/SHIPPED 5 of B"},
    ),
    "packed: kits, said of what is in them": (
        (OF_KITS, DELIVERED),
        {"1/SHIPPED 6", "1/SHORT 4", "1/DELIVERED 6"}
        | {"2/SHIPPED 3", "2/SHORT 2", "2/DELIVERED 3"},
    ),
    "packed: fewer of them": (
        (OF_KITS, told(sku_ref="K", shipped_qty="1")),
        {"1/SHIPPED 2", "1/SHORT 8", "2/SHIPPED 1", "2/SHORT 4"},
    ),
    "packed: another SKU": (
        (told(sku_ref="B", shipped_qty="5"),),
        {"1/SHIPPED 5 of B"},
    ),
    "packed: a component instead": (
        (told(sku_ref="B", ordered_sku_ref="K", shipped_qty="5"),),
        {"1/SUBSTITUTED_BY_NODE 5 of B"},
    ),
    "packed: another SKU instead": (
        (told(shipped_qty="5", **X_FOR_K), DELIVERED),
        {"1/SUBSTITUTED_BY_NODE 5 of X", "1/DELIVERED 5 of X"}
        | {"1/SUBSTITUTED_BY_NODE 5 of K", "1/DELIVERED 5 of K"}
        | {"2/SUBSTITUTED_BY_NODE 5 of K", "2/DELIVERED 5 of K"},
    ),
    "packed: another SKU instead of some": (
        (told({"sku_ref": "K", "shipped_qty": "2"}, X_FOR_K | {"shipped_qty": "2"}),),
        {"1/SHIPPED 4", "1/SUBSTITUTED_BY_NODE 2 of X"}
        | {"1/SUBSTITUTED_BY_NODE 2 of K", "1/SHORT 2"}
        | {"2/SHIPPED 2", "2/SUBSTITUTED_BY_NODE 2 of K", "2/SHORT 1"},
    ),
    "packed: the kit, and then that another left instead": (
        (OF_KITS, told(shipped_qty="5", **X_FOR_K)),
        {"1/SUBSTITUTED_BY_NODE 5 of X", "1/SUBSTITUTED_BY_NODE 5 of K"}
        | {"2/SUBSTITUTED_BY_NODE 5 of K"},
    ),
    "packed: another instead, and then that the kit left": (
        (told(shipped_qty="5", **X_FOR_K), OF_KITS),
        {"1/SHIPPED 6", "1/SHORT 4", "2/SHIPPED 3", "2/SHORT 2"},
    ),
    "packed: refused": ((REFUSED,), {"1/REJECTED 10", "2/REJECTED 5"}),
    "packed: picked": ((PICKED,), {"1/PICKED 4", "2/PICKED 2"}),
}
"""Files as they arrive, and the events of some eaches that come of them."""

IN_ANY_TURN: dict[str, tuple[Sequence[File], set[str]]] = {
    "a later hour": ((EARLY, LATE, DELIVERED), {"1/SHIPPED 2", "1/SHORT 3"}),
    "a replacement": ((EARLY, REPLACED, DELIVERED), {"1/SHIPPED 1", "1/SHORT 4"}),
    "nothing left by then": ((EARLY, UNDONE, DELIVERED), {"1/SHORT 5"}),
}
"""Files that say their own hour, in whatever sequence they arrive."""

CASES = IN_TURN | {
    f"{name} {turn}": (files, left)
    for name, (found, left) in IN_ANY_TURN.items()
    for turn, files in enumerate(permutations(found))
}


@pytest.fixture(scope="module")
def lake(empty: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake in which each case is a shipment, and each file comes in its own run."""
    lake = empty.copied(tmp_path_factory.mktemp("confirmed") / "lake")
    lake.insert("bronze.products", [a_product(sku) for sku in "ABKX"])
    lake.insert("bronze.nodes", [a_node("DC-WEST")])
    ours = {"instruction_line_ref": "1", "line_id": "L", "sku_id": "A"}
    sent = [ours | {"instruction_id": c} for c in CASES if c.startswith("ours")]
    lake.insert("instructions.instruction_lines", sent + in_kits())
    for place in range(3):
        land_files(lake, place)
        since = FIRST_FILE + place - 1 if place else -1
        run = {"run_id": f"run_{place}", "since_landing_id": since}
        made = lake.make(*(AGAIN if place else BUILT), **run)
        assert {"success"} == set(made.values())
        lake.commit(f"run_{place}")
    return lake


def in_kits() -> list[Row]:
    """Instruction lines of packed kits: two A, one B."""
    packed: Row = {"packed_in": "K", "packed_ref": "1"}
    return [
        packed
        | {"instruction_id": case, "instruction_line_ref": ref, "line_id": f"L~{sku}"}
        | {"sku_id": sku, "kit_qty": per_kit}
        for case in CASES
        if case.startswith("packed")
        for ref, sku, per_kit in (("1", "A", 2), ("2", "B", 1))
    ]


def land_files(lake: Lake, place: int) -> None:
    """The file of each case that comes at this place."""
    found: dict[str, list[Row]] = {}
    for case, (files, _) in CASES.items():
        for document, rows in files[place : place + 1]:
            kept = found.setdefault(document, [])
            of_file = [{**row, **of(case, row)} for row in rows]
            kept.extend(
                row | provenance(FIRST_FILE + place, line, str(row["partner_id"]))
                for line, row in enumerate(of_file, start=len(kept) + 1)
            )
    for document, rows in found.items():
        lake.insert(f"bronze.{document}", rows)


def of(case: str, row: Mapping[str, object]) -> Row:
    """What makes a row that of a shipment of its own."""
    parcel = f"{case} {row.get('tracking_ref')}"
    said = {"tracking_ref": parcel, "shipment_ref": case, "instruction_ref": case}
    return {name: cell for name, cell in said.items() if name in row}


def standing(lake: Lake, case: str) -> list[str]:
    """Events of some eaches: line, type, eaches."""
    rows = lake.query(f"""
        select concat(
            instruction_line_ref, '/', event_type, ' ', qty,
            case
                when sku_id in ('K', 'X') or (sku_id, instruction_line_ref) = ('B', '1')
                    then ' of ' || sku_id
            end
        )
        from gold.fct_order_events where qty > 0 and instruction_id = '{case}'
    """)
    return [str(row[0]) for row in rows]


@pytest.mark.parametrize("case", CASES)
def test_a_line_of_a_shipment_is_as_its_newest_document_tells_it(
    case: str, lake: Lake
) -> None:
    assert sorted(CASES[case][1]) == sorted(standing(lake, case))


@pytest.mark.parametrize("case", IN_ANY_TURN)
def test_no_sequence_of_files_leaves_other_events(case: str, lake: Lake) -> None:
    found = lake.query(f"""
        select split_part(instruction_id, ' ', -1) as turn,
            list((instruction_line_ref, event_type, qty, event_at) order by event_type)
        from gold.fct_order_events where instruction_id like '{case} %'
        group by turn
    """)

    assert 6 == len(found)
    assert 1 == len({str(events) for _, events in found})


def test_what_is_told_again_is_known_since_it_was_told_first(lake: Lake) -> None:
    found = lake.query("""
        select distinct landing_id from gold.fct_order_events
        where instruction_id = 'the same word'
    """)

    assert [(FIRST_FILE,)] == found


def test_what_left_instead_says_what_of(lake: Lake) -> None:
    found = lake.query("""
        select detail ->> 'sent_sku_id', detail ->> 'ordered_sku_ref'
        from gold.fct_order_events
        where instruction_id = 'another SKU instead'
    """)

    assert [("B", "A")] == found
