"""Write the pages of ``docs/`` that are made from the source: ``make docs``.

Codes, tables and formats are described once, where they are defined.
``tests/architecture`` fails when a page here is behind its source.
"""

import ast
from importlib import import_module
from pathlib import Path

from transforms.contracts import arrivals, decisions, documents, gold, profile
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
    found = [
        value
        for module in (documents, profile, arrivals, gold, decisions)
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
        + "\n# What partners get\n"
        + "".join(_format(path) for path in formats("instructions"))
    )


def formats(room: str) -> list[Path]:
    """Format files of ``feeds`` or ``instructions``: those with a DOCUMENT."""
    return [
        path
        for path in sorted((TRANSFORMS / room).glob("*.py"))
        if "DOCUMENT" in _assigned(ast.parse(path.read_text()))
    ]


PAGES = {
    "codes.md": render_markdown,
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
