"""The same facts in other files: shuffled, repeated, split.

What a partner says must not depend on how it is cut into files or when the
files arrive, as long as they arrive before the run. An order's lines stay in
one file: a partner that sends half an order says something else.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import PurePath

from orchestration.cli.trial import NIGHT
from transforms.contracts.simulation import NamedBytes

ORDER_KEYS = {"marketplace": ("\t", (0,)), "stores": (",", (0, 2))}
"""Separator and columns that name the order, for orders of several lines."""

PARTS = 3


def rearranged(files: Sequence[NamedBytes], seed: int) -> list[NamedBytes]:
    """The files split, 10 % of them twice, in another order of arrival."""
    chance = random.Random(seed)  # noqa: S311 repeatable, no secret
    pieces = [piece for file in files for piece in split(file, chance)]
    twice = chance.sample(pieces, k=max(1, len(pieces) // 10))
    copies = [replace(file, name=_named(file.name, "copy")) for file in twice]
    every = pieces + copies
    return [
        moved
        for is_night in (True, False)
        for moved in _shuffled(
            [f for f in every if (f.received_at <= NIGHT) is is_night], chance
        )
    ]


def split(file: NamedBytes, chance: random.Random) -> list[NamedBytes]:
    """One file as up to three that say the same together."""
    parts = _SPLITTERS[PurePath(file.name).suffix](file, chance)
    return [
        replace(file, name=_named(file.name, str(number)), content=content)
        for number, content in enumerate(parts)
    ]


def _shuffled(files: list[NamedBytes], chance: random.Random) -> list[NamedBytes]:
    """The same hours, dealt out anew; no two files share one."""
    if not files:
        return []
    first = min(file.received_at for file in files)
    hours: list[datetime] = [first + timedelta(seconds=n) for n in range(len(files))]
    chance.shuffle(hours)
    return [replace(f, received_at=h) for f, h in zip(files, hours, strict=True)]


def _lines(file: NamedBytes, chance: random.Random) -> Iterator[bytes]:
    head, *rows = file.content.decode().splitlines(keepends=True)
    for part in _dealt(_orders(file.partner_id, file.name, rows), chance):
        yield (head + "".join(part)).encode()


def _orders(partner: str, name: str, rows: list[str]) -> list[str]:
    """Rows, those of one order glued together."""
    if partner not in ORDER_KEYS or not name.startswith(("orders", "sales")):
        return rows
    separator, places = ORDER_KEYS[partner]

    def order(row: str) -> list[str]:
        cells = row.split(separator)
        return [cells[place] for place in places]

    return ["".join(mates) for _, mates in groupby(rows, key=order)]


def _objects(file: NamedBytes, chance: random.Random) -> Iterator[bytes]:
    rows = file.content.decode().splitlines(keepends=True)
    return ("".join(part).encode() for part in _dealt(rows, chance))


def _sets(file: NamedBytes, chance: random.Random) -> Iterator[bytes]:
    """Transaction sets in envelopes of their own, with right counts and numbers."""
    segments = file.content.decode().splitlines(keepends=True)
    isa, gs, ge, iea = segments[0], segments[1], segments[-2], segments[-1]
    sets: list[str] = []
    for segment in segments[2:-2]:
        if segment.startswith("ST*"):
            sets.append("")
        sets[-1] += segment
    number = ge.rstrip("~\n").split("*")[2]
    for place, part in enumerate(_dealt(sets, chance)):
        fresh = str(int(number) * 10 + place)
        yield "".join(
            (
                isa.replace(f"*{int(number):09d}*", f"*{int(fresh):09d}*"),
                gs.replace(f"*{number}*X*", f"*{fresh}*X*"),
                *part,
                f"GE*{len(part)}*{fresh}~\n",
                iea.replace(f"*{int(number):09d}", f"*{int(fresh):09d}"),
            )
        ).encode()


def _whole(file: NamedBytes, _chance: random.Random) -> Iterator[bytes]:
    yield file.content


def _unread_or_table(file: NamedBytes, chance: random.Random) -> Iterator[bytes]:
    is_table = file.partner_id == "marketplace"
    return _lines(file, chance) if is_table else _whole(file, chance)


def _dealt(items: list[str], chance: random.Random) -> list[list[str]]:
    """Items dealt into at most three hands, each shuffled.

    A hand of nothing, or of blank lines, is not sent: an empty file is a fault.
    """
    hands: list[list[str]] = [[] for _ in range(PARTS)]
    for item in items:
        hands[chance.randrange(PARTS)].append(item)
    for hand in hands:
        chance.shuffle(hand)
    return [hand for hand in hands if "".join(hand).strip()]


def _named(name: str, mark: str) -> str:
    path = PurePath(name)
    return f"{path.stem}_{mark}{path.suffix}"


_SPLITTERS: dict[str, Callable[[NamedBytes, random.Random], Iterator[bytes]]] = {
    ".csv": _lines,
    ".txt": _unread_or_table,
    ".jsonl": _objects,
    ".edi": _sets,
}
