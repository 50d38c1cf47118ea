"""``orderhouse trace``: which files and lines a figure comes from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.hindsight import SHOWN, write_rows
from orchestration.cli.paper import underway
from orchestration.cli.summary import rate
from orchestration.cli.why import print_section
from orchestration.resources.house import House
from orchestration.resources.lineage.figures import METRICS, RATES
from orchestration.resources.lineage.lineage import Lineage
from orchestration.resources.lineage.metric import Trace
from transforms.allocation.explain import Section

SAMPLE = 3
"""Values of a dimension that ``--check`` looks at, spread over all of them."""

COVERED, NOT_COVERED = 0, 1


def trace_metric(name: str, where: list[str], out: str) -> int:
    """Print a figure, its causes, and how much of it they cover.

    Of a rate both figures that it is made of.

    Args:
        name: metric or rate; all are listed when empty.
        where: ``dimension=value``, each must hold.
        out: file for every row, .csv or .parquet.

    Returns:
        0 when every each, cent or line of the figure has a file and a line, else 1.

    Raises:
        CommandError: a condition cannot be read.
        RefusalError: no such metric, or it cannot be cut so.
    """
    if not name:
        _list()
        return COVERED
    chosen = dict(map(_pair, where))
    house = House.open()
    try:
        house.past_runs()
        lineage = Lineage(house)
        traced = [lineage.trace(one, chosen) for one in RATES.get(name, (name,))]
    finally:
        house.close()
    if name in RATES:
        _tell_rate(name, *traced)
    for found in traced:
        _tell(found, chosen)
    if out:
        write_rows(pl.concat(found.rows for found in traced), Path(out))
    return COVERED if all(found.is_covered for found in traced) else NOT_COVERED


def check_metrics() -> int:
    """Hold every metric, whole and cut by a sample of its values, against its causes.

    Returns:
        0 when all are covered, else 1.
    """
    house = House.open()
    try:
        house.past_runs()
        with underway() as tell:
            gaps = uncovered(house, tell=tell)
    finally:
        house.close()
    for gap in gaps:
        CONSOLE.print(_coverage(gap))
    CONSOLE.print(f"{len(METRICS)} metrics, {len(gaps)} figures not covered")
    return NOT_COVERED if gaps else COVERED


def uncovered(
    house: House, cuts: int = 0, tell: Callable[[str], None] = lambda _: None
) -> list[Trace]:
    """Figures that their causes do not make up: each whole, and cut by a sample.

    Args:
        house: whose.
        cuts: of each figure at most, another dimension of each; all without.
        tell: hears which metric is held against its causes.
    """
    lineage = Lineage(house)
    # Wholes first: what they folded serves the cuts.
    asked: list[tuple[str, dict[str, str]]] = [(name, {}) for name in METRICS]
    with house.lake.one_snapshot():
        for number, name in enumerate(METRICS):
            sample = _sample(lineage, name)
            turned = sample[number % max(len(sample), 1) :] + sample
            asked += [(name, cut) for cut in turned[: cuts or len(sample)]]
        traced, told = [], ""
        for number, (name, cut) in enumerate(asked, start=1):
            if name != told:
                tell(f"figure {number} of {len(asked)}: {name}")
            traced.append(lineage.trace(name, cut))
            told = name
    return [found for found in traced if not found.is_covered]


def _sample(lineage: Lineage, name: str) -> list[dict[str, str]]:
    """Some values of each dimension, the first one of them."""
    found = []
    for dimension, values in lineage.values(name).items():
        step = max(-(-len(values) // SAMPLE), 1)
        found += [{dimension: value} for value in values.gather_every(step)]
    return found


def _pair(text: str) -> tuple[str, str]:
    name, is_pair, value = text.partition("=")
    if not is_pair:
        raise CommandError(f"--where {text!r}: write it as channel=web_shop")
    return name.strip(), value.strip()


def _list() -> None:
    rows = pl.DataFrame(
        [(m.name, m.unit, m.table, ", ".join(m.dimensions)) for m in METRICS.values()],
        schema=["metric", "unit", "table", "--where"],
        orient="row",
    )
    made = ", ".join(f"{name} = {a} / {b}" for name, (a, b) in RATES.items())
    print_section(Section("Metrics", rows, made))


def _tell_rate(name: str, above: Trace, below: Trace) -> None:
    is_share = above.metric.unit == below.metric.unit
    said = rate(above.figure, below.figure) if is_share else "–"
    if not is_share and below.figure:
        said = f"{above.figure / below.figure:,.1f} {above.metric.unit}"
    CONSOLE.print(f"{name}: {said} = {above.metric.name} / {below.metric.name}")


def _tell(found: Trace, chosen: dict[str, str]) -> None:
    cut = "".join(f", {name} {value}" for name, value in chosen.items())
    title = f"{found.metric.name}{cut}: {found.figure:,} {found.metric.unit}"
    shown = found.rows.head(SHOWN).select(
        "subject",
        "cause",
        "value",
        place=pl.concat_str(
            "file_name", "payload_line", separator=":", ignore_nulls=True
        ),
    )
    note = f"{_coverage(found)}; {found.rows.height} rows"
    if found.rows.height > SHOWN:
        note += f", the first {SHOWN} here; --out FILE writes all"
    print_section(Section(title, shown, note, "nothing makes it up"))


def _coverage(found: Trace) -> str:
    place = "a file" if found.metric.is_of_files else "a file and a line"
    return (
        f"{found.metric.name}: {found.traced:,} of {found.figure:,}"
        f" {found.metric.unit} have {place}"
    )
