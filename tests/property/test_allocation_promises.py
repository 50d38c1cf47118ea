"""What holds for every network, demand and stock."""

from collections.abc import Sequence
from datetime import date
from itertools import product

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.allocation.shop import (
    ZONES,
    a_line,
    certificate,
    decide,
    demand,
    limits,
    network,
    placed,
    stock,
)
from transforms.allocation.policy import FAIRNESSES, SOURCINGS, AllocationPolicy
from transforms.contracts.decisions.allocation import BUSINESS_CLASSES

SKUS = "AB"
NODES = tuple(ZONES)
GENEROUS = AllocationPolicy(max_shipments=3, sourcing="negotiated")

cells = st.fixed_dictionaries(
    {n: st.fixed_dictionaries({s: st.integers(0, 4) for s in SKUS}) for n in NODES}
)
lines = st.tuples(
    st.sampled_from(SKUS), st.integers(1, 4), st.sampled_from(["web", "business"])
)
orders = st.lists(
    st.tuples(st.lists(lines, min_size=1, max_size=3), st.booleans()),
    min_size=1,
    max_size=6,
)
kits = st.sampled_from([{"A": 1, "B": 2}, {"A": 2, "B": 1}, {"A": 1}, {"B": 1}])
NAMES = st.sampled_from(["A1B2", "A2B1"])
"""SKUs of the kits of two components, packed beforehand."""
policies = st.builds(
    AllocationPolicy,
    fairness=st.sampled_from(FAIRNESSES),
    sourcing=st.sampled_from(SOURCINGS),
    node_order=st.permutations(NODES).map(tuple),
    max_shipments=st.integers(1, 3),
    is_line_split_allowed=st.booleans(),
    split_cost_minor=st.sampled_from([0, 250, 5000]),
    min_shipment_value_minor=st.sampled_from([0, 0, 900]),
    capacity_horizon_days=st.integers(1, 2),
    max_candidate_nodes=st.integers(1, 4),
)
rooms = st.sampled_from([2, 5, 1000])
line_rooms = st.sampled_from([None, None, 1, 2, 5])


def named(kit: dict[str, int]) -> str:
    """SKU of a kit by what is in it."""
    return "".join(f"{sku}{per_kit}" for sku, per_kit in kit.items())


classes = st.lists(st.sampled_from(BUSINESS_CLASSES), min_size=6, max_size=6).map(
    lambda names: sorted(names, key=BUSINESS_CLASSES.index)
)
"""Of as many orders as are drawn at most, in demand order."""


def wanted_of(
    asked: list, *, may_be_whole: bool = True, named: Sequence[str] = ()
) -> pl.DataFrame:
    """Demand of the drawn orders; every order belongs to its first channel.

    Those of FILL were told a date that is still to come, where classes are named.
    """
    rows = [
        a_line(
            f"o{number}",
            sku,
            qty,
            line_no=line_no,
            channel_id=parts[0][2],
            is_ship_complete=is_whole and may_be_whole,
            business_class=named[number] if named else "REDISTRIBUTE",
            told_date=date(2018, 1, 1) if "FILL" in named[number:][:1] else None,
        )
        for number, (parts, is_whole) in enumerate(asked)
        for line_no, (sku, qty, _) in enumerate(parts, 1)
    ]
    return demand(*rows)


def one_sided(units: int = 1000, lines: int | None = None) -> pl.DataFrame:
    """MID serves business alone, WEST the web alone, EAST both."""
    facts: dict[str, object] = {
        "daily_capacity_units": units,
        "daily_capacity_lines": lines,
    }
    return network(
        EAST=facts,
        MID={**facts, "channels": "business"},
        WEST={**facts, "channels": "web"},
    )


def aged(held: dict, old: dict) -> pl.DataFrame:
    """Of what is held, what is too old for the web, and what more for business."""
    parts = [limits().clear()]
    for node, sku in product(NODES, SKUS):
        there, gone = held[node][sku], 0
        for channel, days in (("web", 10), ("business", 60)):
            gone = min(there, gone + old[node][sku])
            told = (node, channel, there, there - gone)
            parts.append(limits(told, sku=sku, channel_days=days))
    return pl.concat(parts)


@given(
    orders,
    cells,
    cells,
    policies,
    st.tuples(rooms, line_rooms),
    st.none() | classes,
)
def test_the_certificate_of_every_decision_is_clean(
    asked: list,
    held: dict,
    old: dict,
    policy: AllocationPolicy,
    room: tuple[int, int | None],
    named: list | None,
) -> None:
    """Conservation, supply, age, room, split limits, costs and fairness at once."""
    wanted = wanted_of(asked, named=named or ())
    supply, nodes = stock(held), one_sided(*room)
    limited = aged(held, old) if room[0] == 5 else limits().clear()

    decided = decide(wanted, supply, nodes, policy, limits=limited)
    shipments = policy.max_shipments
    proofs = certificate(
        decided,
        wanted,
        supply,
        nodes,
        shipments,
        limits=limited,
        fairness=policy.fairness,
    )

    assert proofs.filter(pl.col("failed_rows") > 0).rows() == []


@given(orders, cells, st.sampled_from(NODES), st.sampled_from(SKUS))
def test_more_supply_never_fills_less(
    asked: list, held: dict, node: str, sku: str
) -> None:
    """Without ship-complete orders and with a shipment per node allowed."""
    wanted = wanted_of(asked, may_be_whole=False)
    more = {**held, node: {**held[node], sku: held[node][sku] + 1}}

    before = decide(wanted, stock(held), one_sided(), GENEROUS)
    after = decide(wanted, stock(more), one_sided(), GENEROUS)

    assert sum(placed(before).values()) <= sum(placed(after).values())


@given(orders, cells)
def test_nothing_useful_is_left_while_somebody_waits(asked: list, held: dict) -> None:
    wanted = wanted_of(asked, may_be_whole=False)

    decided = decide(wanted, stock(held), one_sided(), GENEROUS)
    short = decided.backorders["line_id"].to_list()
    useful = decided.trace.filter(
        pl.col("line_id").is_in(short) & (pl.col("failed_rules") == "")
    )
    used = useful.group_by("line_id").agg(
        pl.col("atp_qty").sum(), pl.col("chosen_qty").sum()
    )

    assert (used["chosen_qty"] == used["atp_qty"]).all()


@given(orders, cells, policies, st.randoms(use_true_random=False))
@settings(max_examples=15)
def test_row_order_does_not_matter(
    asked: list, held: dict, policy: AllocationPolicy, chance: object
) -> None:
    seed = chance.randint(0, 2**32)  # type: ignore[attr-defined]
    wanted, supply, nodes = wanted_of(asked), stock(held), one_sided(5)

    straight = decide(wanted, supply, nodes, policy)
    inputs = (wanted, supply, nodes)
    mixed = [f.sample(fraction=1, shuffle=True, seed=seed) for f in inputs]
    shuffled = decide(*mixed, policy)

    for name, frame in vars(straight).items():
        assert frame.equals(vars(shuffled)[name])


@given(
    st.lists(
        st.tuples(st.lists(st.tuples(kits, st.integers(1, 3)), min_size=1), rooms),
        min_size=1,
        max_size=4,
    ),
    cells,
    policies,
    line_rooms,
    st.dictionaries(st.tuples(st.sampled_from(NODES), NAMES), st.integers(0, 3)),
)
def test_no_kit_is_halved_whatever_else_wants_its_components(
    asked: list,
    held: dict,
    policy: AllocationPolicy,
    picked: int | None,
    packed: dict,
) -> None:
    """Nor given packed where it does not lie, nor twice."""
    wanted = demand(
        *(
            a_line(
                f"o{number}",
                sku,
                qty * per_kit,
                line_id=f"o{number}/{line_no}~{sku}",
                line_no=line_no,
                kit_line_id=f"o{number}/{line_no}" if len(kit) > 1 else None,
                kit_qty=per_kit if len(kit) > 1 else None,
                kit_sku_id=named(kit) if len(kit) > 1 else None,
                whole_kit_qty=qty if len(kit) > 1 else None,
            )
            for number, (parts, _) in enumerate(asked)
            for line_no, (kit, qty) in enumerate(parts, 1)
            for sku, per_kit in kit.items()
        )
    )
    shelves = {node: dict(skus) for node, skus in held.items()}
    for (node, kit), qty in packed.items():
        shelves[node][kit] = qty
    supply = stock(shelves)
    nodes = one_sided(min(room for _, room in asked), picked)

    decided = decide(wanted, supply, nodes, policy)
    shipments, fairness = policy.max_shipments, policy.fairness
    proofs = certificate(decided, wanted, supply, nodes, shipments, fairness=fairness)

    assert proofs.filter(pl.col("failed_rows") > 0).rows() == []
    left = dict(decided.backorders.select("line_id", "qty").iter_rows())
    for kit_line, parts in wanted.filter(pl.col("kit_qty") > 0).group_by("kit_line_id"):
        lacks = {
            -(-left.get(line, 0) // per_kit)
            for line, per_kit in parts.select("line_id", "kit_qty").iter_rows()
        }
        assert len(lacks) == 1, kit_line
    given_packed = decided.allocations.filter(pl.col("packed_in") != "NONE")
    kits_given = given_packed.group_by("kit_line_id", "node_id", "packed_in").agg(
        kits=(pl.col("qty") // pl.col("kit_qty")).max()
    )
    for node, kit, kits in (
        kits_given.group_by("node_id", "packed_in")
        .agg(pl.col("kits").sum())
        .iter_rows()
    ):
        assert kits <= packed[node, kit]


@given(orders, cells)
def test_later_orders_never_change_what_an_earlier_one_gets(
    asked: list, held: dict
) -> None:
    """How many eaches; which node may give way to a later line's only one."""
    wanted = wanted_of(asked, may_be_whole=False)
    first = wanted.filter(pl.col("order_id") == "o0")

    alone = decide(first, stock(held), one_sided(), GENEROUS)
    among = decide(wanted, stock(held), one_sided(), GENEROUS)
    given_among = among.allocations.filter(pl.col("order_id") == "o0")["qty"].sum()

    assert alone.allocations["qty"].sum() == given_among


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.sets(st.sampled_from(NODES), min_size=1)),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from([0, 90, 250, 900]),
    st.integers(1, 3),
)
def test_no_other_way_to_ship_the_whole_order_is_cheaper(
    parts: list, split_cost: int, max_shipments: int
) -> None:
    """Against every assignment of lines to nodes, counted by hand."""
    policy = AllocationPolicy(split_cost_minor=split_cost, max_shipments=max_shipments)
    rows = [a_line("o", f"S{n}", q, line_no=n) for n, (q, _) in enumerate(parts, 1)]
    held = {
        node: {f"S{n}": 9 for n, (_, at) in enumerate(parts, 1) if node in at}
        for node in NODES
    }

    decided = decide(demand(*rows), stock(held), policy=policy)
    costs = [
        sum(ZONES[node] * 100 + 50 for node in set(way))
        + sum(q * (ZONES[n] * 10 + 5) for n, (q, _) in zip(way, parts, strict=True))
        + split_cost * (len(set(way)) - 1)
        for way in product(*(at for _, at in parts))
        if len(set(way)) <= max_shipments
    ]

    if costs:
        assert min(costs) == decided.allocations["total_minor"].sum()


@given(
    st.lists(
        st.tuples(
            st.lists(st.tuples(lines, st.sampled_from([None, "g", "h"])), min_size=1),
            st.booleans(),
        ),
        min_size=1,
        max_size=4,
    ),
    cells,
    policies,
    st.tuples(rooms, line_rooms),
)
def test_no_group_is_torn_and_none_that_comes_first_waits_for_a_later_one(
    asked: list, held: dict, policy: AllocationPolicy, room: tuple[int, int | None]
) -> None:
    """The first order's group is given where one node could give it alone."""
    parts = [([line for line, _ in parts], whole) for parts, whole in asked]
    groups = [group for parts, _ in asked for _, group in parts]
    kept = pl.Series("keep_together", groups, pl.String)
    wanted = wanted_of(parts).with_columns(kept)
    supply, nodes = stock(held), one_sided(*room)

    decided = decide(wanted, supply, nodes, policy)
    shipments, fairness = policy.max_shipments, policy.fairness
    proofs = certificate(decided, wanted, supply, nodes, shipments, fairness=fairness)

    assert proofs.filter(pl.col("failed_rows") > 0).rows() == []
    given_of = decided.allocations.group_by("line_id").agg(
        given=pl.col("qty").sum(), nodes=pl.col("node_id").unique()
    )
    told = wanted.join(given_of, on="line_id", how="left").filter(
        pl.col("keep_together").is_not_null()
    )
    for _, group in told.group_by("order_id", "keep_together"):
        some = group.filter(pl.col("given") > 0)
        assert some.height in {0, group.height}
        assert (some["given"] == some["open_qty"]).all()
        assert some["nodes"].explode().n_unique() <= 1
    alone = wanted.filter(pl.col("order_id") == "o0")
    if policy.fairness == "strict":
        first = decide(alone, supply, nodes, policy)
        among = decided.allocations.filter(pl.col("order_id") == "o0")
        assert first.allocations.is_empty() == among.is_empty()
