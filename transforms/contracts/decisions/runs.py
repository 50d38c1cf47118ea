"""Runs that were committed, and what they proved."""

from __future__ import annotations

from transforms.contracts.decisions.columns import AS_OF, RUN_ID
from transforms.contracts.table import INTEGER, TEXT, Column, Table

PROOFS = Table(
    "decisions",
    "proofs",
    "one row per proof and run",
    key=("proof", "as_of"),
    columns=(
        Column("proof", TEXT, "what was proved"),
        Column("kind", TEXT, "arithmetic, limit (block) | commitment (exception)"),
        Column("checked_rows", INTEGER, "keys looked at"),
        Column("failed_rows", INTEGER, "keys that failed"),
        Column("example", TEXT, "first failing keys", True),
        AS_OF,
        RUN_ID,
    ),
)


RUNS = Table(
    "decisions",
    "runs",
    "one row per committed run",
    key=("run_id",),
    columns=(
        Column("run_id", TEXT, "hash of inputs, rules, code, as_of, seed"),
        AS_OF,
        Column("input_digest", TEXT, "hash of the landed rows it read"),
        Column(
            "rules_hash",
            TEXT,
            "hash of orchestration/policies; landing keeps them under it",
        ),
        Column("code_hash", TEXT, "hash of transforms and the lock"),
        Column("seed", INTEGER, "seed"),
        Column("landing_id", INTEGER, "newest ledger row read"),
        Column("first_snapshot", INTEGER, "lake snapshot before", is_provenance=True),
        Column(
            "last_snapshot", INTEGER, "lake snapshot at publish", is_provenance=True
        ),
        Column("manifest", TEXT, "published manifest", is_provenance=True),
    ),
)
