"""Write the pages of ``docs/`` that are made from the source: ``make docs``.

Codes, tables and formats are described once, where they are defined.
``tests/architecture`` fails when a page here is behind its source.
"""

import ast
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType

from transforms.answers.chinese import described
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

FORMATS_WORDS = {
    "en": {
        "head": """# Formats

[中文](formats.zh.md)

Written by `make docs` from `transforms/feeds/` and `transforms/instructions/`;
do not edit. One file there is one format; a partner's `defs.yaml` names it.
""",
        "sent": "What partners send",
        "shared": "Options that many formats share",
        "got": "What partners get",
        "document": "Document: {}.",
    },
    "zh": {
        "head": """# 格式

[English](formats.md)

由 `make docs` 根据 `transforms/answers/chinese/` 生成，请勿手工修改。
每种格式是 `transforms/feeds/` 或 `transforms/instructions/` 中的一个文件，
由伙伴的 `defs.yaml` 指定。
""",
        "sent": "伙伴发送",
        "shared": "多种格式共用的选项",
        "got": "伙伴接收",
        "document": "单据：{}。",
    },
}


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


def formats_page(language: str = "en") -> str:
    """``docs/formats.md``: what each format file says of itself."""
    words = FORMATS_WORDS[language]
    return (
        words["head"]
        + f"\n# {words['sent']}\n"
        + "".join(_format(path, language) for path in formats("feeds"))
        + f"\n# {words['shared']}\n"
        + "".join(_shared(TRANSFORMS / name, language) for name in SHARED_OPTIONS)
        + f"\n# {words['got']}\n"
        + "".join(_format(path, language) for path in formats("instructions"))
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
    "PINNED_ELSEWHERE": "somebody wants it shipped from another: `orderhouse pin`",
    "NO_STOCK": "nothing may be promised there",
    "BELOW_BUFFER": "all that it has is held back as its buffer (policies/"
    "availability.yaml, `buffer_bp` of csv_nodes, doubt about its count)",
    "NO_CAPACITY": "its next days (capacity_horizon_days) are full",
    "SPOKEN_FOR": "earlier demand took the eaches",
    "NOT_SHORTLISTED": "nodes that cover more of the order filled the shortlist",
    "TOO_OLD": "what lies there expires too soon for the order's channel",
    "LEFT_AS_IT_IS": "the order's business class leaves it as it is for now",
    "NOT_CAPABLE": "its `capabilities` (csv_nodes) do not name `ship`, or `pick_up`",
    "OTHER_STORE": "the customer picks the order up at another store",
    "STORE_TAKES_NO_ORDERS": "the store that a SHIP_TO_STORE order is sent to names no"
    " `pick_up` among its `capabilities`, or no address",
    "RESERVE_LATER": "the order is wanted later and takes no eaches yet",
    "HELD_WITH": "what the line goes with is held: its order if that ships complete,"
    " its group, its kit",
    "PREORDER": "the SKU is not released yet (`released_on` of csv_products)",
    "NODE_RULE": "`node_rules` of policies/allocation.yaml say so, by name",
}
WAITS = {
    "NO_STOCK": "no node has them; see the expected date",
    "TOO_OLD": "what is left expires too soon for the order's channel (shelf_life)",
    "PINNED": "others have it, or sooner; somebody wants it from one that has not",
    "NO_NODE": "none that has them may ship it: `orderhouse why` says by which rules; a"
    " new channel must stand in `channels`",
    "NODE_STOPPED": "a node that has them gets no instructions for now",
    "SHIP_COMPLETE": "the order leaves in one go, and another line waits",
    "KEEP_TOGETHER": "no node has all of the lines it is kept together with",
    "CAPACITY": "nodes that have them are full on their next days",
    "MAX_SHIPMENTS": "another shipment would be one too many",
    "LINE_SPLIT": "the line may not be split",
    "SHIPMENT_VALUE": "what would be shipped, or left, is worth too little",
    "BY_CLASS": "its business class is SKIP, or FILL before the date it was told",
    "RESERVE_LATER": "the customer wants it later than the horizon of its channel",
    "HELD_WITH": "it may not go without what is held of its order, group or kit",
    "PREORDER": "the SKU is not released yet (`released_on` of csv_products)",
}


def formats(room: str) -> list[Path]:
    """Format files of ``feeds`` or ``instructions``: those with a DOCUMENT."""
    return [
        path
        for path in sorted((TRANSFORMS / room).glob("*.py"))
        if "DOCUMENT" in _assigned(ast.parse(path.read_text()))
    ]


PAGES: dict[str, Callable[[], str]] = {
    "codes.md": codes_page,
    "tables.md": tables_page,
    "formats.md": formats_page,
    "formats.zh.md": partial(formats_page, "zh"),
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


def _shared(path: Path, language: str) -> str:
    """What a module that many formats stand on says of itself."""
    module = _module(path)
    name = str(path.relative_to(TRANSFORMS).with_suffix(""))
    return f"\n## {name}\n\n{described(module, language).strip()}\n"


def _module(path: Path) -> ModuleType:
    names = path.relative_to(TRANSFORMS).with_suffix("").parts
    return import_module(".".join(("transforms", *names)))


def _format(path: Path, language: str) -> str:
    module = _module(path)
    table: Table = module.DOCUMENT
    anchor = table.path.replace(".", "")
    link = f"[`{table.path}`](tables.md#{anchor})"
    ours = FORMATS_WORDS[language]["document"].format(link)
    said = described(module, language).strip()
    is_plain = path.stem.startswith("csv_") and path.parent.name == "feeds"
    header = f"\n\n```\n{_header(table)}\n```" if is_plain else ""
    return f"\n## {path.stem}\n\n{said}\n\n{ours}{header}\n"


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
