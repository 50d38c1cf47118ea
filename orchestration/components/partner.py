"""A partner: what it sends becomes ingest assets, what it gets, instructions.

One YAML a partner (``defs/partners/<partner>/defs.yaml``), its attributes are
the profile of ``resources/partners.py``; the command line reads the same file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg
from pydantic import BaseModel

from orchestration.resources.answering import answer_files
from orchestration.resources.dispatch import render_orders
from orchestration.resources.formats import instruction_format
from orchestration.resources.house import House
from orchestration.resources.partners import PartnerProfile
from orchestration.resources.reception import land_drop
from transforms.contracts.decisions import (
    CANCEL_REQUESTS,
    PAYMENT_REQUESTS,
    SHIPPING_ORDERS,
)
from transforms.contracts.telling import (
    ARRIVAL_LINES,
    CHANGE_ANSWERS,
    ORDER_ANSWERS,
    SHIPPED_LINES,
    STOCK_OFFERS,
)

PROOFS_KEY = dg.AssetKey(["decisions", "proofs"])
LEDGER_KEY = dg.AssetKey(["bronze", "landing_ledger"])
ORDERS_KEY = dg.AssetKey(["instructions", "fulfilment_orders"])
READ_FOR = {
    STOCK_OFFERS.name: dg.AssetKey(["decisions", "channel_availability"]),
    CANCEL_REQUESTS.name: dg.AssetKey(["instructions", "cancel_requests"]),
    PAYMENT_REQUESTS.name: dg.AssetKey(["instructions", "payment_requests"]),
}
"""Documents that are not made of fulfilment orders, and what they are made of."""

ABOUT = {
    SHIPPING_ORDERS.name: "to ship",
    STOCK_OFFERS.name: "it may sell",
    SHIPPED_LINES.name: "has left",
    ARRIVAL_LINES.name: "will arrive",
    CANCEL_REQUESTS.name: "to give back",
    PAYMENT_REQUESTS.name: "to take, let go and hold anew",
    ORDER_ANSWERS.name: "of its orders",
    CHANGE_ANSWERS.name: "of changes of its orders",
}
"""What a document tells its partner."""


class Partner(dg.Component):
    """The assets of one partner."""

    def __init__(self, profile: PartnerProfile) -> None:
        """A partner of this profile."""
        self.profile = profile

    @classmethod
    def get_model_cls(cls) -> type[BaseModel]:
        """The profile is the schema of the YAML's attributes."""
        return PartnerProfile

    @classmethod
    def load(cls, attributes: Any, context: dg.ComponentLoadContext) -> Partner:  # noqa: ANN401, ARG003 Dagster's signature
        """The partner of a YAML entry."""
        return cls(attributes)

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:  # noqa: ARG002 Dagster's signature
        """Ingest assets for the feeds, instruction assets for the formats."""
        assets = [_ingest(self.profile)] if self.profile.feeds else []
        assets += [
            _instruction(self.profile, entry.name, entry.format)
            for entry in self.profile.instructions
        ]
        assets += [_answers(self.profile)] if is_answered(self.profile) else []
        return dg.Definitions(assets=assets)


def _ingest(profile: PartnerProfile) -> dg.AssetsDefinition:
    specs = [
        dg.AssetSpec(
            key=["ingest", profile.partner_id, feed.name],
            group_name="ingest",
            owners=[profile.owner],
            kinds={"file", feed.format.split("_")[0]},
            description=(
                f"{profile.display_name}: files `{feed.pattern}` as sent "
                f"({feed.format}, {feed.cadence}), landed with their hash."
            ),
            metadata={"document": feed.document, "format": feed.format},
            skippable=False,
        )
        for feed in profile.feeds
    ]

    @dg.multi_asset(name=f"ingest_{profile.partner_id}", specs=specs)
    def ingest(house: dg.ResourceParam[House]) -> Iterator[dg.MaterializeResult[None]]:
        arrivals = land_drop(house, profile)
        for feed in profile.feeds:
            mine = [a for a in arrivals if a.feed == feed.name]
            yield dg.MaterializeResult(
                asset_key=["ingest", profile.partner_id, feed.name],
                metadata={
                    "dagster/row_count": len(mine),
                    "bytes": sum(a.size_bytes for a in mine),
                    "files": [a.file_name for a in mine[:50]],
                    "not_read": [a.file_name for a in mine if not a.is_readable],
                },
            )

    return ingest


def is_answered(profile: PartnerProfile) -> bool:
    """Whether a partner is told what became of its files."""
    return bool(profile.feeds) and profile.answers != "none"


def _answers(profile: PartnerProfile) -> dg.AssetsDefinition:
    @dg.asset(
        key=["instructions", profile.partner_id, "file_receipts"],
        deps=[LEDGER_KEY, PROOFS_KEY],
        group_name="instructions",
        owners=[profile.owner],
        kinds={"file", profile.answers},
        description=(
            f"What {profile.display_name} is told of each file it sent: a receipt"
            f" ({profile.answers}), and an error report where there is a finding."
        ),
    )
    def file_receipts(house: dg.ResourceParam[House]) -> dg.MaterializeResult[None]:
        answered = answer_files(house, profile)
        return dg.MaterializeResult(metadata={"dagster/row_count": answered})

    return file_receipts


def _instruction(
    profile: PartnerProfile, name: str, format_name: str
) -> dg.AssetsDefinition:
    document = instruction_format(format_name).DOCUMENT

    @dg.asset(
        key=["instructions", profile.partner_id, name],
        deps=[PROOFS_KEY, READ_FOR.get(document.name, ORDERS_KEY)],
        group_name="instructions",
        owners=[profile.owner],
        kinds={"file", format_name.split("_", maxsplit=1)[0]},
        description=(
            f"What {profile.display_name} is told {ABOUT[document.name]}, as"
            f" {format_name}; the bytes are stored now and delivered once the run is"
            " committed."
        ),
    )
    def instruction(house: dg.ResourceParam[House]) -> dg.MaterializeResult[None]:
        sent = render_orders(house, profile, format_name)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": sum(p.row_count for p in sent),
                "units": sum(p.unit_count for p in sent),
                "files": [p.name for p in sent],
            }
        )

    return instruction
