"""Which parts of an XLSX archive make up a sheet, and what its styles mean.

Not here: the cells (``sheet``).

Source:
    ECMA-376, part 1, 18.2 (workbook) and 18.8 (styles); part 2, 9 (relations).
"""

from __future__ import annotations

from dataclasses import dataclass

from transforms.feeds.reading.archive import Archive, ArchiveError
from transforms.feeds.reading.sheet_values import Style, style_of
from transforms.feeds.reading.xml_parts import check_prolog, local_name, read_xml

_XML = (".xml", ".rels", ".vml")
_TRUE = {"1", "true", "on"}


@dataclass(frozen=True)
class Parts:
    """What is needed to read one sheet.

    Args:
        sheet: name of its part.
        strings: part of the strings that cells share; "" if there is none.
        styles: what each cell format makes of a number.
        is_1904: whether days count from 1904.
    """

    sheet: str
    strings: str
    styles: list[Style]
    is_1904: bool


@dataclass(frozen=True)
class _Relation:
    kind: str
    target: str


def find_parts(archive: Archive, sheet: str) -> Parts:
    """The parts of a sheet, after every XML part was looked at.

    Args:
        archive: checked.
        sheet: its name; "" for the first one that is not hidden.

    Raises:
        ArchiveError: no workbook, no such sheet, or a part that declares a
            document type.
    """
    for name in archive.members:
        if name.lower().endswith(_XML):
            check_prolog(archive.unpacked(name))
    roots = _relations(archive, "")
    book = next((r.target for r in roots.values() if r.kind == "officeDocument"), "")
    if not book:
        raise ArchiveError("BAD_ARCHIVE", "no XLSX workbook")
    relations = _relations(archive, book)
    sheets, is_1904 = _sheets(archive, book)
    worksheets = {
        name: relations[ref].target
        for name, ref in sheets
        if ref in relations and relations[ref].kind == "worksheet"
    }
    if sheet not in worksheets if sheet else not worksheets:
        raise ArchiveError("BAD_ARCHIVE", f"no sheet {sheet!r}")
    kinds = {relation.kind: relation.target for relation in relations.values()}
    return Parts(
        sheet=worksheets[sheet] if sheet else next(iter(worksheets.values())),
        strings=kinds.get("sharedStrings", ""),
        styles=_styles(archive, kinds["styles"]) if "styles" in kinds else [],
        is_1904=is_1904,
    )


def _relations(archive: Archive, part: str) -> dict[str, _Relation]:
    """The parts that a part names, by the id it names them with."""
    folder, _, name = part.rpartition("/")
    found: dict[str, _Relation] = {}

    def start(element: str, attributes: dict[str, str]) -> None:
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes["Type"].rpartition("/")[2]
            target = _resolved(folder, attributes["Target"])
            found[attributes["Id"]] = _Relation(kind, target)

    path = f"{folder}/_rels/{name}.rels".removeprefix("/")
    read_xml(archive.unpacked(path), start)
    return found


def _resolved(folder: str, target: str) -> str:
    """A part's name from where it is named."""
    steps = [] if target.startswith("/") or not folder else folder.split("/")
    for step in target.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in {"", "."}:
            steps.append(step)
    return "/".join(steps)


def _sheets(archive: Archive, book: str) -> tuple[list[tuple[str, str]], bool]:
    """(name, relation) of each sheet, hidden ones last; whether days are of 1904."""
    shown: list[tuple[str, str]] = []
    hidden: list[tuple[str, str]] = []
    is_1904 = False

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal is_1904
        if element == "workbookPr":
            is_1904 = attributes.get("date1904", "").lower() in _TRUE
        elif element == "sheet":
            ref = next(v for n, v in attributes.items() if local_name(n) == "id")
            is_shown = attributes.get("state", "visible") == "visible"
            (shown if is_shown else hidden).append((attributes["name"], ref))

    read_xml(archive.unpacked(book), start)
    return [*shown, *hidden], is_1904


def _styles(archive: Archive, part: str) -> list[Style]:
    """The number format of each cell format."""
    codes: dict[int, str] = {}
    formats: list[int] = []
    is_of_cells = False

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal is_of_cells
        if element == "numFmt":
            codes[int(attributes["numFmtId"])] = attributes["formatCode"]
        elif element == "xf":
            if is_of_cells:
                formats.append(int(attributes.get("numFmtId", "0")))
        elif element in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            is_of_cells = element == "cellXfs"

    read_xml(archive.unpacked(part), start)
    return [style_of(number, codes.get(number)) for number in formats]
