"""Our own documents, landed like any partner's."""

from __future__ import annotations

from transforms.contracts.documents.columns import document, required

SELF_DECISIONS = document(
    "self_decisions",
    "one row per decided row that a run landed, so that a rebuild reads it",
    required("run_id", "the deciding run"),
    required("as_of", "instant of that run"),
    required("table_name", "decisions or instructions table it belongs to"),
    required("row_json", "the row as JSON, keys in contract order"),
)
