"""dbt, warm and in this process: seconds instead of a subprocess a call.

Not here: which models exist (``dbt_project``) or their assets (``defs/dbt``).
"""

from __future__ import annotations

import gc
import json
import os
import re
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.resources import extensions
from orchestration.resources.files import hash_of, write_atomically
from orchestration.resources.home import PROJECT, Home
from orchestration.resources.lakehouse import threads

DBT_PROJECT = PROJECT / "dbt_project"
MANIFEST = DBT_PROJECT / "target" / "manifest.json"
STAMP = DBT_PROJECT / "target" / "sources.hash"


_WITH = re.compile(r"\bwith\b", re.IGNORECASE)
_HEAD = re.compile(
    r"(?:\s+|--[^\n]*\n|/\*.*?\*/)*(?P<with>with\b\s+(?:recursive\b\s+)?)?",
    re.IGNORECASE | re.DOTALL,
)
"""Comments, and the first word of a statement where it is this one."""


class DbtError(RuntimeError):
    """dbt could not run, or a model or test failed."""


@dataclass(frozen=True)
class NodeResult:
    """What became of one model or test."""

    unique_id: str
    status: str
    message: str
    seconds: float
    failures: int

    @property
    def kind(self) -> str:
        """model, test, exposure."""
        return self.unique_id.split(".")[0]

    @property
    def is_good(self) -> bool:
        """Whether the node did what it should; warnings count as good."""
        return self.status in {"success", "pass", "warn", "skipped_ok"}


def settings_for(home: Home) -> dict[str, str]:
    """Environment of the profile: which lake dbt builds."""
    return {
        "ORDERHOUSE_CATALOG": str(home.catalog),
        "ORDERHOUSE_TABLES": f"{home.tables}/",
        "ORDERHOUSE_THREADS": threads(),
        "ORDERHOUSE_ARE_SIGNED": str(extensions.are_signed()).lower(),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


def prepared_manifest() -> Path:
    """Dbt's manifest, parsed anew when a file of the project changed."""
    sources = [
        p
        for pattern in (
            "*.yml",
            "models/**/*.*",
            "macros/**/*.*",
            "seeds/**/*.*",
            "tests/**/*.*",
        )
        for p in sorted(DBT_PROJECT.glob(pattern))
        if p.is_file()
    ]
    current = hash_of(sources)
    if MANIFEST.exists() and STAMP.exists() and STAMP.read_text() == current:
        return MANIFEST
    MANIFEST.parent.mkdir(parents=True, exist_ok=True)
    _environment(Home.at())
    _invoke(["parse", "--no-partial-parse"])
    STAMP.write_text(current)
    return MANIFEST


def is_standing(home: Home) -> bool:
    """Whether dbt's tables are all made by the project as it reads now.

    Then what nothing arrived for is as a run would make it. A run that is
    undone, or that breaks in a model, leaves it open: the next builds everything.
    """
    return home.models.exists() and home.models.read_text() == _text_of_project()


def note_standing(home: Home) -> None:
    """Note that every model was built, or stood."""
    write_atomically(home.models, _text_of_project().encode())


def _text_of_project() -> str:
    prepared_manifest()
    return STAMP.read_text()


def build(home: Home, select: str, variables: dict[str, Any]) -> list[NodeResult]:
    """Build models and run their data tests; unit tests belong to ``make test``."""
    _environment(home)
    result = _invoke(
        [
            "build",
            "--select",
            *select.split(),
            "--exclude-resource-type",
            "unit_test",
            "--vars",
            json.dumps(variables),
            "--target-path",
            str(home.root / "dbt"),
            "--no-write-json",
            "--cache-selected-only",
        ],
        manifest=manifest(),
    )
    return [_node(r) for r in result.result.results]


def manifest() -> Any:  # noqa: ANN401 dbt's manifest
    """The project as parsed, for one build, which writes in its nodes.

    dbt's own copy rewrites every node, macro and file: a quarter of a second.
    """
    parsed = copy(_parsed())
    parsed.nodes = {name: _of_no_build(node) for name, node in parsed.nodes.items()}
    return parsed


def _of_no_build(node: Any) -> Any:  # noqa: ANN401 dbt's node
    """A node to write in: a build sets its fields, and adds to this list."""
    mine = copy(node)
    if hasattr(node, "extra_ctes"):
        mine.extra_ctes = list(node.extra_ctes)
    return mine


@cache
def _parsed() -> Any:  # noqa: ANN401 dbt's manifest
    """The project, parsed once; dbt itself parses anew when a variable changes.

    It lives as long as the process: no search for garbage walks through it again.
    """
    from dbt.contracts.graph.manifest import Manifest  # noqa: PLC0415 two seconds

    _ctes_by_dbt()
    prepared_manifest()
    packed = MANIFEST.with_name("partial_parse.msgpack")
    if packed.exists():
        parsed = Manifest.from_msgpack(packed.read_bytes())
    else:
        parsed = _invoke(["parse", "--no-partial-parse"]).result
    gc.freeze()
    return parsed


def _environment(home: Home) -> None:
    os.environ.update(settings_for(home))


def with_ctes(sql: str, ctes: Sequence[Any]) -> str:
    """A statement with ephemeral models before its own CTEs, as dbt puts them there.

    dbt parses the whole statement to find its first word, a third of a build. What
    only a parser can tell, a ``with`` behind the first word, is left to dbt.

    Example:
        >>> from types import SimpleNamespace
        >>> with_ctes("with a as (select 1) from a", [SimpleNamespace(sql=" b as (x)")])
        'with  b as (x), a as (select 1) from a'
    """
    head = _HEAD.match(sql)
    assert head is not None  # noqa: S101 every part of it may be empty
    told = ", ".join(cte.sql for cte in ctes)
    if ctes and head["with"]:
        return f"{sql[: head.end()]}{told}, {sql[head.end() :]}"
    if ctes and not _WITH.search(sql):
        place = len(sql) - len(sql.lstrip())
        return f"{sql[:place]}with{told} {sql[place:]}"
    return _ctes_by_dbt()(sql, list(ctes))


@cache
def _ctes_by_dbt() -> Callable[[str, list[Any]], str]:
    """What dbt does itself, in whose place ``with_ctes`` stands from now on."""
    from dbt import compilation  # noqa: PLC0415 two seconds

    own: Callable[[str, list[Any]], str] = compilation.inject_ctes_into_sql
    compilation.inject_ctes_into_sql = with_ctes
    return own


def _invoke(arguments: list[str], manifest: Any = None) -> Any:  # noqa: ANN401 untyped library
    from dbt.cli.main import dbtRunner  # noqa: PLC0415 two seconds

    folders = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    result = dbtRunner(manifest=manifest).invoke(
        ["--quiet", "--no-use-colors", "--log-level-file", "none", *arguments, *folders]
    )
    if result.exception or (manifest is None and not result.success):
        raise DbtError(f"dbt {arguments[0]}: {result.exception or result.result}")
    return result


def _node(result: Any) -> NodeResult:  # noqa: ANN401 untyped library
    return NodeResult(
        unique_id=result.node.unique_id,
        status=str(result.status),
        message=str(result.message or ""),
        seconds=float(result.execution_time or 0),
        failures=int(result.failures or 0),
    )
