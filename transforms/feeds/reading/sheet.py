"""The rows of a sheet of an XLSX workbook, cell by cell as text.

Written for files nobody vouches for: nothing is laid out before it is counted,
a string that stands in a million cells is held once, and a formula is told from
a value. Not here: which part is the sheet (``workbook_parts``), what a number
means (``sheet_values``), headers and columns (``workbook``).

Source:
    ECMA-376, part 1, 18.3 (sheets) and 18.4 (shared strings).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from transforms.feeds.reading.archive import Archive, ArchiveError
from transforms.feeds.reading.sheet_values import PLAIN, number_text
from transforms.feeds.reading.workbook_parts import Parts
from transforms.feeds.reading.xml_parts import Nesting, XmlReader, local_name

MAX_CELLS = 1_000_000
"""With a value: about 100,000 order lines."""

MAX_TEXT_CHARS = 32 << 20
"""Of all cells together, and of the strings they share."""

MAX_CELL_CHARS = 1 << 17
MAX_ROWS, MAX_COLUMNS = 1 << 20, 1 << 14
"""What a sheet has at most."""

LONG_CELL = "a cell longer than any sheet's"
MUCH_TEXT = "more text than a sheet of orders has"

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_NO_VALUE = "="
"""Stands for a formula that was never worked out."""


class Row(NamedTuple):
    """A row with at least one value.

    Args:
        number: as the sheet numbers it, from 1.
        cells: column from 0 → text, never blank.
        formulas: columns that hold a formula or an error.
    """

    number: int
    cells: dict[int, str]
    formulas: set[int]


def read_rows(archive: Archive, parts: Parts, decimal: str = ".") -> Iterator[Row]:
    """The rows of a sheet that are not blank, from the top.

    Args:
        archive: checked.
        parts: of the sheet.
        decimal: decimal sign that numbers are spelled with.

    Raises:
        ArchiveError: the sheet cannot be read, or holds too much.
    """
    strings = _shared_strings(archive, parts.strings) if parts.strings else []
    sheet = _Sheet(strings, parts, decimal)
    reader = XmlReader(sheet.start, sheet.end, sheet.text)
    for part in archive.unpacked(parts.sheet):
        reader.feed(part)
        yield from sheet.taken()
    reader.close()
    yield from sheet.taken()


class _Text:
    """Collects the text of one string: runs are joined, readings left out."""

    def __init__(self) -> None:
        self.nesting = Nesting()
        self.value = ""
        self.is_open = self.is_reading = False

    def begin(self, name: str) -> None:
        self.nesting.enter()
        if name == "t" and not self.is_reading:
            self.is_open = True
        elif name == "rPh":
            self.is_reading = True

    def end(self, name: str) -> None:
        self.nesting.leave()
        if name == "t":
            self.is_open = False
        elif name == "rPh":
            self.is_reading = False

    def text(self, piece: str) -> None:
        if self.is_open:
            self.value += piece
            if len(self.value) > MAX_CELL_CHARS:
                raise ArchiveError("ARCHIVE_BOMB", LONG_CELL)


class _Sheet(_Text):
    """What the elements of a sheet mean, one after another."""

    def __init__(self, strings: list[str], parts: Parts, decimal: str) -> None:
        super().__init__()
        self.strings, self.parts, self.decimal = strings, parts, decimal
        self.rows: list[Row] = []
        self.cells: dict[int, str] = {}
        self.formulas: set[int] = set()
        self.row = self.cell_count = self.char_count = 0
        self.column = -1
        self.kind = self.style = ""
        self.is_formula = self.is_in_data = self.is_in_cell = False

    def taken(self) -> list[Row]:
        """The rows that are complete, given away."""
        rows, self.rows = self.rows, []
        return rows

    # Nine in ten calls are of <c> and <v>, four million in a sheet: what they do
    # stands here, as a call of its own costs as much again.
    def start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = local_name(name)
        if name == "v" and not self.is_open:
            self.is_open = True
        elif name == "c" and self.is_in_data:
            get = attributes.get
            ref = get("r")
            column = _column(ref.rstrip("0123456789")) if ref else self.column + 1
            if not self.column < column < MAX_COLUMNS or self.is_in_cell:
                raise ArchiveError("BAD_XML", "cells out of order")
            self.column, self.kind, self.style = column, get("t", "n"), get("s", "")
            self.value, self.is_formula, self.is_in_cell = "", False, True
        elif name == "row" and self.is_in_data:
            self._begin_row(attributes)
        else:
            self.begin(name)
            self.is_in_data |= name == "sheetData"
            self.is_formula |= name == "f"

    def end(self, name: str) -> None:
        if ":" in name:
            name = local_name(name)
        if name == "v" and self.is_open:
            self.is_open = False
        elif name == "c" and self.is_in_data:
            self.is_in_cell = False
            value = self.value
            if value and self.kind == "s" and value[0] != "-":
                text = self.strings[int(value)]
            else:
                text = self._cell_text()
            if text and not text.isspace():
                self._keep(text)
        elif name == "row" and self.is_in_data:
            self._end_row()
        else:
            super().end(name)
            self.is_in_data &= name != "sheetData"

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self.row + 1))
        if not self.row < number <= MAX_ROWS or self.is_in_cell or self.cells:
            raise ArchiveError("BAD_XML", "rows out of order")
        self.row, self.column = number, -1

    def _end_row(self) -> None:
        if self.cells:
            self.rows.append(Row(self.row, self.cells, self.formulas))
            self.cells, self.formulas = {}, set()

    def _keep(self, text: str) -> None:
        self.cells[self.column] = text
        self.cell_count += 1
        self.char_count += len(text)
        if self.is_formula:
            self.formulas.add(self.column)
        if self.cell_count > MAX_CELLS:
            raise ArchiveError("FILE_TOO_LARGE", f"more than {MAX_CELLS} cells")
        if self.char_count > MAX_TEXT_CHARS:
            raise ArchiveError("ARCHIVE_BOMB", MUCH_TEXT)

    def _number(self, value: str) -> str:
        style = self.parts.styles[int(self.style)] if self.style else PLAIN
        text = number_text(value, style, is_1904=self.parts.is_1904)
        return text if self.decimal == "." else text.replace(".", self.decimal)

    def _cell_text(self) -> str:
        value, kind = self.value, self.kind
        if not value:
            text = _NO_VALUE if self.is_formula else ""
        elif kind == "n":
            text = self._number(value)
        elif kind == "s":
            # Any other number of a string is one that the sheet's end looked up.
            text = ""
        elif kind == "b":
            text = "true" if value == "1" else "false"
        else:
            self.is_formula |= kind == "e"
            text = unescaped(value)
        return text


def _shared_strings(  # noqa: C901, PLR0915 handlers share variables
    archive: Archive, part: str
) -> list[str]:
    """The strings that cells name by number, one after another.

    Says of its elements what ``_Text`` says, in variables of its own: they are
    asked five times a string, and an attribute takes twice as long.
    """
    found: list[str] = []
    value, is_open, is_reading, char_count = "", False, False, 0
    nesting = Nesting()

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal is_open, is_reading
        if ":" in name:
            name = local_name(name)
        if name == "t" and not is_open and not is_reading:
            is_open = True
        else:
            nesting.enter()
            is_reading |= name == "rPh"

    def end(name: str) -> None:
        nonlocal value, is_open, is_reading, char_count
        if ":" in name:
            name = local_name(name)
        if name == "t" and is_open:
            is_open = False
            return
        nesting.leave()
        is_reading &= name != "rPh"
        if name == "si":
            found.append(unescaped(value) if "_x" in value else value)
            char_count += len(value)
            value = ""
            if char_count > MAX_TEXT_CHARS:
                raise ArchiveError("ARCHIVE_BOMB", MUCH_TEXT)

    def text(piece: str) -> None:
        nonlocal value
        if is_open:
            value += piece
            if len(value) > MAX_CELL_CHARS:
                raise ArchiveError("ARCHIVE_BOMB", LONG_CELL)

    reader = XmlReader(start, end, text)
    for unpacked in archive.unpacked(part):
        reader.feed(unpacked)
    reader.close()
    return found


def unescaped(text: str) -> str:
    r"""Text with characters that XML cannot hold put back.

    Example:
        >>> unescaped("a_x000A_b"), unescaped("_x005F_x000A_")
        ('a\nb', '_x000A_')
    """
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    # Half of a pair of surrogates is no character.
    return match[0] if 0xD800 <= code <= 0xDFFF else chr(code)  # noqa: PLR2004 Unicode's


@cache
def _column(letters: str) -> int:
    """The number of a column from 0.

    Raises:
        ValueError: these are no letters of a column.
    """
    if not re.fullmatch("[A-Z]{1,3}", letters):
        raise ValueError(f"column {letters[:9]!r}")
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1
