"""Segments per second of EDIFACT formats, beside pydifact's bare reader.

    python tests/bench/edifact.py [order lines, 20000 unless told]

Bytes to validated rows against the peer's segments, which it neither validates
here nor makes anything of. Both read the same payload in the same run, in turn;
medians of five. pydifact is a development dependency.
"""

import os
import sys
import warnings
from collections.abc import Callable
from functools import partial
from statistics import median
from time import process_time
from types import ModuleType
from typing import Any

# One core: a ratio between machines with other numbers of them says little.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

from pydifact.parser import Parser
from pydifact.segments import Segment, SegmentFactory

from transforms.contracts.profile import Profile
from transforms.feeds import edifact_desadv, edifact_invrpt, edifact_orders

PROFILE = Profile("bench", zone="America/New_York")
LINES_PER_MESSAGE = 10
TIMES = 5
UNB = "UNA:+.? '\nUNB+UNOC:3+BUYER:14+ORDERHOUSE:14+171227:0905+1'\n"


class Unchecked(SegmentFactory):
    """Its segments without its validation, which would cost it a third of its speed."""

    @staticmethod
    def create_segment(name: str, *elements: Any, **_: Any) -> Segment:  # noqa: ANN401
        return SegmentFactory.create_segment(name, *elements, validate=False)


def orders(count: int) -> bytes:
    head = [
        "BGM+220+PO-{n}+9'",
        "DTM+137:201712271502:203'",
        "NAD+BY+5412345000013::9++Buyer Example'",
        "NAD+DP+5412345000020::9++Ada Example+{n} Sample Street+Albany+NY+12201+US'",
        "CUX+2:USD:9'",
    ]
    line = ["LIN+{k}++SKU-{k}:SA'", "IMD+F++:::Widget no. {k}'", "QTY+21:{k}:PCE'"]
    line += ["PRI+AAA:12.50'"]
    return _payload("ORDERS", head, line, ["UNS+S'", "CNT+2:10'"], count)


def stock(count: int) -> bytes:
    head = ["BGM+35+IR-{n}+9'", "DTM+366:201712270600:203'", "NAD+WH+DC-EAST::92'"]
    line = ["LIN+{k}++SKU-{n}-{k}:SA'", "QTY+145:{k}:PCE'", "QTY+124:1:PCE'"]
    return _payload("INVRPT", head, line, [], count)


def notices(count: int) -> bytes:
    head = ["BGM+351+DN-{n}+9'", "DTM+11:201712271502:203'", "RFF+ON:PO-{n}'"]
    head += ["NAD+DP+DC-EAST::92'", "CPS+1'", "PAC+1++201::9'", "PCI+33E'"]
    head += ["GIN+BJ+354107380000001051'"]
    line = ["LIN+{k}++SKU-{k}:SA'", "QTY+12:{k}:PCE'", "RFF+ON:PO-{n}:{k}'"]
    return _payload("DESADV", head, line, ["CNT+2:10'"], count)


def _payload(
    kind: str, head: list[str], line: list[str], tail: list[str], count: int
) -> bytes:
    messages = count // LINES_PER_MESSAGE
    segments: list[str] = []
    for n in range(1, messages + 1):
        inner = [text.format(n=n) for text in head]
        for k in range(1, LINES_PER_MESSAGE + 1):
            inner += [text.format(n=n, k=k) for text in line]
        inner += tail
        size = len(inner) + 2
        segments += [f"UNH+{n}+{kind}:D:96A:UN'", *inner, f"UNT+{size}+{n}'"]
    return (UNB + "\n".join([*segments, f"UNZ+{messages}+1'"])).encode()


def peer(payload: bytes) -> None:
    for _ in Parser(Unchecked()).parse(payload.decode("latin-1")):
        pass


def seconds(call: Callable[[], object]) -> float:
    start = process_time()
    call()
    return process_time() - start


CASES: list[tuple[ModuleType, Callable[[int], bytes], int]] = [
    (edifact_orders, orders, 1),
    (edifact_invrpt, stock, 2),
    (edifact_desadv, notices, 1),
]


def main(count: int) -> None:
    print(f"{'format':24}{'segments/s':>12}{'pydifact':>12}{'ratio':>8}")
    for module, make, rows in CASES:
        payload = make(count)
        parsed = module.parse(payload, PROFILE)
        if parsed.rows.height != count * rows:
            raise SystemExit(f"{module.__name__}: {parsed.rejects}")
        ours, theirs = [], []
        for _ in range(TIMES):
            ours.append(seconds(partial(module.parse, payload, PROFILE)))
            theirs.append(seconds(partial(peer, payload)))
        size = parsed.lines.physical
        name = module.__name__.rpartition(".")[2]
        rate, peers = size / median(ours), size / median(theirs)
        print(f"{name:24}{rate:12,.0f}{peers:12,.0f}{rate / peers:8.1f}")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
