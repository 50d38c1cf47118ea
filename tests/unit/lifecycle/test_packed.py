"""A kit that lay packed takes the kit's position and shelf, never its components'."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from tests.unit.ledger.facts import opening, rows
from tests.unit.lifecycle.events import MIDNIGHT, TRANSITIONS, Event, an_event
from transforms.contracts.decisions import (
    INSTRUCTION_LINES,
    OWN_EVENTS,
    PROMISE_POSTINGS,
    STOCK_VARIANCES,
    UNIT_POSTINGS,
)
from transforms.contracts.gold import (
    DIM_NODES,
    FCT_OPENING_STOCK,
    FCT_ORDER_EVENTS,
    FCT_ORDER_LINES,
    FCT_RECEIPTS,
    FCT_STOCK_ADJUSTMENTS,
)
from transforms.ledger.positions import positions
from transforms.ledger.promises import promise_postings
from transforms.ledger.proofs import Books, prove
from transforms.ledger.refusals import ShortPolicy
from transforms.ledger.units import UnitFacts, unit_postings
from transforms.lifecycle.fold import Folded, LineFacts, fold_lines

PARTS = {"A": 2, "B": 1}
OPENED = {"K": 5, "A": 10, "B": 10}


def ours(kind: str, kits: int, hour: float, *, is_packed: bool = True) -> list[Event]:
    """An event of ours of each component."""
    return [
        {
            "event_id": f"O/1~{sku}/{kind}/{hour}/{is_packed}",
            "event_type": kind,
            "line_id": f"O/1~{sku}",
            "sku_id": sku,
            "node_id": "EAST",
            "instruction_id": "FO-1" if kind == "RELEASED" else None,
            "qty": kits * per_kit,
            "event_at": MIDNIGHT + timedelta(hours=hour),
            "source_rank": 920 if kind == "ALLOCATED" else 940,
            "reason_code": (("KIT" if sku == "A" else "IN_KIT") if is_packed else None),
            "run_id": "r",
        }
        for sku, per_kit in PARTS.items()
    ]


def theirs(
    kind: str, kits: int, hour: float, *refs: str, **more: object
) -> list[Event]:
    """What the node says of instruction lines."""
    return [
        an_event(
            kind,
            kits * per_kit,
            hour,
            event_id=f"{kind}/{ref}/{hour}",
            line_id=None,
            instruction_id="FO-1",
            instruction_line_ref=ref,
            node_id="EAST",
            sku_id=sku,
            source_rank=60,
            **more,
        )
        for ref, (sku, per_kit) in zip(refs, PARTS.items(), strict=True)
    ]


def sent(packed: int, loose: int = 0) -> pl.DataFrame:
    """Lines 1 and 2 of FO-1 are of packed kits, 3 and 4 of the same made of parts."""
    told = [
        {
            "instruction_id": "FO-1",
            "instruction_line_ref": str(number + place),
            "line_id": f"O/1~{sku}",
            "sku_id": sku,
            "qty": kits * per_kit,
            **(
                {"packed_in": "K", "packed_ref": "1", "kit_qty": per_kit}
                if is_packed
                else {}
            ),
        }
        for number, kits, is_packed in ((1, packed, True), (3, loose, False))
        if kits
        for place, (sku, per_kit) in enumerate(PARTS.items())
    ]
    return pl.DataFrame(told, schema=INSTRUCTION_LINES.schema)


def lived(own: list[Event], said: list[Event], lines: pl.DataFrame) -> Folded:
    order = pl.DataFrame(
        [
            {
                "line_id": f"O/1~{sku}",
                "order_id": "O",
                "sku_id": sku,
                "channel_id": "web",
                "ordered_at": MIDNIGHT,
                "kit_line_id": "O/1",
                "kit_sku_id": "K",
                "kit_qty": per_kit,
            }
            for sku, per_kit in PARTS.items()
        ],
        schema=FCT_ORDER_LINES.schema,
    )
    accepted = [
        an_event("ACCEPTED", 3 * per_kit, 0, line_id=f"O/1~{sku}", sku_id=sku)
        for sku, per_kit in PARTS.items()
    ]
    facts = LineFacts(
        pl.DataFrame(accepted + said, schema=FCT_ORDER_EVENTS.schema),
        pl.DataFrame(own, schema=OWN_EVENTS.schema),
        lines,
        order,
        pl.DataFrame(
            {"node_id": ["EAST"], "zone": ["UTC"]}, schema_overrides=DIM_NODES.schema
        ),
    )
    return fold_lines(facts, TRANSITIONS)


def books(folded: Folded, shorts: dict[str, str] | None = None) -> Books:
    stock = [opening(qty, sku_id=sku, cut_at=MIDNIGHT) for sku, qty in OPENED.items()]
    facts = UnitFacts(
        rows(FCT_OPENING_STOCK, stock),
        FCT_RECEIPTS.empty(),
        FCT_STOCK_ADJUSTMENTS.empty(),
        folded.events,
        STOCK_VARIANCES.empty(),
        ShortPolicy(shorts or {}),
        verdicts=folded.verdicts,
    )
    units = unit_postings(facts, UNIT_POSTINGS.empty())
    promises = promise_postings(folded.moves, PROMISE_POSTINGS.empty())
    there = positions(units, promises)
    told = folded.buckets.select("line_id", node_id=pl.lit("EAST"))
    return Books(folded.buckets, units, promises, there, before=there, told=told)


def free(of: Books) -> dict[str, int]:
    """On hand less what is promised, by SKU."""
    left = pl.col("available_qty") - pl.col("allocated_qty") - pl.col("released_qty")
    return dict(of.positions.select("sku_id", left).iter_rows())


def on_hand(of: Books) -> dict[str, int]:
    return dict(of.positions.select("sku_id", "available_qty").iter_rows())


def failed(of: Books) -> list[str]:
    proofs = prove(of, MIDNIGHT + timedelta(days=1))
    return proofs.filter(pl.col("failed_rows") > 0)["proof"].to_list()


TOLD = ours("ALLOCATED", 2, 1) + ours("RELEASED", 2, 1)
OF_TWO = sent(2)


@pytest.mark.parametrize("own", [ours("ALLOCATED", 2, 1), TOLD])
def test_a_promise_of_packed_kits_is_of_the_kit_alone(own: list[Event]) -> None:
    found = books(lived(own, [], OF_TWO))

    assert free(found) == {"K": 3, "A": 10, "B": 10}
    assert failed(found) == []


def test_what_left_is_off_the_kits_shelf_and_on_its_way_as_components() -> None:
    found = books(lived(TOLD, theirs("SHIPPED", 2, 9, "1", "2"), OF_TWO))

    assert on_hand(found) == {"K": 3, "A": 10, "B": 10}
    assert free(found) == on_hand(found)
    gone = found.units.filter(account="SHIPPED").sort("sku_id")
    assert gone.select("sku_id", "qty").rows() == [("A", 4), ("B", 2)]
    assert failed(found) == []


@pytest.mark.parametrize("kind", ["SHORT", "REJECTED", "CANCEL_ACK"])
def test_what_did_not_leave_is_given_back_to_the_kit(kind: str) -> None:
    said = theirs("SHIPPED", 1, 9, "1", "2") + theirs(kind, 1, 10, "1", "2")

    folded = lived(TOLD, said, OF_TWO)

    assert free(books(folded)) == {"K": 4, "A": 10, "B": 10}
    assert failed(books(folded)) == []
    assert set(folded.buckets["shipped_qty"]) == {2, 1}


def test_a_short_that_says_nothing_is_left_empties_the_kits_shelf_only() -> None:
    said = theirs("SHORT", 1, 9, "1", "2", reason_code="GONE")

    found = books(lived(TOLD, said, OF_TWO), {"GONE": "zero_sku"})

    assert on_hand(found) == {"K": 0, "A": 10, "B": 10}
    assert failed(found) == ["commitments are covered"]


def test_packed_kits_and_made_ones_of_a_line_are_told_apart() -> None:
    own = [
        *ours("ALLOCATED", 2, 1),
        *ours("ALLOCATED", 1, 1, is_packed=False),
        *ours("RELEASED", 2, 1),
        *ours("RELEASED", 1, 1, is_packed=False),
    ]
    lines = sent(2, loose=1)
    assert free(books(lived(own, [], lines))) == {"K": 3, "A": 8, "B": 9}

    said = theirs("SHORT", 1, 9, "3", "4") + theirs("SHIPPED", 1, 10, "1", "2")
    found = books(lived(own, said, lines))

    assert on_hand(found) == {"K": 4, "A": 10, "B": 10}
    assert free(found) == {"K": 3, "A": 10, "B": 10}
    assert failed(found) == []


def test_before_the_release_an_order_that_goes_gives_packed_kits_back() -> None:
    gone = [
        an_event("CANCELLED", 3 * per_kit, 2, line_id=f"O/1~{sku}", sku_id=sku)
        for sku, per_kit in PARTS.items()
    ]

    found = books(lived(ours("ALLOCATED", 2, 1), gone, OF_TWO))

    assert free(found) == OPENED
    assert failed(found) == []


def test_supply_that_was_lost_is_not_that_of_packed_kits() -> None:
    own = ours("ALLOCATED", 2, 1) + ours("ALLOCATED", 1, 1, is_packed=False)

    found = books(
        lived([*own, *ours("DEALLOCATED", 1, 2, is_packed=False)], [], OF_TWO)
    )

    assert free(found) == {"K": 3, "A": 10, "B": 10}


def test_packed_kits_that_were_lost_are_given_back_before_loose_ones() -> None:
    own = ours("ALLOCATED", 2, 1) + ours("ALLOCATED", 1, 1, is_packed=False)
    lost = [
        one | {"reason_code": reason}
        for one, reason in zip(
            ours("DEALLOCATED", 1, 2), ("KIT_LOST", "IN_KIT_LOST"), strict=True
        )
    ]

    found = books(lived([*own, *lost], [], OF_TWO))

    assert free(found) == {"K": 4, "A": 8, "B": 9}
    assert failed(found) == []


def test_another_sku_in_place_of_the_kit_is_off_its_own_shelf() -> None:
    said = theirs("SHIPPED", 2, 9, "1", "2")[:1]
    said = [one | {"sku_id": "Z", "qty": 1} for one in said]

    found = books(lived(TOLD, said, OF_TWO))

    assert on_hand(found) == OPENED | {"Z": -1}


def test_what_left_instead_of_packed_kits_closes_all_of_their_components() -> None:
    told: Event = {"event_type": "SUBSTITUTED_BY_NODE", "sku_id": "K"}
    closed = [one | told for one in theirs("SHIPPED", 2, 9, "1", "2")]
    left = closed[0] | {"event_id": "left", "sku_id": "Z", "qty": 2}
    closed[0] = closed[0] | {"qty": 2}
    scans = [
        one
        | {"event_id": f"{one['event_id']}/T", "event_type": "DELIVERED"}
        | {"event_at": MIDNIGHT + timedelta(hours=12), "source_rank": 70}
        for one in (*closed, left)
    ]

    folded = lived(TOLD, [*closed, left, *scans], OF_TWO)
    found = books(folded)

    instead = folded.buckets.select("substituted_out_qty", "delivered_instead_qty")
    assert instead.rows() == [(4, 4), (2, 2)]
    assert folded.verdicts.is_empty()
    assert on_hand(found) == OPENED | {"Z": -2}
    assert free(found) == on_hand(found)
    assert failed(found) == ["commitments are covered"]  # nobody had a Z
