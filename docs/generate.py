"""Write the pages of ``docs/`` that are made from the source: ``make docs``.

Codes, tables and formats are described once, where they are defined.
``tests/architecture`` fails when a page here is behind its source.
"""

import ast
from importlib import import_module
from pathlib import Path

from transforms.contracts import (
    arrivals,
    decisions,
    documents,
    gold,
    profile,
    purchasing,
    telling,
)
from transforms.contracts.codes import render_markdown
from transforms.contracts.table import Column, Table

DOCS = Path(__file__).parent
TRANSFORMS = DOCS.parent / "transforms"

TABLES_HEAD = """# Tables

Written by `make docs` from `transforms/contracts/`; do not edit.

Every table that one room hands to another. *Key*: the columns that are unique
together. A *personal* cell is a token, its value is in the vault. A column of
*provenance* says where a row came from and is left out when hashes are compared.
"""

FORMATS_HEAD = """# Formats

Written by `make docs` from `transforms/feeds/` and `transforms/instructions/`;
do not edit. One file there is one format; a partner's `defs.yaml` names it.
"""


def tables_page() -> str:
    """``docs/tables.md``: every column of every contract."""
    modules = (documents, profile, arrivals, gold, decisions, purchasing, telling)
    found = [
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Table)
    ]
    return TABLES_HEAD + "".join(_table(table) for table in dict.fromkeys(found))


def formats_page() -> str:
    """``docs/formats.md``: what each format file says of itself."""
    return (
        FORMATS_HEAD
        + "\n# What partners send\n"
        + "".join(_format(path) for path in formats("feeds"))
        + "\n# Options that many formats share\n"
        + "".join(_shared(TRANSFORMS / name) for name in SHARED_OPTIONS)
        + "\n# What partners get\n"
        + "".join(_format(path) for path in formats("instructions"))
    )


SHARED_OPTIONS = (
    "feeds/reading/text.py",
    "feeds/reading/spelling.py",
    "feeds/reading/tables.py",
    "feeds/reading/workbook.py",
    "feeds/reading/mapping.py",
    "edi/documents.py",
    "edi/edifact/documents.py",
)
"""Modules whose docstrings say options of a profile for every format they serve."""


def codes_page() -> str:
    """``docs/codes.md``: stable codes, and the words of ``orderhouse why``."""
    ruled_out = "".join(f"- `{name}`: {text}\n" for name, text in RULED_OUT.items())
    waits = "".join(f"- `{name}`: {text}\n" for name, text in WAITS.items())
    return (
        f"{render_markdown()}\n## Why a node was ruled out\n\n{ruled_out}"
        f"\n## Why eaches wait\n\n{waits}"
    )


RULED_OUT = {
    "NODE_CLOSED": "it does not ship, or never opens in time",
    "CHANNEL_NOT_SERVED": "its `channels` (csv_nodes) do not name the order's",
    "NO_LANE": "no lane with a rate leads from it to the destination",
    "REFUSED_BEFORE": "it refused this line and is in the penalty box",
    "NODE_STOPPED": "it gets no instructions for now, by policies/gates.yaml",
    "NO_STOCK": "nothing may be promised there",
    "NO_CAPACITY": "its day is full",
    "SPOKEN_FOR": "earlier demand took the eaches",
    "NOT_SHORTLISTED": "nodes that cover more of the order filled the shortlist",
}
WAITS = {
    "NO_STOCK": "no node has them; see the expected date",
    "NO_NODE": "none that has them may ship it; a new channel must stand in `channels`",
    "NODE_STOPPED": "a node that has them gets no instructions for now",
    "SHIP_COMPLETE": "the order leaves in one go, and another line waits",
    "CAPACITY": "nodes that have them are full that day",
    "MAX_SHIPMENTS": "another shipment would be one too many",
    "LINE_SPLIT": "the line may not be split",
    "SHIPMENT_VALUE": "what would be shipped, or left, is worth too little",
}


def formats(room: str) -> list[Path]:
    """Format files of ``feeds`` or ``instructions``: those with a DOCUMENT."""
    return [
        path
        for path in sorted((TRANSFORMS / room).glob("*.py"))
        if "DOCUMENT" in _assigned(ast.parse(path.read_text()))
    ]


PAGES = {
    "codes.md": codes_page,
    "tables.md": tables_page,
    "formats.md": formats_page,
}


def main() -> None:
    """Write every page."""
    for name, render in PAGES.items():
        (DOCS / name).write_text(render(), encoding="utf-8")


def _assigned(tree: ast.Module) -> set[str]:
    plain = (
        t for node in tree.body if isinstance(node, ast.Assign) for t in node.targets
    )
    typed = (node.target for node in tree.body if isinstance(node, ast.AnnAssign))
    return {ast.unparse(target) for target in (*plain, *typed)}


def _shared(path: Path) -> str:
    """What a module that many formats stand on says of itself."""
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    name = str(path.relative_to(TRANSFORMS).with_suffix(""))
    return f"\n## {name}\n\n{said}\n"


def _format(path: Path) -> str:
    module = import_module(f"transforms.{path.parent.name}.{path.stem}")
    table: Table = module.DOCUMENT
    anchor = table.path.replace(".", "")
    ours = f"Document: [`{table.path}`](tables.md#{anchor})."
    is_plain = path.stem.startswith("csv_") and path.parent.name == "feeds"
    header = f"\n\n```\n{_header(table)}\n```" if is_plain else ""
    return f"\n## {path.stem}\n\n{module.__doc__.strip()}\n\n{ours}{header}\n"


def _header(table: Table) -> str:
    ours = {column.name for column in documents.PROVENANCE}
    return ",".join(name for name in table.names if name not in ours)


def _table(table: Table) -> str:
    key = ", ".join(f"`{name}`" for name in table.key) or "none: rows as sent"
    rows = "".join(_column(column) for column in table.columns)
    return (
        f"\n## {table.path}\n\n{table.grain}. Key: {key}.\n\n"
        f"| column | type | meaning | notes |\n|---|---|---|---|\n{rows}"
    )


def _column(column: Column) -> str:
    kind = str(column.dtype).lower().split("(")[0]
    notes = [
        "may be empty" if column.is_nullable else "",
        f"personal: {column.personal}" if column.personal else "",
        "provenance" if column.is_provenance else "",
        f"≥ {column.minimum}" if column.minimum is not None else "",
        " / ".join(column.allowed),
    ]
    meaning = column.description.replace("|", "/")
    said = ", ".join(note for note in notes if note)
    return f"| `{column.name}` | {kind} | {meaning} | {said} |\n"


if __name__ == "__main__":
    main()
