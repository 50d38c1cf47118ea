"""Every number and rule an operator may turn, from ``orchestration/policies``.

``ORDERHOUSE_POLICIES`` names another folder of the same files. What is in force is a
matter of the business date: a file's ``changes`` say from when on what is otherwise.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from orchestration.resources import policy_files
from orchestration.resources.files import hash_of
from orchestration.resources.home import PROJECT
from orchestration.resources.policy_files import NAMES, PolicyFileError, Texts
from orchestration.resources.policy_names import (
    CHANNEL,
    NODE,
    TEAM,
    TEAMS,
    refuse_unknown_names,
)
from orchestration.resources.upkeep import RUNS_KEPT
from transforms.allocation.gates import GatePolicy
from transforms.allocation.hold_policy import HoldPolicy
from transforms.allocation.policy import AllocationPolicy
from transforms.availability.rules import AvailabilityPolicy
from transforms.forecasting.policy import ForecastPolicy
from transforms.instructions.release import ReleasePolicy
from transforms.instructions.waves import WavePolicy
from transforms.ledger.adjustments import ReturnedPolicy
from transforms.ledger.refusals import ShortPolicy
from transforms.reconciliation.order_policy import OrderPolicy
from transforms.reconciliation.parcels import ParcelPolicy
from transforms.reconciliation.payment_policy import PaymentPolicy
from transforms.reconciliation.snoozes import SnoozePolicy
from transforms.reconciliation.transits import TransitPolicy
from transforms.reconciliation.trust import TrustPolicy

POLICIES = Path(__file__).resolve().parents[1] / "policies"
MOST_RUNS_KEPT = 1000


class Policies:
    """A folder of policies, typed by the transform that takes them."""

    def __init__(self, folder: Path | None = None, on: date = date.min) -> None:
        """Read from ``folder``, else ``ORDERHOUSE_POLICIES``, else this checkout.

        Args:
            folder: of the files.
            on: business date on which they are in force; before any change.
        """
        folder = folder or Path(os.environ.get("ORDERHOUSE_POLICIES") or POLICIES)
        self._texts = Texts(folder)
        self._on = on
        self._contents: dict[str, dict[str, Any]] = {}

    @classmethod
    def kept(cls, texts: Mapping[str, str], rules_hash: str) -> Policies:
        """The rules of a run as it kept them, before any change.

        Args:
            texts: file name → what it said.
            rules_hash: of the folder that they stood in.
        """
        policies = cls()
        policies._texts = Texts.kept(texts, rules_hash)
        return policies

    def on(self, day: date) -> Policies:
        """The same files as they are in force on a business date."""
        if day == self._on:
            return self
        then = Policies(on=day)
        then._texts, then._contents = self._texts, self._contents
        return then

    def mapping(self, name: str) -> dict[str, Any]:
        """The YAML file ``<name>.yaml`` as it is in force.

        Raises:
            PolicyFileError: it cannot be meant.
        """
        return policy_files.in_force(self._content(name), self._on)

    def turning_dates(self, name: str) -> list[date]:
        """Business dates from which ``<name>.yaml`` says something else than before.

        Raises:
            PolicyFileError: it cannot be meant.
        """
        return policy_files.turning_dates(self._content(name))

    def _content(self, name: str) -> dict[str, Any]:
        """A file is read once: what it says is all of one moment."""
        if name not in self._contents:
            file = f"{name}.yaml"
            text = self._texts.of(file)
            self._contents[name] = policy_files.read(policy_files.called(file), text)
        return self._contents[name]

    def text(self, file_name: str) -> str:
        """A file of policies as it is written; empty where there is none."""
        return self._texts.of(file_name) or ""

    @property
    def texts(self) -> dict[str, str]:
        """File name → text of all that rules are read from."""
        return self._texts.every

    @cached_property
    def transitions(self) -> pl.DataFrame:
        """The transition table of the order line.

        Raises:
            PolicyFileError: it is missing.
        """
        text = self.text("transitions.csv")
        if not text:
            raise PolicyFileError("policies/transitions.csv is missing")
        return pl.read_csv(text.encode(), infer_schema=False)

    @cached_property
    def company_zone(self) -> str:
        """Zone of business dates."""
        return str(self.mapping("company")["zone"])

    @cached_property
    def runs_kept(self) -> int:
        """As how many of the last runs left the lake, it can be read.

        Raises:
            ValueError: no whole number in 1 … 1000.
        """
        count = self.mapping("company").get("runs_kept", RUNS_KEPT)
        if type(count) is not int or not 1 <= count <= MOST_RUNS_KEPT:
            told = f"runs_kept: must be in 1 … {MOST_RUNS_KEPT}, not {count!r}"
            raise ValueError(told)
        return count

    @cached_property
    def allocation(self) -> AllocationPolicy:
        """Who goes first and how far an order may be split."""
        return AllocationPolicy.from_mapping(self.mapping("allocation")["allocation"])

    @cached_property
    def release(self) -> ReleasePolicy:
        """How long a node has to answer."""
        return ReleasePolicy.from_mapping(self.mapping("allocation")["release"])

    @cached_property
    def holds(self) -> HoldPolicy:
        """What has to be there before anything of an order is allocated."""
        return HoldPolicy.from_mapping(self.mapping("holds"))

    @cached_property
    def gates(self) -> GatePolicy:
        """What stops a node."""
        return GatePolicy.from_mapping(self.mapping("gates"))

    @cached_property
    def waves(self) -> WavePolicy:
        """Which instructions of a node belong together."""
        return WavePolicy.from_mapping(self.mapping("waves"))

    @cached_property
    def trust(self) -> TrustPolicy:
        """When a stock file is believed."""
        return TrustPolicy(**self.mapping("stock")["trust"])

    @cached_property
    def shorts(self) -> ShortPolicy:
        """What a short says about stock; nothing where the file has none."""
        return ShortPolicy(self.mapping("stock").get("short_effects", {}))

    @cached_property
    def returned(self) -> ReturnedPolicy:
        """Whose corrections for returns are posted or kept, as operators say."""
        return ReturnedPolicy(self.mapping("stock").get("returned_corrections") or {})

    @cached_property
    def availability(self) -> AvailabilityPolicy:
        """What is withheld of the stock, and what each channel is shown."""
        return AvailabilityPolicy.from_mapping(self.mapping("availability"))

    @cached_property
    def forecasting(self) -> ForecastPolicy:
        """History, horizon and memory of the demand forecast."""
        return ForecastPolicy.from_mapping(self.mapping("forecasting"))

    @cached_property
    def payments(self) -> PaymentPolicy:
        """What of an order's money is let pass, and for how long."""
        mapping = self.mapping("reconciliation")["payments"]
        return PaymentPolicy.from_mapping(mapping)

    @cached_property
    def parcels(self) -> ParcelPolicy:
        """How long a parcel may be silent."""
        return ParcelPolicy.from_mapping(self.mapping("reconciliation")["parcels"])

    @cached_property
    def orders(self) -> OrderPolicy:
        """How long a channel's list of orders may differ from ours."""
        return OrderPolicy.from_mapping(self.mapping("reconciliation")["orders"])

    @cached_property
    def transits(self) -> TransitPolicy:
        """How long goods on the way are waited for; ours where the file says none."""
        mapping = self.mapping("reconciliation").get("transits", {})
        return TransitPolicy.from_mapping(mapping)

    @cached_property
    def snoozes(self) -> SnoozePolicy:
        """How long an exception may rest; our numbers where the file has none."""
        mapping = self.mapping("reconciliation").get("snoozes", {})
        return SnoozePolicy.from_mapping(mapping)

    def require(self, partners: Collection[str] | None = None) -> None:
        """Read every policy now, so that a typing error stops a run at its start.

        What is in force later, too: a change is refused when it is written down.

        Args:
            partners: ids of all of them; None: channels are not looked at.

        Raises:
            PolicyFileError: a file is missing or says what nobody reads; file, line
                and key are named.
        """
        days = {self._on}
        for name in NAMES:
            days.update(self.turning_dates(name))
        for day in sorted(days):
            self.on(day).require_now()
        refuse_unknown_names(self.texts, TEAM, TEAMS)
        if partners is not None:
            refuse_unknown_names(self.texts, CHANNEL, partners)

    def require_nodes(self, known: Collection[str]) -> None:
        """Refuse a node that the house does not know in what is in force on this date.

        A change of another date may name one that is to come.

        Raises:
            PolicyFileError: file, line, key and the nearest node are named.
        """
        named = self.allocation.named_nodes
        refuse_unknown_names(self.texts, NODE, known, named)

    def require_now(self) -> None:
        """``require`` of what is in force on this date alone."""
        readers: dict[str, Callable[[], object]] = {
            "company": lambda: (self.company_zone, self.runs_kept),
            "allocation": lambda: (self.allocation, self.release),
            "holds": lambda: self.holds,
            "gates": lambda: self.gates,
            "waves": lambda: self.waves,
            "stock": lambda: (self.trust, self.shorts, self.returned),
            "availability": lambda: self.availability,
            "forecasting": lambda: self.forecasting,
            "reconciliation": lambda: (
                *(self.payments, self.parcels, self.orders),
                *(self.snoozes, self.transits),
            ),
        }
        for name, read in readers.items():
            try:
                read()
            except (ValueError, KeyError, TypeError, yaml.YAMLError) as error:
                file = f"{name}.yaml"
                said = policy_files.told(
                    policy_files.called(file), self.text(file), error, self._on
                )
                raise PolicyFileError(said) from error

    @property
    def rules_hash(self) -> str:
        """Hash of every policy file."""
        return self._texts.rules_hash


def code_hash() -> str:
    """Hash of ``transforms``, the dbt models and the lock: what decides."""
    files = [
        *sorted((PROJECT / "transforms").rglob("*.py")),
        *sorted((PROJECT / "dbt_project" / "models").rglob("*.sql")),
        *sorted((PROJECT / "dbt_project" / "macros").rglob("*.sql")),
        PROJECT / "requirements.lock",
    ]
    return hash_of(files)
