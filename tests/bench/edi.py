"""Validated X12 rows against a bare reader of another project.

    python tests/bench/edi.py [segments, 60000 unless told]

``X12Reader`` of pyx12 cuts the same bytes into segments and checks envelopes
and counts, no more; a two-level split of the text is the floor of any reader in
Python. All three run in turn, so that a busy machine slows them alike; medians.
The goal is three times the segments of pyx12 a second, from bytes to rows.
"""

import io
import os
import sys
from collections.abc import Callable
from datetime import datetime
from statistics import median
from time import process_time
from types import ModuleType

# One core: a ratio between machines with other numbers of them says little.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

from pyx12.x12file import X12Reader

from transforms.contracts.profile import Profile
from transforms.edi.writer import write_interchange
from transforms.feeds import x12_846, x12_850, x12_856, x12_945

PROFILE = Profile("bench", zone="America/New_York")
TIMES = 7
GOAL = 3.0

Segments = list[list[str]]


def order(number: int) -> Segments:
    """An 850 of ten lines, 31 segments with its envelope."""
    segments = [
        ["BEG", "00", "SA", f"PO-{number}", "", "20171227"],
        ["CUR", "BY", "USD"],
        ["DTM", "097", "20171227", f"{number % 24:02d}{number % 60:02d}"],
        ["N1", "BY", "Example Offices", "92", f"B-{number}"],
        ["N1", "ST", "Ada Example"],
        ["N3", f"{number} Sample Street"],
        ["N4", "Springfield", "IL", "62701", "US"],
    ]
    for line in range(1, 11):
        sku = str(800_000 + number * 7 + line)
        price = f"{number % 90}.{line:02d}"
        segments += [
            ["PO1", str(line), str(number % 3 + 1), "EA", price, "", "VP", sku],
            ["PID", "F", "", "", "", "SOUP TOMATO CONDENSED"],
        ]
    return [*segments, ["CTT", "10"]]


def shipment(number: int) -> Segments:
    """A 945 of five lines, 27 segments with its envelope."""
    segments = [
        ["W06", "F", f"FO-{number}", "20171228", f"SHP-{number}"],
        ["N1", "SF", "Harbor", "92", "3PL-HARBOR"],
        ["G62", "11", "20171228", "W", f"{number % 24:02d}{number % 60:02d}"],
        ["W27", "M", "UPSN"],
    ]
    for line in range(1, 6):
        sku = str(800_000 + number * 7 + line)
        segments += [
            ["LX", str(line)],
            ["MAN", "CP", f"1Z{number:08d}{line}"],
            ["W12", "CC", "2", "2", "0", "EA", "", "VN", sku],
            ["N9", "LI", str(line)],
        ]
    return [*segments, ["W03", "10"]]


def count(number: int) -> Segments:
    """An 846 of a thousand products in two stock statuses, 3,005 segments."""
    segments = [
        ["BIA", "00", "MB", f"C-{number}", "20171227", "2200"],
        ["N1", "WH", "Harbor", "92", "3PL-HARBOR"],
    ]
    for line in range(1_000):
        segments += [
            ["LIN", "", "VN", str(800_000 + number * 1_000 + line)],
            ["QTY", "17", str(line % 400), "EA"],
            ["QTY", "74", str(line % 3), "EA"],
        ]
    return [*segments, ["CTT", "1000"]]


def notice(number: int) -> Segments:
    """An 856 of ten items in two packs, 48 segments with its envelope."""
    segments = [
        ["BSN", "00", f"SHP-{number}", "20171229", "0910"],
        ["HL", "1", "", "S"],
        ["TD5", "", "2", "UPSN"],
        ["REF", "CN", f"1Z{number:08d}"],
        ["N1", "ST", "DC East", "92", "DC-EAST"],
        ["HL", "2", "1", "O"],
        ["PRF", f"PO-{number}"],
    ]
    for pack in range(2):
        above = 3 + pack * 6
        segments += [
            ["HL", str(above), "2", "P"],
            ["MAN", "GM", f"{number:018d}{pack}"],
        ]
        for line in range(1, 6):
            segments += [
                ["HL", str(above + line), str(above), "I"],
                ["LIN", str(line), "VP", str(800_000 + number * 7 + line)],
                ["SN1", "", "4", "EA"],
            ]
    return segments


CASES: list[tuple[ModuleType, str, Callable[[int], Segments]]] = [
    (x12_850, "PO", order),
    (x12_945, "SW", shipment),
    (x12_846, "IB", count),
    (x12_856, "SH", notice),
]


def payload(
    code: str, group: str, make: Callable[[int], Segments], wanted: int
) -> bytes:
    size = len(make(0)) + 2
    return write_interchange(
        [(code, make(number)) for number in range(max(1, wanted // size))],
        functional_id=group,
        sender="BENCH",
        receiver="ORDERHOUSE",
        control_no=1,
        at=datetime(2017, 12, 28),  # noqa: DTZ001 the wall's hour
    )


def bare_reader(text: str) -> int:
    return sum(1 for _ in X12Reader(io.StringIO(text)))


def bare_split(content: bytes) -> None:
    for segment in content.decode().split("~"):
        segment.split("*")


def seconds(call: Callable[[], object]) -> float:
    """Processor time: other work on the machine is not ours."""
    start = process_time()
    call()
    return process_time() - start


def main(wanted: int) -> None:
    head = f"{'format':10}{'segments':>10}{'rows':>9}{'ours/s':>12}{'pyx12/s':>11}"
    print(f"{head}{'split/s':>12}{'x pyx12':>9}{'/ split':>9}")
    for module, group, make in CASES:
        code = module.__name__[-3:]
        content = payload(code, group, make, wanted)
        text, size = content.decode(), content.count(b"~")
        parsed = module.parse(content, PROFILE)
        if parsed.rejects.height:
            raise SystemExit(f"{module.__name__}: {parsed.rejects}")
        calls: list[Callable[[], object]] = [
            lambda m=module, c=content: m.parse(c, PROFILE),  # type: ignore[misc]
            lambda t=text: bare_reader(t),  # type: ignore[misc]
            lambda c=content: bare_split(c),  # type: ignore[misc]
        ]
        runs = [[seconds(call) for call in calls] for _ in range(TIMES)]
        ours, theirs, split = (median(times) for times in zip(*runs, strict=True))
        rates = f"{size / ours:12,.0f}{size / theirs:11,.0f}{size / split:12,.0f}"
        ratio = theirs / ours
        verdict = "" if ratio >= GOAL else f"  below the goal of {GOAL}"
        counts = f"{size:10,}{parsed.rows.height:9,}"
        print(f"x12_{code:6}{counts}{rates}{ratio:9.1f}{ours / split:9.1f}{verdict}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60_000)
