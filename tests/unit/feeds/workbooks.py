"""Workbooks made by hand, right ones and hostile ones."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def relations(*pairs: tuple[str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(pairs, start=1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}">{rows}</Relationships>'


PARTS: dict[str, str | bytes] = {
    "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
    "xl/_rels/workbook.xml.rels": relations(
        ("worksheet", "worksheets/sheet1.xml"),
        ("sharedStrings", "sharedStrings.xml"),
        ("styles", "styles.xml"),
    ),
    "xl/workbook.xml": (
        f'{HEAD}<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Orders" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    STRINGS: f"{HEAD}<sst {MAIN}><si><t>sku</t></si><si><t>qty</t></si></sst>",
    "xl/styles.xml": f'{HEAD}<styleSheet {MAIN}><cellXfs><xf numFmtId="0"/></cellXfs>'
    "</styleSheet>",
}


def sheet_of(rows: str) -> str:
    return f"{HEAD}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """An archive of these parts."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def workbook(rows: str, **parts: str | bytes) -> bytes:
    """A workbook of one sheet with these ``row`` elements; others replaced."""
    names = {"strings": STRINGS, "styles": "xl/styles.xml", "book": "xl/workbook.xml"}
    other = {names.get(name, name): text for name, text in parts.items()}
    return packed({**PARTS, SHEET: sheet_of(rows), **other})


HEADER = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'


def cell(ref: str, value: str, kind: str = "n", inside: str = "") -> str:
    return f'<c r="{ref}" t="{kind}">{inside}<v>{value}</v></c>'


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'
