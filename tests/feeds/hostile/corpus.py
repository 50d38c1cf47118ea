"""The hostile corpus: what lies in it, and its cases judged one after another.

    python tests/feeds/hostile/corpus.py NAME …

reads each case with its format, in this process, under the limits that the
service promises, and prints what came out as one line of JSON.
"""

from __future__ import annotations

import csv
import importlib
import json
import re
import resource
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

HERE = Path(__file__).parent
MAX_SECONDS, MAX_MEGABYTES = 10, 512
GRACE_MEGABYTES = 4096
"""Address space that may be reserved; most of it is never used."""


@dataclass(frozen=True)
class Case:
    """A file nobody would send, and what must become of it.

    Args:
        name: family and name; of a file, its path without ``.in``.
        format: that reads it.
        is_made: by a recipe, because it is large.
        verdict: ACCEPTED, PARTIAL or REJECTED.
        codes: of its rejects, all of them.
        rows: accepted.
        profile: fields of the sender's profile.
        why: what is hostile about it.
    """

    name: str
    format: str
    is_made: bool
    verdict: str
    codes: frozenset[str]
    rows: int
    profile: dict[str, Any]
    why: str

    @property
    def payload(self) -> bytes:
        """Its bytes."""
        if self.is_made:
            from tests.feeds.hostile.recipes import RECIPES  # noqa: PLC0415 of large ones only

            return RECIPES[self.name]()
        return (HERE / f"{self.name}.in").read_bytes()


def corpus() -> list[Case]:
    """Every case of the index, in its order."""
    with (HERE / "index.csv").open(newline="") as file:
        return [
            Case(
                name=row["name"],
                format=row["format"],
                is_made=row["source"] == "recipe",
                verdict=row["verdict"],
                codes=frozenset(row["codes"].split()),
                rows=int(row["rows"]),
                profile=json.loads(row["profile"] or "{}"),
                why=row["why"],
            )
            for row in csv.DictReader(file)
        ]


def judged(case: Case) -> dict[str, Any]:
    """What became of a case, and what it cost."""
    # Imported here: the limits count from what is loaded.
    from transforms.contracts.profile import Profile  # noqa: PLC0415

    parse = importlib.import_module(f"transforms.feeds.{case.format}").parse
    profile = Profile(**({"partner_id": "hostile"} | case.profile))
    payload = case.payload
    with _Cost() as cost:
        parsed = parse(payload, profile)
    return {
        "name": case.name,
        "verdict": parsed.verdict,
        "codes": sorted(set(parsed.rejects["code"])),
        "rows": parsed.rows.height,
        "is_balanced": parsed.lines.is_balanced()
        and parsed.lines.quarantined == parsed.rejects.height,
        "leaks": list(_leaks(parsed)),
        "seconds": cost.seconds,
        "megabytes": cost.megabytes,
    }


class _Cost:
    """Seconds of the processor and megabytes at the peak, of a block."""

    seconds = 0.0
    megabytes = 0

    def __enter__(self) -> Self:
        # Since this very moment, where the system can forget an earlier peak.
        Path("/proc/self/clear_refs").write_text("5")
        self._before, self._start = _memory("VmRSS"), time.process_time()
        used = int(self._start) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (used + 2 * MAX_SECONDS, -1))
        room = _memory("VmSize") + GRACE_MEGABYTES
        resource.setrlimit(resource.RLIMIT_AS, (room << 20, -1))
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.process_time() - self._start
        self.megabytes = _memory("VmHWM") - self._before
        resource.setrlimit(resource.RLIMIT_AS, (-1, -1))


def _memory(name: str) -> int:
    """A figure of this process, in megabytes."""
    said = re.search(rf"{name}:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(said[1]) // 1024 if said else 0


_SECRETS = re.compile(r"[0-9](?:[ -]?[0-9]){12,18}")


def _leaks(parsed: Any) -> Iterator[str]:  # noqa: ANN401 loaded late
    """Cells of rejects and notices that show a card number."""
    from transforms.contracts.cards import find  # noqa: PLC0415 see above

    said = [*parsed.rejects.select("column_name", "message", "masked_value").rows()]
    said += parsed.notices.select("column_name", "message").rows()
    for cell in {cell or "" for row in said for cell in row}:
        if _SECRETS.search(cell) and find(cell, is_free_text=True):
            yield cell


def main(names: list[str]) -> None:
    """Judge the named cases; what raises is told like what does not."""
    importlib.import_module("polars")
    cases = {case.name: case for case in corpus()}
    for name in names:
        try:
            found = judged(cases[name])
        except Exception:  # noqa: BLE001 nothing may raise, and what did is told
            found = {"name": name, "traceback": traceback.format_exc()}
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parents[2]))
    main(sys.argv[1:])
