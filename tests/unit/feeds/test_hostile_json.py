"""JSON that means harm ends in a verdict, within bounds, whatever reads it."""

from time import process_time
from types import ModuleType

import pytest

from transforms.contracts.profile import Profile
from transforms.feeds import (
    amazon_spapi_orders,
    shipbob_inventory,
    shipbob_shipments,
    shopify_inventory_levels,
    shopify_orders,
    shopify_orders_bulk,
    tmall_trades,
    walmart_orders,
    woocommerce_orders,
)

LONGEST_SECONDS = 10
"""Processor time a file may take."""

READERS = (
    shopify_orders,
    shopify_orders_bulk,
    woocommerce_orders,
    amazon_spapi_orders,
    walmart_orders,
    tmall_trades,
    shopify_inventory_levels,
    shipbob_inventory,
    shipbob_shipments,
)
WRAPPERS = (b"orders", b"payload", b"list", b"trade", b"items", b"inventory_levels")
HOSTILE = {
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep lists over lines": b"[\n" * 5_000 + b"]\n" * 5_000,
    "lists that never close": b"[" * 1_000_000,
    "objects that never close": b"{\n" * 50_000,
    "a name said twice": b'{"id":1,"id":2,"orders":[],"orders":[{}]}',
    "no numbers": b'{"id":NaN}\n{"id":Infinity}\n{"id":-Infinity}',
    "400 digits": b'{"id":' + b"9" * 400 + b"}",
    "400 digits on a page": b'[\n{"id":' + b"9" * 400 + b"}\n]",
    "a million digits": b'[\n{"id":' + b"9" * 1_000_000 + b"}\n]",
    "exponents": b'{"id":1e999999999}\n{"id":1e-999999999,"total":1e-9999}',
    "half a pair": b'{"id":"\\ud800"}\n{"fetched_at":"\\udfff","items":[{"sku":1}]}',
    "half a pair around a page": b'{"fetched_at":"\\ud800",\n"items":[\n{"sku":1}\n]}',
    "hidden controls": b'{"id":"\\u0000\\u001f\\b\\f"}',
    "an endless cell": b'{"id":"' + b"x" * 10_000_000 + b'"}',
    "scalars": b'1\n"x"\nnull\ntrue\n1.5\n[]\n{}\n[[]]\n[null]',
    "documents on documents": b"{}{}\n" * 10_000,
    "objects of nothing": b"[\n" + b"{},\n" * 50_000 + b"{}]",
    "objects in objects": b"[\n" + b'{"a":\n' * 20_000,
    "commas": b"[\n" + b",\n" * 50_000,
    "quotes": b'"' * 100_001 + b"\n" + b'{"a":"' * 20_000,
    "backslashes": b'{"a":"' + b"\\" * 1_000_001 + b'"}',
    "a hundred thousand members": b"{"
    + b",".join(b'"k%d":1' % number for number in range(100_000))
    + b"}",
    **{
        f"{name.decode()} in {name.decode()}": (b'{"%s":' % name) * 5_000
        + b"{}"
        + b"}" * 5_000
        for name in WRAPPERS
    },
    **{
        f"{name.decode()} of another shape": b"\n".join(
            b'{"%s":%s}' % (name, value)
            for value in (
                b"1",
                b'"x"',
                b"null",
                b"[1]",
                b"[[{}]]",
                b'{"a":1}',
                b"[null]",
            )
        )
        for name in WRAPPERS
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS, ids=lambda m: m.__name__.rpartition(".")[2])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_json_balances_in_time_and_gives_no_row(
    reader: ModuleType, name: str
) -> None:
    began = process_time()
    parsed = reader.parse(HOSTILE[name], Profile("stranger"))

    assert process_time() - began < LONGEST_SECONDS
    assert parsed.lines.is_balanced()
    assert parsed.lines.quarantined == parsed.rejects.height
    assert parsed.rows.is_empty()
