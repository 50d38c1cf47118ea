"""Publishing: immutable Parquet files and one manifest, swapped atomically.

Dashboards read the manifest's files and nothing else. Tables with an
``order_month`` are one file a month, and only months that this run changed are
written again, so publishing costs what changed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.resources.files import write_atomically
from orchestration.resources.home import Home
from orchestration.resources.lakehouse import Lakehouse
from orchestration.resources.run import Run

KEPT_MANIFESTS = 5
MONTH, CHANGED = "order_month", "changed_run_id"

Entry = dict[str, Any]


@dataclass(frozen=True)
class Published:
    """What was published.

    Args:
        manifest_id: hash of the manifest's content.
        files: files it names.
        written: files written by this publish.
        rows: rows in them all.
    """

    manifest_id: str
    files: int
    written: int
    rows: int


def current_manifest(home: Home) -> dict[str, Any] | None:
    """The manifest that dashboards read now, None before the first publish."""
    path = home.serving / "manifest.json"
    return json.loads(path.read_text()) if path.exists() else None


def publish(home: Home, lake: Lakehouse, run: Run) -> Published:
    """Write what changed since the manifest and swap it."""
    with lake.one_snapshot():
        tables, written = _copied(home, lake, run)
    manifest_id = _swap(home, run, tables)
    _drop_unreferenced(home)
    entries = [entry for parts in tables.values() for entry in parts]
    rows = sum(entry["rows"] for entry in entries)
    return Published(manifest_id, len(entries), written, rows)


def _copied(
    home: Home, lake: Lakehouse, run: Run
) -> tuple[dict[str, list[Entry]], int]:
    """Files of every table, kept and new, and how many are new."""
    manifest = current_manifest(home) or {"as_of": None, "tables": {}}
    changed = _changed_months(lake, run, manifest["as_of"])
    tables: dict[str, list[Entry]] = {}
    written = 0
    for name, columns in _visibility_tables(lake).items():
        before = manifest["tables"].get(name, []) if MONTH in columns else []
        kept = [entry for entry in before if entry["month"] not in changed]
        parts = _parts(lake, name, columns, {entry["month"] for entry in kept})
        made = [_write(home, lake, name, columns, month) for month in parts]
        written += len(made)
        tables[name] = sorted(kept + made, key=lambda entry: entry["month"] or "")
    return tables, written


def _changed_months(lake: Lakehouse, run: Run, published: str | None) -> set[str]:
    """Months of orders that this run changed, or one that was never published.

    Every table with a month is about orders, so the orders say what changed.
    """
    found = lake.query(
        f"select distinct {MONTH} from lake.visibility.rpt_orders"  # noqa: S608
        f" where {CHANGED} = ? or {CHANGED} in (select run_id"
        " from lake.decisions.runs where as_of > coalesce(?::timestamptz,"
        " '-infinity'::timestamptz))",
        [run.run_id, published],
    )
    return set(found[MONTH])


def _visibility_tables(lake: Lakehouse) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    rows = lake.query(
        "select table_name, column_name from information_schema.columns"
        " where table_catalog = 'lake' and table_schema = 'visibility'"
        " order by table_name, ordinal_position"
    ).rows()
    for table, column in rows:
        found.setdefault(table, []).append(column)
    return found


def _parts(
    lake: Lakehouse, name: str, columns: list[str], kept: set[str | None]
) -> list[str | None]:
    if MONTH not in columns:
        return [None]
    months = lake.query(
        f"select distinct {MONTH} from lake.visibility.{name} order by 1"  # noqa: S608
    )[MONTH].to_list()
    return [month for month in months if month not in kept]


def _write(
    home: Home, lake: Lakehouse, name: str, columns: list[str], month: str | None
) -> Entry:
    folder = home.serving / "files" / name
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / "writing.part"
    where = f"where {MONTH} = '{month}'" if month else ""
    lake.execute(
        f"copy (select * from lake.visibility.{name} {where}"  # noqa: S608
        f" order by {', '.join(columns[:4])}) to '{partial}'"
        " (format parquet, compression zstd, row_group_size 20000)"
    )
    with partial.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    path = folder / f"{month or 'all'}-{sha256[:12]}.parquet"
    partial.replace(path)
    rows = lake.query(f"select count(*) from read_parquet('{path}')").item()  # noqa: S608
    return {
        "path": str(path.relative_to(home.serving)),
        "month": month,
        "rows": int(rows),
        "sha256": sha256,
    }


def _swap(home: Home, run: Run, tables: dict[str, list[Entry]]) -> str:
    content: dict[str, Any] = {
        "run_id": run.run_id,
        "as_of": run.as_of.isoformat(),
        "tables": tables,
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    content["manifest_id"] = digest[:16]
    text = json.dumps(content, sort_keys=True, indent=1).encode()
    kept = home.serving / "manifests"
    stamp = run.as_of.strftime("%Y%m%dT%H%M%S")
    write_atomically(kept / f"{stamp}-{digest[:16]}.json", text)
    write_atomically(home.serving / "manifest.json", text)
    for old in sorted(kept.glob("*.json"))[:-KEPT_MANIFESTS]:
        old.unlink()
    return digest[:16]


def _drop_unreferenced(home: Home) -> None:
    named: set[Path] = set()
    for manifest in (home.serving / "manifests").glob("*.json"):
        for parts in json.loads(manifest.read_text())["tables"].values():
            named |= {home.serving / entry["path"] for entry in parts}
    for path in (home.serving / "files").rglob("*.parquet"):
        if path not in named:
            path.unlink()
