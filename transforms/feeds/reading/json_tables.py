"""Decoded objects → flat frames of text, by paths that a format declares.

Cells are taken column by column, of a few objects at a time. Not here: what is
right or wrong with the values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, islice
from typing import Any

import polars as pl

from transforms.feeds.reading import rejects
from transforms.feeds.reading.json_units import Unit
from transforms.feeds.reading.scalars import text_frame

# Python's garbage collector takes note of objects that wait together: four orders
# with their lines, or sixty objects without.
_WHOLE_AT_ONCE, _SINGLE_AT_ONCE = 4, 60

_AT_MOST = 5_000
"""Cells of a column that wait to become a frame."""

_NOTHING: dict[str, Any] = {}


@dataclass(frozen=True)
class Listing:
    """A list of objects inside an object.

    Args:
        path: dotted path of the list.
        shape: of its objects.
        inner: the list may stand in an object, under this name.
        is_loose: one object that is no list counts as a list of one.
    """

    path: str
    shape: Shape
    inner: str = ""
    is_loose: bool = False

    def parts(self, value: Any) -> Any:  # noqa: ANN401 it is any JSON
        """The list that ``value`` is or holds; of any type if it is none."""
        if value is None:
            return []
        if self.inner and type(value) is dict:
            value = value.get(self.inner, [])
        return [value] if self.is_loose and type(value) is dict else value


@dataclass(frozen=True)
class Shape:
    """What becomes of an object: one row, and the rows of its lists.

    Args:
        name: of the table; its rows are counted in ``<name>_no`` from 0.
        texts: dotted paths of scalars; a column is called as its path.
        lists: of objects; their rows know their owner by its number.
        joined: those of ``texts`` that are lists of scalars, joined by commas.
    """

    name: str
    texts: Sequence[str]
    lists: Sequence[Listing] = ()
    joined: Sequence[str] = ()

    @property
    def number(self) -> str:
        """The column that counts its rows."""
        return f"{self.name}_no"

    @cached_property
    def members(self) -> Members:
        """The same by members of members."""
        members = Members()
        for path in self.texts:
            members.add(path.split("."), path)
        for listing in self.lists:
            members.add(listing.path.split("."), listing)
        return members


@dataclass
class Members:
    """What is wanted of an object's members.

    Args:
        texts: (member, column).
        objects: member → what is wanted of it.
        lists: (member, listing).
    """

    texts: list[tuple[str, str]] = field(default_factory=list)
    objects: dict[str, Members] = field(default_factory=dict)
    lists: list[tuple[str, Listing]] = field(default_factory=list)

    def add(self, names: list[str], wanted: str | Listing) -> None:
        """Want something at the end of a path."""
        first, *rest = names
        if rest:
            self.objects.setdefault(first, Members()).add(rest, wanted)
        elif isinstance(wanted, Listing):
            self.lists.append((first, wanted))
        else:
            self.texts.append((first, wanted))


@dataclass(frozen=True)
class Tables:
    """Objects as rows; numbers count from 0 in the order of the file.

    Args:
        frames: by name of the shape: its number, its owner's (the outermost has
            ``payload_line`` instead), and its texts.
        problems: ``rejects.PROBLEM`` of units that have not the shape.
        unit_lines: first line of every unit.
    """

    frames: Mapping[str, pl.DataFrame]
    problems: pl.DataFrame
    unit_lines: list[int]


def take_apart(
    units: Iterable[Unit], shape: Shape, framed: Sequence[str] = ()
) -> Tables:
    """The objects of all units as flat frames of text.

    Units are decoded a few at a time and let go: to keep a year of decoded
    orders would cost more than to decode them.

    Args:
        units: of a payload.
        shape: of the objects in them.
        framed: members that an object or the page around it has, columns too.
    """
    harvest = _Harvest(shape, framed)
    for some in _batches(units, _WHOLE_AT_ONCE):
        harvest.take(some)
    return harvest.tables_found()


def take_apart_by_kind(
    units: Iterable[Unit], kind: Callable[[Any], str], shapes: Mapping[str, Shape]
) -> dict[str, Tables]:
    """The same of objects of several kinds, each with its own tables.

    Args:
        units: of one object each.
        kind: of an object, a key of ``shapes``; only objects are asked.
        shapes: by kind; what is no object goes to the first.
    """
    harvests = {name: _Harvest(shape, ()) for name, shape in shapes.items()}
    first = next(iter(shapes))
    for some in _batches(units, _SINGLE_AT_ONCE):
        sorted_units: dict[str, list[Unit]] = {name: [] for name in shapes}
        for unit in some:
            value = unit.values[0] if unit.values else None
            name = kind(value) if type(value) is dict else first
            sorted_units[name].append(unit)
        for name, alike in sorted_units.items():
            harvests[name].take(alike)
    return {name: harvest.tables_found() for name, harvest in harvests.items()}


def _batches(units: Iterable[Unit], size: int) -> Iterator[list[Unit]]:
    iterator = iter(units)
    while batch := list(islice(iterator, size)):
        yield batch


class _Found:
    """The cells of one table, column by column.

    They become frames some thousand at a time: Python's garbage collector would
    walk over long lists of them again and again.
    """

    def __init__(self, shape: Shape, owner: str, framed: Sequence[str] = ()) -> None:
        self.numbers: dict[str, list[int]] = {owner: [], shape.number: []}
        self.texts: dict[str, list[Any]] = {p: [] for p in (*shape.texts, *framed)}
        self.count = 0
        self._parts: list[pl.DataFrame] = []

    def close(self, longest: int) -> None:
        """Make a frame of the cells if there are more than ``longest``."""
        columns = [*self.numbers.values(), *self.texts.values()]
        if len(columns[0]) > longest:
            self._parts.append(text_frame([*self.numbers], [*self.texts], columns))
            for column in columns:
                column.clear()

    def frame(self) -> pl.DataFrame:
        self.close(-1)
        return pl.concat(self._parts)


@dataclass(frozen=True)
class _Batch:
    """Objects of one shape, with the line of the unit of each."""

    objects: list[Any]
    lines: list[int]
    numbers: Sequence[int]


class _Harvest:
    def __init__(self, shape: Shape, framed: Sequence[str]) -> None:
        self.tables = {shape.name: _Found(shape, "payload_line", framed)}
        self._plan(shape)
        self._shape, self._framed = shape, framed
        self.broken: list[rejects.Problem] = []
        self._broken_parts: list[pl.DataFrame] = []
        self.unit_lines: list[int] = []

    def _plan(self, shape: Shape) -> None:
        for inside in (listing.shape for listing in shape.lists):
            found = self.tables.setdefault(inside.name, _Found(inside, shape.number))
            if shape.number not in found.numbers:
                raise ValueError(f"{inside.name!r} has two kinds of owners")
            self._plan(inside)

    def tables_found(self) -> Tables:
        """What was taken so far."""
        frames = {name: found.frame() for name, found in self.tables.items()}
        self._close_broken(-1)
        return Tables(frames, pl.concat(self._broken_parts), self.unit_lines)

    def _close_broken(self, longest: int) -> None:
        """Make a frame of the problems if there are more than ``longest``."""
        if len(self.broken) > longest:
            self._broken_parts.append(rejects.problems(self.broken))
            self.broken.clear()

    def take(self, units: list[Unit]) -> None:
        """Add units, or name what is wrong with the shape of one.

        What was added of a broken unit falls with it.
        """
        self.unit_lines.extend(unit.line for unit in units)
        found = list(self._objects(units))
        self._close_broken(_AT_MOST)
        if not found:
            return
        texts = self.tables[self._shape.name].texts
        for name in self._framed:
            texts[name] += [_said(unit, value, name) for unit, value in found]
        lines = [unit.line for unit, _ in found]
        self._add(self._shape, [value for _, value in found], lines, lines)
        for table in self.tables.values():
            table.close(_AT_MOST)

    def _objects(self, units: list[Unit]) -> Iterator[tuple[Unit, Any]]:
        """Objects with their units; units with anything else are refused."""
        for unit in units:
            kinds = set(map(type, unit.values))
            if unit.is_broken or kinds - {dict}:
                self._refuse(unit.line, "line")
            if dict in kinds:
                yield from ((unit, v) for v in unit.values if type(v) is dict)

    def _add(
        self, shape: Shape, objects: list[Any], owners: list[int], lines: list[int]
    ) -> None:
        found = self.tables[shape.name]
        owner, own = found.numbers.values()
        numbers = range(found.count, found.count + len(objects))
        found.count += len(objects)
        owner += owners
        own += numbers
        self._visit(shape, shape.members, _Batch(objects, lines, numbers))

    def _visit(self, shape: Shape, members: Members, batch: _Batch) -> None:
        """Take what is wanted of the members of objects."""
        texts = self.tables[shape.name].texts
        for member, column in members.texts:
            cells = [one.get(member) for one in batch.objects]
            texts[column] += map(_joined, cells) if column in shape.joined else cells
        for member, inside in members.objects.items():
            parts = [one.get(member) for one in batch.objects]
            parts = self._only(dict, parts, batch.lines, member)
            self._visit(shape, inside, _Batch(parts, batch.lines, batch.numbers))
        for member, listing in members.lists:
            self._list(member, listing, batch)

    def _list(self, member: str, listing: Listing, batch: _Batch) -> None:
        values = [one.get(member) for one in batch.objects]
        if set(map(type, values)) != {list}:
            values = [listing.parts(value) for value in values]
            values = self._only(list, values, batch.lines, member)
        objects = list(chain.from_iterable(values))
        if not objects:
            return
        pairs = list(zip(values, batch.numbers, batch.lines, strict=True))
        owners = [number for parts, number, _ in pairs for _ in parts]
        lines = [line for parts, _, line in pairs for _ in parts]
        objects = self._only(dict, objects, lines, member, is_null_fine=False)
        self._add(listing.shape, objects, owners, lines)

    def _only(
        self,
        kind: type,
        values: list[Any],
        lines: list[int],
        name: str,
        *,
        is_null_fine: bool = True,
    ) -> list[Any]:
        """Values of one type, empty ones instead of others, which are refused.

        An empty list where an object belongs is how PHP writes an empty object.
        """
        if set(map(type, values)) <= {kind}:
            return values
        for value, line in zip(values, lines, strict=True):
            is_nothing = is_null_fine and (value is None or value == [])
            if type(value) is not kind and not is_nothing:
                self._refuse(line, name)
        nothing: Any = _NOTHING if kind is dict else ()
        return [value if type(value) is kind else nothing for value in values]

    def _refuse(self, line: int, name: str) -> None:
        self.broken.append(
            (line, name, "BAD_JSON", name if name != "line" else "", None)
        )


def _joined(value: object) -> object:
    return ",".join(map(str, value)) if isinstance(value, list) else value


def _said(unit: Unit, value: object, name: str) -> object:
    """What an object says, or else the page around it."""
    own = value.get(name) if isinstance(value, dict) else None
    return unit.frame.get(name) if own is None else own
