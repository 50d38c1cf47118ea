"""``orderhouse what-if``: a run, or days, under other rules or circumstances."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.grids import framed, in_utc, money
from orchestration.cli.hindsight import refuse_unwritable, write_rows
from orchestration.cli.known_names import refuse_unknown_place, run_called
from orchestration.cli.paper import underway
from orchestration.resources.clock import business_date_of
from orchestration.resources.house import NEW_NODES, House
from orchestration.resources.past_days import runs_between
from orchestration.resources.policies import Policies
from orchestration.resources.policy_files import PolicyFileError
from orchestration.resources.policy_names import NODE, refuse_unknown_names
from orchestration.resources.redeciding import kept_rules
from orchestration.resources.tried_rules import (
    refuse_unknown_nodes,
    rules_of_file,
    rules_of_key,
)
from orchestration.resources.what_ifs import Answer, Recorded, of_days, of_run
from transforms.allocation.what_if import AS_IT_IS, Dated, Variant, WhatIf
from transforms.contracts.currencies import minor_digits

LEAST, MOST = -99, 100
MOST_ROWS = 30
CAUSES = {
    "nothing_orders": "ship_nothing",
    "more_qty": "more_eaches",
    "more_minor": "more_cost_minor",
    "unspent_minor": "not_spent_minor",
}
CHANGED = {
    "was_qty": "was_eaches",
    "now_qty": "now_eaches",
    "was_minor": "was_cost_minor",
    "now_minor": "now_cost_minor",
}
"""Columns as they are printed."""
NOT_SPENT = (
    "Not spent: what orders cost as it is that ship nothing in the variant. They wait,"
    " or are not there: no saving."
)


@dataclass(frozen=True)
class Question:
    """What is asked.

    Args:
        run_id: first digits of a run's id; the newest when empty.
        rules: YAML files like ``policies/allocation.yaml``, each a variant: the rules
            that a run kept, or ours, of each business date, but for what it says of it.
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


def what_if(question: Question) -> int:
    """Print what each variant comes to beside what was decided.

    Returns:
        0.

    Raises:
        CommandError: nothing is asked, a node is unknown, a rule cannot be meant, or
            there is no such run, or ``out`` cannot be written.
        LakeError: the lake no longer keeps what that run left.
        RunRefusedError: nothing ran yet.
    """
    if question.out:
        refuse_unwritable(Path(question.out))
    house = House.open()
    try:
        for node in question.down:
            refuse_unknown_place(house.lake, node, "")
        over_days = question.since is not None or question.until is not None
        title, (found, recorded) = (_of_days if over_days else _of_run)(house, question)
        currency = str(house.policies.mapping("company")["currency_code"])
    finally:
        house.close()
    digits = minor_digits(currency)
    CONSOLE.print(
        framed(f"{title} (amounts in {currency})", _scores(found.scores), digits)
    )
    for sentence in _sentences(found, recorded, digits):
        CONSOLE.print(sentence, soft_wrap=True)
    CONSOLE.print(framed("By node", found.nodes, digits))
    _print_changed(found, question.out, digits)
    return 0


def _of_run(house: House, question: Question) -> tuple[str, Answer]:
    """A run's decision, made once more for each variant."""
    published = house.past_runs().filter(pl.col("manifest") != "")
    run = run_called(published, question.run_id)
    answer = of_run(house, run, _variants(house, question, pl.DataFrame([run])))
    return f"Run {run['run_id']} as of {in_utc(run['as_of'])}", answer


def _of_days(house: House, question: Question) -> tuple[str, Answer]:
    """The runs of several business dates, each variant going on from what it did."""
    if question.run_id:
        raise CommandError("--run is one run, --from and --to are days: name one")
    first, last = question.since or date.min, question.until or date.max
    runs = runs_between(house, first, last)
    if runs.is_empty():
        raise CommandError(f"no run was published of {first} to {last}")
    variants = _variants(house, question, runs)
    with underway() as say:
        answer = of_days(
            house,
            runs,
            variants,
            lambda n, at: say(f"{n} of {runs.height} runs, as of {in_utc(at)}"),
        )
    days = runs["business_date"]
    return f"{runs.height} runs of {days[0]} to {days[-1]}", answer


def _variants(house: House, question: Question, runs: pl.DataFrame) -> list[Variant]:
    """What is asked, upon our rules and upon those that runs kept."""
    partners = house.partners
    then = {
        key: _asked(question, policies, partners)
        for key, policies in kept_rules(house, runs).items()
    }
    variants = [
        replace(one, dated_by={key: every[n].dated for key, every in then.items()})
        for n, one in enumerate(_asked(question, house.policies, partners))
    ]
    _refuse_unknown_nodes(house, question.rules, _nodes_in_force(house, variants, runs))
    return variants


def _nodes_in_force(
    house: House, variants: Sequence[Variant], runs: pl.DataFrame
) -> set[str]:
    """Nodes that rules name on the business dates of runs."""
    zone = house.policies.company_zone
    then = [
        variant.on(business_date_of(run["as_of"], zone), str(run["rules_hash"])).policy
        for variant in variants
        for run in runs.iter_rows(named=True)
    ]
    return {node for policy in then if policy for node in policy.named_nodes}


def _refuse_unknown_nodes(
    house: House, files: Sequence[Path], named: Collection[str]
) -> None:
    """What a run refuses of its rules, of those that are tried, and in its words."""
    known = house.nodes()
    try:
        for path in files:
            refuse_unknown_nodes(path, known, named)
        refuse_unknown_names(house.policies.texts, NODE, known, named)
    except PolicyFileError as error:
        raise CommandError(f"{error}; {NEW_NODES}") from error


def _asked(
    question: Question, policies: Policies, partners: Collection[str] | None = None
) -> list[Variant]:
    """Each rule set under the circumstances, after the circumstances alone."""
    said, rules = _circumstances(question), _rules(question, policies, partners)
    if not said and not rules:
        raise CommandError(
            "what is otherwise? --node-down NODE, --demand 10, --freight -5,"
            " --rules FILE, --sourcing nearest, --fairness off, --unpinned"
        )
    alone: list[tuple[str, Dated]] = [("", ())] if said else []
    return [
        Variant(
            ", ".join([*([name] if name else []), *said]),
            None,
            tuple(question.down),
            question.demand,
            question.freight,
            question.is_unpinned,
            dated,
        )
        for name, dated in [*alone, *rules]
    ]


def _circumstances(question: Question) -> list[str]:
    """What is otherwise beside rules, as people call it."""
    for name, percent in (("demand", question.demand), ("freight", question.freight)):
        if not LEAST <= percent <= MOST:
            raise CommandError(f"--{name} {percent}: {LEAST} to {MOST} per cent")
    return [
        *(f"{node} down" for node in question.down),
        *(f"demand {question.demand:+} %" for _ in range(bool(question.demand))),
        *(f"freight {question.freight:+} %" for _ in range(bool(question.freight))),
        *(["no pins"] if question.is_unpinned else []),
    ]


def _rules(
    question: Question, policies: Policies, partners: Collection[str] | None
) -> list[tuple[str, Dated]]:
    """Rule sets that are asked for, by name; files of one name by their paths."""
    stems = [path.stem for path in question.rules]
    named = [
        (stem if stems.count(stem) == 1 else str(path), path)
        for stem, path in zip(stems, question.rules, strict=True)
    ]
    return [
        *((name, _of_file(policies, path, partners)) for name, path in named),
        *((name, _of_key(policies, "sourcing", name)) for name in question.sourcing),
        *(
            (f"fairness {name}", _of_key(policies, "fairness", name))
            for name in question.fairness
        ),
    ]


def _of_file(policies: Policies, path: Path, partners: Collection[str] | None) -> Dated:
    try:
        return rules_of_file(policies, path, partners)
    except PolicyFileError as error:
        raise CommandError(str(error)) from error


def _of_key(policies: Policies, key: str, name: str) -> Dated:
    try:
        return rules_of_key(policies, key, name)
    except PolicyFileError as error:
        raise CommandError(f"--{key} {name}: {error}") from error


def _scores(scores: pl.DataFrame) -> pl.DataFrame:
    """What goes out beside what it costs: of less, the cost alone says nothing."""
    return scores.select(
        "variant",
        "orders",
        "whole_orders",
        "split_orders",
        "shipments",
        pl.col("late_qty").alias("late_eaches"),
        pl.col("backordered_qty").alias("waiting_eaches"),
        "asked_qty",
        "allocated_qty",
        "fill_bp",
        *(["worth_minor"] if scores["worth_minor"].sum() else []),
        "cost_minor",
        "cost_per_each_minor",
    )


def _sentences(found: WhatIf, recorded: Recorded, digits: int) -> Iterator[str]:
    """What one has to know to read the table."""
    yield from _kept_then(recorded)
    yield from _decided_then(found, recorded, digits)
    base, *others = found.scores.iter_rows(named=True)
    for row in others:
        more = row["allocated_qty"] - base["allocated_qty"]
        if more:
            named = pl.col("variant") == row["variant"]
            same = found.changed.filter(named, pl.col("was_qty") == pl.col("now_qty"))
            dearer = int((same["now_minor"] - same["was_minor"]).sum())
            yield (
                f"{row['variant']}: ships {abs(more):,} eaches"
                f" {'more' if more > 0 else 'fewer'}, and what waits has no cost;"
                " orders that get as much either way cost"
                f" {money(abs(dearer), digits)} {'more' if dearer >= 0 else 'less'}"
            )


def _kept_then(recorded: Recorded) -> Iterator[str]:
    """Whether it goes by rules that are not those of now."""
    if recorded.kept_rules:
        which = (
            f"{recorded.kept_rules} of {recorded.runs} runs are decided"
            if recorded.runs > 1
            else "Decided"
        )
        yield (
            f"{which} by the rules of then, which have changed since:"
            f" '{AS_IT_IS}' is by those, and so is what is tried, but for what it says"
        )


def _decided_then(found: WhatIf, recorded: Recorded, digits: int) -> Iterator[str]:
    """Whether what nothing otherwise comes to is what happened."""
    cost = int(found.scores["cost_minor"][0])
    is_same = cost == recorded.cost_minor
    if not recorded.other_rules and (is_same or not recorded.other_code):
        return
    others = recorded.other_rules or recorded.other_code
    by, now = (
        ("under other rules", "today's rules")
        if recorded.other_rules
        else ("by another version", "this version")
    )
    which, whose = "Decided", "its"
    if recorded.runs > 1:
        which, whose = f"{others} of {recorded.runs} runs were decided", "their"
    yield (
        f"{which} {by}: {whose} recorded cost was"
        f" {money(recorded.cost_minor, digits)}{', the same' if is_same else ''};"
        f" '{AS_IT_IS}' is by {now}"
    )


def _print_changed(found: WhatIf, out: str, digits: int) -> None:
    changed = found.changed
    if out:
        write_rows(changed, Path(out))
    if changed.is_empty():
        CONSOLE.print("every order is decided as it is")
        return
    causes = found.causes.rename(CAUSES)
    CONSOLE.print(framed("Orders decided otherwise, by cause", causes, digits))
    if found.causes["unspent_minor"].sum():
        CONSOLE.print(NOT_SPENT, soft_wrap=True)
    each = max(MOST_ROWS // changed["variant"].n_unique(), 1)
    shown = changed.group_by("variant", maintain_order=True).head(each)
    told = shown.rename(CHANGED).with_columns(
        pl.col("was_nodes", "now_nodes").replace("", "ships nothing")
    )
    CONSOLE.print(framed("The greatest differences", told, digits))
    if changed.height > shown.height:
        CONSOLE.print(f"{shown.height} of {changed.height:,}: --out FILE has all")
