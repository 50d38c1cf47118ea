"""A house opened: lake, landing, vault, outbox, policies and the run at hand.

Assets get one ``House`` and use its parts; commands open one without Dagster.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from orchestration.resources.clock import business_date_of, end_of, now
from orchestration.resources.drop import Drop
from orchestration.resources.home import Home
from orchestration.resources.journal import Journal
from orchestration.resources.lakehouse import Lakehouse
from orchestration.resources.landing import Landing, input_digest
from orchestration.resources.other_version import of_other_version
from orchestration.resources.outbox import Outbox
from orchestration.resources.partners import PartnerProfile, partners
from orchestration.resources.policies import Policies, code_hash
from orchestration.resources.policy_files import PolicyFileError
from orchestration.resources.refusal import RefusalError
from orchestration.resources.run import (
    NO_RUN,
    Run,
    broken_run,
    committed,
    mark,
    run_id_of,
    undo_aborted,
)
from orchestration.resources.upkeep import keep_up
from orchestration.resources.vault import Vault
from transforms.contracts.gold import DIM_NODES

SELF = "self"
NEW_NODES = "one that is new is named once a run has read its row (csv_nodes)"
T = TypeVar("T")


class RunRefusedError(RefusalError):
    """The run cannot start; the message says what to do."""


@dataclass
class House:
    """The open parts of one house; ``close`` when done.

    ``policies`` are those in force: on the business date of the run at hand, or today.
    ``undelivered`` says of each partner that the last delivery did not reach why.
    """

    home: Home
    lake: Lakehouse
    vault: Vault
    landing: Landing
    outbox: Outbox
    journal: Journal
    policies: Policies
    partners: dict[str, PartnerProfile]
    undone_run: str | None = None
    undelivered: list[str] = field(default_factory=list)
    _run: Run | None = None
    _gathered: dict[str, Any] = field(default_factory=dict)
    _gathered_for: Run | None = None

    @classmethod
    def open(cls, root: Path | str | None = None) -> House:
        """Open the house at ``root`` (default: ``ORDERHOUSE_HOME``)."""
        home = Home.at(root).make()
        policies = Policies()
        known = partners()
        policies.require(known)
        today = business_date_of(now(), policies.company_zone)
        vault = Vault.open(home)
        lake = Lakehouse(home)
        landing = Landing.open(home, vault)
        return cls(
            home=home,
            lake=lake,
            vault=vault,
            landing=landing,
            outbox=Outbox(home, lake, vault),
            journal=Journal(landing),
            policies=policies.on(today),
            partners=known,
        )

    def close(self) -> None:
        """Close files and connections."""
        self.landing.close()
        self.vault.close()
        self.lake.close()

    @property
    def run(self) -> Run:
        """The run at hand.

        Raises:
            RunRefusedError: none was begun.
        """
        if self._run is None:
            raise RunRefusedError("no run was begun: call begin(as_of) first")
        return self._run

    def once(self, name: str, gather: Callable[[], T]) -> T:
        """What several assets of the run at hand read alike: the first one gathers.

        Without a run everybody gathers.
        """
        if self._run is None:
            return gather()
        if self._gathered_for is not self.run:
            self._gathered, self._gathered_for = {}, self.run
        if name not in self._gathered:
            self._gathered[name] = gather()
        found: T = self._gathered[name]
        return found

    @property
    def is_committed(self) -> bool:
        """Whether the run at hand was committed before."""
        return self.run.run_id in set(committed(self.lake)["run_id"])

    def past_runs(self) -> pl.DataFrame:
        """RUNS, oldest first; what reads their tables asks this first.

        Raises:
            RunRefusedError: none ran yet, or the lake that knew them is lost.
        """
        self._refuse_amnesia()
        runs = committed(self.lake)
        if runs.is_empty():
            raise RunRefusedError("nothing ran yet: make run")
        return runs

    def begin(self, as_of: datetime) -> Run:
        """Start the run of ``as_of``, or find that it was committed before.

        Raises:
            RunRefusedError: a later run exists, so this one would rewrite the past.
        """
        self._refuse_future(as_of)
        self._refuse_amnesia()
        self._refuse_other_shapes()
        broken = broken_run(self.home, self.lake)
        if broken is not None and as_of < broken.as_of:
            raise RunRefusedError(
                f"the run as of {broken.as_of} died: start it again before one of"
                f" an earlier instant: orderhouse run --as-of {broken.as_of:%FT%TZ}"
            )
        self.undone_run = undo_aborted(self.home, self.lake)
        keep_up(self.lake, runs_kept=self.policies.runs_kept)
        earlier = committed(self.lake)
        planned = self._planned(as_of, since=_watermark(earlier))
        self._take_up(planned)
        same = earlier.filter(
            as_of=as_of, input_digest=planned.input_digest, seed=planned.seed
        )
        if same.height:
            # Rules or code may have moved on; what was decided then stands.
            before = earlier.filter(pl.col("as_of") < as_of)
            return self._take_up(
                replace(planned, run_id=same["run_id"].item(), since=_watermark(before))
            )
        newest = earlier["as_of"].max() if earlier.height else None
        if isinstance(newest, datetime) and as_of <= newest:
            raise RunRefusedError(
                f"a run as of {newest} exists, and what it decided stands; files that "
                "came since take part in the next run: name a later --as-of or --date"
            )
        self._refuse_unknown_nodes()
        mark(self.home, planned)
        return planned

    def _take_up(self, run: Run) -> Run:
        """Make a run the one at hand, under the policies of its business date."""
        self._run = run
        self.policies = in_force(self.policies, run)
        return run

    def _refuse_unknown_nodes(self) -> None:
        """A node that nobody told us of is told before the run; of none before any."""
        try:
            if nodes := self.nodes():
                self.policies.require_nodes(nodes)
        except PolicyFileError as error:
            raise RunRefusedError(f"{error}; {NEW_NODES}") from error

    def nodes(self) -> list[str]:
        """Ids of the nodes that master data told of, in order."""
        if not self.lake.has(DIM_NODES.path):
            return []
        return sorted(self.lake.read(DIM_NODES)["node_id"])

    def _refuse_future(self, as_of: datetime) -> None:
        """A run of a day to come would shut out every day until then."""
        zone = self.policies.company_zone
        tonight = end_of(business_date_of(now(), zone), zone)
        if as_of > tonight:
            raise RunRefusedError(
                f"{as_of:%Y-%m-%d %H:%M} UTC is still to come: name an instant of"
                f" today ({tonight:%Y-%m-%d %H:%M} UTC at the latest) or before"
            )

    def lost_runs(self) -> set[str]:
        """Runs whose decisions landing has recorded and the lake does not know."""
        return self.journal.landed() - set(committed(self.lake)["run_id"])

    def _refuse_amnesia(self) -> None:
        """What was decided and sent must be known before more is decided."""
        lost = self.lost_runs()
        if lost:
            raise RunRefusedError(
                f"the lake lacks {len(lost)} runs whose decisions landing has"
                " recorded: make it again from landing: orderhouse rebuild"
            )

    def _refuse_other_shapes(self) -> None:
        """Tables of another version are told before the run, not in its midst."""
        told = of_other_version(self.lake)
        if told:
            raise RunRefusedError(told)

    def resume(self, recorded: dict[str, object], since: int) -> Run:
        """Take up a committed run (a row of RUNS) that was never published.

        Raises:
            RunRefusedError: it was made by another version.
        """
        self._refuse_other_shapes()
        return self._recorded(recorded, since, is_replay=False)

    def replay(self, recorded: dict[str, object], since: int) -> Run:
        """Start the replay of a recorded run (a row of RUNS), from an empty lake on."""
        keep_up(self.lake, runs_kept=self.policies.runs_kept)
        return self._recorded(recorded, since, is_replay=True)

    def _recorded(
        self, recorded: dict[str, object], since: int, *, is_replay: bool
    ) -> Run:
        run = Run(
            run_id=str(recorded["run_id"]),
            as_of=recorded["as_of"],  # type: ignore[arg-type]
            since=since,
            seed=int(str(recorded["seed"])),
            input_digest=str(recorded["input_digest"]),
            rules_hash=str(recorded["rules_hash"]),
            code_hash=str(recorded["code_hash"]),
            first_snapshot=self.lake.snapshot(),
            until=int(str(recorded["landing_id"])),
            is_replay=is_replay,
        )
        return self._take_up(run)

    def keep_rules(self) -> None:
        """Land the rules of the run at hand, once for all runs that have the same.

        Not those of a run that was made by others: what it decided by is not known.
        """
        run, rules = self.run, self.policies
        if not run.is_replay and run.rules_hash == rules.rules_hash:
            self.journal.keep_rules(run.run_id, run.as_of, run.rules_hash, rules.texts)

    @property
    def drop(self) -> Drop:
        """Where partners' files wait."""
        return Drop(self.home.drop, self.partners.keys())

    def waiting(self, as_of: datetime) -> list[Path]:
        """Partners' files that arrived by ``as_of``, oldest first."""
        return self.drop.waiting(as_of)

    def _planned(self, as_of: datetime, since: int) -> Run:
        inputs = input_digest(self._inputs(as_of))
        seed = int(self.policies.mapping("company")["seed"])
        rules, code = self.policies.rules_hash, code_hash()
        return Run(
            run_id=run_id_of(inputs, rules, code, as_of.isoformat(), seed),
            as_of=as_of,
            since=since,
            seed=seed,
            input_digest=inputs,
            rules_hash=rules,
            code_hash=code,
            first_snapshot=self.lake.snapshot(),
        )

    def _inputs(self, as_of: datetime) -> Iterable[tuple[str, str]]:
        for arrival in self.landing.arrivals(as_of=as_of):
            if arrival.partner_id != SELF:
                yield arrival.partner_id, arrival.payload_sha256
        for path in self.waiting(as_of):
            with path.open("rb") as stream:
                sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            yield self.drop.owner(path), sha256


def in_force(policies: Policies, run: Run) -> Policies:
    """The policies of the run's business date."""
    return policies.on(business_date_of(run.as_of, policies.company_zone))


def _watermark(earlier: pl.DataFrame) -> int:
    newest = earlier["landing_id"].max() if earlier.height else None
    return int(newest) if isinstance(newest, int) else NO_RUN
