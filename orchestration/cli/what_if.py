"""``orderhouse what-if``: a run, or days, under other rules or circumstances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.grids import framed, in_utc
from orchestration.cli.hindsight import write_rows
from orchestration.cli.known_names import refuse_unknown_place, run_called
from orchestration.cli.paper import underway
from orchestration.resources.demand_facts import allocation_inputs
from orchestration.resources.house import House
from orchestration.resources.past_days import over_runs, runs_between
from orchestration.resources.redeciding import as_it_was
from transforms.allocation.policy import AllocationPolicy, PolicyError
from transforms.allocation.what_if import (
    Asked,
    Given,
    Variant,
    by_node,
    changed_orders,
    score,
    under,
)

AS_IT_IS = "as it is"
LEAST, MOST = -99, 100
MOST_ROWS = 30


@dataclass(frozen=True)
class Question:
    """What is asked.

    Args:
        run_id: first digits of a run's id; the newest when empty.
        rules: YAML files with a section ``allocation``, each a variant: our rules but
            for what it names.
        sourcing: strategies of ``policies/allocation.yaml``, each a variant too.
        down: nodes that are shut.
        demand: per cent more orders, or (negative) fewer.
        freight: per cent dearer, or (negative) cheaper.
        out: file for every order that is decided otherwise, .csv or .parquet.
        is_unpinned: no line is pinned to a node.
        fairness: who may be served first, each a variant too.
        since: first business date, of several days; else one run is decided again.
        until: last business date of them.
    """

    run_id: str
    rules: Sequence[Path]
    sourcing: Sequence[str]
    down: Sequence[str]
    demand: int
    freight: int
    out: str
    is_unpinned: bool = False
    fairness: Sequence[str] = ()
    since: date | None = None
    until: date | None = None


Decided = tuple[Asked, Given]
"""What was asked for, and what was given."""


def what_if(question: Question) -> int:
    """Print what each variant comes to beside what was decided.

    Returns:
        0.

    Raises:
        CommandError: nothing is asked, a node is unknown, a rule cannot be meant, or
            there is no such run.
        LakeError: the lake no longer keeps what that run left.
        RunRefusedError: nothing ran yet.
    """
    house = House.open()
    try:
        for node in question.down:
            refuse_unknown_place(house.lake, node, "")
        over_days = question.since is not None or question.until is not None
        answer = _over_days if over_days else _of_one_run
        title, base, others = answer(house, question)
    finally:
        house.close()
    CONSOLE.print(framed(title, _scores(base, others)))
    CONSOLE.print(framed("By node", _nodes(base, others)))
    changed = pl.concat(
        changed_orders(base, other, variant).select(
            pl.lit(variant.name).alias("variant"), pl.all()
        )
        for variant, other in others
    )
    _print_changed(changed, question.out)
    return 0


Answer = tuple[str, Decided, list[tuple[Variant, Decided]]]
"""Title, what was decided, and what each variant comes to."""


def _of_one_run(house: House, question: Question) -> Answer:
    """A run's decision, made once more for each variant."""
    published = house.past_runs().filter(pl.col("manifest") != "")
    recorded = run_called(published, question.run_id)
    with as_it_was(house, recorded) as then:
        variants = _variants(house, question, then.policies.mapping("allocation"))
        inputs = allocation_inputs(then, is_what_if=True)
    found: list[tuple[Variant, Decided]] = []
    for variant in variants:
        other = under(variant, inputs)
        found.append((variant, (other, other.decide())))
    title = f"Run {recorded['run_id']} as of {in_utc(recorded['as_of'])}"
    return title, (inputs, inputs.decide()), found


def _over_days(house: House, question: Question) -> Answer:
    """The runs of several business dates, each variant going on from what it did."""
    if question.run_id:
        raise CommandError("--run is one run, --from and --to are days: name one")
    first, last = question.since or date.min, question.until or date.max
    runs = runs_between(house, first, last)
    if runs.is_empty():
        raise CommandError(f"no run was published of {first} to {last}")
    variants = _variants(house, question, house.policies.mapping("allocation"))
    with underway() as tell:
        for number, step in enumerate(over_runs(house, runs, variants), start=1):
            at, past, courses = step
            tell(f"{number} of {runs.height} runs, as of {in_utc(at)}")
    days = runs["business_date"]
    title = f"{runs.height} runs of {days[0]} to {days[-1]}"
    real = past.as_period()
    found: list[tuple[Variant, Decided]] = []
    for course in courses:
        period = course.as_period()
        found.append((course.variant, (period, period)))
    return title, (real, real), found


def _variants(
    house: House, question: Question, policies: dict[str, Any]
) -> list[Variant]:
    variants = _asked(question, policies["allocation"])
    for variant in variants:
        for node in variant.policy.node_order if variant.policy else ():
            refuse_unknown_place(house.lake, node, "")
    return variants


def _asked(question: Question, ours: dict[str, Any]) -> list[Variant]:
    for name, percent in (("demand", question.demand), ("freight", question.freight)):
        if not LEAST <= percent <= MOST:
            raise CommandError(f"--{name} {percent}: {LEAST} to {MOST} per cent")
    said = [
        *(f"{node} down" for node in question.down),
        *(f"demand {question.demand:+} %" for _ in range(bool(question.demand))),
        *(f"freight {question.freight:+} %" for _ in range(bool(question.freight))),
        *(["no pins"] if question.is_unpinned else []),
    ]
    rules: list[tuple[str, AllocationPolicy | None]] = [
        *((path.stem, _rules(path, ours)) for path in question.rules),
        *((name, _otherwise(ours, "sourcing", name)) for name in question.sourcing),
        *(
            (f"fairness {name}", _otherwise(ours, "fairness", name))
            for name in question.fairness
        ),
    ]
    if not said and not rules:
        raise CommandError(
            "what is otherwise? --node-down NODE, --demand 10, --freight -5,"
            " --rules FILE, --sourcing nearest, --fairness off, --unpinned"
        )
    return [
        Variant(
            ", ".join([*([name] if name else []), *said]),
            policy,
            tuple(question.down),
            question.demand,
            question.freight,
            question.is_unpinned,
        )
        for name, policy in rules or [("", None)]
    ]


def _rules(path: Path, ours: dict[str, Any]) -> AllocationPolicy:
    """Our own rules, but for what a file says."""
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        return AllocationPolicy.from_mapping(ours | told["allocation"])
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CommandError(f"{path}: {error}") from error
    except (TypeError, KeyError) as error:
        raise CommandError(f"{path}: has no section allocation") from error
    except PolicyError as error:
        raise CommandError(f"{path}: {error}") from error


def _otherwise(ours: dict[str, Any], key: str, name: str) -> AllocationPolicy:
    """Our own rules, but for one key."""
    try:
        return AllocationPolicy.from_mapping(ours | {key: name})
    except PolicyError as error:
        raise CommandError(f"--{key} {name}: {error}") from error


def _scores(base: Decided, others: list[tuple[Variant, Decided]]) -> pl.DataFrame:
    every = [(AS_IT_IS, base), *((variant.name, found) for variant, found in others)]
    return pl.concat(
        score(*found).select(pl.lit(name).alias("variant"), pl.all())
        for name, found in every
    )


def _nodes(base: Decided, others: list[tuple[Variant, Decided]]) -> pl.DataFrame:
    every = [(AS_IT_IS, base), *((variant.name, found) for variant, found in others)]
    return pl.concat(
        by_node(decided).select(pl.lit(name).alias("variant"), pl.all())
        for name, (_, decided) in every
    ).sort("node_id", maintain_order=True)


def _print_changed(changed: pl.DataFrame, out: str) -> None:
    if out:
        write_rows(changed, Path(out))
    if changed.is_empty():
        CONSOLE.print("every order is decided as it was")
        return
    causes = changed.group_by("variant", "cause", maintain_order=True).agg(
        orders=pl.len().cast(pl.Int64),
        more_minor=(pl.col("now_minor") - pl.col("was_minor")).sum(),
    )
    CONSOLE.print(framed("Orders decided otherwise, by cause", causes))
    CONSOLE.print(framed("The greatest differences", changed.head(MOST_ROWS)))
    if changed.height > MOST_ROWS:
        CONSOLE.print(f"{MOST_ROWS} of {changed.height:,}: --out FILE has all")
