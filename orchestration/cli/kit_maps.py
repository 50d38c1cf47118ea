"""Maps of X12 sets and EDIFACT messages, JSON Schemas of everything else.

What a file must hold, for programs.

They are made from what production reads with: a set's map, the directories, the
contract of a document.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from types import ModuleType
from typing import Any

from orchestration.resources.formats import feed_format
from transforms.answers.meanings import meaning
from transforms.contracts.table import Column, Table
from transforms.edi.edifact.directories.agreed import CODES
from transforms.edi.edifact.directories.notation import Directory, Field, Node
from transforms.edi.edifact.directories.notation import Element as DataElement
from transforms.edi.edifact.maps import D01B, D96A
from transforms.edi.maps import Element, Loop, SegmentMap, SetMap
from transforms.feeds.reading.json_rows import RowForm
from transforms.feeds.reading.json_shapes import Shape

READERS = "transforms.feeds.reading."
RENAMED = {"transforms.feeds.shopify_orders_bulk"}
"""Formats whose files spell the members of their shape in another way."""

SCALAR = {"type": ["string", "number", "boolean", "null"]}
AREAS = ("heading", "detail", "summary")


def map_of(format_name: str, language: str = "en") -> tuple[str, dict[str, Any]]:
    """What kind of map a format has, and the map, described in a language.

    Returns:
        ("map", …) of X12 and EDIFACT; ("schema", …) of an object of JSON, or of a
        file whose header is the document's columns; ("rows", …) of what becomes
        of any other file.
    """
    module: ModuleType = feed_format(format_name)
    if format_name.startswith("x12_"):
        return "map", x12_map(module.FORMAT.set_map, language)
    if format_name.startswith("edifact_"):
        return "map", edifact_map(format_name.removeprefix("edifact_").upper())
    shape = shape_of(module)
    if shape is not None:
        return "schema", object_schema(module.DOCUMENT, shape, language)
    what = "schema" if format_name.startswith("csv_") else "rows"
    return what, json_schema(module.DOCUMENT, what, language)


_UNLISTED = {
    "en": "segments that are not listed are legal and not read",
    "zh": "未列出的段可以出现，但不读取",
}
_BECOMES = {
    "en": "an object of the file; it becomes {}",
    "zh": "文件中的一个对象；读取后为：{}",
}
_LINE = {
    ("schema", "en"): "a line of the file: {}",
    ("schema", "zh"): "文件中的一行：{}",
    ("rows", "en"): "what a line of the file becomes: {}",
    ("rows", "zh"): "文件中的一行读取后的内容：{}",
}


def x12_map(one: SetMap, language: str) -> dict[str, Any]:
    """A transaction set: its segments in their loops, element by element."""
    areas = zip(AREAS, one.areas, strict=False)
    found: dict[str, Any] = {
        "transaction_set": one.code,
        "functional_group": one.functional_id,
        "note": _UNLISTED[language],
    }
    found |= {name: [_x12_part(part) for part in area] for name, area in areas}
    levels = {level: list(above) for level, above in one.levels.items()}
    return found | ({"levels_below": levels} if levels else {})


def _x12_part(part: SegmentMap | Loop) -> dict[str, Any]:
    if isinstance(part, Loop):
        inside = [_x12_part(one) for one in (part.opener, *part.parts)]
        return {"loop": part.opener.key} | _repeats(part.most) | {"contains": inside}
    head: dict[str, Any] = {"segment": part.key, "is_required": part.is_required}
    elements = [
        _x12_element(f"{part.name}{position:02}", element)
        for position, element in enumerate(part.elements, start=1)
    ]
    return head | _repeats(part.most) | {"elements": elements}


def _repeats(most: int) -> dict[str, Any]:
    return {"at_most": most} if most else {}


def _x12_element(place: str, element: Element) -> dict[str, Any]:
    said: dict[str, Any] = {
        "element": place,
        "type": element.kind,
        "length": f"{element.minimum}..{element.maximum}",
        "is_required": element.is_required,
    }
    return said | ({"codes": list(element.codes)} if element.codes else {})


def edifact_map(kind: str) -> dict[str, Any]:
    """A message: its segments in their groups, in each directory that we read."""
    found = {
        directory.name: {
            "groups": [_node(child) for child in directory.messages[kind].children],
            "segments": _segments(directory, kind),
        }
        for directory in (D96A, D01B)
        if kind in directory.messages
    }
    return {"message": kind, "directories": found}


def _node(node: Node) -> dict[str, Any]:
    said: dict[str, Any] = {
        "segment": node.tag,
        "is_required": node.is_required,
        "at_most": node.maximum,
    }
    inside = [_node(child) for child in node.children]
    return {"group": said, "contains": inside} if inside else said


def _segments(directory: Directory, kind: str) -> dict[str, Any]:
    tags = dict.fromkeys(_tags(directory.messages[kind]))
    agreed = CODES.get(kind, {})
    return {
        tag: [
            _field(field, {name: agreed.get((tag, name), "") for name in _names(field)})
            for field in directory.segments[tag]
        ]
        for tag in tags
        if tag in directory.segments
    }


def _tags(node: Node) -> Iterator[str]:
    return chain([node.tag], *map(_tags, node.children))


def _names(field: Field) -> list[str]:
    return [part.element.name for part in field.parts]


def _field(field: Field, codes: dict[str, str]) -> dict[str, Any]:
    parts = [
        {"element": part.element.name, "format": _format(part.element)}
        | {"is_required": part.is_required}
        | (
            {"codes": codes[part.element.name].split()}
            if codes[part.element.name]
            else {}
        )
        for part in field.parts
    ]
    return {"is_required": field.is_required, "components": parts}


def _format(element: DataElement) -> str:
    range_ = ".." if element.minimum != element.maximum else ""
    return f"{element.kind}{range_}{element.maximum}"


def shape_of(module: ModuleType) -> Shape | None:
    """What a JSON format reads of an object; None where it is no JSON.

    It stands in the format or in the reader that the format is made with.
    """
    if module.__name__ in RENAMED:
        return None
    readers = [
        value
        for value in vars(module).values()
        if isinstance(value, ModuleType) and value.__name__.startswith(READERS)
    ]
    values = [value for one in (module, *readers) for value in vars(one).values()]
    forms = (Shape("object", v.texts) for v in values if isinstance(v, RowForm))
    shapes = [v for v in values if isinstance(v, Shape)]
    inner = [listing.shape for shape in shapes for listing in shape.lists]
    outer = (shape for shape in shapes if shape not in inner)
    return next(chain(outer, forms), None)


def object_schema(table: Table, shape: Shape, language: str) -> dict[str, Any]:
    """JSON Schema of an object as a partner sends it: what is read, and where.

    What is not listed may be sent and is not read.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": table.name,
        "description": _BECOMES[language].format(meaning(table.grain, language)),
    } | _object(shape)


def _object(shape: Shape) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "object", "properties": {}}
    for path in shape.texts:
        is_list = path in shape.joined
        _put(found, path, {"type": "array", "items": SCALAR} if is_list else {**SCALAR})
    for listing in shape.lists:
        path = f"{listing.path}.{listing.inner}".strip(".")
        _put(found, path, {"type": ["array", "null"], "items": _object(listing.shape)})
    return found


def _put(found: dict[str, Any], path: str, what: dict[str, Any]) -> None:
    first, _, rest = path.partition(".")
    if not rest:
        found["properties"].setdefault(first, what)
        return
    inside = {"type": ["object", "null"], "properties": {}}
    place = found["properties"].setdefault(first, inside)
    if "properties" not in place:
        # An object, or its id alone.
        place |= {"type": [*place["type"], "object"], "properties": {}}
    _put(place, rest, what)


def json_schema(table: Table, what: str, language: str) -> dict[str, Any]:
    """JSON Schema of a row of a document, all cells text in our spelling.

    Args:
        table: of the document.
        what: "schema" where the file itself has these columns; "rows" where they
            are what becomes of a line of it.
        language: of the descriptions.
    """
    said = [c for c in table.columns if not c.is_provenance and c.name != "partner_id"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": table.name,
        "description": _LINE[what, language].format(meaning(table.grain, language)),
        "type": "object",
        "properties": {c.name: _property(c, language) for c in said},
        "required": [c.name for c in said if not c.is_nullable],
        "additionalProperties": True,
    }


def _property(column: Column, language: str) -> dict[str, Any]:
    told = meaning(column.description, language)
    said: dict[str, Any] = {"type": "string", "description": told}
    return said | ({"enum": list(column.allowed)} if column.allowed else {})
