"""Bronze: one table a document, filled from every partner that sends it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg
from pydantic import BaseModel, ConfigDict, field_validator

from orchestration.checks.asset_checks import contract_check, contract_result
from orchestration.checks.suite import Audit
from orchestration.resources.house import House
from orchestration.resources.intake import ledger_unread, load_document
from orchestration.resources.partners import partners
from transforms.contracts.documents import DOCUMENTS
from transforms.contracts.table import Table


class BronzeAttributes(BaseModel):
    """Which documents get a table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    owner: str
    documents: tuple[str, ...]

    @field_validator("documents")
    @classmethod
    def _are_known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in value if name not in DOCUMENTS]
        if unknown:
            raise ValueError(f"unknown documents {unknown}; known: {sorted(DOCUMENTS)}")
        return value


class Bronze(dg.Component):
    """The assets of the room."""

    def __init__(self, attributes: BronzeAttributes) -> None:
        """Bronze of these documents."""
        self.attributes = attributes

    @classmethod
    def get_model_cls(cls) -> type[BaseModel]:
        """Schema of the YAML's attributes."""
        return BronzeAttributes

    @classmethod
    def load(cls, attributes: Any, context: dg.ComponentLoadContext) -> Bronze:  # noqa: ANN401, ARG003 Dagster's signature
        """The room of a YAML entry."""
        return cls(attributes)

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:  # noqa: ARG002 Dagster's signature
        """One asset a document, and one for files that nobody reads."""
        owner, documents = self.attributes.owner, self.attributes.documents
        assets = [_document_asset(DOCUMENTS[name], owner) for name in documents]
        return dg.Definitions(assets=[*assets, _ledger_asset(documents, owner)])


def _feeds_of(document: str) -> list[dg.AssetKey]:
    return [
        dg.AssetKey(["ingest", partner.partner_id, feed.name])
        for partner in partners().values()
        for feed in partner.feeds
        if feed.document == document
    ]


def _document_asset(table: Table, owner: str) -> dg.AssetsDefinition:
    key = [table.room, table.name]

    @dg.asset(
        key=key,
        deps=_feeds_of(table.name),
        group_name="bronze",
        owners=[owner],
        kinds={"ducklake", "polars"},
        description=f"{table.grain}; cells as sent, personal ones as tokens.",
        check_specs=[contract_check(table, key)],
        metadata={
            "dagster/column_schema": dg.TableSchema(
                columns=[
                    dg.TableColumn(c.name, "varchar", description=c.description)
                    for c in table.columns
                ]
            )
        },
    )
    def document(house: dg.ResourceParam[House]) -> Iterator[Any]:
        audit = Audit(table)
        done = load_document(house, table, audit)
        yield dg.MaterializeResult(
            metadata={
                "dagster/row_count": done.rows,
                "files": done.files,
                "physical_lines": done.physical,
                "quarantined_lines": done.rejected,
            }
        )
        yield contract_result(audit, key)

    return document


def _ledger_asset(documents: tuple[str, ...], owner: str) -> dg.AssetsDefinition:
    deps = [dg.AssetKey(["bronze", name]) for name in documents]
    described = {
        ("bronze", "rejects"): "Quarantined lines, and files that nobody reads.",
        (
            "bronze",
            "landing_ledger",
        ): "Every landed file and what became of it, by feed.",
        (
            "bronze",
            "file_notices",
        ): "What was said of files that were read all the same.",
        ("bronze", "edi_controls"): "Control numbers of interchanges and groups.",
        ("bronze", "feeds"): "What is expected of whom, as the profiles say.",
    }

    @dg.multi_asset(
        name="bronze__rejects",
        specs=[
            dg.AssetSpec(
                key=list(key),
                deps=deps,
                group_name="bronze",
                owners=[owner],
                kinds={"ducklake"},
                description=text,
            )
            for key, text in described.items()
        ],
    )
    def ledger(
        house: dg.ResourceParam[House],
    ) -> Iterator[dg.MaterializeResult[None]]:
        unread = ledger_unread(house)
        counts = house.lake.counts()
        for key in described:
            yield dg.MaterializeResult(
                asset_key=list(key),
                metadata={
                    "dagster/row_count": counts[".".join(key)],
                    "files_not_read": unread,
                },
            )

    return ledger
