"""Objects become rows by declared paths; another shape refuses its unit."""

from itertools import permutations

import pytest

from transforms.contracts.profile import Profile
from transforms.feeds.reading.json_shapes import Listing, Shape
from transforms.feeds.reading.json_tables import (
    Kinds,
    Tables,
    take_apart,
    take_apart_by_kind,
)
from transforms.feeds.reading.json_units import (
    Texts,
    Unit,
    decoded,
    read_json_lines,
    read_line_units,
    read_units,
)

CHARGE = Shape("charge", ("amount",))
ITEM = Shape("item", ("sku", "price.amount"), (Listing("charges", CHARGE),))
ORDER = Shape(
    "order", ("id", "buyer.name", "tags"), (Listing("items", ITEM),), joined=("tags",)
)


def taken(*values: object, shape: Shape = ORDER) -> Tables:
    units = [Unit(line, [value]) for line, value in enumerate(values, start=1)]
    return take_apart(units, shape)


def test_rows_know_their_owner_by_its_number() -> None:
    found = taken(
        {"id": 1, "items": [{"sku": "A", "charges": [{"amount": 1}, {"amount": 0.1}]}]},
        {"id": 2},
        {"id": 3, "items": [{"sku": "B"}, {"sku": "C", "charges": [{"amount": "2"}]}]},
    )

    assert found.frames["order"].select("payload_line", "order_no", "id").rows() == [
        (1, 0, "1"),
        (2, 1, "2"),
        (3, 2, "3"),
    ]
    assert found.frames["item"].select("order_no", "item_no", "sku").rows() == [
        (0, 0, "A"),
        (2, 1, "B"),
        (2, 2, "C"),
    ]
    assert found.frames["charge"].select("item_no", "amount").rows() == [
        (0, "1"),
        (0, "0.1"),
        (2, "2"),
    ]


def test_numbers_go_on_from_batch_to_batch() -> None:
    found = taken(*({"id": n, "items": [{"sku": str(n)}] * 700} for n in range(25)))
    items = found.frames["item"]

    assert items["item_no"].to_list() == list(range(25 * 700))
    assert items.filter(order_no=24)["sku"].unique().to_list() == ["24"]


def test_a_cell_is_text_stripped_and_null_if_it_is_empty_or_no_scalar() -> None:
    found = taken(
        {"id": True, "buyer": {"name": "  Ada "}, "tags": ["a", 1]},
        {"id": [1], "buyer": {"name": " "}, "tags": "b"},
        {"buyer": None},
        {"buyer": []},
    )

    assert found.problems.is_empty()
    assert found.frames["order"].drop("payload_line", "order_no").rows() == [
        ("true", "Ada", "a,1"),
        (None, None, "b"),
        (None, None, None),
        (None, None, None),
    ]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (7, "line"),
        (None, "line"),
        ({"buyer": "Ada"}, "buyer"),
        ({"buyer": [1]}, "buyer"),
        ({"items": {"sku": "A"}}, "items"),
        ({"items": [None]}, "items"),
        ({"items": [{"price": 1}]}, "price"),
        ({"items": [{}, {"charges": "none"}]}, "charges"),
    ],
)
def test_another_shape_is_a_problem_of_its_line(value: object, name: str) -> None:
    problems = taken({"id": 1}, value, {"id": 3}).problems

    assert problems.select("payload_line", "column_name", "code").rows() == [
        (2, name, "BAD_JSON")
    ]


def test_a_loose_list_may_stand_in_an_object_or_be_one_object() -> None:
    loose = Listing("items", Shape("item", ("sku",)), inner="item", is_loose=True)
    shape = Shape("order", ("id",), (loose,))
    found = taken(
        {"items": [{"sku": "A"}]},
        {"items": {"item": [{"sku": "B"}]}},
        {"items": {"item": {"sku": "C"}}},
        {"items": {"item": None}},
        {"items": {"x": 1}},
        shape=shape,
    )

    assert found.frames["item"]["sku"].to_list() == ["A", "B", "C"]


def test_what_the_page_says_stands_beside_each_object_unless_it_says_it_itself() -> (
    None
):
    unit = Unit(1, [{"id": 1}, {"id": 2, "at": "noon"}], frame={"at": "dawn"})
    found = take_apart([unit], Shape("level", ("id",)), ("at",))

    assert found.frames["level"]["at"].to_list() == ["dawn", "noon"]


def test_a_table_of_two_owners_is_refused_before_anything_is_read() -> None:
    twice = Shape("order", (), (Listing("items", ITEM), Listing("charges", CHARGE)))

    with pytest.raises(ValueError, match="charge"):
        take_apart([], twice)


def kind_of(sku: object) -> str:
    return "item" if sku else ""


def are(skus: list[object], kind: str) -> bool:
    return {kind_of(sku) for sku in skus} == {kind}


ODD = {
    "none": (),
    "an object over two lines": ('{"id":7', ',"items":[]}'),
    "two objects on a line": ('{"id":7}{"id":8}',),
    "an object over two lines and two on one": ('{"id":7', "}", '{"id":8}{"id":9}'),
    "text over two lines": ('{"id":"7}', '{"}', '{"id":8}{"id":9}'),
    "parts over two lines": ('{"a":{"b":1}', '{"c":2}}', '{"id":8}{"id":9}'),
    "a line with blanks": (' {"id":7} ',),
    "a page": ('{"orders":[{"id":7},{"id":8}]}',),
    "a list": ('[{"id":7},{"id":8}]',),
    "a long number": ('{"id":7,"items":[{"price":{"amount":1234567890.123}}]}',),
    "another shape": ('{"id":7,"items":5}',),
    "no object": ("7", "null"),
    "an object of nothing": ("{}",),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=list(ODD))
def test_lines_read_at_once_say_what_each_says_by_itself(odd: tuple[str, ...]) -> None:
    plain = '{"id":1,"items":[{"sku":"A","charges":[{"amount":2}]}],"buyer":null}'
    for texts in permutations([plain, '{"id":"2","tags":["a"]}', "\n".join(odd)]):
        payload = "\n".join(texts).encode()
        lines = read_json_lines(payload, Profile("sample"))
        at_once = take_apart(read_units(lines), ORDER)
        singly = take_apart(decoded(read_units(lines)), ORDER)

        assert at_once.problems.equals(singly.problems)
        assert at_once.unit_lines == singly.unit_lines
        assert all(
            frame.equals(singly.frames[name]) for name, frame in at_once.frames.items()
        )


def test_lines_are_read_at_once_where_each_is_an_object() -> None:
    lines = read_json_lines(b'{"id":1}\n{"id":2}', Profile("sample"))
    (some,) = read_units(lines)

    assert isinstance(some, Texts)
    found = some.all_moulded(ORDER.top(some.opening.wrappers, ()))
    assert found
    assert ORDER.members.cells["id"](found) == [1, 2]


@pytest.mark.parametrize("guess", ["", "item"])
def test_kinds_read_at_once_are_those_of_each_by_itself(guess: str) -> None:
    shapes = {"": Shape("other", ("id", "sku")), "item": Shape("item", ("sku",))}
    kinds = Kinds(
        shapes, "sku", kind_of, lambda text: guess if '"s' in text else "", are
    )
    payload = b'{"sku":"A"}\n{"id":1}\n{"id":2}\n{"sku":"B","id":3}\n{"id":[]}'
    lines = read_json_lines(payload, Profile("sample"))
    at_once = take_apart_by_kind(read_line_units(lines), kinds)
    singly = take_apart_by_kind(decoded(read_line_units(lines)), kinds)

    assert at_once["item"].frames["item"]["payload_line"].to_list() == [1, 4]
    for name, tables in at_once.items():
        assert tables.unit_lines == singly[name].unit_lines
        assert all(
            frame.equals(singly[name].frames[table])
            for table, frame in tables.frames.items()
        )


def test_kinds_of_objects_get_tables_of_their_own() -> None:
    shapes = {"": Shape("other", ("id",)), "item": Shape("item", ("sku",))}
    units = [Unit(1, [{"sku": "A"}]), Unit(2, [{"id": 5}]), Unit(3, [7])]
    kinds = Kinds(shapes, "sku", kind_of, lambda _: "", are)
    found = take_apart_by_kind(units, kinds)

    assert found["item"].frames["item"]["payload_line"].to_list() == [1]
    assert found[""].frames["other"]["payload_line"].to_list() == [2]
    assert found[""].problems["payload_line"].to_list() == [3]
